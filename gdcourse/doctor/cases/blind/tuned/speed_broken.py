"""Faults re-made after published ones: numbers that are not finite.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...habits import adam
from .speed_parts import Dense, rentals, reviews


class Averaged(nn.Module):
    """The mean of the words that are not padding, and how they vary, then two layers."""

    def __init__(self, safe: bool):
        super().__init__()
        self.table = nn.Embedding(60, 8)
        self.fc1, self.fc2 = nn.Linear(8, 16), nn.Linear(16, 1)
        self.safe = safe

    def forward(self, x):
        there = (x > 0).float()[:, :, None]
        count = there.sum(1)
        count = count.clamp(min=1) if self.safe else count
        mean = (self.table(x) * there).sum(1) / count
        return self.fc2(torch.tanh(self.fc1(mean)))


def some_empty() -> Any:
    """Return reviews of which one in forty is nothing but padding."""
    data = reviews()
    x = data.x.clone()
    x[::40] = 0
    return data._replace(x=x)


def heavy(o, y):
    """Likelihood of a gamma whose mean is o."""
    return (y / o + o.log()).mean()


def positive(o, y):
    return heavy(F.softplus(o) + 1e-3, y)


def payments() -> Any:
    """Return facts about an hour, and one more than the bicycles lent, as a sum to be paid."""
    return rentals().targets(lambda y: y + 1)


SPEED_BROKEN: Final[tuple[Case, ...]] = (
    fault(
        "published: the mean of the words of an empty review",
        "nonfinite",
        lambda: Training(some_empty(), Averaged(False), adam(0.02), steps=120),
        lambda: Training(some_empty(), Averaged(True), adam(0.02), steps=120),
    ),
    fault(
        "published: the logarithm of a mean that may be negative",
        "nonfinite wrong-output-activation",
        lambda: Training(payments(), Dense(6, 16, 1), adam(5e-3), loss_fn=heavy, measure="loss"),
        lambda: Training(payments(), Dense(6, 16, 1), adam(0.02), loss_fn=positive, measure="loss"),
    ),
)
