"""Data and nets for the faults in what a net is told and what it answers."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...data import Data, as_data


def dice(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@cache
def steps() -> Data:
    """Return the three axes of a telephone over 24 moments, and which of five things is done."""
    y = torch.randint(5, (700,), generator=dice())
    rate = torch.tensor([0.15, 0.35, 0.6, 0.9, 1.3])[y]
    phase = 6.28 * torch.rand(700, 3, 1, generator=dice(1))
    x = 1.3 * torch.sin(rate[:, None, None] * torch.arange(24) + phase)
    return as_data(x + 0.3 * torch.randn(700, 3, 24, generator=dice(2)), y, "classes")


@cache
def houses() -> Data:
    """Return seven standardised columns of houses and a standardised price, (n, 1)."""
    x = torch.randn(700, 7, generator=dice(4))
    y = x[:, 0] + 0.6 * x[:, 1] * x[:, 2] + (x[:, 3] > 0).float() + 0.5 * x[:, 4].abs()
    y = y + 0.1 * torch.randn(700, generator=dice(5))
    return as_data(x, ((y - y.mean()) / y.std())[:, None], "numbers")


@cache
def stripes() -> Data:
    """Return pictures of 8 x 8, stripes in one of four directions."""
    y = torch.randint(4, (600,), generator=dice(6))
    angle = y * 0.7854
    row, column = torch.meshgrid(torch.arange(8.0), torch.arange(8.0), indexing="ij")
    along = angle.cos()[:, None, None] * row + angle.sin()[:, None, None] * column
    x = 1.3 * torch.sin(1.6 * along + 6.28 * torch.rand(600, 1, 1, generator=dice(7)))
    x = x + 0.4 * torch.randn(600, 8, 8, generator=dice(8))
    return as_data(x[:, None], y, "classes")


@cache
def tides() -> Data:
    """Return 16 hours of two waves with noise (n, 16, 1), and the next hour (n, 1)."""
    t = torch.arange(17.0)
    phase = 6.28 * torch.rand(600, 2, 1, generator=dice(9))
    x = torch.sin(0.5 * t + phase[:, 0]) + 0.7 * torch.sin(0.9 * t + phase[:, 1])
    x = x + 0.05 * torch.randn(600, 17, generator=dice(10))
    return as_data(x[:, :16, None], x[:, 16:], "numbers")


@cache
def tags(rare: bool = False) -> Data:
    """Return twelve standardised columns and seven tags of which several may hold."""
    x = torch.randn(700, 12, generator=dice(11))
    score = x @ torch.randn(12, 7, generator=dice(12)) / 3.5
    return as_data(x, (score > (1.2 if rare else 0.0)).float(), "binary")


@cache
def frauds() -> Data:
    """Return eight columns and a rare yes, one in eleven; half of the rows held out are a yes."""
    x = torch.randn(3300, 8, generator=dice(13))
    w = torch.randn(8, generator=dice(14))
    score = x @ (w / w.norm()) + 0.4 * x[:, 0] * x[:, 1]
    y = (score > score.quantile(10 / 11)).float()[:, None]
    data = as_data(x, y, "binary")
    yes, no = data.y_held[:, 0].nonzero()[:, 0], (1 - data.y_held[:, 0]).nonzero()[:, 0]
    rows = torch.cat([yes, no[: len(yes)]])
    return data._replace(x_held=data.x_held[rows], y_held=data.y_held[rows])


@cache
def wind() -> Data:
    """Return six columns and two components of the wind, from a breath to a storm."""
    x = torch.randn(600, 6, generator=dice(15))
    force = F.softplus(1.5 * x[:, 0] + x[:, 1])
    way = 1.2 * x[:, 2] + 0.5 * x[:, 3]
    y = torch.stack([force * way.cos(), force * way.sin()], 1)
    return as_data(x, y / y.std(), "numbers")


@cache
def stars() -> Data:
    """Return a reader and a book by number (n, 2), and the stars given, 1 to 5, (n, 1)."""
    pairs = torch.stack(torch.meshgrid(torch.arange(30), torch.arange(25), indexing="ij"), -1)
    x = pairs.reshape(-1, 2)
    u, v = torch.randn(30, 3, generator=dice(16)), torch.randn(25, 3, generator=dice(17))
    y = 3 + 2 * torch.tanh(0.7 * (u[x[:, 0]] * v[x[:, 1]]).sum(1))
    return as_data(x, y[:, None], "numbers")


@cache
def bandit() -> Data:
    """Return states of six numbers, and (the move made, what it earned), one of four moves."""
    x = torch.randn(700, 6, generator=dice(18))
    move = torch.randint(4, (700,), generator=dice(19))
    earned = torch.tanh(x @ torch.randn(6, 4, generator=dice(20)))
    earned = earned.gather(1, move[:, None])[:, 0] + 0.05 * torch.randn(700, generator=dice(21))
    return as_data(x, torch.stack([move.float(), earned], 1), "numbers")


class Readers(nn.Module):
    """Tables of readers and books; their products, and what each adds."""

    def __init__(self, column: bool = True, ends: Any = None):
        super().__init__()
        self.reader, self.book = nn.Embedding(30, 6), nn.Embedding(25, 6)
        self.add = nn.Embedding(25, 1)
        for table in (self.reader, self.book, self.add):
            nn.init.normal_(table.weight, 0, 0.4)
        self.column, self.ends = column, ends

    def forward(self, x):
        u, v = self.reader(x[:, 0]), self.book(x[:, 1])
        o = (u * v).sum(1, keepdim=True) + self.add(x[:, 1])
        o = self.ends(o) if self.ends else o
        return o if self.column else o[:, 0]


class Axes(nn.Module):
    """Convolutions along time, the mean over it, and a map to the classes."""

    def __init__(self, ends: Any = None, inputs: int = 3, outputs: int = 5):
        super().__init__()
        self.one = nn.Conv1d(inputs, 12, 5, padding=2)
        self.two = nn.Conv1d(12, 16, 5, padding=2)
        self.out = nn.Linear(16, outputs)
        self.ends = ends

    def forward(self, x):
        x = F.relu(self.two(F.relu(self.one(x)))).mean(2)
        o = self.out(x)
        return self.ends(o) if self.ends else o


class Eyes(nn.Module):
    """Convolutions over 8 x 8 with functional activations."""

    def __init__(self, outputs: int = 4, ends: Any = None):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 3)
        self.c2 = nn.Conv2d(6, 10, 3)
        self.f1, self.f2 = nn.Linear(40, 24), nn.Linear(24, outputs)
        self.ends = ends

    def forward(self, x):
        x = torch.relu(self.c2(torch.relu(self.c1(x))))
        x = torch.relu(self.f1(F.max_pool2d(x, 2).flatten(1)))
        o = self.f2(x)
        return self.ends(o) if self.ends else o
