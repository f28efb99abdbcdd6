"""Clipping: limit how far one gradient can carry the parameters."""

from dataclasses import dataclass
from typing import ClassVar, final

from ..rules.rule import Positive, Rule, xp


@final
@dataclass(frozen=True)
class ClipNorm(Rule):
    """Shorten a gradient that is longer than max_norm; keep its direction.

    step = g * min(1, max_norm / ||g||)

    Args:
        max_norm: the greatest length that passes, > 0, in units of the gradient.

    Raises:
        ValueError: max_norm is not positive.

    >>> import numpy as np
    >>> ClipNorm(1.0).update(np.array([3.0, 4.0]), (), None)[0]
    array([0.6, 0.8])

    Source: Pascanu, Mikolov & Bengio 2013, arXiv:1211.5063, Algorithm 1.
    Book: failures/overshooting-forecast.
    """

    elementwise: ClassVar[bool] = False
    sums: ClassVar[bool] = True
    max_norm: Positive = 1.0

    def update(self, g, state, x):
        # Squared in units of the largest entry: the square of a huge one would not fit.
        unit = xp(g).amax(abs(g), -1, keepdims=True).clip(min=self.max_norm)
        norm = unit * ((g / unit) ** 2).sum(-1, keepdims=True) ** 0.5
        return g * (self.max_norm / norm.clip(min=self.max_norm)), state
