"""A surface as data: the polynomial that a problem's loss is, found from its values."""

from typing import Any

import numpy as np

from ..problems.surface import Problem

POWERS = [(i, j) for i in range(5) for j in range(5 - i)]  # x^i y^j up to degree 4


def polynomial(problem: Problem, center: tuple[float, float]) -> list[list[float]]:
    """Return the terms [i, j, c] of loss(x, y) = sum of c (x - cx)^i (y - cy)^j.

    Fifteen unknowns from 25 values of the loss; 40 further values check them. Around the
    minimum, the small losses near it come out with all their digits.

    Args:
        problem: a surface of two numbers.
        center: (cx, cy), best the minimum.

    Raises:
        TypeError: not a Problem.
        ValueError: not of two numbers, or not a polynomial of degree 4 or less.

    >>> from gdcourse import ravine
    >>> polynomial(ravine(100), (0.0, 0.0))
    [[0, 2, 50.0], [2, 0, 0.5]]
    """
    if not isinstance(problem, Problem):
        raise TypeError(f"Descent takes a problem such as ravine(100); got {problem!r}")
    if np.shape(center) != (2,):
        raise ValueError(f"Descent needs a problem of two numbers; its minimum is {center}")
    side = np.linspace(-1, 1, 5)
    known = np.stack(np.meshgrid(side, side), -1).reshape(-1, 2)
    new = np.random.default_rng(seed := 0).uniform(-2, 2, (40, 2))
    losses, new_losses = (_loss(problem, points + center) for points in (known, new))
    raw = np.linalg.lstsq(_monomials(known), losses, rcond=None)[0]
    # Twelve digits are what the values hold: what is left of a missing term is rounding.
    digits = [float(f"{c:.12g}") if abs(c) > 1e-12 * np.abs(raw).max() else 0.0 for c in raw]
    gap = np.abs(_monomials(new) @ digits - new_losses).max()
    if not gap <= 1e-9 * np.abs(new_losses).max():
        raise ValueError(
            "Descent draws polynomials of degree 4 or less; the loss of "
            f"{problem!r} is off the nearest one by {gap:.2g} (40 points, seed {seed})"
        )
    return [[i, j, c] for (i, j), c in zip(POWERS, digits, strict=True) if c]


def _monomials(points: np.ndarray) -> np.ndarray:
    x, y = points.T
    return np.stack([x**i * y**j for i, j in POWERS], -1)


def _loss(problem: Problem, points: Any) -> np.ndarray:
    try:
        return problem.loss(points)
    except ValueError as error:
        raise ValueError(f"Descent needs a problem of two numbers: {error}") from None
