"""Regression problems whose loss is a quadratic bowl."""

from dataclasses import dataclass, field
from typing import Any, final

from ..rules.rule import xp
from .surface import Problem


@final
@dataclass(frozen=True)
class LeastSquares(Problem):
    """The mean squared error of a linear model, as a function of its weights.

    f(w) = mean((X w - y)^2) = w'Hw / 2 - b'w + c,  H = 2 X'X / n,  b = 2 X'y / n

    H does not depend on w: linear regression is one bowl, whose axes are the features.

    Args:
        features: X, (n, d); add a column of ones for an intercept.
        targets: y, (n,).

    Raises:
        ValueError: shapes that do not fit, or values that are not finite.

    >>> import numpy as np
    >>> problem = LeastSquares(np.array([[1.0], [2.0]]), np.array([2.0, 4.0]))
    >>> problem.gradient(np.array([2.0]))
    array([0.])

    Book: failures/overshooting-forecast.
    """

    features: Any
    targets: Any
    H: Any = field(init=False, repr=False)
    b: Any = field(init=False, repr=False)
    c: Any = field(init=False, repr=False)

    def __post_init__(self):
        X, y = self.features, self.targets
        if X.ndim != 2 or tuple(y.shape) != (X.shape[0],):
            raise ValueError(
                "LeastSquares takes features (n, d) and targets (n,); got shapes "
                f"{tuple(X.shape)} and {tuple(y.shape)}"
            )
        if not bool(xp(X).isfinite(X).all()) or not bool(xp(y).isfinite(y).all()):
            raise ValueError("LeastSquares: features and targets must be finite; found NaN or Inf")
        n = X.shape[0]
        for name, value in (("H", 2 * X.T @ X / n), ("b", 2 * X.T @ y / n), ("c", (y**2).mean())):
            object.__setattr__(self, name, value)

    def loss(self, x):
        return ((x @ self.H) * x).sum(-1) / 2 - x @ self.b + self.c

    def gradient(self, x):
        return x @ self.H - self.b

    def hessian(self, x):
        return self.H + xp(x).zeros_like(x)[..., None]
