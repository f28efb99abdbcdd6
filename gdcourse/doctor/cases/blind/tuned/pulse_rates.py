"""Faults re-made after published ones: rates that are too high, and rates that are too low."""

from typing import Final

import torch
import torch.nn.functional as F

import gdcourse

from ...case import Case, Training, fault
from ...data import pictures
from ...habits import adam, sgd
from ...nets import conv
from .pulse_nets import Told
from .pulse_parts import (
    Beat,
    Dense,
    Hour,
    Loan,
    Mask,
    arm,
    beats,
    cells,
    commands,
    loans,
    ours,
    tags,
    traffic,
)


def rmsprop(lr):
    return lambda p: torch.optim.RMSprop(p, lr=lr)


def in_hundreds(o, y):
    """Return squared errors of outputs and targets divided by a hundred."""
    return F.mse_loss(o / 100, y / 100)


PULSE_HIGH: Final[tuple[Case, ...]] = (
    fault(
        "published: commands, an encoder, Adam at three tenths",
        "learning-rate-too-high",
        lambda: Training(commands(), Told(), adam(0.3), steps=120),
        lambda: Training(commands(), Told(), adam(3e-3), steps=120),
    ),
    fault(
        "published: masks of cells, momentum at six",
        "learning-rate-too-high",
        lambda: Training(cells(), Mask(), sgd(6.0, 0.9), steps=120, batch=16),
        lambda: Training(cells(), Mask(), sgd(0.1, 0.9), steps=120, batch=16),
    ),
    fault(
        "published: a rate for sixty-four machines on one, images, momentum",
        "learning-rate-too-high",
        lambda: Training(pictures(), conv(), sgd(0.05 * 64, 0.9), steps=120),
        lambda: Training(pictures(), conv(), sgd(0.05, 0.9), steps=120),
    ),
    fault(
        "published: a hand by two angles, plain descent at one",
        "learning-rate-too-high",
        lambda: Training(arm(), Dense(2, 24, 2, torch.tanh), sgd(1.0)),
        lambda: Training(arm(), Dense(2, 24, 2, torch.tanh), sgd(0.1)),
    ),
    fault(
        "published: tags of songs, RMSprop at a fifth",
        "learning-rate-too-high",
        lambda: Training(tags(), Dense(20, 32, 6), rmsprop(0.2)),
        lambda: Training(tags(), Dense(20, 32, 6), rmsprop(2e-3)),
    ),
    fault(
        "published: the next hour by an LSTM, Adam at one",
        "learning-rate-too-high",
        lambda: Training(traffic(), Hour(), adam(1.0), steps=100),
        lambda: Training(traffic(), Hour(), adam(0.01), steps=100),
    ),
)

PULSE_LOW: Final[tuple[Case, ...]] = (
    fault(
        "published: heartbeats, plain descent at a ten-thousandth",
        "learning-rate-too-low",
        lambda: Training(beats(), Beat(), sgd(1e-4)),
        lambda: Training(beats(), Beat(), sgd(0.1)),
    ),
    fault(
        "published: loans, tables and measures, Adam at 3e-5",
        "learning-rate-too-low",
        lambda: Training(loans(), Loan(), adam(3e-5)),
        lambda: Training(loans(), Loan(), adam(1e-2)),
    ),
    fault(
        "published: a hand by two angles, Adam thirty times too slow",
        "learning-rate-too-low",
        lambda: Training(arm(), Dense(2, 24, 2), adam(1e-4), batch=64),
        lambda: Training(arm(), Dense(2, 24, 2), adam(3e-3), batch=64),
    ),
    fault(
        "published: cars of the next hour, both divided by a hundred within the loss",
        "learning-rate-too-low",
        lambda: Training(traffic(), Hour(), sgd(0.05, 0.9), in_hundreds, steps=120),
        lambda: Training(traffic(), Hour(), sgd(0.05, 0.9), steps=120),
    ),
    fault(
        "published: tags of songs, RMSprop at a millionth",
        "learning-rate-too-low",
        lambda: Training(tags(), Dense(20, 32, 6), rmsprop(1e-6), batch=16),
        lambda: Training(tags(), Dense(20, 32, 6), rmsprop(3e-3), batch=16),
    ),
    fault(
        "published: commands, an encoder, momentum of ours at 2e-4",
        "learning-rate-too-low",
        lambda: Training(commands(), Told(), ours(gdcourse.momentum(2e-4)), steps=120),
        lambda: Training(commands(), Told(), ours(gdcourse.momentum(0.05)), steps=120),
    ),
)
