"""Data and nets of loop_gradients.py, loop_schedules.py and loop_healthy.py."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...data import Data, as_data


@cache
def signals(length: int = 24) -> Data:
    """Return noisy waves of two tones, and the clean ones, all of length one (synthetic)."""
    g = torch.Generator().manual_seed(0)
    pace = 0.3 + 0.5 * torch.rand(600, 1, generator=g)
    phase = 6.28 * torch.rand(600, 1, generator=g)
    y = torch.sin(pace * torch.arange(length) + phase)
    x = y + 0.4 * torch.randn(y.shape, generator=g)
    return as_data(2 * x, F.normalize(y, dim=1), "numbers")


class Restorer(nn.Module):
    """An autoencoder by function, whose output is brought to length one."""

    def __init__(self) -> None:
        super().__init__()
        self.down, self.up = nn.Linear(24, 10), nn.Linear(10, 24)

    def forward(self, x):
        return F.normalize(self.up(torch.tanh(self.down(x))), dim=1)


@cache
def tags(words: int = 20, length: int = 10) -> Data:
    """Return sentences of words, nought is a pad, and a tag 1 to 4 for each word (synthetic)."""
    g = torch.Generator().manual_seed(0)
    x = torch.randint(1, words, (700, length), generator=g)
    before = torch.roll(x, 1, 1)
    before[:, 0] = 1
    y = 1 + (x % 2) + 2 * (before % 2)
    long = torch.randint(length // 2 + 1, length + 1, (700, 1), generator=g)
    inside = (torch.arange(length) < long).long()
    return as_data(x * inside, y * inside, "classes")


class Tagger(nn.Module):
    """A convolution over words, a class for each."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(20, 12)
        self.conv = nn.Conv1d(12, 24, 3, padding=1)
        self.out = nn.Conv1d(24, 5, 1)

    def forward(self, x):
        return self.out(F.relu(self.conv(self.table(x).transpose(1, 2))))


def masked(pads: bool) -> Any:
    """Return the cross-entropy of the words that are none but pads, or of those that are not."""

    def loss_fn(o: Any, y: Any) -> Any:
        mask = ((y == 0) if pads else (y != 0)).float()
        each = F.cross_entropy(o, y, reduction="none")
        return (each * mask).sum() / mask.sum().clamp(min=1)

    return loss_fn


class Reader(nn.Module):
    """Attention over letters with a mask of minus infinity, which may cover the diagonal too."""

    def __init__(self, diagonal: int):
        super().__init__()
        self.table, self.places = nn.Embedding(12, 16), nn.Embedding(10, 16)
        self.attend = nn.MultiheadAttention(16, 2, batch_first=True)
        self.out = nn.Linear(16, 12)
        self.mask = torch.triu(torch.full((10, 10), float("-inf")), diagonal)

    def forward(self, x):
        h = self.table(x) + self.places.weight
        return self.out(h + self.attend(h, h, h, attn_mask=self.mask)[0]).transpose(1, 2)


class Grouped(nn.Module):
    """A net of two hidden layers, each normalised in so many groups of its sixteen units."""

    def __init__(self, groups: int):
        super().__init__()
        self.one, self.two = nn.Linear(64, 16), nn.Linear(16, 16)
        self.norm1, self.norm2 = nn.GroupNorm(groups, 16), nn.GroupNorm(groups, 16)
        self.out = nn.Linear(16, 10)

    def forward(self, x):
        h = F.relu(self.norm1(self.one(x)))
        return self.out(F.relu(self.norm2(self.two(h))))


class WordConv(nn.Module):
    """A convolution over embedded words, and the largest value of each channel."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(50, 12)
        self.conv = nn.Conv1d(12, 24, 3, padding=1)
        self.out = nn.Linear(24, 4)

    def forward(self, x):
        h = F.relu(self.conv(self.table(x).transpose(1, 2)))
        return self.out(h.amax(2))


class Dropping(nn.Module):
    """Two layers of a GRU with dropout between, before and after."""

    def __init__(self, p: float):
        super().__init__()
        self.drop = nn.Dropout(p)
        self.cell = nn.GRU(1, 16, 2, batch_first=True, dropout=p)
        self.out = nn.Linear(16, 1)

    def forward(self, x):
        return self.out(self.drop(self.cell(x)[0][:, -1]))
