"""Data and nets for loops.py and inside.py, faulty or not."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ..data import Data, as_data
from ..nets import Passing, Recurrent, mlp
from ..sequences import phrases

WORDS = 50


@cache
def ratings(users: int = 30, noise: float = 0.1, rows: int = 900) -> Data:
    """Return (user, item) and a rating, a product of two tastes (synthetic), targets (n, 1)."""
    g = torch.Generator().manual_seed(0)
    taste, kind = torch.randn(2, users, 2, generator=g)
    x = torch.randint(users, (rows, 2), generator=g)
    y = (taste[x[:, 0]] * kind[x[:, 1]]).sum(1, keepdim=True) / 2**0.5
    return as_data(x, y + noise * torch.randn(rows, 1, generator=g), "numbers")


@cache
def first_of_two(length: int = 8) -> Data:
    """Return words, and whether word 1 comes before word 2 (synthetic), targets (n, 1)."""
    g = torch.Generator().manual_seed(0)
    x = torch.randint(3, 12, (900, length), generator=g)
    at = torch.rand(900, length, generator=g).argsort(1)[:, :2]
    x.scatter_(1, at, torch.tensor([[1, 2]]).expand(900, 2))
    return as_data(x, (at[:, :1] < at[:, 1:]).float(), "binary")


@cache
def futures(ahead: int = 8) -> Data:
    """Return 24 values of a sine of random pace and phase, and those to come (synthetic)."""
    g = torch.Generator().manual_seed(0)
    pace = 0.2 + 0.4 * torch.rand(700, 1, generator=g)
    wave = (pace * torch.arange(24 + ahead) + 6.28 * torch.rand(700, 1, generator=g)).sin()
    return as_data(wave[:, :24], wave[:, 24:], "numbers")


def padded(after: bool, pads: int = 30) -> Data:
    """Return sentences (words from 1) with pads, 0, behind them or before them."""
    return phrases().inputs(lambda x: F.pad(x + 1, (0, pads) if after else (pads, 0)))


def summed(m: Any, x: Any) -> Any:
    """Pass messages between all words; m.share divides what comes in."""
    h = m.embed(x)
    for hop in m.hops:
        h = torch.relu(hop(h.sum(1, keepdim=True) / m.share + h))
    return m.head(h.mean(1))


def messages(share: float) -> nn.Module:
    hops = nn.ModuleList(nn.Linear(12, 12) for _ in range(6))
    model = Passing(summed, embed=nn.Embedding(WORDS, 12), hops=hops, head=nn.Linear(12, 4))
    model.share = share  # type: ignore[assignment]
    return model


def flow(pace: float) -> nn.Module:
    """Return a net that takes the same step twenty times, of this length."""

    def forward(m: Any, x: Any) -> Any:
        h = m.lift(x)
        for _ in range(20):
            h = h + pace * m.out(torch.relu(m.by(h)))
        return m.head(h)

    lift, by, out = nn.Linear(2, 12), nn.Linear(12, 32), nn.Linear(32, 12)
    for layer in (by, out):
        nn.init.kaiming_normal_(layer.weight)
    return Passing(forward, lift=lift, by=by, out=out, head=nn.Linear(12, 1))


def reader(padding: int | None = 0) -> nn.Module:
    """Return a plain recurrent net over words, on its last state; the pad's vector is zero."""
    model = Recurrent(nn.RNN, 12, 16, 4, words=WORDS + 1)
    model.embed = nn.Embedding(WORDS + 1, 12, padding_idx=padding)
    return model


class Attending(nn.Module):
    """One head of attention written by hand, over words, with or without positions."""

    def __init__(self, words: int, outputs: int, positions: bool = True, start: Any = None):
        super().__init__()
        width = 16
        self.embed = nn.Embedding(words, width)
        self.at = nn.Parameter(torch.randn(8, width)) if positions else None
        self.q, self.k, self.v = (nn.Linear(width, width, bias=False) for _ in range(3))
        self.head = mlp([width, 16, outputs])
        if start is not None:
            for layer in (self.q, self.k, self.v):
                start(layer.weight)

    def forward(self, x, mask=None):
        h = self.embed(x) if self.at is None else self.embed(x) + self.at
        scores = self.q(h) @ self.k(h).transpose(1, 2) / 4
        if mask is not None:
            scores = scores.masked_fill(mask[:, None], float("-inf"))
        return self.head((scores.softmax(2) @ self.v(h)).mean(1))


class Masked(Attending):
    """Attention that overlooks the pads, 0; none is left of an empty sentence."""

    def __init__(self, keep_one: bool):
        super().__init__(WORDS + 1, 4)
        self.keep_one = keep_one

    def forward(self, x, mask=None):
        mask = x == 0
        if self.keep_one:
            mask[:, 0] = False
        return super().forward(x, mask)


def partly_empty() -> Data:
    """Return sentences (words from 1), one of twenty of which is empty."""
    full = phrases().inputs(lambda x: x + 1)
    return full._replace(x=torch.where(torch.arange(len(full.x))[:, None] % 20 > 0, full.x, 0))
