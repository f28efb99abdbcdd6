"""Make the student notebook of an exercise from its master, by otter-grader's Assign."""

import contextlib
import io
import json
import re
import tempfile
from pathlib import Path
from typing import Any

from .errors import BadMaster
from .exercise import load, tagged

LEAKS = re.compile(
    r"hidden[-_ ]test|def (cases|check)\(|worked solution|# ?SOLUTION"
    r"|# ?(BEGIN|END) (SOLUTION|TESTS?|QUESTION)",
    re.IGNORECASE,
)


def student_notebook(master: Path) -> str:
    """Return the student notebook as text; the same master always gives the same text.

    Raises:
        BadMaster: the master is malformed, or something secret would reach the student.
    """
    import jupytext
    import nbformat

    load(master)  # a master that cannot be graded gives no notebook
    notebook = jupytext.read(master, fmt="md:myst")
    notebook.cells = [cell for cell in notebook.cells if not tagged(cell, "hidden-test")]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"{master.stem}.ipynb")
        nbformat.write(notebook, source)
        _assign(source, Path(folder, "out"))
        student = json.loads(Path(folder, "out", "student", source.name).read_text("utf-8"))
    student["cells"].insert(1, student["cells"].pop(0))  # the title first, then otter's own cell
    student["metadata"].pop("jupytext", None)
    for number, cell in enumerate(student["cells"]):
        cell["id"] = f"{master.stem}-{number:02d}"  # otter draws random ones
    text = json.dumps(student, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if leak := find_leak(student):
        raise BadMaster(f"{master}: {leak!r} would reach the student notebook")
    return text


def find_leak(student: Any) -> str | None:
    """Return the first mark, hidden test or solution in any text of a notebook, keys included."""
    if isinstance(student, str):
        found = LEAKS.search(student)
        return found.group() if found else None
    parts = student if isinstance(student, list) else []
    if isinstance(student, dict):
        parts = [*student.keys(), *student.values()]
        if isinstance(student.get("source"), list):
            parts.append("".join(student["source"]))
    return next((leak for part in parts if (leak := find_leak(part))), None)


def _assign(source: Path, out: Path) -> None:
    import warnings

    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")  # otter's own imports warn; nothing here can help that
        from otter.assign import main

        main(str(source), str(out), no_pdfs=True, no_run_tests=True)


def generate(masters: Path, exercises: Path, check: bool) -> list[Path]:
    """Write all student notebooks, or only compare; return those that differ from their masters.

    Raises:
        BadMaster: a master is malformed, or there is none.
    """
    sources = sorted(masters.glob("*.md"))
    if not sources:
        raise BadMaster(f"no masters (*.md) in {masters}: run this in the repository's root")
    texts = {exercises / f"{master.stem}.ipynb": student_notebook(master) for master in sources}
    stale = [p for p, text in texts.items() if not p.is_file() or p.read_text("utf-8") != text]
    stale += sorted(set(exercises.glob("*.ipynb")) - texts.keys())
    if not check:
        exercises.mkdir(exist_ok=True)
        for path in stale:
            path.write_text(texts[path], "utf-8") if path in texts else path.unlink()
    return stale
