"""Data that cannot be learned from as they are: their scale, and labels of other rows."""

from typing import Final

import numpy as np

from .chart import Chart
from .finding import Finding
from .neighbours import Reach
from .rules_code import found
from .thresholds import limit


def odd_inputs(c: Chart) -> dict[str, str] | None:
    """Return what is wrong with the scale of the inputs, or None."""
    if c.features is None:
        return None
    mean, spread = c.features
    live = (spread > 0) | (mean != 0)
    if not live.any() or not np.isfinite(mean).all():
        return None
    mean, spread = np.abs(mean[live]), spread[live]
    far = (mean > limit("input-mean")) | (spread > limit("input-high"))
    said = {}
    if far.mean() > 0.1 or (far.any() and (spread.max() > 100 or mean.max() > 50)):
        said["inputs"] = (
            f"{far.mean():.0%} of the features have a mean beyond {limit('input-mean'):g} or a "
            f"spread above {limit('input-high'):g} (largest mean {mean.max():.3g}, largest "
            f"spread {spread.max():.3g})"
        )
    among = spread[spread > 0]
    if not said and len(among) > 2 and among.max() > limit("uneven") * np.median(among):
        times = among.max() / np.median(among)
        said["inputs"] = (
            f"one feature's spread is {times:.3g} x the median one's (limit {limit('uneven'):g})"
        )
    size = np.sqrt(mean**2 + spread**2)
    if size.max() < limit("input-low"):
        said["inputs"] = (
            f"no feature is larger than {size.max():.2g} (limit {limit('input-low'):g})"
        )
    if c.wild > 0.1:
        said["wild"] = (
            f"in {c.wild:.0%} of the features some numbers lie more than {limit('wild'):g} times "
            "as far from the middle as nine in ten are apart"
        )
    elif said and mean.max() < 4 * limit("input-mean") and spread.max() < 4 * limit("input-high"):
        said["extent"] = "mild"
    return said or None


def input_scale(c: Chart) -> Finding | None:
    said = odd_inputs(c)
    if said is None:
        return None
    bad_start = c.baseline is not None and c.first > limit("first-loss") * c.baseline
    poor = c.diverged or not c.learned or (bad_start and not c.below(0.6 * limit("well")))
    trial, plain = c.trials.get("inputs standardised"), c.trials.get("as it is")
    if trial is not None and plain is not None and not c.well:
        helps = trial < limit("trial") * plain or (not np.isfinite(plain) and np.isfinite(trial))
        said["trial"] = f"loss {plain:.3g} as it is, {trial:.3g} with standardised inputs"
        if helps:
            return found("input-scale", 0.95, said, since=0, critical=not c.learned)
        poor = poor and not c.at_chance
    mild = "extent" in said
    poor = poor or c.could_do_better is True
    if c.well and (mild or not poor):
        return None
    if mild and not poor and c.falling:
        return None
    strength = 0.9 - 0.2 * (not poor) - 0.3 * mild
    return found("input-scale", strength, said, since=0,
                 critical=c.diverged or not c.progress)  # fmt: skip


def target_scale(c: Chart) -> Finding | None:
    t, o = c.task.targets, c.task.outputs
    if t is None or c.task.kind != "numbers" or len(t) != len(o):
        return None
    t, o = t.double(), o.double()
    size = float((t**2).mean() ** 0.5)
    first = c.doctor.first_outputs
    reach = float(first.double().std()) if first is not None and first.numel() > 1 else 1.0
    reach = max(reach, float(o.std())) if c.learned and not c.could_do_better else reach
    if not np.isfinite(size) or (c.well and not c.diverged):
        return None
    far = size > limit("target-scale") * max(reach, 0.1) and size > limit("target-scale")
    tiny = 0 < size < min(0.05 * max(reach, 0.1), 0.1)
    if not far and not tiny:
        return None
    said = {"targets": f"size {size:.3g}; the outputs began with a spread of {reach:.3g}"}
    return found("target-scale", 0.85, said, since=0, critical=c.diverged)


def label_mismatch(c: Chart) -> Finding | None:
    if c.copies:
        return None
    if (only := _one_answer(c)) is not None:
        said = {"targets": f"every one that was looked at is {only:g}"}
        return found("label-mismatch", 0.9, said, since=0, critical=True)
    simple = c.reach.simple if c.reach is not None else None
    if simple is not None and simple > limit("reach") and not c.task.strays:
        return None  # the labels can be said from the inputs
    said, strength = {}, 0.0
    if c.task.strays and not c.progress:
        said["loss"] = "is not that of the outputs and the targets: are they of other rows?"
        strength = 0.8
    real, mixed = c.trials.get("as it is"), c.trials.get("labels shuffled")
    rows = sum(len(o) for o, _, _ in c.task.pairs)
    if real is not None and mixed is not None and rows >= 48 and odd_inputs(c) is None:
        by_heart = c.trials.get("one batch by heart", np.inf)
        base = c.baseline or c.first
        alike = real > 0.97 * mixed and (not c.learned or real < limit("learned") * base)
        alike = alike and c.path > limit("travel")
        alike = alike and not c.well  # what it learned may be more than the short trial shows
        if alike and by_heart < limit("well") * base and not _generalises(c):
            said["trial"] = f"loss {real:.3g} with the labels, {mixed:.3g} with shuffled ones"
            said["one batch"] = f"can be learned by heart ({by_heart:.2g})"
            strength = 0.9
    values = np.array([v for _, v in c.validations])
    by_heart_only = len(values) >= limit("patience") and c.baseline is not None and c.below(0.7)
    if by_heart_only and values.min() > 0.95 * (c.baseline or 0.0):
        said["validation"] = f"never below {values.min():.3g}, chance is {c.baseline:.3g}"
        # With few different rows, it is they that were learned by heart.
        strength = max(strength, 0.8 if c.reach is not None else 0.4)
    if simple is not None and c.reach is not None and _by_heart(c, simple, c.reach):
        said["rows"] = f"{c.reach.given - c.reach.rows} of {c.reach.given} came again: by heart?"
        strength = max(strength, 0.5)
    moved = c.path > limit("travel") and c.steps >= limit("long")
    level = c.baseline is not None and c.recent > limit("level") * c.baseline
    level = level or (c.task.skill is not None and c.task.skill < 1 - limit("level"))
    if c.at_chance and level and moved and not c.diverged:
        said["loss"] = f"{c.recent:.3g}, chance is {c.baseline:.3g}, though the weights moved"
        strength = max(strength, 0.45 if simple is None else 0.7)
    if not said:
        return None
    if simple is not None and c.reach is not None:
        said["neighbours"] = (
            f"of {c.reach.rows} rows, planes or kernels avoid {max(simple, 0):.0%} of the errors "
            f"of chance (limit {limit('reach'):.0%})"
        )
        sure = c.reach.rows >= 150 and simple < 0.05
        strength = max(strength, 0.75 if sure else 0.7)
    return found(
        "label-mismatch", strength, said, since=0, critical=strength >= 0.9 and not c.learned
    )


def _by_heart(c: Chart, simple: float, reach: Reach) -> bool:
    """Did it learn what nothing tells, from rows that come again and again?"""
    again = reach.rows >= 100 and reach.given - reach.rows > 0.1 * reach.given
    told = simple < 0.05 and reach.error > 0.2
    return again and told and c.falling and not c.well and not _generalises(c)


def _one_answer(c: Chart) -> float | None:
    """Return the number that all targets are, if they are numbers to be met and many."""
    t = c.task.targets
    if t is None or len(t) < 48 or c.task.loss is None or "hinge" in c.task.loss:
        return None
    return float(t[0, 0]) if bool((t == t[0, 0]).all()) else None


def _generalises(c: Chart) -> bool:
    values = [v for _, v in c.validations]
    return bool(values) and c.baseline is not None and min(values) < 0.9 * c.baseline


DATA_RULES: Final = (input_scale, target_scale, label_mismatch)
