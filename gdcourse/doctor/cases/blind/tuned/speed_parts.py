"""Data and small models for the cases of speed_*.py, all data synthetic."""

from functools import cache
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

import gdcourse

from ...data import Data, as_data


def _numbers(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def ours(rule: Any) -> Any:
    return lambda p: gdcourse.TorchOptimizer(p, rule)


def of(kind: Any, lr: float, **settings: Any) -> Any:
    """Return an optimizer of torch's, to be given parameters."""
    return lambda p: kind(p, lr=lr, **settings)


@cache
def second_largest() -> Data:
    """Return five numbers and the second largest of them."""
    x = torch.rand(1200, 5, generator=_numbers(41))
    y = x.sort(1).values[:, 3:4]
    return as_data(x, (y - y.mean()) / y.std(), "numbers")


@cache
def spirals() -> Data:
    """Return points on three arms of a spiral."""
    g = _numbers(42)
    arm = torch.randint(3, (900,), generator=g)
    r = torch.rand(900, generator=g)
    turn = 3.5 * r + arm * 2 * torch.pi / 3 + 0.12 * torch.randn(900, generator=g)
    return as_data(2 * torch.stack([r * turn.sin(), r * turn.cos()], 1), arm, "classes")


@cache
def shapes(noise: float = 0.3) -> Data:
    """Return images of 10 x 10 with a cross, a square, a bar or a diagonal somewhere."""
    g = _numbers(43)
    stamp = torch.zeros(4, 5, 5)
    stamp[0, 2], stamp[0, :, 2] = 1, 1
    stamp[1], stamp[1, 1:4, 1:4] = 1, 0
    stamp[2, 1:3] = 1
    stamp[3] = torch.eye(5)
    kind = torch.randint(4, (800,), generator=g)
    x = noise * torch.randn(800, 1, 10, 10, generator=g)
    for i, (a, b) in enumerate(torch.randint(6, (800, 2), generator=g).tolist()):
        x[i, 0, a : a + 5, b : b + 5] += stamp[kind[i]]
    return as_data(x, kind, "classes")


@cache
def houses(noise: float = 0.3, blank: int = 0) -> Data:
    """Return eight facts about a house, columns of chance, and the logarithm of its price."""
    g = _numbers(44)
    x = torch.randn(800, 8 + blank, generator=g)
    y = 0.7 * x[:, 0] + 0.5 * x[:, 1] * x[:, 2] - 0.4 * x[:, 3].abs() + 0.3 * x[:, 4]
    y = (y - y.mean()) / y.std() + noise * torch.randn(800, generator=g)
    return as_data(x, y[:, None], "numbers")


@cache
def reviews(length: int = 12) -> Data:
    """Return reviews of 60 words, some kind, some not, most neither; and whether it is kind."""
    g = _numbers(45)
    mood = torch.zeros(60)
    mood[:12], mood[12:24] = 1.0, -1.0
    x = torch.randint(60, (900, length), generator=g)
    score = mood[x].sum(1) + 0.5 * torch.randn(900, generator=g)
    return as_data(x, (score > 0).float()[:, None], "binary")


@cache
def rentals() -> Data:
    """Return six facts about an hour and how many bicycles were lent, a whole number."""
    g = _numbers(46)
    x = torch.randn(800, 6, generator=g)
    rate = (1.2 + 0.6 * x[:, 0] - 0.4 * x[:, 1] + 0.3 * x[:, 2] * x[:, 3]).clamp(max=4).exp()
    return as_data(x, torch.poisson(rate, generator=g)[:, None], "numbers")


@cache
def tones(noise: float = 0.2) -> Data:
    """Return signals of 32 values, each a sine, a square or a saw of some pace and phase."""
    g = _numbers(47)
    kind = torch.randint(3, (750,), generator=g)
    pace = 1.5 + 1.5 * torch.rand(750, 1, generator=g)
    t = (torch.arange(32) / 32 * pace + torch.rand(750, 1, generator=g)) % 1
    sine, square, saw = (2 * torch.pi * t).sin(), (t < 0.5).float() * 2 - 1, 2 * t - 1
    x = torch.stack([sine, square, saw], 1)[torch.arange(750), kind]
    x = x + noise * torch.randn(750, 32, generator=g)
    return as_data(x[:, None], kind, "classes")


@cache
def curves(noise: float = 0.1) -> Data:
    """Return curves of 24 values that three numbers make; each is its own target."""
    g = _numbers(48)
    t = torch.linspace(0, 1, 24)
    a, b, c = torch.randn(3, 700, 1, generator=g)
    x = a * (6 * t).sin() + b * (5 * t).cos() + c * (2 * t - 1)
    x = x + noise * torch.randn(700, 24, generator=g)
    return as_data(x, x, "numbers")


class Dense(nn.Module):
    """A dense net, its activations in forward."""

    def __init__(self, *sizes: int, act: Any = F.relu, drop: float = 0.0):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.act, self.drop = act, drop

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = F.dropout(self.act(layer(x)), self.drop, self.training)
        return self.layers[-1](x)


class Seer(nn.Module):
    """Two convolutions, pooled, and two dense layers, for images of 10 x 10."""

    def __init__(self, width: int = 8, act: Any = F.relu, drop: float = 0.0):
        super().__init__()
        self.conv1 = nn.Conv2d(1, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, 2 * width, 3, padding=1)
        self.fc1, self.fc2 = nn.Linear(8 * width, 32), nn.Linear(32, 4)
        self.act, self.drop = act, drop

    def forward(self, x):
        x = F.dropout(F.max_pool2d(self.act(self.conv1(x)), 2), self.drop, self.training)
        x = F.dropout(F.max_pool2d(self.act(self.conv2(x)), 2), self.drop, self.training)
        return self.fc2(F.dropout(self.act(self.fc1(x.flatten(1))), self.drop, self.training))


class Reader(nn.Module):
    """An LSTM (or a GRU) over words, and its last state."""

    def __init__(self, width: int = 12, kind: Any = nn.LSTM):
        super().__init__()
        self.table, self.cell = nn.Embedding(60, 8), kind(8, width, batch_first=True)
        self.fc = nn.Linear(width, 1)

    def forward(self, x):
        return self.fc(self.cell(self.table(x))[0].mean(1))


class Judge(nn.Module):
    """Words with places, heads of attention, and the first place, which is asked."""

    def __init__(self, width: int = 16, drop: float = 0.0, length: int = 12):
        super().__init__()
        self.table, self.place = nn.Embedding(60, width), nn.Embedding(length, width)
        self.look = nn.MultiheadAttention(width, 2, drop, batch_first=True)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.up, self.down, self.fc = (
            nn.Linear(width, 32),
            nn.Linear(32, width),
            nn.Linear(width, 1),
        )
        self.drop = drop

    def forward(self, x):
        x = self.table(x) + self.place.weight
        x = self.norm1(x + self.look(x, x, x, need_weights=False)[0])
        inner = F.dropout(F.gelu(self.up(x)), self.drop, self.training)
        x = self.norm2(x + F.dropout(self.down(inner), self.drop, self.training))
        return self.fc(F.dropout(x.mean(1), self.drop, self.training))


class Coder(nn.Module):
    """An autoencoder of the curves."""

    def __init__(self, code: int = 3, width: int = 20, act: Any = torch.tanh):
        super().__init__()
        self.enc, self.code = nn.Linear(24, width), nn.Linear(width, code)
        self.dec, self.out = nn.Linear(code, width), nn.Linear(width, 24)
        self.act = act

    def forward(self, x):
        return self.out(self.act(self.dec(self.code(self.act(self.enc(x))))))
