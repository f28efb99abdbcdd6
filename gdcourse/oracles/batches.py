"""All examples, one example, or a batch of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, final

import numpy as np

from ..problems.online import Online
from ..problems.surface import Problem
from .gradients import Oracle, oracle_of


@final
@dataclass(frozen=True, eq=False)
class Batches(Online):
    """A stream of losses, each over a few examples that the seed and the step decide.

    `at(t)` is the problem of step t; the same t gives the same examples however often it is
    asked. Without replacement the examples are shuffled anew for each epoch, and those left over
    at its end wait for the next; with it each is drawn on its own.

    Args:
        make: (*rows) -> the problem of these rows: a Problem class such as LeastSquares, or a
            function that returns a torch function of x.
        data: arrays or tensors with n rows each.
        size: examples a step, in [1, n].
        seed: of the draws, a whole number >= 0.
        replacement: may an example come twice in a batch?

    Raises:
        TypeError, ValueError: data without rows or of unequal lengths, a size outside [1, n].

    >>> from gdcourse.problems import LeastSquares
    >>> batches = mini_batch(LeastSquares, (np.eye(4), np.arange(4.0)), size=2)
    >>> sorted(int(row) for t in (0, 1) for row in batches.rows(t))  # an epoch
    [0, 1, 2, 3]
    """

    make: Callable[..., Problem | Callable] = field(repr=False)
    data: tuple[Any, ...] = field(repr=False)
    size: int
    seed: int = 0
    replacement: bool = False

    def __post_init__(self):
        if not callable(self.make):
            raise TypeError(f"Batches.make must be a function of the rows; got {self.make!r}")
        rows = [len(part) for part in self.data]
        if not rows or len(set(rows)) > 1 or not rows[0]:
            raise ValueError(f"Batches.data must have as many rows each, 1 or more; got {rows}")
        whole = isinstance(self.size, (int, np.integer)) and not isinstance(self.size, bool)
        if not (whole and 1 <= self.size <= rows[0]):
            raise ValueError(
                f"Batches.size must be a whole number in [1, {rows[0]}], the rows; got {self.size}"
            )

    def rows(self, t: int) -> np.ndarray:
        """Return which examples step `t` uses, (size,)."""
        n = len(self.data[0])
        if self.replacement:
            return np.random.default_rng((self.seed, t)).integers(n, size=self.size)
        epoch, place = divmod(t, n // self.size)
        return _shuffle(self.seed, epoch, n)[place * self.size : (place + 1) * self.size].copy()

    def at(self, t: int) -> Problem | Callable:
        rows = self.rows(t)
        return self.make(*(part[rows] for part in self.data))


@lru_cache(maxsize=16)
def _shuffle(seed: int, epoch: int, n: int) -> np.ndarray:
    order = np.random.default_rng((seed, epoch)).permutation(n)
    order.flags.writeable = False
    return order


def full_batch(make: Callable, data: tuple) -> Oracle:
    """Return the oracle of the loss over all examples.

    >>> from gdcourse.problems import LeastSquares
    >>> loss, gradient = full_batch(LeastSquares, (np.eye(2), np.ones(2)))(np.zeros(2))
    >>> gradient
    array([-1., -1.])
    """
    return oracle_of(make(*data))


def single_example(make: Callable, data: tuple, seed: int = 0) -> Batches:
    """Return the stream of the losses of single examples, drawn one at a time."""
    return Batches(make, data, 1, seed, replacement=True)


def mini_batch(
    make: Callable, data: tuple, size: int, seed: int = 0, replacement: bool = False
) -> Batches:
    """Return the stream of the losses of batches: an epoch sees every example once.

    With `replacement` each example is drawn on its own, and the variance of the gradient is
    exactly 1 / size of that of one example.
    """
    return Batches(make, data, size, seed, replacement)
