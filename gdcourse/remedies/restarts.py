"""Restarts: descend from many starts and keep the best end."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..loops.minimize import minimize
from ..loops.run import Run
from ..problems.surface import Problem
from ..rules.rule import Rule, xp


def restarts(
    problem: Problem | Callable,
    rule: Rule,
    steps: int,
    *,
    low: Any,
    high: Any,
    starts: int = 10,
    seed: int = 0,
) -> Run:
    """Descend from starts drawn evenly in a box, all at once.

    If one start ends in the best minimum with probability p, one of k does so with
    1 - (1 - p)^k.

    Args:
        problem, rule, steps: as in minimize.
        low, high: corners of the box, (d,), NumPy arrays or torch tensors.
        starts: k, >= 1.
        seed: of the starts.

    Returns:
        A Run with loss (T, k) and x (T, k, d); `best_of` says which is the best.

    Raises:
        ValueError: no starts, or a box that is empty or not finite.

    >>> from gdcourse import bowl, sgd
    >>> run = restarts(bowl(), sgd(0.1), steps=5, low=[-1.0, -1.0], high=[1.0, 1.0], starts=4)
    >>> run.x.shape, int(run.loss[-1].argmin()) == best_of(run)
    ((6, 4, 2), True)
    """
    low, high = (np.asarray(c, dtype=float) if xp(c) is np else c for c in (low, high))
    if starts < 1 or low.shape != high.shape or not bool((low <= high).all()):
        raise ValueError(
            "restarts needs one start or more and a box, low <= high, both (d,); got "
            f"{starts!r} starts, low {low!r}, high {high!r}"
        )
    share = np.random.default_rng(seed).random((starts, *low.shape))
    x0 = low + (high - low) * xp(low).asarray(share, dtype=low.dtype, device=low.device)
    return minimize(problem, x0, rule, steps)


def best_of(run: Run, signal: str = "loss") -> int:
    """Return which run ends lowest; one that is no longer a number counts as infinite.

    For the models of `replicate`: run.models[best_of(run, "validation")].

    Raises:
        ValueError: every run ends in infinity or nan.
    """
    last = np.asarray(getattr(run, signal)[-1])
    last = np.where(np.isnan(last), np.inf, last).reshape(-1)
    if not (last < np.inf).any():
        raise ValueError(f"best_of: no run ends with a finite {signal}; lower the learning rate?")
    return int(last.argmin())
