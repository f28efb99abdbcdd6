"""Questions as beginners ask them: layers that do not bend, and weights to start from.

The ideas are those of public questions and of studies of bugs; programs and data are new.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...habits import adam, sgd
from ...nets import Passing, filled, mlp
from .asked_parts import Plain, bicycles, columns, houses, outlines, spectra


def nothing(x: Any) -> Any:
    return x


def prices(forward: Any) -> Training:
    net = Passing(forward, fc1=nn.Linear(5, 32), fc2=nn.Linear(32, 32), fc3=nn.Linear(32, 1))
    return Training(houses().inputs(columns), net, adam(1e-2), nn.MSELoss(), steps=250)


def filters(bend: Any, start: Any = None) -> Training:
    """Return two convolutions with pools between, of crosses, frames and bars."""
    net = nn.Sequential(
        nn.Conv2d(1, 8, 3),
        bend(),
        nn.Conv2d(8, 12, 3),
        bend(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(48, 3),
    )
    if start:
        filled(net, start)
    return Training(outlines(), net, adam(1e-2), steps=200)


class ByHand(nn.Module):
    """Two maps with parameters of one's own."""

    def __init__(self, start: Any):
        super().__init__()
        self.w1, self.b1 = nn.Parameter(start(40, 32)), nn.Parameter(torch.zeros(32))
        self.w2, self.b2 = nn.Parameter(start(32, 8)), nn.Parameter(torch.zeros(8))

    def forward(self, x):
        return torch.tanh(x @ self.w1 + self.b1) @ self.w2 + self.b2


def by_hand(start: Any) -> Training:
    return Training(spectra(), ByHand(start), sgd(0.1, 0.9), steps=200)


def six(start: Any, rate: Any) -> Training:
    return Training(spectra(), mlp([40, 32, 32, 32, 32, 32, 8], init=start), rate, steps=150)


def gain(of: float) -> Any:
    return lambda w: nn.init.xavier_uniform_(w, of)


ASKED_STARTS: Final[tuple[Case, ...]] = (
    fault(
        "published: fc1, fc2 and fc3 of hired bicycles, none of them bent",
        "missing-nonlinearity",
        lambda: Training(bicycles(), Plain(4, 32, 1, nothing), adam(1e-2), steps=250),
        lambda: Training(bicycles(), Plain(4, 32, 1, F.relu), adam(1e-2), steps=250),
    ),
    fault(
        "published: only the inputs are rectified, never what the layers give, houses",
        "missing-nonlinearity",
        lambda: prices(lambda m, x: m.fc3(m.fc2(m.fc1(torch.relu(x))))),
        lambda: prices(lambda m, x: m.fc3(torch.relu(m.fc2(torch.relu(m.fc1(x)))))),
    ),
    fault(
        "published: convolutions and pools, no activations, light and dark outlines",
        "missing-nonlinearity",
        lambda: filters(nn.Identity),
        lambda: filters(nn.ReLU),
    ),
    fault(
        "published: nn.Parameter(torch.zeros) for both maps, metals",
        "poor-initialization plateau",
        lambda: by_hand(torch.zeros),
        lambda: by_hand(lambda a, b: torch.randn(a, b) / a**0.5),
    ),
    fault(
        "published: filters drawn by torch.rand, outlines",
        "poor-initialization exploding-gradients",
        lambda: filters(nn.ReLU, lambda w: w.data.copy_(torch.rand_like(w))),
        lambda: filters(nn.ReLU, nn.init.kaiming_normal_),
    ),
    fault(
        "published: xavier_uniform_ with a gain of three and a half, six rectified layers, metals",
        "poor-initialization exploding-gradients",
        lambda: six(gain(3.5), adam(1e-3)),
        lambda: six(gain(2**0.5), adam(1e-3)),
    ),
)
