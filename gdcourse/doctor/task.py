"""What kind of task a run has: read from its outputs, targets and losses, not from its names."""

import warnings
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch

from .chances import chances, fitted_chances
from .losses import Pair, View, identify, scores
from .thresholds import limit
from .untouched import untouched


@dataclass(frozen=True)
class Task:
    """Outputs against targets on the sampled batches.

    Args:
        kind: "classes" (one score a class), "binary", "labels" (whole numbers, few of them,
            against one output), "numbers" or "unknown".
        loss: the loss that gives the numbers seen: "cross-entropy", "cross-entropy of softmax",
            "squared error", "broadcast squared error" ... or None; "summed " or "negative "
            before it say how.
        baseline: the loss of the best constant answer, where that is known.
        skill: the share of it that the last batches' answers save; below zero they are worse.
        penalty: the largest share of the loss that did not come from outputs and targets.
        strays: the loss that was reported is now above and now below that of the targets given.
        outputs, targets: of the sampled batches, joined, (n, ...), or None.
        pairs: outputs, targets and losses, batch by batch.
        function: (outputs, targets) -> that loss, where it is known.
    """

    kind: str = "unknown"
    loss: str | None = None
    baseline: float | None = None
    skill: float | None = None
    penalty: float = 0.0
    strays: bool = False
    outputs: Any = None
    targets: Any = None
    pairs: tuple[Pair, ...] = ()
    function: Any = None

    def gradient(self, o: torch.Tensor, t: torch.Tensor) -> torch.Tensor | None:
        """Return the gradient of the loss with respect to outputs, or None if it is unknown."""
        if self.function is None:
            return None
        with torch.enable_grad():
            leaf = o.detach().clone().requires_grad_()
            value = self.function(leaf, t)
            if not isinstance(value, torch.Tensor) or not value.requires_grad:
                return None
            return torch.autograd.grad(value, leaf)[0]


def read_task(batches: list[tuple[Any, Any, Any, Any]], loss_fn: Any = None) -> Task:
    """Return what can be said of the task from sampled (inputs, outputs, targets, loss)."""
    pairs = [
        (o.detach().float(), t.to(o.device), float(loss))
        for _, o, t, loss in batches
        if isinstance(o, torch.Tensor) and isinstance(t, torch.Tensor)
        if o.numel() and t.numel() and o.ndim and t.ndim and len(o) == len(t)
        and not o.is_complex()
    ]  # fmt: skip
    if not pairs:
        return Task()
    kind, view = _kind(pairs), View.of(pairs)
    try:
        identity = identify(pairs, view)
        known = chances(pairs, identity, view) if identity is not None else None
    except (RuntimeError, IndexError, ValueError):  # shapes that no loss here takes
        identity = known = None
    penalty, strays = 0.0, False
    if known is None and loss_fn is not None and (identity is None or identity.sign > 0):
        known, penalty, strays = _by_function(pairs, loss_fn)
    baseline = skill = None
    if known is not None and np.isfinite(known).all() and np.mean(known) > 0:
        baseline = float(np.mean(known))
        skill = _skill(pairs, known) if not penalty and not strays else None
    name = None if identity is None else str(identity)
    function = None
    if identity is not None:
        function = partial(identity.tensor, view=view)
    joined = _joined(pairs)
    return Task(kind, name, baseline, skill, penalty, strays, *joined, tuple(pairs), function)


def _skill(pairs: list[Pair], known: list[float]) -> float | None:
    late = slice(-2 if len(pairs) < 9 else -6, None)
    cost = np.array([v for _, _, v in pairs[late]])
    with np.errstate(all="ignore"):
        # In a short run all but the last are early, and their losses may be huge.
        return float(np.median(1 - cost / np.maximum(known[late], 1e-12)))


def _by_function(pairs: list[Pair], loss_fn: Any) -> tuple[list[float] | None, float, bool]:
    """Return what the best constant costs by the user's own function, the penalty's share, and:
    does the loss stray from what the function says, to both sides?"""
    try:
        with warnings.catch_warnings(), untouched(torch.nn.Module(), loss_fn):
            warnings.simplefilter("ignore")
            plain = np.array([float(loss_fn(o, t)) for o, t, _ in pairs])
            known = fitted_chances(pairs, loss_fn)
    except Exception:  # whatever a user's function does with outputs that it does not expect
        return None, 0.0, False
    seen = np.array([v for _, _, v in pairs])
    with np.errstate(all="ignore"):
        more = (seen - plain) / np.maximum(np.abs(seen), 1e-12)
    if known is None or not np.isfinite(more).all():
        return None, 0.0, False
    if (more < -1e-3).any():
        matter = plain[-1] != float(loss_fn(pairs[-1][0], pairs[-1][1].roll(1, 0)))
        off = min(np.mean(more > 0.01), np.mean(more < -0.01)) > 0.2
        near = abs(seen.mean() - plain.mean()) < 0.3 * abs(plain.mean())
        strays = bool(matter and off and near)
        return (known if strays else None), 0.0, strays
    return known, float(more.max()) if more.max() > 0.01 else 0.0, False


def sinks(task: Task, loss_fn: Any) -> bool:
    """Does the user's own function fall as far again, whichever way outputs grow thousandfold?

    An error grows with answers that are far off; a score that should be climbed falls.
    """
    if loss_fn is None or not task.pairs:
        return False
    o, t, seen = task.pairs[-1]
    try:
        with warnings.catch_warnings(), untouched(torch.nn.Module(), loss_fn), torch.no_grad():
            warnings.simplefilter("ignore")
            near, others = float(loss_fn(o, t)), float(loss_fn(o, t.roll(1, 0)))
            ways = [[float(loss_fn(way * times * o, t)) for times in (1e3, 1e6)] for way in (1, -1)]
    except Exception:  # whatever a user's function does with outputs that it does not expect
        return False
    if not np.isfinite(ways).all() or abs(near - seen) > 0.01 * abs(seen) or near == others:
        return False  # where targets do not matter, such as a variance to be large, it may fall
    least = limit("learned") * abs(near)
    return all(near - far > least and far - farther >= 0.5 * (near - far) for far, farther in ways)


def _joined(pairs: list[Pair]) -> tuple[Any, Any]:
    try:
        outputs = torch.cat([o.reshape(len(o), -1) for o, _, _ in pairs])
        targets = torch.cat([t.reshape(len(t), -1) for _, t, _ in pairs])
    except (RuntimeError, IndexError):  # batches that cannot be joined: sequences of any length
        return None, None
    return outputs, targets


def _kind(pairs: list[Pair]) -> str:
    o, t, _ = pairs[-1]
    every = torch.cat([target.reshape(-1).double() for _, target, _ in pairs])
    if all(scores(o, t) for o, t, _ in pairs):
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
    values = torch.unique(every)
    whole = not t.is_floating_point() or bool((every == every.round()).all())
    if (
        whole
        and len(values) <= 20
        and every.min() >= 0
        and len(every) > 2 * len(values)
        and every.max() <= 5 * len(values)
    ):
        return "labels"
    return "numbers"
