"""Lion."""

from dataclasses import dataclass
from typing import final

from .rule import Rule, UnitInterval, xp
from .sign import sign


@final
@dataclass(frozen=True)
class Lion(Rule):
    """Step by the sign of a momentum, with one memory for the step and a longer one to keep.

    step = sign(b1 m + (1 - b1) g);  m = b2 m + (1 - b2) g

    Every coordinate moves by exactly the learning rate, so it is taken 3 to 10 times smaller
    than Adam's, and the decay as many times larger.

    Args:
        b1: weight of the memory in the step, in [0, 1).
        b2: memory of the gradient, in [0, 1).

    Raises:
        ValueError: b1 or b2 outside [0, 1).

    >>> import numpy as np
    >>> rule, g = Lion(), np.array([1e3, -1e-3])
    >>> rule.update(g, rule.init(g), g)[0]
    array([ 1., -1.])

    Source: Chen et al. 2023, arXiv:2302.06675, Algorithm 2; decay: put Decay after it.
    Book: reference/gallery.
    """

    b1: UnitInterval = 0.9
    b2: UnitInterval = 0.99

    def init(self, x):
        return xp(x).zeros_like(x)

    def update(self, g, state, x):
        m = state
        step = sign(self.b1 * m + (1 - self.b1) * g)
        return step, self.b2 * m + (1 - self.b2) * g
