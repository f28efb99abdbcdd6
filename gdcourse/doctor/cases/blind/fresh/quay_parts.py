"""Data and nets of the harbour's cases: mixes, gestures, moulds, genes, berths, spectra."""

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...data import Data, as_data


def _unit(y: torch.Tensor) -> torch.Tensor:
    return (y - y.mean()) / y.std()


@cache
def concrete() -> Data:
    """Return eight parts of a mix and its strength, bent and crossed (synthetic)."""
    g = torch.Generator().manual_seed(81)
    x = torch.randn(800, 8, generator=g)
    y = x[:, 0] * x[:, 1] + 1.5 * x[:, 2].abs() + 0.5 * x[:, 3]
    return as_data(x, _unit(y + 0.1 * torch.randn(800, generator=g))[:, None], "numbers")


@cache
def gestures() -> Data:
    """Return three axes of a watch's motion (n, 3, 24), five gestures (synthetic)."""
    g = torch.Generator().manual_seed(82)
    kind = torch.randint(5, (700,), generator=g)
    time, phase = torch.arange(24.0), 6.3 * torch.rand(700, 1, generator=g)
    wave = torch.sin((0.35 + 0.3 * kind[:, None]) * time + phase)
    x = 0.4 * torch.randn(700, 3, 24, generator=g)
    x[torch.arange(700), kind % 3] += wave
    return as_data(x, kind, "classes")


@cache
def mushrooms() -> Data:
    """Return six columns of five values each, numbered through, and edible or not (synthetic)."""
    g = torch.Generator().manual_seed(83)
    x = torch.randint(5, (800, 6), generator=g)
    y = (x[:, 0] >= 2) ^ (x[:, 1] >= 3)
    return as_data(x + 5 * torch.arange(6), y[:, None].float(), "binary")


@cache
def battery(length: int = 16) -> Data:
    """Return currents over time and the charge that is left of them, which leaks (synthetic)."""
    g = torch.Generator().manual_seed(84)
    x = torch.randn(600, length, 1, generator=g)
    kept = 0.85 ** torch.arange(length - 1, -1, -1.0)
    return as_data(x, _unit((x[:, :, 0] * kept).sum(1))[:, None], "numbers")


@cache
def genes() -> Data:
    """Return strands of twenty-four letters, half of which hold a motif of five (synthetic)."""
    g = torch.Generator().manual_seed(85)
    x = torch.randint(4, (800, 24), generator=g)
    has = torch.rand(800, generator=g) < 0.5
    at = torch.randint(20, (800,), generator=g)
    for i, letter in enumerate((2, 0, 3, 3, 1)):
        x[has, at[has] + i] = letter
    return as_data(x, has[:, None].float(), "binary")


@cache
def berths() -> Data:
    """Return numbers of a ship and of a berth (twelve and eight), and the hours (synthetic)."""
    g = torch.Generator().manual_seed(86)
    x = torch.stack([torch.randint(n, (900,), generator=g) for n in (12, 8)], 1)
    ship, berth = torch.randn(12, 2, generator=g), torch.randn(8, 2, generator=g)
    y = (ship[x[:, 0]] * berth[x[:, 1]]).sum(1) + 0.1 * torch.randn(900, generator=g)
    return as_data(x, _unit(y)[:, None], "numbers")


@cache
def bars() -> Data:
    """Return pictures of ten by ten with a bar in one of four directions (synthetic)."""
    g = torch.Generator().manual_seed(87)
    kind = torch.randint(4, (700,), generator=g)
    r = torch.arange(10.0) - 4.5
    rows, columns = torch.meshgrid(r, r, indexing="ij")
    across = torch.stack([rows, columns, (rows + columns) * 0.7, (rows - columns) * 0.7])
    off = 5 * torch.rand(700, 1, 1, generator=g) - 2.5
    x = 2 * ((across[kind] - off).abs() < 0.9) + 0.4 * torch.randn(700, 10, 10, generator=g)
    return as_data(x[:, None], kind, "classes")


@cache
def soils() -> Data:
    """Return ten readings of a probe and six soils, two heaps of each (synthetic)."""
    g = torch.Generator().manual_seed(88)
    heap = torch.randint(12, (900,), generator=g)
    centres = 1.3 * torch.randn(12, 10, generator=g)
    return as_data(centres[heap] + 0.8 * torch.randn(900, 10, generator=g), heap % 6, "classes")


@cache
def spectra() -> Data:
    """Return one line at any of thirty-two wavelengths, to be returned (synthetic)."""
    g = torch.Generator().manual_seed(89)
    place, height = 6 + 20 * torch.rand(700, 1, generator=g), 1 + torch.rand(700, 1, generator=g)
    x = height * torch.exp(-(((torch.arange(32.0) - place) / 4) ** 2))
    x = x + 0.05 * torch.randn(700, 32, generator=g)
    return as_data(x, x, "numbers")


class Stack(nn.Module):
    """Linear layers named fc0, fc1, …, bent by a function in forward."""

    def __init__(self, *sizes: int, act: Callable[[Any], Any] = F.relu, drop: float = 0.0):
        super().__init__()
        self.depth, self.act, self.drop = len(sizes) - 1, act, drop
        for i, (a, b) in enumerate(pairwise(sizes)):
            setattr(self, f"fc{i}", nn.Linear(a, b))

    def forward(self, x):
        x = x.flatten(1)
        for i in range(self.depth - 1):
            x = F.dropout(self.act(getattr(self, f"fc{i}")(x)), self.drop, self.training)
        return getattr(self, f"fc{self.depth - 1}")(x)


class Waves(nn.Module):
    """Convolutions over time, the largest of each channel, a head."""

    def __init__(self, channels: int, outputs: int, depth: int = 2, act: Any = torch.relu):
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv1d(channels if i == 0 else 16, 16, 5, padding=2) for i in range(depth)
        )
        self.out, self.act = nn.Linear(16, outputs), act

    def forward(self, x):
        for c in self.convs:
            x = self.act(c(x))
        return self.out(x.amax(2))


class Strand(nn.Module):
    """A table of letters, and convolutions over them."""

    def __init__(self, depth: int = 1, width: int = 6, act: Any = torch.relu):
        super().__init__()
        self.table, self.net = nn.Embedding(4, width), Waves(width, 1, depth, act)

    def forward(self, x):
        return self.net(self.table(x).transpose(1, 2))


class Columns(nn.Module):
    """One table for all columns, laid side by side, and a net on them."""

    def __init__(
        self, rows: int = 30, columns: int = 6, width: int = 6, hidden: Any = (32,), **how
    ):
        super().__init__()
        self.emb = nn.Embedding(rows, width)
        self.net = Stack(columns * width, *hidden, 1, **how)

    def forward(self, x):
        return self.net(self.emb(x))


def drawn(model: nn.Module, spread: float, mean: float = 0.0) -> Any:
    """Return a model whose matrices and filters are normal, with biases of nought."""
    for p in model.parameters():
        if p.ndim > 1:
            nn.init.normal_(p, mean, spread)
        else:
            nn.init.zeros_(p)
    return model
