"""Find submissions in a folder or a zip, without trusting a name in it."""

import contextlib
import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from . import archive
from .download import File, Owner, from_canvas, is_named, litter, owner, printable, walk
from .errors import NoSubmissions

MAX_NAME = 80


@dataclass(frozen=True)
class Submission:
    """A file to grade and the student it belongs to; `problem` says why it cannot be opened.

    `number` is the student's in Canvas. `others` are the names of notebooks that the student handed
    in besides, or before: they are kept, and not graded.
    """

    student: str
    path: Path
    problem: str = ""
    number: str = ""
    late: bool = False
    others: tuple[str, ...] = ()


@contextlib.contextmanager
def opened(path: Path, exercise: str, due: datetime | None = None) -> Iterator[list[Submission]]:
    """Give the submissions of a folder, a zip or one notebook; a zip is unpacked meanwhile.

    After `due` what has nbgrader's timestamp.txt is late; Canvas says of itself what is.

    Raises:
        NoSubmissions: there are none, or the file is no zip.
    """
    if path.is_file() and path.suffix != ".ipynb":
        with tempfile.TemporaryDirectory(prefix="gdcourse-") as room:
            files = archive.without_top(archive.unpack(path, Path(room)), exercise)
            yield _collect(files, exercise, path, due)
    else:
        yield find(path, exercise, due)


def find(folder: Path, exercise: str, due: datetime | None = None) -> list[Submission]:
    """Return the submissions of a folder, in the order of their names.

    Other files and the traces of editors are passed over. Links are never followed. Two entries
    that give the same student are told apart by a number.

    Raises:
        NoSubmissions: there are none.
    """
    if folder.is_file():
        return [Submission(printable(folder.stem, MAX_NAME), folder)]
    if not folder.is_dir():
        raise NoSubmissions(
            f"{printable(str(folder))} is not a folder: give the folder of submissions, or a zip"
        )
    return _collect(list(walk(folder)), exercise, folder, due)


def _collect(
    files: list[File], exercise: str, source: Path, due: datetime | None
) -> list[Submission]:
    files = sorted((f for f in files if not litter(f)), key=lambda file: file.parts)
    canvas = from_canvas(files)
    owned: dict[tuple[str, str], list[tuple[File, Owner]]] = {}
    for file in files:
        whose = owner(file, canvas)
        if whose.form == "file" and not file.parts[0].endswith(".ipynb") and not file.problem:
            continue
        owned.setdefault((whose.form, whose.student), []).append((file, whose))
    found: list[Submission] = []
    taken: set[str] = set()
    for (form, student), own in owned.items():
        plain = name = printable(student, MAX_NAME) or "?"
        again = itertools.count(2)
        while name in taken:
            name = f"{plain} ({next(again)})"
        taken.add(name)
        found.append(_latest(name, own, exercise, form == "folder", due))
    if not found:
        raise NoSubmissions(
            f"no submissions in {printable(str(source))}: it should hold STUDENT.ipynb files, "
            f"folders STUDENT/{exercise}.ipynb, or what Moodle, Canvas or nbgrader collected"
        )
    return found


def _latest(
    student: str,
    own: list[tuple[File, Owner]],
    exercise: str,
    folder: bool,
    due: datetime | None,
) -> Submission:
    """Return the notebook of a student that counts: the latest of those that bear the name."""
    number, late = own[0][1].number, any(whose.late for _, whose in own)
    files = [file for file, _ in own if not file.folder]
    notebooks = [pair for pair in own if not pair[0].folder and _is_notebook(pair[0])]
    named = [pair for pair in notebooks if is_named(pair[0], exercise)]
    if folder:
        choice = [p for p in named if len(p[0].parts) == 2] or named
        choice = choice or [p for p in notebooks if p[0].parts[1:2] == (exercise,)]
    else:
        choice = named or notebooks
    if not choice:
        lack = f"no {exercise}.ipynb in this folder"
        if not folder:
            lack = "no notebook was handed in, only: " + ", ".join(f.parts[-1] for f in files)
        problem = next((file.problem for file in files if file.problem), printable(lack, 200))
        path = files[0].path if files else own[0][0].path
        return Submission(student, path, problem, number, late)
    stamps = {f.parts[:-1]: _stamp(f.path) for f in files if f.parts[-1] == "timestamp.txt"}

    def when(pair: tuple[File, Owner]) -> tuple[float, float, tuple[str, ...]]:
        file, whose = pair
        return whose.order, stamps.get(file.parts[:-1]) or file.time, file.parts

    file, whose = max(choice, key=when)
    others = [printable("/".join(f.parts), 200) for f, _ in notebooks if f is not file]
    stamp = stamps.get(file.parts[:-1])
    late = whose.late or bool(due and stamp and stamp > due.timestamp())
    return Submission(student, file.path, file.problem, number, late, tuple(others))


def _is_notebook(file: File) -> bool:
    return file.parts[-1].endswith(".ipynb")


def _stamp(path: Path) -> float | None:
    """Return the time in nbgrader's timestamp.txt, in UTC unless nbgrader was told else."""
    try:
        with open(path, encoding="ascii") as file:
            text = file.read(100)
        return datetime.fromisoformat(text.strip()[:26].rstrip()).replace(tzinfo=UTC).timestamp()
    except (OSError, ValueError, OverflowError):
        return None
