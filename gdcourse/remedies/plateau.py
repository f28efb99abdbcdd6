"""Reduce the learning rate where the loss stands still."""

from dataclasses import dataclass
from math import inf
from typing import final

from ..rules.rule import NonNegative, UnitInterval, check_fields


@final
@dataclass(frozen=True)
class ReduceOnPlateau:
    """Multiply the learning rate by `factor` when the loss has not fallen for a while.

    A schedule knows only the step; this one must see the loss, so it stands outside the rule.
    The loop shows it a loss, say once an epoch, and gets the rate to go on with. Like a rule it
    changes nothing: its memory is a plain tuple that the loop carries.

    Args:
        lr: rate at the start, >= 0.
        factor: in [0, 1).
        patience: losses in a row that may fail to improve, >= 0; the next one cuts the rate.
        threshold: a loss counts as better when lower than the best by this share of it, >= 0.
        cooldown: losses after a cut that are not counted, >= 0.
        least: the rate never falls below it, >= 0.

    >>> plateau = ReduceOnPlateau(1.0, factor=0.5, patience=0)
    >>> rate, state = plateau.observe(3.0, plateau.init())
    >>> rate, state = plateau.observe(3.0, state)  # optimizer.param_groups[0]["lr"] = rate
    >>> rate
    0.5
    """

    lr: NonNegative
    factor: UnitInterval = 0.1
    patience: NonNegative = 10
    threshold: NonNegative = 1e-4
    cooldown: NonNegative = 0
    least: NonNegative = 0.0

    def __post_init__(self) -> None:
        check_fields(self)

    def init(self) -> tuple[float, float, int, float]:
        """Return the state before the first loss: rate, best loss, bad losses, cooldown left."""
        return self.lr, inf, 0, 0

    def observe(self, loss: float, state: tuple) -> tuple[float, tuple]:
        """Return (rate, state) after one more loss; nan is no improvement."""
        rate, best, bad, cooling = state
        loss = float(loss)
        if loss < (best - self.threshold * abs(best) if best < inf else inf):
            best, bad = loss, 0
        else:
            bad = bad + 1
        if cooling > 0:
            bad, cooling = 0, cooling - 1
        if bad > self.patience:
            rate = min(rate, max(rate * self.factor, self.least))
            bad, cooling = 0, self.cooldown
        return rate, (rate, best, bad, cooling)
