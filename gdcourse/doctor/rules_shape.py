"""Shapes of outputs and targets that the loss takes for others."""

import warnings
from typing import Final

import torch

from .chart import Chart
from .finding import Finding
from .rules_code import found
from .untouched import untouched


def shape_mismatch(c: Chart) -> Finding | None:
    crossed = c.task.loss is not None and "broadcast" in c.task.loss
    mixed = [
        (o, t)
        for o, t, _ in c.task.pairs
        if c.task.kind != "classes" and o.numel() == t.numel() > 1 and o.shape != t.shape
        and _broadcast(o, t)
    ]  # fmt: skip
    if crossed and not mixed:
        o, t, _ = c.task.pairs[-1]
        said = f"outputs {tuple(o.shape)}, targets {tuple(t.shape)}: one is repeated for the other"
        return found("shape-mismatch", 0.95, {"shapes": said}, since=0, critical=not c.learned)
    if not crossed and not (c.task.loss is None and len(mixed) == len(c.task.pairs) > 0):
        return None
    o, t = mixed[-1]
    if not crossed:
        kept = _as_given(c, o, t)
        if kept:
            return None
        crossed = kept is False
    said = f"outputs {tuple(o.shape)}, targets {tuple(t.shape)}: {o.numel()} x {t.numel()} pairs"
    strength = 1.0 if crossed else 0.6
    if not crossed and (c.well or c.task.kind == "labels"):
        return None
    return found("shape-mismatch", strength, {"shapes": said}, since=0, critical=crossed)


def _broadcast(o: torch.Tensor, t: torch.Tensor) -> bool:
    try:
        return torch.broadcast_shapes(o.shape, t.shape) not in (o.shape, t.shape)
    except RuntimeError:
        return False


def _as_given(c: Chart, o: torch.Tensor, t: torch.Tensor) -> bool | None:
    """Is the user's loss the same when targets have the outputs' shape? None: nobody knows."""
    try:
        with torch.no_grad(), untouched(torch.nn.Module()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            given, shaped = (float(c.doctor.loss_fn(o, y)) for y in (t, t.reshape(o.shape)))
    except Exception:  # whatever a user's function does with outputs that it does not expect
        return None
    return abs(given - shaped) <= 1e-4 * abs(given)


SHAPE_RULES: Final = (shape_mismatch,)
