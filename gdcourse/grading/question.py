"""A question and its hidden tests: of a function, of an answer in a cell, or of a text for a human.

`calls` names a function of the student's, `reads` a variable. A wrong choice is told apart from the
others: `tells` then holds a text for each wrong letter, and `right` is the right one. A test that
`names_student` gives a text that begins with the student's id: see identity.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

KINDS = ("array", "number", "text")
MAX_TEXT = 5000
NOTHING = "Nothing was written here that can be marked."


def plain(text: str) -> str:
    """Return a short answer without what does not matter: case, spaces, marks around it."""
    return " ".join(text.casefold().split()).strip(" .,;:!?()\"'`")


@dataclass(frozen=True)
class HiddenTest:
    """One property that an answer must have, and its points."""

    question: str
    points: float
    tells: str | dict[str, str]
    calls: str = ""
    reads: str = ""
    returns: str = "text"
    right: str = ""
    by_hand: bool = False
    names_student: bool = False
    read_only: bool = False
    cases: list[tuple[Any, ...]] = field(default_factory=lambda: [()])
    check: Callable[[tuple[Any, ...], Any], bool | float] = lambda arguments, answer: False

    def __post_init__(self) -> None:
        if bool(self.calls) == bool(self.reads):
            raise ValueError("name either the function it calls or the variable it reads")
        if self.returns not in KINDS:
            raise ValueError(f"returns must be one of {KINDS}; got {self.returns!r}")
        if not self.cases or not all(isinstance(case, tuple) for case in self.cases):
            raise ValueError("cases(rng) must give at least one tuple of arguments")
        if isinstance(self.tells, dict) != bool(self.right):
            raise ValueError("a choice has `right` and a dict `tells`, other tests have neither")
        if self.right in self.tells and self.right:
            raise ValueError(f"tells speaks of the wrong choices; {self.right!r} is right")
        if self.names_student and self.returns != "text":
            raise ValueError("a test that names the student gives a text")
        if (self.right or self.by_hand) and (self.calls or self.returns != "text"):
            raise ValueError("a choice, and what is marked by hand, reads a text")

    @property
    def asks(self) -> str:
        """Return the name in the student's notebook that holds the answer."""
        return self.calls or self.reads

    @property
    def letters(self) -> list[str]:
        """Return the letters that a choice has."""
        return sorted([self.right, *self.tells]) if isinstance(self.tells, dict) else []

    def share(self, arguments: tuple[Any, ...], answer: Any) -> float:
        """Return the share of the points, 0 to 1, that an answer earns."""
        if self.reads and isinstance(answer, str):
            answer = plain(answer)  # a short text is compared without case and marks
        if self.right:
            return float(answer == self.right)
        with np.errstate(all="ignore"):
            return min(1.0, max(0.0, float(self.check(arguments, answer))))

    def passes(self, arguments: tuple[Any, ...], answer: Any) -> bool:
        """Tell whether an answer earns all points."""
        return self.share(arguments, answer) == 1

    def told(self, answer: Any = None) -> str:
        """Return what a student reads whose answer is not right."""
        if self.by_hand:
            return NOTHING  # `tells` is for whoever marks
        if isinstance(self.tells, str):
            return self.tells
        chosen = plain(answer) if isinstance(answer, str) else ""
        return self.tells.get(chosen, f"Choose one of {', '.join(self.letters)}.")


@dataclass(frozen=True)
class Question:
    """A question's name, points and hidden tests."""

    name: str
    points: float
    tests: list[HiddenTest] = field(default_factory=list)

    @property
    def by_hand(self) -> bool:
        """Tell whether a human marks this question."""
        return any(test.by_hand for test in self.tests)


def written(text: str) -> str:
    """Return a free text as it is kept for marking: bounded, with its lines, no control signs."""
    lines = (" ".join(line.split()) for line in text[:MAX_TEXT].splitlines())
    kept = "\n".join(lines).strip()
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in kept)
