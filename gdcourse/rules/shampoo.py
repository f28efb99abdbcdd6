"""Shampoo."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

from .rule import Positive, Rule, xp


def inverse_root(A: Any, p: int) -> Any:
    """Return A^(-1/p) of symmetric positive matrices (..., n, n), through their eigenvalues.

    >>> import numpy as np
    >>> inverse_root(np.diag([16.0, 1.0]), 4).tolist()
    [[0.5, 0.0], [0.0, 1.0]]
    """
    lib = xp(A)
    whole = lib.isfinite(A).all(-1).all(-1)[..., None, None]  # eigh raises at inf and nan
    one = lib.eye(A.shape[-1], dtype=A.dtype, device=A.device)
    w, V = lib.linalg.eigh(lib.where(whole, A, one))
    # rounding may make the least eigenvalues negative; what is below the largest's last digit is 0
    w = w.clip(min=w[..., -1:] * lib.finfo(A.dtype).eps)
    return lib.where(whole, (V * w[..., None, :] ** (-1 / p)) @ V.swapaxes(-1, -2), lib.nan)


@final
@dataclass(frozen=True)
class Shampoo(Rule):
    """Precondition the rows and the columns of each matrix by the gradients seen so far.

    L = L + G G';  R = R + G' G;  step = L^(-1/4) G R^(-1/4)

    Adagrad keeps one sum for each entry; Shampoo keeps one matrix for each side, m^2 + n^2
    numbers for m n parameters. The roots cost O(m^3 + n^3) a step, and on CUDA they make the CPU
    wait: for matrices of some hundred rows.

    Args:
        eps: L and R start as eps I, > 0.

    Shapes: x, g and the step are (..., m, n).

    >>> import numpy as np
    >>> G = np.diag([100.0, 0.01])
    >>> Shampoo(1e-12).update(G, Shampoo(1e-12).init(G), G)[0].round(3)
    array([[1., 0.],
           [0., 1.]])

    Source: Gupta, Koren & Singer 2018, arXiv:1802.09568, Algorithm 1.
    Book: reference/gallery.
    """

    eps: Positive = 1e-4
    elementwise: ClassVar[bool] = False
    whole: ClassVar[bool] = True

    def init(self, x):
        lib, sides = xp(x), (x @ x.swapaxes(-1, -2), x.swapaxes(-1, -2) @ x)
        return tuple(
            lib.zeros_like(s) + self.eps * lib.eye(s.shape[-1], dtype=x.dtype, device=x.device)
            for s in sides
        )

    def update(self, g, state, x):
        L, R = state
        L = L + g @ g.swapaxes(-1, -2)
        R = R + g.swapaxes(-1, -2) @ g
        return inverse_root(L, 4) @ g @ inverse_root(R, 4), (L, R)
