"""Questions as beginners ask them: shapes that broadcast.

The ideas are those of public questions and of studies of bugs; programs and data are new.
"""

from typing import Any, Final

import torch
from torch import nn

from ...case import Case, Training, fault
from ...habits import adam
from .asked_parts import Forecast, Plain, bicycles, reviews, squares, warmth


def root(o: Any, y: Any) -> Any:
    """Return the root of the mean squared error, by hand."""
    return torch.sqrt(torch.mean((o.squeeze() - y) ** 2))


def hired(loss: Any) -> Training:
    return Training(bicycles(), Plain(4, 32, 1, torch.relu), adam(1e-2), loss, steps=250)


def tomorrow(end: Any) -> Training:
    return Training(warmth(), Forecast(nn.GRU, 16, end), adam(1e-2), nn.L1Loss(), steps=120)


def plain(o: Any, y: Any) -> Any:
    return ((o - y) ** 2).mean()


class Mark(nn.Module):
    """The mean of the vectors of words, over which of the axes?, and a map."""

    def __init__(self, axis: int):
        super().__init__()
        self.embed, self.fc, self.axis = nn.Embedding(80, 12), nn.Linear(12, 1), axis

    def forward(self, x):
        o = self.fc(10**0.5 * self.embed(x).mean(self.axis))
        return o if self.axis == 1 else o.squeeze(1)


def side(*ends: nn.Module) -> Training:
    net = nn.Sequential(
        nn.Conv2d(1, 6, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(96, 1), *ends
    )
    return Training(squares(), net, adam(1e-2), nn.SmoothL1Loss(), steps=150)


ASKED_SHAPES: Final[tuple[Case, ...]] = (
    fault(
        "published: the root of the squared error by hand, outputs squeezed, answers not, bicycles",
        "shape-mismatch",
        lambda: hired(root),
        lambda: hired(lambda o, y: root(o, y.squeeze())),
    ),
    fault(
        "published: a GRU gives [N, 1, 1] for tomorrow's [N, 1], nn.L1Loss",
        "shape-mismatch",
        lambda: tomorrow(lambda o: o),
        lambda: tomorrow(None),
    ),
    fault(
        "published: the vectors of words averaged over the batch, not over the review",
        "shape-mismatch",
        lambda: Training(reviews(), Mark(0), adam(2e-2), plain, measure="loss"),
        lambda: Training(reviews(), Mark(1), adam(2e-2), plain, measure="loss"),
    ),
    fault(
        "published: nn.Flatten(0) at the end, sides of squares [N] and [N, 1], nn.SmoothL1Loss",
        "shape-mismatch",
        lambda: side(nn.Flatten(0)),
        lambda: side(),
    ),
)
