"""Clipping by value: limit each coordinate of the gradient."""

from dataclasses import dataclass
from typing import final

from ..rules.rule import Positive, Rule


@final
@dataclass(frozen=True)
class ClipValue(Rule):
    """Cut each coordinate of the gradient to [-limit, limit].

    step = max(-limit, min(g, limit))

    It changes the direction, unlike ClipNorm: large coordinates lose, small ones keep their
    size. An infinite coordinate becomes the limit, as in torch; nan stays nan.

    Args:
        limit: the greatest size that passes, > 0, in units of the gradient.

    Raises:
        ValueError: limit is not positive.

    >>> import numpy as np
    >>> ClipValue(1.0).update(np.array([3.0, -0.5]), (), None)[0]
    array([ 1. , -0.5])

    Source: Mikolov 2012, "Statistical language models based on neural networks".
    """

    limit: Positive = 1.0

    def update(self, g, state, x):
        return g.clip(min=-self.limit, max=self.limit), state
