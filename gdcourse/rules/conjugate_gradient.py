"""Conjugate gradients."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, final

from .lbfgs import dot
from .rule import Rule, xp


@final
@dataclass(frozen=True)
class ConjugateGradient(Rule):
    """Go to the lowest point along a direction that spoils none of those before it.

    p = g + (g'g / g_last'g_last) p_last;  step = (g'p / p'Hp) p

    On a parabola of d parameters it arrives in d steps, up to rounding, and after k steps the
    error is at most 2 ((sqrt(kappa) - 1) / (sqrt(kappa) + 1))^k times the first. On other
    surfaces it is the method of Fletcher and Reeves with Newton's step length.

    Args:
        product: (x, p) -> H(x) p, such as `hessian_vector_product(problem)`.

    >>> import numpy as np
    >>> from gdcourse.problems import ravine
    >>> rule, x = ConjugateGradient(lambda x, p: p * np.array([1.0, 100.0])), np.array([3.0, 4.0])
    >>> state = rule.init(x)
    >>> for _ in range(2):
    ...     step, state = rule.update(ravine(100).gradient(x), state, x)
    ...     x = x - step
    >>> bool(np.abs(x).max() < 1e-13)
    True

    Source: Hestenes & Stiefel 1952; Nocedal & Wright 2006, Algorithm 5.2.
    Book: reference/gallery.
    """

    product: Callable[[Any, Any], Any]
    elementwise: ClassVar[bool] = False

    def init(self, x):
        return xp(x).zeros_like(x), xp(x).zeros_like(x[..., :1])

    def update(self, g, state, x):
        p, gg_last = state
        gg = dot(g, g)
        p = g + ratio(gg, gg_last) * p
        return ratio(dot(g, p), dot(p, self.product(x, p))) * p, (p, gg)


def ratio(a, b):
    """Return a / b, and 0 where b is 0: at the minimum there is nowhere to go."""
    none = b == 0
    return xp(a).where(none, 0, a / xp(a).where(none, 1, b))
