"""The record of a training: one run, or many at once."""

from dataclasses import dataclass, field
from typing import Any, final

import numpy as np


def measured_steps(steps: int, every: int) -> np.ndarray:
    """Return the steps at which a run is measured; raise ValueError if a count cannot be one."""
    for name, count, least in (("steps", steps, 0), ("every", every, 1)):
        if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < least:
            raise ValueError(f"{name} must be a whole number, {least} or more; got {count!r}")
    return np.arange(0, steps + 1, every)


@final
@dataclass(frozen=True, repr=False, eq=False)
class Run:
    """What was measured while a rule descended.

    Args:
        step: number of updates made before each measurement, (T,), from 0.
        signals: name -> array (T, ...). `loss` and `gradient_norm` are always there; the axes
            after the first are independent runs. `x`, the path, has the coordinates last.
        rule: the rule that made the run.
        seeds: the seed of each run, if it had one.
        state: the rule's last state (minimize), for rules with an average: rule.average(state).
        models: the trained modules, one a seed (fit and replicate).
        batched: were all seeds trained in one batched computation?
        note: why not, where they were not.

    A signal is an attribute too: `run.loss[-1]` is the last loss of every run.
    """

    step: np.ndarray
    signals: dict[str, np.ndarray]
    rule: Any = None
    seeds: tuple[int, ...] = ()
    state: Any = None
    models: list = field(default_factory=list)
    batched: bool = False
    note: str = ""

    def __getattr__(self, name: str) -> np.ndarray:
        signals = self.__dict__.get("signals", {})
        if name in signals:
            return signals[name]
        raise AttributeError(f"this Run has no {name!r}; it measured {sorted(signals)}")

    def __repr__(self) -> str:
        runs = int(np.prod(self.loss.shape[1:]))
        return f"Run({self.step[-1]} steps, {runs} run{'s' * (runs != 1)}, {sorted(self.signals)})"

    @property
    def diverged(self) -> np.ndarray:
        """Tell, for each run, whether its last loss is above its first, or not a number."""
        return ~(self.loss[-1] <= self.loss[0])

    def median(self, signal: str = "loss") -> np.ndarray:
        """Return the median over runs at each measurement, (T,)."""
        return self.quantile(signal, 0.5)

    def quartiles(self, signal: str = "loss") -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and the upper quartile over runs, each (T,)."""
        return self.quantile(signal, 0.25), self.quantile(signal, 0.75)

    def quantile(self, signal: str, q: float) -> np.ndarray:
        """Return a quantile over runs; a run that is no longer a number counts as infinite."""
        values = getattr(self, signal)
        values = np.where(np.isnan(values), np.inf, values).reshape(len(self.step), -1)
        # Not interpolated: between a number and infinity there is nothing to interpolate.
        return np.quantile(values, q, axis=1, method="nearest")
