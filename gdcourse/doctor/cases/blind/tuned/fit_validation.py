"""Faults re-made after published ones: fitted too closely, and held back too much.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from typing import Any, Final

import torch
from torch import nn

import gdcourse

from ...case import Case, Training, fault
from ...data import diabetes, digits, friedman, pictures
from ...habits import adam, by_closure
from ...sequences import next_letter, phrases
from .fit_parts import Ear, Missed, Shaken, Writer, beats, bend
from .pace_parts import Lines, Ratings, Small, Teller, lines, ratings, tides


def held_within(bound: float) -> Any:
    """Return a step after which every parameter is clamped."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        loss.backward()
        t.optimizer.step()
        for p in t.model.parameters():
            p.data.clamp_(-bound, bound)
        return loss

    return habit


def ridge(strength: float) -> Any:
    """Return a step on the loss and the squares of all weights."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        loss = t.loss_fn(t.model(x), y)
        loss = loss + strength * sum(p.square().sum() for p in t.model.parameters())
        t.optimizer.zero_grad()
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


def watched(data: Any, model: nn.Module, optimizer: Any, steps: int, **more: Any) -> Training:
    return Training(
        data, model, optimizer, steps=steps, validate=steps // 20, measure="loss", **more
    )


def curve(rows: int, decay: float) -> Training:
    optimizer = adam(0.03, weight_decay=decay)
    return watched(bend().first(rows), Small(14, 40, 1, torch.tanh), optimizer, 250, batch=0)


def slow(p):
    return torch.optim.LBFGS(p, lr=0.2, max_iter=4)


def decayed(rate: float) -> Any:
    return lambda p: gdcourse.TorchOptimizer(p, gdcourse.adamw(4e-3, rate=rate))


TOO_CLOSE: Final[tuple[Case, ...]] = (
    fault(
        "published: fourteen powers of a number through twenty points",
        "overfitting",
        lambda: curve(20, 0.0),
        lambda: curve(280, 1e-3),
    ),
    fault(
        "published: sixty signals in noise, wide convolutions over time",
        "overfitting",
        lambda: watched(beats().first(60), Ear(12), adam(3e-3), 100),
        lambda: watched(beats(), Ear(8, 0.2), adam(5e-3), 120),
    ),
    fault(
        "published: twenty texts, a wide GRU that writes on",
        "overfitting",
        lambda: watched(next_letter().first(20), Writer(48), adam(5e-3), 100, batch=20),
        lambda: watched(next_letter(), Writer(16), adam(1e-2), 100),
    ),
    fault(
        "published: readers and books, twelve factors for three, much noise",
        "overfitting",
        lambda: watched(ratings(0.8), Ratings(12, 0.4), adam(0.05), 300, batch=64),
        lambda: watched(ratings(0.3), Ratings(3, 0.4), adam(0.03), 120, batch=64),
    ),
    fault(
        "published: seventy patients by heart, LBFGS",
        "overfitting",
        lambda: watched(
            diabetes().first(70), Small(10, 40, 1), slow, 40, habit=by_closure, batch=0
        ),
        lambda: watched(diabetes(), Small(10, 4, 1), adam(0.01), 80, batch=64),
    ),
)

HELD_BACK: Final[tuple[Case, ...]] = (
    fault(
        "published: noise within, eight times as loud as the signal, images",
        "over-regularized",
        lambda: Training(pictures(), Shaken(8.0), adam(5e-3)),
        lambda: Training(pictures(), Shaken(0.1), adam(5e-3)),
    ),
    fault(
        "published: every parameter clamped to a hundredth, Friedman's problem",
        "over-regularized",
        lambda: Training(friedman(), Small(10, 24, 1), adam(5e-3), habit=held_within(0.01)),
        lambda: Training(friedman(), Small(10, 24, 1), adam(5e-3), habit=held_within(2.0)),
    ),
    fault(
        "published: lines that look at each other, a decay of sixty, our rule",
        "over-regularized",
        lambda: Training(lines(), Lines(), decayed(60.0), steps=150),
        lambda: Training(lines(), Lines(), decayed(0.01), steps=150),
    ),
    fault(
        "published: squares of all weights as a second loss, tides, a GRU",
        "over-regularized",
        lambda: Training(tides(), Teller(), adam(2e-2), habit=ridge(0.3), steps=80, batch=16),
        lambda: Training(tides(), Teller(), adam(2e-2), habit=ridge(1e-5), steps=80, batch=16),
    ),
    fault(
        "published: nineteen words of twenty left out, and as many units",
        "over-regularized",
        lambda: Training(phrases(), Missed(0.95), adam(5e-3), measure="loss"),
        lambda: Training(phrases(), Missed(0.1), adam(5e-3), measure="loss"),
    ),
    fault(
        "published: digits, momentum with a decay of three tenths",
        "over-regularized",
        lambda: Training(
            digits(), Small(64, 32, 10), lambda p: torch.optim.SGD(p, 0.1, 0.9, weight_decay=0.3)
        ),
        lambda: Training(
            digits(), Small(64, 32, 10), lambda p: torch.optim.SGD(p, 0.1, 0.9, weight_decay=1e-4)
        ),
    ),
)
