"""How the signal flows: through layers forwards, and gradients backwards."""

from typing import Final

import numpy as np
import torch

from .chart import Chart
from .finding import Finding
from .probes import RECTIFIERS, RECURRENT, SIGMOIDS, STATISTICS, TANHS
from .rules_code import found
from .thresholds import limit

HIGH, LOW = STATISTICS.index("high"), STATISTICS.index("low")


def nonfinite(c: Chart) -> Finding | None:
    bad = [name for name, p in zip(c.names, c.probe.parameters, strict=True)
           if not bool(torch.isfinite(p).all())]  # fmt: skip
    if c.first_bad is None and not bad:
        return None
    features = c.features
    said = {"loss": f"no number from step {c.first_bad}" if c.first_bad is not None else "finite"}
    where = bad[0] if bad else None
    if features is not None and not np.isfinite(features[0]).all():
        said["inputs"] = "hold NaN or infinity"
        return found("nonfinite", 1.0, said, where="inputs", since=c.first_bad, critical=True)
    place = _first_nonfinite_site(c)
    where = place or where
    before = c.finite[-5:]
    grew = len(c.finite) > 2 and before.max() > 5 * max(abs(c.first), 1e-12)
    said["before"] = f"the loss went from {c.first:.3g} to {before[-1]:.3g}" if len(before) else "–"
    strength = 0.6 if grew else 0.95
    return found("nonfinite", strength, said, where=where, since=c.first_bad, critical=True)


def _first_nonfinite_site(c: Chart) -> str | None:
    for name in c.probe.order:
        means = c.activity[name][:, 0]
        least = c.activity[name][:, 2]
        if (
            len(means)
            and (np.isnan(least) & ~np.isnan(means) | np.isinf(least) | np.isinf(means)).any()
        ):
            return name
    return None


def _rms(c: Chart) -> np.ndarray | None:
    """Return the gradient per entry of each weight in forward order, (samples, weights)."""
    weights = [i for i, _ in c.weights()]
    if len(weights) < 3 or not len(c.gradient):
        return None
    return c.gradient[:, weights] / np.sqrt(c.entries()[weights])


def vanishing_gradients(c: Chart) -> Finding | None:
    rms = _rms(c)
    if rms is None or c.learned or c.diverged:
        return None
    with np.errstate(all="ignore"):
        last = np.where(rms[:, -1] > 0, rms[:, -1], np.nan)
        ratio = np.nanmedian(rms[:, 0] / last)
        at_start = np.nanmedian((rms[:, 0] / last)[:5])
    ratio = min(ratio, at_start) if np.isfinite(ratio) else at_start
    if not ratio < limit("vanishing") or (c.falling and ratio > 1e-5):
        return None
    names = [name for _, name in c.weights()]
    said = {"gradient": f"first / last layer {ratio:.1e} per entry (limit {limit('vanishing'):g})"}
    return found("vanishing-gradients", 0.8 if ratio > 0 else 0.6, said, where=names[0], since=0,
                 critical=not c.progress)  # fmt: skip


def exploding_gradients(c: Chart) -> Finding | None:
    norm = c.gradient_norm
    finite = norm[np.isfinite(norm)]
    if len(finite) < 4 or not (c.diverged or not c.learned or c.recent > 2 * c.best):
        return None
    middle = np.median(finite)
    spikes = finite > limit("exploding") * max(middle, 1e-30)
    rms = _rms(c)
    steep = 0.0
    if rms is not None and np.isfinite(rms[0]).all() and rms[0, -1] > 0:
        steep = float(rms[:3, 0].max() / max(rms[:3, -1].max(), 1e-30))
    recurrent = any(isinstance(m, RECURRENT) for m in c.probe.sites.values())
    deep = len(c.weights()) >= 8
    size = np.sqrt((c.size[0] ** 2).sum()) if len(c.size) else 1.0
    huge_at_start = finite[:3].max() > 100 * max(size, 1.0)
    if not (spikes.sum() >= 2 or steep > 100 or huge_at_start) or not (
        c.diverged or finite.max() > 100 * middle or huge_at_start or recurrent
    ):
        return None
    said = {
        "gradient norm": f"largest {finite.max():.2g}, {finite.max() / max(middle, 1e-30):.0f} x "
        f"its median (limit {limit('exploding'):g})"
    }
    if steep:
        said["first / last layer"] = f"{steep:.2g} per entry"
    strength = 0.5 + 0.35 * bool(recurrent or (deep and steep > 10)) + 0.1 * bool(huge_at_start)
    since = int(c.sampled[np.argmax(norm)]) if len(c.sampled) else None
    return found("exploding-gradients", strength, said, since=since, critical=c.diverged)


def dead_relu(c: Chart) -> Finding | None:
    if c.learned and c.baseline and c.recent < 0.6 * c.baseline:
        return None
    worst, name = 0.0, None
    window = max(3, c.probe.samples // 3)
    for site, last in c.probe.alive.items():
        if site == c.probe.order[0] and not isinstance(c.probe.sites[site], RECTIFIERS):
            continue  # what the first layer is fed are the inputs
        share = float((last.cpu() < c.probe.samples - window).float().mean())
        never_below = np.nanmin(c.activity[site][:, 2]) >= 0 if len(c.activity[site]) else False
        if share > worst and never_below:
            worst, name = share, site
    if worst <= limit("dead") or (c.progress and worst < 0.9):
        return None
    said = {"silent units": f"{worst:.0%} of {name!r} (limit {limit('dead'):.0%})"}
    return found("dead-relu", 0.55 + 0.3 * worst, said, where=name, critical=not c.progress)


def saturation(c: Chart) -> Finding | None:
    if c.learned:
        return None
    worst, name = 0.0, None
    last = c.probe.order[-1] if c.probe.order else None
    for site, values in c.activity.items():
        module = c.probe.sites[site]
        if site == last or not len(values):
            continue
        if isinstance(module, TANHS):
            share = np.nanmedian(c.late(values[:, HIGH]))
        elif isinstance(module, SIGMOIDS):
            share = np.nanmedian(c.late(values[:, HIGH] + values[:, LOW]))
        elif (
            site in c.probe.order[1:]
            and np.nanmax(values[:, 3]) <= 1
            and np.nanmin(values[:, 2]) < 0
        ):
            share = np.nanmedian(c.late(values[:, HIGH]))  # what a functional tanh gave
        else:
            continue
        if share > worst:
            worst, name = float(share), site
    if worst <= limit("saturated") or c.progress:
        return None
    said = {
        "at their limits": f"{worst:.0%} of what {name!r} gives (limit {limit('saturated'):.0%})"
    }
    return found("saturation", 0.6 + 0.25 * worst, said, where=name, critical=not c.progress)


def poor_initialization(c: Chart) -> Finding | None:
    if c.learned and not c.diverged:
        return None
    weights = c.weights()
    said: dict[str, str] = {}
    where = None
    for i, (_, name) in enumerate(weights):
        start = c.doctor.start_of(name)
        if start is None or not start.is_floating_point():
            continue
        w = start.double().flatten(1)
        spread, last = float(w.std()) if w.numel() > 1 else 1.0, i == len(weights) - 1
        gain = float((w**2).mean().sqrt()) * w.shape[1] ** 0.5
        if spread == 0 and not (last and float(w.abs().max()) == 0):
            said.setdefault("start", f"{name!r} begins with equal weights")
            where = where or name
        elif gain > limit("gain-high") and spread > 0:
            said.setdefault(
                "start",
                f"{name!r}: spread x root of fan-in {gain:.3g} (limit {limit('gain-high'):g})",
            )
            where = where or name
        elif 0 < gain < limit("gain-low") and not last:
            said.setdefault(
                "start",
                f"{name!r}: spread x root of fan-in {gain:.2g} (least {limit('gain-low'):g})",
            )
            where = where or name
    first, base = c.first, c.baseline
    if base and np.isfinite(first) and first > limit("first-loss") * base and said:
        said["first loss"] = f"{first:.3g}, {first / base:.3g} x that of the best constant"
    if not said or (c.falling and not c.diverged and "equal" not in said["start"]):
        return None
    return found("poor-initialization", 0.85, said, where=where, since=0, critical=not c.progress)


FLOW_RULES: Final = (
    nonfinite,
    vanishing_gradients,
    exploding_gradients,
    dead_relu,
    saturation,
    poor_initialization,
)
