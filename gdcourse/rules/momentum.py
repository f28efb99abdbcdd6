"""Momentum: the heavy ball."""

from dataclasses import dataclass
from typing import final

from .rule import Rule, UnitInterval, xp


@final
@dataclass(frozen=True)
class Momentum(Rule):
    """Keep a share of the last step (Polyak's heavy ball).

    v = beta * v + g;  step = v

    The memory starts at zero, as in torch.optim.SGD. A steady gradient g ends at a step of
    g / (1 - beta): with beta = 0.9 the same learning rate goes ten times as far.

    Args:
        beta: share of the last step that is kept, in [0, 1).

    Raises:
        ValueError: beta outside [0, 1).

    >>> import numpy as np
    >>> Momentum(0.5).update(np.array([1.0]), np.array([4.0]), None)
    (array([3.]), array([3.]))

    Source: Polyak 1964, "Some methods of speeding up the convergence of iteration methods".
    Book: reference/gallery.
    """

    beta: UnitInterval = 0.9

    def init(self, x):
        return xp(x).zeros_like(x)

    def update(self, g, state, x):
        v = state
        v = self.beta * v + g
        return v, v
