"""The page that one student gets: marks and reasons, nothing hidden, nothing of others."""

from collections.abc import Sequence

from .page import render
from .result import Result, losses, told


def page(exercise: str, result: Result, names: Sequence[str]) -> str:
    """Return the HTML of a student's feedback."""
    questions = [
        {
            "name": mark.question,
            "points": None if mark.points is None else f"{mark.points:g}",
            "of": f"{mark.max_points:g}",
            "full": mark.points == mark.max_points,
            "percent": round(100 * (mark.points or 0) / (mark.max_points or 1)),
            "losses": losses(mark),
            "error": told(mark, names),
        }
        for mark in result.marks
    ]
    waiting = sum(mark.max_points for mark in result.marks if mark.points is None)
    return render(
        "feedback.html",
        exercise=exercise,
        student=result.student,
        points=f"{sum(mark.points or 0 for mark in result.marks):g}",
        max_points=f"{result.max_points:g}",
        waiting=f"{waiting:g}" if waiting else "",
        failed=result.failed,
        late=result.submission.late,
        others=len(result.submission.others),
        unread=told(result.marks[0], names) if result.unread else "",
        questions=[] if result.unread else questions,
    )
