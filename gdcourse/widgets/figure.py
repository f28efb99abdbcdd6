"""What every widget of the book has: a shared look, a map, and a still picture with words."""

from abc import abstractmethod
from base64 import b64encode
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
from contourpy import contour_generator

from ..problems.surface import Problem

HERE = Path(__file__).parent
SIDE = 300  # a panel is SIDE x SIDE units in look.js

Box = tuple[float, float, float, float]


def text(*names: str) -> str:
    """Return files of the front end, one after the other: a widget is sent as one text."""
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)


def drawing(problem: Problem, box: Any, owner: str) -> dict[str, Any]:
    """Return the map of a surface and the axis of its loss, as data for look.js.

    Args:
        problem: a surface of two numbers.
        box: (left, right, bottom, top) of the map.
        owner: who asks, for the error.

    Raises:
        ValueError: the box is none, or the surface is not finite on it.
    """
    try:
        left, right, bottom, top = map(float, box)
        fits = np.isfinite([left, right, bottom, top]).all() and left < right and bottom < top
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise ValueError(f"{owner}: box must be (left, right, bottom, top); got {box!r}")
    grid = np.meshgrid(np.linspace(left, right, 81), np.linspace(bottom, top, 81))
    z = problem.loss(np.stack(grid, -1))
    if not np.isfinite(z).all():
        raise ValueError(f"{owner}: the loss of {problem!r} is not finite everywhere on {box!r}")
    pixels = np.linspace(0, SIDE, 81)
    lines: Any = contour_generator(pixels, pixels[::-1], z)
    levels = z.min() + np.ptp(z) * np.linspace(0.02, 0.95, 12) ** 3
    outlines = [line.round(1) for level in levels for line in lines.lines(level)]
    log = getattr(problem, "minimum", None) is not None
    decade = float(np.ceil(np.log10(np.abs(z).max())))
    return {
        "box": [left, right, bottom, top],
        "contours": "".join("M" + "L".join(f"{x:g},{y:g}" for x, y in o) for o in outlines),
        "axis": [decade - 7, decade + 3] if log else [float(z.min()), float(z.max())],
        "log": log,
    }


class Figure(anywidget.AnyWidget):
    """A widget that is a picture with words wherever no script runs."""

    @abstractmethod
    def draw(self) -> Any:
        """Return a matplotlib figure of what the widget shows."""

    @abstractmethod
    def __repr__(self) -> str:
        """Say in words what the widget shows."""

    def picture(self) -> bytes:
        """Return a still picture of what the widget shows, as PNG."""
        from matplotlib import pyplot as plt

        file, figure = BytesIO(), self.draw()
        figure.savefig(file, dpi=100)
        plt.close(figure)
        return file.getvalue()

    def still(self) -> Any:
        """Return the picture for a web page in which scripts are off."""
        from IPython.display import HTML

        source = b64encode(self.picture()).decode()
        image = f'<img alt="{escape(repr(self))}" src="data:image/png;base64,{source}">'
        return HTML(f'<noscript class="gd-still">{image}</noscript>')

    def _repr_mimebundle_(self, **kwargs):
        bundle: Any = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data["image/png"] = b64encode(self.picture()).decode()  # where no widget can run
        data["text/plain"] = repr(self)
        return bundle
