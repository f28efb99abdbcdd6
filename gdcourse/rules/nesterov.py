"""Nesterov's accelerated gradient."""

from dataclasses import dataclass
from typing import Annotated, Any, final

from .rule import Rule, UnitInterval, xp

Beta = Annotated[Any, *UnitInterval.__metadata__]  # or a schedule


@final
@dataclass(frozen=True)
class Nesterov(Rule):
    """Keep a share of the last step, and look ahead along it.

    v = beta v + g;  step = g + beta v

    Nesterov keeps two points: x = y - lr g(y), then y = x + beta (x - x_before). These lines, as
    torch.optim.SGD's, are the same method told by y alone: the rule's x is the point y where the
    gradient is taken, and x - x_before = -lr v. Equal while lr is constant.

    Args:
        beta: share of the last step that is kept, in [0, 1), or a schedule t -> beta: FISTA's
            is lambda t: max(t - 1, 0) / (t + 2).

    Raises:
        ValueError: beta outside [0, 1).

    >>> import numpy as np
    >>> Nesterov(0.5).update(np.array([1.0]), (1, np.array([4.0])), None)
    (array([2.5]), (2, array([3.])))

    Source: Nesterov 1983, "A method of solving a convex programming problem with convergence rate
    O(1/k^2)"; this form: Bengio et al. 2012, arXiv:1212.0901, and torch.optim.SGD.
    Book: reference/gallery.
    """

    beta: Beta = 0.9

    def __post_init__(self):
        if not callable(self.beta):
            super().__post_init__()

    def init(self, x):
        return 0, xp(x).zeros_like(x)

    def update(self, g, state, x):
        t, v = state
        now, ahead = (self.beta(t), self.beta(t + 1)) if callable(self.beta) else 2 * (self.beta,)
        v = now * v + g
        return g + ahead * v, (t + 1, v)
