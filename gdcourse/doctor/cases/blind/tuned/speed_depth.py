"""Faults re-made after published ones: gradients that fade or grow, stuck units.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from functools import cache
from typing import Any, Final

import torch
from torch import nn

from ...case import Case, Training, fault
from ...data import Data, as_data, wine
from ...habits import adam, clipped, sgd
from ...sequences import running_sum
from .speed_parts import (
    Dense,
    Seer,
    curves,
    houses,
    second_largest,
    shapes,
    spirals,
)


def started(model: nn.Module, gain: float, bias: float = 0.0) -> nn.Module:
    """Return a model whose matrices are Xavier's times a gain."""
    for p in model.parameters():
        if p.ndim > 1:
            nn.init.xavier_normal_(p, gain)
        else:
            nn.init.constant_(p, bias)
    return model


@cache
def remembered(length: int = 12) -> Data:
    """Return sequences of numbers with a mark on the first; the target is its kind."""
    g = torch.Generator().manual_seed(49)
    x = torch.randn(700, length, 2, generator=g)
    kind = torch.randint(2, (700,), generator=g)
    x[:, :, 1] = 0.0
    x[:, 0, 1] = kind * 2.0 - 1
    return as_data(x, kind[:, None].float(), "binary")


class Rememberer(nn.Module):
    """A plain recurrent net, asked at the end, or for what it saw most strongly on the way."""

    def __init__(self, end: bool, width: int = 12):
        super().__init__()
        self.cell, self.fc = nn.RNN(2, width, batch_first=True), nn.Linear(width, 1)
        self.end = end

    def forward(self, x):
        states, _ = self.cell(x)
        return self.fc(states[:, -1] if self.end else states.amax(1))


class Summed(nn.Module):
    """A linear state, s = W s + U x, read at the end."""

    def __init__(self, gain: float, width: int = 10):
        super().__init__()
        self.u, self.w, self.fc = nn.Linear(1, width), nn.Linear(width, width), nn.Linear(width, 1)
        nn.init.orthogonal_(self.w.weight, gain)

    def forward(self, x):
        s = torch.zeros(len(x), self.w.out_features)
        for step in x.unbind(1):
            s = self.w(s) + self.u(step)
        return self.fc(s)


def mended_after(steps: int) -> Any:
    """Return a schedule that cuts the rate a hundredfold after a few steps."""
    return lambda o: torch.optim.lr_scheduler.LambdaLR(o, lambda s: 1.0 if s < steps else 0.01)


SPEED_FADING: Final[tuple[Case, ...]] = (
    fault(
        "published: spirals, nine layers of sigmoids, Adam",
        "vanishing-gradients plateau",
        lambda: Training(spirals(), Dense(2, *[20] * 9, 3, act=torch.sigmoid), adam(3e-3)),
        lambda: Training(spirals(), Dense(2, 20, 20, 3), adam(0.01), steps=200),
    ),
    fault(
        "published: a mark forty steps ago, a plain recurrent net",
        "vanishing-gradients plateau",
        lambda: Training(remembered(40), Rememberer(True), adam(5e-3), steps=100),
        lambda: Training(remembered(40), Rememberer(False), adam(0.01), steps=120),
    ),
    fault(
        "published: prices of houses, twelve tanh layers, Xavier's start at a third",
        "vanishing-gradients poor-initialization plateau",
        lambda: Training(
            houses(), started(Dense(8, *[16] * 12, 1, act=torch.tanh), 0.33), sgd(0.02, 0.9)
        ),
        lambda: Training(
            houses(), started(Dense(8, *[16] * 3, 1, act=torch.tanh), 1.0), sgd(0.02, 0.9)
        ),
    ),
)

SPEED_GROWING: Final[tuple[Case, ...]] = (
    fault(
        "published: a linear state that grows by six tenths at each of twenty steps",
        "exploding-gradients poor-initialization nonfinite",
        lambda: Training(running_sum(20), Summed(1.6), adam(3e-3), steps=100),
        lambda: Training(running_sum(20), Summed(0.85), adam(0.01), steps=150),
    ),
    fault(
        "published: prices of houses, ten rectified layers, Xavier's start times three",
        "exploding-gradients poor-initialization nonfinite learning-rate-too-high",
        lambda: Training(houses(), started(Dense(8, *[24] * 10, 1), 3.0), sgd(1e-3)),
        lambda: Training(
            houses(), started(Dense(8, *[24] * 3, 1), 1.4), sgd(0.02), habit=clipped(1.0), steps=250
        ),
    ),
)

SPEED_STUCK: Final[tuple[Case, ...]] = (
    fault(
        "published: wines, sigmoids, every weight normal with a spread of about seven",
        "saturation poor-initialization",
        lambda: Training(
            wine(), started(Dense(13, 24, 24, 3, act=torch.sigmoid), 30.0), sgd(0.02), batch=16
        ),
        lambda: Training(
            wine(), started(Dense(13, 24, 3, act=torch.sigmoid), 1.0), sgd(0.5), batch=16
        ),
    ),
    fault(
        "published: curves, tanh fed with values times two hundred",
        "input-scale saturation",
        lambda: Training(
            curves().inputs(lambda x: 200 * x), Dense(24, 20, 3, 20, 24, act=torch.tanh), adam(5e-3)
        ),
        lambda: Training(curves(), Dense(24, 20, 3, 20, 24, act=torch.tanh), adam(0.01)),
    ),
    fault(
        "published: crosses and squares, biases of minus four everywhere",
        "dead-relu poor-initialization",
        lambda: Training(shapes(), started(Seer(), 1.0, -4.0), adam(4e-3), steps=100),
        lambda: Training(shapes(), started(Seer(), 1.0), adam(4e-3), steps=140),
    ),
    fault(
        "published: the second largest, three steps of Adam at one, then at a hundredth",
        "dead-relu learning-rate-too-high",
        lambda: Training(
            second_largest(), Dense(5, 24, 24, 1), adam(1.0), schedule=mended_after(3)
        ),
        lambda: Training(second_largest(), Dense(5, 24, 24, 1), adam(0.01)),
    ),
)
