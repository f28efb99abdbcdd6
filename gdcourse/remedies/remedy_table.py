"""What each remedy did to a failure, over seeds and at equal tuning budgets."""

from typing import Any, final

import numpy as np

VERDICTS = ("cures", "helps", "no effect", "worse")
NOTHING = "nothing"


@final
class RemedyTable:
    """Compare remedies for one failure: each cures it, helps, has no effect, or makes it worse.

    Every remedy is tried at as many learning rates as the failing run ("nothing"), over the same
    number of seeds; the rate with the best median counts. A run that is not finite counts as
    worse than any number.

    cures:     at least 9 of 10 seeds reach `healthy`
    helps:     its middle half of the seeds lies on the good side of nothing's, and the medians
               differ by 5 % or more of the way from nothing to `healthy`; worse: on the bad side
    no effect: all else

    Args:
        failure: what fails, in a few words.
        measure: what is measured, as in "test accuracy".
        nothing: the failing run's outcomes, (seeds,) or (rates, seeds).
        healthy: an outcome at which the failure is cured; better: "higher" or "lower".
        rates: the learning rates tried, (rates,).
        by: what the rate is chosen by, such as validation accuracy, (rates, seeds).

    Raises:
        ValueError: too few seeds, unequal budgets, a name used twice.

    >>> table = RemedyTable("stuck", "accuracy", nothing=np.full(10, 0.5), healthy=0.9)
    >>> table.add("momentum", np.full(10, 0.5)), table.add("scaling", np.full(10, 0.95))
    ('no effect', 'cures')
    """

    def __init__(
        self,
        failure: str,
        measure: str,
        *,
        nothing: Any,
        healthy: float,
        better: str = "higher",
        rates: Any = None,
        by: Any = None,
    ):
        if better not in ("higher", "lower"):
            raise ValueError(f"RemedyTable.better must be 'higher' or 'lower'; got {better!r}")
        self.failure, self.measure, self.healthy = failure, measure, float(healthy)
        self._sign = 1.0 if better == "higher" else -1.0
        self._budget: tuple[int, ...] | None = None
        self._rows: dict[str, tuple[np.ndarray, float | None]] = {}
        self.add(NOTHING, nothing, rates=rates, by=by)

    def add(self, remedy: str, outcomes: Any, *, rates: Any = None, by: Any = None) -> str:
        """Enter a remedy's outcomes, (seeds,) or (rates, seeds), and return the verdict."""
        values = self._goodness(np.atleast_2d(np.asarray(outcomes, dtype=float)), remedy)
        chosen = values if by is None else self._sign * np.atleast_2d(np.asarray(by, dtype=float))
        if chosen.shape != values.shape:
            raise ValueError(f"{remedy!r}: by has shape {chosen.shape}, outcomes {values.shape}")
        if rates is not None and np.shape(rates) != values.shape[:1]:
            raise ValueError(f"{remedy!r}: {np.size(rates)} rates for {len(values)} outcomes")
        if remedy in self._rows:
            raise ValueError(f"{remedy!r} is in the table already")
        self._budget = self._budget or values.shape
        if values.shape != self._budget:
            raise ValueError(
                f"equal budgets: every remedy needs outcomes (rates, seeds) = {self._budget}, as "
                f"{NOTHING!r} has; {remedy!r} has {values.shape}"
            )
        ranked = np.where(np.isfinite(chosen), chosen, -np.inf)
        best = int(np.argmax(_quantile(ranked, 0.5)))
        rate = None if rates is None else float(np.asarray(rates)[best])
        self._rows[remedy] = values[best], rate
        return self.verdict(remedy)

    def _goodness(self, values: np.ndarray, remedy: str) -> np.ndarray:
        if values.ndim != 2 or values.shape[1] < 10:
            raise ValueError(
                f"{remedy!r}: outcomes must be (seeds,) or (rates, seeds), ten seeds or more; "
                f"got shape {values.shape}"
            )
        return np.where(np.isfinite(values), self._sign * values, -np.inf)

    def __getitem__(self, remedy: str) -> np.ndarray:
        """Return a remedy's outcomes at its best rate, (seeds,)."""
        return self._sign * self._row(remedy)[0]

    def _row(self, remedy: str) -> tuple[np.ndarray, float | None]:
        if remedy not in self._rows:
            raise KeyError(f"no remedy {remedy!r} in the table; it has {list(self._rows)}")
        return self._rows[remedy]

    def rate(self, remedy: str) -> float | None:
        """Return the learning rate that was best for a remedy, where rates were given."""
        return self._row(remedy)[1]

    def cured(self, remedy: str) -> float:
        """Return the share of seeds that reach `healthy`."""
        return float(np.mean(self._row(remedy)[0] >= self._sign * self.healthy))

    def verdict(self, remedy: str) -> str:
        """Return one of "cures", "helps", "no effect", "worse"."""
        nothing = self._rows[NOTHING][0]
        values = self._row(remedy)[0]
        if self.cured(remedy) >= 0.9:
            return "cures"
        low, middle, high = _quantile(values, (0.25, 0.5, 0.75))
        old_low, old, old_high = _quantile(nothing, (0.25, 0.5, 0.75))
        # From a failing run that diverges every finite outcome is far away.
        least = 0.05 * abs(self._sign * self.healthy - old) if np.isfinite(old) else 0.0
        if low > old_high and middle - old >= least:
            return "helps"
        if high < old_low and old - middle >= least:
            return "worse"
        return "no effect"

    def describe(self, remedy: str) -> str:
        """Return median and quartiles in words, as in "0.91 [0.88, 0.93]"."""
        quartiles = _quantile(self._row(remedy)[0], (0.5, 0.25, 0.75))
        middle, *edges = (self._sign * q for q in quartiles)
        low, high = sorted(edges)
        if not np.isfinite(middle):
            return "diverges"
        return f"{middle:.3g} [{_number(low)}, {_number(high)}]"

    def _repr_markdown_(self) -> str:
        seeds = len(self._rows[NOTHING][0])
        tuned = any(rate is not None for _, rate in self._rows.values())
        head = ["remedy", *(["best rate"] if tuned else []), f"{self.measure}: median [quartiles]",
                f"seeds cured, of {seeds}", "verdict"]  # fmt: skip
        lines = [head, ["---"] * len(head)]
        for remedy, (_, rate) in self._rows.items():
            count = f"{round(self.cured(remedy) * seeds)}"
            verdict = "the failing run" if remedy == NOTHING else f"**{self.verdict(remedy)}**"
            best = [f"{rate:.3g}" if rate is not None else "–"] if tuned else []
            lines.append([remedy, *best, self.describe(remedy), count, verdict])
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def __repr__(self) -> str:
        said = ", ".join(f"{name}: {self.verdict(name)}" for name in list(self._rows)[1:])
        return f"RemedyTable({self.failure}; {said or 'no remedy yet'})"


def _quantile(values: np.ndarray, q: Any) -> np.ndarray:
    # Not interpolated: between a number and infinity there is nothing to interpolate.
    return np.quantile(values, q, axis=-1, method="nearest")


def _number(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else "diverges"
