"""Healthy programs as people have them: odd units, noise, and parts that are not trained."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training
from ...data import digits, moons, waves
from ...habits import adam
from ...nets import Passing, mlp
from .found_gathered import kelvin
from .found_parts import machines


def _held_fast() -> Training:
    """Return random features that are never trained, and a head that is."""
    body: Any = nn.Sequential(nn.Linear(2, 128), nn.Tanh()).requires_grad_(False)
    nn.init.normal_(body[0].weight, 0, 1.5)
    model: Any = Passing(lambda m, x: m.head(m.body(x)), body=body, head=nn.Linear(128, 1))
    return Training(moons(), model, torch.optim.Adam(model.head.parameters(), 2e-2), steps=200)


def _kelvin() -> Training:
    """Return temperatures in Kelvin: the last bias starts at their mean."""
    model: Any = mlp([6, 32, 32, 1], nn.Tanh)
    nn.init.constant_(model[-1].bias, 288.0)
    return Training(kelvin(), model, adam(2e-2), steps=250)


def _mixed(t: Any, x: Any, y: Any) -> Any:
    """Mix pairs of rows and of labels."""
    share = float(torch.distributions.Beta(0.4, 0.4).sample())
    other = torch.randperm(len(x))
    t.optimizer.zero_grad()
    o = t.model(share * x + (1 - share) * x[other])
    loss = share * t.loss_fn(o, y) + (1 - share) * t.loss_fn(o, y[other])
    loss.backward()
    t.optimizer.step()
    return loss


def _hundreds() -> Training:
    """Return hours of work in hundreds: the first loss is enormous."""
    model = mlp([12, 48, 1])
    return Training(machines(100.0), model, adam(0.1), F.smooth_l1_loss, steps=250)


def _noisy_steps() -> Training:
    """Return a sine with noise added to every gradient, less and less of it."""
    count = 0

    def step(t: Any, x: Any, y: Any) -> Any:
        nonlocal count
        count += 1
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        loss.backward()
        for p in t.model.parameters():
            p.grad += 0.05 / count**0.5 * torch.randn_like(p)
        t.optimizer.step()
        return loss

    return Training(waves(), mlp([1, 48, 1], nn.Tanh), adam(2e-2), steps=250, habit=step)


FOUND_HEALTHY_THREE: Final[tuple[Case, ...]] = (
    Case("moons, random features held fast, a head alone", _held_fast),
    Case("temperatures about 288 Kelvin, the last bias starts there", _kelvin),
    Case(
        "digits mixed in pairs, the loss stays well above nought",
        lambda: Training(digits(), mlp([64, 64, 10]), adam(5e-3), steps=200, habit=_mixed),
    ),
    Case("hours of work in hundreds, Huber's loss, Adam at a tenth", _hundreds),
    Case("a sine, noise added to every gradient", _noisy_steps),
)
