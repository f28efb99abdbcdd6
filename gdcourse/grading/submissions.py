"""Find submissions in a folder, without trusting a name in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import NoSubmissions

MAX_NAME = 80


@dataclass(frozen=True)
class Submission:
    """A file to grade and the student it belongs to; `problem` says why it cannot be opened."""

    student: str
    path: Path
    problem: str = ""


def printable(text: str, length: int = 500) -> str:
    """Return text on one line without control characters, safe for a terminal and a log."""
    shown = "".join(
        c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in text
    )
    return shown if len(shown) <= length else shown[: length - 1] + "…"


def find(folder: Path, exercise: str) -> list[Submission]:
    """Return the submissions: `NAME.ipynb` files, and folders `NAME/` that hold the exercise.

    Other files and the traces of editors are passed over. Links are never followed. Two entries
    that give the same student are told apart by a number.

    Raises:
        NoSubmissions: there are none.
    """
    if folder.is_file():
        return [Submission(printable(folder.stem, MAX_NAME), folder)]
    if not folder.is_dir():
        raise NoSubmissions(
            f"{printable(str(folder))} is not a folder: give the folder of submissions"
        )
    found: list[Submission] = []
    taken: dict[str, int] = {}
    for student, path, problem in _entries(folder, f"{exercise}.ipynb"):
        name = printable(student, MAX_NAME) or "?"
        taken[name] = taken.get(name, 0) + 1
        if taken[name] > 1:
            name = f"{name} ({taken[name]})"
        found.append(Submission(name, path, problem))
    if not found:
        raise NoSubmissions(
            f"no submissions in {printable(str(folder))}: it should hold STUDENT.ipynb files, "
            f"or folders STUDENT/{exercise}.ipynb"
        )
    return found


def _entries(folder: Path, wanted: str) -> Iterator[tuple[str, Path, str]]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith("._") or (path.name.startswith(".") and path.suffix != ".ipynb"):
            continue  # what editors and file managers leave behind
        if path.suffix == ".ipynb" and (path.is_symlink() or not path.is_dir()):
            yield path.stem, path, ""
        elif path.is_symlink():
            yield path.name, path, "a symbolic link is not a submission"
        elif path.is_dir():
            inside = path / wanted
            missing = not inside.is_symlink() and not inside.exists()
            yield path.name, inside, f"no {wanted} in this folder" if missing else ""
