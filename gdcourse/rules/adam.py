"""Adam."""

from dataclasses import dataclass
from typing import final

from .rule import NonNegative, Rule, UnitInterval, xp


@final
@dataclass(frozen=True)
class Adam(Rule):
    """Divide a running mean of the gradient by the root of a running mean of its square.

    m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2
    step = m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps)

    The first step is sign(g) in every coordinate, however large or small g is.

    Args:
        b1: memory of the gradient, in [0, 1).
        b2: memory of its square, in [0, 1).
        eps: keeps the division finite where a gradient has always been zero, >= 0.

    Raises:
        ValueError: b1 or b2 outside [0, 1), eps negative.

    >>> import numpy as np
    >>> rule, x = Adam(), np.zeros(2)
    >>> rule.update(np.array([1e3, -1e-3]), rule.init(x), x)[0].round(4)
    array([ 1., -1.])

    Source: Kingma & Ba 2015, arXiv:1412.6980, Algorithm 1.
    Book: reference/gallery.
    """

    b1: UnitInterval = 0.9
    b2: UnitInterval = 0.999
    eps: NonNegative = 1e-8

    def init(self, x):
        return 0, xp(x).zeros_like(x), xp(x).zeros_like(x)

    def update(self, g, state, x):
        t, m, v = state  # steps, running means of g and g**2
        t = t + 1
        m = self.b1 * m + (1 - self.b1) * g
        v = self.b2 * v + (1 - self.b2) * g**2
        m_hat = m / (1 - self.b1**t)  # undo the pull of the zero start
        v_hat = v / (1 - self.b2**t)
        return m_hat / (v_hat**0.5 + self.eps), (t, m, v)
