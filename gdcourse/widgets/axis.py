"""From the numbers of a panel to places on the drawing, as data for explore.js."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .figure import SIDE
from .panel import Curve, Panel, width

POINTS = 120  # of a curve that are sent
FAR = 100 * SIDE  # a point farther out than this is drawn here: the line leaves all the same


@dataclass(frozen=True)
class Axis:
    """From numbers to places along a side of the drawing."""

    name: str
    low: float
    high: float
    log: bool

    def place(self, values: np.ndarray) -> np.ndarray:
        """Return where values lie: 0 at the low end, 1 at the high end; not finite, NaN."""
        low, high = self.low, self.high
        with np.errstate(all="ignore"):
            if self.log:
                # A zero on a log axis lies below everything, it is not a gap.
                values = np.where(values == 0, np.finfo(float).tiny, values)
                values, low, high = np.log10(values), np.log10(low), np.log10(high)
            place = (values - low) / (high - low)
        return np.where(np.isposinf(values), np.inf, np.where(np.isfinite(place), place, np.nan))

    def ticks(self) -> list[list[Any]]:
        """Return [place, number or power of ten, is it a power?] for each tick."""
        from matplotlib.ticker import MaxNLocator

        if self.log:
            first, last = np.ceil(np.log10(self.low)), np.floor(np.log10(self.high) + 1e-9)
            powers = np.arange(first, last + 1)
            if len(powers) >= 2:
                powers = powers[:: -(-len(powers) // 6)]
                return [[float(self.place(10.0**p)), int(p), True] for p in powers]
        marks = np.asarray(MaxNLocator(5).tick_values(self.low, self.high))
        inside = marks[(marks >= self.low) & (marks <= self.high)]
        return [[float(self.place(v)), float(f"{v:.10g}"), False] for v in inside]

    def apply(self, ax: Any) -> None:
        """Give matplotlib Axes this scale and these limits."""
        setters = {f"{self.name}scale": "log"} if self.log else {}
        ax.set(**setters, **{f"{self.name}lim": (self.low, self.high)})


def axis_of(panels: Iterable[Panel], name: str) -> Axis:
    """Return the axis that panels share: their limits, or all that any of them draws."""
    panels = list(panels)
    log = name in panels[0].log
    limits = getattr(panels[0], f"{name}lim")
    if limits is not None:
        return Axis(name, float(limits[0]), float(limits[1]), log)
    parts = ("x",) if name == "x" else ("y", "low", "high")
    curves = [curve for panel in panels for curve in panel.curves.values()]
    found = [getattr(c, part) for c in curves for part in parts if getattr(c, part) is not None]
    values = np.concatenate([np.zeros(0), *found])
    values = values[np.isfinite(values) & ((values > 0) | (not log))]
    if not values.size:
        raise ValueError(f"Explore: nothing to draw on the axis {getattr(panels[0], name)!r}")
    if name == "y" and not log and any(c.style == "bars" for c in curves):
        values = np.append(values, 0.0)
    low, high = values.min(), values.max()
    if log:
        margin = (high / low) ** 0.04 if high > low else 2.0
        return Axis(name, low / margin, high * margin, True)
    margin = 0.04 * (high - low) if high > low else max(abs(high), 1.0) / 2
    floor = low if name == "y" and low == 0 else low - margin
    return Axis(name, float(floor), float(high + margin), False)


def encode(curve: Curve, x: Axis, y: Axis) -> dict[str, Any]:
    """Return a curve as whole numbers, tenths of the drawing's units; None is a gap."""
    keep = _thin(x.place(curve.x))
    across = _units(x.place(curve.x)[keep])
    sent = {"x": across, "y": _units(1 - y.place(curve.y)[keep])}
    if curve.low is not None:
        sent["low"] = _units(1 - y.place(curve.low)[keep])
        sent["high"] = _units(1 - y.place(curve.high)[keep])
    if curve.style == "bars":
        half = np.broadcast_to(width(curve.x), curve.x.shape)[keep] / 2
        sent["left"] = _units(x.place(curve.x[keep] - half))
        sent["right"] = _units(x.place(curve.x[keep] + half))
    return sent


def _units(place: np.ndarray) -> list[int | None]:
    scaled = np.rint(10 * SIDE * np.clip(place, -FAR / SIDE, FAR / SIDE))
    return [None if np.isnan(v) else int(v) for v in scaled]


def _thin(place: np.ndarray) -> np.ndarray:
    """Return which points to send: evenly along the drawing, the last one included."""
    if len(place) <= POINTS:
        return np.arange(len(place))
    if (np.diff(place) >= 0).all():
        ladder = np.linspace(place[0], place[-1], POINTS)
        return np.unique(np.searchsorted(place, ladder).clip(max=len(place) - 1))
    return np.unique(np.linspace(0, len(place) - 1, POINTS).round().astype(int))
