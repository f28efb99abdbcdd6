"""The command `gdcourse`: grade submissions, make the student notebooks, read a run's log."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ._version import __version__

GRADE = """\
Grade a folder of submissions: files STUDENT.ipynb, or folders
STUDENT/EXERCISE.ipynb.

Each submission runs in a bubblewrap sandbox: no network, a read-only system,
limits on time, memory and processes. Marks are kept beside the CSV
(grades.sqlite), so a run that was stopped goes on where it was when you start
it again."""

GRADE_EXAMPLE = """\
example:
  gdcourse grade submitted/ --exercise learning-rate --out grades.csv --jobs 2

exit status: 0 all were graded; 1 some were not, for the grader itself failed;
2 wrong use"""

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
        "submissions", type=Path, metavar="SUBMISSIONS", help="folder of submissions, or one .ipynb"
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
        help="CPU seconds the code may use; on the clock, three times that (default: 10)",
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    chosen = parser().parse_args(arguments)
    if chosen.command == "doctor":
        from .doctor.adapters import finished

        try:
            return finished.command(chosen)
        except (ValueError, OSError, ModuleNotFoundError) as error:
            print(f"gdcourse: {error}", file=sys.stderr)
            return 2
    from .grading.errors import UserError

    try:
        from .grading import command

        run = command.grade if chosen.command == "grade" else command.exercises
        return run(chosen)
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("gdcourse"):
            raise
        print(
            f'gdcourse: {error.name} is not installed: pip install "gdcourse[grade]"',
            file=sys.stderr,
        )
    except (UserError, OSError) as error:
        print(f"gdcourse: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("gdcourse: stopped; start it again to go on where it was", file=sys.stderr)
        return 130
    return 2


if __name__ == "__main__":
    sys.exit(main())
