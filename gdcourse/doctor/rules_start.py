"""Where a run starts, and places that it cannot leave."""

from typing import Final

import numpy as np
import torch

from .chart import Chart
from .finding import Finding
from .rules_code import found
from .rules_data import odd_inputs
from .thresholds import limit


def poor_initialization(c: Chart) -> Finding | None:
    said: dict[str, str] = {}
    where, alike = None, False
    weights, tables = c.weights(), c.tables()
    for i, (_, name) in enumerate(weights):
        start = c.doctor.start_of(name)
        if start is not None and start.is_floating_point() and torch.isfinite(start).all():
            rows = start.double().flatten(1)
            why = odd_start(rows, i == len(weights) - 1, 1 if name in tables else rows.shape[1])
            if why and not said:
                said, where = {"start": f"{name!r}: {why}"}, name
                alike = "the same" in why and bool(start.any())
    if c.well and not c.diverged and not (alike and c.could_do_better):
        return None
    loud = not said and _loud(c)
    if loud:
        said["outputs"] = "far too sure of themselves at the start"
    if not said or (c.falling and c.below(0.6) and not c.could_do_better):
        return None
    if c.baseline and np.isfinite(c.first) and c.first > limit("first-loss") * c.baseline:
        times = c.first / c.baseline
        said["first loss"] = f"{c.first:.3g}, {times:.3g} x that of the best constant"
    return found(
        "poor-initialization",
        0.6 if loud else 0.85,
        said,
        where=where,
        since=0,
        critical=not c.progress,
    )


def _loud(c: Chart) -> bool:
    """Did a classifier start far worse than chance, on inputs of a usual size, and stay there?"""
    entropy = c.task.loss is not None and ("entropy" in c.task.loss or "logistic" in c.task.loss)
    worse = c.baseline is not None and c.first > limit("first-loss") * c.baseline
    return bool(entropy and worse and not c.learned and odd_inputs(c) is None)


def odd_start(w: torch.Tensor, last: bool, summed: int) -> str | None:
    """Say what is odd about a weight at the start, or None; a last layer at zero is not.

    Args:
        w: weights, (outputs, inputs).
        last: are they the last layer's?
        summed: how many products an output adds up: of a table of words one.
    """
    fan = w.shape[1]
    gain = float((w**2).mean().sqrt()) * fan**0.5
    loud = gain * (summed / fan) ** 0.5
    spread = float(w.std()) if w.numel() > 1 else 1.0
    lean = abs(float(w.mean())) * fan
    if last and gain == 0:
        return None
    if spread == 0:
        return "all its entries are the same"
    if loud > limit("gain-high"):
        return f"spread x root of fan-in {loud:.3g} (limit {limit('gain-high'):g})"
    if gain < limit("gain-low") and not last:
        return f"spread x root of fan-in {gain:.2g} (least {limit('gain-low'):g})"
    if lean > limit("lean") and w.numel() >= 32:
        return f"all lean one way: mean x fan-in {lean:.3g} (limit {limit('lean'):g})"
    return None


def plateau(c: Chart) -> Finding | None:
    if c.well or c.diverged or c.steps < 50:
        return None
    if (where := _saddle(c)) is not None:
        said = {"gradient": f"exactly zero: {where!r} and what multiplies it are both zero"}
        return found("plateau", 0.97, said, where=where, since=0, critical=True)
    twins = equal_rows(c)
    if twins is not None:
        name, cosine = twins
        said = {
            "rows": f"of {name!r} point the same way, cosine {cosine:.4f} (limit {limit('rows'):g})"
        }
        return found("plateau", 0.8, said, where=name, since=0, critical=True)
    if c.progress and not c.far_behind:
        return None
    if c.could_do_better is False or c.steps < limit("long"):
        return None  # nothing simple does better: there may be nothing to learn
    if c.below(limit("level")) and not c.far_behind and c.reach is not None:
        return None  # a little was learned, and little is easy
    start = float(np.mean(c.window(0.0, 0.1)))
    moved = abs(c.recent - start) / max(abs(start), 1e-12)
    if c.baseline is None and moved > limit("chance"):
        return None  # without a measure of chance only a flat loss is one
    said = {"loss": f"{c.recent:.4g}, it moved by {moved:.1%} in {c.steps} steps"}
    if c.baseline:
        said["chance"] = f"the best constant has {c.baseline:.4g}"
    if c.could_do_better and c.reach is not None:
        said["neighbours"] = f"planes or kernels avoid {c.reach.simple:.0%} of the errors of chance"
    return found("plateau", 0.35, said)


def _saddle(c: Chart) -> str | None:
    """Return the first of several weights that began at zero and never got a gradient."""
    if len(c.gradient) < 5:
        return None
    zero = [
        (name, p.ndim)
        for name, p, g in zip(c.names, c.probe.parameters, c.gradient.T, strict=True)
        if p.requires_grad and not g.any()
        and (start := c.doctor.start_of(name)) is not None and not start.any()
    ]  # fmt: skip
    return zero[0][0] if len(zero) > 1 and max(n for _, n in zero) > 1 else None


def equal_rows(c: Chart) -> tuple[str, float] | None:
    """Return the first hidden layer whose rows are all alike, and their least cosine."""
    named = dict(zip(c.names, c.probe.parameters, strict=True))
    for _, name in c.weights()[:-1]:
        w = named[name].detach().double().flatten(1)
        if w.shape[0] < 2 or w.shape[1] < 2 or w.shape[0] > 4096:
            continue
        norm = w.norm(dim=1, keepdim=True)
        if float(norm.max()) == 0:
            return name, 1.0
        rows = w / norm.clamp(min=1e-30)
        least = float((rows @ rows[0]).abs().min())
        if least > limit("rows") and torch.isfinite(w).all():
            return name, least
    return None


START_RULES: Final = (poor_initialization, plateau)
