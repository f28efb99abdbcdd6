"""Data (synthetic but the digits) and small models for the pulse_ files."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

import gdcourse

from ...data import Data, as_data, digits


def _numbers(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def ours(rule: Any) -> Any:
    """Return a rule of the course as a torch optimizer, to be given parameters."""
    return lambda p: gdcourse.TorchOptimizer(p, rule)


@cache
def beats(noise: float = 0.4) -> Data:
    """Return heartbeats of 32 samples, (n, 1, 32), of three kinds."""
    g = _numbers(61)
    y = torch.randint(3, (600,), generator=g)
    place = 12 + 8 * torch.rand(600, 1, generator=g)
    width = torch.tensor([1.0, 2.5, 1.0])[y][:, None]
    t = torch.arange(32.0)
    x = torch.exp(-(((t - place) / width) ** 2))
    x = x - (y == 2).float()[:, None] * torch.exp(-(((t - place - 4) / 1.5) ** 2))
    return as_data((2 * x + noise * torch.randn(600, 32, generator=g))[:, None], y, "classes")


@cache
def traffic(length: int = 12) -> Data:
    """Return the cars of twelve hours, unit spread, and those of the hour to come."""
    g = _numbers(62)
    t = torch.arange(800.0)
    cars = (t * torch.pi / 12).sin() + 0.5 * (t * torch.pi / 6).cos()
    cars = (cars + 0.3 * torch.randn(800, generator=g)) / 0.85
    x = cars.unfold(0, length, 1)[:-1]
    return as_data(x[:, :, None], cars[length:][:, None], "numbers")


@cache
def loans(doubt: float = 0.1) -> Data:
    """Return a customer's number, trade and town, four measures, and whether a loan is paid."""
    g = _numbers(63)
    who = torch.arange(700)
    trade, town = torch.randint(8, (700,), generator=g), torch.randint(6, (700,), generator=g)
    x = torch.randn(700, 4, generator=g)
    worth = torch.randn(8, generator=g)[trade] + 0.7 * torch.randn(6, generator=g)[town]
    y = (worth + x[:, 0] - x[:, 1] * x[:, 2] > 0).float()
    y = torch.where(torch.rand(700, generator=g) < doubt, 1 - y, y)
    return as_data(torch.cat([torch.stack([who, trade, town], 1), x], 1), y[:, None], "binary")


@cache
def cells() -> Data:
    """Return grainy pictures of discs, (n, 1, 10, 10), and where the discs are."""
    g = _numbers(64)
    at, r = 2 + 6 * torch.rand(500, 2, 1, 1, generator=g), torch.rand(500, 1, 1, generator=g)
    i = torch.arange(10.0)
    inside = (i[:, None] - at[:, 0]) ** 2 + (i - at[:, 1]) ** 2 < (1.5 + 1.5 * r) ** 2
    x = 1.5 * inside + torch.randn(500, 10, 10, generator=g)
    return as_data(x[:, None] - 0.3, inside.float()[:, None], "binary")


@cache
def arm() -> Data:
    """Return two angles of a robot's arm and where its hand is, two numbers."""
    g = _numbers(65)
    a, b = (torch.pi * torch.rand(600, generator=g) for _ in range(2))
    y = torch.stack([a.cos() + (a + b).cos(), a.sin() + (a + b).sin()], 1)
    return as_data(torch.stack([a, b], 1) - torch.pi / 2, y, "numbers")


@cache
def tags() -> Data:
    """Return twenty measures of a song and which of six tags it bears."""
    g = _numbers(66)
    x = torch.randn(600, 20, generator=g)
    y = (x @ torch.randn(20, 6, generator=g) + (x[:, :6] * x[:, 6:12]) * 2 > 1).float()
    return as_data(x, y, "binary")


@cache
def commands(words: int = 40, length: int = 10) -> Data:
    """Return commands to a house: which of five verbs comes first decides."""
    g = _numbers(67)
    x = torch.randint(5, words, (800, length), generator=g)
    y = torch.randint(5, (800,), generator=g)
    place = torch.randint(length, (800,), generator=g)
    x[torch.arange(800), place] = y
    return as_data(x, y, "classes")


@cache
def doses() -> Data:
    """Return doses and the answer of a tissue: an S about three, measured with noise."""
    g = _numbers(68)
    x = 6 * torch.rand(500, 1, generator=g)
    y = torch.sigmoid(2.5 * (x - 3)) + 0.05 * torch.randn(500, 1, generator=g)
    return as_data(x, y, "numbers")


@cache
def triples() -> Data:
    """Return three digits in a row, two alike and one other, (n, 3, 64)."""
    d = digits()
    g = _numbers(69)

    def rows(x, y):
        same = [torch.nonzero(y == k)[:, 0] for k in range(10)]
        first = torch.randint(len(y), (600,), generator=g)
        some = torch.randint(40, (600,), generator=g)
        like = torch.stack([same[int(k)][i] for k, i in zip(y[first], some, strict=True)])
        other = torch.randint(len(y), (600,), generator=g)
        keep = y[other] != y[first]
        return torch.stack([x[first], x[like], x[other]], 1)[keep][:400]

    x, held = rows(d.x, d.y), rows(d.x_held, d.y_held)
    return Data(x, torch.zeros(len(x)), held, torch.zeros(len(held)), "numbers")


@cache
def bits(many: int = 3) -> Data:
    """Return bits of plus and minus one, and whether their product is positive."""
    x = torch.randint(0, 2, (600, many), generator=_numbers(70)).float() * 2 - 1
    return as_data(x, (x.prod(1, keepdim=True) > 0).float(), "binary")


class Beat(nn.Module):
    """Convolutions over a heartbeat."""

    def __init__(self, width: int = 8, norm: bool = False):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv1d(1, width, 5, 2, 2), nn.Conv1d(width, width, 5, 2, 2)
        self.bn = nn.BatchNorm1d(width) if norm else nn.Identity()
        self.fc = nn.Linear(8 * width, 3)

    def forward(self, x):
        x = F.relu(self.bn(self.conv1(x)))
        return self.fc(F.relu(self.conv2(x)).flatten(1))


class Hour(nn.Module):
    """An LSTM on hours, and its last output."""

    def __init__(self, width: int = 12):
        super().__init__()
        self.lstm, self.fc = nn.LSTM(1, width, batch_first=True), nn.Linear(width, 1)

    def forward(self, x):
        return self.fc(self.lstm(x)[0][:, -1, :])


class Loan(nn.Module):
    """Tables for trade and town (and the customer, if asked for), beside the measures."""

    def __init__(self, width: int = 16, customer: int = 0):
        super().__init__()
        self.who = nn.Embedding(700, customer) if customer else None
        self.trade, self.town = nn.Embedding(8, 4), nn.Embedding(6, 3)
        self.fc1, self.fc2 = nn.Linear(11 + customer, width), nn.Linear(width, 1)

    def forward(self, x):
        who, trade, town = x[:, :3].long().unbind(1)
        parts = [self.trade(trade), self.town(town), x[:, 3:]]
        parts += [self.who(who)] if self.who is not None else []
        return self.fc2(torch.relu(self.fc1(torch.cat(parts, 1))))


class Mask(nn.Module):
    """Down, up, and past both: a small net for masks."""

    def __init__(self, width: int = 6):
        super().__init__()
        self.enter, self.down = nn.Conv2d(1, width, 3, 1, 1), nn.Conv2d(width, width, 3, 2, 1)
        self.up, self.out = nn.ConvTranspose2d(width, width, 2, 2), nn.Conv2d(2 * width, 1, 1)

    def forward(self, x):
        a = F.relu(self.enter(x))
        return self.out(torch.cat([a, F.relu(self.up(F.relu(self.down(a))))], 1))


class Dense(nn.Module):
    """A dense net with a function in forward."""

    def __init__(self, inputs: int, hidden: int, outputs: int, act: Any = F.relu):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(inputs, hidden), nn.Linear(hidden, hidden)
        self.fc3, self.act = nn.Linear(hidden, outputs), act

    def forward(self, x):
        return self.fc3(self.act(self.fc2(self.act(self.fc1(x)))))
