"""Faults told most often: inputs and answers in the units they were written down in."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...habits import adam, sgd
from ...nets import Passing, mlp
from .mart_nets import Dishes, Motion, Onset
from .mart_parts import concrete, engines, gestures, menus, penguins, quakes, towns, unit_columns


def energy(per: float, about: float) -> Training:
    data = menus().targets(lambda y: (y - about) * per)
    return Training(data, Dishes(), adam(3e-3), F.mse_loss, 250, batch=64)


def strengths(spread: float, about: float) -> Training:
    data = concrete().targets(lambda y: about + spread * y)
    model = mlp([8, 48, 24, 1])
    return Training(data, model, adam(3e-3), nn.MSELoss(), 200)


def samples(per: float, about: float) -> Training:
    data = quakes().targets(lambda y: about + per * y)
    return Training(data, Onset(), sgd(1e-2, 0.9), lambda o, y: ((o - y) ** 2).mean(), 200)


def thirst(raw: bool) -> Training:
    data = engines() if raw else engines().inputs(unit_columns)
    model = mlp([5, 32, 16, 1], nn.Sigmoid)
    return Training(data, model, adam(2e-2), F.l1_loss, 250)


def milli(scale: float) -> Training:
    data = gestures().inputs(lambda x: scale * x)
    return Training(data, Motion(3, 6, 16), sgd(0.05, 0.9), F.cross_entropy, 150)


def traffic(raw: bool) -> Training:
    def logged(x: Any) -> Any:
        return torch.cat([(x[:, :1].log() - 8) / 2, x[:, 1:]], 1)

    data = towns() if raw else towns().inputs(logged)
    net = mlp([5, 40, 40, 1], nn.LeakyReLU)
    model = Passing(lambda m, x: m.net(x), net=net)
    return Training(data, model, adam(5e-3), nn.HuberLoss(), 250)


def seismic(baseline: float) -> Training:
    data = quakes().inputs(lambda x: x + baseline)
    return Training(data, Onset(), sgd(0.02), nn.MSELoss(), 250)


def lengths(about: float) -> Training:
    data = penguins().inputs(lambda x: 5 * x + about)
    return Training(data, mlp([5, 32, 4], nn.Tanh), adam(1e-2), F.cross_entropy, 200)


MART_TARGETS: Final[tuple[Case, ...]] = (
    fault(
        "published: the energy of a menu in kilocalories, EmbeddingBag, Adam",
        "target-scale",
        lambda: energy(100, 0),
        lambda: energy(0.25, 19),
    ),
    fault(
        "published: the strength of concrete in megapascal, 35 on the whole, Adam",
        "target-scale",
        lambda: strengths(16, 35),
        lambda: strengths(1, 0),
    ),
    fault(
        "published: the onset of a quake in thousandths of a second, momentum",
        "target-scale nonfinite exploding-gradients learning-rate-too-high",
        lambda: samples(870, 1900),
        lambda: samples(1, 0),
    ),
)

MART_INPUTS: Final[tuple[Case, ...]] = (
    fault(
        "published: displacement, weight and year as written, nn.Sigmoid, the thirst of engines",
        "input-scale saturation",
        lambda: thirst(True),
        lambda: thirst(False),
    ),
    fault(
        "published: accelerations in thousandths of g, gestures, momentum",
        "input-scale dead-relu",
        lambda: milli(1000.0),
        lambda: milli(1.0),
    ),
    fault(
        "published: inhabitants of towns, up to a million, no logarithm taken",
        "input-scale",
        lambda: traffic(True),
        lambda: traffic(False),
    ),
    fault(
        "published: the baseline of the seismograph, ten spreads of it, is not taken off",
        "input-scale",
        lambda: seismic(10.0),
        lambda: seismic(0.0),
    ),
    fault(
        "published: penguins in millimetres, about sixty and not centred, nn.Tanh",
        "input-scale saturation",
        lambda: lengths(60.0),
        lambda: lengths(0.0),
    ),
)
