"""Data and models for fit_validation.py, all data synthetic."""

from functools import cache

import torch
import torch.nn.functional as F
from torch import nn

from ...data import Data, as_data


@cache
def bend() -> Data:
    """Return the powers one to fourteen of a number in [-1, 1], and a noisy curve over it."""
    g = torch.Generator().manual_seed(31)
    z = 2 * torch.rand(400, 1, generator=g) - 1
    y = (3 * z).sin() + 0.4 * torch.randn(400, 1, generator=g)
    return as_data(torch.cat([z**k for k in range(1, 15)], 1), y, "numbers")


@cache
def beats(noise: float = 1.2) -> Data:
    """Return noisy signals of 32 samples, and which of three paces they have."""
    g = torch.Generator().manual_seed(32)
    pace = torch.randint(3, (900,), generator=g)
    at, phase = torch.arange(32.0), 6.28 * torch.rand(900, 1, generator=g)
    x = torch.sin(phase + (0.35 + 0.15 * pace[:, None]) * at)
    return as_data((x + noise * torch.randn(900, 32, generator=g))[:, None], pace, "classes")


class Ear(nn.Module):
    """Two convolutions over time."""

    def __init__(self, width: int, drop: float = 0.0):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv1d(1, width, 9), nn.Conv1d(width, width, 5, stride=2)
        self.drop, self.fc = drop, nn.Linear(width * 10, 3)

    def forward(self, x):
        x = F.relu(self.conv2(F.relu(self.conv1(x))))
        return self.fc(F.dropout(x.flatten(1), self.drop, self.training))


class Writer(nn.Module):
    """A GRU that writes on, letter by letter."""

    def __init__(self, width: int):
        super().__init__()
        self.table, self.out = nn.Embedding(12, 16), nn.Linear(width, 12)
        self.cell = nn.GRU(16, width, batch_first=True)

    def forward(self, x):
        return self.out(self.cell(self.table(x))[0]).transpose(1, 2)


class Shaken(nn.Module):
    """A net of images; noise is added to what it sees within, while it trains."""

    def __init__(self, noise: float):
        super().__init__()
        self.conv, self.fc1, self.fc2 = nn.Conv2d(1, 6, 3), nn.Linear(54, 24), nn.Linear(24, 10)
        self.noise = noise

    def shake(self, h):
        return h + self.noise * torch.randn_like(h) if self.training else h

    def forward(self, x):
        h = self.shake(F.relu(F.max_pool2d(self.conv(x), 2)).flatten(1))
        return self.fc2(self.shake(F.relu(self.fc1(h))))


class Missed(nn.Module):
    """Words of a sentence, most of them left out while it trains."""

    def __init__(self, share: float):
        super().__init__()
        self.table, self.fc1, self.fc2 = nn.Embedding(50, 16), nn.Linear(16, 16), nn.Linear(16, 4)
        self.share = share

    def forward(self, ids):
        kept = torch.rand(ids.shape) > self.share if self.training else torch.ones(ids.shape)
        h = (self.table(ids) * kept[..., None]).mean(1)
        return self.fc2(F.dropout(torch.tanh(self.fc1(h)), self.share, self.training))
