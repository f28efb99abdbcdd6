"""RMSprop."""

from dataclasses import dataclass
from typing import final

from .rule import NonNegative, Rule, UnitInterval, xp


@final
@dataclass(frozen=True)
class RMSprop(Rule):
    """Divide the gradient by the root of a running mean of its square.

    v = b2 v + (1 - b2) g^2;  step = g / (sqrt(v) + eps)

    Centered: v - m^2, the gradient's variance, stands for v, with m a running mean of g.
    Adam without momentum and without correction for the zero start: the first step is
    1 / sqrt(1 - b2), ten times the later ones.

    Args:
        b2: memory of the square, in [0, 1); `alpha` in torch.
        eps: keeps the division finite, >= 0.
        centered: divide by the standard deviation? A steady gradient then makes huge steps.

    Raises:
        ValueError: b2 outside [0, 1), eps negative.

    >>> import numpy as np
    >>> rule, g = RMSprop(b2=0.99), np.array([1e3, -1e-3])
    >>> rule.update(g, rule.init(g), g)[0].round(2)
    array([ 10., -10.])

    Source: Tieleman & Hinton 2012, Coursera lecture 6e; centered: Graves 2013, arXiv:1308.0850,
    where eps stands inside the root; here outside, as in torch.
    Book: reference/gallery.
    """

    b2: UnitInterval = 0.99
    eps: NonNegative = 1e-8
    centered: bool = False

    def init(self, x):
        v = xp(x).zeros_like(x)
        return (v, xp(x).zeros_like(x)) if self.centered else (v,)

    def update(self, g, state, x):
        v, *m = state  # running means of g**2 and, centered, of g
        v = self.b2 * v + (1 - self.b2) * g**2
        if not self.centered:
            return g / (v**0.5 + self.eps), (v,)
        m = self.b2 * m[0] + (1 - self.b2) * g
        variance = (v - m**2).clip(min=0)  # rounding takes it below zero, where torch gives nan
        return g / (variance**0.5 + self.eps), (v, m)
