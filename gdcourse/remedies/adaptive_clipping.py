"""Adaptive clipping: limit a gradient by the size of the weights it changes."""

from dataclasses import dataclass
from typing import ClassVar, final

from ..rules.rule import Positive, Rule, xp


@final
@dataclass(frozen=True)
class ClipAdaptive(Rule):
    """Shorten the gradient of a unit that is long against the unit's own weights.

    step_i = g_i min(1, clipping max(||w_i||, eps) / ||g_i||)  for each row i of a matrix

    A row holds the weights that lead into one unit; a bias vector is one row. With the learning
    rate lr and plain descent, no unit's weights change by more than a share lr * clipping.

    Args:
        clipping: the greatest ratio of the two norms, > 0; 0.01 for large batches.
        eps: least norm of the weights that is counted, > 0, so that zero weights can move.

    Shapes: (..., m, n), units along m: the loops hand it each parameter in its own shape.

    Raises:
        ValueError: clipping or eps is not positive.

    >>> import numpy as np
    >>> w, g = np.array([[3.0, 4.0], [0.3, 0.4]]), np.array([[0.0, 1.0], [0.0, 1.0]])
    >>> ClipAdaptive(0.5).update(g, (), w)[0]
    array([[0.  , 1.  ],
           [0.  , 0.25]])

    Source: Brock et al. 2021, arXiv:2102.06171.
    """

    elementwise: ClassVar[bool] = False
    whole: ClassVar[bool] = True
    clipping: Positive = 0.01
    eps: Positive = 1e-3

    def update(self, g, state, x):
        weights = (x**2).sum(-1, keepdims=True) ** 0.5
        limit = self.clipping * weights.clip(min=self.eps)
        unit = xp(g).amax(abs(g), -1, keepdims=True).clip(min=limit)  # so that squares fit
        norm = unit * ((g / unit) ** 2).sum(-1, keepdims=True) ** 0.5
        return g * (limit / norm.clip(min=limit)), state
