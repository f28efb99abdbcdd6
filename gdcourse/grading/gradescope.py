"""Gradescope's results.json, as its specification for autograders has it."""

import json
from collections.abc import Sequence
from typing import Any

from .result import Result, losses, told


def results(result: Result, names: Sequence[str]) -> str:
    """Return the JSON for one student. What is marked by hand has no score yet."""
    tests = []
    for mark in result.marks:
        lines = [f"{text} (−{lost})" if lost else text for text, lost in losses(mark)]
        test: dict[str, Any] = {"name": mark.question, "max_score": mark.max_points}
        if mark.points is not None:
            full = mark.points == mark.max_points
            test |= {"score": mark.points, "status": "passed" if full else "failed"}
        text = "\n".join([*lines, told(mark, names)]).strip()
        tests.append({**test, "output": text, "visibility": "visible"})
    score = sum(mark.points for mark in result.marks if mark.points is not None)
    whole = {"score": score, "stdout_visibility": "hidden", "tests": tests}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
