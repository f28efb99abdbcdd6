"""Faults re-made after published ones: swings, and losses that stay where they are."""

from typing import Final

import torch

from ...case import Case, Training, fault
from ...habits import adam, sgd
from .pulse_nets import Answer, Code, triplet
from .pulse_parts import Beat, Dense, Hour, arm, beats, bits, doses, traffic, triples


def stuck(spread: float, optimizer):
    return Training(triples(), Code(spread), optimizer, triplet, steps=150, measure="loss")


def reach(one: float, two: float):
    """Return a net that learns where a hand is, all rows at once, by Adam of these betas."""
    return Training(arm(), Dense(2, 24, 2, torch.tanh), adam(0.01, betas=(one, two)), batch=0)


PULSE_SWINGS: Final[tuple[Case, ...]] = (
    fault(
        "published: Adam with its betas exchanged, a hand by two angles",
        "oscillation learning-rate-too-high",
        lambda: reach(0.999, 0.9),
        lambda: reach(0.9, 0.999),
    ),
    fault(
        "published: the next hour, two windows at a time, momentum",
        "oscillation learning-rate-too-high",
        lambda: Training(traffic(), Hour(), sgd(0.2, 0.9), batch=2, steps=150),
        lambda: Training(traffic(), Hour(), sgd(0.05, 0.9), batch=32, steps=150),
    ),
    fault(
        "published: all doses at once, plain descent leaps over the middle and back",
        "oscillation learning-rate-too-high",
        lambda: Training(doses(), Answer(4.5), sgd(24.0), batch=0, steps=120),
        lambda: Training(doses(), Answer(4.5), sgd(2.0), batch=0, steps=120),
    ),
    fault(
        "published: heartbeats, one at a time, Adam at a twentieth",
        "learning-rate-too-high oscillation",
        lambda: Training(beats(), Beat(), adam(0.05), batch=1, steps=250),
        lambda: Training(beats(), Beat(), adam(3e-3), batch=16, steps=250),
    ),
)

PULSE_FLAT: Final[tuple[Case, ...]] = (
    fault(
        "published: triplets, the codes fall together and the loss is the margin",
        "plateau poor-initialization vanishing-gradients",
        lambda: stuck(0.005, sgd(0.05)),
        lambda: stuck(0.0, adam(2e-3)),
    ),
    fault(
        "published: a dose whose middle is sought from far off",
        "plateau poor-initialization saturation vanishing-gradients",
        lambda: Training(doses(), Answer(14.0), adam(0.02), batch=64),
        lambda: Training(doses(), Answer(4.5), adam(0.02), batch=64),
    ),
    fault(
        "published: the sign of a product of bits, sigmoids, plain descent",
        "plateau vanishing-gradients learning-rate-too-low",
        lambda: Training(bits(), Dense(3, 12, 1, torch.sigmoid), sgd(0.1)),
        lambda: Training(bits(), Dense(3, 24, 1, torch.tanh), adam(0.02)),
    ),
)
