"""Gradient descent under the reader's hand."""

from typing import Any, final

import numpy as np
import traitlets

from ..loops import Run, minimize
from ..problems.surface import Problem
from ..rules import sgd
from .figure import Figure, drawing, text
from .polynomial import polynomial


@final
class Descent(Figure):
    """Let the reader drag the learning rate and the start of plain gradient descent.

    The surface travels to the browser as a polynomial, and the path is computed there: it
    answers at once, with or without a kernel. Where there is one, `lr` and `start` are what the
    reader chose.

    Args:
        problem: a surface of two numbers, a polynomial of degree 4 or less.
        lr: learning rate, > 0; by default half of 2/L.
        start: the first point; by default the problem's own.
        steps: updates to make, 1 to 1000.
        box: (left, right, bottom, top) of the map; by default around the minimum.

    Raises:
        TypeError, ValueError: a problem or a value that does not fit.

    >>> from gdcourse import ravine
    >>> w = Descent(ravine(100), lr=0.015)
    >>> w.start = [0.5, 1.0]
    >>> w.run().x[1].round(4)
    array([ 0.4925, -0.5   ])

    Book: foundations/learning-rate.
    """

    _esm = text("look.js", "descent.js")
    _css = text("look.css", "descent.css")

    lr = traitlets.Float().tag(sync=True)
    start = traitlets.List(traitlets.Float()).tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    surface = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        problem: Problem,
        lr: float | None = None,
        start: Any = None,
        steps: int = 60,
        box: tuple[float, float, float, float] | None = None,
    ):
        minimum = getattr(problem, "minimum", None)
        center = (0.0, 0.0) if minimum is None else tuple(minimum)
        terms = polynomial(problem, center)
        first = self._point(getattr(problem, "start", (1.0, 1.0)) if start is None else start)
        curvature = float(np.abs(np.linalg.eigvalsh(problem.hessian(np.array(center)))).max())
        if not curvature:
            raise ValueError(f"Descent needs curvature at {center}; the Hessian there is zero")
        if box is None:
            half = 1.25 * max(1.0, *np.abs(np.subtract(first, center)))
            box = (center[0] - half, center[0] + half, center[1] - half, center[1] + half)
        self._problem = problem
        self.set_trait(
            "surface",
            {
                "center": list(center),
                "terms": terms,
                "largest": 2 / curvature,  # the largest stable rate, at the centre
                "quadratic": all(i + j <= 2 for i, j, _ in terms),
                "minimum": None if minimum is None else list(center),
                **drawing(problem, box, "Descent"),
            },
        )
        super().__init__(lr=1 / curvature if lr is None else lr, start=first, steps=steps)

    @traitlets.validate("lr")
    def _valid_lr(self, proposal):
        if not 0 < proposal.value < np.inf:
            raise ValueError(f"Descent.lr must be positive and finite; got {proposal.value!r}")
        return proposal.value

    @traitlets.validate("steps")
    def _valid_steps(self, proposal):
        if not 1 <= proposal.value <= 1000:
            raise ValueError(f"Descent.steps must lie in [1, 1000]; got {proposal.value!r}")
        return proposal.value

    @traitlets.validate("start")
    def _valid_start(self, proposal):
        return self._point(proposal.value)

    @staticmethod
    def _point(value: Any) -> list[float]:
        if np.shape(value) != (2,) or not np.isfinite(value).all():
            raise ValueError(f"Descent.start must be two finite numbers; got {value!r}")
        return [float(v) for v in value]

    def run(self) -> Run:
        """Return the Run that the widget shows, made by `minimize`."""
        return minimize(self._problem, self.start, sgd(self.lr), self.steps)

    def __repr__(self) -> str:
        run, (x, y) = self.run(), self.start
        return (
            f"Contour map of {type(self._problem).__name__} and the loss at every step: gradient "
            f"descent with learning rate {self.lr:.4g} from ({x:g}, {y:g}). After {self.steps} "
            f"steps the loss went from {run.loss[0]:.3g} to {run.loss[-1]:.3g}."
        )

    def draw(self) -> Any:
        """Return a still picture of the path and the loss."""
        from .. import plots

        run, panels = self.run(), plots.axes(1, 2)
        plots.path(run, self._problem, panels[0])
        plots.loss(run, panels[1])
        return panels[0].figure
