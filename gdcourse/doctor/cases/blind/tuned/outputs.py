"""Data, nets and losses of losses.py."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...data import Data, as_data, pictures
from ...nets import Attention, Passing, Recurrent, mlp
from ...sequences import phrases


@cache
def discs(share: float = 0.12) -> Data:
    """Return noisy images (n, 1, 8, 8) of one disc and which pixels are in it (synthetic)."""
    g = torch.Generator().manual_seed(0)
    grid = torch.arange(8.0)
    at = torch.rand(500, 2, 1, 1, generator=g) * 5 + 1
    far = (grid[:, None] - at[:, 0]) ** 2 + (grid - at[:, 1]) ** 2
    mask = (far < share * 64 / 3.14).float()[:, None]
    return as_data(mask + 0.4 * torch.randn(500, 1, 8, 8, generator=g), mask, "binary")


@cache
def tagged() -> Data:
    """Return sentences of four words and which of six themes they touch (synthetic)."""
    words = torch.randint(24, (700, 4), generator=torch.Generator().manual_seed(0))
    themes = F.one_hot(words % 6, 6).amax(1)
    return as_data(words, themes, "binary")


@cache
def calls() -> Data:
    """Return six measurements and the calls that came in at three desks (synthetic)."""
    g = torch.Generator().manual_seed(0)
    x = torch.randn(600, 6, generator=g)
    rate = (1.5 + 1.2 * torch.tanh(x[:, :3] + x[:, 3:])).exp()
    return as_data(x, torch.poisson(rate, generator=g), "numbers")


def places() -> Data:
    """Return sentences and the two coordinates of the town that each is about (synthetic)."""
    towns = torch.tensor([[1.0, -1.0], [-1.0, 1.2], [0.4, -0.8], [-0.5, 0.6]])
    return phrases().targets(lambda y: towns[y], "numbers")


def grainy(flat: bool) -> Data:
    """Return images under noise, to be restored: (n, 1, 8, 8), or flat (n, 8, 8)."""
    g = torch.Generator().manual_seed(1)
    noisy = _reconstruct().inputs(lambda x: x + 0.4 * torch.randn(x.shape, generator=g))
    return noisy.targets(lambda y: y[:, 0]) if flat else noisy


def _all_rectified(m, x):
    for layer in m.layers:  # the last one, too
        x = F.relu(layer(x))
    return x


def _rectified_between(m, x):
    for layer in m.layers[:-1]:
        x = F.relu(layer(x))
    return m.layers[-1](x)


def mapper(forward: Any) -> nn.Module:
    """Return three convolutions from an image to a map of the same size."""
    widths = [(1, 8), (8, 8), (8, 1)]
    layers = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in widths)
    return Passing(forward, layers=layers)


def autoencoder(last: Any) -> nn.Module:
    """Return a convolution, a code of sixteen numbers, and a way back to the pixels."""

    def forward(m, x):
        code = m.code(torch.relu(m.see(x)).flatten(1))
        return last(m.paint(torch.relu(m.wide(code)))).view_as(x)

    return Passing(
        forward,
        see=nn.Conv2d(1, 8, 3, stride=2, padding=1),
        code=nn.Linear(128, 16),
        wide=nn.Linear(16, 64),
        paint=nn.Linear(64, 64),
    )


def _no_head():
    return Passing(lambda m, x: m.cell(x)[0][:, -1], cell=nn.LSTM(1, 1, batch_first=True))


def _untransposed():
    return Passing(
        lambda m, x: m.head(m.cell(m.embed(x))[0]),  # (N, T, C), with T as large as C
        embed=nn.Embedding(12, 8),
        cell=nn.GRU(8, 24, batch_first=True),
        head=nn.Linear(24, 12),
    )


def _signed(o, y):
    return torch.mean(y - o)  # not squared


def _overlap(o, y):
    p = o.sigmoid()
    return (2 * (p * y).sum() + 1) / (p.sum() + y.sum() + 1)


def _square(o, y):
    return ((o - y) ** 2).mean()


def _letters():
    return Recurrent(nn.GRU, 8, 24, 12, words=12, every=True)


def _tagger(*last):
    return nn.Sequential(Attention(24, 16, 6), *last)


def _reconstruct():
    return pictures()._replace(y=pictures().x, y_held=pictures().x_held, kind="numbers")


def _counter():
    return Passing(lambda m, x: m.net(x).exp(), net=mlp([6, 32, 3]))
