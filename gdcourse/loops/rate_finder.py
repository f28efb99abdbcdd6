"""The learning-rate range test: which rate to begin with."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np

from ..rules.rule import Chain, LearningRate, Rule
from .fit import fit
from .run import Run

STOP = 4.0  # the test ends where the smoothed loss is so many times its least


def find_rate(
    model: Any,
    data: tuple,
    loss: Callable,
    rule: Rule | None = None,
    *,
    low: float = 1e-6,
    high: float = 10.0,
    steps: int = 100,
    batch: int | None = None,
    seed: int = 0,
    memory: float = 0.8,
) -> Run:
    """Train a copy of a model while the learning rate grows, and record the loss at each rate.

    rate(t) = low (high / low)^(t / (steps - 1)),  smoothed = its running mean, memory^k weighted

    Args:
        model, data, loss, batch, seed: as in `fit`; the model itself is left as it is.
        rule: without a learning rate, such as Momentum() or Adam(); None is plain descent.
        low, high: first and last rate, 0 < low < high.
        steps: updates, 10 or more.
        memory: of the smoothed loss, in [0, 1).

    Returns:
        A Run with the signals rate, loss after the step at that rate, smoothed and gradient_norm,
        each (T,). It ends where smoothed exceeds 4 times its least. `suggest_rate(run)` reads it.

    Raises:
        ValueError: rates, steps or memory out of range.

    Source: Smith 2017, arXiv:1506.01186, Section 3.3 (there the rate grows in a line).
    """
    if not 0 < low < high < np.inf:
        raise ValueError(f"find_rate needs 0 < low < high; got low={low!r}, high={high!r}")
    if isinstance(steps, bool) or not isinstance(steps, (int, np.integer)) or steps < 10:
        raise ValueError(f"find_rate: steps must be a whole number, 10 or more; got {steps!r}")
    if not 0 <= memory < 1:
        raise ValueError(f"find_rate: memory must lie in [0, 1); got {memory!r}")
    rule = Chain() if rule is None else rule
    rates = np.geomspace(low, high, steps)
    growing = Chain(rule, LearningRate(lambda t: float(rates[t])))
    run = fit(deepcopy(model), data, loss, growing, steps, batch=batch, seed=seed)
    smoothed = smooth(run.loss.astype(float), memory)[1:]  # entry t is after the step at rates[t]
    least = np.minimum.accumulate(smoothed)
    over = ~(smoothed <= STOP * abs(least))
    end = int(np.argmax(over)) if over.any() else steps
    signals = {
        "rate": rates[:end],
        "loss": run.loss[1:][:end],
        "smoothed": smoothed[:end],
        "gradient_norm": run.gradient_norm[1:][:end],
    }
    return Run(run.step[1:][:end], signals, rule, (seed,))


def smooth(values: np.ndarray, memory: float) -> np.ndarray:
    """Return the running mean with weights memory^k, k steps back.

    >>> smooth(np.array([1.0, 4.0]), 0.5)
    array([1., 3.])
    """
    mean, weight, means = 0.0, 0.0, []
    for value in values:
        mean, weight = memory * mean + value, memory * weight + 1
        means.append(mean / weight)
    return np.array(means)


def suggest_rate(run: Run) -> float:
    """Return a tenth of the rate at which the smoothed loss is least.

    At the least loss the training is about to break: the last steps that helped were already as
    long as the curvature allows. A tenth of that is a rate to begin with, not the best one. (The
    rate of the steepest fall, another custom, goes astray where batches differ much.)

    Raises:
        ValueError: the loss fell by less than 1% at these rates.

    >>> rates = np.array([0.25, 0.5, 1.0, 2.0])
    >>> suggest_rate(Run(np.arange(4), {"rate": rates, "smoothed": np.array([3.0, 2.0, 1.0, 9.0])}))
    0.1
    """
    least = int(np.argmin(run.smoothed)) if len(run.rate) else 0
    if not least or not run.smoothed[least] < run.smoothed[0] - 0.01 * abs(run.smoothed[0]):
        raise ValueError(
            f"the loss fell by less than 1% in {len(run.rate)} steps while the rate grew; begin "
            "with a lower rate if it blew up, else end with a higher one"
        )
    return float(run.rate[least]) / 10
