"""Write every page and every exercise master as a clean notebook, without outputs.

Usage: python scripts/make_notebooks.py [FOLDER]      (_build/notebooks unless told otherwise)
"""

import shutil
import sys
from pathlib import Path

import jupytext
import nbformat
import yaml

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
sys.path.insert(0, str(BOOK / "_ext"))

from clean_notebook import clean_notebook, is_notebook  # noqa: E402


def main(folder: Path) -> list[Path]:
    """Write the notebooks below a folder, emptied first, and return their paths."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text())
    address = config["sphinx"]["config"]["gdcourse_repository"]
    shutil.rmtree(folder, ignore_errors=True)
    written = []
    for page in sorted([*BOOK.rglob("*.md"), *(ROOT / "solutions").glob("*.md")]):
        if not is_notebook(page):
            continue
        if page.is_relative_to(BOOK):
            notebook = clean_notebook(page, BOOK, **address)
        else:
            notebook = jupytext.read(page, fmt="md:myst")
        target = folder / page.relative_to(ROOT).with_suffix(".ipynb")
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, target)
        print(target)
        written.append(target)
    return written


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "_build" / "notebooks")
