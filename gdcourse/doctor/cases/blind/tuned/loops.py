"""Loops and nets of code.py."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Training
from ...data import friedman
from ...habits import adam
from ...nets import Passing, mlp
from .code_losses import directions
from .code_parts import (
    curve,
)


def grouped(weights_too: bool) -> Training:
    """Return a net whose parameters are grouped: with decay, and without."""
    model = mlp([10, 32, 32, 1], nn.GELU, norm=nn.LayerNorm)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": others, "weight_decay": 0.0}]
    if weights_too:
        groups.append({"params": decayed, "weight_decay": 1e-2})
    return Training(friedman(), model, torch.optim.AdamW(groups, lr=5e-3), steps=150)


def unfrozen(same: bool) -> Training:
    """Return a net whose head was trained first; then all is, by a second optimizer.

    The loop may go on to call zero_grad of the first one.
    """
    model = Passing(
        lambda m, x: m.head(m.body(x)),
        body=mlp([10, 32, 32], last=nn.ReLU()),
        head=nn.Linear(32, 1),
    )
    first = torch.optim.SGD(model.head.parameters(), lr=0.05)  # type: ignore[union-attr]
    data = friedman()
    for _ in range(20):
        first.zero_grad()
        F.mse_loss(model(data.x), data.y).backward()
        first.step()
    second = torch.optim.SGD(model.parameters(), lr=0.1)

    def habit(t: Training, x: Any, y: Any) -> Any:
        (second if same else first).zero_grad()
        loss = t.loss_fn(t.model(x), y)
        loss.backward()
        second.step()
        return loss

    return Training(data, model, second, habit=habit, steps=250)


def warming(zero_later: bool, steps: int = 25) -> Any:
    """Raise the rate for some steps; zero_grad may have slipped into that branch."""
    count = 0

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal count
        count += 1
        if count <= steps:
            t.optimizer.param_groups[0]["lr"] = 0.15 * count / steps
        if count <= steps or zero_later:
            t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


def shares(floor: float) -> nn.Module:
    """Return a net that divides counts of words by the length of their text."""
    return Passing(
        lambda m, x: m.net(20 * x / x.sum(1, keepdim=True).clamp(min=floor)), net=mlp([40, 32, 4])
    )


def curved(act: Any) -> Training:
    model = mlp([3, 24, 1, 24, 3], act)
    return Training(curve(), model, adam(1e-2), F.smooth_l1_loss, batch=64, steps=300)


def turned(loss: Any) -> Training:
    model = mlp([3, 32, 2], nn.Tanh)
    return Training(directions(), model, adam(1e-2), loss, batch=64, measure="loss")
