"""Mistakes where outputs, targets and the loss meet."""

from typing import Final

import numpy as np
import torch
from torch import nn

from .chart import Chart
from .finding import Finding
from .rules_code import found
from .rules_data import odd_inputs
from .thresholds import limit

DOUBLED: Final = {
    "cross-entropy of softmax": "softmax before a loss that takes logits: softmax twice",
    "cross-entropy of softmax over the batch": "softmax over the batch, not over the classes",
    "cross-entropy of sigmoid": "sigmoid before a loss that takes logits",
    "binary cross-entropy of sigmoid": "sigmoid before a loss that takes logits: sigmoid twice",
    "NLL of probabilities": "probabilities where the loss takes their logarithms",
}


def wrong_output_activation(c: Chart) -> Finding | None:
    o, t, loss = c.task.outputs, c.task.targets, c.task.loss or ""
    for name, what in DOUBLED.items():
        by_chance = name.endswith("sigmoid") and (c.well or _narrow(c))
        if loss.endswith(name) and not by_chance:
            return found("wrong-output-activation", 0.95, {"outputs": what}, since=0,
                         critical=not c.learned)  # fmt: skip
    if o is None or t is None or len(o) < 8 or not torch.isfinite(o).all():
        return None
    said = None
    if o.shape[1] == 1 and float(o.min()) == float(o.max()) == 1.0:
        said = "one output through softmax is always 1"
    elif _norm_of_one(c):
        said = "a layer norm over a single output gives the same number for all inputs"
    elif _bounded(c, loss):
        said = "held within [-1, 1], where logits must grow"
    elif (axis := _other_axis(c)) is not None:
        said = f"they sum to one along axis {axis}, not over the classes: softmax(dim={axis})"
    elif _several_hold(c):
        said = "softmax over labels of which several may hold: their shares sum to one"
    elif (
        "logistic" in loss
        and not c.well
        and _never_above(c, o, t.float())
        and float(t.mean()) > 0.3
    ):
        said = f"never above zero, though {float(t.mean()):.0%} of the targets are one"
    elif c.task.kind in ("classes", "binary"):
        zeros = float((o == 0).float().mean())
        if not c.well and float(o.min()) == 0 and zeros > limit("zeros"):
            logits = "cross-entropy" in loss or "logistic" in loss
            if logits or not loss:
                said = f"never below zero, {zeros:.0%} exactly zero, where logits are needed"
    else:
        said = _out_of_range(c, o, t.double())
    if said is None:
        return None
    return found("wrong-output-activation", 0.95, {"outputs": said}, since=0, critical=True)


def _norm_of_one(c: Chart) -> bool:
    return isinstance(c.last, nn.LayerNorm) and tuple(c.last.normalized_shape) == (1,)


def _bounded(c: Chart, loss: str) -> bool:
    """Do logits stop at one, while the classes that they name are right?"""
    if loss not in ("cross-entropy", "logistic") or c.well or c.reach is None:
        return False
    tops = [float(o.abs().max()) for o, _, _ in c.task.pairs[-4:]]
    stops = max(tops) <= 1 + 1e-5 and min(tops) > 0.9
    return len(tops) >= 4 and stops and c.reach.model > 0.5


def _narrow(c: Chart) -> bool:
    """May outputs lie within [0, 1] without a sigmoid, since they hardly spread?"""
    o = c.task.outputs
    return not isinstance(c.last, nn.Sigmoid) and o is not None and float(o.max() - o.min()) < 0.3


def _other_axis(c: Chart) -> int | None:
    """Return the axis along which outputs, or their exponentials, sum to one, if it is wrong."""
    tables = [o for o, _, _ in c.task.pairs if o.ndim > 1 and min(o.shape) > 1]
    if len(tables) < 2 or c.task.kind not in ("classes", "binary"):
        return None
    for axis in range(tables[0].ndim):
        if axis != 1 and (
            all(bool((o >= 0).all()) and _ones(o.sum(axis)) for o in tables)
            or all(_ones(o.logsumexp(axis).exp()) for o in tables)
        ):
            return axis
    return None


def _ones(sums: torch.Tensor) -> bool:
    return float((sums - 1).abs().max()) < 1e-3


def _never_above(c: Chart, o: torch.Tensor, t: torch.Tensor) -> bool:
    spread, ones = float(o.std()), float(t.mean())
    wanted = ones > 0.5 or (ones > 0.3 and spread > 0.5)  # few ones alone make all negative
    moved = c.path > limit("travel")
    return float(o.max()) <= 0 and spread > 0.05 and wanted and moved and odd_inputs(c) is None


def _several_hold(c: Chart) -> bool:
    """Do outputs sum to one in each row, and targets to more in many?"""
    tables = [(o, t) for o, t, _ in c.task.pairs if o.ndim == 2 and o.shape == t.shape]
    widths = {o.shape[1] for o, _ in tables}
    if c.task.kind != "binary" or len(widths) != 1 or widths == {1} or c.well:
        return False
    o, t = (torch.cat(part) for part in zip(*tables, strict=True))
    shares = bool((o >= 0).all()) and float((o.sum(1) - 1).abs().max()) < 1e-3
    return shares and float((t.sum(1) > 1).double().mean()) > limit("outside")


def _out_of_range(c: Chart, o: torch.Tensor, t: torch.Tensor) -> str | None:
    """Say which targets no output can reach, if the last layer is what holds them back."""
    least, most = float(o.min()), float(o.max())
    if c.below(0.6 * limit("well")):
        return None
    bounds = {(0.0, 1.0): "sigmoid or softmax", (-1.0, 1.0): "tanh", (0.0, np.inf): "ReLU"}
    recurrent = bool(c.probe.order) and isinstance(c.probe.sites[c.probe.order[-1]], nn.RNNBase)
    for (low, high), name in bounds.items():
        if least < low or most > high or (name == "ReLU" and least != 0):
            continue
        if least == most and not isinstance(c.last, nn.ReLU):
            continue  # they are all the same
        outside = float(((t < low) | (t > high)).double().mean())
        squashed = isinstance(c.last, (nn.Sigmoid, nn.Softmax, nn.Tanh)) or _at_edges(o, low, high)
        squashed = squashed or recurrent  # the state itself is the output
        if outside > limit("outside") and (name == "ReLU" or squashed):
            return f"all in [{low:g}, {high:g}] ({name}?), and {outside:.0%} of the targets outside"
    return None


def _at_edges(o: torch.Tensor, low: float, high: float) -> bool:
    """Do outputs crowd at the end of a range, as those of a squashing function do?"""
    near = 0.01 * (high - low)
    return float(((o > high - near) | (o < low + near)).float().mean()) > 0.3


SIGNS: Final = (nn.CosineEmbeddingLoss, nn.HingeEmbeddingLoss, nn.MarginRankingLoss,
                nn.SoftMarginLoss)  # fmt: skip


def wrong_loss(c: Chart) -> Finding | None:
    loss, kind = c.task.loss or "", c.task.kind
    if not c.task.pairs or "broadcast" in loss:
        return None
    said, strength = None, 0.9
    values = torch.cat([t.reshape(-1).double() for _, t, _ in c.task.pairs])
    outside = float(values.min()) < 0 or float(values.max()) > 1
    if loss.endswith("NLL of scores"):
        said = "the negative log-likelihood takes log-probabilities, and is given plain scores"
    elif loss.endswith("divergence from probabilities"):
        said = "the divergence takes logarithms of probabilities, and is given probabilities"
    elif loss.endswith("one column"):
        said = "cross-entropy over a single column is always zero"
    elif kind in ("numbers", "labels") and outside and ("logistic" in loss or "entropy" in loss):
        said = f"the {loss} for targets from {float(values.min()):.3g} to {float(values.max()):.3g}"
    elif isinstance(c.doctor.loss_fn, SIGNS) and c.task.kind == "binary" and (values == 0).any():
        said = f"{type(c.doctor.loss_fn).__name__} for targets 0 and 1; it takes -1 and 1"
    elif loss.endswith("signed error"):
        said = "the error itself, neither squared nor absolute: it falls without end"
    elif loss.endswith("hinge") and float(values.min()) == 0:
        said = "the hinge loss for targets 0 and 1; it takes -1 and 1"
    elif loss.endswith(("squared error", "absolute error", "Huber")) and not c.well:
        if kind == "classes" and not c.learned:
            said, strength = f"the {loss} for targets that are classes", 0.8
        elif kind == "labels" and _whole_numbers(c):
            said, strength = f"the {loss} for whole numbers, as classes have", 0.75
        elif kind == "binary" and not c.learned:
            said, strength = f"the {loss} for yes or no", 0.5
    elif kind == "classes" and loss.endswith("binary cross-entropy") and not c.well:
        if float((c.task.outputs.sum(1) - 1).abs().max()) < 1e-3:
            said, strength = "the binary cross-entropy for one class of several", 0.85
    elif not loss and kind == "labels" and _whole_numbers(c) and not c.well:
        said, strength = "one output for whole numbers, as classes have", 0.75
    elif "summed" in loss and "row" not in loss and (not c.progress or c.diverged):
        said, strength = f"the {loss}: it grows with the batch", 0.85
    if said is None:
        return None
    critical = strength > 0.8 and (c.diverged or not c.learned)
    return found("wrong-loss", strength, {"loss": said}, since=0, critical=critical)


def _whole_numbers(c: Chart) -> bool:
    """Are the targets stored as whole numbers, as class numbers are, for a single output?"""
    o, t, _ = c.task.pairs[-1]
    return not t.is_floating_point() and t.dtype != torch.bool and o.numel() == len(o)


OUTPUT_RULES: Final = (wrong_output_activation, wrong_loss)
