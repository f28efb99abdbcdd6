"""AMSGrad."""

from dataclasses import dataclass
from typing import final

from .rule import NonNegative, Rule, UnitInterval, xp


@final
@dataclass(frozen=True)
class AMSGrad(Rule):
    """Adam that never forgets the largest square: where Adam cycles, it converges.

    m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;  v_max = max(v_max, v)
    step = m / (1 - b1^t) / (sqrt(v_max / (1 - b2^t)) + eps)

    This is torch.optim.Adam(amsgrad=True). Reddi's Algorithm 2 has neither the two corrections
    1 - b^t nor eps; with the corrections the divisor may fall while t is small.

    Args:
        b1: memory of the gradient, in [0, 1).
        b2: memory of its square, in [0, 1).
        eps: keeps the division finite where a gradient has always been zero, >= 0.

    Raises:
        ValueError: b1 or b2 outside [0, 1), eps negative.

    >>> import numpy as np
    >>> rule, x = AMSGrad(b1=0, b2=0), np.zeros(1)
    >>> _, state = rule.update(np.array([10.0]), rule.init(x), x)
    >>> rule.update(np.array([1.0]), state, x)[0]
    array([0.1])

    Source: Reddi, Kale & Kumar 2018, arXiv:1904.09237, Algorithm 2.
    Book: reference/gallery.
    """

    b1: UnitInterval = 0.9
    b2: UnitInterval = 0.999
    eps: NonNegative = 1e-8

    def init(self, x):
        return 0, xp(x).zeros_like(x), xp(x).zeros_like(x), xp(x).zeros_like(x)

    def update(self, g, state, x):
        t, m, v, v_max = state
        t = t + 1
        m = self.b1 * m + (1 - self.b1) * g
        v = self.b2 * v + (1 - self.b2) * g**2
        v_max = xp(g).maximum(v_max, v)
        m_hat = m / (1 - self.b1**t)
        v_hat = v_max / (1 - self.b2**t)
        return m_hat / (v_hat**0.5 + self.eps), (t, m, v, v_max)
