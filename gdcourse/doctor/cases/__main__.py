"""Score the doctor on all cases: python -m gdcourse.doctor.cases [--out FOLDER]."""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from .collection import FAULTS, HEALTHY
from .score import MODES, SEEDS, Outcome, watched
from .tables import tables, write


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every case, print the tables, and write them where asked."""
    parser = argparse.ArgumentParser("python -m gdcourse.doctor.cases", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="runs of each case")
    parser.add_argument("--modes", nargs="*", default=list(MODES), choices=MODES)
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--out", type=Path, help="folder for doctor.json and doctor.md")
    options = parser.parse_args(arguments)
    names = [case.name for case in (*FAULTS, *HEALTHY) if options.only in case.name]
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    runs = watched(names, options.seeds, options.modes)
    for outcome in chain.from_iterable(progress(runs, len(names) * options.seeds)):
        outcomes[outcome.method].append(outcome)
    print(tables(outcomes))
    if options.out:
        write(outcomes, options.out)
    return 0


def progress(runs: Iterable, total: int) -> Iterable:
    """Show how far it is, where rich is installed."""
    try:
        from rich.progress import track
    except ModuleNotFoundError:
        return runs
    return track(runs, description="cases", total=total)


if __name__ == "__main__":
    raise SystemExit(main())
