"""L-BFGS: curvature from the last few steps."""

from dataclasses import dataclass
from typing import ClassVar, final

from .rule import PositiveInt, Rule, xp


@final
@dataclass(frozen=True)
class LBFGS(Rule):
    """Estimate Newton's step from how the gradient changed over the last m steps.

    s_k = x_{k+1} - x_k,  y_k = g_{k+1} - g_k;  step = H g by the two-loop recursion, where H
    starts as (s'y / y'y) I and learns each pair, so that H y_k = s_k for the last one

    The first step is g. Where s'y <= 0 (negative curvature) a run forgets its pairs and starts
    anew. Combine it with a line search: `Backtrack(LBFGS(), loss)`.

    Args:
        m: pairs kept, >= 1; 2 m vectors of memory.

    >>> import numpy as np
    >>> rule, c, x = LBFGS(), np.array([1.0, 4.0]), np.array([4.0, 0.0])
    >>> step, state = rule.update(c * x, rule.init(x), x)
    >>> step  # the gradient
    array([4., 0.])

    Source: Liu & Nocedal 1989; Nocedal & Wright 2006, Algorithm 7.4.
    Book: reference/gallery.
    """

    m: PositiveInt = 10
    elementwise: ClassVar[bool] = False

    def init(self, x):
        return ()

    def update(self, g, state, x):
        lib, here = xp(g), (x + 0, g + 0)  # copies: a loop may write its next x and g over these
        pairs: tuple = ()
        scale = 1.0
        if state:
            (x_last, g_last), pairs = state
            s, y = x - x_last, g - g_last
            ss, sy, yy = dot(s, s), dot(s, y), dot(y, y)
            good = sy > 1e-10 * (ss * yy) ** 0.5
            # rho = 0 makes a pair void: each run forgets on its own, and nothing waits for the GPU
            rho = lib.where(good, 1 / lib.where(good, sy, 1), 0)
            kept = tuple((s, y, lib.where(good, r, 0)) for s, y, r in pairs)
            pairs = (*kept, (s, y, rho))[-self.m :]
            scale = lib.where(good, sy / lib.where(good, yy, 1), 1)
        q, alphas = g, []
        for s, y, rho in reversed(pairs):
            alphas.append(rho * dot(s, q))
            q = q - alphas[-1] * y
        step = scale * q
        for (s, y, rho), alpha in zip(pairs, reversed(alphas), strict=True):
            step = step + (alpha - rho * dot(y, step)) * s
        return step, (here, pairs)


def dot(a, b):
    """Return the inner product of each run's vectors, with a last axis of 1."""
    return (a * b).sum(-1, keepdims=True)
