"""What has been graded: kept in SQLite while grading, written as a CSV at the end."""

import csv
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from .errors import UserError
from .grader import Mark
from .submissions import printable

COLUMNS = ("student", "question", "points", "max_points", "feedback", "error")


def fingerprint(*parts: str | bytes) -> str:
    """Return one hash of several parts; where one part ends and the next begins counts."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


class Gradebook:
    """Marks by fingerprint of submission and exercise; each one is safe on disk once recorded.

    Raises:
        UserError: the file is no gradebook, or another run is writing it.
    """

    def __init__(self, path: Path):
        self._database = sqlite3.connect(path, timeout=1)
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")  # one writer, and it is us
            with self._database:
                self._database.execute("BEGIN EXCLUSIVE")
                self._database.execute(
                    "CREATE TABLE IF NOT EXISTS marks (key TEXT PRIMARY KEY, marks TEXT)"
                )
        except sqlite3.OperationalError as error:
            self._database.close()
            raise UserError(
                f"{path} cannot be written ({error}): is another `gdcourse grade` at work on it? "
                "Wait for its end, or give another --out"
            ) from error
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise UserError(f"{path} is not a gradebook ({error}): move it away") from error

    def __enter__(self) -> "Gradebook":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def record(self, key: str, marks: list[Mark]) -> None:
        """Store the marks of one submission, all or nothing."""
        text = json.dumps([asdict(mark) for mark in marks])
        with self._database:
            self._database.execute("INSERT OR IGNORE INTO marks VALUES (?, ?)", (key, text))

    def recall(self, key: str) -> list[Mark] | None:
        """Return the marks recorded under a key, if there are any."""
        row = self._database.execute("SELECT marks FROM marks WHERE key = ?", (key,)).fetchone()
        return [Mark(**mark) for mark in json.loads(row[0])] if row else None


def safe_cell(text: str) -> str:
    """Return text that a terminal and a spreadsheet show and do not obey."""
    shown = printable(text)
    return "'" + shown if shown.lstrip()[:1] in tuple("=+-@") else shown


def write_csv(path: Path, rows: Iterable[tuple[str, Mark]]) -> None:
    """Write a row per student and question; the file is replaced whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    with open(partial, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for student, mark in rows:
            earned = "" if mark.points is None else f"{mark.points:g}"
            points = (earned, f"{mark.max_points:g}")
            texts = (safe_cell(mark.feedback), safe_cell(mark.error))
            writer.writerow((safe_cell(student), mark.question, *points, *texts))
    os.replace(partial, path)
