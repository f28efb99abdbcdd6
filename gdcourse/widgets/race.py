"""Rules that descend side by side, before the reader's eyes."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, final

import numpy as np
import traitlets

from ..loops import Run
from ..problems.surface import Problem
from .figure import SIDE, Box, Figure, drawing, text

FAR = (
    100 * SIDE
)  # a point farther out than this is drawn here: the line leaves the map all the same


@final
class Race(Figure):
    """Let the reader pick a surface and rules, and watch the paths grow step by step.

    Nothing is computed in the browser: the paths are those of the runs, rounded to a 3000th of
    the map's width, the losses to three digits. So it answers with or without a kernel. Where
    there is one, `surface`, `rules` and `step` are what the reader chose.

    Args:
        problems: name -> a surface of two numbers.
        runs: name of the surface -> name of the rule -> Run, made by `minimize` from one start.
            Each surface has the same rules, each run the same steps.
        rules: names of those to begin with; by default the first three.
        boxes: name -> (left, right, bottom, top) of the map; by default around the start.

    Raises:
        TypeError, ValueError: names that do not match, a run of many starts, unequal steps.

    >>> from gdcourse import adam, minimize, ravine, sgd
    >>> rules = {"sgd": sgd(0.015), "adam": adam(0.3)}
    >>> runs = {name: minimize(ravine(), [1, 1], rule, 50) for name, rule in rules.items()}
    >>> Race({"ravine": ravine()}, {"ravine": runs}).rules
    ['sgd', 'adam']

    Book: reference/gallery.
    """

    _esm = text("look.js", "race.js")
    _css = text("look.css", "race.css")

    surface = traitlets.Unicode().tag(sync=True)
    rules = traitlets.List(traitlets.Unicode()).tag(sync=True)
    step = traitlets.Int().tag(sync=True)
    data = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        problems: Mapping[str, Problem],
        runs: Mapping[str, Mapping[str, Run]],
        rules: Any = None,
        boxes: Mapping[str, Box] | None = None,
    ):
        names, every = _check(problems, runs)
        boxes = dict(boxes or {})
        if unknown := sorted(boxes.keys() - problems.keys()):
            raise ValueError(f"Race.boxes names surfaces that are not in problems: {unknown}")
        self._problems, self._runs = dict(problems), {name: dict(runs[name]) for name in problems}
        surfaces = {}
        for name, problem in problems.items():
            box = boxes.get(name) or _around(problem, [run.x[0] for run in runs[name].values()])
            minima = getattr(problem, "minima", None) or [getattr(problem, "minimum", None)]
            surface = drawing(problem, box, "Race")
            if surface["log"]:
                highest = max(abs(run.loss[0]) for run in runs[name].values())
                top = int(np.ceil(np.log10(max(highest, 1e-12)))) + 1
                surface["axis"] = [top - 10, top]
            surfaces[name] = {
                **surface,
                "minima": [[float(v) for v in point] for point in minima if point is not None],
                "runs": {rule: _encode(runs[name][rule], box) for rule in names},
            }
        steps = len(next(iter(runs[next(iter(problems))].values())).step) - 1
        data = {"rules": names, "steps": steps, "every": every, "surfaces": surfaces}
        self.set_trait("data", data)
        shown = names[:3] if rules is None else list(rules)
        super().__init__(surface=next(iter(problems)), rules=shown, step=steps)

    @traitlets.validate("surface")
    def _valid_surface(self, proposal):
        if proposal.value not in self._problems:
            known = list(self._problems)
            raise ValueError(f"Race.surface must be one of {known}; got {proposal.value!r}")
        return proposal.value

    @traitlets.validate("rules")
    def _valid_rules(self, proposal):
        if unknown := [rule for rule in proposal.value if rule not in self.data["rules"]]:
            raise ValueError(f"Race.rules must be among {self.data['rules']}; got {unknown}")
        return proposal.value

    @traitlets.validate("step")
    def _valid_step(self, proposal):
        if not 0 <= proposal.value <= self.data["steps"]:
            last = self.data["steps"]
            raise ValueError(f"Race.step must lie in [0, {last}]; got {proposal.value!r}")
        return proposal.value

    def __repr__(self) -> str:
        losses = {rule: self._runs[self.surface][rule].loss[self.step] for rule in self.rules}
        parts = [f"{rule} {loss:.3g}" for rule, loss in losses.items()]
        return (
            f"Contour map of the surface {self.surface} with one path for each rule, and the loss "
            f"at every step. The loss after {self.step * self.data['every']} steps: "
            f"{', '.join(parts) or 'no rule is chosen'}."
        )

    def draw(self) -> Any:
        """Return a still picture of the chosen paths and their losses."""
        from .. import plots

        panels, problem = plots.axes(1, 2), self._problems[self.surface]
        for rule in self.rules:
            run = self._runs[self.surface][rule]
            so_far = {name: values[: self.step + 1] for name, values in run.signals.items()}
            run = replace(run, step=run.step[: self.step + 1], signals=so_far)
            plots.path(run, problem, panels[0])
            plots.loss(run, panels[1], label=rule)
        return panels[0].figure


def _check(problems: Any, runs: Any) -> tuple[list[str], int]:
    """Return the names of the rules and how many steps lie between two points."""
    if not isinstance(problems, Mapping) or not problems:
        raise TypeError(f"Race.problems must be a dict, name -> problem; got {problems!r}")
    if not isinstance(runs, Mapping) or runs.keys() != problems.keys():
        got = sorted(runs) if isinstance(runs, Mapping) else runs
        raise ValueError(f"Race.runs must have the surfaces {sorted(problems)}; got {got!r}")
    names, steps = list(next(iter(runs.values()))), None
    for surface, problem in problems.items():
        if not isinstance(problem, Problem):
            raise TypeError(f"Race takes problems such as ravine(); {surface!r} is {problem!r}")
        if not names or list(runs[surface]) != names:
            raise ValueError(
                f"Race.runs must have the same rules on each surface, {names}; {surface!r} has "
                f"{list(runs[surface])}"
            )
        for rule, run in runs[surface].items():
            if not isinstance(run, Run):
                raise TypeError(f"Race takes runs, made by minimize; {rule!r} is {run!r}")
            shape = run.x.shape if "x" in run.signals else None
            if shape is None or shape[1:] != (2,):
                raise ValueError(
                    f"Race draws runs of one start with two numbers, x of shape (steps, 2); "
                    f"{rule!r} on {surface!r} has {shape}"
                )
            steps = run.step if steps is None else steps
            if not np.array_equal(run.step, steps) or len(steps) < 2:
                raise ValueError(f"Race needs runs of the same steps; see {rule!r} on {surface!r}")
    assert steps is not None
    return names, int(steps[1] - steps[0])


def _around(problem: Problem, starts: list[np.ndarray]) -> Box:
    minimum = getattr(problem, "minimum", None)
    center = np.zeros(2) if minimum is None else np.asarray(minimum, float)
    half = 1.25 * max(1.0, np.abs(np.stack(starts) - center).max())
    (x, y), half = center.tolist(), float(half)
    return x - half, x + half, y - half, y + half


def _encode(run: Run, box: Box) -> dict[str, Any]:
    """Return a run as small numbers: tenths of the drawing's units, losses of three digits."""
    left, right, bottom, top = box
    whole = np.isfinite(run.x).all(-1) & np.isfinite(run.loss)
    end = len(whole) if whole.all() else int(whole.argmin())
    x, y = run.x[:end].T
    across, down = (x - left) / (right - left), (top - y) / (top - bottom)
    points = np.rint((10 * SIDE * np.stack([across, down], -1)).clip(-10 * FAR, 10 * FAR))
    losses = [float(f"{loss:.3g}") for loss in run.loss[:end]]
    rest = end  # a run that has come to rest is cut there: its last point stands for the others
    rows = [(*point, loss) for point, loss in zip(points.tolist(), losses, strict=True)]
    while rest > 1 and rows[rest - 1] == rows[rest - 2]:
        rest -= 1
    return {
        "path": points[:rest].astype(int).ravel().tolist(),
        "loss": losses[:rest],
        "gone": None if end == len(whole) else end,  # from here on it is no longer a number
        "rate": _rate(run.rule),
    }


def _rate(rule: Any) -> float | None:
    """Return the learning rate of a rule, where it has one and that is a number."""
    if not is_dataclass(rule):
        return None
    lr = getattr(rule, "lr", None)
    if isinstance(lr, (int, float)):
        return float(lr)
    held = [getattr(rule, field.name) for field in fields(rule)]
    inside = [r for h in held for r in (h if isinstance(h, tuple) else (h,))]
    return next((rate for r in inside if (rate := _rate(r)) is not None), None)
