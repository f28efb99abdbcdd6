"""How the data are fitted: by heart, or hardly at all for a penalty's sake."""

from typing import Any, Final

import numpy as np
import torch
from torch import nn

from ..remedies import Decay
from ..rules import Rule
from .chart import Chart
from .finding import Finding
from .inputs import WORDS
from .rules_code import found
from .thresholds import limit


def overfitting(c: Chart) -> Finding | None:
    values = np.array([v for _, v in c.validations])
    if len(values) < limit("patience") + 2 or not np.isfinite(values).all():
        return None
    best = int(values.argmin())
    recent = float(np.median(values[-3:]))
    rise = (recent - values[best]) / max(abs(values[best]), 1e-12)  # a likelihood may be below zero
    if rise < limit("overfit") or len(values) - 1 - best < limit("patience"):
        return None
    after = c.loss[c.step >= c.validations[best][0] - 1]
    at_best, now = (
        float(np.mean(part)) for part in (after[: len(after) // 4 + 1], after[-len(after) // 4 :])
    )
    small = recent - values[best] < 0.05 * (c.baseline or values[0] - values[best])
    if not at_best - now > (1 - limit("still")) * abs(at_best) or small:
        return None
    said = {
        "validation": f"{rise:.0%} above its least (limit {limit('overfit'):.0%}), "
        f"{len(values) - 1 - best} validations ago",
        "training": f"the loss fell on from {at_best:.3g} to {now:.3g}",
    }
    return found("overfitting", 0.85, said, since=int(c.validations[best][0]), critical=rise > 0.5)


def over_regularized(c: Chart) -> Finding | None:
    if c.diverged or (c.well and not c.could_do_better):
        return None
    drops = [(n, m) for n, m in c.model.named_modules()
             if isinstance(m, nn.modules.dropout._DropoutNd)]  # fmt: skip
    kept = float(np.prod([1 - m.p for _, m in drops]))
    if drops and not c.learned:
        name, most = max(drops, key=lambda d: d[1].p)
        if most.p >= limit("dropout") or (most.p > 0.5 and kept < (1 - limit("dropout")) ** 2):
            said = {"dropout": f"{most.p:.0%} of the units of {name!r} are dropped"}
            return found("over-regularized", 0.85, said, where=name, since=0)
    if drops and not c.well and c.last is drops[-1][1] and c.task.outputs is not None:
        name, last = drops[-1]
        none = float((c.task.outputs == 0).float().mean())
        if last.p > 0 and abs(none - last.p) < 0.1:
            said = {"dropout": f"after the last layer: {none:.0%} of the outputs are set to zero"}
            return found("over-regularized", 0.85, said, where=name, since=0)
    if not c.learned and c.noisy > limit("noisy"):
        said = {"noise": f"answers to one batch differ by {c.noisy:.2g} x their spread over rows"}
        return found("over-regularized", 0.65, said, since=0)
    if len(c.size) < 4:
        return None
    weights = [i for i, _ in c.weights()]
    size = np.sqrt((c.size[:, weights] ** 2).sum(1))
    shrunk = size[-1] / size[0] if size[0] else 1.0
    said = {"weights": f"at {shrunk:.0%} of their first size"}
    unlearned = not c.below(limit("rest")) and c.could_do_better is not False
    penalty = c.task.penalty if shrunk < 1 else 0.0  # where weights grow it is a second task
    if penalty > limit("penalty") and unlearned:
        said["penalty"] = f"{penalty:.0%} of the loss (limit {limit('penalty'):.0%})"
        return found("over-regularized", 0.85, said, since=0)
    if penalty > 0.5 * limit("penalty") and c.could_do_better and not c.falling:
        said["penalty"] = f"{penalty:.0%} of the loss"
        return found("over-regularized", 0.6, said, since=0)
    if not c.learned and (held := _clipped_words(c) or _held(c)):
        return found("over-regularized", 0.85, {"weights": held}, since=0)
    decay, share = decay_pull(c, size)
    light = shrunk > 0.7 or (c.falling and decay < 0.1)
    if not decay or (c.learned and light and (c.falling or not c.could_do_better)):
        return None
    if (share > limit("decay") and shrunk < limit("shrunk")) or shrunk < 0.3:
        said["decay"] = (
            f"weight_decay {decay:g}; its pull is {share:.2g} x the data's gradient "
            f"(limit {limit('decay'):g})"
        )
        return found("over-regularized", 0.85, said, since=0)
    return None


def _clipped_words(c: Chart) -> str | None:
    """Say how short a table of words holds its rows, if they are shorter than it draws them."""
    for name, m in c.model.named_modules():
        if isinstance(m, WORDS) and m.max_norm is not None:
            usual = m.embedding_dim**0.5
            if m.max_norm < limit("shrunk-words") * usual:
                return f"rows of {name!r} are cut to max_norm {m.max_norm:g}; drawn: {usual:.2g}"
    return None


def _held(c: Chart) -> str | None:
    """Say how weights are held, if each layer's were not so at the start and are so now."""
    named = dict(zip(c.names, c.probe.parameters, strict=True))
    at_bound, alike = [], []
    for _, name in c.weights():
        w, start = named[name].detach().float().flatten(1), c.doctor.start_of(name)
        if w.numel() < 32 or start is None:
            continue
        at_bound.append(_at_bound(w) - _at_bound(start.float().flatten(1)))
        length, before = w.norm(dim=1), start.float().flatten(1).norm(dim=1)
        was_alike = bool(before.std(correction=0) < 1e-2 * before.mean())
        alike.append(bool(length.std(correction=0) < 1e-3 * length.mean()) and not was_alike)
    if at_bound and np.mean(at_bound) > limit("held"):
        return f"{np.mean(at_bound):.0%} of their entries stand at a bound"
    return "all rows of a layer are held to one length" if alike and all(alike) else None


def decay_pull(c: Chart, size: np.ndarray) -> tuple[float, float]:
    """Return the decay, and its pull over the data's gradient, late in the run."""
    decay = max((group.get("weight_decay") or 0.0) for group in c.optimizer.param_groups)
    decay = max(decay, _decay_of(getattr(c.optimizer, "rule", None)))
    pull = decay * size / np.maximum(c.gradient_norm, 1e-30)
    return decay, float(np.median(c.late(pull)))


def _at_bound(w: torch.Tensor) -> float:
    return float((w.abs() > 0.9999 * w.abs().max()).float().mean())


def _decay_of(rule: Any) -> float:
    """Return the largest decay in a rule of ours, or in those that it is made of."""
    if isinstance(rule, tuple):
        return max(map(_decay_of, rule), default=0.0)
    if isinstance(rule, Decay):
        return float(rule.rate)
    return max(map(_decay_of, vars(rule).values()), default=0.0) if isinstance(rule, Rule) else 0.0


FIT_RULES: Final = (overfitting, over_regularized)
