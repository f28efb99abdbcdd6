"""Faults re-made after published ones: trainings that swing to and fro, and trainings that stay.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from typing import Any, Final

import torch
from torch import nn

import gdcourse

from ...case import Case, Training, fault
from ...data import diabetes, digits, friedman, pictures
from ...habits import adam, sgd
from ...sequences import phrases
from .pace_parts import (
    Crowds,
    Fading,
    Gained,
    Lines,
    Ratings,
    Small,
    Squeezed,
    Teller,
    crowds,
    fading,
    lines,
    ratings,
    tides,
)


def ours(rule: Any) -> Any:
    return lambda p: gdcourse.TorchOptimizer(p, rule)


def waved(half: int) -> Any:
    """Return a cosine for the rate; past its length the rate climbs back to the top."""
    return lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=half)


def jumps(factor: float) -> Any:
    """Return a schedule that multiplies the rate by this in every second ten steps."""
    return lambda o: torch.optim.lr_scheduler.LambdaLR(o, lambda k: factor if k // 10 % 2 else 1.0)


def forgiving(scale: float) -> Any:
    """Return Welsch's loss; errors far above the scale cost the same, whatever they are."""
    return lambda o, y: (1 - torch.exp(-(((o - y) / scale) ** 2) / 2)).mean()


class Words(nn.Module):
    """Words added up, and two layers; the table is filled by this."""

    def __init__(self, fill: Any):
        super().__init__()
        self.words = nn.EmbeddingBag(50, 12, mode="sum")
        self.fc, self.head = nn.Linear(12, 16), nn.Linear(16, 4)
        for p in self.parameters():
            fill(p)

    def forward(self, ids):
        return self.head(torch.sigmoid(self.fc(self.words(ids))))


def equal(p: Any) -> None:
    nn.init.constant_(p, 0.1)


def drawn(p: Any) -> None:
    nn.init.normal_(p, std=0.3)


def run(data: Any, model: nn.Module, optimizer: Any, steps: int = 150, **more: Any) -> Training:
    return Training(data, model, optimizer, steps=steps, measure="loss", **more)


SWINGS: Final[tuple[Case, ...]] = (
    fault(
        "published: patients, steps of a fifth by the sign, all at once, our rule",
        "oscillation learning-rate-too-high",
        lambda: run(diabetes(), nn.Linear(10, 1), ours(gdcourse.sign_descent(0.2)), batch=0),
        lambda: run(diabetes(), nn.Linear(10, 1), ours(gdcourse.sign_descent(0.01)), batch=0),
    ),
    fault(
        "published: digits, all at once, plain descent at five",
        "learning-rate-too-high oscillation",
        lambda: run(digits(), Small(64, 32, 10, torch.tanh), sgd(5.0), 120, batch=0),
        lambda: run(digits(), Small(64, 32, 10, torch.tanh), sgd(0.5), 120, batch=0),
    ),
    fault(
        "published: a half-life, all at once, a rate that leaps over the valley",
        "learning-rate-too-high oscillation",
        lambda: run(fading(), Fading(1.0, 0.5, 1.0), sgd(0.9), 200, batch=0),
        lambda: run(fading(), Fading(1.0, 0.5, 1.0), sgd(0.1), 200, batch=0),
    ),
    fault(
        "published: tides, a GRU, Adam with a first beta of .995",
        "oscillation learning-rate-too-high",
        lambda: run(tides(), Teller(8), adam(0.2, betas=(0.995, 0.999)), 100, batch=16),
        lambda: run(tides(), Teller(8), adam(0.02, betas=(0.9, 0.999)), 100, batch=16),
    ),
    fault(
        "published: an autoencoder, one picture at a time, Adam at three hundredths",
        "oscillation learning-rate-too-high",
        lambda: run(digits("unit").onto_itself(), Squeezed(), adam(0.03), 250, batch=1),
        lambda: run(digits("unit").onto_itself(), Squeezed(), adam(0.005), 250, batch=32),
    ),
    fault(
        "published: a cosine for epochs, stepped at each batch, lines that look at each other",
        "oscillation learning-rate-too-high",
        lambda: run(lines(), Lines(), sgd(0.5, 0.9), 140, schedule=waved(10)),
        lambda: run(lines(), Lines(), sgd(0.1, 0.9), 140, schedule=waved(140)),
    ),
    fault(
        "published: Adam at a rate that jumps sixtyfold every ten steps, Friedman's problem",
        "oscillation learning-rate-too-high",
        lambda: run(friedman(), Small(10, 24, 1, torch.tanh), adam(3e-3), 200, schedule=jumps(60)),
        lambda: run(friedman(), Small(10, 24, 1, torch.tanh), adam(3e-3), 200, schedule=jumps(3)),
    ),
    fault(
        "published: patients, all at once, momentum of .995, our rule",
        "oscillation learning-rate-too-high",
        lambda: run(diabetes(), nn.Linear(10, 1), ours(gdcourse.momentum(0.3, 0.995)), batch=0),
        lambda: run(diabetes(), nn.Linear(10, 1), ours(gdcourse.momentum(0.1, 0.9)), batch=0),
    ),
)

STILL: Final[tuple[Case, ...]] = (
    fault(
        "published: a half-life sought from far off",
        "plateau poor-initialization",
        lambda: run(fading(), Fading(1.0, 60.0, 1.0), sgd(0.02), 200, batch=0),
        lambda: run(fading(), Fading(1.0, 0.5, 1.0), sgd(0.1), 200, batch=0),
    ),
    fault(
        "published: crowds whose centres all start at the mean",
        "plateau poor-initialization",
        lambda: run(crowds(), Crowds(0.0), adam(0.02)),
        lambda: run(crowds(), Crowds(2.0), adam(0.05)),
    ),
    fault(
        "published: a norm whose gain starts at zero before a head that does",
        "plateau poor-initialization",
        lambda: run(pictures(), Gained(0.0, 0.0), sgd(0.1)),
        lambda: run(pictures(), Gained(1.0, 0.05), sgd(0.1)),
    ),
    fault(
        "published: words added up, every parameter a tenth",
        "plateau poor-initialization",
        lambda: run(phrases(), Words(equal), sgd(0.3)),
        lambda: run(phrases(), Words(drawn), sgd(0.3)),
    ),
    fault(
        "published: readers and books from zero tables",
        "plateau poor-initialization",
        lambda: run(ratings(), Ratings(3, 0.0), adam(0.02), 200),
        lambda: run(ratings(), Ratings(3, 0.3), adam(0.02), 200),
    ),
    fault(
        "published: a forgiving loss whose scale is far below the errors",
        "plateau wrong-loss",
        lambda: Training(friedman(), Small(10, 24, 1), adam(5e-3), forgiving(0.002)),
        lambda: Training(friedman(), Small(10, 24, 1), adam(5e-3), forgiving(1.0)),
    ),
)
