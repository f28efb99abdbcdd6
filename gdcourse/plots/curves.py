"""Curves of a Run, step by step: the loss, or whatever else was measured."""

from typing import Any

import numpy as np

from ..loops import Run
from .style import COLORS, LINES, axes


def loss(
    run: Run,
    ax: Any = None,
    *,
    label: str | None = None,
    signal: str = "loss",
    unit: str | None = None,
    ceiling: float = 1e3,
) -> Any:
    """Draw a signal of a Run against the step: one line, or the median with its quartiles.

    Several calls on the same axes compare several runs. The scale is logarithmic where no value
    is negative. A curve that leaves for good ends in a triangle at the ceiling, and the legend
    says how many of its runs diverged: nothing is cut in silence.

    Args:
        run: one run, or many at once (the band is the middle half of them).
        ax: where to draw; None makes new axes.
        label: the curve's name in the legend.
        signal: what to draw: "loss", "gradient_norm", "validation" ...
        unit: goes into the label of the y axis, as in "loss (mean squared error)".
        ceiling: a curve is drawn up to this many times its first value, > 1.

    Raises:
        ValueError: the signal is not one number a run and step, or is never finite.

    >>> from gdcourse import minimize, ravine, sgd
    >>> run = minimize(ravine(), [1.0, 1.0], sgd(0.01), steps=50)
    >>> loss(run, label="lr = 0.01").get_yscale()
    'log'

    Book: foundations/learning-rate, failures/overshooting-forecast.
    """
    values = getattr(run, signal)
    if values.shape != run.loss.shape:
        raise ValueError(
            f"plots.loss draws one number a run and step; {signal!r} has shape {values.shape}, "
            f"the loss {run.loss.shape}"
        )
    if not ceiling > 1:
        raise ValueError(f"ceiling must be above 1; got {ceiling!r}")
    median = run.median(signal)
    finite = median[np.isfinite(median)]
    if not finite.size:
        raise ValueError(f"there is nothing to draw: the median {signal} is never finite")
    if ax is None:
        ax = axes()
    top = np.inf if finite[0] <= 0 else ceiling * finite[0]
    number = sum(1 for line in ax.get_lines() if line.get_gid() == "curve")
    color, dashes = COLORS[number % len(COLORS)], LINES[number % len(LINES)]

    last_inside = np.flatnonzero(median <= top)[-1]
    seen = slice(0, last_inside + 2)  # and the step that leaves
    step, line = run.step[seen], np.minimum(median[seen], top)
    ax.plot(step, line, dashes, color=color, lw=1.8, label=_name(label, run), gid="curve")
    if last_inside + 1 < len(median):
        ax.plot(step[-1], line[-1], "^", color=color, ms=8, clip_on=False, gid="leaves")
    if values[0].size > 1:
        low, high = (np.minimum(edge[seen], top) for edge in run.quartiles(signal))
        ax.fill_between(step, low, high, color=color, alpha=0.2, lw=0)

    if finite.min() >= 0 and finite.max() > 0:
        ax.set_yscale("log", nonpositive="mask")
    ax.set_xlabel("step")
    name = signal.replace("_", " ")
    ax.set_ylabel(f"{name} ({unit})" if unit else name)
    if label:
        ax.legend(fontsize=9, frameon=False)
    return ax


def _name(label: str | None, run: Run) -> str | None:
    diverged = np.atleast_1d(run.diverged)
    if not label or not diverged.any():
        return label
    count = f"{diverged.sum()} of {diverged.size} diverge" if diverged.size > 1 else "diverges"
    return f"{label} ({count})"
