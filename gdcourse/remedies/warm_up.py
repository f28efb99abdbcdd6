"""Warm-up: begin with a small learning rate."""

from dataclasses import dataclass
from typing import Any, final

from ..rules.radam import rectification
from ..rules.rule import NonNegative, PositiveInt, UnitInterval
from .schedules import Constant, Schedule


def as_schedule(then: Any) -> Any:
    """Return a schedule, or a number as the schedule that keeps it."""
    return then if callable(then) else Constant(then)


@final
@dataclass(frozen=True)
class WarmUp(Schedule):
    """Raise the learning rate in equal steps, then hand over to the schedule `then`.

    lr(t) = then(0) (t + 1) / steps  for t < steps;  then(t - steps) afterwards

    Args:
        steps: length of the rise, >= 1.
        then: a schedule, or a number that is kept.

    >>> [WarmUp(4, then=1.0)(t) for t in range(6)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]

    Source: Goyal et al. 2017, arXiv:1706.02677, Section 2.2 (gradual warm-up).
    """

    steps: PositiveInt
    then: Any

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "then", as_schedule(self.then))

    def __call__(self, t):
        if t < self.steps:
            return self.then(0) * (t + 1) / self.steps
        return self.then(t - self.steps)


@final
@dataclass(frozen=True)
class RectifiedWarmUp(Schedule):
    """Scale a schedule by RAdam's factor, which rises from 0 towards 1.

    lr(t) = r(t + 1) then(t),  r = sqrt((rho - 4)(rho - 2) limit / ((limit - 4)(limit - 2) rho))
    limit = 2 / (1 - b2) - 1;  rho(t) = limit - 2 t b2^t / (1 - b2^t);  r = 0 while rho <= 4

    For Adam with this b2; nothing to tune. Much as a line of 2 / (1 - b2) steps would do, once
    the first four steps, of rate 0, are over.

    Args:
        then: a schedule, or a number; not shifted.
        b2: Adam's, in (0.6, 1), without which rho never exceeds 4.

    >>> [round(RectifiedWarmUp(1.0)(t), 3) for t in (3, 4, 500, 20_000)]
    [0.0, 0.017, 0.477, 1.0]

    Source: Liu et al. 2020, arXiv:1908.03265, Algorithm 2; as a warm-up: Ma & Yarats 2021,
    arXiv:1910.04209.
    """

    then: Any
    b2: UnitInterval = 0.999

    def __post_init__(self):
        super().__post_init__()
        if self.b2 <= 0.6:
            raise ValueError(f"RectifiedWarmUp.b2 must lie in (0.6, 1); got {self.b2!r}")
        object.__setattr__(self, "then", as_schedule(self.then))

    def __call__(self, t):
        return rectification(self.b2, t + 1)[1] * self.then(t)


@final
@dataclass(frozen=True)
class WarmUpStableDecay(Schedule):
    """Rise in a line, stay, fall in a line: a trapezoid.

    lr(t) = lr (t + 1) / rise  for t < rise;  lr for `stable` steps;
    then a line from lr to `final` in `fall` steps, and `final` afterwards

    The length need not be known at the start: from any step of the stable part one can fall.

    Args:
        lr: the greatest rate, >= 0.
        rise: steps of warm-up, >= 1.
        stable: steps at lr, >= 1.
        fall: steps of decay, >= 1.
        final: rate at the end, >= 0.

    >>> [WarmUpStableDecay(1.0, rise=2, stable=2, fall=4)(t) for t in range(9)]
    [0.5, 1.0, 1.0, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0]

    Source: Hu et al. 2024, arXiv:2404.06395, Section 4; a line: Hägele et al. 2024,
    arXiv:2405.18392.
    """

    lr: NonNegative
    rise: PositiveInt
    stable: PositiveInt
    fall: PositiveInt
    final: NonNegative = 0.0

    def __call__(self, t):
        if t < self.rise:
            return self.lr * (t + 1) / self.rise
        fallen = max(t - self.rise - self.stable, 0)
        return self.lr + (self.final - self.lr) * min(fallen / self.fall, 1)
