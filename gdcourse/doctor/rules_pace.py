"""The pace: steps too long, too short, or in circles."""

from typing import Final

import numpy as np
import torch

from .chart import Chart
from .finding import Finding
from .rules_code import found
from .thresholds import limit


def _ratio(c: Chart) -> float:
    ratio = c.late(c.update_ratio)
    ratio = ratio[np.isfinite(ratio)]
    return float(np.median(ratio)) if len(ratio) else np.nan


def learning_rate_too_high(c: Chart) -> Finding | None:
    ratio = _ratio(c)
    head = c.update_ratio[:5]
    early = float(np.nanmax(head)) if np.isfinite(head).any() else np.nan
    plain, lower = c.trials.get("as it is"), c.trials.get("rate / 10")
    said = {"step / weights": f"{ratio:.2g}, at first {early:.2g} (limit {limit('update-high'):g})"}
    if plain is not None and lower is not None:
        better = lower < 0.7 * plain or (not np.isfinite(plain) and np.isfinite(lower))
        said["trial"] = f"loss {plain:.3g} as it is, {lower:.3g} at a tenth of the rate"
        if better and (not c.learned or c.diverged):
            return found("learning-rate-too-high", 0.9, said, since=0, critical=True)
        if not better and not c.diverged:
            return None
    spike = len(c.finite) > 10 and c.finite[:30].max() > 5 * max(c.first, 1e-12)
    if c.diverged:
        said["loss"] = f"from {c.first:.3g} to {c.recent:.3g}"
        return found("learning-rate-too-high", 0.75, said, since=0, critical=True)
    if c.learned and not (c.recent > limit("rebound") * c.best and ratio > limit("update-high")):
        return None
    if not c.learned and (
        ratio > limit("update-high") or early > 5 * limit("update-high") or spike
    ):
        if spike:
            said["loss"] = f"rose to {c.finite[:30].max():.3g} from {c.first:.3g} at first"
        return found("learning-rate-too-high", 0.7 if ratio > limit("update-high") else 0.6, said,
                     since=0, critical=not c.progress)  # fmt: skip
    if c.learned:
        said["loss"] = f"{c.recent:.3g}, above its least, {c.best:.3g}"
        return found("learning-rate-too-high", 0.6, said)
    return None


def learning_rate_too_low(c: Chart) -> Finding | None:
    if c.diverged or (c.learned and c.baseline):
        return None
    plain, higher = c.trials.get("as it is"), c.trials.get("rate x 10")
    ratio = _ratio(c)
    travel = ratio * c.steps
    said = {"step / weights": f"{ratio:.1e} (limit {limit('update-low'):g}), {travel:.1%} in all"}
    if plain is not None and higher is not None:
        said["trial"] = f"loss {plain:.3g} as it is, {higher:.3g} at ten times the rate"
        if higher < 0.9 * plain and ratio < 20 * limit("update-low"):
            return found("learning-rate-too-low", 0.8, said, since=0)
        return None
    if ratio > 0 and travel < 0.05 and ratio < limit("update-low"):
        return found("learning-rate-too-low", 0.75, said, since=0)
    return None


def oscillation(c: Chart) -> Finding | None:
    tail = c._window(0.5, 1.0)
    if len(tail) < 20 or c.first_bad is not None or c.falling:
        return None
    level = float(np.median(tail))
    change = np.diff(tail)
    turns = float(np.mean(change[1:] * change[:-1] < 0))
    swing = float(np.std(tail)) / max(abs(level), 1e-12)
    pairs = np.corrcoef(change[1:], change[:-1])[0, 1] if np.std(change) > 0 else 0.0
    beating = pairs < -0.8 and turns > 0.9 and swing > 0.1
    if not beating and (swing < 0.5 or turns < limit("swing")):
        return None
    if c.learned and not beating and c.baseline and c.recent < 0.5 * c.baseline:
        return None
    said = {"loss": f"turns at {turns:.0%} of the steps and swings by {swing:.0%} of its level"}
    return found("oscillation", 0.65 if beating else 0.5, said)


def plateau(c: Chart) -> Finding | None:
    if c.progress or c.diverged or c.steps < 50:
        return None
    twins = equal_rows(c)
    moved = abs(c.recent - c.first) / max(abs(c.first), 1e-12)
    if twins is not None:
        name, cosine = twins
        said = {
            "rows": f"of {name!r} point the same way, cosine {cosine:.4f} (limit {limit('rows'):g})"
        }
        return found("plateau", 0.8, said, where=name, since=0, critical=True)
    said = {"loss": f"{c.recent:.4g}, it moved by {moved:.1%} in {c.steps} steps"}
    if c.baseline:
        said["chance"] = f"the best constant has {c.baseline:.4g}"
    return found("plateau", 0.35, said)


def equal_rows(c: Chart) -> tuple[str, float] | None:
    """Return the first hidden layer whose rows are all alike, and their least cosine."""
    for _, name in c.weights()[:-1]:
        w = dict(zip(c.names, c.probe.parameters, strict=True))[name].detach().double().flatten(1)
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


PACE_RULES: Final = (learning_rate_too_high, learning_rate_too_low, oscillation, plateau)
