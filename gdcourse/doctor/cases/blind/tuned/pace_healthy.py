"""Healthy trainings whose pace looks odd: restarts, single rows, late starts, noise to the end."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

import gdcourse

from ...case import Case, Training
from ...data import diabetes, digits, friedman
from ...habits import adam, sgd
from .pace_parts import Crowds, Fading, Gained, Lines, Small, crowds, fading, lines


def restarts(o: Any) -> Any:
    return torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(o, T_0=30)


def slow_start(o: Any) -> Any:
    return torch.optim.lr_scheduler.LambdaLR(o, lambda k: min(1.0, (k + 1) / 60))


def turned(o, y):
    """Return a loss that is below nought when all is well."""
    return F.cross_entropy(o, y) - 2.0


def run(data: Any, model: nn.Module, optimizer: Any, steps: int = 150, **more: Any) -> Training:
    return Training(data, model, optimizer, steps=steps, **more)


ODD_PACE: Final[tuple[Case, ...]] = (
    Case(
        "a cosine that restarts, lines that look at each other",
        lambda: run(lines(), Lines(), adam(8e-3), 120, schedule=restarts),
    ),
    Case(
        "one digit at a time, a small rate",
        lambda: run(digits(), Small(64, 32, 10), sgd(0.02), 300, batch=1),
    ),
    Case(
        "sixty steps of warming up, Friedman's problem, Lion of ours",
        lambda: run(
            friedman(),
            Small(10, 24, 1),
            lambda p: gdcourse.TorchOptimizer(p, gdcourse.lion(1e-2)),
            schedule=slow_start,
        ),
    ),
    Case(
        "a residual gain from zero, the head drawn",
        lambda: run(digits().inputs(as_pictures), Gained(0.0, 0.05), sgd(0.1), 120),
    ),
    Case(
        "patients who are hard to tell, single rows, half of the variance is chance",
        lambda: run(diabetes(), nn.Linear(10, 1), sgd(3e-3), 250, batch=2),
    ),
    Case(
        "a cross-entropy less two, below nought",
        lambda: run(digits(), Small(64, 32, 10), adam(5e-3), loss_fn=turned),
    ),
    Case(
        "crowds found one after another",
        lambda: run(crowds(), Crowds(1.0), adam(0.05), 200),
    ),
    Case(
        "a half-life from a distance that still has a slope",
        lambda: run(fading(), Fading(1.0, 3.0, 0.0), adam(0.05), 250, batch=0),
    ),
)


def as_pictures(x):
    return x.reshape(-1, 1, 8, 8)
