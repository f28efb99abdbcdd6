"""Data and nets of dense.py, faulty or not."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ..data import Data, as_data, diabetes
from ..nets import Passing, mlp

SIZES = [64, 32, 10]


@cache
def parity(bits: int = 4) -> Data:
    """Return signs, and whether an odd number of them is negative (synthetic)."""
    g = torch.Generator().manual_seed(0)
    x = torch.randint(0, 2, (500, bits), generator=g) * 2.0 - 1
    return as_data(x, (x.prod(1, keepdim=True) < 0).float(), "binary")


@cache
def shares() -> Data:
    """Return five inputs and three outputs of either sign (synthetic)."""
    g = torch.Generator().manual_seed(0)
    x = torch.randn(500, 5, generator=g)
    y = torch.tanh(x @ torch.randn(5, 3, generator=g)) * 2 + 0.1 * torch.randn(500, 3, generator=g)
    return as_data(x, y, "numbers")


@cache
def progressing(chaff: int = 0) -> Data:
    """Return whether a diabetes progresses more than on average, beside columns of chance."""
    g = torch.Generator().manual_seed(0)
    data = diabetes().targets(lambda y: (y > 0).float(), "binary")
    return data.inputs(lambda x: torch.cat([x, torch.randn(len(x), chaff, generator=g)], 1))


def copied_unit():
    """Return a net whose hidden units all start as copies of one."""
    net: Any = mlp([2, 16, 1], nn.Tanh)
    with torch.no_grad():
        for p in (net[0].weight, net[0].bias, net[2].weight.T):
            p.copy_(p[:1].clone().expand_as(p))
    return net


class Bumps(nn.Module):
    """A sum of bumps at centres that are learned."""

    def __init__(self, low: float, high: float):
        super().__init__()
        self.centre = nn.Parameter(torch.linspace(low, high, 20))
        self.head = nn.Linear(20, 1)

    def forward(self, x):
        return self.head(torch.exp(-2 * (x - self.centre) ** 2))


def warmed_over(steps):
    return lambda o: torch.optim.lr_scheduler.LambdaLR(o, lambda i: min(1.0, (i + 1) / steps))


def to_and_fro(top):
    """Return a cyclic rate: thirty steps up to the top, thirty down."""
    return lambda o: torch.optim.lr_scheduler.CyclicLR(o, 0.01, top, 30, cycle_momentum=False)


def again_and_again(gain):
    """Return a net that applies one layer sixteen times."""

    def forward(m, x):
        x = m.first(x)
        for _ in range(16):
            x = torch.relu(m.layer(x))
        return m.last(x)

    layer = nn.Linear(24, 24)
    nn.init.orthogonal_(layer.weight, gain)
    return Passing(forward, first=nn.Linear(10, 24), layer=layer, last=nn.Linear(24, 1))


def normed(sizes, act, norm, gain, shift):
    """Return a net of norms before the activations, each with this gain and shift."""
    net = mlp(sizes, act, norm=norm)
    for m in net:
        if isinstance(m, norm):
            nn.init.constant_(m.weight, gain)
            nn.init.constant_(m.bias, shift)
    return net


def steep(gain):
    return normed([64, 12, 12, 12, 10], nn.Sigmoid, nn.LayerNorm, gain, 0.0)


def shifted(by):
    return normed([30, 24, 24, 1], nn.ReLU, nn.BatchNorm1d, 1.0, by)


def hinge(o, y):
    return F.relu(1 - y * o).mean()


def deep(init):
    return mlp([2, *[16] * 16, 4], init=init)


def as_torch_does(w):
    nn.init.kaiming_uniform_(w, 5**0.5)


def adamw(lr):
    return lambda p: torch.optim.AdamW(p, lr)
