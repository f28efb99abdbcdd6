"""Faults told most often: answers that belong to other rows, and starts that do not start."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import Data
from ...habits import adam, sgd
from ...nets import Recurrent, filled, mlp, normal
from .mart_nets import Motion
from .mart_parts import cells, concrete, gestures, penguins, sentences


def shuffled(y: Any) -> Any:
    return y[torch.randperm(len(y))]


def later(rows: int, y: Any) -> Any:
    """Move the answers on by one from some row on, as after a line that was dropped from x."""
    return torch.cat([y[:rows], y[rows:].roll(-1, 0)])


def moved(wrong: bool) -> Training:
    data = gestures().learned(shuffled) if wrong else gestures()
    return Training(data, Motion(3, 6, 12), adam(5e-3), F.cross_entropy, 150)


def mixes(wrong: bool) -> Training:
    data = concrete().learned(lambda y: later(250, y)) if wrong else concrete()
    model = mlp([8, 32, 32, 1], nn.GELU)
    return Training(data, model, adam(8e-3), nn.SmoothL1Loss(), 200)


def tagged(aligned: bool) -> Training:
    model = Recurrent(nn.GRU, 12, 20, 5, words=40, every=True)
    return Training(sentences(aligned), model, adam(8e-3), steps=110)


def masked(turned: bool) -> Training:
    data: Data = cells()
    data = data.learned(lambda y: y.transpose(2, 3)) if turned else data
    model = nn.Sequential(
        nn.Conv2d(1, 8, 5, padding=2), nn.LeakyReLU(), nn.Conv2d(8, 1, 5, padding=2)
    )
    loss = F.binary_cross_entropy_with_logits
    return Training(data, model, sgd(0.2, 0.9), loss, 150, batch=16, measure="loss")


def alike(value: float) -> Training:
    model = mlp([8, 32, 32, 1], nn.Softplus)
    if value:
        filled(model, lambda w: nn.init.constant_(w, value))
    return Training(concrete(), model, adam(1e-2), nn.MSELoss(), 250)


def loud(spread: float) -> Training:
    model = mlp([5, 128, 128, 4], nn.Tanh)
    if spread:
        filled(model, normal(spread))
    return Training(penguins(), model, sgd(0.02), nn.CrossEntropyLoss(), 200)


MART_LABELS: Final[tuple[Case, ...]] = (
    fault(
        "published: np.random.shuffle of the labels alone, gestures",
        "label-mismatch",
        lambda: moved(True),
        lambda: moved(False),
    ),
    fault(
        "published: dropna on the answers alone, all after row 250 belong to the next, concrete",
        "label-mismatch",
        lambda: mixes(True),
        lambda: mixes(False),
    ),
    fault(
        "published: words padded in front, their tags behind",
        "label-mismatch",
        lambda: tagged(False),
        lambda: tagged(True),
    ),
    fault(
        "published: masks read as [x, y], images as [y, x]",
        "label-mismatch",
        lambda: masked(True),
        lambda: masked(False),
    ),
)

MART_STARTS: Final[tuple[Case, ...]] = (
    fault(
        "published: nn.init.constant_(w, 0.1) for three maps, all units are one, concrete",
        "poor-initialization",
        lambda: alike(0.1),
        lambda: alike(0),
    ),
    fault(
        "published: nn.init.normal_ as it comes for three maps, F.tanh, penguins, plain descent",
        "poor-initialization saturation",
        lambda: loud(1.0),
        lambda: loud(0),
    ),
)
