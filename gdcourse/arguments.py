"""The arguments of the command line, and the texts of its help."""

import argparse
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ._version import __version__

GRADE = """\
Grade submissions: a folder of files STUDENT.ipynb or folders
STUDENT/EXERCISE.ipynb, the zip in which Moodle or Canvas hands out all
submissions, or nbgrader's folder submitted/. Of several notebooks of a student
the latest counts.

Each submission runs in a bubblewrap sandbox (without bubblewrap: in a container
of podman or docker): no network, a read-only system, limits on CPU time, memory
and processes. Marks are kept beside the CSV
(grades.sqlite), so a run that was stopped goes on where it was when you start
it again."""

GRADE_EXAMPLE = """\
examples:
  gdcourse grade submitted/ --exercise learning-rate --out grades.csv --jobs 2
  gdcourse grade submissions.zip --exercise learning-rate --out grades.csv \\
      --feedback feedback/ --canvas canvas.csv --summary summary.html

exit status: 0 all were graded; 1 some were not, for the grader itself failed;
2 wrong use"""

REPORTS = (
    ("feedback", "DIR", "a page for each student: marks and reasons, nothing hidden"),
    ("summary", "HTML", "a page for you: distribution, questions, submissions alike, errors"),
    ("canvas", "CSV", "for the import of Canvas's gradebook"),
    ("gradescope", "DIR", "STUDENT/results.json, as Gradescope reads them"),
)

EXERCISES = """\
Make the student notebooks in exercises/ from the masters in solutions/,
without solutions and hidden tests. Notebooks that have no master are removed."""

EXERCISES_EXAMPLE = """\
examples:
  gdcourse exercises            write them
  gdcourse exercises --check    only say whether they are up to date
                                (exit status 1 if not)"""

DOCTOR = """\
Look at the log of a finished training: a CSV file, or TensorBoard's event files.

Says what the curves show (diverged, oscillates, flat, still falling, overfits)
and what they cannot tell. Curves show no causes: for those attach
gdcourse.Doctor to the training.

Columns or tags are found by their usual names: step or epoch, loss or
train_loss, val_loss, lr, grad_norm."""

DOCTOR_EXAMPLE = """\
examples:
  gdcourse doctor log.csv
  gdcourse doctor runs/today --json

exit status: 0 nothing stands out; 1 something does; 2 wrong use"""


def positive(kind: type) -> Callable[[str], float]:
    """Return an argparse type: a number of `kind` above zero."""

    def number(text: str) -> float:
        value = kind(text)
        if not 0 < value < 1e6:
            raise ValueError
        return value

    number.__name__ = f"positive {'whole number' if kind is int else 'number'}"
    return number


def moment(text: str) -> datetime:
    """Return a time as it is given on the command line, in this machine's zone if it names none."""
    return datetime.fromisoformat(text).astimezone()


moment.__name__ = "time (it looks like 2026-11-22T23:59)"


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    form = argparse.RawDescriptionHelpFormatter
    top = argparse.ArgumentParser(
        "gdcourse", description="The command beside the book on gradient descent."
    )
    top.add_argument("--version", action="version", version=f"gdcourse {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    grade = commands.add_parser(
        "grade",
        help="grade a folder of submissions",
        description=GRADE,
        epilog=GRADE_EXAMPLE,
        formatter_class=form,
    )
    grade.add_argument(
        "submissions", type=Path, metavar="SUBMISSIONS", help="folder, .zip or one .ipynb"
    )
    grade.add_argument(
        "--exercise",
        required=True,
        metavar="NAME",
        help="name of the exercise, or path of its master",
    )
    grade.add_argument(
        "--out", required=True, type=Path, metavar="CSV", help="file to write, ending in .csv"
    )
    grade.add_argument(
        "--jobs",
        type=positive(int),
        default=os.cpu_count() or 1,
        metavar="N",
        help="submissions at once (default: number of cores)",
    )
    grade.add_argument(
        "--timeout",
        type=positive(float),
        default=10.0,
        metavar="S",
        help="CPU seconds the code may use, or wait without computing (default: 10)",
    )
    grade.add_argument(
        "--memory",
        type=positive(int),
        default=1024,
        metavar="MB",
        help="memory a process may use (default: 1024)",
    )
    grade.add_argument(
        "--masters",
        type=Path,
        default=Path("solutions"),
        metavar="DIR",
        help="folder of the masters (default: solutions)",
    )
    grade.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="grade on a dask.distributed cluster, as in tcp://host:8786, instead of here",
    )
    grade.add_argument(
        "--due",
        type=moment,
        metavar="TIME",
        help="mark as late what nbgrader collected after, as in 2026-11-22T23:59",
    )
    reports = grade.add_argument_group("reports besides the CSV")
    for option, shown, text in REPORTS:
        reports.add_argument(f"--{option}", type=Path, metavar=shown, help=text)

    make = commands.add_parser(
        "exercises",
        help="make the student notebooks",
        description=EXERCISES,
        epilog=EXERCISES_EXAMPLE,
        formatter_class=form,
    )
    make.add_argument(
        "--check", action="store_true", help="write nothing; fail when a notebook is out of date"
    )
    make.add_argument(
        "--masters",
        type=Path,
        default=Path("solutions"),
        metavar="DIR",
        help="folder of the masters (default: solutions)",
    )
    make.add_argument(
        "--out",
        type=Path,
        default=Path("exercises"),
        metavar="DIR",
        help="folder of the notebooks (default: exercises)",
    )
    look = commands.add_parser(
        "doctor",
        help="look at the log of a finished training",
        description=DOCTOR,
        epilog=DOCTOR_EXAMPLE,
        formatter_class=form,
    )
    look.add_argument(
        "log", type=Path, metavar="LOG", help="a .csv file, an event file, or a folder of them"
    )
    look.add_argument("--json", action="store_true", help="print JSON")
    return top
