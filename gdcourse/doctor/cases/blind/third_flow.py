"""Faults re-made after published ones: signals that fade, grow, stick at a wall or start badly.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from functools import cache
from itertools import pairwise
from typing import Final

import torch
import torch.nn.functional as F
from torch import nn

from ..case import Case, Training, fault
from ..data import Data, as_data, cancer, digits, friedman, pictures, wine
from ..habits import adam, sgd
from ..nets import Passing, filled, mlp, normal
from ..sequences import next_letter
from .third_parts import Elman, in_rows, last_of_gru, swings


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


THIRD_FLOW: Final[tuple[Case, ...]] = (
    fault(
        "published: layers by hand, torch.randn as it comes",
        "exploding-gradients poor-initialization",
        lambda: Training(digits(), ByHand(HAND, torch.randn, torch.relu), adam(1e-3)),
        lambda: Training(digits(), ByHand(HAND, fitting, torch.relu), adam(1e-3)),
    ),
    fault(
        "published: eight cross layers that multiply by the input each time",
        "exploding-gradients poor-initialization",
        lambda: Training(about_zero(), crossed(1.0), adam(1e-3), batch=64),
        lambda: Training(about_zero(), crossed(0.05), adam(2e-3), batch=64),
    ),
    fault(
        "published: a cell by hand, rectified, recurrent weights of one half",
        "exploding-gradients poor-initialization",
        lambda: Training(swings(), Elman(1, 32, 1, F.relu, normal(0.5)), adam(1e-3), steps=120),
        lambda: Training(
            swings(), Elman(1, 32, 1, torch.tanh, nn.init.orthogonal_), adam(3e-3), steps=150
        ),
    ),
    fault(
        "published: the first of fifteen rows decides, a plain recurrent net",
        "vanishing-gradients plateau",
        lambda: Training(
            first_decides(), Elman(2, 24, 4, torch.tanh, normal(0.05)), adam(3e-3), steps=150
        ),
        lambda: Training(first_decides(), most_of_gru(2, 16, 4), adam(2e-2), steps=100),
    ),
    fault(
        "published: softmax between all layers",
        "vanishing-gradients plateau",
        lambda: Training(cancer(), with_between(lambda h: F.softmax(h, -1)), sgd(0.1)),
        lambda: Training(cancer(), with_between(F.leaky_relu), sgd(0.5)),
    ),
    fault(
        "published: a GRU, every parameter normal with spread three",
        "saturation poor-initialization",
        lambda: Training(
            in_rows(), last_of_gru(8, 20, 10, lambda p: nn.init.normal_(p, 0, 3.0)), adam(1e-3)
        ),
        lambda: Training(in_rows(), last_of_gru(8, 20, 10), adam(5e-3)),
    ),
    fault(
        "published: layers by hand, torch.rand before sigmoids",
        "saturation poor-initialization vanishing-gradients",
        lambda: Training(
            digits("unit"), ByHand([64, 32, 32, 10], torch.rand, torch.sigmoid), sgd(0.1)
        ),
        lambda: Training(
            digits("unit"), ByHand([64, 32, 32, 10], narrow, torch.sigmoid), adam(1e-2)
        ),
    ),
    fault(
        "published: logarithms of shares, never positive, times weights never negative",
        "dead-relu poor-initialization",
        lambda: Training(in_log_shares(), mlp([13, 24, 24, 3], init=positive), adam(3e-3)),
        lambda: Training(in_log_shares(), mlp([13, 24, 24, 3]), adam(3e-3)),
    ),
    fault(
        "published: the bias of a rare class in every layer of a detector",
        "dead-relu poor-initialization",
        lambda: Training(pictures(), prior_everywhere(["conv1", "conv2", "fc"]), sgd(0.05)),
        lambda: Training(pictures(), prior_everywhere(["fc"]), sgd(0.05)),
    ),
    fault(
        "published: one table for words in and out, far too loud",
        "poor-initialization saturation",
        lambda: Training(next_letter(), speaker(64, 3.0), sgd(0.05), batch=16, measure="loss"),
        lambda: Training(next_letter(), speaker(64, 0.1), adam(3e-3), batch=16, measure="loss"),
    ),
    fault(
        "published: a GRU, every parameter five hundredths",
        "poor-initialization plateau",
        lambda: Training(
            in_rows(), last_of_gru(8, 20, 10, lambda p: nn.init.constant_(p, 0.05)), sgd(0.2)
        ),
        lambda: Training(in_rows(), last_of_gru(8, 20, 10), sgd(0.5)),
    ),
)
