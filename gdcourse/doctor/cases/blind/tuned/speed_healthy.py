"""Healthy runs that look odd: noise, large sound rates, restarts, depth, dropout, odd losses.

Ideas of what people ask about in public without need; written anew.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

import gdcourse

from ...case import Case, Training
from ...data import Data, digits, wine
from ...habits import adam, clipped, sgd
from ...nets import Bag
from .speed_parts import (
    Coder,
    Dense,
    Judge,
    Seer,
    curves,
    houses,
    of,
    ours,
    rentals,
    reviews,
    second_largest,
    shapes,
    spirals,
)

Opt = torch.optim


def restarts(optimizer: Any) -> Any:
    return Opt.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 30, 2)


def warmed(optimizer: Any) -> Any:
    return Opt.lr_scheduler.LinearLR(optimizer, 1e-3, 1.0, 50)


def one_cycle(optimizer: Any) -> Any:
    return Opt.lr_scheduler.OneCycleLR(optimizer, 0.02, 150)


def likeness(o, y):
    """Minus the cosine between curves: from about zero to minus one."""
    return -F.cosine_similarity(o, y, dim=1).mean()


def summed(o, y):
    return F.cross_entropy(o, y, reduction="sum")


def counts(o, y):
    return F.poisson_nll_loss(o, y, log_input=True)


def absolute(o, y):
    """Return the absolute errors: a loss whose slope never fades."""
    return (o - y).abs().mean()


def deep_tanh() -> nn.Module:
    model = Dense(13, *[20] * 9, 3, act=torch.tanh)
    for p in model.parameters():
        nn.init.xavier_normal_(p, 5 / 3) if p.ndim > 1 else nn.init.zeros_(p)
    return model


def dear() -> Data:
    """Return houses and whether they are among the dearest tenth."""
    return houses(0.1).targets(lambda y: (y > 1.3).float(), "binary")


def weighted(o, y):
    return F.binary_cross_entropy_with_logits(o, y, pos_weight=torch.tensor(6.0))


def tuned_on() -> Training:
    """A net trained on the first half of the digits, all of it tuned further at a small rate."""
    data, model = digits(), Dense(64, 32, 10)
    optimizer = Opt.Adam(model.parameters(), 0.01)
    half = len(data.x) // 2
    for rows in torch.randint(half, (150, 32)):
        optimizer.zero_grad()
        F.cross_entropy(model(data.x[rows]), data.y[rows]).backward()
        optimizer.step()
    return Training(data, model, sgd(5e-3, 0.9), steps=150)


SPEED_HEALTHY: Final[tuple[Case, ...]] = (
    Case(
        "is it sound: reviews two at a time, words averaged, the loss jumps about",
        lambda: Training(reviews(), Bag(60, 16, 1), adam(0.02), steps=300, batch=2),
    ),
    Case(
        "is it sound: wines, a linear model, plain descent at four",
        lambda: Training(wine(), nn.Linear(13, 3), sgd(4.0), steps=150, batch=64),
    ),
    Case(
        "is it sound: crosses and squares, a cosine that restarts, each time a small hill",
        lambda: Training(shapes(), Seer(), sgd(0.05, 0.9), steps=150, schedule=restarts),
    ),
    Case(
        "is it sound: kind reviews, attention, fifty steps of warming up",
        lambda: Training(
            reviews(), Judge(), of(Opt.AdamW, 0.01), steps=120, schedule=warmed, batch=24
        ),
    ),
    Case(
        "is it sound: wines, ten layers of tanh, started for it",
        lambda: Training(wine(), deep_tanh(), sgd(0.02, 0.9), steps=120),
    ),
    Case(
        "is it sound: digits, six units of ten dropped, training costs more than validation",
        lambda: Training(digits(), Dense(64, 96, 10, drop=0.6), adam(5e-3), validate=10),
    ),
    Case("is it sound: tuned further, hardly better than before", tuned_on),
    Case(
        "is it sound: one dear house in ten, weighted by six",
        lambda: Training(dear(), Dense(8, 32, 1), adam(0.01), loss_fn=weighted, steps=250),
    ),
    Case(
        "is it sound: minus the cosine of curves, a loss of minus one",
        lambda: Training(
            curves(), Coder(), ours(gdcourse.adam(0.01)), loss_fn=likeness, measure="loss"
        ),
    ),
    Case(
        "is it sound: spirals, a loss summed over 128 rows, a small rate for it",
        lambda: Training(
            spirals(), Dense(2, 32, 32, 3), sgd(3e-3, 0.9), loss_fn=summed, batch=128, steps=250
        ),
    ),
    Case(
        "is it sound: bicycles lent, a log likelihood that falls below nought, single cycle",
        lambda: Training(
            rentals(),
            Dense(6, 16, 1, act=torch.tanh),
            sgd(0.1, 0.9),
            loss_fn=counts,
            schedule=one_cycle,
            steps=150,
            measure="loss",
        ),
    ),
    Case(
        "is it sound: the second largest, absolute errors, clipped to a tenth",
        lambda: Training(
            second_largest(),
            Dense(5, 24, 24, 1),
            sgd(0.2, 0.9),
            loss_fn=absolute,
            habit=clipped(0.1),
            steps=200,
        ),
    ),
    Case(
        "is it sound: prices of houses, four fifths of them chance, a loss that hardly falls",
        lambda: Training(houses(2.0), Dense(8, 8, 1), adam(0.01), steps=250, batch=64),
    ),
)
