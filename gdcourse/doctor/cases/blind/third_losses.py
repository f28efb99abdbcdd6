"""Faults re-made after published ones, III: outputs, losses and shapes.

After questions on forums and the bug studies; written anew, on small data.
"""

from functools import cache
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ..case import Case, Training, fault
from ..data import Data, as_data, friedman, moons, pictures
from ..habits import adam
from ..nets import Attention, Passing, Recurrent, conv, mlp
from ..sequences import next_letter, phrases, running_sum


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


THIRD_LOSSES: Final[tuple[Case, ...]] = (
    fault(
        "published: a loop that rectifies the last map as well",
        "wrong-output-activation dead-relu",
        lambda: Training(discs(), mapper(_all_rectified), adam(3e-3), steps=140, measure="loss"),
        lambda: Training(
            discs(), mapper(_rectified_between), adam(1e-2), steps=140, measure="loss"
        ),
    ),
    fault(
        "published: the state of an LSTM is the forecast, sums up to nine",
        "wrong-output-activation target-scale",
        lambda: Training(
            running_sum(8).targets(lambda y: 3 * y), _no_head(), adam(2e-2), steps=120
        ),
        lambda: Training(
            running_sum(8).targets(lambda y: 3 * y),
            Recurrent(nn.LSTM, 1, 16, 1),
            adam(2e-2),
            steps=120,
        ),
    ),
    fault(
        "published: softmax over six labels of which several hold",
        "wrong-output-activation",
        lambda: Training(
            tagged(), _tagger(nn.Softmax(-1)), adam(5e-3), F.binary_cross_entropy, steps=120
        ),
        lambda: Training(
            tagged(), _tagger(nn.Sigmoid()), adam(5e-3), F.binary_cross_entropy, steps=120
        ),
    ),
    fault(
        "published: a sigmoid ends the autoencoder, the pixels are standardised",
        "wrong-output-activation",
        lambda: Training(_reconstruct(), autoencoder(torch.sigmoid), adam(5e-3), nn.MSELoss()),
        lambda: Training(_reconstruct(), autoencoder(nn.Identity()), adam(5e-3), nn.MSELoss()),
    ),
    fault(
        "published: the logarithm of a sigmoid as logits, moons",
        "wrong-output-activation",
        lambda: Training(
            moons(),
            Passing(lambda m, x: F.logsigmoid(m.net(x)), net=mlp([2, 16, 16, 1])),
            adam(5e-3),
        ),
        lambda: Training(moons(), mlp([2, 16, 16, 1]), adam(5e-3)),
    ),
    fault(
        "published: the mean error, not squared",
        "wrong-loss",
        lambda: Training(friedman(), mlp([10, 32, 1], nn.Tanh), torch.optim.RMSprop, _signed),
        lambda: Training(friedman(), mlp([10, 32, 1], nn.Tanh), torch.optim.RMSprop, F.mse_loss),
    ),
    fault(
        "published: rates taken for logarithms of rates",
        "wrong-loss wrong-output-activation",
        lambda: Training(calls(), _counter(), adam(1e-2), F.poisson_nll_loss),
        lambda: Training(
            calls(), _counter(), adam(1e-2), lambda o, y: F.poisson_nll_loss(o, y, log_input=False)
        ),
    ),
    fault(
        "published: the overlap is minimised",
        "wrong-loss ascent",
        lambda: Training(discs(0.3), mapper(_rectified_between), adam(1e-2), _overlap, steps=120),
        lambda: Training(
            discs(0.3),
            mapper(_rectified_between),
            adam(1e-2),
            lambda o, y: 1 - _overlap(o, y),
            steps=120,
        ),
    ),
    fault(
        "published: absolute error on one-hot images",
        "wrong-loss",
        lambda: Training(
            pictures().targets(lambda y: F.one_hot(y, 10).float()),
            conv(),
            adam(3e-3),
            F.l1_loss,
            steps=120,
        ),
        lambda: Training(pictures(), conv(), adam(3e-3), steps=120),
    ),
    fault(
        "published: letters [N, T, C] whose axes were not exchanged, T and C twelve",
        "shape-mismatch wrong-loss",
        lambda: Training(next_letter(12), _untransposed(), adam(1e-2), steps=100),
        lambda: Training(next_letter(12), _letters(), adam(1e-2), steps=100),
    ),
    fault(
        "published: maps [N, 1, H, W] against [N, H, W]",
        "shape-mismatch",
        lambda: Training(
            grainy(True), mapper(_rectified_between), adam(1e-2), F.l1_loss, steps=150, batch=16
        ),
        lambda: Training(
            grainy(False), mapper(_rectified_between), adam(1e-2), F.l1_loss, steps=150, batch=16
        ),
    ),
    fault(
        "published: one unit against two coordinates",
        "shape-mismatch",
        lambda: Training(
            places(), Attention(50, 16, 1), adam(5e-3), _square, steps=150, measure="loss"
        ),
        lambda: Training(
            places(), Attention(50, 16, 2), adam(5e-3), _square, steps=150, measure="loss"
        ),
    ),
)
