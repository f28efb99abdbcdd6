"""The CSV that Canvas's gradebook imports."""

import csv
import io
from collections.abc import Sequence

from .gradebook import safe_cell
from .result import Result

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


def table(exercise: str, results: Sequence[Result], max_points: float) -> str:
    """Return the text of the CSV: one column for the exercise, a row for each student.

    Canvas finds a student by the number in ID, which its own downloads carry, else by the login.
    A cell without points leaves in Canvas what stands there.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*COLUMNS, exercise))
    writer.writerow(("    Points Possible", "", "", "", "", f"{max_points:g}"))
    for result in results:
        student = safe_cell(result.student)
        points = "" if result.points is None else f"{result.points:g}"
        number = result.submission.number
        writer.writerow((student, number, "", "" if number else student, "", points))
    return text.getvalue()
