"""Schedule-free descent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

from .averaging import hold
from .rule import LearningRate, Rule, UnitInterval


@final
@dataclass(frozen=True)
class ScheduleFree(Rule):
    """Take gradients between a fast point and the average of its path; tune no schedule.

    z = z - lr rule(g);  mean = (1 - c) mean + c z,  c = lr^2 / (sum of lr^2 so far)
    y = (1 - beta) z + beta mean

    The x of this rule is y, where the gradient is taken; evaluate at `average(state)`.

    Args:
        rule: the direction: Chain() for SGD, Chain(Adam(0.0), Decay(0.1)) for AdamW. What would
            stand before ScheduleFree in a chain, such as clipping, goes in here.
        lr: number >= 0, array or schedule; a warm-up is all the schedule it needs. TorchOptimizer's
            own lr must stay 1.
        beta: how near y is to the average, in [0, 1). 0 is Polyak-Ruppert averaging.

    Raises:
        TypeError: rule is not a Rule.  ValueError: lr negative, beta outside [0, 1).

    >>> import numpy as np; from gdcourse.rules import Chain
    >>> rule, y = ScheduleFree(Chain(), lr=0.5), np.array([1.0])
    >>> step, state = rule.update(y, rule.init(y), y)
    >>> rule.average(state)
    array([0.5])

    Source: Defazio et al. 2024, arXiv:2405.15682; AdamW: Algorithm 1.
    Book: reference/gallery.
    """

    rule: Rule
    lr: float | Callable[[int], float] | Any = 1.0
    beta: UnitInterval = 0.9

    def __post_init__(self):
        hold(self, self.rule)
        object.__setattr__(self, "lr", LearningRate(self.lr).lr)  # the same laws

    def init(self, x):
        return 0, 0.0, self.rule.init(x), 1 * x, 1 * x

    def update(self, g, state, x):
        t, total, inner, z, mean = state
        lr = self.lr(t) if callable(self.lr) else self.lr
        direction, inner = self.rule.update(g, inner, x)
        z = z - lr * direction
        total = total + lr**2
        c = lr**2 / (total + (total == 0))  # a warm-up may begin with 0
        mean = mean + c * (z - mean)
        y = z + self.beta * (mean - z)
        return x - y, (t + 1, total, inner, z, mean)

    def average(self, state: tuple) -> Any:
        """Return the averaged point: what to evaluate, and to keep."""
        return state[-1]
