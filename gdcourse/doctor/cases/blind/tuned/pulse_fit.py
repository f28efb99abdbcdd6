"""Faults re-made after published ones: learned by heart, numbers and gradients that break."""

from typing import Any, Final

import torch.nn.functional as F

from ...case import Case, Training, fault
from ...data import waves
from ...habits import adam, sgd
from .pulse_nets import Mixed, Pooled, Scaled, Sums, bells, bells_by_logarithms
from .pulse_parts import Beat, Hour, Loan, Mask, arm, beats, cells, loans, tags, traffic


def fit(data: Any, model: Any, optimizer: Any, steps: int = 150, **more: Any) -> Training:
    return Training(data, model, optimizer, steps=steps, validate=10, measure="loss", **more)


def mixture(loss: Any, far: float) -> Training:
    data = waves().targets(lambda y: far * y)
    return Training(data, Mixed(), adam(0.01), loss, steps=150, measure="loss")


PULSE_FIT: Final[tuple[Case, ...]] = (
    fault(
        "published: forty heartbeats in noise, a wide net",
        "overfitting",
        lambda: fit(beats(0.8).first(40), Beat(24), adam(5e-3)),
        lambda: fit(beats(0.8), Beat(6), adam(3e-3), 120),
    ),
    fault(
        "published: the customer's number as a category",
        "overfitting",
        lambda: fit(loans(0.2), Loan(24, 16), adam(1e-2), 200),
        lambda: fit(loans(0.2), Loan(12), adam(6e-3), 200),
    ),
    fault(
        "published: six grainy pictures of cells, a wide net for masks",
        "overfitting",
        lambda: fit(cells().first(6), Mask(16), adam(1e-2), 100, batch=6),
        lambda: fit(cells(), Mask(6), adam(5e-3), 100, batch=16),
    ),
    fault(
        "published: twenty-four windows of traffic, a wide LSTM",
        "overfitting",
        lambda: fit(traffic().first(24), Hour(32), adam(0.03), 160, batch=0),
        lambda: fit(traffic(), Hour(12), adam(0.01), 100),
    ),
)

PULSE_BROKEN: Final[tuple[Case, ...]] = (
    fault(
        "published: each batch by its own spread, one row at a time",
        "nonfinite",
        lambda: Training(arm(), Scaled(True), adam(5e-3), batch=1, steps=150),
        lambda: Training(arm(), Scaled(False), adam(5e-3), batch=4, steps=250),
    ),
    fault(
        "published: pooled by a power that is learned, rectified features are nought",
        "nonfinite",
        lambda: Training(beats(), Pooled(0.0), adam(0.01)),
        lambda: Training(beats(), Pooled(1e-3), adam(0.01)),
    ),
    fault(
        "published: a mixture of bells by hand, all of them underflow",
        "nonfinite target-scale",
        lambda: mixture(bells, 40.0),
        lambda: mixture(bells_by_logarithms, 1.0),
    ),
    fault(
        "published: each block is given the sum of all before it, tags of songs",
        "exploding-gradients poor-initialization",
        lambda: Training(tags(), Sums(False), sgd(0.05, 0.9), F.binary_cross_entropy_with_logits),
        lambda: Training(tags(), Sums(True), sgd(0.05, 0.9), F.binary_cross_entropy_with_logits),
    ),
)
