"""Fetch what the pages load in the browser, so that the built book needs no network.

Reads the pinned packages of package.json, asks npm for their archives, checks them against the
recorded hashes, and lays the few files needed under _assets/. Does nothing when they are there.
"""

import base64
import hashlib
import importlib.resources
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "_assets"
DONE = ASSETS / "complete.json"  # written last: a half-finished download is fetched again
HTML_MANAGER = "@jupyter-widgets/html-manager"

# package -> [(files inside its archive, folder below _assets)]
WANTED = {
    "mathjax": [
        ("es5/tex-mml-chtml.js", "site/vendor/mathjax"),
        ("es5/input/tex/extensions/*.js", "site/vendor/mathjax/input/tex/extensions"),
        ("es5/output/chtml/fonts/woff-v2/*", "site/vendor/mathjax/output/chtml/fonts/woff-v2"),
    ],
    "requirejs": [("require.js", "site/vendor")],
    HTML_MANAGER: [
        ("dist/embed-amd.js", f"site/vendor/npm/{HTML_MANAGER}/dist"),
        ("dist/*.woff*", f"site/vendor/npm/{HTML_MANAGER}/dist"),
        ("dist/*.ttf", f"site/vendor/npm/{HTML_MANAGER}/dist"),
    ],
    "axe-core": [("axe.min.js", "test")],
}

# Tells require.js where the widget modules lie, from any depth of page.
REQUIRE_CONFIG = """\
requirejs.config({baseUrl: new URL("npm", document.currentScript.src).href});
window.FontAwesomeConfig = {observeMutations: false};
"""


def pinned() -> dict[str, str]:
    """Return package -> version as package.json pins them."""
    manifest = json.loads((ROOT / "package.json").read_text())
    return manifest["dependencies"] | manifest["devDependencies"]


def fetch(package: str, version: str, integrity: str, folder: str) -> tarfile.TarFile:
    """Download one npm package, check its hash, and open it."""
    command = ["npm", "pack", "--silent", f"{package}@{version}"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    if result.returncode:
        raise SystemExit(f"npm could not fetch {package} {version}:\n{result.stderr.strip()}")
    content = (Path(folder) / result.stdout.split()[-1]).read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
    if found != integrity:
        raise SystemExit(
            f"{package} {version} is not the file that package.json records:\n"
            f"  expected {integrity}\n  got      {found}"
        )
    return tarfile.open(fileobj=io.BytesIO(content))


def place(package: str, archive: tarfile.TarFile) -> None:
    """Copy the wanted files of one archive below _assets."""
    for pattern, folder in WANTED[package]:
        names = [name for name in archive.getnames() if fnmatch(name, f"package/{pattern}")]
        if not names:
            raise SystemExit(f"{package} holds no {pattern}; was its version changed?")
        target = ASSETS / folder
        target.mkdir(parents=True, exist_ok=True)
        for name in names:
            (target / Path(name).name).write_bytes(archive.extractfile(name).read())


def main() -> None:
    manifest = json.loads((ROOT / "package.json").read_text())
    anywidget = importlib.resources.files("anywidget") / "nbextension" / "index.js"
    recipe = hashlib.sha256(Path(__file__).read_bytes() + anywidget.read_bytes()).hexdigest()
    wanted = {"packages": manifest, "recipe": recipe}
    if DONE.exists() and json.loads(DONE.read_text()) == wanted:
        return
    if shutil.which("npm") is None:
        shutil.rmtree(ASSETS, ignore_errors=True)
        print(
            "Node.js (npm) was not found: the pages will load mathematics and widgets from the\n"
            "net when they are read. Install Node.js 18 or newer and run this again to have them\n"
            "inside the book.",
            file=sys.stderr,
        )
        return
    shutil.rmtree(ASSETS, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        for package, version in pinned().items():
            print(f"fetching {package} {version}", flush=True)
            place(package, fetch(package, version, manifest["integrity"][package], folder))
    vendor = ASSETS / "site" / "vendor"
    (vendor / "npm" / "anywidget.js").write_bytes(anywidget.read_bytes())
    (vendor / "require-config.js").write_text(REQUIRE_CONFIG)
    DONE.write_text(json.dumps(wanted))


if __name__ == "__main__":
    main()
