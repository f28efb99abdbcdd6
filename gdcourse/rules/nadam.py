"""NAdam: Adam with Nesterov's look ahead."""

from dataclasses import dataclass
from typing import final

from .rule import NonNegative, Rule, UnitInterval, xp


@final
@dataclass(frozen=True)
class NAdam(Rule):
    """Adam whose momentum looks one step ahead, and warms up.

    mu(t) = b1 (1 - 0.96^(psi t) / 2);  P = mu(1) ... mu(t)
    m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2
    ahead = mu(t+1) m / (1 - P mu(t+1)) + (1 - mu(t)) g / (1 - P)
    step = ahead / (sqrt(v / (1 - b2^t)) + eps)

    Dozat's m is a running mean with mu(t); this one, torch.optim.NAdam's, has b1.

    Args:
        b1: memory of the gradient, in [0, 1).
        b2: memory of its square, in [0, 1).
        eps: keeps the division finite where a gradient has always been zero, >= 0.
        psi: how fast mu rises from b1 / 2 to b1, >= 0; torch's `momentum_decay`.

    Raises:
        ValueError: b1 or b2 outside [0, 1), eps or psi negative.

    >>> NAdam().mu(10**6)
    0.9

    Source: Dozat 2016, "Incorporating Nesterov Momentum into Adam", Algorithm 2.
    Book: reference/gallery.
    """

    b1: UnitInterval = 0.9
    b2: UnitInterval = 0.999
    eps: NonNegative = 1e-8
    psi: NonNegative = 4e-3

    def mu(self, t: int) -> float:
        """Return the momentum of step t = 1, 2, ..."""
        return self.b1 * (1 - 0.96 ** (self.psi * t) / 2)

    def init(self, x):
        return 0, 1.0, xp(x).zeros_like(x), xp(x).zeros_like(x)

    def update(self, g, state, x):
        t, P, m, v = state
        t = t + 1
        now, then = self.mu(t), self.mu(t + 1)
        P = P * now
        m = self.b1 * m + (1 - self.b1) * g
        v = self.b2 * v + (1 - self.b2) * g**2
        ahead = then / (1 - P * then) * m + (1 - now) / (1 - P) * g
        v_hat = v / (1 - self.b2**t)
        return ahead / (v_hat**0.5 + self.eps), (t, P, m, v)
