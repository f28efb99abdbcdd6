"""Nets and data of flow.py."""

from functools import cache
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import nn

from ...data import Data, as_data, friedman, wine
from ...nets import Passing, filled, normal


@cache
def first_decides(length: int = 15) -> Data:
    """Return noise of two channels whose first row alone gives the class, of four (synthetic)."""
    g = torch.Generator().manual_seed(0)
    x = torch.randn(600, length, 2, generator=g)
    x[:, 0] = x[:, 0].sign() * (1 + x[:, 0].abs())
    return as_data(x, (x[:, 0, 0] > 0).long() + 2 * (x[:, 0, 1] > 0).long(), "classes")


def about_zero() -> Data:
    """Return Friedman's problem, its inputs of unit spread about zero."""
    return friedman().inputs(lambda x: (x - 0.5) * 12**0.5)


def in_log_shares() -> Data:
    """Return the wines, each feature as the logarithm of its share of the largest."""
    data = wine(raw=True)
    top = data.x.amax(0)
    return data.inputs(lambda x: (x / (1.5 * top)).clamp(1e-3, 0.99).log())


HAND = [64, 64, 64, 64, 64, 10]


class ByHand(nn.Module):
    """Layers as products with matrices that were drawn by hand."""

    def __init__(self, sizes, draw, act):
        super().__init__()
        pairs = pairwise(sizes)
        self.w = nn.ParameterList(nn.Parameter(draw(a, b)) for a, b in pairs)
        self.b = nn.ParameterList(nn.Parameter(torch.zeros(b)) for b in sizes[1:])
        self.act = act

    def forward(self, x):
        for i, (w, b) in enumerate(zip(self.w, self.b, strict=True)):
            x = x @ w + b
            x = self.act(x) if i < len(self.w) - 1 else x
        return x


def fitting(a, b):
    return torch.randn(a, b) * (2 / a) ** 0.5


def narrow(a, b):
    return torch.randn(a, b) / a**0.5


def crossed(spread):
    """Return eight cross layers, each of which multiplies what it has by the input."""

    def forward(m, x):
        h = x
        for layer in m.layers:
            h = x * layer(h) + h
        return m.last(h)

    layers = nn.ModuleList(filled(nn.Linear(10, 10), normal(spread)) for _ in range(8))
    return Passing(forward, layers=layers, last=nn.Linear(10, 1))


def with_between(act):
    """Return six layers with this function between them."""

    def forward(m, x):
        for layer in m.layers[:-1]:
            x = act(layer(x))
        return m.layers[-1](x)

    sizes = [30, 24, 24, 24, 24, 24, 1]
    layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
    return Passing(forward, layers=layers)


def most_of_gru(inputs, hidden, outputs):
    """Return a recurrent net that answers by all its states, the largest of each."""
    return Passing(
        lambda m, x: m.fc(m.rnn(x)[0].amax(1)),
        rnn=nn.GRU(inputs, hidden, batch_first=True),
        fc=nn.Linear(hidden, outputs),
    )


def prior_everywhere(names):
    """Return convolutions; layers of these names get the bias of a rare class, as detectors do."""

    def forward(m, x):
        x = F.relu(m.conv1(x))
        x = F.relu(m.conv2(x))
        return m.fc(F.max_pool2d(x, 2).flatten(1))

    net = Passing(
        forward,
        conv1=nn.Conv2d(1, 8, 3, padding=1),
        conv2=nn.Conv2d(8, 8, 3, padding=1),
        fc=nn.Linear(128, 10),
    )
    for name in names:
        nn.init.constant_(getattr(net, name).bias, -4.6)
    return net


def positive(w):
    return nn.init.uniform_(w, 0, 0.3)


def speaker(width, spread):
    """Return a predictor of letters whose words in and words out are one table."""

    def forward(m, x):
        h = m.rnn(m.embed(x))[0]
        return (h @ m.embed.weight.T).transpose(1, 2)

    embed = nn.Embedding(12, width)
    nn.init.normal_(embed.weight, 0, spread)
    return Passing(forward, embed=embed, rnn=nn.RNN(width, width, batch_first=True))
