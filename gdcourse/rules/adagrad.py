"""Adagrad."""

from dataclasses import dataclass
from typing import final

from .rule import NonNegative, Rule, xp


@final
@dataclass(frozen=True)
class Adagrad(Rule):
    """Divide the gradient by the root of the sum of all its squares so far.

    v = v + g^2;  step = g / (sqrt(v) + eps)

    Each coordinate has a learning rate of its own, which only falls: under a steady gradient
    the t-th step is 1 / sqrt(t), whatever the gradient's size.

    Args:
        eps: keeps the division finite where a gradient has always been zero, >= 0.
        start: v before the first step, >= 0; more of it makes the first steps shorter.

    Raises:
        ValueError: eps or start negative.

    >>> import numpy as np
    >>> rule, g = Adagrad(), np.array([1e3, -1e-3])
    >>> step, state = rule.update(g, rule.init(g), g)
    >>> rule.update(g, state, g)[0].round(4)
    array([ 0.7071, -0.7071])

    Source: Duchi, Hazan & Singer 2011, JMLR 12, Figure 1 (diagonal matrices); eps as in torch.
    Book: reference/gallery.
    """

    eps: NonNegative = 1e-10
    start: NonNegative = 0.0

    def init(self, x):
        return self.start + xp(x).zeros_like(x)

    def update(self, g, state, x):
        v = state
        v = v + g**2
        return g / (v**0.5 + self.eps), v
