"""Synthetic data and nets for the steps_ cases: arms, gratings, mails, boards, counts, points."""

from functools import cache
from typing import Any

import torch
from torch import nn

from ...data import Data, as_data
from ...nets import filled, normal


def _seeded() -> torch.Generator:
    return torch.Generator().manual_seed(7)


@cache
def arm() -> Data:
    """Return the two angles of a robot's arm and where its hand is (synthetic)."""
    x = 4 * torch.rand(700, 2, generator=_seeded()) - 2
    a, b = x[:, :1], x.sum(1, keepdim=True)
    return as_data(x, torch.cat([a.cos() + b.cos(), a.sin() + b.sin()], 1), "numbers")


@cache
def gratings() -> Data:
    """Return noisy stripes of any phase (n, 1, 10, 10), in one of four directions (synthetic)."""
    g = _seeded()
    y = torch.randint(4, (600,), generator=g)
    angle, phase = y * torch.pi / 4, 6.3 * torch.rand(600, 1, 1, generator=g)
    across = torch.arange(10.0).reshape(1, 1, 10), torch.arange(10.0).reshape(1, 10, 1)
    way = across[0] * angle.cos()[:, None, None] + across[1] * angle.sin()[:, None, None]
    x = (1.6 * way + phase).sin() + 0.3 * torch.randn(600, 10, 10, generator=g)
    return as_data(x[:, None], y, "classes")


@cache
def smooth_pictures() -> Data:
    """Return noisy stripes and the same without noise, 100 numbers each (synthetic)."""
    g = _seeded()
    place = torch.arange(10.0)
    a, b = 6.3 * torch.rand(2, 600, 1, 1, generator=g)
    clean = ((0.6 * place + a).sin().transpose(1, 2) * (0.6 * place + b).sin()).flatten(1)
    noisy = clean + 0.3 * torch.randn(clean.shape, generator=g)
    return as_data(noisy, clean, "numbers")


@cache
def mails() -> Data:
    """Return mails of twelve words out of sixty, and whether they are spam (n, 1) (synthetic)."""
    g = _seeded()
    spam = torch.randint(2, (800, 1), generator=g)
    words = torch.randint(60, (800, 12), generator=g)
    told = torch.rand(800, 12, generator=g) < 0.3
    return as_data(torch.where(told, words % 10 + 10 * spam, words), spam.float(), "binary")


@cache
def board() -> Data:
    """Return places on a board of three by three, and whether they are black (synthetic)."""
    x = 3 * torch.rand(900, 2, generator=_seeded())
    y = (x.floor().sum(1, keepdim=True) % 2).float()
    return as_data(x - 1.5, y, "binary")


@cache
def calls() -> Data:
    """Return six facts about an hour, and how many calls came in it (n, 1) (synthetic)."""
    g = _seeded()
    x = torch.randn(700, 6, generator=g)
    rate = (0.8 * x[:, :1] + (2 * x[:, 1:2]).sin() + 0.5).exp()
    return as_data(x, torch.poisson(rate, generator=g), "numbers")


@cache
def early(length: int = 24) -> Data:
    """Return rows of numbers and the mean of the first four, scaled (n, 1) (synthetic)."""
    x = torch.randn(700, length, 1, generator=_seeded())
    return as_data(x, x[:, :4].mean(1) * 2, "numbers")


@cache
def points() -> Data:
    """Return sets of forty points (n, 40, 2) on a circle, a square or a cross (synthetic)."""
    g = _seeded()
    y = torch.randint(3, (600,), generator=g)
    angle = 6.2832 * torch.rand(600, 40, generator=g)
    circle = torch.stack([angle.cos(), angle.sin()], 2)
    square = circle / circle.abs().amax(2, keepdim=True)
    cross = circle * (torch.rand(600, 40, 1, generator=g) < 0.5)
    cross = torch.where(circle.abs() == circle.abs().amax(2, keepdim=True), circle, 0 * cross)
    shapes = torch.stack([circle, square, cross])[y, torch.arange(600)]
    return as_data(shapes + 0.15 * torch.randn(600, 40, 2, generator=g), y, "classes")


class Gratings(nn.Module):
    """Convolutions over gratings, written with functions; act bends, and is given h."""

    def __init__(self, act: Any = torch.relu, norm: bool = False):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3)
        self.conv2 = nn.Conv2d(8, 8, 3)
        self.norm1 = nn.BatchNorm2d(8) if norm else nn.Identity()
        self.norm2 = nn.BatchNorm2d(8) if norm else nn.Identity()
        self.fc = nn.Linear(72, 4)
        self.act = act

    def forward(self, x):
        h = self.act(self.norm1(self.conv1(x)))
        h = nn.functional.max_pool2d(self.act(self.norm2(self.conv2(h))), 2)
        return self.fc(h.flatten(1))


class Stack(nn.Module):
    """Maps of one width between two others; through(maps, h) makes of h what goes to the last."""

    def __init__(self, inputs: int, width: int, outputs: int, depth: int, through: Any):
        super().__init__()
        self.inlet = nn.Linear(inputs, width)
        self.maps = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.outlet = nn.Linear(width, outputs)
        self.through = through

    def forward(self, x):
        return self.outlet(self.through(self.maps, self.inlet(x)))


class Leaky(nn.Module):
    """A cell by hand that keeps a share of its state."""

    def __init__(self, keep: float):
        super().__init__()
        self.keep, self.inlet, self.head = keep, nn.Linear(1, 16), nn.Linear(16, 1)
        self.back = nn.Linear(16, 16)
        filled(self.back, normal(0.05))

    def forward(self, x):
        h = x.new_zeros(len(x), 16)
        for row in x.unbind(1):
            h = self.keep * h + (1 - self.keep) * torch.tanh(self.inlet(row) + self.back(h))
        return self.head(h)
