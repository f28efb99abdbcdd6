"""Score the doctor on all cases: python -m gdcourse.doctor.cases [--out FOLDER]."""

import argparse
import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import torch

from .collection import FAULTS, HEALTHY
from .score import MODES, SEEDS, Outcome, run
from .tables import tables, write


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every case, print the tables, and write them where asked."""
    parser = argparse.ArgumentParser("python -m gdcourse.doctor.cases", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="runs of each case")
    parser.add_argument("--modes", nargs="*", default=list(MODES), choices=MODES)
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--out", type=Path, help="folder for doctor.json and doctor.md")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    jobs = [
        (case, seed)
        for case in (*FAULTS, *HEALTHY)
        if options.only in case.name
        for seed in range(options.seeds)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns of some of the faults
        for case, seed in progress(jobs):
            for outcome in run(case, seed, options.modes):
                outcomes[outcome.method].append(outcome)
    print(tables(outcomes))
    if options.out:
        write(outcomes, options.out)
    return 0


def progress(jobs: list) -> Iterable:
    """Show how far it is, where rich is installed."""
    try:
        from rich.progress import track
    except ModuleNotFoundError:
        return jobs
    return track(jobs, description="cases")


if __name__ == "__main__":
    raise SystemExit(main())
