"""A student's submission with its marks: what every report is made of."""

import builtins
import re
from collections.abc import Iterable
from dataclasses import dataclass

from .download import printable
from .exercise import Exercise
from .grader import Mark
from .submissions import Submission

LOST = re.compile(r"(.+?) \(Lost: ([\d.e+-]+)\.\)\s*", re.DOTALL)
UNREAD = "The submission could not be read."
SHAPES = re.compile(
    r"TypeError: (?P<name>\w+) must give (?P<what>an? \w+|one number); it gave (?P<kind>\w+)"
)
KINDS = {"NoneType", "bool", "str", "bytes", "dict", "list", "tuple", "set", "function", "ndarray"}
WHATS = {"an array", "a number", "a text", "one number"}
STOPS = {
    "the code was killed": "Your code used more time or memory than it may.",
    "the code was stopped too often": "Your code was stopped too often; the rest was not tried.",
    "the code was stopped": "Your code used more time than it may.",
    "the code ran longer": "Your code ran longer than it may.",
    "the code waited": "Your code waited for something that did not come.",
    "the code ended": "Your code ended Python itself: by exit(), quit(), or a crash.",
    "the code closed": "Your code closed the line to the grader.",
    "the answer is": "Your code gave something of another kind than was asked for.",
    "the reply": "The answer of your code was too large, or no plain data.",
    "the id in the notebook": "The id in the notebook is not the one of your name.",
}


@dataclass(frozen=True)
class Result:
    """One student's submission and marks."""

    submission: Submission
    marks: list[Mark]

    @property
    def student(self) -> str:
        return self.submission.student

    @property
    def points(self) -> float | None:
        """Return the sum, or None while a question has no points."""
        points = [mark.points for mark in self.marks if mark.points is not None]
        return sum(points) if len(points) == len(self.marks) else None

    @property
    def max_points(self) -> float:
        return sum(mark.max_points for mark in self.marks)

    @property
    def failed(self) -> bool:
        """Tell whether the grader failed: then there is no mark, and no zero."""
        return any(mark.points is None and mark.error for mark in self.marks)

    @property
    def unread(self) -> bool:
        return any(mark.feedback == UNREAD for mark in self.marks)


def losses(mark: Mark) -> list[tuple[str, str]]:
    """Return what the student is told about a question, and the points that each text cost."""
    return LOST.findall(mark.feedback) or [(mark.feedback, "")]


def told(mark: Mark, names: Iterable[str]) -> str:
    """Return what a student may read of an error.

    Its text comes from the student's code, which could put the inputs of a hidden test into it, for
    somebody to read off. So no part of it is passed on: only which of the known errors it is.
    """
    if not mark.error or mark.points is None:
        return ""
    if mark.feedback == UNREAD:
        return printable(mark.error)
    for start, text in STOPS.items():
        if mark.error.startswith(start):
            return text
    kind = mark.error.split(":")[0]
    for name in names:
        if mark.error == f"{name} is empty":
            return f"{name} is empty."
        if mark.error.startswith(f"NameError: {name} is not defined"):
            cell = re.search(r"its cell failed: (\w+)", mark.error)
            why = f"; its cell failed: {_known(cell[1])}" if cell else ""
            return f"{name} is not defined{why}."
        shape = SHAPES.match(mark.error)
        if shape and shape["name"] == name and shape["what"] in WHATS:
            got = shape["kind"] if shape["kind"] in KINDS else "something else"
            return f"{name} must give {shape['what']}; it gave {got}."
    return f"Your code failed on an input of a test: {_known(kind)}."


def _known(kind: str) -> str:
    """Return the name of an error of Python's own; other names are the student's to choose."""
    found = getattr(builtins, kind, None)
    return kind if isinstance(found, type) and issubclass(found, BaseException) else "an error"


def names_asked(exercise: Exercise) -> list[str]:
    """Return the functions and variables that the exercise asks for."""
    return sorted({test.asks for question in exercise.questions for test in question.tests})
