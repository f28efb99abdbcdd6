"""The gradient check."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from ..problems.surface import Problem
from .differences import best_step, finite_differences


@final
@dataclass(frozen=True, eq=False)
class GradientReport:
    """What `check_gradient` found: true where every coordinate is right, and a table in print.

    Fields, all of the shape of x: `gradient` and `numeric`, the two that were compared; `error`,
    their relative difference; `wrong`, where it is more than rounding explains.
    """

    gradient: np.ndarray
    numeric: np.ndarray
    error: np.ndarray
    wrong: np.ndarray

    def __bool__(self) -> bool:
        return not self.wrong.any()

    def __str__(self) -> str:
        count = self.wrong.size
        if self:
            worst = self.error.max() if count else 0.0
            return f"The gradient is right in all {count} coordinates (largest error {worst:.1e})."
        lines = [f"The gradient is wrong in {self.wrong.sum()} of {count} coordinates:"]
        places = sorted(np.argwhere(self.wrong).tolist(), key=lambda p: -self.error[tuple(p)])
        for place in places[:10]:
            at, name = tuple(place), ", ".join(map(str, place))
            lines.append(
                f"  x[{name}]: got {self.gradient[at]:.9g}, the loss says {self.numeric[at]:.9g}, "
                f"off by {self.gradient[at] - self.numeric[at]:.3g}{self._hint(at)}"
            )
        return "\n".join(lines + [f"  and {len(places) - 10} more"] * (len(places) > 10))

    __repr__ = __str__

    def _hint(self, at):
        got, said = self.gradient[at], self.numeric[at]
        ratio = got / said if said else np.nan
        known = {-1.0: "the sign is wrong", 2.0: "twice too large", 0.5: "half of it is missing"}
        near = [hint for value, hint in known.items() if abs(ratio - value) < 1e-4 * abs(value)]
        return f" ({near[0]})" if near else ""


def check_gradient(
    problem: Problem | Callable[[Any], Any], gradient: Callable[[Any], Any] | None, x: Any
) -> GradientReport:
    """Compare a gradient with central differences of its loss, coordinate by coordinate.

    A coordinate is wrong where |got - numeric| is above 6e-6 (5e-3 in float32) of the larger, and
    above what a step twice as long and the rounding of the loss change. Try a few random points:
    at a kink, such as relu's, or where a term happens to vanish, one point misleads.

    Args:
        problem: a Problem, or a function x (..., d) -> (...).
        gradient: x -> the gradient to check; None is the Problem's own.
        x: the point, (d,), or points (..., d), float32 or float64.

    Raises:
        TypeError: no gradient to check.  ValueError: it is not of the shape of x.

    >>> report = check_gradient(lambda x: (x**2).sum(-1), lambda x: 2 * x * [1, -1], np.ones(2))
    >>> print(report)
    The gradient is wrong in 1 of 2 coordinates:
      x[1]: got -2, the loss says 2, off by -4 (the sign is wrong)

    Source: LeVeque 2007, Section 1.2; Karpathy et al., CS231n notes, "Gradient checks".
    """
    if gradient is None and isinstance(problem, Problem):
        gradient = problem.gradient
    if not callable(gradient):
        raise TypeError(f"check_gradient needs a gradient, a function of x; got {gradient!r}")
    given = gradient(x)
    if tuple(given.shape) != tuple(x.shape):
        raise ValueError(
            f"the gradient must have the shape of x, {tuple(x.shape)}; got {tuple(given.shape)}"
        )
    loss, estimate = finite_differences(problem)(x)
    twice = 2 * best_step("central", x.dtype) * abs(x).clip(min=1)
    _, coarse = finite_differences(problem, twice)(x)
    point, got, numeric, f, change = (
        part.detach().cpu().numpy() if hasattr(part, "detach") else np.asarray(part)
        for part in (x, given, estimate, loss, coarse - estimate)
    )
    eps = float(np.finfo(numeric.dtype).eps)
    size = np.maximum(np.abs(got), np.abs(numeric))
    # h = eps^(1/3): the loss's own rounding, f eps, stands as f eps / h in the difference
    rounding = 20 * eps ** (2 / 3) * (np.abs(f)[..., None] + size * np.maximum(np.abs(point), 1))
    off = np.abs(got - numeric)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.where(off == 0, 0.0, off / size)
    allowed = eps ** (1 / 3) * size + rounding + abs(change)
    return GradientReport(got, numeric, error, ~(off <= allowed))
