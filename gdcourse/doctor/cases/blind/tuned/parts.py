"""Small data, nets and habits of several files here."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Training
from ...data import Data, as_data, diabetes, digits, pictures
from ...nets import Passing, conv
from ...sequences import phrases


@cache
def swings(length: int = 15) -> Data:
    """Return noisy waves, and the pace of each (synthetic)."""
    g = torch.Generator().manual_seed(0)
    pace = 0.2 + 0.6 * torch.rand(500, 1, generator=g)
    x = torch.sin(pace * torch.arange(length) + torch.rand(500, 1, generator=g))
    x = x + 0.1 * torch.randn(500, length, generator=g)
    return as_data(x[..., None], (pace - 0.5) / 0.173, "numbers")


def in_rows() -> Data:
    """Return the digits as eight rows of eight pixels."""
    return digits().inputs(lambda x: x.reshape(-1, 8, 8))


class Elman(nn.Module):
    """A plain recurrent net whose cell is written by hand."""

    def __init__(self, inputs, hidden, outputs, act, start):
        super().__init__()
        self.inward = nn.Linear(inputs, hidden)
        self.around = nn.Linear(hidden, hidden, bias=False)
        self.out = nn.Linear(hidden, outputs)
        self.act = act
        start(self.around.weight)

    def forward(self, x):
        h = x.new_zeros(len(x), self.around.in_features)
        for t in range(x.shape[1]):
            h = self.act(self.inward(x[:, t]) + self.around(h))
        return self.out(h)


def last_of_gru(inputs, hidden, outputs, start=None):
    """Return a recurrent net that answers by its last state; start fills every parameter."""
    net = Passing(
        lambda m, x: m.fc(m.rnn(x)[0][:, -1]),
        rnn=nn.GRU(inputs, hidden, batch_first=True),
        fc=nn.Linear(hidden, outputs),
    )
    if start is not None:
        for p in net.parameters():
            start(p)
    return net


@cache
def signals() -> Data:
    """Return noisy series of one channel with a bump, or a dip, or a step (synthetic)."""
    g = torch.Generator().manual_seed(0)
    at, kind = 4 + 16 * torch.rand(600, 1, generator=g), torch.randint(3, (600,), generator=g)
    away = torch.arange(24) - at
    bump = torch.exp(-((away / 2) ** 2))
    x = torch.stack([bump, -bump, away.sign() / 2], 1)[torch.arange(600), kind]
    return as_data((x + 0.2 * torch.randn(600, 24, generator=g))[:, None], kind, "classes")


@cache
def mislabelled() -> Data:
    """Return the sentences, of whose topics a quarter is drawn anew, for those held out as well."""
    g = torch.Generator().manual_seed(0)

    def change(y: Any) -> Any:
        anew = torch.randint(4, y.shape, generator=g)
        return torch.where(torch.rand(y.shape, generator=g) < 0.25, anew, y)

    return phrases().targets(change)


@cache
def in_waves(columns: int) -> Data:
    """Return the diabetes data as cosines of as many random sums."""
    g = torch.Generator().manual_seed(0)
    w, b = torch.randn(10, columns, generator=g), 6.28 * torch.rand(columns, generator=g)
    return diabetes().inputs(lambda x: torch.cos(0.4 * x @ w + b))


def by_functions(sizes):
    """Return two layers with relu in the forward, as many write them."""
    return Passing(
        lambda m, x: m.fc2(torch.relu(m.fc1(x))),
        fc1=nn.Linear(sizes[0], sizes[1]),
        fc2=nn.Linear(sizes[1], sizes[2]),
    )


class Looker(nn.Module):
    """One head of attention over words, written out."""

    def __init__(self, width=16, words=50, drop=0.0):
        super().__init__()
        self.tok = nn.Embedding(words, width)
        self.pos = nn.Parameter(0.1 * torch.randn(8, width))
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.out = nn.Linear(width, 4)
        self.drop = drop

    def forward(self, x):
        h = F.dropout(self.tok(x) + self.pos, self.drop, self.training)
        q, k, v = self.qkv(h).chunk(3, -1)
        h = h + self.proj(F.scaled_dot_product_attention(q, k, v))
        return self.out(F.gelu(h).mean(1))


def grouped(body, head):
    """Return a convolutional net whose parts go at rates of their own."""
    net = conv(depth=2)
    groups = [{"params": net[:-1].parameters(), "lr": body}, {"params": net[-1].parameters()}]
    return Training(pictures(), net, torch.optim.SGD(groups, lr=head, momentum=0.9), steps=150)


def listener():
    """Return convolutions over time."""
    return nn.Sequential(
        nn.Conv1d(1, 8, 5, padding=2),
        nn.ReLU(),
        nn.Conv1d(8, 8, 5, padding=2),
        nn.ReLU(),
        nn.AdaptiveMaxPool1d(3),
        nn.Flatten(),
        nn.Linear(24, 3),
    )


def bag(words=50, width=16):
    return Passing(
        lambda m, x: m.fc(m.bag(x)), bag=nn.EmbeddingBag(words, width), fc=nn.Linear(width, 4)
    )
