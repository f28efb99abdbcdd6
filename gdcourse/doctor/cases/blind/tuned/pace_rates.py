"""Faults re-made after published ones: rates too high and too low, mild and strong, all optimizers.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

import gdcourse

from ...case import Case, Training, fault
from ...data import cancer, digits, friedman, moons, pictures
from ...habits import by_closure, sgd
from ...nets import Bag, conv, mlp
from ...sequences import next_letter, phrases
from .pace_parts import Cubic, Lines, Ratings, Small, Squeezed, Teller, lines, ratings, sine, tides


def ours(rule: Any) -> Any:
    return lambda p: gdcourse.TorchOptimizer(p, rule)


def adamw(lr: float) -> Any:
    return lambda p: torch.optim.AdamW(p, lr=lr)


def adagrad(lr: float) -> Any:
    return lambda p: torch.optim.Adagrad(p, lr=lr)


def rmsprop(lr: float) -> Any:
    return lambda p: torch.optim.RMSprop(p, lr=lr)


def lbfgs(lr: float, often: int = 4) -> Any:
    return lambda p: torch.optim.LBFGS(p, lr=lr, max_iter=often, history_size=5)


def squares(o, y):
    return (o - y).pow(2).sum()


def images() -> Any:
    return digits("unit").onto_itself()


class Letters(nn.Module):
    """An LSTM that writes on."""

    def __init__(self):
        super().__init__()
        self.table, self.cell = nn.Embedding(12, 8), nn.LSTM(8, 20, batch_first=True)
        self.out = nn.Linear(20, 12)

    def forward(self, x):
        return self.out(self.cell(self.table(x))[0]).permute(0, 2, 1)


def fit(data: Any, model: nn.Module, optimizer: Any, steps: int = 150, **more: Any) -> Training:
    return Training(data, model, optimizer, steps=steps, **more)


TOO_HIGH: Final[tuple[Case, ...]] = (
    fault(
        "published: a cubic through a sine, squares summed, three times what holds",
        "learning-rate-too-high exploding-gradients nonfinite",
        lambda: fit(sine(), Cubic(), sgd(3e-5), 300, loss_fn=squares, batch=0),
        lambda: fit(sine(), Cubic(), sgd(1e-5), 300, loss_fn=squares, batch=0),
    ),
    fault(
        "published: LBFGS at two on small batches, Friedman's problem",
        "learning-rate-too-high nonfinite",
        lambda: fit(friedman(), Small(10, 12, 1), lbfgs(2.0), 60, habit=by_closure),
        lambda: fit(friedman(), Small(10, 12, 1), lbfgs(0.5), 40, habit=by_closure, batch=0),
    ),
    fault(
        "published: Adagrad at three, an autoencoder",
        "learning-rate-too-high",
        lambda: fit(images(), Squeezed(), adagrad(3.0)),
        lambda: fit(images(), Squeezed(), adagrad(0.05)),
    ),
    fault(
        "published: lines that look at each other, AdamW at a tenth",
        "learning-rate-too-high",
        lambda: fit(lines(), Lines(), adamw(0.1)),
        lambda: fit(lines(), Lines(), adamw(4e-3)),
    ),
    fault(
        "published: Lion at the rate that descent had, letters",
        "learning-rate-too-high oscillation",
        lambda: fit(next_letter(), Letters(), ours(gdcourse.lion(0.5)), 80),
        lambda: fit(next_letter(), Letters(), ours(gdcourse.lion(5e-3)), 80),
    ),
    fault(
        "published: Nesterov's momentum at one, Friedman's problem, our rule",
        "learning-rate-too-high exploding-gradients nonfinite",
        lambda: fit(friedman(), Small(10, 24, 1, torch.tanh), ours(gdcourse.nesterov(1.0, 0.9))),
        lambda: fit(friedman(), Small(10, 24, 1, torch.tanh), ours(gdcourse.nesterov(0.03, 0.9))),
    ),
    fault(
        "published: digits, RMSprop at a tenth, three layers",
        "learning-rate-too-high oscillation",
        lambda: fit(digits(), mlp([64, 32, 16, 10], nn.ELU), rmsprop(0.1)),
        lambda: fit(digits(), mlp([64, 32, 16, 10], nn.ELU), rmsprop(3e-3)),
    ),
    fault(
        "published: readers and books, RMSprop at one half",
        "learning-rate-too-high oscillation",
        lambda: fit(ratings(), Ratings(3), rmsprop(0.5), 200),
        lambda: fit(ratings(), Ratings(3), rmsprop(0.02), 200),
    ),
)

TOO_LOW: Final[tuple[Case, ...]] = (
    fault(
        "published: a cubic through a sine, the mean at the lesson's rate for the sum",
        "learning-rate-too-low",
        lambda: fit(sine(), Cubic(), sgd(1e-6), 250, loss_fn=F.mse_loss, batch=0),
        lambda: fit(sine(), Cubic(), sgd(5e-3), 250, loss_fn=F.mse_loss, batch=0),
    ),
    fault(
        "published: LBFGS at Adam's thousandth, moons",
        "learning-rate-too-low",
        lambda: fit(moons(), Small(2, 16, 1), lbfgs(1e-3, 1), 60, habit=by_closure, batch=0),
        lambda: fit(moons(), Small(2, 16, 1), lbfgs(0.5, 1), 60, habit=by_closure, batch=0),
    ),
    fault(
        "published: lines that look at each other, AdamW at 5e-5",
        "learning-rate-too-low",
        lambda: fit(lines(), Lines(), adamw(5e-5)),
        lambda: fit(lines(), Lines(), adamw(4e-3)),
    ),
    fault(
        "published: readers and books, Adagrad at a thousandth",
        "learning-rate-too-low",
        lambda: fit(ratings(), Ratings(3), adagrad(1e-3), 200),
        lambda: fit(ratings(), Ratings(3), adagrad(0.3), 200),
    ),
    fault(
        "published: tides, a GRU, momentum at a ten-thousandth, our rule",
        "learning-rate-too-low",
        lambda: fit(tides(), Teller(), ours(gdcourse.momentum(1e-4, 0.9)), 120),
        lambda: fit(tides(), Teller(), ours(gdcourse.momentum(0.05, 0.9)), 120),
    ),
    fault(
        "published: an autoencoder, RMSprop at 3e-6",
        "learning-rate-too-low",
        lambda: fit(images(), Squeezed(), rmsprop(3e-6)),
        lambda: fit(images(), Squeezed(), rmsprop(3e-3)),
    ),
    fault(
        "published: tumours, momentum at 3e-5, three layers",
        "learning-rate-too-low",
        lambda: fit(cancer(), mlp([30, 16, 8, 1], nn.SiLU), sgd(3e-5, 0.9), measure="loss"),
        lambda: fit(cancer(), mlp([30, 16, 8, 1], nn.SiLU), sgd(0.05, 0.9), measure="loss"),
    ),
    fault(
        "published: images, Adam's rule of ours, thirty times too slow",
        "learning-rate-too-low",
        lambda: fit(pictures(), conv(), ours(gdcourse.adam(1e-4)), 120),
        lambda: fit(pictures(), conv(), ours(gdcourse.adam(5e-3)), 120),
    ),
    fault(
        "published: words, AdamW at a millionth",
        "learning-rate-too-low",
        lambda: fit(phrases(), Bag(50, hidden=16), adamw(1e-6)),
        lambda: fit(phrases(), Bag(50, hidden=16), adamw(1e-2)),
    ),
)
