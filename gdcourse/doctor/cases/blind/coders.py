"""Coders, tables and letters for loops.py and inside.py, faulty or not."""

from typing import Any

import torch
from torch import nn

from ..data import digits
from ..nets import Passing, Recurrent, mlp
from ..sequences import phrases, running_sum


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
    clean = digits().onto_itself()
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
