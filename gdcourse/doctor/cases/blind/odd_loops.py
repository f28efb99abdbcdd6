"""Loops and data that are sound and look odd: helpers of healthy_nets.py."""

import itertools
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ..case import Training
from ..data import Data, moons, plane
from ..habits import adam
from ..nets import mlp
from ..sequences import phrases


def every_fourth() -> Any:
    """Add up the gradients of four batches, then step; between them nothing moves."""
    count = itertools.count(1)

    def habit(t: Training, x: Any, y: Any) -> Any:
        loss = t.loss_fn(t.model(x), y)
        (loss / 4).backward()
        if next(count) % 4 == 0:
            t.optimizer.step()
            t.optimizer.zero_grad()
        return loss

    return habit


def half_precision(t: Training, x: Any, y: Any) -> Any:
    """Compute in bfloat16 what may be, as autocast does."""
    t.optimizer.zero_grad()
    with torch.autocast("cpu", torch.bfloat16):
        loss = t.loss_fn(t.model(x), y)
    loss.backward()
    t.optimizer.step()
    return loss


def curriculum() -> Any:
    """Learn the digits 0 to 4 for a hundred steps, then all of them: the loss leaps once."""
    count = itertools.count()

    def habit(t: Training, x: Any, y: Any) -> Any:
        easy = (y < 5) | (next(count) >= 100)
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x[easy]), y[easy])
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


def weighted_words(words: int = 300) -> Data:
    """Return phrases as rare words' weights: nearly all zeros, means of a few thousandths."""
    data = phrases(words)
    seen = F.one_hot(data.x, words).sum((0, 1))
    rare = (len(data.x) / (1 + seen)).log()
    return data.inputs(lambda x: F.normalize(F.one_hot(x, words).sum(1) * rare, dim=1))


@cache
def flipped_moons() -> Data:
    """Return two moons of which three labels in ten are wrong; the best loss is .61."""
    g = torch.Generator().manual_seed(3)
    return moons().learned(lambda y: (y - (torch.rand(y.shape, generator=g) < 0.3).float()).abs())


def prices() -> Training:
    """Return logarithms of prices, about 12, for a net whose last bias starts there."""
    data = plane(8, 0.3).targets(lambda y: 12 + 0.5 * y)
    model: Any = mlp([8, 32, 1])
    nn.init.constant_(model[-1].bias, float(data.y.mean()))
    return Training(data, model, adam(3e-3))


def group_rates(model: nn.Sequential) -> Any:
    """Return Adam whose first layer has a thirtieth of the rate, and whose biases do not decay."""
    first, *rest = (layer for layer in model if isinstance(layer, nn.Linear))
    return torch.optim.AdamW(
        [
            {"params": first.parameters(), "lr": 1e-4},
            {"params": [layer.weight for layer in rest], "lr": 3e-3, "weight_decay": 0.05},
            {"params": [layer.bias for layer in rest], "lr": 3e-3, "weight_decay": 0.0},
        ]
    )
