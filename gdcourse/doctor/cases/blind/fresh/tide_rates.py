"""Faults re-made after questions asked in public: rates too high and too low, strong and mild.

Written anew, on data and nets of our own.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...habits import adam, sgd
from .tide_nets import Layers, Mover, Strand, Tagger, Weaver
from .tide_parts import cloths, faces, gestures, molecules, of, penguins, plant, spam, tagged

Opt = torch.optim


def fit(data: Any, model: nn.Module, optimizer: Any, steps: int = 150, **more: Any) -> Training:
    return Training(data, model, optimizer, steps=steps, **more)


TIDE_TOO_HIGH: Final[tuple[Case, ...]] = (
    fault(
        "published: kinds of penguins, five layers, Adam at one",
        "learning-rate-too-high dead-relu",
        lambda: fit(penguins(), Layers(4, 32, 32, 32, 32, 3), adam(1.0)),
        lambda: fit(penguins(), Layers(4, 32, 32, 32, 32, 3), adam(3e-3)),
    ),
    fault(
        "published: gestures, an LSTM, RMSprop at a fifth",
        "learning-rate-too-high exploding-gradients saturation oscillation",
        lambda: fit(gestures(), Mover(3, 16, 5), of(Opt.RMSprop, 0.2), 100),
        lambda: fit(gestures(), Mover(3, 16, 5), of(Opt.RMSprop, 0.01), 100),
    ),
    fault(
        "published: what a plant yields, momentum of .9 at three tenths",
        "learning-rate-too-high exploding-gradients nonfinite dead-relu",
        lambda: fit(plant(), Layers(4, 24, 1), sgd(0.3, 0.9), 120),
        lambda: fit(plant(), Layers(4, 24, 1), sgd(0.01, 0.9), 120),
    ),
    fault(
        "published: cloths, convolutions, Adam at a tenth",
        "learning-rate-too-high dead-relu",
        lambda: fit(cloths(), Weaver(), adam(0.1), 120),
        lambda: fit(cloths(), Weaver(), adam(4e-3), 120),
    ),
)

TIDE_TOO_LOW: Final[tuple[Case, ...]] = (
    fault(
        "published: cloths, convolutions, Adam at a millionth",
        "learning-rate-too-low",
        lambda: fit(cloths(), Weaver(), adam(1e-6), 120),
        lambda: fit(cloths(), Weaver(), adam(4e-3), 120),
    ),
    fault(
        "published: what a plant yields, a linear model, plain descent at 1e-5",
        "learning-rate-too-low",
        lambda: fit(plant(), nn.Linear(4, 1), sgd(1e-5), 250),
        lambda: fit(plant(), nn.Linear(4, 1), sgd(0.05), 250),
    ),
    fault(
        "published: speech tagged, plain descent at its thousandth",
        "learning-rate-too-low",
        lambda: fit(tagged(), Tagger(), Opt.SGD, 80),
        lambda: fit(tagged(), Tagger(), adam(0.02), 80),
    ),
    fault(
        "published: strings of atoms, RMSprop at 5e-5, a hundred times too slow",
        "learning-rate-too-low",
        lambda: fit(molecules(), Strand(15, most=False), of(Opt.RMSprop, 5e-5), 200),
        lambda: fit(molecules(), Strand(15, most=False), of(Opt.RMSprop, 5e-3), 200),
    ),
    fault(
        "published: marks on faces through four numbers, momentum at 3e-3, fifty times too slow",
        "learning-rate-too-low",
        lambda: fit(faces(), Layers(36, 24, 4, 24, 36, act=torch.tanh), sgd(3e-3, 0.9), 200),
        lambda: fit(faces(), Layers(36, 24, 4, 24, 36, act=torch.tanh), sgd(0.3, 0.9), 200),
    ),
)


def letters(lr: float, batch: int) -> Training:
    return fit(spam(700, 0.4, 0.3), nn.Linear(40, 1), sgd(lr), 200, batch=batch)


def by_median(lr: float, batch: int) -> Training:
    model = Strand(15, most=False)
    return fit(molecules(), model, adam(lr), 250, batch=batch, loss_fn=F.l1_loss)


def sentences(lr: float, batch: int) -> Training:
    return fit(tagged(), Tagger(), of(Opt.RMSprop, lr), 100, batch=batch)


TIDE_SWINGS: Final[tuple[Case, ...]] = (
    fault(
        "published: spam or not, one letter at a time, plain descent at five",
        "oscillation learning-rate-too-high",
        lambda: letters(5.0, 1),
        lambda: letters(0.1, 32),
    ),
    fault(
        "published: strings of atoms, absolute errors, two at a time, Adam at a twentieth",
        "oscillation learning-rate-too-high",
        lambda: by_median(0.05, 2),
        lambda: by_median(0.01, 64),
    ),
    fault(
        "published: speech tagged one sentence at a time, RMSprop at five hundredths",
        "oscillation learning-rate-too-high",
        lambda: sentences(0.05, 1),
        lambda: sentences(0.01, 16),
    ),
)
