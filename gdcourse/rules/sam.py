"""SAM: sharpness-aware minimization."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, final

from .rule import Positive, Rule


@final
@dataclass(frozen=True)
class SAM(Rule):
    """Use the gradient at the worst point nearby, which is nearly that up the slope.

    step = gradient(x + rho g / |g|)

    Put it first in a chain: `Chain(SAM(gradient), Momentum(), LearningRate(0.1))`. It costs a
    second gradient at every step. At a minimum it does not come to rest: on lambda w^2 / 2 it
    bounces between +-lr lambda rho / (2 - lr lambda).

    Args:
        gradient: x (..., d) -> (..., d), on the same examples as g.
        rho: how far away the worst point is sought, > 0, in units of x.

    >>> import numpy as np
    >>> SAM(lambda x: x**3, rho=1.0).update(np.array([8.0]), (), np.array([2.0]))[0]
    array([27.])

    Source: Foret et al. 2021, arXiv:2010.01412, Algorithm 1.
    Book: reference/gallery.
    """

    gradient: Callable[[Any], Any]
    rho: Positive = 0.05
    elementwise: ClassVar[bool] = False

    def update(self, g, state, x):
        norm = (g**2).sum(-1, keepdims=True) ** 0.5
        return self.gradient(x + self.rho * g / norm.clip(min=1e-12)), state
