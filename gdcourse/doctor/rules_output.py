"""Outputs that cannot be what the targets and the loss ask for."""

from typing import Final

import numpy as np
import torch
from torch import nn

from .chart import Chart
from .finding import Finding
from .losses import several
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
    elif _rounded(c, o):
        said = "all whole numbers, and no gradient comes back: rounded, or argmax"
    elif _unit(o, t):
        said = "each row is scaled to the length one, and the targets are not"
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


def _rounded(c: Chart, o: torch.Tensor) -> bool:
    still = len(c.gradient) >= 5 and not c.gradient.any()
    return still and bool((o == o.round()).all()) and float(o.min()) < float(o.max())


def _unit(o: torch.Tensor, t: torch.Tensor) -> bool:
    """Are outputs of several numbers all of length one, and targets of the same shape not?"""
    if o.shape != t.shape or o.shape[1] < 2 or not t.is_floating_point():
        return False
    length, wanted = o.norm(dim=1), t.norm(dim=1)
    return _ones(length) and float(wanted.std()) > 0.05


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
    o = torch.cat([o for o, _ in tables])
    shares = bool((o >= 0).all()) and float((o.sum(1) - 1).abs().max()) < 1e-3
    return shares and several(c.task.pairs)


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
        squashed = squashed or _leans_on(o, t, low, high)
        if outside > limit("outside") and (name == "ReLU" or squashed):
            return f"all in [{low:g}, {high:g}] ({name}?), and {outside:.0%} of the targets outside"
    beyond, same = float((t < 0).double().mean()), o.shape == t.shape
    if same and least >= 0 and len(o) >= 96 and beyond > limit("below") and o.std() > 0.2 * t.std():
        return f"none below zero (softplus, exp?), and {beyond:.0%} of the targets are"
    return None


def _leans_on(o: torch.Tensor, t: torch.Tensor, low: float, high: float) -> bool:
    """Where targets lie well beyond a bound, do outputs stop short of it?"""
    if o.shape != t.shape or not np.isfinite(high):
        return False
    room = 0.1 * (high - low)
    gaps = high - o, o - low
    for there, gap in zip((t > high + room, t < low - room), gaps, strict=True):
        touches = float(gap.min()) < 0.1 * room
        if touches and int(there.sum()) >= 12 and float(gap[there].median()) < room:
            return True
    return False


def _at_edges(o: torch.Tensor, low: float, high: float) -> bool:
    """Do outputs crowd at the end of a range, as those of a squashing function do?"""
    near = 0.01 * (high - low)
    return float(((o > high - near) | (o < low + near)).float().mean()) > 0.3


OUTPUT_RULES: Final = (wrong_output_activation,)
