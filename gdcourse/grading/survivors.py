"""Which mutants of a master's own solutions do its hidden tests let through?

The solutions are ours, so they run here without a sandbox, through the worker's own functions. A
mutant may well loop for ever or ask for all memory: call `seal` first, in a process of its own.
"""

import contextlib
import io
import json
import resource
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import message, worker
from .exercise import load, tagged
from .mutants import Mutant, mutants
from .question import HiddenTest

GIGABYTE = 2**30


@dataclass(frozen=True)
class Trial:
    """One mutant of one question's solution, and whether every hidden test let it pass."""

    exercise: str
    question: str
    mutant: Mutant
    survives: bool


def seal(gigabytes: float = 3) -> None:
    """Bound this process's memory, for good, and let a timer end a loop that never ends."""
    size = int(gigabytes * GIGABYTE)
    resource.setrlimit(resource.RLIMIT_AS, (size, size))

    def stop(number: int, frame: Any) -> None:
        raise TimeoutError("the mutant ran too long")

    signal.signal(signal.SIGPROF, stop)


class Bench:
    """A master's solutions, ready to be changed one at a time."""

    def __init__(self, master: Path):
        import jupytext

        self.exercise = load(master)
        self.cells: list[str] = []
        self.solutions: list[tuple[str, int]] = []  # question, and number of its cell
        question = ""
        for cell in jupytext.read(master, fmt="md:myst").cells:
            if cell.cell_type == "raw" and "# BEGIN QUESTION" in cell.source:
                question = cell.source.split("name:")[1].split()[0]
            if cell.cell_type == "code" and not (tagged(cell, "hidden-test") or _only_shown(cell)):
                if "SOLUTION" in cell.source:
                    self.solutions.append((question, len(self.cells)))
                self.cells.append(cell.source)
        self.requests = {
            question.name: [
                (test, json.loads(message.dump(_request(test)))) for test in question.tests
            ]
            for question in self.exercise.questions
            if not question.by_hand
        }
        self.seconds = {name: self._time(name) for name in self.requests}

    def mutants(self) -> list[tuple[str, int, Mutant]]:
        """Return every mutant of every solution: its question, its cell, itself."""
        return [
            (question, cell, mutant)
            for question, cell in self.solutions
            if question in self.requests
            for mutant in mutants(self.cells[cell])
        ]

    def trials(self, chosen: list[tuple[str, int, Mutant]]) -> Iterator[Trial]:
        """Grade mutants one by one."""
        for question, cell, mutant in chosen:
            cells = [*self.cells]
            cells[cell] = mutant.source
            limit = 0.5 + 10 * self.seconds[question]
            yield Trial(self.exercise.name, question, mutant, self.passes(cells, question, limit))

    def passes(self, cells: list[str], question: str, limit: float) -> bool:
        """Tell whether cells earn all points of a question within a time limit."""
        namespace: dict[str, Any] = {"__name__": "__main__"}
        signal.setitimer(signal.ITIMER_PROF, limit, 0.1)  # again and again: code may swallow one
        try:
            with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
                if worker.run(list(enumerate(cells)), namespace, lambda reply: None)["errors"]:
                    return False
                return all(_passes(*pair, namespace) for pair in self.requests[question])
        except (Exception, SystemExit):
            return False
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def _time(self, question: str) -> float:
        start = time.process_time()
        if not self.passes(self.cells, question, 1000):
            raise AssertionError(f"{self.exercise.name}, {question}: the solution itself fails")
        return time.process_time() - start


def _only_shown(cell: Any) -> bool:
    return tagged(cell, "figure") or "def test_" in cell.source


def _request(test: HiddenTest) -> dict[str, Any]:
    do = "call" if test.calls else "read"
    return {
        "do": do,
        "name": test.asks,
        "returns": test.returns,
        "read_only": test.read_only,
        "cases": test.cases,
    }


def _passes(test: HiddenTest, request: dict[str, Any], namespace: dict[str, Any]) -> bool:
    for case, arguments in zip(request["cases"], test.cases, strict=True):
        reply = worker.call({**request, "cases": [case]}, namespace)
        (answer,) = message.answers(reply, test.returns, 1)
        if isinstance(answer, Exception) or not test.passes(arguments, answer):
            return False
    return True
