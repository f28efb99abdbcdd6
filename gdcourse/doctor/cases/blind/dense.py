"""Faults re-made after published ones: dense nets that classify and predict numbers.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from functools import cache
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ....rules import sign_descent
from ....rules.torch_optimizer import TorchOptimizer
from ..case import Case, Training, fault
from ..data import Data, as_data, blobs, cancer, diabetes, digits, friedman, moons, rings, waves
from ..habits import adam, sgd
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


MORE_DENSE: Final[tuple[Case, ...]] = (
    fault(
        "published: a ring, sixteen copies of one unit",
        "plateau poor-initialization",
        lambda: Training(rings(), copied_unit(), sgd(0.2)),
        lambda: Training(rings(), mlp([2, 16, 1], nn.Tanh), sgd(1.0)),
    ),
    fault(
        "published: odd or even, sigmoids on a flat stretch",
        "plateau vanishing-gradients learning-rate-too-low",
        lambda: Training(parity(), mlp([4, 8, 1], nn.Sigmoid), sgd(0.5), steps=300),
        lambda: Training(parity(), mlp([4, 32, 1], nn.Tanh), adam(2e-2), steps=300),
    ),
    fault(
        "published: bumps that start where no data are",
        "plateau poor-initialization vanishing-gradients",
        lambda: Training(waves(), Bumps(6, 12), adam(1e-2)),
        lambda: Training(waves(), Bumps(-3, 3), adam(2e-2)),
    ),
    fault(
        "published: a rate that warms up for a hundred thousand steps",
        "learning-rate-too-low",
        lambda: Training(digits(), mlp(SIZES), adamw(1e-3), schedule=warmed_over(100_000)),
        lambda: Training(digits(), mlp(SIZES), adamw(3e-3), schedule=warmed_over(20)),
    ),
    fault(
        "published: a fine-tuning rate of 2e-5, from scratch",
        "learning-rate-too-low",
        lambda: Training(friedman(), mlp([10, 32, 1]), adamw(2e-5)),
        lambda: Training(friedman(), mlp([10, 32, 1]), adamw(1e-2)),
    ),
    fault(
        "published: a cyclic rate whose top is too high",
        "oscillation learning-rate-too-high",
        lambda: Training(digits(), mlp(SIZES, nn.Tanh), sgd(0.01), schedule=to_and_fro(6.0)),
        lambda: Training(digits(), mlp(SIZES, nn.Tanh), sgd(0.01), schedule=to_and_fro(0.5)),
    ),
    fault(
        "published: steps of a tenth by the sign, a sine",
        "oscillation learning-rate-too-high",
        lambda: Training(
            waves(), mlp([1, 24, 1], nn.Tanh), lambda p: TorchOptimizer(p, sign_descent(0.1))
        ),
        lambda: Training(
            waves(),
            mlp([1, 24, 1], nn.Tanh),
            lambda p: TorchOptimizer(p, sign_descent(0.01)),
            steps=300,
        ),
    ),
    fault(
        "published: a hundred columns of chance beside ten, eighty rows",
        "overfitting",
        lambda: Training(
            progressing(100).first(80), mlp([110, 32, 1]), adam(3e-3), validate=10, measure="loss"
        ),
        lambda: Training(
            progressing(), mlp([10, 8, 1]), adam(3e-3), validate=10, measure="loss", steps=150
        ),
    ),
    fault(
        "published: moons in a haze, three wide layers for fifty points",
        "overfitting",
        lambda: Training(
            moons(0.6).first(50),
            mlp([2, 96, 96, 96, 1]),
            adam(3e-3),
            steps=250,
            validate=10,
            measure="loss",
        ),
        lambda: Training(
            moons(0.6), mlp([2, 8, 1]), adam(1e-2), steps=150, validate=10, measure="loss"
        ),
    ),
    fault(
        "published: norms with a gain of forty before sigmoids",
        "saturation poor-initialization",
        lambda: Training(digits(), steep(40.0), adam(1e-2)),
        lambda: Training(digits(), steep(1.5), adam(1e-2)),
    ),
    fault(
        "published: clouds, sixteen rectified layers as PyTorch starts them",
        "vanishing-gradients poor-initialization",
        lambda: Training(blobs(), deep(as_torch_does), sgd(0.05), steps=150),
        lambda: Training(blobs(), deep(nn.init.kaiming_normal_), adam(3e-3), steps=150),
    ),
    fault(
        "published: one layer applied sixteen times, too loud",
        "exploding-gradients poor-initialization",
        lambda: Training(friedman(), again_and_again(2.5), adam(1e-3)),
        lambda: Training(friedman(), again_and_again(1.4), adam(1e-3)),
    ),
    fault(
        "published: norms shifted by minus six before rectified units",
        "dead-relu poor-initialization",
        lambda: Training(cancer(), shifted(-6.0), sgd(0.1)),
        lambda: Training(cancer(), shifted(0.0), sgd(0.1)),
    ),
    fault(
        "published: hinge loss on labels nought and one",
        "wrong-loss label-mismatch",
        lambda: Training(moons(), mlp([2, 16, 1]), adam(1e-2), hinge),
        lambda: Training(moons(), mlp([2, 16, 1]), adam(1e-2), lambda o, y: hinge(o, 2 * y - 1)),
    ),
    fault(
        "published: softmax over three numbers to be predicted",
        "wrong-output-activation",
        lambda: Training(shares(), mlp([5, 32, 3], last=nn.Softmax(1)), adam(1e-2)),
        lambda: Training(shares(), mlp([5, 32, 3]), adam(1e-2)),
    ),
)
