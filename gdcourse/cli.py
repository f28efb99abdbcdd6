"""The command `gdcourse`: grade submissions, make the student notebooks, read a run's log."""

import sys
from collections.abc import Sequence

from .arguments import parser


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
