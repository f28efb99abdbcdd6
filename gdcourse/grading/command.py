"""What `gdcourse grade` and `gdcourse exercises` do, and what they print."""

import argparse
import statistics
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from . import bubblewrap, course, engine, exercise, generate, report, submissions
from .errors import UserError


def grade(chosen: argparse.Namespace) -> int:
    """Grade a folder and print a summary; 1 when the grader itself failed on a submission."""
    if chosen.out.suffix != ".csv":
        raise UserError(f"--out must end in .csv; got {str(chosen.out)!r}")
    if not chosen.out.parent.is_dir():
        raise UserError(f"--out: there is no folder {str(chosen.out.parent)!r}; make it first")
    report.check(chosen)
    master = exercise.find_master(chosen.exercise, chosen.masters)
    tests = exercise.load(master)
    with submissions.opened(chosen.submissions, tests.name, chosen.due) as found:
        unpacked = [submission.path for submission in found[:1]]
        hidden = [master, chosen.submissions, chosen.out, *unpacked]
        engine.require(hidden, here=not chosen.scheduler)
        summary = _grade_all(chosen, tests, found)
        reports = report.write_all(chosen, master, tests, found, summary.marks)
    _print_summary(summary, tests, str(chosen.out))
    _print_reports(found, reports)
    return 1 if summary.engine_errors else 0


def _grade_all(
    chosen: argparse.Namespace,
    tests: exercise.Exercise,
    found: list[submissions.Submission],
) -> course.Summary:
    limits = bubblewrap.Limits(seconds=chosen.timeout, memory_mb=chosen.memory)
    console = Console(stderr=True)
    bar = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*bar, console=console) as progress:
        task = progress.add_task("grading", total=len(found))
        advance = lambda student: progress.advance(task)  # noqa: E731
        return course.grade_all(
            tests, found, chosen.out, limits, chosen.jobs, advance, chosen.scheduler
        )


def _print_reports(found: list[submissions.Submission], reports: list[Path]) -> None:
    console = Console()
    late = sum(submission.late for submission in found)
    more = sum(bool(submission.others) for submission in found)
    if late or more:
        console.print(f"{late} late, {more} with more than one notebook (the latest was graded).")
    for path in reports:
        console.print(Text(f"Written: {submissions.printable(str(path))}"), soft_wrap=True)


def _print_summary(summary: course.Summary, tests: exercise.Exercise, out: str) -> None:
    console = Console()
    table = Table(title=Text(f"{tests.name}: {len(summary.marks)} submissions"))
    for heading in ("question", "mean points", "of", "full marks"):
        table.add_column(heading, justify="left" if heading == "question" else "right")
    for number, question in enumerate(tests.questions):
        marked = (marks[number].points for marks in summary.marks.values())
        points = [p for p in marked if p is not None]
        full = sum(p == question.points for p in points)
        mean = f"{statistics.mean(points):.2f}" if points else "-"
        table.add_row(question.name, mean, f"{question.points:g}", f"{full} of {len(points)}")
    console.print(table)
    console.print(
        f"{summary.recalled} known from before, {summary.unreadable} could not be read, "
        f"{summary.with_errors} with an error, {summary.engine_errors} not graded.",
        markup=False,
    )
    if note := engine.shared().note:
        console.print(Text(submissions.printable(note)))
    if summary.engine_errors:
        console.print("The grader failed on some: see the column 'error', then run it again.")
    console.print(Text(f"Written: {submissions.printable(out)}"), soft_wrap=True)


def exercises(chosen: argparse.Namespace) -> int:
    """Write the student notebooks, or with --check say which are out of date."""
    stale = generate.generate(chosen.masters, chosen.out, chosen.check)
    for path in stale:
        print(f"out of date: {path}" if chosen.check else f"written: {path}")
    if not stale:
        print(f"{chosen.out}/ is what {chosen.masters}/ generates")
    elif chosen.check:
        print("run: gdcourse exercises")
    return 1 if stale and chosen.check else 0
