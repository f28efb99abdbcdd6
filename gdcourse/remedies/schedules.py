"""Schedules: the learning rate as a function of the step.

A schedule is called with the number of the step, counted from 0, and returns a number. It goes
where a learning rate goes (`sgd(Cosine(0.1, steps=100))`) and, as a factor, into
torch.optim.lr_scheduler.LambdaLR.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import cos, pi, sqrt
from typing import final

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
class Exponential(Schedule):
    """Multiply the learning rate by `factor` after every step.

    lr(t) = lr * factor^t

    The steps sum to at most lr / (1 - factor): it may stop before it has arrived.

    Args:
        lr: rate at step 0, >= 0.
        factor: in [0, 1).

    >>> [Exponential(0.8, factor=0.5)(t) for t in range(4)]
    [0.8, 0.4, 0.2, 0.1]
    """

    lr: NonNegative
    factor: UnitInterval = 0.99

    def __call__(self, t):
        return self.lr * self.factor**t


@final
@dataclass(frozen=True)
class InverseTime(Schedule):
    """Lower the learning rate like 1 / t.

    lr(t) = lr / (1 + decay t)

    The steps sum to infinity and their squares do not: the noise of stochastic gradients dies
    out, and the minimum is still reached.

    Args:
        lr: rate at step 0, >= 0.
        decay: >= 0; the rate is halved at step 1 / decay.

    >>> [round(InverseTime(0.6)(t), 3) for t in range(3)]
    [0.6, 0.3, 0.2]

    Source: Robbins & Monro 1951, "A stochastic approximation method".
    """

    lr: NonNegative
    decay: NonNegative = 1.0

    def __call__(self, t):
        return self.lr / (1 + self.decay * t)


@final
@dataclass(frozen=True)
class InverseSqrt(Schedule):
    """Lower the learning rate like 1 / sqrt(t).

    lr(t) = lr / sqrt(1 + decay t)

    Args:
        lr: rate at step 0, >= 0.
        decay: >= 0.

    >>> [round(InverseSqrt(0.6)(t), 3) for t in (0, 3, 8)]
    [0.6, 0.3, 0.2]

    Source: Zinkevich 2003, "Online convex programming and generalized infinitesimal gradient
    ascent", Theorem 1.
    """

    lr: NonNegative
    decay: NonNegative = 1.0

    def __call__(self, t):
        return self.lr / sqrt(1 + self.decay * t)


@final
@dataclass(frozen=True)
class Linear(Schedule):
    """Lower (or raise) the learning rate along a line, from `lr` to `final`, then stay.

    lr(t) = lr + (final - lr) min(t / steps, 1)

    Args:
        lr: rate at step 0, >= 0.
        steps: step at which `final` is reached, >= 1.
        final: rate from there on, >= 0.

    >>> [Linear(1.0, steps=4)(t) for t in range(6)]
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """

    lr: NonNegative
    steps: PositiveInt
    final: NonNegative = 0.0

    def __call__(self, t):
        return self.lr + (self.final - self.lr) * min(t / self.steps, 1)
