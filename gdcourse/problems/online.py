"""Online problems: a new loss at every step."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any, final

import numpy as np

from ..rules.rule import NonNegative, Positive, check_fields, xp
from .quadratic import bowl
from .surface import Problem


class Online(ABC):
    """A stream of problems, one for each step t = 0, 1, 2, ...

    `at(t)` is the same however often it is asked: a stream draws nothing and keeps nothing.
    """

    @abstractmethod
    def at(self, t: int) -> Problem | Callable:
        """Return the problem of step `t`."""


@final
@dataclass(frozen=True)
class Line(Problem):
    """The line f(x) = slope * x, with x of shape (..., 1)."""

    slope: float

    def loss(self, x):
        return self.slope * x[..., 0]

    def gradient(self, x):
        return self.slope + xp(x).zeros_like(x)

    def hessian(self, x):
        return xp(x).zeros_like(x)[..., None]


@final
@dataclass(frozen=True)
class Lines(Online):
    """Lines on the interval [-1, 1] that come round again: f_t(x) = slopes[t mod n] * x.

    Keep x in the interval by ending the rule with `Project(-1, 1)`.

    Args:
        slopes: one or more numbers; their mean is the slope that counts in the long run.

    >>> [Lines((3, -1, -1)).at(t).slope for t in range(4)]
    [3, -1, -1, 3]
    """

    slopes: tuple[float, ...]
    start: tuple[float] = (0.0,)

    def __post_init__(self):
        if not self.slopes or not all(map(isfinite, self.slopes)):
            raise ValueError(f"Lines.slopes must be finite numbers; got {self.slopes!r}")

    @property
    def minimum(self) -> tuple[float]:
        """Return the fixed point with the least regret: an end of the interval."""
        return (-1.0,) if sum(self.slopes) > 0 else (1.0,)

    def at(self, t):
        return Line(self.slopes[t % len(self.slopes)])

    def regret(self, x: Any) -> Any:
        """Return the mean excess loss of the points x (T, ..., 1) over staying at the minimum."""
        excess = [self.at(t).loss(point - self.minimum[0]) for t, point in enumerate(x)]
        return sum(excess) / len(excess)


def reddi(C: float = 3.0) -> Lines:
    """Return the stream C x, -x, -x, ... on which Adam goes to the worst point, +1.

    Source: Reddi, Kale & Kumar 2018, arXiv:1904.09237, Theorem 1.
    """
    if not C > 2:
        raise ValueError(f"reddi: C must be above 2, or +1 is not the worst point; got {C!r}")
    return Lines((C, -1.0, -1.0))


def reddi_rare() -> Lines:
    """Return the stream of 1010 x, once in 101 steps, and -10 x: Adam forgets the rare one.

    Source: Reddi, Kale & Kumar 2018, arXiv:1904.09237, Section 5 (synthetic experiments).
    """
    return Lines((1010.0,) + (-10.0,) * 100)


@final
@dataclass(frozen=True)
class Noisy(Online):
    """A surface whose gradient comes with noise: that of step t is the true one plus sigma * z.

    z is standard normal, drawn anew for each step, run and coordinate from (seed, t): the same
    numbers on NumPy and on torch. The loss and the Hessian are the true ones.

    Args:
        problem: the surface underneath.
        sigma: standard deviation of the noise in each coordinate, >= 0.
        seed: of the noise, a whole number >= 0.

    >>> stream, x = noisy_bowl(sigma=0.5), np.zeros(2)
    >>> bool((stream.at(3).gradient(x) == stream.at(3).gradient(x)).all())
    True
    """

    problem: Problem
    sigma: NonNegative = 1.0
    seed: int = 0

    def __post_init__(self):
        check_fields(self)

    @property
    def start(self):
        return getattr(self.problem, "start", None)

    @property
    def minimum(self):
        return getattr(self.problem, "minimum", None)

    def at(self, t):
        return _NoisyAt(self.problem, self.sigma, (self.seed, t))


@final
@dataclass(frozen=True)
class _NoisyAt(Problem):
    problem: Problem
    sigma: float
    key: tuple[int, int]

    def loss(self, x):
        return self.problem.loss(x)

    def gradient(self, x):
        z = np.random.default_rng(self.key).normal(size=tuple(x.shape))
        g = self.problem.gradient(x)
        return g + self.sigma * xp(g).asarray(z, dtype=g.dtype, device=g.device)

    def hessian(self, x):
        return self.problem.hessian(x)


def noisy_bowl(sigma: Positive = 1.0, seed: int = 0, dim: int = 2) -> Noisy:
    """Return the round bowl with seeded noise on its gradient."""
    return Noisy(bowl(dim), sigma, seed)
