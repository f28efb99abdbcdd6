"""The pace: steps too long, too short, or in circles."""

from typing import Final

import numpy as np

from .chart import Chart
from .finding import Finding
from .rules_code import found
from .thresholds import limit


def late_ratio(c: Chart) -> float:
    """Return the length of the late steps over that of the weights."""
    ratio = c.late(c.update_ratio)
    ratio = ratio[np.isfinite(ratio)]
    return float(np.median(ratio)) if len(ratio) else np.nan


def learning_rate_too_high(c: Chart) -> Finding | None:
    if c.first_bad is not None and (c.calm_before_bad or c.bad_data):
        return None
    ratio, head = late_ratio(c), c.update_ratio[:10]
    early = float(np.max(head[np.isfinite(head)], initial=0.0))
    high = limit("update-high")
    said = {"step / weights": f"{ratio:.2g}, at first up to {early:.2g} (limit {high:g})"}
    scale = max(abs(c.first), c.baseline or 0.0, 1e-12)
    jumped = c.peak > limit("jump") * scale
    if jumped:
        said["loss"] = f"rose to {c.peak:.3g} from {c.first:.3g} at first"
    plain, lower = c.trials.get("as it is"), c.trials.get("rate / 10")
    if plain is not None and c.first_bad is None and not plain < 1.5 * c.finite.max():
        plain = None  # the run has what the trial lacks, such as clipping
    if plain is not None and lower is not None:
        better = lower < limit("trial") * plain or (np.isfinite(lower) and not np.isfinite(plain))
        said["trial"] = f"loss {plain:.3g} as it is, {lower:.3g} at a tenth of the rate"
        if better and (not c.learned or c.diverged):
            return found("learning-rate-too-high", 0.9, said, since=0, critical=True)
        if not better and not c.diverged and not jumped:
            return None
    if c.diverged:
        said.setdefault("loss", f"from {c.first:.3g} to {c.recent:.3g}")
        return found("learning-rate-too-high", 0.75, said, since=0, critical=True)
    if c.could_do_better and not c.well and early > 5 * high:
        return found("learning-rate-too-high", 0.6, said, since=0)
    if not c.learned and (ratio > high or early > 5 * high or jumped):
        strength = 0.6 + 0.15 * (early > 5 * high) + 0.1 * jumped
        return found("learning-rate-too-high", strength, said, since=0, critical=not c.progress)
    if not c.learned and _bounces(c, ratio, early):
        said["loss"] = f"{c.recent:.3g}; it was {c.best:.3g} at best"
        return found("learning-rate-too-high", 0.6, said, since=0)
    if c.learned and c.rebounded and not c.well and (ratio > high or jumped):
        said["loss"] = f"{c.recent:.3g}, above its least, {c.best:.3g}"
        return found("learning-rate-too-high", 0.6, said)
    if jumped and early > 5 * high and not c.below(0.6 * limit("well")):
        return found("learning-rate-too-high", 0.6, said, since=0)
    return None


def _bounces(c: Chart, ratio: float, early: float) -> bool:
    """Do long steps keep a loss up: above its own best, above chance, or far from what is easy?"""
    high = limit("update-high")
    unlearned = c.rebounded and max(ratio, early) > high
    if ratio > 0.2 * high and c.far_behind:
        return True
    return not c.falling and (unlearned or (ratio > 0.2 * high and c.above))


def learning_rate_too_low(c: Chart) -> Finding | None:
    if c.diverged or c.learned or not len(c.sampled):
        return None
    plain, higher = c.trials.get("as it is"), c.trials.get("rate x 10")
    much = c.trials.get("rate x 100", np.inf)
    ratio, low = late_ratio(c), limit("update-low")
    path = c.path
    said = {"step / weights": f"{ratio:.1e} (limit {low:g}), {path:.1%} in all"}
    if plain is not None and higher is not None:
        said["trial"] = f"loss {plain:.3g} as it is, {higher:.3g} at ten times the rate"
        if much < higher:
            said["trial"] += f", {much:.3g} at a hundred times"
            higher = much
        helps = higher < (0.97 if ratio < low else 0.9) * plain
        if helps and ratio < 20 * low and not (c.above and ratio > low):
            return found("learning-rate-too-low", 0.8, said, since=0)
        alike = plain > 0.9 * min(c.recent, c.baseline or np.inf)  # the trial is as slow
        if higher > 0.98 * plain and ratio > 0.1 * low and alike:
            return None
    if c.rate < 1e-3 * c.first_rate and ratio < low:
        said["rate"] = f"{c.rate:.1e} now, {c.first_rate:.1e} at first"
        return found("learning-rate-too-low", 0.75, said)
    if _faded(c):
        return None
    if 0 < ratio < low and path < limit("path"):
        return found("learning-rate-too-low", 0.75, said, since=0)
    if (
        (c.rate_is_small or c.creeping) and c.could_do_better and ratio < 10 * low
        and not c.progress
    ):  # fmt: skip
        said["rate"] = f"{c.rate:g} with {type(c.optimizer).__name__}"
        return found("learning-rate-too-low", 0.5, said, since=0)
    if ratio > 0 and path < 2 * limit("path") and (c.rate_is_small or c.creeping):
        return found("learning-rate-too-low", 0.5, said, since=0)
    on_its_way = c.falling or c.far_behind
    if c.straight > limit("straight") and path < 6 * limit("path") and on_its_way and not c.above:
        said["way"] = f"{c.straight:.0%} of all steps add up (limit {limit('straight'):.0%})"
        return found("learning-rate-too-low", 0.4, said, since=0)
    return None


def _faded(c: Chart) -> bool:
    """Did the gradient fade on the way, at a rate that is not small?"""
    norm = c.gradient_norm
    return not c.rate_is_small and len(norm) > 8 and norm[-4:].mean() < 0.2 * norm[:4].mean()


def oscillation(c: Chart) -> Finding | None:
    tail = c.window(0.5, 1.0)
    if len(tail) < 20 or c.first_bad is not None:
        return None
    scale = max(abs(float(np.median(tail))), c.baseline or abs(c.first - c.best), 1e-12)
    change = np.diff(tail)
    turns = float(np.mean(change[1:] * change[:-1] < 0))
    swing = float(np.std(tail)) / scale
    paired = np.corrcoef(change[1:], change[:-1])[0, 1] if np.std(change) > 0 else 0.0
    # To and fro at each step; or in long waves, as too much momentum makes; or in rare bursts.
    beating = paired < -0.8 and turns > 0.9 and swing > limit("waves")
    climbed = float(change[change > 0].sum()) / scale
    gliding = paired > 0.3 and 0.02 < turns < 0.4 and climbed > 3 * limit("waves")
    bursts = float(np.mean(tail > limit("jump") * scale))
    said = {"loss": f"turns at {turns:.0%} of the steps and swings by {swing:.0%} of its level"}
    if bursts > limit("bursts") and not c.falling and not c.below(0.4 * limit("well")):
        said["bursts"] = f"{bursts:.0%} of the losses are above {limit('jump') * scale:.3g}"
        return found("oscillation", 0.8, said, critical=not c.learned)
    if beating or gliding:
        if c.below(0.4 * limit("well")) or (c.falling and not gliding):
            return None
        return found("oscillation", 0.8, said, critical=not c.learned)
    return None  # turns at two steps of three, however wide, are what noise makes


PACE_RULES: Final = (learning_rate_too_high, learning_rate_too_low, oscillation)
