"""The reports that an instructor asks for, written after the marks: see the options of `grade`."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import canvas, feedback, gradescope, similarity, summary
from .errors import UserError
from .exercise import Exercise
from .grader import Mark
from .notebook import BadNotebook, code_cells, read_bytes
from .page import safe_name, write
from .result import Result, names_asked
from .submissions import Submission

SOLUTION = "the worked solution"


def check(chosen: argparse.Namespace) -> None:
    """Find out before grading whether the reports can be written.

    Raises:
        UserError: an option names a file or folder that cannot be made.
    """
    for option, end in (("canvas", ".csv"), ("summary", ".html")):
        path: Path | None = getattr(chosen, option)
        if path and path.suffix != end:
            raise UserError(f"--{option} must end in {end}; got {str(path)!r}")
        if path and not path.parent.is_dir():
            raise UserError(f"--{option}: there is no folder {str(path.parent)!r}; make it first")
    if chosen.canvas and chosen.canvas.resolve() == chosen.out.resolve():
        raise UserError("--canvas and --out name the same file: give one another name")
    for option in ("feedback", "gradescope"):
        path = getattr(chosen, option)
        if path and not (path.is_dir() or (path.parent.is_dir() and not path.exists())):
            raise UserError(f"--{option} must name a folder, in one that exists; got {str(path)!r}")


def write_all(
    chosen: argparse.Namespace,
    master: Path,
    exercise: Exercise,
    found: Sequence[Submission],
    marks: Mapping[str, list[Mark]],
) -> list[Path]:
    """Write the reports that were asked for, and return where they lie."""
    results = [Result(s, marks[s.student]) for s in found if s.student in marks]
    names = names_asked(exercise)
    if chosen.feedback:
        chosen.feedback.mkdir(exist_ok=True)
        for result in results:
            text = feedback.page(exercise.name, result, names)
            write(chosen.feedback / f"{safe_name(result.student)}.html", text)
    if chosen.gradescope:
        for result in results:
            path = chosen.gradescope / safe_name(result.student) / "results.json"
            if result.failed:  # no file is what Gradescope takes for a failure, and no zero
                path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, gradescope.results(result, names))
    if chosen.canvas:
        of = sum(question.points for question in exercise.questions)
        write(chosen.canvas, canvas.table(exercise.name, results, of))
    if chosen.summary:
        pairs = _pairs(master, found)
        write(chosen.summary, summary.page(exercise, results, pairs))
    asked = (chosen.feedback, chosen.gradescope, chosen.canvas, chosen.summary)
    return [path for path in asked if path]


def _pairs(master: Path, found: Sequence[Submission]) -> list[similarity.Pair]:
    solution, blank = similarity.master_cells(master)
    cells = {SOLUTION: solution}
    for submission in found:
        try:
            if not submission.problem:
                cells[submission.student] = code_cells(read_bytes(submission.path))
        except BadNotebook:
            continue
    return similarity.alike(cells, blank)
