"""Faults re-made after published ones: rates too high and too low, mild and strong.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

import gdcourse

from ...case import Case, Training, fault
from ...habits import adam, sgd
from .speed_parts import (
    Coder,
    Dense,
    Judge,
    Reader,
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
    tones,
)

Opt = torch.optim


def counts(o, y):
    return F.poisson_nll_loss(o, y, log_input=True)


def halving(optimizer: Any) -> Any:
    return Opt.lr_scheduler.ExponentialLR(optimizer, 0.5)


def per_epoch(optimizer: Any) -> Any:
    return Opt.lr_scheduler.StepLR(optimizer, 40, 0.5)


class Tones(nn.Module):
    """Convolutions over time, the mean of what they find."""

    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Conv1d(1, 8, 5, 2, 2), nn.Conv1d(8, 12, 5, 2, 2)
        self.fc = nn.Linear(96, 3)

    def forward(self, x):
        return self.fc(F.relu(self.two(F.relu(self.one(x)))).flatten(1))


def fit(data: Any, model: nn.Module, optimizer: Any, steps: int = 150, **more: Any) -> Training:
    return Training(data, model, optimizer, steps=steps, **more)


SPEED_TOO_HIGH: Final[tuple[Case, ...]] = (
    fault(
        "published: the second largest of five numbers, Adam at a half",
        "learning-rate-too-high dead-relu",
        lambda: fit(second_largest(), Dense(5, 24, 24, 1), adam(0.5)),
        lambda: fit(second_largest(), Dense(5, 24, 24, 1), adam(5e-3)),
    ),
    fault(
        "published: crosses and squares, momentum at six tenths",
        "learning-rate-too-high dead-relu nonfinite",
        lambda: fit(shapes(), Seer(), sgd(0.6, 0.9), 120),
        lambda: fit(shapes(), Seer(), sgd(0.03, 0.9), 160),
    ),
    fault(
        "published: bicycles lent, a logarithm as link, plain descent at one",
        "learning-rate-too-high exploding-gradients nonfinite",
        lambda: fit(
            rentals(), Dense(6, 16, 1, act=torch.tanh), sgd(1.0), loss_fn=counts, measure="loss"
        ),
        lambda: fit(
            rentals(), Dense(6, 16, 1, act=torch.tanh), sgd(0.02), loss_fn=counts, measure="loss"
        ),
    ),
    fault(
        "published: kind reviews, attention, AdamW of ours at three tenths",
        "learning-rate-too-high",
        lambda: fit(reviews(), Judge(), ours(gdcourse.adamw(0.3)), 100),
        lambda: fit(reviews(), Judge(), ours(gdcourse.adamw(6e-3)), 120),
    ),
    fault(
        "published: tones, Adagrad at four",
        "learning-rate-too-high dead-relu",
        lambda: fit(tones(), Tones(), of(Opt.Adagrad, 4.0), 120),
        lambda: fit(tones(), Tones(), of(Opt.Adagrad, 0.03), 150),
    ),
    fault(
        "published: spirals, AdamW at one",
        "learning-rate-too-high dead-relu",
        lambda: fit(spirals(), Dense(2, 32, 32, 32, 3), of(Opt.AdamW, 1.0), 200),
        lambda: fit(spirals(), Dense(2, 32, 32, 32, 3), of(Opt.AdamW, 6e-3), 200),
    ),
    fault(
        "published: curves coded by three numbers, RMSprop at a tenth",
        "learning-rate-too-high saturation oscillation",
        lambda: fit(curves(), Coder(), of(Opt.RMSprop, 0.1), 200),
        lambda: fit(curves(), Coder(), of(Opt.RMSprop, 3e-3), 200),
    ),
)

SPEED_TOO_LOW: Final[tuple[Case, ...]] = (
    fault(
        "published: crosses and squares, Adam at 1e-5",
        "learning-rate-too-low",
        lambda: fit(shapes(), Seer(), adam(1e-5), 120),
        lambda: fit(shapes(), Seer(), adam(4e-3), 120),
    ),
    fault(
        "published: a GRU on reviews, plain descent at a hundredth",
        "learning-rate-too-low",
        lambda: fit(reviews(), Reader(kind=nn.GRU), sgd(0.01), 120),
        lambda: fit(reviews(), Reader(kind=nn.GRU), adam(0.02), 120),
    ),
    fault(
        "published: tones, the rate halved at every batch",
        "learning-rate-too-low",
        lambda: fit(tones(), Tones(), adam(0.01), schedule=halving),
        lambda: fit(tones(), Tones(), adam(0.01), schedule=per_epoch),
    ),
    fault(
        "published: curves coded by three numbers, Adagrad of ours at a thousandth",
        "learning-rate-too-low",
        lambda: fit(curves(), Coder(), ours(gdcourse.adagrad(1e-3)), 200),
        lambda: fit(curves(), Coder(), ours(gdcourse.adagrad(0.1)), 200),
    ),
    fault(
        "published: bicycles lent, AdamW at 1e-6",
        "learning-rate-too-low",
        lambda: fit(
            rentals(), Dense(6, 16, 1), of(Opt.AdamW, 1e-6), loss_fn=counts, measure="loss"
        ),
        lambda: fit(
            rentals(), Dense(6, 16, 1), of(Opt.AdamW, 1e-2), loss_fn=counts, measure="loss"
        ),
    ),
    fault(
        "published: prices of houses, RMSprop at 2e-5, thirty times too slow",
        "learning-rate-too-low",
        lambda: fit(houses(), Dense(8, 32, 1), of(Opt.RMSprop, 2e-5), 200),
        lambda: fit(houses(), Dense(8, 32, 1), of(Opt.RMSprop, 6e-3), 200),
    ),
)
