"""Paths of a Run over the contours of its surface."""

from typing import Any

import numpy as np

from ..loops import Run
from ..problems.surface import Problem
from .style import COLORS, LINES, axes


def path(run: Run, problem: Problem, ax: Any = None, *, label: str | None = None) -> Any:
    """Draw the path of a Run over the contour lines of a surface of two numbers.

    A second call on the same axes adds a path and leaves the contours. Points more than ten
    times as far from the minimum as the start are not drawn; the line runs to the figure's edge.

    Args:
        run: made by `minimize`, with the signal x (T, ..., 2).
        problem: the surface that it descended on.
        ax: where to draw; None makes new axes.
        label: the path's name in the legend.

    Raises:
        ValueError: the path is not two-dimensional.

    >>> from gdcourse import minimize, ravine, sgd
    >>> run = minimize(ravine(10), [1.0, 1.0], sgd(0.15), steps=50)
    >>> path(run, ravine(10)).get_xlabel()
    'x (first coordinate)'
    """
    if run.x.shape[-1] != 2:
        raise ValueError(f"plots.path draws paths of two numbers; x has {run.x.shape[-1]}")
    if ax is None:
        ax = axes(height=4.4)
    paths = run.x.reshape(len(run.step), -1, 2)
    number = sum(1 for line in ax.get_lines() if line.get_gid() == "path")
    if not number:
        _contours(problem, paths, ax)
    color, dashes = COLORS[number % len(COLORS)], LINES[number % len(LINES)]
    with np.errstate(invalid="ignore"):
        away = np.abs(paths - _center(problem)).max(-1, keepdims=True)
        near = away <= 10 * away[0].max() + 10
    for i in range(paths.shape[1]):
        x, y = np.where(near, paths, np.nan)[:, i].T
        ax.plot(x, y, dashes, color=color, marker="o", ms=3, lw=1.2, gid="path",
                label=label if i == 0 else None)  # fmt: skip
    if label:
        ax.legend(fontsize=9, frameon=False)
    return ax


def _contours(problem: Problem, paths: np.ndarray, ax: Any) -> None:
    center = _center(problem)
    half = 1.2 * max(np.abs(paths[0] - center).max(), 0.1)
    x, y = (np.linspace(c - half, c + half, 201) for c in center)
    z = problem.loss(np.stack(np.meshgrid(x, y), -1))
    levels = z.min() + np.ptp(z) * np.linspace(0.02, 1, 14) ** 3
    ax.contour(x, y, z, levels=levels, colors="#8C8C8C", linewidths=0.7)
    ax.set(xlim=x[[0, -1]], ylim=y[[0, -1]], aspect="equal")
    ax.grid(False)
    ax.set_xlabel("x (first coordinate)")
    ax.set_ylabel("y (second coordinate)")


def _center(problem: Problem) -> np.ndarray:
    minimum = getattr(problem, "minimum", None)
    return np.asarray((0.0, 0.0) if minimum is None else minimum)
