"""Schedules: the learning rate as a function of the step.

A schedule is called with the number of the step, counted from 0, and returns a number. It goes
where a learning rate goes (`sgd(Cosine(0.1, steps=100))`) and, as a factor, into
torch.optim.lr_scheduler.LambdaLR.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import cos, pi
from typing import Any, final

from ..rules.rule import NonNegative, PositiveInt, UnitInterval, check_fields


@dataclass(frozen=True)
class Schedule(ABC):
    """Say what the learning rate is at step t = 0, 1, 2, ..."""

    def __post_init__(self) -> None:
        check_fields(self)

    @abstractmethod
    def __call__(self, t: int) -> float:
        """Return the learning rate of step `t`."""


@final
@dataclass(frozen=True)
class Constant(Schedule):
    """Keep the learning rate.

    >>> Constant(0.1)(1000)
    0.1
    """

    lr: NonNegative

    def __call__(self, t):
        return self.lr


@final
@dataclass(frozen=True)
class StepDecay(Schedule):
    """Multiply the learning rate by `factor` after every `every` steps.

    lr(t) = lr * factor^floor(t / every)

    Args:
        lr: rate of the first `every` steps, >= 0.
        factor: in [0, 1).
        every: steps between two cuts, >= 1.

    >>> [StepDecay(0.8, factor=0.5, every=2)(t) for t in range(5)]
    [0.8, 0.8, 0.4, 0.4, 0.2]
    """

    lr: NonNegative
    factor: UnitInterval = 0.5
    every: PositiveInt = 20

    def __call__(self, t):
        return self.lr * self.factor ** (t // self.every)


@final
@dataclass(frozen=True)
class Cosine(Schedule):
    """Lower the learning rate along half a cosine, from `lr` to `final`, then stay.

    lr(t) = final + (lr - final) (1 + cos(pi t / steps)) / 2

    Args:
        lr: rate at step 0, >= 0.
        steps: step at which `final` is reached, >= 1.
        final: rate from there on, >= 0.

    >>> [round(Cosine(1.0, steps=4)(t), 3) for t in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]

    Source: Loshchilov & Hutter 2017, arXiv:1608.03983, Eq. 5, without restarts.
    """

    lr: NonNegative
    steps: PositiveInt
    final: NonNegative = 0.0

    def __call__(self, t):
        return self.final + (self.lr - self.final) * (1 + cos(pi * min(t / self.steps, 1))) / 2


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
        if not callable(self.then):
            object.__setattr__(self, "then", Constant(self.then))

    def __call__(self, t):
        if t < self.steps:
            return self.then(0) * (t + 1) / self.steps
        return self.then(t - self.steps)
