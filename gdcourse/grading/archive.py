"""Open a zip that strangers filled: every size is counted, and no name in it becomes a path."""

import io
import stat
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from .download import MOODLE, File, litter, parts_of, printable
from .errors import NoSubmissions
from .notebook import MAX_BYTES

MB = 2**20
MAX_MEMBERS = 20_000
MAX_DIRECTORY = 8 * MB  # the list of members, which zipfile reads in one go
MAX_TOTAL = 4096 * MB
CHUNK = MB // 4
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others may ask for much memory
ARCHIVES = (".zip", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".7z", ".rar", ".zst")


class Bounded(io.BufferedReader):
    """A file that refuses to be read in pieces larger than MAX_DIRECTORY."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY:
            raise zipfile.BadZipFile("its list of members is too long")
        return super().read(size)


def unpack(path: Path, into: Path) -> list[File]:
    """Write the notebooks of a zip to `into`, under numbers for names, and list all its files.

    Raises:
        NoSubmissions: it is no zip, or a zip too large to be one of submissions.
    """
    shown = printable(str(path))
    try:
        with Bounded(io.FileIO(path)) as raw, zipfile.ZipFile(raw) as archive:
            if len(archive.infolist()) > MAX_MEMBERS:
                raise NoSubmissions(f"{shown} holds more than {MAX_MEMBERS} files: divide it")
            return list(_files(archive, into, shown))
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise NoSubmissions(
            f"{shown} is not a zip that can be opened ({printable(str(error), 80)}): "
            "give a folder, one .ipynb, or the .zip as it was downloaded"
        ) from error


def without_top(files: list[File], exercise: str) -> list[File]:
    """Leave out a folder that everything lies in, unless it is a student's own."""
    tops = {file.parts[0] for file in files if not litter(file)}
    if len(tops) != 1 or MOODLE.fullmatch(top := tops.pop()):
        return files
    below = [replace(file, parts=file.parts[1:]) for file in files if file.parts[1:]]
    own = any(file.parts == (f"{exercise}.ipynb",) for file in below)
    return files if own or not below or top.endswith(".ipynb") else below


def _files(archive: zipfile.ZipFile, into: Path, shown: str) -> Iterator[File]:
    total = 0
    for number, member in enumerate(archive.infolist()):
        name, target, problem = member.filename, into / f"{number}.ipynb", ""
        parts = parts_of(name)
        kind = stat.S_IFMT(member.external_attr >> 16)
        if not parts or ".." in parts or name.startswith(("/", "\\")):
            parts, problem = (name or "?",), "its path leads out of the zip"
        elif kind == stat.S_IFLNK:
            problem = "a symbolic link is not a submission"
        elif member.is_dir():
            yield File(parts, target, folder=True)
            continue
        elif kind not in (0, stat.S_IFREG):
            problem = "not a plain file"
        elif parts[-1].lower().endswith(ARCHIVES):
            problem = "an archive inside the zip: hand in the notebook itself"
        elif parts[-1].endswith((".ipynb", "timestamp.txt")):
            size, problem = _extract(archive, member, target)
            total += size
        if total > MAX_TOTAL:
            raise NoSubmissions(
                f"{shown} holds notebooks of more than {MAX_TOTAL // MB} MB: "
                "unpack it where there is room, and give the folder"
            )
        yield File(parts, target, _time(member), problem)


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> tuple[int, str]:
    """Write one member; return how many bytes came out, and what is wrong with it."""
    if member.flag_bits & 1:
        return 0, "the file is locked with a password"
    if member.compress_type not in PLAIN:
        return 0, "the file is packed in a way that is not taken here: use an ordinary zip"
    size, problem = 0, ""
    try:
        if member.header_offset < 0:
            raise zipfile.BadZipFile
        with archive.open(member) as source, open(target, "xb") as file:
            while size <= MAX_BYTES and (chunk := source.read(CHUNK)):
                size += len(chunk)
                file.write(chunk)
        if size > MAX_BYTES:
            problem = f"the notebook is larger than {MAX_BYTES // MB} MB: clear its outputs"
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
        problem = "the file in the zip is damaged"
    if problem:
        target.unlink(missing_ok=True)
    return size, problem


def _time(member: zipfile.ZipInfo) -> float:
    try:
        return time.mktime((*member.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        return 0
