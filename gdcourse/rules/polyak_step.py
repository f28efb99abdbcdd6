"""Polyak's step length."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any, ClassVar, final

from .rule import Rule


@final
@dataclass(frozen=True)
class PolyakStep(Rule):
    """Take the step length from how far the loss still is above its minimum.

    step = (f(x) - minimum) / |g|^2 * g

    No learning rate to choose: on a convex f each step leads nearer to the minimum. The least
    loss must be known, as it is (0) for a model that can fit every example.

    Args:
        loss: f, x (..., d) -> (...), on the same examples as g.
        minimum: the least value of f.

    >>> import numpy as np
    >>> from gdcourse import bowl
    >>> x = np.array([3.0, 4.0])
    >>> PolyakStep(bowl().loss).update(bowl().gradient(x), (), x)[0]
    array([1.5, 2. ])

    Source: Polyak 1987, "Introduction to Optimization", Section 5.3; Hazan & Kakade 2019,
    arXiv:1905.00313.
    Book: reference/gallery.
    """

    loss: Callable[[Any], Any]
    minimum: float = 0.0
    elementwise: ClassVar[bool] = False

    def __post_init__(self):
        if not isinstance(self.minimum, (int, float)) or not isfinite(self.minimum):
            raise ValueError(f"PolyakStep.minimum must be a finite number; got {self.minimum!r}")

    def update(self, g, state, x):
        gap = (self.loss(x)[..., None] - self.minimum).clip(min=0)
        square = (g**2).sum(-1, keepdims=True)
        return gap / square.clip(min=1e-30) * g, state
