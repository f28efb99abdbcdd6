"""Gauss-Newton and the natural gradient: curvature that is never negative."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, final

from .newton import solve
from .rule import NonNegative, Rule


@final
@dataclass(frozen=True)
class GaussNewton(Rule):
    """Divide the gradient of a sum of squares by the curvature of its linear part.

    f = |r(x)|^2 / 2,  g = J' r;  step = (J'J + damping I)^-1 g,  J = dr/dx

    J'J leaves out what bends r itself: exact where r is linear, and good where r is small.

    Args:
        jacobian: J, x (..., d) -> (..., n, d), scaled as the loss is: for a mean of squares,
            r = sqrt(2 / n) * (prediction - target).
        damping: >= 0; above 0 it is Levenberg's method.

    >>> import numpy as np
    >>> A, b = np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([2.0, 5.0])
    >>> x = np.zeros(2)
    >>> step, _ = GaussNewton(lambda x: A).update(A.T @ (A @ x - b), (), x)
    >>> (x - step).round(12)
    array([2., 3.])

    Source: Nocedal & Wright 2006, Section 10.3; Martens 2020, arXiv:1412.1193.
    Book: reference/gallery.
    """

    jacobian: Callable[[Any], Any]
    damping: NonNegative = 0.0
    elementwise: ClassVar[bool] = False

    def update(self, g, state, x):
        J = self.jacobian(x)
        return solve(J.swapaxes(-1, -2) @ J, g, self.damping), state


@final
@dataclass(frozen=True)
class NaturalGradient(Rule):
    """Measure a step by how far it moves the predicted distribution, not the parameters.

    step = (F(x) + damping I)^-1 g,  F = E[s s'],  s = d log p(y | x) / dx

    The direction is the same in whichever parameters the distribution is written.

    Args:
        fisher: F, the Fisher information, x (..., d) -> (..., d, d). For a softmax or a sigmoid
            with cross-entropy it is the Gauss-Newton matrix.
        damping: >= 0.

    >>> import numpy as np
    >>> rule = NaturalGradient(lambda x: np.diag([4.0, 1.0]))
    >>> rule.update(np.array([4.0, 1.0]), (), np.zeros(2))[0]
    array([1., 1.])

    Source: Amari 1998, "Natural gradient works efficiently in learning".
    Book: reference/gallery.
    """

    fisher: Callable[[Any], Any]
    damping: NonNegative = 0.0
    elementwise: ClassVar[bool] = False

    def update(self, g, state, x):
        return solve(self.fisher(x), g, self.damping), state
