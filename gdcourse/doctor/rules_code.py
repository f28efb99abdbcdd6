"""Mistakes in the code: wrong shapes, losses, outputs, gradients and parameters."""

from typing import Final

import numpy as np
import torch
from torch import nn

from .advice import ADVICE
from .chart import Chart
from .finding import Finding
from .probes import LAYERS

SMOOTH = (nn.Flatten, nn.Identity, nn.Dropout, nn.BatchNorm1d, nn.BatchNorm2d, nn.AvgPool1d,
          nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.LayerNorm, nn.Unflatten)  # fmt: skip


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
    if (
        c.task.loss is not None
        and c.task.loss.startswith("negative ")
        and "likel" not in c.task.loss
    ):
        return found("ascent", 1.0, {"loss": f"it is the {c.task.loss}"}, since=0, critical=True)
    along = c.descent[np.isfinite(c.descent) & (c.descent != 0)]
    if len(along) >= 5 and np.mean(along > 0) > 0.8:
        share = f"{np.mean(along > 0):.0%} of the sampled steps go along the gradient (limit 80%)"
        return found("ascent", 1.0, {"step x gradient": share}, since=0, critical=True)
    thirds = (
        [np.median(c._window(a, a + 1 / 3)) for a in (0, 1 / 3, 2 / 3)] if len(c.finite) else []
    )
    steady = thirds and thirds[0] < thirds[1] < thirds[2]
    ratio = np.median(c.update_ratio) if len(c.update_ratio) else np.nan
    rose = steady and thirds[2] > thirds[0] + 0.3 * abs(thirds[0])
    if rose and ratio < 0.03 and np.nanmean(np.diff(c.finite[:60]) > 0) > 0.6:
        said = f"rises from {c.first:.3g} to {thirds[2]:.3g} in steps of {ratio:.1e} of the weights"
        return found("ascent", 0.7, {"loss": said}, since=0, critical=True)
    return None


def stale_gradients(c: Chart) -> Finding | None:
    if len(c.probe.stale) < 4:
        return None
    old = torch.stack([s.float().cpu() for s in c.probe.stale]).numpy()[1:]
    share = float(np.mean(old > 0))
    if share < 0.8:
        return None
    said = f"not zero before {share:.0%} of the backward passes looked at (limit 80%)"
    return found("stale-gradients", 1.0, {"gradient": said}, since=1, critical=True)


def untrained_parameters(c: Chart) -> Finding | None:
    held = {id(p) for group in c.optimizer.param_groups for p in group["params"]}
    entries, samples = c.entries(), max(c.probe.samples, 1)
    why: dict[str, str] = {}
    frozen = 0.0
    for i, (name, p) in enumerate(zip(c.names, c.probe.parameters, strict=True)):
        moved = bool((c.update[:, i] > 0).any()) if len(c.update) else True
        # A gradient so small that adding it changes no digit is another matter: it vanishes.
        pushed = bool((c.gradient[:, i] > 1e-6 * c.size[:, i]).any()) if len(c.gradient) else True
        if not p.requires_grad:
            frozen += entries[i]
        elif id(p) not in held:
            why[name] = "is not in the optimizer"
        elif c.probe.missing[i] >= samples and samples >= 5:
            why[name] = "never receives a gradient"
        elif pushed and not moved and samples >= 5:
            why[name] = "has a gradient and never moves (learning rate zero?)"
    if why:
        share = sum(entries[c.names.index(name)] for name in why) / entries.sum()
        first = next(iter(why))
        said = {
            "parameters": f"{len(why)} of {len(c.names)}, {share:.0%} of all numbers",
            first: why[first],
        }
        return found(
            "untrained-parameters", 0.95, said, where=first, since=0, critical=share > 0.05
        )
    share = frozen / entries.sum()
    if share > 0.3 and not c.learned:
        idle = {"parameters": f"{share:.0%} of all numbers are frozen, the rest does not learn"}
        trained = zip(c.names, c.probe.parameters, strict=True)
        where = next(name for name, p in trained if not p.requires_grad)
        return found("untrained-parameters", 0.7, idle, where=where, since=0)
    return None


def shape_mismatch(c: Chart) -> Finding | None:
    if c.task.loss is None or "broadcast" not in c.task.loss:
        return None
    _, o, t, _ = c.doctor.batches[-1]
    said = f"outputs {tuple(o.shape)}, targets {tuple(t.shape)}: {o.numel()} x {t.numel()} pairs"
    return found("shape-mismatch", 1.0, {"shapes": said}, since=0, critical=True)


def wrong_output_activation(c: Chart) -> Finding | None:
    o, t, loss = c.task.outputs, c.task.targets, c.task.loss or ""
    doubled = {
        "cross-entropy of softmax": "softmax before a loss that takes logits: softmax twice",
        "cross-entropy of sigmoid": "sigmoid before a loss that takes logits",
        "binary cross-entropy of sigmoid": "sigmoid before a loss that takes logits: sigmoid twice",
        "negative likelihood": "probabilities where the loss takes their logarithms",
    }
    for name, said in doubled.items():
        if loss.endswith(name):
            return found("wrong-output-activation", 0.95, {"outputs": said}, since=0,
                         critical=not c.learned)  # fmt: skip
    if o is None or t is None or len(o) < 8 or not torch.isfinite(o).all():
        return None
    least, most = float(o.min()), float(o.max())
    if o.shape[1] == 1 and least == most == 1.0:
        said = "one output through softmax is always 1"
        return found("wrong-output-activation", 1.0, {"outputs": said}, since=0, critical=True)
    if c.learned and c.task.kind != "numbers":
        return None
    zeros = float((o == 0).float().mean())
    if c.task.kind in ("classes", "binary"):
        if least == 0 and zeros > 0.2 and ("cross-entropy" in loss or "logistic" in loss):
            said = f"never below zero, {zeros:.0%} exactly zero, where logits are needed"
            return found("wrong-output-activation", 0.9, {"outputs": said}, since=0, critical=True)
        return None
    t = t.double()
    bounds = {(0.0, 1.0): "sigmoid or softmax", (-1.0, 1.0): "tanh", (0.0, np.inf): "ReLU"}
    for (low, high), name in bounds.items():
        if least < low or most > high or (c.baseline and c.recent < 0.3 * c.baseline):
            continue
        if name == "ReLU" and least != 0:
            continue
        outside = float(((t < low) | (t > high)).double().mean())
        tight = name == "ReLU" or _ends_in(c, (nn.Sigmoid, nn.Softmax, nn.Tanh)) or outside > 0.5
        if outside > 0.05 and tight:
            said = f"all in [{low:g}, {high:g}] ({name}?), and {outside:.0%} of the targets outside"
            return found("wrong-output-activation", 0.9, {"outputs": said}, since=0, critical=True)
    return None


def _ends_in(c: Chart, kinds: tuple) -> bool:
    leaves = [m for m in c.model.modules() if not list(m.children())]
    return bool(leaves) and isinstance(leaves[-1], kinds)


def wrong_loss(c: Chart) -> Finding | None:
    loss, kind = c.task.loss or "", c.task.kind
    if c.task.targets is None or not loss:
        return None
    squared = "squared" in loss or "absolute" in loss or "Huber" in loss
    if kind == "numbers" and ("logistic" in loss or "entropy" in loss):
        t = c.task.targets
        if float(t.min()) < 0 or float(t.max()) > 1:
            said = f"the {loss} for targets from {float(t.min()):.3g} to {float(t.max()):.3g}"
            return found("wrong-loss", 0.95, {"loss": said}, since=0, critical=True)
    poor = not c.learned or (c.baseline and c.recent > 0.5 * c.baseline)
    if squared and kind in ("binary", "classes", "labels") and poor and "broadcast" not in loss:
        said = f"the {loss} for targets that are classes ({kind})"
        return found("wrong-loss", 0.75, {"loss": said}, since=0)
    if kind == "classes" and "binary cross-entropy" in loss and poor:
        sums = c.task.outputs.sum(1)
        if float((sums - 1).abs().max()) < 1e-3:
            said = "the binary cross-entropy for one class of several"
            return found("wrong-loss", 0.8, {"loss": said}, since=0)
    if loss.startswith(("summed", "half summed")) and (not c.progress or c.diverged):
        return found("wrong-loss", 0.85, {"loss": f"the {loss}: it grows with the batch"}, since=0,
                     critical=c.diverged)  # fmt: skip
    return None


def missing_nonlinearity(c: Chart) -> Finding | None:
    links = dict(c.probe.fed_by)
    for name, module in c.model.named_modules():
        if isinstance(module, nn.Sequential):
            links |= _chained(name, module)
    if not links:
        return None
    layers = [
        n for n, m in c.probe.sites.items() if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd))
    ]
    whole = len(links) >= len(layers) - 1
    poor = c.recent > 0.5 * c.baseline if c.baseline else not c.progress
    if not poor or not (whole or not c.learned):
        return None
    second, first = next(iter(links.items()))
    said = {"layers": f"{second!r} takes what {first!r} gives", "fit": f"loss {c.recent:.3g}"}
    if c.baseline:
        said["fit"] += f" against {c.baseline:.3g} of the best constant"
    return found("missing-nonlinearity", 0.85 if whole else 0.6, said, where=second, since=0)


def _chained(prefix: str, sequence: nn.Sequential) -> dict[str, str]:
    """Return layers that follow each other in a Sequential with nothing bent between them."""
    links, last = {}, None
    for key, module in sequence.named_children():
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(module, LAYERS):
            if last is not None:
                links[name] = last
            last = None if isinstance(module, nn.RNNBase) else name
        elif not isinstance(module, SMOOTH):
            last = None
    return links


CODE_RULES: Final = (
    ascent,
    stale_gradients,
    untrained_parameters,
    shape_mismatch,
    wrong_output_activation,
    wrong_loss,
    missing_nonlinearity,
)
