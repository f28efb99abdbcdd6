"""Newton's method: exact, damped and saddle-free."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, final

from .rule import NonNegative, Rule, xp


def solve(H: Any, g: Any, damping: float = 0.0, positive: bool = False) -> Any:
    """Return (H + damping I)^-1 g for symmetric matrices H, through their eigenvalues.

    Args:
        H: (..., d, d).
        g: (..., d).
        damping: added to each eigenvalue, >= 0.
        positive: take the eigenvalues' absolute values first.

    The answer has inf or nan in a run whose matrix is singular or not finite; other runs are
    not harmed. On CUDA the eigenvalues make the CPU wait.

    >>> import numpy as np
    >>> solve(np.diag([2.0, -4.0]), np.array([1.0, 1.0])).tolist()
    [0.5, -0.25]
    """
    lib = xp(g)
    one = lib.eye(g.shape[-1], dtype=H.dtype, device=H.device)
    whole = lib.isfinite(H).all(-1).all(-1)[..., None]  # eigh raises where one run has blown up
    w, V = lib.linalg.eigh(lib.where(whole[..., None], H, one))
    w = (abs(w) if positive else w) + damping
    along = (g[..., None, :] @ V)[..., 0, :] / w
    return lib.where(whole, (V @ along[..., None])[..., 0], lib.nan)


@final
@dataclass(frozen=True)
class Newton(Rule):
    """Divide the gradient by the curvature: jump to where the local parabola is level.

    step = (H(x) + damping I)^-1 g,  or with |H| (absolute eigenvalues) where saddle_free

    A parabola is solved in one step. The plain method goes to saddles and maxima as gladly as to
    minima; the saddle-free one leaves them. O(d^3) a step: for problems of few parameters.

    Args:
        hessian: x (..., d) -> (..., d, d), such as `problem.hessian`.
        damping: >= 0; above 0 the step stays finite where H is singular (Levenberg's method).
        saddle_free: take absolute eigenvalues.

    >>> import numpy as np
    >>> from gdcourse.problems import ravine
    >>> rule, x = Newton(ravine(100).hessian), np.array([3.0, 4.0])
    >>> x - rule.update(ravine(100).gradient(x), (), x)[0]
    array([0., 0.])

    Source: Nocedal & Wright 2006, Section 3.3; Dauphin et al. 2014, arXiv:1406.2572, Algorithm 1.
    Book: reference/gallery.
    """

    hessian: Callable[[Any], Any]
    damping: NonNegative = 0.0
    saddle_free: bool = False
    elementwise: ClassVar[bool] = False

    def update(self, g, state, x):
        return solve(self.hessian(x), g, self.damping, self.saddle_free), state
