"""A figure with controls: every choice was computed beforehand, so it answers at once."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from math import prod
from numbers import Real
from typing import Any, final

import numpy as np
import traitlets

from .axis import axis_of, encode
from .figure import Figure, text
from .panel import Panel

MOST = 400  # combinations: each is sent to the reader


@final
class Explore(Figure):
    """Let the reader turn the controls of an experiment, and see each outcome at once.

    Nothing is computed in the browser: `view` is called once for every combination of values,
    here, and the curves travel with the page. Where there is a kernel, `choice` is what the
    reader chose.

    Args:
        view: (one value for each control) -> (Panel or list of Panels, a sentence about them).
        controls: name -> values, two or more. Numbers become a slider, texts radio buttons,
            False and True a check box. At most 400 combinations.
        start: name -> the value to begin with; by default the first of each.

    Raises:
        TypeError, ValueError: controls or panels that do not fit; the message names them.

    >>> from gdcourse.widgets import Curve
    >>> t = np.arange(20)
    >>> def view(lr):
    ...     fall = Panel({"loss": Curve(t, (1 - lr) ** (2 * t))}, x="step", y="loss", log="y")
    ...     return fall, f"The factor a step is {(1 - lr) ** 2:.2g}."
    >>> Explore(view, {"learning rate": [0.1, 0.5, 0.9]}).choice
    {'learning rate': 0.1}
    """

    _esm = text("look.js", "explore.js")
    _css = text("look.css", "explore.css")

    index = traitlets.List(traitlets.Int()).tag(sync=True)
    data = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        view: Callable[..., tuple[Any, str]],
        controls: Mapping[str, Sequence[Any]],
        start: Mapping[str, Any] | None = None,
    ):
        self._controls = _checked(controls)
        values = list(self._controls.values())
        self._frames = [
            _frame(view(*choice), dict(zip(controls, choice, strict=True)))
            for choice in product(*values)
        ]
        shape = [_outline(panel) for panel in self._frames[0][0]]
        for choice, (panels, _) in zip(product(*values), self._frames, strict=True):
            if [_outline(panel) for panel in panels] != shape:
                raise ValueError(
                    "Explore.view must return the same panels, axes and curves' names for every "
                    f"choice (an absent curve has empty arrays); those of {choice} differ"
                )
        columns = list(zip(*(panels for panels, _ in self._frames), strict=True))
        self._axes = [(axis_of(column, "x"), axis_of(column, "y")) for column in columns]
        names = list(dict.fromkeys(name for panel in shape for name, _ in panel[-1]))
        self.set_trait(
            "data",
            {
                "controls": [
                    {"name": name, "kind": _kind(options), "values": options}
                    for name, options in self._controls.items()
                ],
                "series": names,
                "panels": [
                    {
                        "x": {"name": panel.x, "ticks": x.ticks()},
                        "y": {"name": panel.y, "ticks": y.ticks()},
                        "curves": [[names.index(n), c.style] for n, c in panel.curves.items()],
                    }
                    for panel, (x, y) in zip(self._frames[0][0], self._axes, strict=True)
                ],
                "frames": [
                    {
                        "curves": [
                            [encode(curve, x, y) for curve in panel.curves.values()]
                            for panel, (x, y) in zip(panels, self._axes, strict=True)
                        ],
                        "words": words,
                    }
                    for panels, words in self._frames
                ],
            },
        )
        start = dict(start or {})
        if unknown := sorted(start.keys() - self._controls.keys()):
            raise ValueError(f"Explore.start names controls that do not exist: {unknown}")
        first = {name: options[0] for name, options in self._controls.items()} | start
        super().__init__(index=[self._position(name, value) for name, value in first.items()])

    def _position(self, name: str, value: Any) -> int:
        options = self._controls[name]
        if value not in options:
            raise ValueError(f"Explore: {name!r} must be one of {options}; got {value!r}")
        return options.index(value)

    @traitlets.validate("index")
    def _valid_index(self, proposal):
        sizes = [len(options) for options in self._controls.values()]
        fits = len(proposal.value) == len(sizes)
        if not fits or any(not 0 <= i < n for i, n in zip(proposal.value, sizes, strict=True)):
            raise ValueError(f"Explore.index must lie below {sizes}; got {proposal.value!r}")
        return proposal.value

    @property
    def choice(self) -> dict[str, Any]:
        """Return what is chosen: name of the control -> value."""
        chosen = zip(self._controls.items(), self.index, strict=True)
        return {name: options[i] for (name, options), i in chosen}

    def _now(self) -> tuple[list[Panel], str]:
        sizes = tuple(len(options) for options in self._controls.values())
        return self._frames[int(np.ravel_multi_index(tuple(self.index), sizes))]

    def __repr__(self) -> str:
        panels, words = self._now()
        chosen = ", ".join(f"{name} {value}" for name, value in self.choice.items())
        shown = "; ".join(f"{p.y} against {p.x} ({', '.join(p.curves)})" for p in panels)
        return f"Figure with controls, set to {chosen}. It shows {shown}. {words}"

    def draw(self) -> Any:
        """Return a still picture of the present choice."""
        from .. import plots

        panels, _ = self._now()
        grid = np.atleast_1d(plots.axes(1, len(panels)))
        for ax, panel, (x, y) in zip(grid, panels, self._axes, strict=True):
            for i, (name, curve) in enumerate(panel.curves.items()):
                curve.draw(ax, self.data["series"].index(name), name)
                if i == 0:
                    ax.set(xlabel=panel.x, ylabel=panel.y)
            x.apply(ax)
            y.apply(ax)
            if len(panel.curves) > 1:
                ax.legend(fontsize=8, frameon=False)
        return grid[0].figure


def _kind(options: list[Any]) -> str:
    if all(isinstance(value, bool) for value in options):
        return "box"
    numbers = all(isinstance(value, (int, float)) for value in options)
    return "slider" if numbers and len(options) > 2 else "radio"


def _checked(controls: Any) -> dict[str, list[Any]]:
    """Return the controls with plain values; raise, naming the control, if one cannot be drawn."""
    if not isinstance(controls, Mapping) or not controls:
        raise TypeError(f"Explore.controls must be a dict, name -> values; got {controls!r}")
    plain: dict[str, list[Any]] = {}
    for name, values in controls.items():
        options = [v.item() if isinstance(v, np.generic) else v for v in values]
        if len(options) < 2 or len(set(options)) < len(options):
            raise ValueError(f"Explore: {name!r} needs two or more different values; got {values}")
        if wrong := [v for v in options if not isinstance(v, (str, bool, Real))]:
            raise TypeError(f"Explore: {name!r} takes numbers, texts or booleans; got {wrong[0]!r}")
        if sorted(options, key=str) == [False, True] and any(isinstance(v, bool) for v in options):
            options = [False, True]
        plain[name] = options
    if (count := prod(map(len, plain.values()))) > MOST:
        raise ValueError(f"Explore sends every combination, at most {MOST}; these make {count}")
    return plain


def _frame(answer: Any, choice: dict[str, Any]) -> tuple[list[Panel], str]:
    if not (isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[1], str)):
        raise TypeError(f"Explore.view must return (panels, sentence); for {choice}: {answer!r}")
    panels = [answer[0]] if isinstance(answer[0], Panel) else list(answer[0])
    if not panels or not all(isinstance(panel, Panel) for panel in panels):
        raise TypeError(f"Explore.view must return Panels; for {choice} it gave {answer[0]!r}")
    return panels, answer[1]


def _outline(panel: Panel) -> tuple:
    return panel.x, panel.y, panel.log, [(name, c.style) for name, c in panel.curves.items()]
