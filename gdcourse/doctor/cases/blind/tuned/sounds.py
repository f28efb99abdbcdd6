"""Data, nets and habits of data.py."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Training
from ...data import Data, as_data, digits
from ...nets import Passing


@cache
def pressures() -> Data:
    """Return an air pressure, in hectopascal, at ten hours, and whether it rises (synthetic)."""
    g = torch.Generator().manual_seed(0)
    rise = torch.randn(600, 1, 1, generator=g)
    level = 1013 + 6 * torch.randn(600, 1, 1, generator=g)
    x = level + rise * torch.linspace(-4, 4, 10)[:, None]
    x = x + 0.5 * torch.randn(600, 10, 1, generator=g)
    return as_data(x, (rise[:, 0] > 0).float(), "binary")


@cache
def stamped() -> Data:
    """Return six measurements and a Unix time, and two numbers to be told (synthetic)."""
    g = torch.Generator().manual_seed(0)
    x = torch.randn(600, 6, generator=g)
    seconds = 1.6e9 + 3e7 * torch.rand(600, 1, generator=g)
    y = torch.stack([(x[:, 0] * 2).sin() + x[:, 1], x[:, 2] * x[:, 3] - x[:, 4]], 1)
    return as_data(torch.cat([x, seconds], 1), y, "numbers")


def _standing(x):
    return torch.cat([x[:, :6], (x[:, 6:] - 1.615e9) / 9e6], 1)


@cache
def tones() -> Data:
    """Return sounds of sixteen bits, (n, 1, 64), and which of four tones it is (synthetic)."""
    g = torch.Generator().manual_seed(0)
    tone = torch.randint(4, (600,), generator=g)
    time = torch.arange(64.0) * 0.25
    phase = 6.28 * torch.rand(600, 1, generator=g)
    loud = 2000 + 20000 * torch.rand(600, 1, generator=g)
    x = loud * torch.sin((1.0 + tone[:, None] * 0.8) * time + phase)
    x = x + 300 * torch.randn(600, 64, generator=g)
    return as_data(x.round()[:, None], tone, "classes")


@cache
def spots() -> Data:
    """Return images (n, 1, 8, 8) of one spot and where it is, from -1 to 1 (synthetic)."""
    g = torch.Generator().manual_seed(0)
    at = torch.rand(600, 2, generator=g) * 2 - 1
    grid = torch.linspace(-1, 1, 8)
    far = (grid - at[:, :1])[:, None, :] ** 2 + (grid - at[:, 1:])[:, :, None] ** 2
    x = (-far / 0.1).exp() + 0.1 * torch.randn(600, 8, 8, generator=g)
    return as_data(x[:, None], at, "numbers")


def in_photograph(data: Data) -> Data:
    """Return positions as pixels of a photograph of 1920 by 1080."""
    half = torch.tensor([960.0, 540.0])
    return data.targets(lambda y: half + half * y)


def hearing() -> nn.Module:
    """Return two convolutions along the time, and their averages."""
    return nn.Sequential(
        nn.Conv1d(1, 8, 9, stride=2),
        nn.ReLU(),
        nn.Conv1d(8, 16, 5, stride=2),
        nn.ReLU(),
        nn.AdaptiveAvgPool1d(1),
        nn.Flatten(),
        nn.Linear(16, 4),
    )


def locating() -> nn.Module:
    """Return a net that says where the spot is."""

    def forward(m, x):
        x = F.relu(m.conv1(x))
        x = F.relu(m.conv2(x))
        return m.fc(x.flatten(1))

    return Passing(
        forward,
        conv1=nn.Conv2d(1, 8, 3, padding=1),
        conv2=nn.Conv2d(8, 8, 3, stride=2, padding=1),
        fc=nn.Linear(128, 2),
    )


def restored(top: float) -> Data:
    """Return noisy pixels in [0, 1] and the clean ones, up to a top."""
    data = digits("unit")
    g = torch.Generator().manual_seed(1)
    data = data._replace(y=top * data.x, y_held=top * data.x_held, kind="numbers")
    return data.inputs(lambda x: x + 0.2 * torch.randn(x.shape, generator=g))


def mirrored(targets_too: bool) -> Any:
    """Return a step that turns images over by chance, and perhaps their targets with them."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        for axis in (0, 1):
            turn = torch.rand(len(x)) < 0.5
            x = torch.where(turn[:, None, None, None], x.flip(3 - axis), x)
            if targets_too:
                y = y.clone()
                y[turn, axis] *= -1
        t.optimizer.zero_grad()
        loss = F.mse_loss(t.model(x), y)
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


def _by_name(y):
    """Return labels in the order 0, 1, 10, 100, ... of their files' names."""
    return y[torch.tensor(sorted(range(len(y)), key=str))]


def _dropped_from_inputs(data):
    """Return data whose incomplete rows were dropped from the inputs alone."""
    whole = torch.rand(len(data.x), generator=torch.Generator().manual_seed(2)) > 0.1
    x = data.x[whole]
    return data._replace(x=x, y=data.y[: len(x)])
