"""RAdam: Adam with a rectified start."""

from dataclasses import dataclass
from typing import Annotated, final

from .rule import NonNegative, Rule, UnitInterval, xp

Threshold = Annotated[float, "be 4 or more, and finite", lambda v: 4 <= v < float("inf")]


def rectification(b2: float, t: int) -> tuple[float, float]:
    """Return rho_t, the length of the average in v, and the factor r_t (0 up to rho_t = 4).

    >>> rectification(0.999, 4)[0] < 4 < rectification(0.999, 5)[0]
    True
    """
    limit = 2 / (1 - b2) - 1
    rho = limit - 2 * t * b2**t / (1 - b2**t)
    if rho <= 4:
        return rho, 0.0
    r = ((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho)) ** 0.5
    return rho, r


@final
@dataclass(frozen=True)
class RAdam(Rule):
    """Adam that trusts its divisor only as far as it has seen enough gradients.

    m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;  m_hat = m / (1 - b1^t)
    rho = 2 / (1 - b2) - 1 - 2 t b2^t / (1 - b2^t)
    step = r(rho) m_hat sqrt(1 - b2^t) / (sqrt(v) + eps)  if rho > threshold, else m_hat

    Args:
        b1: memory of the gradient, in [0, 1).
        b2: memory of its square, in [0, 1).
        eps: keeps the division finite, >= 0. Not corrected by 1 - b2^t, unlike Adam's.
        threshold: rho from which v is used, >= 4. Liu's is 4, torch.optim.RAdam's is 5:
            with b2 = 0.999 the 5th or the 6th step is the first.

    Raises:
        ValueError: b1 or b2 outside [0, 1), eps negative, threshold below 4.

    >>> import numpy as np
    >>> RAdam().update(np.array([3.0]), RAdam().init(np.zeros(1)), None)[0].round(9)
    array([3.])

    Source: Liu et al. 2020, arXiv:1908.03265, Algorithm 2.
    Book: reference/gallery.
    """

    b1: UnitInterval = 0.9
    b2: UnitInterval = 0.999
    eps: NonNegative = 1e-8
    threshold: Threshold = 5.0

    def init(self, x):
        return 0, xp(x).zeros_like(x), xp(x).zeros_like(x)

    def update(self, g, state, x):
        t, m, v = state
        t = t + 1
        m = self.b1 * m + (1 - self.b1) * g
        v = self.b2 * v + (1 - self.b2) * g**2
        step = m / (1 - self.b1**t)
        rho, r = rectification(self.b2, t)
        if rho > self.threshold:
            step = step * (r * (1 - self.b2**t) ** 0.5 / (v**0.5 + self.eps))
        return step, (t, m, v)
