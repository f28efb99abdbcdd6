"""Projection onto a box."""

from dataclasses import dataclass
from typing import final

from .rule import Rule


@final
@dataclass(frozen=True)
class Project(Rule):
    """Keep every coordinate of x between two bounds. The last rule of a chain.

    step = x - clip(x - g, low, high)

    Args:
        low, high: the bounds, low < high.

    >>> import numpy as np
    >>> x = np.array([0.5, 0.5])
    >>> x - Project(-1, 1).update(np.array([-3.0, 0.25]), (), x)[0]
    array([1.  , 0.25])

    Source: Zinkevich 2003, "Online convex programming and generalized infinitesimal gradient
    ascent".
    """

    low: float
    high: float

    def __post_init__(self):
        if not self.low < self.high:
            raise ValueError(
                f"Project.low must be below Project.high; got {self.low!r} and {self.high!r}"
            )

    def update(self, g, state, x):
        return x - (x - g).clip(min=self.low, max=self.high), state
