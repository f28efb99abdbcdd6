"""The page for the instructor: how the class did, which questions told, and what to look at."""

import math
import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from .download import printable
from .exercise import Exercise
from .page import render
from .result import Result
from .similarity import THRESHOLD, Pair, groups

BARS = 10
SHOWN = 100  # rows of a table at most; the CSV has all


def page(exercise: Exercise, results: Sequence[Result], pairs: Sequence[Pair]) -> str:
    """Return the HTML of the summary."""
    whole = [r for r in results if r.points is not None and not r.unread]
    totals = [result.points for result in whole if result.points is not None]
    of = sum(question.points for question in exercise.questions)
    return render(
        "summary.html",
        exercise=exercise.name,
        count=len(results),
        graded=len(totals),
        of=f"{of:g}",
        mean=f"{statistics.mean(totals):.1f}" if totals else "–",
        median=f"{statistics.median(totals):g}" if totals else "–",
        spread=f"{statistics.pstdev(totals):.1f}" if totals else "–",
        bars=histogram(totals, of),
        questions=[_question(exercise, number, whole) for number in range(len(exercise.questions))],
        alike=[
            (f"{low:.2f}" if low == high else f"{low:.2f}–{high:.2f}", _listed(who, 30))
            for who, low, high in groups(pairs)[:SHOWN]
        ],
        threshold=f"{THRESHOLD:g}",
        failed=[(r.student, _first_error(r)) for r in results if r.failed],
        unread=[(r.student, _first_error(r)) for r in results if r.unread],
        by_hand=sum(mark.by_hand for result in results for mark in result.marks),
        errors=_errors(results)[:SHOWN],
        late=[r.student for r in results if r.submission.late],
        repeated=[
            (r.student, ", ".join(r.submission.others)) for r in results if r.submission.others
        ],
    )


def histogram(totals: Sequence[float], of: float) -> list[dict[str, Any]]:
    """Return the bars of the distribution: how many students lie in each tenth of the points."""
    counts = [0] * BARS
    for total in totals:
        counts[min(BARS - 1, int(BARS * total / of)) if of else 0] += 1
    top = max(counts) or 1
    return [
        {
            "count": count,
            "height": round(140 * count / top, 1),
            "x": 20 + 36 * number,
            "low": f"{of * number / BARS:.3g}",
            "high": f"{of * (number + 1) / BARS:.3g}",
        }
        for number, count in enumerate(counts)
    ]


def discrimination(item: Sequence[float], rest: Sequence[float]) -> float | None:
    """Return the correlation of a question with the rest; None where one of them is constant."""
    try:
        value = statistics.correlation(item, rest)
    except statistics.StatisticsError:
        return None
    return value if math.isfinite(value) else None


def _question(exercise: Exercise, number: int, results: Sequence[Result]) -> dict[str, Any]:
    question = exercise.questions[number]
    points = [float(result.marks[number].points or 0) for result in results]
    rest = [float(result.points or 0) - own for result, own in zip(results, points, strict=True)]
    share = statistics.mean(points) / question.points if points and question.points else 0
    value = discrimination(points, rest)
    return {
        "name": question.name,
        "of": f"{question.points:g}",
        "percent": round(100 * share),
        "full": sum(own == question.points for own in points),
        "discrimination": "–" if value is None else f"{value:.2f}".replace("-", "−"),
        "look": value is not None and value < 0.1,
    }


def _listed(students: Sequence[str], most: int) -> str:
    more = len(students) - most
    return ", ".join(students[:most]) + (f" and {more} more" if more > 0 else "")


def _first_error(result: Result) -> str:
    return printable(next((mark.error for mark in result.marks if mark.error), ""), 300)


def _errors(results: Iterable[Result]) -> list[tuple[str, str, int, str]]:
    """Return each error of a question once, with how many met it and some of their names."""
    met: dict[tuple[str, str], list[str]] = {}
    for result in results:
        for mark in result.marks:
            if mark.error and not result.failed and not result.unread:
                error = printable(mark.error, 300)
                met.setdefault((mark.question, error), []).append(result.student)
    rows = [(question, error, len(who), _listed(who, 3)) for (question, error), who in met.items()]
    return sorted(rows, key=lambda row: (-row[2], row[0]))
