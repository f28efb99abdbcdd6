"""Losses by their numbers: which one was used, and what the best constant answer would cost."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .thresholds import limit

NEAR = 1e-3  # relative; how near a loss must come to the number that was seen
Pair = tuple[Tensor, Tensor, float]  # outputs, targets, the loss that was reported


@dataclass(frozen=True)
class View:
    """What all outputs and targets that were kept have in common."""

    inside: bool  # outputs within [0, 1]
    summed: bool  # and each row of them sums to one
    normal: bool  # the exponentials of each row sum to one
    spread: float  # largest output less the smallest
    targets_inside: bool

    @staticmethod
    def of(pairs: list[Pair]) -> "View":
        """Look at outputs against targets."""
        inside = all(bool((o >= 0).all() and (o <= 1).all()) for o, _, _ in pairs)
        rows = [o for o, _, _ in pairs if o.ndim > 1]
        wide = len(rows) == len(pairs) and rows[0].shape[1] > 1
        summed = wide and all(float((o.sum(1) - 1).abs().max()) < 1e-4 for o in rows)
        normal = wide and all(float(o.logsumexp(1).abs().max()) < 1e-3 for o in rows)
        spread = max(float(o.max()) for o, _, _ in pairs) - min(float(o.min()) for o, _, _ in pairs)
        targets = all(bool((t >= 0).all() and (t <= 1).all()) for _, t, _ in pairs)
        return View(inside, inside and summed, normal, spread, targets)


def scores(o: Tensor, t: Tensor) -> bool:
    """Are the targets class numbers, and the outputs one score a class?"""
    whole = not t.is_floating_point() and t.dtype != torch.bool and o.ndim == t.ndim + 1
    return whole and o.shape[1] > 1 and int(t.min()) >= -100 and int(t.max()) < o.shape[1]


def elements(o: Tensor, t: Tensor, view: View) -> dict[str, Tensor]:
    """Return the losses that might have been used, each as one number an element."""
    found: dict[str, Tensor] = {}
    if scores(o, t):
        name = "cross-entropy"
        if view.inside and view.spread > 0:
            name = "cross-entropy of softmax" if view.summed else "cross-entropy of sigmoid"
        found[name] = F.cross_entropy(o, t, reduction="none")
        if t.ndim == 1 and (t == 0).any() and (t > 0).any():
            found["cross-entropy without class 0"] = found[name][t > 0]
        if o.ndim == 2:
            over = F.nll_loss(o.log_softmax(0), t, reduction="none")
            found["cross-entropy of softmax over the batch"] = over
        if view.inside:
            found["NLL of probabilities"] = F.nll_loss(o, t, reduction="none")
            found["NLL of log-probabilities"] = F.nll_loss((o + 1e-9).log(), t, reduction="none")
        elif not view.normal:
            found["NLL of scores"] = F.nll_loss(o, t, reduction="none")
        return found
    y = t.to(o.dtype)
    if o.shape == y.shape:
        _numbers(found, o - y, "")
        found["signed error"] = o - y
        if bool(((y == 0) | (y.abs() == 1)).all()):
            found["hinge"] = (1 - o * y).clamp(min=0)
        if view.inside and view.targets_inside:
            found["binary cross-entropy"] = F.binary_cross_entropy(o, y, reduction="none")
        if o.ndim < 3 and o.numel() * len(o) <= 2**18 and len(o) > 1:
            every = o[:, None] - y[None]
            _numbers(found, every, "broadcast ")
            if o.ndim == 2 and o.shape[1] > 1:
                found["broadcast squared error of columns"] = (every**2).sum(-1)
        logistic = F.binary_cross_entropy_with_logits(o, y, reduction="none")
        squashed = view.inside and view.spread > 0.01
        found["binary cross-entropy of sigmoid" if squashed else "logistic"] = logistic
        if o.ndim == 2 and o.shape[1] == 1:
            found["cross-entropy of one column"] = F.cross_entropy(o, y, reduction="none")
        elif o.ndim == 2:
            name = "cross-entropy of softmax" if view.summed else "cross-entropy"
            found[name] = F.cross_entropy(o, y, reduction="none")
            if view.summed and view.targets_inside:
                found["divergence from probabilities"] = torch.xlogy(y, y) - y * o
            if view.inside:
                found["NLL of log-probabilities"] = -(y * (o + 1e-9).log()).sum(1)
    elif o.ndim == y.ndim and 1 in (o.shape[-1], y.shape[-1]) and o.shape[:-1] == y.shape[:-1]:
        _numbers(found, o - y, "broadcast ")
    elif o.numel() == y.numel() and o.numel() <= 4096:
        if _pairs(o.shape, y.shape) <= 2**22:
            _numbers(found, o - y, "broadcast ")
        a, b = o.reshape(-1), y.reshape(-1)
        _numbers(found, a - b, "")
        found["logistic"] = F.binary_cross_entropy_with_logits(a, b, reduction="none")
    return found


def _pairs(a: torch.Size, b: torch.Size) -> float:
    """Return how many numbers two shapes make together; none where they do not fit."""
    try:
        return math.prod(torch.broadcast_shapes(a, b))
    except RuntimeError:
        return math.inf


def _numbers(found: dict[str, Tensor], error: Tensor, prefix: str) -> None:
    found[prefix + "squared error"] = error**2
    found[prefix + "absolute error"] = error.abs()
    found[prefix + "Huber"] = F.smooth_l1_loss(error, torch.zeros_like(error), reduction="none")


def several(pairs: Sequence[Pair]) -> bool:
    """Do several of the labels hold in many rows?"""
    t = [t for o, t, _ in pairs if o.ndim == 2 and o.shape == t.shape]
    ones = bool(t) and all(bool(((y == 0) | (y == 1)).all()) for y in t)
    return ones and float((torch.cat([y.sum(1) for y in t]) > 1).double().mean()) > limit("outside")


REDUCTIONS: dict[str, Callable[[Tensor, int], Tensor]] = {
    "mean": lambda e, rows: e.mean(),
    "half mean": lambda e, rows: e.mean() / 2,
    "row-summed": lambda e, rows: e.sum() / rows,
    "summed": lambda e, rows: e.sum(),
    "half summed": lambda e, rows: e.sum() / 2,
    "square of the mean": lambda e, rows: e.mean() ** 2,
    "root of the mean": lambda e, rows: e.mean().clamp(min=0).sqrt(),
}


@dataclass(frozen=True)
class Identity:
    """A loss by name, how it is reduced, and its sign."""

    name: str
    reduction: str = "mean"
    sign: int = 1

    def __str__(self) -> str:
        how = "" if self.reduction == "mean" else self.reduction.replace(" mean", "") + " "
        return ("negative " if self.sign < 0 else "") + how + self.name

    def tensor(self, o: Tensor, t: Tensor, view: View) -> Tensor:
        """Return this loss of outputs and targets, differentiable."""
        each = elements(o, t, view).get(self.name)
        if each is None:
            return torch.tensor(torch.nan)
        return self.sign * REDUCTIONS[self.reduction](each, max(len(o), 1))


def identify(pairs: list[Pair], view: View) -> Identity | None:
    """Return the simplest loss that gives every number seen, or None."""
    seen = [p for p in pairs if np.isfinite(p[2]) and bool(torch.isfinite(p[0]).all())]
    if not seen:
        return None
    left: set[Identity] | None = None
    for o, t, value in seen:
        fits = set()
        for name, each in elements(o, t, view).items():
            for how, reduce in REDUCTIONS.items():
                number = float(reduce(each, max(len(o), 1)))
                for sign in (1, -1):
                    if abs(sign * number - value) <= NEAR * abs(value) + 1e-7:
                        fits.add(Identity(name, how, sign))
        left = fits if left is None else left & fits
        if not left:
            return None
    order = list(REDUCTIONS)
    return min(
        left or (),
        key=lambda i: (-i.sign, order.index(i.reduction), len(i.name), i.name),
        default=None,
    )
