"""Dropout."""

from typing import Any

import numpy as np

from ..rules.rule import xp


def dropout(x: Any, p: float, seed: int | np.random.Generator, *, training: bool = True) -> Any:
    """Set each number to zero with probability p, and scale up the rest.

    y = x mask / (1 - p),  mask ~ Bernoulli(1 - p);  y = x in evaluation

    Scaled so ("inverted" dropout), E[y] = x and nothing is left to do in evaluation. On the
    inputs of a linear regression it is, on average, ridge regression:
    E|t - y w|^2 = |t - X w|^2 + p/(1 - p) sum_j (X'X)_jj w_j^2.

    Args:
        x: any shape, NumPy or torch; the gradient passes where the mask is 1.
        p: in [0, 1).
        seed: a number, or a generator that goes on (for a new mask at each step).
        training: False gives x back.

    Raises:
        ValueError: p outside [0, 1).

    >>> np.unique(dropout(np.ones(100), 0.5, seed=0))
    array([0., 2.])

    Source: Srivastava et al. 2014; Wager, Wang & Liang 2013, arXiv:1307.1493.
    """
    if not 0 <= p < 1:
        raise ValueError(f"dropout: p must lie in [0, 1); got {p!r}")
    if not training or p == 0:
        return x
    mask = np.random.default_rng(seed).random(tuple(x.shape)) >= p
    return x * xp(x).asarray(mask, dtype=x.dtype, device=x.device) / (1 - p)
