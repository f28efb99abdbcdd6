"""Averaging: Polyak-Ruppert and exponential moving averages of the path."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, Any, final

from .rule import Rule, UnitInterval, check_fields

Count = Annotated[int, "be a whole number, 0 or more", lambda v: v >= 0 and v % 1 == 0]


def hold(outer: Any, rule: Any) -> None:
    """Check a rule that `outer` wraps, and give `outer` its needs (elementwise, whole)."""
    if not isinstance(rule, Rule):
        raise TypeError(f"{type(outer).__name__}.rule must be a rule; got {rule!r}")
    check_fields(outer)
    object.__setattr__(outer, "elementwise", rule.elementwise)
    object.__setattr__(outer, "whole", rule.whole)


@dataclass(frozen=True)
class Averaging(Rule):
    """Go where a rule goes, and keep an average of where it has been.

    It stands outermost, since it must see the whole step: PolyakAverage(sgd(0.1)).
    """

    rule: Rule

    def __post_init__(self):
        hold(self, self.rule)

    @abstractmethod
    def weight(self, t: int) -> float:
        """Return the share of the point that step t = 1, 2, ... leads to."""

    def init(self, x):
        return 0, self.rule.init(x), 1 * x

    def update(self, g, state, x):
        t, inner, mean = state
        t = t + 1
        step, inner = self.rule.update(g, inner, x)
        mean = mean + self.weight(t) * (x - step - mean)
        return step, (t, inner, mean)

    def average(self, state: tuple) -> Any:
        """Return the average point: what to evaluate, and to keep."""
        return state[-1]


@final
@dataclass(frozen=True)
class PolyakAverage(Averaging):
    """Average all points from step `after` on, with equal weights; the path stays as it is.

    mean = mean + (x_t - mean) / (t - after)

    A constant learning rate leaves stochastic descent at a noise floor; the average goes on
    falling like 1 / t, as the best decreasing rate does.

    Args:
        rule: any rule, with its learning rate: TorchOptimizer's own lr must stay 1.
        after: steps to leave out; until then the average is the last point. 0 or more.

    Raises:
        TypeError: rule is not a Rule.  ValueError: after is negative.

    >>> import numpy as np
    >>> from gdcourse.rules import sgd
    >>> rule, x = PolyakAverage(sgd(1)), np.zeros(1)
    >>> step, state = rule.update(np.array([-2.0]), rule.init(x), x)
    >>> _, state = rule.update(np.array([-4.0]), state, x - step)
    >>> rule.average(state)
    array([4.])

    Source: Polyak & Juditsky 1992, "Acceleration of stochastic approximation by averaging".
    Book: reference/gallery.
    """

    after: Count = 0

    def weight(self, t):
        return 1 / max(t - self.after, 1)


@final
@dataclass(frozen=True)
class EMA(Averaging):
    """Average the path with weights that fade: an exponential moving average.

    mean = decay mean + (1 - decay) x_t

    The start counts as the point before the first. It looks back over 1 / (1 - decay) steps.

    Args:
        rule: any rule, with its learning rate: TorchOptimizer's own lr must stay 1.
        decay: memory of the average, in [0, 1).

    Raises:
        TypeError: rule is not a Rule.  ValueError: decay outside [0, 1).

    >>> import numpy as np
    >>> from gdcourse.rules import sgd
    >>> rule, x = EMA(sgd(1), decay=0.75), np.zeros(1)
    >>> _, state = rule.update(np.array([-4.0]), rule.init(x), x)
    >>> rule.average(state)
    array([1.])

    Source: Ruppert 1988; for networks: Tarvainen & Valpola 2017, arXiv:1703.01780.
    Book: reference/gallery.
    """

    decay: UnitInterval = 0.999

    def weight(self, t):
        return 1 - self.decay
