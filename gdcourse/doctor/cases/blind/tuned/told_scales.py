"""Answers and inputs in units that a net does not bear, and weights that start badly."""

from functools import cache
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import Data, as_data
from ...habits import adam, sgd
from ...nets import Passing, Recurrent, mlp
from .told_parts import Axes, Eyes, dice, houses, steps, stripes, tides


@cache
def runs() -> Data:
    """Return twelve training weeks (n, 12, 1) and the standardised time of the marathon."""
    x = torch.randn(500, 12, 1, generator=dice(51)).cumsum(1) / 2
    y = -0.5 * x[:, -4:].mean(1) + 0.3 * x[:, :4].mean(1).abs()
    return as_data(x, (y - y.mean()) / y.std(), "numbers")


@cache
def clinic(column: bool = False) -> Data:
    """Return six standardised columns, one of them hardly of use, and whether a patient stays.

    The column may come as it is: the number on the patient's card.
    """
    x = torch.randn(700, 6, generator=dice(52))
    y = (x[:, 0] * x[:, 1] + x[:, 2] + 0.2 * torch.randn(700, generator=dice(53)) > 0).float()
    if column:
        x = torch.cat([x[:, :5], 50000 + 29000 * x[:, 5:]], 1)
    return as_data(x, y[:, None], "binary")


def marathon(seconds: bool) -> Training:
    data = runs().targets(lambda y: 14400 + 1800 * y) if seconds else runs()
    return Training(data, Recurrent(nn.GRU, 1, 16, 1), adam(1e-2), nn.L1Loss(), 120)


def brain(volts: bool) -> Training:
    data = tides().inputs(lambda x: x.transpose(1, 2))
    data = data.targets(lambda y: 2e-5 * y) if volts else data
    return Training(data, Axes(None, 1, 1), adam(8e-3), F.mse_loss, 180)


def bonds(points: bool) -> Training:
    data = houses().targets(lambda y: 400 + 150 * y) if points else houses()
    return Training(data, mlp([7, 32, 32, 1]), sgd(0.02, 0.9), nn.MSELoss(), 200, batch=64)


def depth(millimetres: bool) -> Training:
    data = stripes().inputs(lambda x: 1500 + 400 * x) if millimetres else stripes()
    return Training(data, Eyes(), sgd(0.03, 0.9), steps=200, batch=24)


def farads(tiny: bool) -> Training:
    data = steps().inputs(lambda x: 1e-6 * x) if tiny else steps()
    return Training(data, Axes(), adam(4e-3), steps=220)


def card(number: bool) -> Training:
    net: Any = Passing(lambda m, x: m.b(torch.tanh(m.a(x))), a=nn.Linear(6, 40), b=nn.Linear(40, 1))
    return Training(clinic(number), net, adam(2e-2), steps=200)


def constant(model: nn.Module, value: float) -> nn.Module:
    for p in model.parameters():
        if p.ndim > 1:
            nn.init.constant_(p, value)
    return model


def alike(same: bool) -> Training:
    model = constant(Eyes(), 0.05) if same else Eyes()
    return Training(stripes(), model, adam(3e-3), steps=200, batch=24)


def hundredth(small: bool) -> Training:
    net = mlp([7, 32, 32, 32, 32, 32, 1])
    for m in net:
        if isinstance(m, nn.Linear):
            if small:
                nn.init.normal_(m.weight, 0, 0.01)
            else:
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
            nn.init.zeros_(m.bias)
    return Training(houses(), net, sgd(0.01, 0.9), steps=220)


TOLD_SCALES: Final[tuple[Case, ...]] = (
    fault(
        "published: the time of a marathon in seconds, GRU and nn.L1Loss",
        "target-scale",
        lambda: marathon(True),
        lambda: marathon(False),
    ),
    fault(
        "published: the current of the brain in volts, twenty millionths, Adam",
        "target-scale",
        lambda: brain(True),
        lambda: brain(False),
    ),
    fault(
        "published: rates in basis points, momentum",
        "target-scale",
        lambda: bonds(True),
        lambda: bonds(False),
    ),
    fault(
        "published: a depth camera in millimetres, momentum",
        "input-scale",
        lambda: depth(True),
        lambda: depth(False),
    ),
    fault(
        "published: capacities in farads, a millionth each, Conv1d",
        "input-scale",
        lambda: farads(True),
        lambda: farads(False),
    ),
    fault(
        "published: the number of the card among the columns, F.tanh",
        "input-scale saturation",
        lambda: card(True),
        lambda: card(False),
    ),
)

TOLD_STARTS: Final[tuple[Case, ...]] = (
    fault(
        "published: nn.init.constant_ of a twentieth, all filters alike, stripes",
        "poor-initialization",
        lambda: alike(True),
        lambda: alike(False),
    ),
    fault(
        "published: normal of a hundredth, six rectified maps, houses",
        "poor-initialization vanishing-gradients",
        lambda: hundredth(True),
        lambda: hundredth(False),
    ),
)
