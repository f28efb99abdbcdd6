"""Small data and nets for the programs of asked_*.py; all data are synthetic."""

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...data import Data, as_data


def dice(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@cache
def bicycles() -> Data:
    """Return hour, warmth, damp and holiday, unit spread, and how many are hired, unit spread."""
    g = dice(5)
    x = torch.rand(900, 4, generator=g) * 2 - 1
    rush = (4.5 * x[:, :1]).cos() + 0.5 * torch.sin(3 * x[:, 1:2]) - x[:, 2:3] * x[:, 3:4]
    y = rush + 0.1 * torch.randn(900, 1, generator=g)
    return as_data(1.7 * x, (y - y.mean()) / y.std(), "numbers")


@cache
def houses() -> Data:
    """Return area, rooms, age, distance, pupils in their own units, and a price of unit spread."""
    g = dice(7)
    z = torch.randn(800, 5, generator=g)
    y = 0.5 * z[:, :1] + z[:, 1:2] * torch.tanh(z[:, 2:3]) + 0.8 * z[:, 3:4].abs() - z[:, 4:5]
    units, about = torch.tensor([600.0, 1.2, 25.0, 0.4, 3.0]), torch.tensor([1900, 5, 40, 2, 18])
    y = y + 0.1 * torch.randn(800, 1, generator=g)
    return as_data(about + units * z, (y - y.mean()) / y.std(), "numbers")


def columns(x: torch.Tensor) -> torch.Tensor:
    """Standardise the columns of houses, as their makers know them."""
    return (x - torch.tensor([1900, 5, 40, 2, 18])) / torch.tensor([600.0, 1.2, 25.0, 0.4, 3.0])


@cache
def spam() -> Data:
    """Return how often each of sixty words stands in a letter, and whether it is unwanted."""
    g = dice(11)
    y = torch.randint(2, (900, 1), generator=g)
    rates = 0.25 + 0.5 * torch.rand(2, 60, generator=g) ** 2
    return as_data(torch.poisson(rates[y[:, 0]], generator=g), y, "binary")


@cache
def names() -> Data:
    """Return nine letters of a name, 26 of them, and its language, one of six."""
    g = dice(13)
    habit = torch.softmax(1.3 * torch.randn(6, 26, generator=g), 1)
    y = torch.randint(6, (1200,), generator=g)
    return as_data(torch.multinomial(habit[y], 9, replacement=True, generator=g), y, "classes")


@cache
def spectra() -> Data:
    """Return forty channels of a spectrum of one of eight metals, two lines each, unit spread."""
    g = dice(17)
    y = torch.randint(8, (1000,), generator=g)
    lines = torch.rand(8, 2, generator=g) * 40
    channel = torch.arange(40.0)
    bumps = torch.exp(-((channel - lines[y][:, :, None]) ** 2) / 4).sum(1)
    x = bumps * (0.5 + torch.rand(1000, 1, generator=g)) + 0.25 * torch.randn(1000, 40, generator=g)
    return as_data((x - x.mean()) / x.std(), y, "classes")


@cache
def warmth() -> Data:
    """Return fourteen days of a temperature and the next one, all in tens of degrees."""
    g = dice(19)
    start, pace = 6.3 * torch.rand(700, 1, generator=g), 0.3 + 0.3 * torch.rand(700, 1, generator=g)
    days = 1.0 + 1.6 * torch.sin(start + pace * torch.arange(15.0))
    days = days + 0.1 * torch.randn(700, 15, generator=g)
    return as_data(days[:, :14, None], days[:, 14:], "numbers")


@cache
def squares() -> Data:
    """Return images [1, 10, 10] of a bright square in noise, and its side about its mean."""
    g = dice(23)
    side = torch.randint(2, 9, (700, 1, 1), generator=g)
    corner = (torch.rand(700, 2, generator=g) * (11 - side[:, 0])).long()[:, :, None, None]
    at = torch.arange(10)
    down = (at[:, None] >= corner[:, 0]) & (at[:, None] < corner[:, 0] + side)
    across = (at >= corner[:, 1]) & (at < corner[:, 1] + side)
    x = (down & across).float() + 0.2 * torch.randn(700, 10, 10, generator=g)
    return as_data(x[:, None], (side[:, 0].float() - 5) / 2, "numbers")


@cache
def outlines() -> Data:
    """Return images [1, 8, 8] of crosses, frames and bars, light on dark or dark on light."""
    g = dice(29)
    y = torch.randint(3, (900,), generator=g)
    shapes = torch.zeros(3, 4, 4)
    shapes[0, 1:3], shapes[0, :, 1:3] = 1, 1
    shapes[1], shapes[1, 1:3, 1:3] = 1, 0
    shapes[2, :, :2] = 1
    sign = torch.randint(2, (900, 1, 1), generator=g) * 2.0 - 1
    x = torch.zeros(900, 8, 8)
    for i, (r, c) in enumerate(torch.randint(5, (900, 2), generator=g).tolist()):
        x[i, r : r + 4, c : c + 4] = shapes[y[i]]
    return as_data((sign * x + 0.2 * torch.randn(900, 8, 8, generator=g))[:, None], y, "classes")


@cache
def ground() -> Data:
    """Return images [3, 8, 8] from above and what each place is: water, field or road, [8, 8]."""
    g = dice(31)
    coarse = torch.randint(3, (400, 1, 4, 4), generator=g).float()
    y = F.interpolate(coarse, scale_factor=2)[:, 0].long()
    hues = torch.randn(3, 3, generator=g)
    x = hues[y].permute(0, 3, 1, 2) + 0.7 * torch.randn(400, 3, 8, 8, generator=g)
    return as_data(x, y, "classes")


@cache
def reviews() -> Data:
    """Return ten words of a review, eighty in all, and its mark, of unit spread."""
    g = dice(37)
    worth = torch.randn(80, generator=g)
    x = torch.randint(80, (1000, 10), generator=g)
    y = worth[x].sum(1, keepdim=True) / 10**0.5 + 0.2 * torch.randn(1000, 1, generator=g)
    return as_data(x, (y - y.mean()) / y.std(), "numbers")


class Plain(nn.Module):
    """Three maps, as tutorials write them; bend is applied between, end after the last."""

    def __init__(
        self, inputs: int, hidden: int, outputs: int, bend: Callable[..., Any], end: Any = None
    ):
        super().__init__()
        self.fc1 = nn.Linear(inputs, hidden)
        self.fc2 = nn.Linear(hidden, hidden)
        self.fc3 = nn.Linear(hidden, outputs)
        self.bend, self.end = bend, end

    def forward(self, x):
        x = self.bend(self.fc1(x))
        x = self.bend(self.fc2(x))
        x = self.fc3(x)
        return self.end(x) if self.end else x


class Forecast(nn.Module):
    """A recurrent layer and a map of its last state; end makes of it what is returned."""

    def __init__(self, kind: Any, hidden: int, end: Callable[..., Any] | None = None):
        super().__init__()
        self.rnn = kind(1, hidden, batch_first=True)
        self.fc = nn.Linear(hidden, 1)
        self.end = end

    def forward(self, x):
        out, _ = self.rnn(x)
        out = self.fc(out[:, -1:, :])
        return self.end(out) if self.end else out[:, 0]


class Letters(nn.Module):
    """Letters, a convolution over them, its maxima, and a map."""

    def __init__(self, outputs: int, end: Callable[..., Any] | None = None, words: int = 26):
        super().__init__()
        self.embed = nn.Embedding(words, 12)
        self.conv = nn.Conv1d(12, 24, 3)
        self.fc = nn.Linear(24, outputs)
        self.end = end

    def forward(self, x):
        h = F.relu(self.conv(self.embed(x).transpose(1, 2))).mean(2)
        return self.end(self.fc(h)) if self.end else self.fc(h)
