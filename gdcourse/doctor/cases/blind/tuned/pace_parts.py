"""Data and small models for pace_rates.py and pace_swings.py, all data synthetic but the digits."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...data import Data, as_data, digits


def _numbers(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@cache
def fading() -> Data:
    """Return times up to four and what is left of a substance, measured with noise."""
    g = _numbers(21)
    x = 4 * torch.rand(400, 1, generator=g)
    y = 3 * torch.exp(-0.9 * x) + 0.5
    return as_data(x, y + 0.05 * torch.randn(400, 1, generator=g), "numbers")


@cache
def sine() -> Data:
    """Return angles from -pi to pi and their sines."""
    x = torch.linspace(-torch.pi, torch.pi, 800)[:, None]
    return as_data(x, x.sin(), "numbers")


@cache
def tides(length: int = 10) -> Data:
    """Return windows of a level that two moons move, and what comes next."""
    g = _numbers(22)
    t = torch.arange(900.0)
    level = (t / 6.2).sin() + 0.6 * (t / 2.3 + 1).sin() + 0.1 * torch.randn(900, generator=g)
    x = level.unfold(0, length, 1)[:-1]
    return as_data(x[:, :, None], level[length:][:, None], "numbers")


@cache
def ratings(noise: float = 0.3) -> Data:
    """Return pairs of a reader and a book, and how much the one likes the other."""
    g = _numbers(23)
    reader, book = (torch.randint(n, (2000,), generator=g) for n in (40, 30))
    likes, has = torch.randn(40, 3, generator=g), torch.randn(30, 3, generator=g)
    y = (likes[reader] * has[book]).sum(1) / 3**0.5 + noise * torch.randn(2000, generator=g)
    return as_data(torch.stack([reader, book], 1), y[:, None], "numbers")


def lines() -> Data:
    """Return the digits as eight lines of eight pixels."""
    return digits().inputs(lambda x: x.reshape(-1, 8, 8))


@cache
def crowds() -> Data:
    """Return points of five crowds in six dimensions; each is its own target."""
    g = _numbers(24)
    centre = 2 * torch.randn(5, 6, generator=g)
    x = centre[torch.randint(5, (700,), generator=g)] + 0.3 * torch.randn(700, 6, generator=g)
    x = x - x.mean(0)
    return as_data(x, x, "numbers")


class Fading(nn.Module):
    """a exp(-b t) + c, to be fitted."""

    def __init__(self, a: float, b: float, c: float):
        super().__init__()
        self.abc = nn.Parameter(torch.tensor([a, b, c]) + 0.05 * torch.randn(3))

    def forward(self, t):
        a, b, c = self.abc
        return a * torch.exp(-b * t) + c


class Cubic(nn.Module):
    """A polynomial of the third degree, as in the first lesson."""

    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.d = (nn.Parameter(0.3 * torch.randn(())) for _ in range(4))

    def forward(self, x):
        return self.a + self.b * x + self.c * x**2 + self.d * x**3


class Ratings(nn.Module):
    """Readers times books, and how each is liked on the whole."""

    def __init__(self, width: int, start: float = 0.3):
        super().__init__()
        self.readers, self.books = nn.Embedding(40, width), nn.Embedding(30, width)
        self.bias = nn.Parameter(torch.zeros(()))
        for table in (self.readers, self.books):
            nn.init.normal_(table.weight, std=start)

    def forward(self, x):
        both = self.readers(x[:, 0]) * self.books(x[:, 1])
        return both.sum(1, keepdim=True) + self.bias


class Lines(nn.Module):
    """Every line of a picture looks at every other."""

    def __init__(self, width: int = 24):
        super().__init__()
        self.enter, self.place = nn.Linear(8, width), nn.Parameter(0.1 * torch.randn(8, width))
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, 10)

    def forward(self, x):
        x = self.enter(x) + self.place
        q, k, v = self.qkv(x).chunk(3, -1)
        x = self.norm(x + self.out(F.scaled_dot_product_attention(q, k, v)))
        return self.head(F.gelu(x).mean(1))


class Teller(nn.Module):
    """A GRU that tells what comes next."""

    def __init__(self, width: int = 12):
        super().__init__()
        self.cell, self.out = nn.GRU(1, width, batch_first=True), nn.Linear(width, 1)

    def forward(self, x):
        _, last = self.cell(x)
        return self.out(last.squeeze(0))


class Crowds(nn.Module):
    """Each point is the mixture of the centres that are near to it."""

    def __init__(self, start: float):
        super().__init__()
        self.centres = nn.Parameter(start * torch.randn(8, 6))

    def forward(self, x):
        nearness = -((x[:, None] - self.centres) ** 2).sum(2)
        return F.softmax(nearness, 1) @ self.centres


class Gained(nn.Module):
    """Two convolutions and a head; the gain of the last norm and the head start at these."""

    def __init__(self, gain: float, head: float):
        super().__init__()
        self.one, self.two = nn.Conv2d(1, 8, 3, 2, 1), nn.Conv2d(8, 16, 3, 2, 1)
        self.norm, self.head = nn.BatchNorm2d(16), nn.Linear(64, 10)
        nn.init.constant_(self.norm.weight, gain)
        nn.init.normal_(self.head.weight, std=head) if head else nn.init.zeros_(self.head.weight)

    def forward(self, x):
        x = self.norm(self.two(F.relu(self.one(x))))
        return self.head(F.leaky_relu(x).flatten(1))


class Small(nn.Module):
    """A dense net with its activations in forward."""

    def __init__(self, inputs: int, hidden: int, outputs: int, act: Any = torch.relu):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(inputs, hidden), nn.Linear(hidden, outputs)
        self.act = act

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


class Squeezed(nn.Module):
    """An autoencoder of the digits with functions between its layers."""

    def __init__(self, code: int = 12, act: Any = F.elu):
        super().__init__()
        self.enc1, self.enc2 = nn.Linear(64, 32), nn.Linear(32, code)
        self.dec1, self.dec2 = nn.Linear(code, 32), nn.Linear(32, 64)
        self.act = act

    def forward(self, x):
        code = self.enc2(self.act(self.enc1(x)))
        return self.dec2(self.act(self.dec1(code)))
