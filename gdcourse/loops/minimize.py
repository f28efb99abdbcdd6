"""Descend on a surface."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..oracles import oracle_of
from ..problems.online import Online
from ..problems.surface import Problem
from ..rules.per_parameter import shaped
from ..rules.rule import Rule, xp
from .run import Run, measured_steps


def minimize(
    problem: Problem | Online | Callable, x0: Any, rule: Rule, steps: int, every: int = 1
) -> Run:
    """Follow a rule from x0 and record the path.

    x_{t+1} = x_t - step_t,  step_t = rule.update(gradient at x_t)

    Args:
        problem: a Problem, a stream of them (one a step), or a function of a torch tensor
            (differentiated by autograd).
        x0: the start, (d,), or many starts, (..., d), each a run of its own.
        rule: what is done with the gradient.
        steps: updates to make, >= 0.
        every: measure at every so many steps (and at the start).

    Returns:
        A Run with the signals x (T, ..., d), loss (T, ...) and gradient_norm (T, ...), as NumPy
        arrays. A run that blows up goes on with inf and nan: nothing is hidden.

    Raises:
        TypeError, ValueError: a rule that is none, a start without axes or not finite.

    >>> from gdcourse import bowl, sgd
    >>> minimize(bowl(), [1.0, 1.0], sgd(0.5), steps=3).loss
    array([1.      , 0.25    , 0.0625  , 0.015625])
    """
    if not isinstance(rule, Rule):
        raise TypeError(f"minimize takes a rule such as sgd(0.1); got {rule!r}")
    known = isinstance(problem, Problem | Online)
    if not known and (isinstance(problem, type) or not callable(problem)):
        raise TypeError(f"minimize takes a Problem such as bowl(), or a function; got {problem!r}")
    measured = measured_steps(steps, every)
    x = x0.detach() if xp(x0) is not np else np.array(x0)
    if isinstance(x, np.ndarray) and x.dtype.kind in "biu":
        x = x.astype(float)
    numbers = xp(x) is not np or x.dtype.kind == "f"
    if not numbers or x.ndim == 0 or not bool(xp(x).isfinite(x).all()):
        raise ValueError(f"x0 must be finite numbers of shape (d,) or (..., d); got {x0!r}")

    rule = shaped(rule, [x.shape[-1:]])
    state, record = rule.init(x), []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for t in range(steps + 1):
            oracle = oracle_of(problem.at(t) if isinstance(problem, Online) else problem)
            loss, g = oracle(x)
            if t % every == 0:
                record.append((x, loss, (g**2).sum(-1) ** 0.5))
            if t < steps:
                step, state = rule.update(g, state, x)
                x = x - step
    names = ("x", "loss", "gradient_norm")
    signals = {
        name: to_numpy(xp(x).stack(series))
        for name, series in zip(names, zip(*record, strict=True), strict=True)
    }
    return Run(measured, signals, rule, state=state)


def to_numpy(x: Any) -> np.ndarray:
    """Return a tensor or an array as a NumPy array in main memory; bfloat16 as float32."""
    if (lib := xp(x)) is np:
        return np.asarray(x)
    x = x.detach().cpu()
    return (x.float() if x.dtype == lib.bfloat16 else x).numpy()
