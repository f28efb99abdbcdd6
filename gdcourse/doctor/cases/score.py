"""Run the cases, and say how often the doctor is right."""

import random
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
from joblib import Parallel, delayed

from ..doctor import Doctor
from ..finding import Diagnosis
from .case import Case, train
from .collection import BLIND, FAULTS, FRESH, HEALTHY, TUNED, TWINS
from .rivals import RIVALS, Watch

SEEDS: Final = 5
MODES: Final = ("passive", "probes")  # diagnose(), and diagnose(probe=True)
SPLIT_SEED: Final = 6


@dataclass(frozen=True)
class Outcome:
    """What one method said of one run.

    Args:
        case: by name.
        method: a mode of the doctor, or a rival.
        seed: of the run.
        truth: acceptable primary symptoms; none when it is healthy.
        named: symptoms in the order in which they were named.
        critical: was a finding critical?
    """

    case: str
    method: str
    seed: int
    truth: tuple[str, ...]
    named: tuple[str, ...]
    critical: bool = False


def outcome(case: Case, method: str, seed: int, diagnosis: Diagnosis) -> Outcome:
    """Return a diagnosis as an outcome."""
    named = tuple(finding.symptom for finding in diagnosis.findings)
    critical = any(finding.severity == "critical" for finding in diagnosis.findings)
    return Outcome(case.name, method, seed, case.symptoms, named, critical)


class Watchers:
    """Several who watch one training."""

    def __init__(self, *all_of_them: Any):
        self.all = all_of_them

    def step(self, loss: Any, targets: Any = None) -> None:
        for watcher in self.all:
            watcher.step(loss, targets)

    def validation(self, loss: float) -> None:
        for watcher in self.all:
            watcher.validation(loss)


def run(case: Case, seed: int, modes: Sequence[str] = MODES) -> list[Outcome]:
    """Return what the doctor says of a case, and what the rivals' rules say of the same run."""
    training = case.build(seed)
    with Doctor(training.model, training.optimizer, training.loss_fn) as doctor:
        watch = Watch(training.model)
        train(training, seed, Watchers(doctor, watch))
        watch.close()
        own = [outcome(case, mode, seed, doctor.diagnose(probe=mode == "probes")) for mode in modes]
    rivals = [
        Outcome(case.name, name, seed, case.symptoms, tuple(rule(watch)))
        for name, rule in RIVALS.items()
    ]
    return [*own, *rivals]


def watched(
    names: Iterable[str], seeds: int = SEEDS, modes: Sequence[str] = MODES
) -> Iterator[list[Outcome]]:
    """Yield what `run` says of each case and seed, in order: a process a core, a thread each."""
    jobs = (delayed(_alone)(name, seed, modes) for name in names for seed in range(seeds))
    return Parallel(-1, return_as="generator")(jobs)


def _alone(name: str, seed: int, modes: Sequence[str]) -> list[Outcome]:
    (case,) = (case for case in (*FAULTS, *HEALTHY) if case.name == name)
    torch.set_num_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns of some of the faults
        return run(case, seed, modes)


def halves() -> tuple[set[str], set[str]]:
    """Return the names of the tuning half and of the other one: each has its share of each kind.

    The older blind cases are split by themselves; the fresh ones are all in the other half. A twin
    is where its fault is.
    """
    sides: tuple[set[str], set[str]] = (set(TUNED), set(FRESH))
    own = {case.name for case in (*FAULTS, *HEALTHY)} - BLIND - TUNED
    for some in (own, BLIND - FRESH):
        groups: dict[str, list[str]] = defaultdict(list)
        for case in (*FAULTS, *HEALTHY):
            if case.name in some and case not in TWINS.values():
                groups[(case.symptoms or ("healthy",))[0]].append(case.name)
        order, turn = random.Random(SPLIT_SEED), 0
        for _, names in sorted(groups.items()):
            for name in order.sample(sorted(names), len(names)):
                sides[turn % 2].add(name)
                turn += 1
    for name, twin in TWINS.items():
        sides[name in sides[1]].add(twin.name)
    return sides


@dataclass(frozen=True)
class Score:
    """Shares of runs: faults that were detected, named first, named in the first two; healthy
    runs that were warned of, critically."""

    faults: int
    healthy: int
    detected: float
    first: float
    top_two: float
    warned: float
    critical: float

    def to_dict(self) -> dict[str, float]:
        """Return it as plain data."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def score(outcomes: Iterable[Outcome]) -> Score:
    """Return how good outcomes of one method are."""
    rows = list(outcomes)
    ill, well = [o for o in rows if o.truth], [o for o in rows if not o.truth]

    def share(some: list[Outcome], holds: Callable[[Outcome], bool]) -> float:
        return sum(map(holds, some)) / len(some) if some else float("nan")

    return Score(
        len(ill),
        len(well),
        share(ill, lambda o: bool(o.named)),
        share(ill, lambda o: bool(o.named) and o.named[0] in o.truth),
        share(ill, lambda o: bool(set(o.named[:2]) & set(o.truth))),
        share(well, lambda o: bool(o.named)),
        share(well, lambda o: o.critical),
    )
