"""Data that cannot be learned from as they are, and models that learn them by heart."""

from typing import Final

import numpy as np

from .chart import Chart
from .finding import Finding
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
    size = np.sqrt(mean**2 + spread**2)
    if size.max() < limit("input-low"):
        said["inputs"] = (
            f"no feature is larger than {size.max():.2g} (limit {limit('input-low'):g})"
        )
    return said or None


def input_scale(c: Chart) -> Finding | None:
    said = odd_inputs(c)
    if said is None:
        return None
    trial = c.trials.get("inputs standardised")
    plain = c.trials.get("as it is")
    if trial is not None and plain is not None:
        helps = trial < 0.7 * plain or (not np.isfinite(plain) and np.isfinite(trial))
        said["trial"] = f"loss {plain:.3g} as it is, {trial:.3g} with standardised inputs"
        if not helps:
            return None
        return found("input-scale", 0.95, said, since=0, critical=not c.learned)
    if c.diverged or not c.learned:
        return found("input-scale", 0.9, said, since=0, critical=not c.progress or c.diverged)
    if c.baseline and c.recent > 0.6 * c.baseline and not c.falling:
        return found("input-scale", 0.7, said, since=0)
    return None


def target_scale(c: Chart) -> Finding | None:
    t, o = c.task.targets, c.task.outputs
    if t is None or c.task.kind != "numbers" or t.shape != o.shape:
        return None
    t, o = t.double(), o.double()
    size = float((t**2).mean() ** 0.5)
    first = c.doctor.first_outputs
    reach = float(first.double().std()) if first is not None and first.numel() > 1 else 1.0
    reach = max(reach, float(o.std())) if c.learned else reach
    poor = c.diverged or not c.learned or (c.baseline and c.recent > 0.5 * c.baseline)
    if not np.isfinite(size) or not poor:
        return None
    far = size > limit("target-scale") * max(reach, 0.1) and size > limit("target-scale")
    tiny = 0 < size < 1e-2 * max(reach, 0.1)
    if not far and not tiny:
        return None
    said = {"targets": f"size {size:.3g}; the outputs began with a spread of {reach:.3g}"}
    return found("target-scale", 0.85, said, since=0, critical=c.diverged)


def label_mismatch(c: Chart) -> Finding | None:
    real, shuffled = c.trials.get("as it is"), c.trials.get("labels shuffled")
    odd = odd_inputs(c) is not None
    if real is not None and shuffled is not None and not odd:
        memorised = c.trials.get("one batch by heart", np.inf)
        base = c.baseline if c.baseline else c.first
        if real > 0.97 * shuffled and memorised < 0.5 * base and not _generalises(c):
            said = {
                "trial": f"loss {real:.3g} with the labels, {shuffled:.3g} with shuffled ones",
                "one batch": f"can be learned by heart ({memorised:.2g})",
            }
            return found("label-mismatch", 0.9, said, since=0, critical=True)
    values = np.array([v for _, v in c.validations])
    by_heart = c.baseline is not None and c.learned and c.recent < 0.7 * c.baseline
    if by_heart and len(values) >= 5 and values.min() > 0.98 * min(values[0], c.baseline):
        said = {"validation": f"never below {values.min():.3g}, chance is {c.baseline:.3g}"}
        return found("label-mismatch", 0.8, said, since=0)
    at_chance = c.baseline and abs(c.recent - c.baseline) < 0.05 * c.baseline
    travel = float(np.median(c.update_ratio)) * c.steps if len(c.update_ratio) else 0.0
    if at_chance and not c.progress and travel > 0.3 and not c.diverged and c.steps >= 100:
        said = {
            "loss": f"{c.recent:.3g}, as the best constant, {c.baseline:.3g}; yet the weights moved"
        }
        return found("label-mismatch", 0.4, said, since=0)
    return None


def _generalises(c: Chart) -> bool:
    values = [v for _, v in c.validations]
    return bool(values) and c.baseline is not None and min(values) < 0.9 * c.baseline


def overfitting(c: Chart) -> Finding | None:
    values = np.array([v for _, v in c.validations])
    if len(values) < limit("patience") + 2 or not np.isfinite(values).all():
        return None
    best = int(values.argmin())
    recent = float(np.median(values[-3:]))
    rise = recent / values[best] - 1 if values[best] > 0 else 0.0
    if rise < limit("overfit") or len(values) - 1 - best < limit("patience"):
        return None
    at_best = c.loss[np.searchsorted(c.step, max(c.validations[best][0] - 1, 0))]
    if not c.recent < at_best:
        return None
    said = {
        "validation": f"{rise:.0%} above its least (limit {limit('overfit'):.0%}), "
        f"{len(values) - 1 - best} validations ago",
        "training": f"the loss fell on from {at_best:.3g} to {c.recent:.3g}",
    }
    return found("overfitting", 0.85, said, since=int(c.validations[best][0]), critical=rise > 0.5)


def over_regularized(c: Chart) -> Finding | None:
    from torch import nn

    if c.learned and c.baseline and c.recent < 0.5 * c.baseline:
        return None
    drops = [
        (n, m.p) for n, m in c.model.named_modules() if isinstance(m, nn.modules.dropout._DropoutNd)
    ]
    heavy = [(n, p) for n, p in drops if p >= 0.75]
    if heavy and not c.learned:
        said = {"dropout": f"{heavy[0][1]:.0%} of the units of {heavy[0][0]!r} are dropped"}
        return found("over-regularized", 0.8, said, where=heavy[0][0], since=0)
    decay = max((group.get("weight_decay") or 0.0) for group in c.optimizer.param_groups)
    if len(c.size) < 4 or c.diverged:
        return None
    weights = [i for i, _ in c.weights()]
    size = np.sqrt((c.size[:, weights] ** 2).sum(1))
    pull = decay * size / np.maximum(c.gradient_norm, 1e-30)
    shrunk = size[-1] / size[0] if size[0] else 1.0
    strong = decay and np.median(c.late(pull)) > 0.5 * limit("decay")
    if ((strong and shrunk < 0.9) or shrunk < 0.3) and not c.learned:
        said = {
            "weights": f"shrunk to {shrunk:.0%} of their size",
            "decay": f"weight_decay {decay:g}; its pull is {np.median(c.late(pull)):.2g} x the "
            f"data's gradient (limit {limit('decay'):g})",
        }
        return found("over-regularized", 0.85, said, since=0)
    return None


DATA_RULES: Final = (input_scale, target_scale, label_mismatch, overfitting, over_regularized)
