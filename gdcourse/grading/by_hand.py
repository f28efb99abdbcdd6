"""The free texts of a class: a sheet for a human to mark, and the points read back from it.

The sheet lies beside the grades, `grades-by-hand.csv`. Fill in its column `points`, run the same
command again, and the points stand in the grades. A text that was handed in anew loses its points.
"""

import csv
import os
from dataclasses import replace
from pathlib import Path

from .errors import UserError
from .exercise import Exercise
from .grader import Mark
from .submissions import printable

COLUMNS = ("student", "question", "max_points", "looks_for", "answer", "points")
MARKED = "Marked by hand."


def sheet(out: Path) -> Path:
    """Return where the sheet for a file of grades lies."""
    return out.with_name(f"{out.stem}-by-hand.csv")


def settle(exercise: Exercise, marks: dict[str, list[Mark]], path: Path) -> dict[str, list[Mark]]:
    """Give the points of the sheet to what was marked by hand, and write the sheet anew.

    Raises:
        UserError: a row of the sheet holds points that cannot be given.
    """
    looks_for = {q.name: str(q.tests[0].tells) for q in exercise.questions if q.by_hand}
    if not looks_for:
        return marks
    given = _given(path)
    rows: list[tuple[str, ...]] = []
    settled: dict[str, list[Mark]] = {}
    for student, own in marks.items():
        settled[student] = []
        for mark in own:
            if mark.by_hand:
                key = (_cell(student), mark.question, _cell(mark.answer))
                points = given.get(key, "")
                rows.append(
                    (*key[:2], f"{mark.max_points:g}", looks_for[mark.question], key[2], points)
                )
                if points:
                    number = _number(points, mark, f"{path}: {printable(student)}")
                    mark = replace(mark, points=number, feedback=MARKED)
            settled[student].append(mark)
    partial = path.with_name(path.name + ".partial")
    with open(partial, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    os.replace(partial, path)
    return settled


def _given(path: Path) -> dict[tuple[str, str, str], str]:
    if not path.is_file():
        return {}
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    if rows and not set(COLUMNS) <= rows[0].keys():
        raise UserError(f"{path} lacks a column of {', '.join(COLUMNS)}: move it away")
    return {
        (r["student"], r["question"], r["answer"].replace("\r\n", "\n")): (
            r["points"] or ""
        ).strip()
        for r in rows
    }


def _number(points: str, mark: Mark, where: str) -> float:
    try:
        number = float(points.replace(",", "."))
    except ValueError:
        number = -1
    if not 0 <= number <= mark.max_points:
        raise UserError(
            f"{where}, {mark.question}: points must be a number from 0 to {mark.max_points:g}; "
            f"got {printable(points, 40)!r}"
        )
    return number


def _cell(text: str) -> str:
    """Return text that a spreadsheet shows and does not obey; its lines stay."""
    return "'" + text if text.lstrip()[:1] in tuple("=+-@") else text
