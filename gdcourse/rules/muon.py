"""Muon."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

from .rule import Positive, PositiveInt, Rule, UnitInterval, xp


def orthogonalize(X: Any, steps: int = 5, eps: float = 1e-7) -> Any:
    """Push all singular values of a matrix towards 1 by Newton-Schulz steps, and keep its turns.

    X <- X / |X|;  A = X X';  X <- a X + (b A + c A^2) X,  (a, b, c) = (3.4445, -4.7750, 2.0315)

    The numbers buy speed, not accuracy: after five steps singular values that began in [0.01, 1]
    lie in about [0.68, 1.13], not at 1.

    Shapes: (..., m, n), as is the result.

    >>> import numpy as np
    >>> np.linalg.svd(orthogonalize(np.diag([4.0, 1.0]))).S.round(2)
    array([0.74, 0.74])

    Source: Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks".
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = X.shape[-2] > X.shape[-1]
    X = X.swapaxes(-1, -2) if tall else X  # X X' is then the smaller product
    X = X / ((X**2).sum((-2, -1))[..., None, None] ** 0.5).clip(min=eps)
    for _ in range(steps):
        A = X @ X.swapaxes(-1, -2)
        X = a * X + (b * A + c * (A @ A)) @ X
    return X.swapaxes(-1, -2) if tall else X


@final
@dataclass(frozen=True)
class Muon(Rule):
    """Make the momentum of each matrix nearly orthogonal: all its directions move alike.

    m = beta m + g;  u = g + beta m (Nesterov), or m
    step = sqrt(max(1, rows / columns)) * orthogonalize(u)

    Made for the matrices of hidden layers; give vectors, embeddings and the last layer to another
    rule: `PerParameter(Muon(), rest=...)`. It works in the precision of x, where the published
    code takes bfloat16.

    Args:
        beta: memory of the gradient, in [0, 1).
        steps: of Newton-Schulz, >= 1.
        nesterov: look one step ahead.
        eps: least norm that is divided by, > 0.

    Shapes: x, g and the step are (..., m, n).

    Source: Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks".
    Book: reference/gallery.
    """

    beta: UnitInterval = 0.95
    steps: PositiveInt = 5
    nesterov: bool = True
    eps: Positive = 1e-7
    elementwise: ClassVar[bool] = False
    whole: ClassVar[bool] = True

    def init(self, x):
        return xp(x).zeros_like(x)

    def update(self, g, state, x):
        m = self.beta * state + g
        u = g + self.beta * m if self.nesterov else m
        rows, columns = g.shape[-2:]
        scale = max(1, rows / columns) ** 0.5
        return scale * orthogonalize(u, self.steps, self.eps), m
