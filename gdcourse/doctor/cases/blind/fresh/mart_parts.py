"""Small data for the programs of mart_*.py; all data are synthetic."""

from functools import cache

import torch

from ...data import Data, as_data


def dice(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@cache
def penguins() -> Data:
    """Return five measures of unit spread, and one of four species."""
    g = dice(101)
    y = torch.randint(4, (800,), generator=g)
    x = 1.3 * torch.randn(4, 5, generator=g)[y] + torch.randn(800, 5, generator=g)
    return as_data((x - x.mean(0)) / x.std(0), y, "classes")


@cache
def gestures() -> Data:
    """Return 24 moments of three accelerations, in g, and which of six gestures it was."""
    g = dice(103)
    y = torch.randint(6, (900,), generator=g)
    pace = (1.5 + 1.5 * (y % 3))[:, None, None]
    ways = torch.tensor([[1.0, 0.4, 0.0], [0.0, 0.5, 1.0]])[y // 3][:, :, None]
    phase = 6.3 * torch.rand(900, 1, 1, generator=g)
    x = ways * torch.sin(pace * torch.arange(24.0) / 4 + phase)
    return as_data(x + 0.35 * torch.randn(900, 3, 24, generator=g), y, "classes")


@cache
def promoters() -> Data:
    """Return 16 letters of DNA, and whether the motif TATAA is among them."""
    g = dice(107)
    x = torch.randint(4, (1100, 16), generator=g)
    y = torch.randint(2, (1100, 1), generator=g)
    at = torch.randint(12, (1100,), generator=g)
    for i, letter in enumerate([3, 0, 3, 0, 0]):
        rows = y[:, 0] == 1
        x[rows, at[rows] + i] = letter
    return as_data(x, y, "binary")


@cache
def mushrooms() -> Data:
    """Return eight properties, each one of six, numbered throughout, and whether it is edible."""
    g = dice(109)
    x = torch.randint(6, (900, 8), generator=g)
    y = (x[:, 0] + x[:, 3] > 5) | (x[:, 5] == 2)
    return as_data(x + 6 * torch.arange(8), y[:, None], "binary")


@cache
def engines() -> Data:
    """Return displacement, power, weight, pull and year as written, and thirst, unit spread."""
    g = dice(113)
    z = torch.randn(800, 5, generator=g)
    y = 0.6 * z[:, :1] + torch.tanh(z[:, 1:2]) * z[:, 3:4] + 0.7 * z[:, 2:3] - 0.6 * z[:, 4:]
    y = y + 0.1 * torch.randn(800, 1, generator=g)
    return as_data(_about + _units * z, (y - y.mean()) / y.std(), "numbers")


_about = torch.tensor([2400.0, 95.0, 1350.0, 15.0, 1976.0])
_units = torch.tensor([900.0, 30.0, 320.0, 2.5, 4.0])


def unit_columns(x: torch.Tensor) -> torch.Tensor:
    """Standardise the columns of engines."""
    return (x - _about) / _units


@cache
def concrete() -> Data:
    """Return eight ingredients, unit spread, and strength, unit spread."""
    g = dice(127)
    x = torch.randn(800, 8, generator=g)
    y = x[:, :1] - 0.7 * x[:, 1:2].abs() + x[:, 2:3] * x[:, 3:4] + 0.5 * x[:, 4:5]
    y = y + 0.15 * torch.randn(800, 1, generator=g)
    return as_data(x, (y - y.mean()) / y.std(), "numbers")


@cache
def quakes() -> Data:
    """Return 40 moments of a seismogram, and when the ground began to move, unit spread."""
    g = dice(131)
    at = 4 + 30 * torch.rand(800, 1, generator=g)
    after = torch.arange(40.0) - at
    x = (after > 0) * torch.exp(-after.clamp(min=0) / 8) * torch.sin(1.7 * after) * 2
    x = x + 0.25 * torch.randn(800, 40, generator=g)
    return as_data(x[:, None], (at - 19) / 8.7, "numbers")


@cache
def turbines() -> Data:
    """Return speed, gusts and angle of the wind, and the share of full power."""
    g = dice(137)
    x = torch.randn(800, 3, generator=g)
    y = torch.sigmoid(2 * x[:, :1] + 0.7 * x[:, 1:2] - x[:, 2:] ** 2)
    return as_data(x, (y + 0.03 * torch.randn(800, 1, generator=g)).clamp(0, 1), "numbers")


@cache
def menus() -> Data:
    """Return six dishes of sixty, and their energy together, in hundreds of kilocalories."""
    g = dice(139)
    worth = 0.5 + 5 * torch.rand(60, generator=g)
    x = torch.randint(60, (1200, 6), generator=g)
    y = worth[x].sum(1, keepdim=True) + 0.3 * torch.randn(1200, 1, generator=g)
    return as_data(x, y, "numbers")


@cache
def cells() -> Data:
    """Return images [1, 10, 10] of a bright bar in noise, and the pixels it covers."""
    g = dice(149)
    top, left = torch.randint(8, (500, 2), generator=g).T[:, :, None, None]
    at = torch.arange(10)
    y = (at[:, None] >= top) & (at[:, None] < top + 3) & (at >= left - 2) & (at < left + 4)
    x = y.float() + 0.4 * torch.randn(500, 10, 10, generator=g)
    return as_data(x[:, None] - 0.2, y[:, None], "binary")


@cache
def towns() -> Data:
    """Return inhabitants and four columns of unit spread, and the traffic, unit spread."""
    g = dice(151)
    z = torch.randn(800, 5, generator=g)
    y = z[:, :1] + 0.6 * z[:, 1:2] * z[:, 2:3] - 0.5 * z[:, 3:4].abs()
    x = torch.cat([torch.exp(8 + 2 * z[:, :1]), z[:, 1:]], 1)
    return as_data(x, (y - y.mean()) / y.std(), "numbers")


@cache
def claims() -> Data:
    """Return six things known of a driver, and what he claims in a year; most claim nothing."""
    g = dice(163)
    x = torch.randn(3000, 6, generator=g)
    likely = 0.48 * torch.sigmoid(6 * x[:, :1] - 4 * x[:, 1:2])
    amount = (2 + torch.tanh(x[:, 2:3])) * (torch.rand(3000, 1, generator=g) < likely)
    return as_data(x, amount / amount.std(), "numbers")


@cache
def sentences(aligned: bool = True) -> Data:
    """Return nine words, padded in front, and a tag for each, nought for the padding.

    Args:
        aligned: otherwise the tags of the training rows are padded behind.
    """
    g = dice(157)
    words = torch.randint(1, 40, (700, 9), generator=g)
    tags = 1 + (words * 7) % 4
    gaps = torch.randint(5, (700, 1), generator=g)
    padded = torch.arange(9) < gaps
    x, y = words.masked_fill(padded, 0), tags.masked_fill(padded, 0)
    data = as_data(x, y, "classes")
    if aligned:
        return data
    shift = (torch.arange(9) + (data.y == 0).sum(1, keepdim=True)) % 9
    return data.learned(lambda t: t.gather(1, shift))
