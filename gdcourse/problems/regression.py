"""Regression problems whose loss is a quadratic bowl."""

from dataclasses import dataclass, field
from typing import Any, final

from ..rules.rule import xp
from .surface import Problem


@final
@dataclass(frozen=True, eq=False)
class LeastSquares(Problem):
    """The mean squared error of a linear model, as a function of its weights.

    f(w) = mean((X w - y)^2) = (w - m)'H(w - m) / 2 + f(m),  H = 2 X'X / n

    H does not depend on w: linear regression is one bowl, and `minimum` is its lowest point m (the
    one nearest to zero, where there are many).

    Args:
        features: X, (n, d); add a column of ones for an intercept.
        targets: y, (n,).

    Raises:
        ValueError: shapes that do not fit, or values that are not finite.

    >>> import numpy as np
    >>> problem = LeastSquares(np.array([[1.0], [2.0]]), np.array([2.0, 4.0]))
    >>> problem.minimum.round(6)
    array([2.])

    Book: failures/overshooting-forecast.
    """

    features: Any = field(repr=False)
    targets: Any = field(repr=False)
    H: Any = field(init=False, repr=False)
    minimum: Any = field(init=False, repr=False)
    lowest: Any = field(init=False, repr=False)

    def __post_init__(self):
        X, y = self.features, self.targets
        if X.ndim != 2 or tuple(y.shape) != (X.shape[0],) or not len(y):
            raise ValueError(
                "LeastSquares takes features (n, d) and targets (n,), n >= 1; got shapes "
                f"{tuple(X.shape)} and {tuple(y.shape)}"
            )
        if not bool(xp(X).isfinite(X).all()) or not bool(xp(y).isfinite(y).all()):
            raise ValueError("LeastSquares: features and targets must be finite; found NaN or Inf")
        H = 2 * X.T @ X / len(y)
        minimum = xp(X).linalg.pinv(X) @ y
        found = {"H": H, "minimum": minimum, "lowest": ((X @ minimum - y) ** 2).mean()}
        for name, value in found.items():
            object.__setattr__(self, name, value)

    def loss(self, x):
        away = x - self.minimum
        return ((away @ self.H) * away).sum(-1) / 2 + self.lowest

    def gradient(self, x):
        return (x - self.minimum) @ self.H

    def hessian(self, x):
        return self.H + xp(x).zeros_like(x)[..., None]
