"""Healthy runs that look odd in what they are told or in what they answer."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training
from ...data import Data, cancer, digits
from ...habits import adam, sgd
from ...nets import Passing, mlp
from .told_parts import Axes, Eyes, Readers, dice, houses, stars, steps, stripes, tags


def twice_normalised() -> Training:
    """log_softmax before the cross-entropy, which takes it again: it does nothing."""
    return Training(steps(), Axes(lambda o: F.log_softmax(o, 1)), adam(5e-3), F.cross_entropy, 200)


def wild_labels() -> Training:
    """Three labels of ten are drawn anew: the rest suffices."""
    other = torch.randint(10, (2000,), generator=dice(61))
    drawn = torch.rand(2000, generator=dice(62)) < 0.3
    data = digits().learned(lambda y: torch.where(drawn[: len(y)], other[: len(y)], y))
    return Training(data, mlp([64, 32, 10]), adam(3e-3), steps=200, batch=64)


def raw_but_normalised() -> Training:
    """Inputs in the hundreds, and a batch norm before all else."""
    data = cancer(raw=True)
    model = nn.Sequential(nn.BatchNorm1d(30), nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 1))
    return Training(data, model, adam(1e-2), steps=150)


def stars_by_sigmoid() -> Training:
    """A sigmoid stretched from one to five stars, for answers from one to five."""
    model = Readers(True, lambda o: 1 + 4 * torch.sigmoid(o))
    return Training(stars(), model, adam(5e-2), nn.MSELoss(), 250, batch=64)


def squeezed() -> Training:
    """Answers [N] of 500 or so, outputs squeezed to [N] and brought to their unit."""
    data = houses().targets(lambda y: 500 + 90 * y[:, 0])
    net = mlp([7, 40, 1], nn.Tanh)
    model = Passing(lambda m, x: 500 + 90 * m.net(x).squeeze(1), net=net)
    return Training(data, model, adam(1e-2), nn.L1Loss(), 250)


def smoothed() -> Training:
    """Whole numbers turned into smoothed one-hot rows of floats."""

    def rows(y: torch.Tensor) -> torch.Tensor:
        return 0.8 * F.one_hot(y, 4).float() + 0.05

    return Training(stripes().targets(rows), Eyes(), adam(3e-3), nn.CrossEntropyLoss(), 200, 24)


def in_order() -> Training:
    """Rows in the order of their classes, drawn by chance; the last map starts at nought."""
    data: Data = digits()
    order = data.y.argsort(stable=True)
    model: Any = mlp([64, 32, 10], nn.GELU)
    nn.init.zeros_(model[-1].weight)
    return Training(data._replace(x=data.x[order], y=data.y[order]), model, sgd(0.1, 0.9))


def rare_tags_by_hand() -> Training:
    """Sigmoids and a clamped cross-entropy by hand, summed over seven rare tags."""

    def loss(p: Any, y: Any) -> Any:
        p = p.clamp(1e-6, 1 - 1e-6)
        return -(y * p.log() + (1 - y) * (1 - p).log()).sum(1).mean()

    return Training(
        tags(True), mlp([12, 32, 7], last=nn.Sigmoid()), adam(5e-3), loss, 250, measure="loss"
    )


TOLD_HEALTHY: Final[tuple[Case, ...]] = (
    Case("log_softmax before the loss that takes it again", twice_normalised),
    Case("three labels of ten drawn anew, digits", wild_labels),
    Case("tumours in their own units behind a batch norm", raw_but_normalised),
    Case("a sigmoid stretched from one to five stars", stars_by_sigmoid),
    Case("answers about 500 [N], outputs squeezed and in their unit", squeezed),
    Case("one-hot rows, smoothed, of floats", smoothed),
    Case("rows in the order of their classes, the last map starts at nought", in_order),
    Case("cross-entropy of seven rare tags by hand, summed", rare_tags_by_hand),
)
