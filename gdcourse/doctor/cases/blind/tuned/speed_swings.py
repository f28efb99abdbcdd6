"""Faults re-made after published ones: swings, and a stretch without slope.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...habits import adam, sgd
from ...nets import Bag
from .speed_parts import Dense, houses, reviews, second_largest


class Energy(nn.Module):
    """The sum of squares of what a few directions see."""

    def __init__(self, start: float):
        super().__init__()
        self.w = nn.Parameter(start * torch.randn(8, 3))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return (x @ self.w).square().sum(1, keepdim=True) + self.bias


def power() -> Any:
    """Return points and how far out they are in two hidden directions."""
    data = houses()
    true = torch.linalg.qr(torch.randn(8, 2, generator=torch.Generator().manual_seed(50)))[0]
    return data._replace(
        y=(data.x @ true).square().sum(1, keepdim=True) / 2,
        y_held=(data.x_held @ true).square().sum(1, keepdim=True) / 2,
    )


def fit(data: Any, model: nn.Module, optimizer: Any, steps: int = 150, **more: Any) -> Training:
    return Training(data, model, optimizer, steps=steps, **more)


SPEED_SWINGS: Final[tuple[Case, ...]] = (
    fault(
        "published: kind reviews two at a time, Adam at a tenth",
        "oscillation learning-rate-too-high",
        lambda: fit(reviews(), Bag(60, 8, 1, 16), adam(0.1), 200, batch=2),
        lambda: fit(reviews(), Bag(60, 8, 1, 16), adam(0.02), 200, batch=16),
    ),
    fault(
        "published: the second largest, four at a time, Huber's loss, momentum at a fifth",
        "oscillation learning-rate-too-high",
        lambda: fit(
            second_largest(),
            Dense(5, 16, 1, act=F.elu),
            sgd(0.2, 0.9),
            200,
            loss_fn=F.smooth_l1_loss,
            batch=4,
        ),
        lambda: fit(
            second_largest(),
            Dense(5, 16, 1, act=F.elu),
            sgd(0.02, 0.9),
            250,
            loss_fn=F.smooth_l1_loss,
            batch=32,
        ),
    ),
    fault(
        "published: squares of directions that all start near nought",
        "plateau poor-initialization",
        lambda: fit(power(), Energy(1e-8), sgd(0.01), 200),
        lambda: fit(power(), Energy(0.4), sgd(0.01), 200),
    ),
)
