"""What a figure with controls shows: panels of curves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

STYLES = ("line", "dots", "bars")


@dataclass(frozen=True)
class Curve:
    """A line with or without a band, dots, or bars.

    Args:
        x, y: numbers, (n,); what is not finite leaves a gap. Bars stand on the axis, at x.
        low, high: the edges of a band, (n,).
        style: "line", "dots" or "bars".

    Raises:
        ValueError: lengths that differ, or an unknown style.
    """

    x: Any
    y: Any
    low: Any = None
    high: Any = None
    style: str = "line"

    def __post_init__(self):
        if self.style not in STYLES:
            raise ValueError(f"Curve.style must be one of {STYLES}; got {self.style!r}")
        if (self.low is None) != (self.high is None):
            raise ValueError("Curve needs both low and high, or neither")
        for name in ("x", "y", "low", "high"):
            value = getattr(self, name)
            if value is None:
                continue
            array = np.asarray(value, dtype=float)
            if array.shape != np.shape(self.x) or array.ndim != 1:
                raise ValueError(
                    f"Curve.{name} must have the shape of x, (n,); got {array.shape} for "
                    f"x of {np.shape(self.x)}"
                )
            object.__setattr__(self, name, array)

    def draw(self, ax: Any, number: int, label: str) -> None:
        """Draw it on matplotlib Axes in the colour and dashes of its number."""
        from ..plots.style import COLORS, LINES

        color = COLORS[number % len(COLORS)]
        if self.style == "bars":
            ax.bar(self.x, self.y, width(self.x), color=color, alpha=0.6, label=label)
        elif self.style == "dots":
            ax.plot(self.x, self.y, "os^D"[number % 4], color=color, ms=4, label=label)
        else:
            ax.plot(self.x, self.y, LINES[number % len(LINES)], color=color, label=label)
        if self.low is not None:
            ax.fill_between(self.x, self.low, self.high, color=color, alpha=0.2, lw=0)


@dataclass(frozen=True)
class Panel:
    """Curves over one pair of axes.

    Args:
        curves: name -> Curve; the name stands in the legend.
        x, y: what the axes show, with unit.
        log: the axes that are logarithmic: "", "x", "y" or "xy".
        xlim, ylim: (low, high); by default all that is drawn at any choice.

    Raises:
        TypeError, ValueError: curves, axes or limits that do not fit.
    """

    curves: Mapping[str, Curve]
    x: str
    y: str
    log: str = ""
    xlim: tuple[float, float] | None = None
    ylim: tuple[float, float] | None = None

    def __post_init__(self):
        if not self.curves or not all(isinstance(c, Curve) for c in self.curves.values()):
            raise TypeError(f"Panel.curves must be a dict, name -> Curve; got {self.curves!r}")
        if self.log not in ("", "x", "y", "xy"):
            raise ValueError(f"Panel.log must be '', 'x', 'y' or 'xy'; got {self.log!r}")
        for name in "xy":
            limits = getattr(self, f"{name}lim")
            if limits is None:
                continue
            low, high = limits
            if not (np.isfinite([low, high]).all() and low < high):
                raise ValueError(f"Panel.{name}lim must be (low, high); got {limits!r}")
            if name in self.log and low <= 0:
                raise ValueError(f"Panel.{name}lim must be above 0 on a log axis; got {limits!r}")


def width(x: np.ndarray) -> Any:
    """Return how wide bars at x are: as wide as their spacing."""
    return np.gradient(x) if len(x) > 1 else 1.0
