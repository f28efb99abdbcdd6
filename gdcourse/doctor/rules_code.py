"""Mistakes in the loop: the gradient's sign, its zeros, and parameters that it never moves."""

from typing import Final

import numpy as np
import torch

from .advice import ADVICE
from .chart import Chart
from .finding import Finding
from .task import sinks
from .thresholds import limit


def found(
    symptom: str,
    strength: float,
    evidence: dict[str, str],
    *,
    where: str | None = None,
    since: int | None = None,
    critical: bool = False,
) -> Finding:
    """Return a finding with the usual remedy and page."""
    remedy, chapter = ADVICE[symptom]
    severity = "critical" if critical else "warning"
    return Finding(symptom, severity, evidence, remedy, chapter, where, since, min(strength, 1.0))


def ascent(c: Chart) -> Finding | None:
    loss = c.task.loss or ""
    if loss.startswith("negative ") and not loss.endswith("signed error"):
        said = {"loss": f"it is the {loss}"}
        return found("ascent", 1.0, said, since=0, critical=True)
    if sinks(c.task, c.doctor.loss_fn):
        said = {"loss": "it falls on for ever, whichever way the answers grow: minus an error?"}
        return found("ascent", 0.9, said, since=0, critical=True)
    if c.runaway and c.task.loss is None:
        said = {"loss": f"from {c.first:.3g} to {c.finite[-1]:.3g}, and it falls ever faster"}
        return found("ascent", 0.9, said, since=0)  # as a density does that becomes narrow
    along = c.along_targets
    most = limit("against") if c.task.loss is not None else limit("against-unknown")
    if along is not None and along < -most:
        said = {"outputs": f"correlation {along:.2f} with the targets, and the loss has fallen"}
        return found("ascent", 0.9, said, since=0, critical=True)
    if c.lift is not None and c.lift < -limit("lift") and c.path > limit("travel"):
        said = {"outputs": f"the classes they name are {-c.lift:.0%} rarer than at random"}
        return found("ascent", 0.85, said, since=0, critical=True)
    if c.rate < 0 <= c.first_rate:
        said = {"rate": f"{c.rate:.2g}: below zero each step goes up"}
        return found("ascent", 1.0, said, since=0, critical=True)
    upwards = any(group.get("maximize") for group in c.optimizer.param_groups)
    if upwards and c.recent < c.first:
        return None  # what is climbed is minus the loss
    turned = c.against_loss
    if turned is not None and turned < -limit("ascent"):
        said = {"gradient": f"cosine {turned:.2f} with that of the loss given to step()"}
        return found("ascent", 1.0, said, since=0, critical=True)
    along = c.descent[np.isfinite(c.descent) & (c.descent != 0)]
    most = limit("ascent")
    if len(along) >= 5 and np.mean(along > 0) > most:
        share = f"{np.mean(along > 0):.0%} of the sampled steps go along it (limit {most:.0%})"
        return found("ascent", 1.0, {"step x gradient": share}, since=0, critical=True)
    ratio = np.median(c.update_ratio) if len(c.update_ratio) else np.nan
    # A loss that climbs steadily in short steps was not made to climb by their length.
    if c.steady_rise and ratio < 0.3 * limit("update-high") and _calm(c):
        said = {"loss": f"rises from {c.first:.3g} to {c.finite[-1]:.3g}, each step {ratio:.1e} "
                "of the weights"}  # fmt: skip
        return found("ascent", 0.75, said, since=0, critical=True)
    return None


def _calm(c: Chart) -> bool:
    """Does the loss rise a little at a time, from the start?"""
    head = c.finite[: max(60, len(c.finite) // 4)]
    parts = [np.mean(part) for part in np.array_split(head, 4)]
    return bool(np.all(np.diff(parts) > 0))


def stale_gradients(c: Chart) -> Finding | None:
    asked = [sample for sample in c.probe.stale if sample]
    if len(asked) < 4:
        return None
    old = [any(float(s) > 0 for s in sample) for sample in asked[1:]]
    late = old[-max(3, len(old) // 4) :]  # zero_grad may have been lost on the way
    share, most = float(max(np.mean(old), np.mean(late))), limit("stale")
    if share < most:
        return None
    said = f"not zero before {share:.0%} of the backward passes looked at (limit {most:.0%})"
    return found("stale-gradients", 1.0, {"gradient": said}, since=1, critical=True)


def samples_made(c: Chart) -> bool:
    """Has the optimizer made a step since the doctor came?"""
    return c.probe.samples > 0 or c.steps == 0


def untrained_parameters(c: Chart) -> Finding | None:
    held = {id(p) for group in c.optimizer.param_groups for p in group["params"]}
    entries, samples = c.entries(), max(c.probe.samples, 1)
    why: dict[str, str] = {}
    zero: list[str] = []
    frozen = 0.0
    for i, (name, p) in enumerate(zip(c.names, c.probe.parameters, strict=True)):
        moved = bool((c.update[:, i] > 0).any()) if len(c.update) else True
        # A gradient so small that adding it changes no digit is another matter: it vanishes.
        pushed = bool((c.gradient[:, i] > 1e-6 * c.size[:, i]).any()) if len(c.gradient) else True
        if not p.requires_grad:
            frozen += entries[i]
        elif id(p) not in held:
            start = c.doctor.start_of(name)
            if start is None or torch.equal(start, p.detach().to(start)):  # nobody moves it
                why[name] = "is not in the optimizer"
        elif c.probe.movement.missing[i] >= samples and samples >= 5:
            why[name] = "never receives a gradient"
        elif p.ndim > 1 and samples >= 5 and (c.gradient[:, i] == 0).all():
            zero.append(name)
        elif pushed and not moved and samples >= 5:
            why[name] = "has a gradient and never moves (learning rate zero?)"
    if not samples_made(c):
        said = {"optimizer": f"made no step in {c.steps} calls: where is optimizer.step()?"}
        return found("untrained-parameters", 1.0, said, where=c.names[0], since=0, critical=True)
    if shapes := c.probe.behind.strangers:
        what = f"{len(shapes)} tensors, the first of shape {shapes[0]}"
        said = {"outputs": f"depend on {what}, that neither model nor optimizer holds"}
        return found("untrained-parameters", 0.95, said, since=0, critical=not c.well)
    if len(c.update) >= 5 and (c.gradient == 0).all() and (c.update == 0).all():
        said = {"parameters": "no gradient reached any of them, and none moved"}
        return found("untrained-parameters", 0.95, said, where=c.names[0], since=0, critical=True)
    if why:
        share = sum(entries[c.names.index(name)] for name in why) / entries.sum()
        first = next(iter(why))
        said = {
            "parameters": f"{len(why)} of {len(c.names)}, {share:.0%} of all numbers",
            first: why[first],
        }
        critical = share > 0.05 and not c.well
        return found("untrained-parameters", 0.95, said, where=first, since=0, critical=critical)
    if (column := c.unasked) is not None:
        said = {"outputs": f"column {column} gets no gradient: the loss does not use it"}
        return found("untrained-parameters", 0.7, said, since=0)
    if zero and not c.well:
        said = {zero[0]: "its gradient is exactly zero at every step: is what it gives cut off?"}
        return found("untrained-parameters", 0.55, said, where=zero[0], since=0)
    share = frozen / entries.sum()
    stuck = not c.below(limit("rest")) or c.could_do_better
    if share > limit("frozen") and stuck:
        idle = {"parameters": f"{share:.0%} of all numbers are frozen, the rest does not learn"}
        trained = zip(c.names, c.probe.parameters, strict=True)
        where = next(name for name, p in trained if not p.requires_grad)
        return found("untrained-parameters", 0.7, idle, where=where, since=0)
    return None


CODE_RULES: Final = (
    ascent,
    stale_gradients,
    untrained_parameters,
)
