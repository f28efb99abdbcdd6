"""What learning platforms call the files of a download: whose each one is, and which came later.

- Moodle: `Ann Lee_123_assignsubmission_file/x.ipynb`, or all in one `…_file_x.ipynb`
- Canvas: `leeann_LATE_123_456_x-1.ipynb`: the student's number, the file's, and Canvas's own suffix
- nbgrader: `ann/ASSIGNMENT/EXERCISE.ipynb`, with the time in `timestamp.txt`
- else: `ann.ipynb`, or `ann/EXERCISE.ipynb`
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOODLE = re.compile(
    r"(?P<name>.+?)(_(?P<number>\d+))?_assignsubmission_[a-z0-9]+(_(?P<called>.*))?"
)
CANVAS = re.compile(
    r"((?P<name>\w+?)_(?P<late>LATE_)?(?P<number>[0-9]{1,20})|(?P<alias>(LATE_)?anon_\w+?))"
    r"_((?P<file>[0-9]{1,20})_(?P<called>.+)|(text|link)\.html)"
)
COPY = re.compile(r"(-\d+| ?\(\d+\))$")
MAX_DEPTH = 4


@dataclass(frozen=True)
class File:
    """A file of a download, or a folder, which may be empty; `parts` are the names on its way."""

    parts: tuple[str, ...]
    path: Path
    time: float = 0
    problem: str = ""
    folder: bool = False


@dataclass(frozen=True)
class Owner:
    """Whose a file is; `number` is Canvas's, `order` tells which of several is later."""

    student: str
    form: str
    number: str = ""
    late: bool = False
    order: int = 0


def printable(text: str, length: int = 500) -> str:
    """Return text on one line without control characters, safe for a terminal and a log."""
    shown = "".join(
        c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in text
    )
    return shown if len(shown) <= length else shown[: length - 1] + "…"


def parts_of(name: str) -> tuple[str, ...]:
    """Return the names on the way to a file in a zip."""
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))


def walk(folder: Path, above: tuple[str, ...] = ()) -> Iterator[File]:
    """List the files of a folder, a few levels deep; links are named and not followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield File((*above, "?"), folder, problem=f"the folder cannot be read ({error.strerror})")
        return
    for entry in entries:
        parts, path = (*above, entry.name), Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield File(parts, path, folder=True)
            if len(parts) < MAX_DEPTH:
                yield from walk(path, parts)
        else:
            problem = "a symbolic link is not a submission" if entry.is_symlink() else ""
            yield File(parts, path, entry.stat(follow_symlinks=False).st_mtime, problem)


def litter(file: File) -> bool:
    """Tell whether a file is what editors, file managers and archivers leave behind."""
    return any(
        part.startswith("._")
        or part == "__MACOSX"
        or (part.startswith(".") and not part.endswith(".ipynb"))
        for part in file.parts
    )


def from_canvas(files: list[File]) -> bool:
    """Tell whether all files bear names that Canvas gives; one alone may do so by chance."""
    return all(len(f.parts) == 1 and CANVAS.fullmatch(f.parts[0]) for f in files)


def owner(file: File, canvas: bool) -> Owner:
    """Return whose a file or folder is, from the names on its way."""
    top = file.parts[0]
    if found := MOODLE.fullmatch(top):
        return Owner(_numbered(found), "moodle")
    if canvas and (found := CANVAS.fullmatch(top)):
        late = bool(found["late"]) or (found["alias"] or "").startswith("LATE_")
        number, order = found["number"] or "", int(found["file"] or 0)
        return Owner(_numbered(found), "canvas", number, late, order)
    if len(file.parts) > 1 or file.folder:
        return Owner(top, "folder")
    return Owner(top.removesuffix(".ipynb"), "file")


def _numbered(found: re.Match[str]) -> str:
    """Return a name with the platform's number: two students may bear the same name."""
    name = found["name"] or found["alias"].removeprefix("LATE_")
    return f"{name} ({found['number']})" if found["number"] else name


def is_named(file: File, exercise: str) -> bool:
    """Tell whether a file bears the exercise's name, but for what a platform puts around it."""
    called = file.parts[-1]
    for form in (CANVAS, MOODLE):
        if found := form.fullmatch(called):
            called = found["called"] or ""
    stem = called.removesuffix(".ipynb")
    return called.endswith(".ipynb") and exercise in (stem, COPY.sub("", stem))
