"""Deep, long and fragile models for depth_signals.py and fragile_numbers.py."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...data import Data, as_data, digits


@cache
def steps_of_walk(length: int = 40) -> Data:
    """Return noisy steps to the left and right, and where they lead to (synthetic)."""
    g = torch.Generator().manual_seed(41)
    x = torch.randn(600, length, 2, generator=g)
    return as_data(x, x.sum(1) / length**0.5, "numbers")


@cache
def shares() -> Data:
    """Return six inputs and how a day is divided among four; some parts are nothing at all."""
    g = torch.Generator().manual_seed(42)
    x = torch.randn(700, 6, generator=g)
    y = F.relu(x @ torch.randn(6, 4, generator=g) + 0.5 * torch.randn(700, 4, generator=g)) + 1e-3
    y = torch.where(y > 0.01, y, torch.zeros(()))
    return as_data(x, y / y.sum(1, keepdim=True).clamp(min=1e-3), "numbers")


def by_columns(eps: float) -> Data:
    """Return the digits, each column brought to mean zero and spread one by itself."""

    def change(x: Any) -> Any:
        x = x.reshape(-1, 8, 8)
        x = (x - x.mean(1, keepdim=True)) / (x.std(1, keepdim=True) + eps)
        return x.flatten(1)

    return digits("unit").inputs(change)


class Walk(nn.Module):
    """A state that is multiplied by a matrix at each step, and no activation."""

    def __init__(self, gain: float, width: int = 8):
        super().__init__()
        self.A = nn.Parameter(gain * torch.eye(width) + 0.02 * torch.randn(width, width))
        self.B, self.C = nn.Linear(2, width), nn.Linear(width, 2)

    def forward(self, x):
        h = torch.zeros(len(x), len(self.A))
        for step in x.unbind(1):
            h = h @ self.A + self.B(step)
        return self.C(h)


class Forgetful(nn.Module):
    """A recurrent net of sigmoids over the lines of a picture, pixel after pixel."""

    def __init__(self, act: Any, width: int = 20):
        super().__init__()
        self.W, self.U, self.out = nn.Linear(2, width), nn.Linear(width, width), nn.Linear(width, 2)
        self.act = act

    def forward(self, x):
        h = x.new_zeros(len(x), self.out.in_features)
        for t in range(x.shape[1]):
            h = self.act(self.W(x[:, t]) + self.U(h)) if self.act else h + 0.1 * self.W(x[:, t])
        return self.out(h)


class Gazing(nn.Module):
    """Layers of attention over the lines of a picture, with or without a way around them."""

    def __init__(self, around: bool, depth: int = 8, width: int = 16):
        super().__init__()
        self.enter, self.head = nn.Linear(8, width), nn.Linear(8 * width, 10)
        self.qkv = nn.ModuleList(nn.Linear(width, 3 * width) for _ in range(depth))
        self.around = around

    def forward(self, x):
        x = self.enter(x)
        for layer in self.qkv:
            q, k, v = layer(x).chunk(3, 2)
            h = F.scaled_dot_product_attention(q, k, v)
            x = x + h if self.around else h
        return self.head(x.flatten(1))


class Deep(nn.Module):
    """Many layers of one width, all bent by act, each followed by what `after` does."""

    def __init__(self, sizes: tuple, depth: int, act: Any, std: float = 0.0, after: Any = None):
        super().__init__()
        inputs, width, outputs = sizes
        self.enter, self.leave = nn.Linear(inputs, width), nn.Linear(width, outputs)
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.act, self.after = act, after or (lambda h: h)
        for name, p in self.named_parameters():
            if std and p.ndim == 2:
                nn.init.normal_(p, 0, std)
            elif std and "bias" in name:
                nn.init.zeros_(p)

    def forward(self, x):
        x = self.act(self.enter(x))
        for layer in self.layers:
            x = self.after(self.act(layer(x)))
        return self.leave(x)


class Sounds(nn.Module):
    """Convolutions over the pixels of a picture in a row, each followed by a sigmoid."""

    def __init__(self, act: Any, depth: int = 7):
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv1d(1 if i == 0 else 6, 6, 3, padding=1) for i in range(depth)
        )
        self.fc, self.act = nn.Linear(96, 10), act

    def forward(self, x):
        x = x[:, None]
        for conv in self.convs:
            x = self.act(conv(x))
        return self.fc(F.avg_pool1d(x, 4).flatten(1))


class Hashed(nn.Module):
    """An autoencoder whose code is nearly plus or minus one; sharp says how nearly."""

    def __init__(self, sharp: float, code: int = 16):
        super().__init__()
        self.enc, self.code = nn.Linear(64, 32), nn.Linear(32, code)
        self.dec, self.sharp = nn.Linear(code, 64), sharp

    def forward(self, x):
        return self.dec(torch.tanh(self.sharp * self.code(F.relu(self.enc(x)))))


class Thresholded(nn.Module):
    """Sparse coding: what exceeds a threshold is passed on."""

    def __init__(self, threshold: float):
        super().__init__()
        self.dictionary, self.back = nn.Linear(64, 40, bias=False), nn.Linear(40, 64)
        self.threshold = threshold

    def forward(self, x):
        return self.back(F.relu(self.dictionary(x) - self.threshold))


class Pooled(nn.Module):
    """Features that multiply each other, then their signed square roots."""

    def __init__(self, eps: float):
        super().__init__()
        self.conv, self.fc, self.eps = nn.Conv2d(1, 6, 3), nn.Linear(36, 10), eps

    def forward(self, x):
        h = F.relu(self.conv(x)).flatten(2)
        h = (h @ h.transpose(1, 2) / 36).flatten(1)
        return self.fc(h.sign() * (h.abs() + self.eps).sqrt())


class Rooted(nn.Module):
    """Square roots of what is positive; the others are hidden by torch.where."""

    def __init__(self, safe: bool):
        super().__init__()
        self.fc1, self.fc2, self.safe = nn.Linear(10, 24), nn.Linear(24, 1), safe

    def forward(self, x):
        h = self.fc1(x)
        kept = h.clamp(min=1e-6) if self.safe else h
        return self.fc2(torch.where(h > 0, kept.sqrt(), torch.zeros_like(h)))
