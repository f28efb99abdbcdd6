"""What kind of task a run has: read from its outputs, targets and losses, not from its names."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F


@dataclass(frozen=True)
class Task:
    """Outputs against targets on the sampled batches.

    Args:
        kind: "classes" (whole-number targets, one score a class), "binary", "numbers" or "unknown".
        loss: the loss that gives the numbers seen: "cross-entropy", "cross-entropy of softmax",
            "mean squared error", "broadcast squared error" ... or None; a leading "summed " or
            "negative " says how.
        baseline: the loss of the best constant answer, where that is known.
        outputs, targets: of the last samples, joined, (n, ...), or None.
    """

    kind: str = "unknown"
    loss: str | None = None
    baseline: float | None = None
    outputs: Any = None
    targets: Any = None


def read_task(batches: list[tuple[Any, Any, Any, Any]]) -> Task:
    """Return what can be said of the task from sampled (inputs, outputs, targets, loss)."""
    pairs = [
        (o.float(), t, float(loss))
        for _, o, t, loss in batches
        if isinstance(o, torch.Tensor) and isinstance(t, torch.Tensor) and o.numel() and t.numel()
    ]
    pairs = [(o, t.to(o.device), v) for o, t, v in pairs]
    if not pairs:
        return Task()
    kind = _kind(pairs)
    loss = _loss(pairs, kind)
    baseline = _baseline(pairs, kind, loss)
    try:
        outputs = torch.cat([o.reshape(len(o), -1) for o, _, _ in pairs])
        targets = torch.cat([t.reshape(len(t), -1) for _, t, _ in pairs])
    except (RuntimeError, IndexError):  # batches that cannot be joined: sequences of any length
        return Task(kind, loss, baseline)
    return Task(kind, loss, baseline, outputs, targets)


def _whole(t: torch.Tensor) -> bool:
    return not t.is_floating_point() or bool((t == t.round()).all())


def _kind(pairs: list) -> str:
    o, t, _ = pairs[-1]
    every = torch.cat([target.reshape(-1).double() for _, target, _ in pairs])
    if not t.is_floating_point() and t.dtype != torch.bool and o.ndim == t.ndim + 1:
        return "classes"
    one_hot = (
        t.ndim == 2
        and t.shape[1] > 1
        and bool((t.double().sum(1) == 1).all())
        and bool(((t == 0) | (t == 1)).all())
    )
    if one_hot and o.shape == t.shape:
        return "classes"
    if bool(((every == 0) | (every == 1)).all()):
        return "binary"
    few = len(torch.unique(every)) <= max(20, 0)
    if _whole(every) and few and every.min() >= 0 and len(every) > 2 * len(torch.unique(every)):
        return "labels"  # whole numbers, few of them, against one output
    return "numbers"


def _candidates(o: torch.Tensor, t: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return the losses that might have been used, each as one loss an element."""
    found: dict[str, torch.Tensor] = {}
    if not t.is_floating_point() and t.dtype != torch.bool and o.ndim == t.ndim + 1:
        classes = o.shape[1]
        if t.numel() and int(t.min()) >= 0 and int(t.max()) < classes:
            probability = bool((o >= 0).all()) and bool((o <= 1).all()) and bool((o > 0).any())
            summed = bool((o.sum(1) - 1).abs().max() < 1e-4)
            name = "cross-entropy"
            if probability:
                name = "cross-entropy of softmax" if summed else "cross-entropy of sigmoid"
            found[name] = F.cross_entropy(o, t, reduction="none")
            if not probability:
                found["negative log-likelihood"] = F.nll_loss(o, t, reduction="none")
            else:
                found["negative likelihood"] = F.nll_loss(o, t, reduction="none")
                found["log-likelihood of probabilities"] = F.nll_loss(
                    (o + 1e-9).log(), t, reduction="none"
                )
        return found
    y = t.to(o.dtype)
    if o.shape == y.shape:
        found["mean squared error"] = (o - y) ** 2
        found["mean absolute error"] = (o - y).abs()
        found["Huber"] = F.smooth_l1_loss(o, y, reduction="none")
        inside = bool((o >= 0).all()) and bool((o <= 1).all())
        targets_inside = bool((y >= 0).all()) and bool((y <= 1).all())
        if inside and targets_inside:
            found["binary cross-entropy"] = F.binary_cross_entropy(o, y, reduction="none")
        with_logits = F.binary_cross_entropy_with_logits(o, y, reduction="none")
        squashed = inside and float(o.max() - o.min()) > 0.01
        found["binary cross-entropy of sigmoid" if squashed else "logistic"] = with_logits
        if o.ndim == 2 and o.shape[1] > 1:
            found["cross-entropy"] = F.cross_entropy(o, y, reduction="none")
    elif o.numel() == y.numel() and o.numel() <= 4096:
        wide = o.reshape(-1, 1) - y.reshape(1, -1)
        found["broadcast squared error"] = wide**2
        found["broadcast absolute error"] = wide.abs()
        found["mean squared error"] = (o.reshape(-1) - y.reshape(-1)) ** 2
        found["logistic"] = F.binary_cross_entropy_with_logits(
            o.reshape(-1), y.reshape(-1), reduction="none"
        )
    return found


def _loss(pairs: list, kind: str) -> str | None:
    """Return the first loss that gives every number seen, to a thousandth."""
    counts: dict[str, int] = {}
    looked = 0
    for o, t, value in pairs:
        if not np.isfinite(value) or not bool(torch.isfinite(o).all()):
            continue
        looked += 1
        seen = set()
        for name, elements in _candidates(o, t).items():
            mean, total = float(elements.mean()), float(elements.sum())
            per_row = total / max(len(o), 1)
            for prefix, number in (
                ("", mean),
                ("half ", mean / 2),
                ("row-summed ", per_row),
                ("summed ", total),
                ("half summed ", total / 2),
            ):
                for sign, word in ((1, ""), (-1, "negative ")):
                    if abs(sign * number - value) <= 1e-3 * abs(value) + 1e-7:
                        seen.add(word + prefix + name)
        for name in seen:
            counts[name] = counts.get(name, 0) + 1
    sure = [name for name, count in counts.items() if looked and count == looked]
    if not sure:
        return None
    plain = sorted(sure, key=lambda n: (len(n.split()), n))
    return plain[0]


def _baseline(pairs: list, kind: str, loss: str | None) -> float | None:
    """Return the loss of the best constant answer under the loss in use."""
    if loss is None or loss.startswith("negative "):
        return None
    rows = float(np.mean([len(o) for o, _, _ in pairs]))
    o = pairs[-1][0]
    y = torch.cat([target.reshape(len(target), -1).double() for _, target, _ in pairs])
    if ("cross-entropy" in loss and kind == "classes") or "likelihood" in loss:
        if y.shape[1] == o.shape[-1] and y.shape[1] > 1 and o.ndim == 2:
            share = y.mean(0)
        else:
            share = torch.bincount(y.long().reshape(-1)).double()
            share = share / share.sum()
        value = float(-(share * share.clamp(min=1e-12).log()).sum())
    elif "logistic" in loss or "binary" in loss:
        p = y.mean(0).clamp(1e-9, 1 - 1e-9)
        value = float(-(p * p.log() + (1 - p) * (1 - p).log()).mean())
    elif "squared" in loss:
        value = float(y.var(0, correction=0).mean())
    elif "absolute" in loss:
        value = float((y - y.median(0).values).abs().mean())
    elif "Huber" in loss:
        middle = y.mean(0).expand_as(y)
        value = float(F.smooth_l1_loss(middle, y))
    else:
        return None
    if "half " in loss:
        value /= 2
    if loss.startswith("row-summed"):
        value *= y.shape[1]
    elif "summed" in loss:
        value *= rows * (y.shape[1] if "squared" in loss or "absolute" in loss else 1)
    return value
