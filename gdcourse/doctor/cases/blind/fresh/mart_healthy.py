"""Healthy runs that look odd at the end of the net, in the loss, the labels, scales or starts."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training
from ...habits import adam, sgd
from ...nets import Passing, filled, mlp, normal
from .mart_nets import Dishes, Motif, Motion
from .mart_parts import engines, gestures, menus, penguins, promoters, turbines


def share() -> Training:
    net = mlp([3, 24, 1], nn.Tanh, last=nn.Sigmoid())
    return Training(turbines(), net, adam(1e-2), F.mse_loss, 250)


def margins() -> Training:
    data = penguins().targets(lambda y: y + 1)  # numbered from one: nothing is ever nought
    return Training(data, mlp([5, 24, 5]), sgd(0.1, 0.9), nn.MultiMarginLoss(), 150)


def inside() -> Training:
    data = gestures().inputs(lambda x: 1000 * x)
    model = Passing(lambda m, x: m.net(x / 1000), net=Motion(3, 6))
    return Training(data, model, adam(5e-3), steps=150)


def metres() -> Training:
    data = gestures().inputs(lambda x: 9.81 * x)
    return Training(data, Motion(3, 6), adam(5e-3), steps=150)


def kilocalories() -> Training:
    data = menus().targets(lambda y: 100 * y)
    model = Passing(lambda m, x: 1900 + 400 * m.net(x), net=Dishes())
    return Training(data, model, adam(5e-3), F.mse_loss, 250, batch=64)


def normed() -> Training:
    model = filled(Motion(3, 6, norm=True), normal(1.0))  # the norms have no matrices
    return Training(gestures(), model, sgd(0.1), steps=150)


def doubtful() -> Training:
    # three experts of ten disagree: labels are shares, the loss ends near 0.6
    data = promoters().learned(lambda y: 0.3 + 0.4 * y)
    return Training(data, Motif(16), adam(2e-2), F.binary_cross_entropy_with_logits, 250)


def old_engines() -> Training:
    def loss(o: Any, y: Any) -> Any:
        return F.l1_loss(o, y.squeeze(1))

    def forward(m: Any, x: torch.Tensor) -> torch.Tensor:
        return m.net(m.norm(x)).squeeze(1)

    net = mlp([5, 32, 1], nn.Softplus)
    model = Passing(forward, net=net, norm=nn.BatchNorm1d(5, affine=False))
    return Training(engines(), model, adam(2e-2), loss, 250)


MART_HEALTHY: Final[tuple[Case, ...]] = (
    Case("is it wrong: a sigmoid and squared errors, but the answer is a share of power", share),
    Case("is it wrong: labels one to four, five outputs, margins, penguins", margins),
    Case("is it wrong: thousandths of g come in, forward divides by a thousand", inside),
    Case("is it wrong: accelerations in m/s2, up to twenty of them, Adam", metres),
    Case("is it wrong: kilocalories, forward multiplies by 400, a loss of thousands", kilocalories),
    Case("is it wrong: filters of spread one, batch norm after each, gestures", normed),
    Case("is it wrong: labels 0.3 and 0.7 of doubtful experts, the loss ends at 0.6", doubtful),
    Case("is it wrong: years and weights as written, a norm first, outputs [N]", old_engines),
)
