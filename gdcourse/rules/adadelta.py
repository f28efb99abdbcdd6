"""Adadelta."""

from dataclasses import dataclass
from typing import final

from .rule import Positive, Rule, UnitInterval, xp


@final
@dataclass(frozen=True)
class Adadelta(Rule):
    """Scale the gradient by the size of past steps over the size of past gradients.

    v = rho v + (1 - rho) g^2;  step = g sqrt(u + eps) / sqrt(v + eps)
    u = rho u + (1 - rho) step^2

    The step has the unit of x, so a learning rate of 1 is meant to do. The first steps are
    sqrt(eps) in size: it starts slowly.

    Args:
        rho: memory of both squares, in [0, 1).
        eps: what the first step grows from, > 0 (with 0 the rule would never move).

    Raises:
        ValueError: rho outside [0, 1), eps not positive.

    >>> import numpy as np
    >>> rule, g = Adadelta(rho=0.75), np.array([1e3, -1e3])
    >>> rule.update(g, rule.init(g), g)[0].round(6)
    array([ 0.002, -0.002])

    Source: Zeiler 2012, arXiv:1212.5701, Algorithm 1; its eps is torch's.
    Book: reference/gallery.
    """

    rho: UnitInterval = 0.9
    eps: Positive = 1e-6

    def init(self, x):
        return xp(x).zeros_like(x), xp(x).zeros_like(x)

    def update(self, g, state, x):
        v, u = state  # running means of g**2 and step**2
        v = self.rho * v + (1 - self.rho) * g**2
        step = g * ((u + self.eps) ** 0.5 / (v + self.eps) ** 0.5)
        u = self.rho * u + (1 - self.rho) * step**2
        return step, (v, u)
