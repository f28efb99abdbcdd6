"""How the signal flows: through layers forwards, and gradients backwards."""

from typing import Final

import numpy as np
import torch

from .chart import Chart
from .finding import Finding
from .probes import RECTIFIERS, RECURRENT, SIGMOIDS, STATISTICS, TANHS
from .rules_code import found
from .thresholds import limit

LEAST, MOST, HIGH, LOW = (STATISTICS.index(name) for name in ("least", "most", "high", "low"))


def nonfinite(c: Chart) -> Finding | None:
    bad = [name for name, p in zip(c.names, c.probe.parameters, strict=True)
           if not bool(torch.isfinite(p).all())]  # fmt: skip
    if c.first_bad is None and not bad:
        return None
    said = {"loss": f"no number from step {c.first_bad}" if c.first_bad is not None else "finite"}
    if c.bad_data:
        said[c.bad_data] = "hold NaN or infinity"
        return found("nonfinite", 1.0, said, where=c.bad_data, since=c.first_bad, critical=True)
    before = c.finite[-5:]
    if len(before):
        said["before"] = f"the loss went from {c.first:.3g} to {before[-1]:.3g}"
    where = _first_nonfinite_site(c) or (bad[0] if bad else None)
    strength = 0.95 if c.calm_before_bad or c.first_bad is None else 0.5
    return found("nonfinite", strength, said, where=where, since=c.first_bad, critical=True)


def _first_nonfinite_site(c: Chart) -> str | None:
    for name in c.probe.order:
        values = c.activity[name]
        if len(values) and (np.isinf(values[:, LEAST]) | np.isinf(values[:, MOST])).any():
            return name
    return None


def first_over_last(c: Chart) -> np.ndarray | None:
    """Return the gradient per entry of the first weights over that of the last, by sample."""
    weights = [i for i, _ in c.weights()]
    if len(weights) < 3 or not len(c.gradient):
        return None
    rms = c.gradient[:, weights] / np.sqrt(c.entries()[weights])
    with np.errstate(all="ignore"):
        return rms[:, 0] / np.where(rms[:, -1] > 0, rms[:, -1], np.nan)


def vanishing_gradients(c: Chart) -> Finding | None:
    ratios = first_over_last(c)
    if ratios is None or c.learned or c.diverged or np.isnan(ratios).all():
        return None
    ratio = float(np.nanmedian(ratios))
    start = ratios[:5]
    ratio = min(ratio, float(np.nanmedian(start))) if not np.isnan(start).all() else ratio
    if not ratio < limit("vanishing") or (c.falling and ratio > 0.01 * limit("vanishing")):
        return None
    name = c.weights()[0][1]
    said = {"gradient": f"first / last layer {ratio:.1e} per entry (limit {limit('vanishing'):g})"}
    return found("vanishing-gradients", 0.8 if ratio > 0 else 0.5, said, where=name, since=0,
                 critical=not c.progress)  # fmt: skip


def exploding_gradients(c: Chart) -> Finding | None:
    if c.first_bad is not None and (c.calm_before_bad or c.bad_data):
        return None
    if c.well and not c.diverged:
        return None  # bursts that do no harm
    norm = c.gradient_norm
    finite = norm[np.isfinite(norm)]
    if not len(finite) or not (c.diverged or not c.learned or c.recent > 2 * c.best):
        return None
    middle, most = max(float(np.median(finite)), 1e-30), float(finite.max())
    sustained = (finite > limit("exploding") * middle).sum() >= 2
    ratios = first_over_last(c)
    steep = 0.0
    if ratios is not None and not np.isnan(ratios[:3]).all():
        steep = float(np.nanmax(ratios[:3]))
    recurrent = any(isinstance(m, RECURRENT) for m in c.probe.sites.values())
    recurrent = recurrent or bool(c.probe.activity.again)  # a layer that is called again
    size = max(float(np.sqrt((c.size[0] ** 2).sum())), 1.0) if len(c.size) else 1.0
    at_start = float(finite[:3].max()) > limit("gradient-start") * size
    if not (sustained or steep > limit("steep") or at_start):
        return None
    if not (c.diverged or most > limit("exploding") ** 2 * middle or at_start or recurrent):
        return None
    if not c.diverged and np.ptp(c.finite) < limit("chance") * abs(c.first):
        return None  # whatever the gradient did, the loss took no notice
    said = {
        "gradient norm": f"largest {most:.2g}, {most / middle:.0f} x its median "
        f"(limit {limit('exploding'):g})"
    }
    if steep:
        said["first / last layer"] = f"{steep:.2g} per entry"
    deep = len(c.weights()) >= 8
    strength = 0.5 + 0.35 * bool(recurrent or (deep and (steep > 10 or at_start)))
    if not (recurrent or deep or c.diverged):
        strength = 0.3  # a few layers do not make large gradients: the data or the loss do
    since = int(c.sampled[np.nanargmax(np.where(np.isfinite(norm), norm, np.nan))])
    return found("exploding-gradients", strength + 0.1 * at_start, said, since=since,
                 critical=c.diverged)  # fmt: skip


def dead_relu(c: Chart) -> Finding | None:
    if c.well:
        return None
    worst, name, died = 0.0, None, 0.0
    window = max(3, c.probe.samples // 3)
    for site, last in c.probe.alive.items():
        if site == c.probe.order[0] and not isinstance(c.probe.sites[site], RECTIFIERS):
            continue  # what the first layer is fed are the inputs
        if site in c.probe.activity.again:
            continue  # the first call of a recurrent cell is fed the state zero
        last = last.cpu()
        share = float((last < c.probe.samples - window).float().mean())
        values = c.activity[site]
        if share > worst and len(values) and np.nanmin(values[:, LEAST]) >= 0:
            worst, name = share, site
            died = float(((last >= 0) & (last < c.probe.samples - window)).float().mean())
    if worst <= limit("dead") or (c.progress and worst < limit("nearly-all")):
        return None
    said = {"silent units": f"{worst:.0%} of {name!r} (limit {limit('dead'):.0%})"}
    if died > 0.5 * worst:
        said["died"] = f"{died / worst:.0%} of them had fired before"
    few = worst < limit("most") and died <= 0.5 * worst  # of units that tell nothing half are off
    return found(
        "dead-relu", 0.34 if few else 0.45 + 0.4 * worst, said, where=name, critical=not c.progress
    )


def saturation(c: Chart) -> Finding | None:
    if c.progress:
        return None
    worst, name, start = 0.0, None, 0.0
    order = c.probe.order
    for site, values in c.activity.items():
        if not order or site == order[-1] or not len(values):
            continue
        module = c.probe.sites[site]
        if np.isnan(values[:, LEAST]).all():
            continue
        if isinstance(module, TANHS):
            shares = values[:, HIGH]
        elif isinstance(module, SIGMOIDS):
            shares = values[:, HIGH] + values[:, LOW]
        elif site in order[1:] and _within_one(values):
            shares = values[:, HIGH]  # what a functional tanh gave
        else:
            continue
        share = float(np.nanmedian(c.late(shares)))
        if share > worst:
            worst, name, start = share, site, float(np.nanmedian(shares[:1]))
    if worst <= limit("saturated"):
        return None
    said = {
        "at their limits": f"{worst:.0%} of what {name!r} gives (limit {limit('saturated'):.0%}), "
        f"{start:.0%} at the start"
    }
    return found("saturation", 0.6 + 0.25 * worst, said, where=name, critical=True)


def _within_one(values: np.ndarray) -> bool:
    return bool(np.nanmax(values[:, MOST]) <= 1 and np.nanmin(values[:, LEAST]) < 0)


FLOW_RULES: Final = (
    nonfinite,
    vanishing_gradients,
    exploding_gradients,
    dead_relu,
    saturation,
)
