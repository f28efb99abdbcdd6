"""Run every page and build the book's HTML; a warning, a failing cell or a bad link is an error.

Outputs of pages are kept from build to build only while the package, its data, the libraries and
the device stay the same: the cache's folder is named by all of them.
"""

import argparse
import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
CACHES = BUILD / "cache"


def digest(*folders: Path, without: tuple[str, ...] = ()) -> str:
    """Return a hash of the names and contents of all files below the folders."""
    total = hashlib.sha256()
    for file in sorted(f for folder in folders for f in folder.rglob("*") if f.is_file()):
        if not {"__pycache__", *without} & set(file.parts):
            total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def execution_key() -> str:
    """Return a name for all that the pages' outputs depend on, besides the pages."""
    import gdcourse

    libraries = sorted(f"{d.name}=={d.version}" for d in importlib.metadata.distributions())
    package = digest(ROOT / "gdcourse", without=("grading",))  # no page runs the grader
    parts = [package, str(gdcourse.device()), sys.version, *libraries]
    # What a page runs besides Python: the MATLAB files beside it, where there is an Octave.
    parts += [f.read_text() for f in sorted((ROOT / "book").rglob("*.m"))]
    parts.append(str(shutil.which("octave-cli")))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def drop_stale(key: str) -> None:
    """Remove outputs made by other code, and HTML made by other machinery or references."""
    for old in CACHES.glob("*"):
        if old.name != key:
            print("the package, a library or the device changed: every page runs again")
            shutil.rmtree(old)
    stamp = BUILD / "machinery"
    complete = ROOT / "_assets" / "complete.json"
    machinery = digest(ROOT / "book" / "_ext", ROOT / "book" / "_templates")
    machinery += complete.read_text() if complete.exists() else ""
    machinery += (ROOT / "book" / "references.bib").read_text()  # citations are numbered anew
    if not stamp.exists() or stamp.read_text() != machinery:
        shutil.rmtree(BUILD / "html", ignore_errors=True)
        shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)
    BUILD.mkdir(exist_ok=True)
    stamp.write_text(machinery)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quiet", action="store_true", help="print warnings and errors only")
    quiet = parser.parse_args().quiet
    try:
        key = execution_key()
    except (RuntimeError, ValueError) as error:
        sys.exit(f"the book was NOT built: {error}")
    drop_stale(key)
    command = [str(Path(sys.executable).parent / "jupyter-book"), "build", "book", "-W", "-n"]
    command += ["--keep-going", "--config", "_config.yml", "--toc", str(ROOT / "_toc.yml")]
    command += ["--path-output", ".", *(["-q"] if quiet else [])]
    environment = os.environ | {"GDCOURSE_BOOK_CACHE": str(CACHES / key)}
    # One thread each, and no spinning: the pages' arrays are small, so that two threads wait for
    # each other longer than they work, and on a busy machine a page became three times as slow.
    environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    environment.setdefault("OMP_NUM_THREADS", "1")
    result = subprocess.run(command, cwd=ROOT, env=environment).returncode
    if result:
        # Sphinx would pass over the faulty pages next time, as they have not changed since.
        shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)
        print("the book was NOT built: see the warnings and errors above", file=sys.stderr)
        return 1
    print(f"The book is ready: {BUILD / 'html' / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
