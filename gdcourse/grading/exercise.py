"""An exercise's master: its questions and the hidden tests that only the grader knows.

A master is a MyST notebook with otter-grader's marks. A hidden test is a code cell tagged
`hidden-test` that holds

    hidden_test = dict(question="q1", calls="step", returns="array", points=2, tells="...")

    def cases(rng):              # the arguments of each call, as tuples; seeded by the grader
    def check(arguments, answer):  # True when the answer is right; runs on the trusted side

`returns` is array, number or text: what crosses back is plain data of that kind. `read_only=True`
hands arrays over write-protected. `tells` is what a student reads when the test fails.

A question may ask for an answer in a cell instead, `answer_6 = "b"`. Then `reads="answer_6"` stands
in the place of `calls`, there are no cases, and its test is one of

    hidden_test = dict(..., right="b", tells={"a": "...", "c": "..."})        # a choice
    hidden_test = dict(..., returns="number", tells="...")                    # with its check
    hidden_test = dict(..., by_hand=True, tells="what the marker looks for")  # free text
"""

import hashlib
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .._version import __version__
from .errors import BadMaster
from .question import HiddenTest, Question

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Exercise:
    """All questions of a master; `version` changes when the master or the grader does."""

    name: str
    questions: list[Question]
    version: str


def tagged(cell: Any, tag: str) -> bool:
    """Return whether a notebook cell has a tag."""
    return tag in cell.metadata.get("tags", [])


def find_master(exercise: str, masters: Path) -> Path:
    """Return the master of an exercise given by name or by path.

    Raises:
        BadMaster: there is none; the message lists those that there are.
    """
    path = Path(exercise)
    if path.suffix == ".md" and path.is_file():
        return path
    path = masters / f"{exercise}.md"
    if NAME.fullmatch(exercise) and path.is_file():
        return path
    known = ", ".join(sorted(p.stem for p in masters.glob("*.md"))) or "none"
    raise BadMaster(
        f"no exercise {exercise!r} in {masters} (found: {known}); "
        "name one of them, give a path to a master, or point --masters at their folder"
    )


def load(path: Path) -> Exercise:
    """Read a master and make the cases of its hidden tests.

    Raises:
        BadMaster: a mark is missing or wrong.
    """
    import jupytext
    import yaml

    text = path.read_text(encoding="utf-8")
    notebook = jupytext.reads(text, fmt="md:myst")
    questions: dict[str, Question] = {}
    namespace: dict[str, Any] = {"__name__": f"hidden tests of {path.stem}"}
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "raw" and cell.source.startswith("# BEGIN QUESTION"):
            mark = yaml.safe_load(cell.source)
            questions[mark["name"]] = Question(mark["name"], mark["points"])
        if tagged(cell, "hidden-test"):
            test = _hidden_test(cell.source, namespace, f"{path}, cell {number}")
            if test.question not in questions:
                raise BadMaster(f"{path}, cell {number}: no question {test.question!r} before it")
            questions[test.question].tests.append(test)
    for question in questions.values():
        total = sum(test.points for test in question.tests)
        if total != question.points:
            raise BadMaster(
                f"{path}: {question.name} has {question.points} points, its hidden tests {total}"
            )
        if question.by_hand and len(question.tests) > 1:
            raise BadMaster(f"{path}: {question.name} is marked by hand: it has one hidden test")
    if not questions:
        raise BadMaster(f"{path}: no raw cell begins with '# BEGIN QUESTION'")
    version = hashlib.sha256(f"{__version__}\n{text}".encode()).hexdigest()
    return Exercise(path.stem, list(questions.values()), version)


def _hidden_test(source: str, namespace: dict[str, Any], where: str) -> HiddenTest:
    for name in ("hidden_test", "cases", "check"):
        namespace.pop(name, None)
    # The master is the instructor's own code, as trusted as this package.
    exec(compile(source, where, "exec"), namespace)
    marks = namespace.get("hidden_test", {})
    needed = {"hidden_test"} if "reads" in marks else {"hidden_test", "cases", "check"}
    if "reads" in marks and not ("right" in marks or "by_hand" in marks):
        needed.add("check")
    if missing := needed - namespace.keys():
        raise BadMaster(f"{where}: a hidden test must define {', '.join(sorted(missing))}")
    made = {name: namespace[name] for name in ("cases", "check") if name in namespace}
    if "cases" in made:
        made["cases"] = list(made["cases"](np.random.default_rng(zlib.crc32(source.encode()))))
    try:
        return HiddenTest(**marks, **made)
    except (TypeError, ValueError) as error:
        raise BadMaster(f"{where}: hidden_test: {error}") from error
