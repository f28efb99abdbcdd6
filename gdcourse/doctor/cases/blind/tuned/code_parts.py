"""Nets, data, losses and a habit of code.py."""

from functools import cache
from typing import Any

import torch
from torch import nn

from ...data import Data, as_data
from ...nets import Passing, mlp


def stepping(smooth: bool) -> nn.Module:
    """Return a net of six units that fire, or do not; smooth: they fire to a degree."""

    def through(m: Any, x: Any) -> Any:
        h = m.first(x)
        return m.last(torch.sigmoid(4 * h) if smooth else (h > 0).float())

    return Passing(through, first=nn.Linear(2, 6), last=nn.Linear(6, 1))


@cache
def categories() -> Data:
    """Return four columns of 15 categories each, and the sum of their effects (synthetic)."""
    g = torch.Generator().manual_seed(0)
    x = torch.randint(15, (900, 4), generator=g)
    effects = torch.randn(4, 15, generator=g) / 2
    y = sum(effects[i][x[:, i]] for i in range(4)) + 0.2 * torch.randn(900, generator=g)
    return as_data(x, y[:, None], "numbers")


class Columns(nn.Module):
    """A table of numbers per column of categories, and a linear layer."""

    def __init__(self, known: bool):
        super().__init__()
        tables = {f"column{i}": nn.Embedding(15, 2) for i in range(4)}
        self.tables: Any = nn.ModuleDict(tables) if known else tables
        self.head = nn.Linear(8, 1)

    def forward(self, x: Any) -> Any:
        found = [self.tables[f"column{i}"](x[:, i]) for i in range(4)]
        return self.head(torch.cat(found, 1))


@cache
def spots() -> Data:
    """Return grainy images of 8 x 8 with a bright disc, and the disc's mask (synthetic)."""
    g = torch.Generator().manual_seed(0)
    centre = torch.randint(2, 6, (500, 2), generator=g)[:, :, None, None]
    row, column = torch.meshgrid(torch.arange(8), torch.arange(8), indexing="ij")
    mask = ((row - centre[:, 0]) ** 2 + (column - centre[:, 1]) ** 2 <= 5).float()[:, None]
    x = mask + 0.8 * torch.randn(500, 1, 8, 8, generator=g)
    return as_data(x, mask, "binary")


class Reverse(torch.autograd.Function):
    """Hand on what comes, and the gradient with the other sign."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, slope: Any) -> Any:
        return -slope


def reversing(fault: bool) -> nn.Module:
    """Return features and a head of classes, whose gradient is turned round by mistake."""

    def through(m: Any, x: Any) -> Any:
        o = m.label(torch.relu(m.features(x)))
        return Reverse.apply(o) if fault else o

    return Passing(through, features=nn.Linear(64, 32), label=nn.Linear(32, 10))


@cache
def tones() -> Data:
    """Return noisy tones (n, 1, 32) of any phase, and which of three heights (synthetic)."""
    g = torch.Generator().manual_seed(0)
    height = torch.randint(3, (600,), generator=g)
    phase = 6.2832 * torch.rand(600, 1, generator=g)
    pitch = torch.tensor([0.4, 0.8, 1.3])[height][:, None]
    x = (pitch * torch.arange(32) + phase).sin() + 0.3 * torch.randn(600, 32, generator=g)
    return as_data(x[:, None], height, "classes")


def phased(kept: bool) -> nn.Module:
    """Return convolutions in time; kept: the rectified values are used."""

    def through(m: Any, x: Any) -> Any:
        h = m.near(x)
        rectified = torch.relu(h)  # the beginner's line is "F.relu(h)", and goes on with h
        h = m.far(rectified if kept else h)
        rectified = torch.relu(h)
        return m.head((rectified if kept else h).mean(2))

    near, far = nn.Conv1d(1, 12, 5), nn.Conv1d(12, 12, 5)
    return Passing(through, near=near, far=far, head=nn.Linear(12, 3))


@cache
def distances() -> Data:
    """Return six coordinates and the points' distance from the origin (synthetic)."""
    g = torch.Generator().manual_seed(0)
    x = torch.randn(700, 6, generator=g)
    y = x.norm(dim=1, keepdim=True) + 0.1 * torch.randn(700, 1, generator=g)
    return as_data(x, (y - y.mean()) / y.std(), "numbers")


def bends(name: str) -> nn.Module:
    """Return a net whose activation is looked up, with a default if it is not there."""
    known = {"relu": nn.ReLU, "tanh": nn.Tanh}
    return mlp([6, 32, 32, 1], known.get(name, nn.Identity))


@cache
def curve() -> Data:
    """Return points near a curve in space, to be made again from one number (synthetic)."""
    g = torch.Generator().manual_seed(0)
    t = 2 * torch.rand(500, 1, generator=g) - 1
    x = torch.cat([1.5 * t, 3 * t**2 - 1, (5 * t).sin()], 1)
    x = x + 0.05 * torch.randn(500, 3, generator=g)
    return as_data(x, x, "numbers")
