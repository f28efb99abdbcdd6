"""Grade one submission: ask inside the sandbox, compare outside."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from . import message
from .exercise import Exercise
from .question import HiddenTest, Question, written
from .sandbox import Sandbox, Stopped

MAX_RESTARTS = 8
BY_HAND = "Handed in: this question is marked by hand."


@dataclass(frozen=True)
class Mark:
    """What one question earned, what the student should know, and the error if one occurred.

    `points` is None when the grader failed, and says so in `error`: that is no mark, and no zero.
    They are None, too, while a human has to mark the free text in `answer`. Where a question names
    the student, `answer` holds that.
    """

    question: str
    points: float | None
    max_points: float
    feedback: str
    error: str = ""
    answer: str = ""

    @property
    def by_hand(self) -> bool:
        """Tell whether the mark waits for a human."""
        return self.points is None and not self.error


@dataclass(frozen=True)
class Outcome:
    """What one hidden test gives: its share, what the student is told, an error, a text to keep."""

    share: float
    told: str = ""
    error: str = ""
    kept: str = ""


def unread(exercise: Exercise, error: str) -> list[Mark]:
    """Return a mark of zero for every question of a submission that is no notebook."""
    told = "The submission could not be read."
    return [Mark(q.name, 0, q.points, told, error) for q in exercise.questions]


def ungraded(exercise: Exercise, error: str) -> list[Mark]:
    """Return no mark for every question, after a failure of the grader's own."""
    told = "Not graded yet: the grader failed, not you."
    return [Mark(q.name, None, q.points, told, error) for q in exercise.questions]


class Grader:
    """The grading of one submission.

    A cell or a function that ends the process or runs out of time costs its own question only: the
    rest runs again in a fresh sandbox, without that cell.
    """

    def __init__(self, exercise: Exercise, cells: list[str], start: Callable[[], Sandbox]):
        self.exercise = exercise
        self.cells = cells
        self.start = start
        self.fatal: dict[int, str] = {}
        self.errors: dict[int, str] = {}
        self.sandbox: Sandbox | None = None
        self.starts = 0

    def marks(self) -> list[Mark]:
        """Return one mark for each question.

        Raises:
            SandboxError: the sandbox failed, not the student.
        """
        try:
            return [self._mark(question) for question in self.exercise.questions]
        finally:
            self._close()

    def _mark(self, question: Question) -> Mark:
        points, feedback, error, kept = 0.0, [], "", ""
        for test in question.tests:
            outcome = self._outcome(test)
            kept = kept or outcome.kept
            if test.by_hand and kept:
                return Mark(question.name, None, question.points, BY_HAND, answer=kept)
            points += outcome.share * test.points
            if outcome.share < 1:
                lost = round((1 - outcome.share) * test.points, 6)
                feedback.append(f"{outcome.told} (Lost: {lost:g}.)")
                error = error or outcome.error
        told = " ".join(feedback) or "All tests passed."
        return Mark(question.name, round(points, 6), question.points, told, error, kept)

    def _outcome(self, test: HiddenTest) -> Outcome:
        """Return what one hidden test gives: the lowest share that any of its cases earned."""
        request = {
            "do": "call" if test.calls else "read",
            "name": test.asks,
            "returns": test.returns,
            "read_only": test.read_only,
            "cases": test.cases,
        }
        for fresh in (False, True):
            fresh = fresh or self.sandbox is None
            try:
                sandbox = self._open()
                reply = sandbox.ask(request, "answers")
                answers = message.answers(reply, test.returns, len(test.cases))
                break
            except (Stopped, message.BadMessage) as why:
                self._close()
                if fresh:
                    return Outcome(0, test.told(), str(why))
        worst, kept = Outcome(1), ""
        for arguments, answer in zip(test.cases, answers, strict=True):
            if isinstance(answer, Exception):
                return Outcome(0, test.told(), self._explain(str(answer), test.asks))
            if test.by_hand or test.names_student:
                kept = written(answer)
            share = 1.0 if test.by_hand else test.share(arguments, answer)
            if share < worst.share:
                worst = Outcome(share, test.told(answer))
        if test.by_hand and not kept:
            return Outcome(0, test.told(), f"{test.asks} is empty")
        return replace(worst, kept=kept)

    def _explain(self, error: str, name: str) -> str:
        """Add the error of the cell that should have defined `name`, when it is missing."""
        if not error.startswith("NameError"):
            return error
        errors = {**self.errors, **self.fatal}
        about = [text for cell, text in errors.items() if name in self.cells[cell]]
        return f"{error}; its cell failed: {about[0]}" if about else error

    def _open(self) -> Sandbox:
        """Return a sandbox in which the cells have run, leaving out those that ended one."""
        while self.sandbox is None:
            self.starts += 1
            if self.starts > MAX_RESTARTS:
                raise Stopped("the code was stopped too often; the rest was not tried")
            sandbox = self.start()
            cells = [(n, cell) for n, cell in enumerate(self.cells) if n not in self.fatal]
            try:
                reply = sandbox.ask({"do": "run", "cells": cells}, "errors")
            except Stopped as why:
                known = why.cell is not None and 0 <= why.cell < len(self.cells)
                if not known or why.cell in self.fatal:
                    raise
                self.fatal[why.cell or 0] = str(why)
                continue
            self.errors = self._cell_errors(reply["errors"])
            self.sandbox = sandbox
        return self.sandbox

    def _cell_errors(self, errors: object) -> dict[int, str]:
        pairs = errors.items() if isinstance(errors, dict) else []
        known = {str(n): n for n in range(len(self.cells))}
        return {known[n]: str(text) for n, text in pairs if n in known}

    def _close(self) -> None:
        if self.sandbox is not None:
            self.sandbox.close()
        self.sandbox = None
