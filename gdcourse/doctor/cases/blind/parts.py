"""Data and nets for loops.py and inside.py, faulty or not."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ..data import Data, as_data, digits
from ..nets import Passing, Recurrent, mlp
from ..sequences import phrases, running_sum

WORDS = 50


def onto_itself(data: Data) -> Data:
    """Return data whose targets are the inputs."""
    return data._replace(y=data.x, y_held=data.x_held, kind="numbers")


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


class Variational(nn.Module):
    """An autoencoder with noise in the middle; it keeps its distance from the prior."""

    def __init__(self, spread: Any):
        super().__init__()
        self.body = mlp([64, 32, 16], last=nn.ReLU())
        self.mean, self.loose = nn.Linear(16, 6), nn.Linear(16, 6)
        self.decode = mlp([6, 32, 64])
        self.spread = spread

    def forward(self, x):
        h = self.body(x)
        m, s = self.mean(h), self.spread(self.loose(h))
        self.distance = (m**2 + s**2 - 2 * s.log() - 1).sum(1).mean() / 2
        return self.decode(m + s * torch.randn_like(s) if self.training else m)


def stacked(act: Any, width: int = 8) -> nn.Module:
    return mlp([64, 32, 32, 16, width, 16, 32, 32, 64], act)


def factors(start: float, width: int = 2) -> nn.Module:
    """Return a table of users and one of items, whose products are the ratings."""

    def forward(m: Any, x: Any) -> Any:
        return (m.user(x[:, 0]) * m.item(x[:, 1])).sum(1, keepdim=True)

    user, item = nn.Embedding(30, width), nn.Embedding(30, width)
    for table in (user, item):
        nn.init.normal_(table.weight, 0, start)
    return Passing(forward, user=user, item=item)


def gated(bias: float) -> nn.Module:
    """Return an LSTM of letters; all its gates' biases, and the cell's, start at this."""
    model = Recurrent(nn.LSTM, 8, 24, 12, words=12, every=True)
    nn.init.constant_(model.cell.bias_ih_l0, bias)
    return model


def forecaster(channel: bool) -> nn.Module:
    """Return convolutions from 24 values to 8; with or without a channel of one left over."""
    ends = [nn.Flatten()] if not channel else []
    body = [nn.Conv1d(1, 16, 5, stride=2), nn.ReLU(), nn.Linear(10, 8), nn.Conv1d(16, 1, 1)]
    return nn.Sequential(nn.Unflatten(1, (1, 24)), *body, *ends)


def letters(kind: Any = nn.GRU, hidden: int = 24) -> nn.Module:
    return Recurrent(kind, 8, hidden, 12, words=12, every=True)


def coder(code: int = 12, act: Any = nn.ReLU) -> nn.Module:
    return mlp([64, 32, code, 32, 64], act)


def blind_words() -> nn.Module:
    """Return a net that makes its table of words anew at every call."""

    def forward(m: Any, x: Any) -> Any:
        return m.head(nn.Embedding(50, 12)(x).mean(1))

    return Passing(forward, head=mlp([12, 16, 4]))


def rounded(straight: bool) -> nn.Module:
    """Return an autoencoder of whole numbers; their gradient is zero, or passed straight on."""

    def forward(m: Any, x: Any) -> Any:
        h = 3 * torch.tanh(m.body(x))
        return m.decode(h + (h.round() - h).detach() if straight else h.round())

    return Passing(forward, body=mlp([64, 32, 4]), decode=mlp([4, 32, 64]))


def noisy_pictures(paired: bool) -> Any:
    """Return noisy digits and clean ones, from one loader or from two that are each shuffled."""
    g = torch.Generator().manual_seed(0)
    clean = onto_itself(digits())
    data = clean.inputs(lambda x: x + 0.5 * torch.randn(x.shape, generator=g))
    return data if paired else data.learned(lambda y: y[torch.randperm(len(y))])


def noisy_sums(rows: int) -> Any:
    """Return sums of twelve numbers, measured with noise; few or many rows to learn from."""
    g = torch.Generator().manual_seed(0)
    data = running_sum().targets(lambda y: y + 0.7 * torch.randn(y.shape, generator=g))
    return data.first(rows)


def numbered() -> Any:
    """Return sentences, each with a number of its own, and labels, two in five of them noise."""
    g = torch.Generator().manual_seed(0)
    data = phrases()
    rows = torch.arange(900)[:, None].split([len(data.x), len(data.x_held)])
    noise = torch.randint(4, data.y.shape, generator=g)
    return data._replace(
        x=torch.cat([data.x, rows[0]], 1),
        x_held=torch.cat([data.x_held, rows[1]], 1),
        y=torch.where(torch.rand(data.y.shape, generator=g) < 0.4, noise, data.y),
    )


def with_rows(used: bool) -> nn.Module:
    """Return a net over words, and over the row's number if that is used."""

    def forward(m: Any, x: Any) -> Any:
        h = m.words(x[:, :-1]).mean(1)
        return m.head(torch.cat([h, m.rows(x[:, -1])], 1) if used else h)

    tables = {"words": nn.Embedding(50, 16)} | ({"rows": nn.Embedding(900, 16)} if used else {})
    return Passing(forward, **tables, head=mlp([32 if used else 16, 32, 4]))
