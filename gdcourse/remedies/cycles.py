"""Schedules that rise again: warm restarts and one cycle."""

from dataclasses import dataclass
from math import cos, pi
from typing import Annotated, final

from ..rules.rule import NonNegative, PositiveInt, UnitInterval
from .schedules import Cosine, Schedule

Divisor = Annotated[float, "be 1 or more, and finite", lambda v: 1 <= v < float("inf")]


@final
@dataclass(frozen=True)
class CosineRestarts(Schedule):
    """Lower the learning rate along half a cosine, and start again at the top.

    lr(t) = final + (lr - final) (1 + cos(pi t_i / steps_i)) / 2
    t_i counts from the last restart;  steps_i = steps * growth^i

    Args:
        lr: rate at step 0 and at each restart, >= 0.
        steps: length of the first cycle, >= 1.
        growth: each cycle is so many times as long as the last, a whole number >= 1.
        final: rate that each cycle falls towards, >= 0.

    >>> [round(CosineRestarts(1.0, steps=2, growth=2)(t), 3) for t in range(7)]
    [1.0, 0.5, 1.0, 0.854, 0.5, 0.146, 1.0]

    Source: Loshchilov & Hutter 2017, arXiv:1608.03983, Eq. 5.
    """

    lr: NonNegative
    steps: PositiveInt
    growth: PositiveInt = 1
    final: NonNegative = 0.0

    def __call__(self, t):
        steps = self.steps
        if self.growth == 1:
            t = t % steps
        while t >= steps:
            t, steps = t - steps, steps * self.growth
        return Cosine(self.lr, steps, self.final)(t)


@final
@dataclass(frozen=True)
class OneCycle(Schedule):
    """Rise to a large learning rate along half a cosine, then fall to almost nothing.

    from lr / div at step 0 to lr at step rise * steps - 1,
    then to lr / (div final_div) at step steps - 1, and stay

    torch's OneCycleLR, which also moves the momentum the other way unless told not to.

    Args:
        lr: the greatest rate, >= 0.
        steps: length of the whole cycle, >= 1.
        rise: share of the steps that rise, in [0, 1).
        div: lr over the first rate, >= 1.
        final_div: the first rate over the last, >= 1.

    >>> [round(OneCycle(1.0, steps=10)(t), 3) for t in (0, 1, 2, 9)]
    [0.04, 0.52, 1.0, 0.0]

    Source: Smith & Topin 2018, arXiv:1708.07120 (straight lines there; half cosines: fastai).
    """

    lr: NonNegative
    steps: PositiveInt
    rise: UnitInterval = 0.3
    div: Divisor = 25.0
    final_div: Divisor = 1e4

    def __call__(self, t):
        first, last = self.lr / self.div, self.lr / self.div / self.final_div
        top = max(self.rise * self.steps - 1, 0)
        if t < top:
            return self.lr + (first - self.lr) * (1 + cos(pi * t / top)) / 2
        share = min((t - top) / (self.steps - 1 - top or 1), 1)
        return last + (self.lr - last) * (1 + cos(pi * share)) / 2
