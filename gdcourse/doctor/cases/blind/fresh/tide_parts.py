"""Data of the cases of tide_*: tables, movements, textures, strings, all synthetic."""

from collections.abc import Callable
from functools import cache
from typing import Any

import torch

from ...data import Data, as_data, standardised


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def of(kind: Any, lr: float, **more: Any) -> Callable[[Any], Any]:
    """Return any of torch's optimizers, to be given parameters."""
    return lambda p: kind(p, lr=lr, **more)


@cache
def penguins(rows: int = 500, rare: bool = False) -> Data:
    """Return beak, depth, flipper and mass of three kinds of penguins."""
    g = seeded(11)
    shares = torch.tensor([0.84, 0.12, 0.04] if rare else [0.44, 0.2, 0.36])
    y = torch.multinomial(shares, rows, replacement=True, generator=g)
    middle = torch.tensor([[38.8, 18.3, 190, 3.7], [48.8, 18.4, 196, 3.7], [47.5, 15, 217, 5.1]])
    spread = torch.tensor([3.0, 1.1, 6.5, 0.46])
    return standardised(
        as_data(middle[y] + spread * torch.randn(rows, 4, generator=g), y, "classes")
    )


@cache
def plant(rows: int = 700, noise: float = 0.2, seed: int = 12) -> Data:
    """Return what a power plant yields, by warmth, vacuum, pressure and wetness."""
    g = seeded(seed)
    warm = torch.randn(rows, 1, generator=g)
    others = torch.randn(rows, 3, generator=g)
    x = torch.cat([warm, 0.8 * warm + 0.6 * others[:, :1], others[:, 1:]], 1)
    y = -0.9 * x[:, :1] - 0.3 * (1.5 * x[:, 1:2]).tanh() + 0.3 * x[:, 2:3] * x[:, 3:]
    return as_data(x, y + noise * torch.randn(rows, 1, generator=g), "numbers")


@cache
def spam(rows: int = 700, share: float = 0.4, clear: float = 0.7) -> Data:
    """Return how often forty words stand in a letter, and whether it is spam."""
    g = seeded(13)
    w = torch.randn(40, generator=g) * clear
    y = (torch.rand(rows, generator=g) < share).float()
    rate = (0.3 * torch.randn(rows, 40, generator=g) + y[:, None] * w - 0.5).exp()
    return standardised(as_data(torch.poisson(rate, generator=g), y[:, None], "binary"))


@cache
def gestures(rows: int = 600, noise: float = 0.5) -> Data:
    """Return 24 moments of three accelerations, and which of five gestures they are."""
    g = seeded(14)
    y = torch.randint(5, (rows,), generator=g)
    pace = torch.tensor([1.0, 1.5, 2.0, 3.0, 4.0])[y][:, None, None]
    t = torch.linspace(0, 6.3, 24)[:, None] + torch.rand(rows, 1, 1, generator=g)
    x = (pace * t + torch.tensor([0.0, 1.0, 2.0])).sin()
    return as_data(x + noise * torch.randn(rows, 24, 3, generator=g), y, "classes")


@cache
def demand(rows: int = 600, lags: int = 18) -> Data:
    """Return hours of electric load and the load of the hour that follows."""
    g = seeded(15)
    t = torch.arange(rows + lags + 1).float()
    load = (t * 6.283 / 24).sin() + 0.5 * (t * 6.283 / 12 + 1).sin() + 0.3 * (t / 27).sin()
    load = load + 0.15 * torch.randn(len(t), generator=g)
    whole = load.unfold(0, lags + 1, 1)[:rows]
    return as_data(whole[:, :-1, None], whole[:, -1:], "numbers")


@cache
def cloths(rows: int = 500, noise: float = 0.4) -> Data:
    """Return pieces of cloth, 12 x 12: stripes across, stripes down, slanted, checks."""
    g = seeded(16)
    y = torch.randint(4, (rows,), generator=g)
    way = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.8, 0.8], [0.0, 0.0]])[y]
    i = torch.arange(12).float()
    shift = 6.3 * torch.rand(rows, 1, 1, generator=g)
    x = (1.6 * (way[:, :1, None] * i[:, None] + way[:, 1:, None] * i) + shift).sin()
    checks = (1.6 * i[:, None] + shift).sin() * (1.6 * i + shift).sin() * 1.5
    x = torch.where((y == 3)[:, None, None], checks, x)
    return as_data((x + noise * torch.randn(rows, 12, 12, generator=g))[:, None], y, "classes")


@cache
def molecules(rows: int = 700, noise: float = 0.2) -> Data:
    """Return strings of atoms, fifteen kinds, and how well each dissolves."""
    g = seeded(17)
    x = torch.randint(15, (rows, 14), generator=g)
    worth, pair = torch.randn(15, generator=g), torch.randn(15, 15, generator=g)
    y = worth[x].sum(1) + 0.3 * pair[x[:, 1:], x[:, :-1]].sum(1)
    y = (y - y.mean()) / y.std() + noise * torch.randn(rows, generator=g)
    return as_data(x, y[:, None], "numbers")


@cache
def genes(rows: int = 800, length: int = 20) -> Data:
    """Return strands of four letters, and whether a motif of four stands somewhere in them."""
    g = seeded(18)
    x = torch.randint(4, (rows, length), generator=g)
    y = torch.rand(rows, generator=g) < 0.5
    at = torch.randint(length - 4, (rows,), generator=g)
    for k, letter in enumerate((2, 0, 3, 3)):
        x[y, at[y] + k] = letter
    return as_data(x, y[:, None].float(), "binary")


@cache
def recalled(length: int = 30) -> Data:
    """Return rows of signs, plus or minus, of which the first is asked for at the end."""
    x = torch.randint(0, 2, (600, length, 1), generator=seeded(25)).float() * 2 - 1
    return as_data(x, (x[:, 0] > 0).float(), "binary")


@cache
def faces(rows: int = 600, noise: float = 0.2) -> Data:
    """Return thirty-six marks on a face, which four numbers move, as inputs and as targets."""
    g = seeded(19)
    moves = torch.randn(4, 36, generator=g)
    x = (torch.randn(rows, 4, generator=g) @ moves * 0.7).tanh()
    x = x + noise * torch.randn(rows, 36, generator=g)
    return as_data(x, x, "numbers")


@cache
def tagged(rows: int = 400) -> Data:
    """Return sentences of thirty words and the part of speech of each, which neighbours decide."""
    g = seeded(20)
    x = torch.randint(30, (rows, 9), generator=g)
    before = torch.cat([torch.zeros_like(x[:, :1]), x[:, :-1]], 1)
    y = torch.where(x < 15, x % 5, (x + before) % 5)
    return as_data(x, y, "classes")
