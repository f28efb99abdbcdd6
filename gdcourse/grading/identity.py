"""Whose submission is it? For exercises that give every student a task of their own.

A hidden test that `names_student` gives a text that begins with the id the student worked with. It
must be the name under which the work was handed in. Where a course's names are not the ids, a file
beside the grades, `grades-ids.csv`, says which id each name has: columns `student` and `id`.

What this cannot see: who wrote the answer. A student who solves a neighbour's task under their own
id is caught by the task itself; a neighbour who solves theirs for them is not.
"""

import csv
from dataclasses import replace
from pathlib import Path

from .errors import UserError
from .exercise import Exercise
from .gradebook import safe_cell
from .grader import Mark
from .question import plain
from .submissions import printable


def map_beside(out: Path) -> Path:
    """Return where the ids for a file of grades lie."""
    return out.with_name(f"{out.stem}-ids.csv")


def settle(exercise: Exercise, marks: dict[str, list[Mark]], path: Path) -> dict[str, list[Mark]]:
    """Take the points from a submission that was made with another student's id.

    Raises:
        UserError: the file of ids lacks a column.
    """
    asked = {q.name for q in exercise.questions if any(test.names_student for test in q.tests)}
    if not asked:
        return marks
    ids = _ids(path)
    settled = {}
    for student, own in marks.items():
        wanted = ids.get(safe_cell(student), student)
        named = [m.answer.split(":")[0] for m in own if m.question in asked and m.answer]
        wrong = next((name for name in named if plain(name) != plain(wanted)), None)
        settled[student] = own if wrong is None else [_withheld(m, wrong, wanted) for m in own]
    return settled


def _ids(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    if rows and not {"student", "id"} <= rows[0].keys():
        raise UserError(f"{path} must have the columns student and id")
    return {row["student"]: row["id"] for row in rows}


def _withheld(mark: Mark, wrong: str, wanted: str) -> Mark:
    told = "This was made with another id than yours: set your own, mend its script, hand in again."
    error = (
        f"the id in the notebook is {printable(wrong, 80)!r}; expected {printable(wanted, 80)!r}"
    )
    return replace(mark, points=0, feedback=told, error=error)
