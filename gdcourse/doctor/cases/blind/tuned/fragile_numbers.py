"""Faults re-made after published ones: numbers that are not.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from typing import Any, Final

import torch
from torch import nn

from ...case import Case, Training, fault
from ...data import diabetes, digits, friedman, pictures
from ...habits import adam, sgd
from .depth_parts import Pooled, Rooted, by_columns, shares
from .pace_parts import Small


def own_softmax(o, y):
    """Return the cross-entropy as the textbook writes it."""
    e = torch.exp(o)
    return -torch.log(e.gather(1, y[:, None]) / e.sum(1, keepdim=True)).mean()


def own_distance(o, y):
    """Return how far predicted shares are from the true ones; nothing times log of nothing."""
    return (y * (y / o).log()).sum(1).mean()


def good_distance(o, y):
    return (torch.xlogy(y, y) - y * o.log()).sum(1).mean()


def divided() -> nn.Module:
    return nn.Sequential(Small(6, 24, 4), nn.Softmax(1))


def half(data: Any) -> Any:
    return data.inputs(lambda x: x.half()).targets(lambda y: y.half())


def run(data: Any, model: nn.Module, optimizer: Any, steps: int = 120, **more: Any) -> Training:
    return Training(data, model, optimizer, steps=steps, **more)


FRAGILE: Final[tuple[Case, ...]] = (
    fault(
        "published: each column of a picture by its own spread, blank ones too",
        "nonfinite",
        lambda: run(by_columns(0.0), Small(64, 32, 10), adam(5e-3)),
        lambda: run(by_columns(1e-2), Small(64, 32, 10), adam(5e-3)),
    ),
    fault(
        "published: signed square roots of products of rectified features",
        "nonfinite",
        lambda: run(pictures(), Pooled(0.0), adam(1e-2)),
        lambda: run(pictures(), Pooled(1e-4), adam(1e-2)),
    ),
    fault(
        "published: square roots of negative numbers, hidden by torch.where",
        "nonfinite",
        lambda: run(friedman(), Rooted(False), adam(1e-2)),
        lambda: run(friedman(), Rooted(True), adam(1e-2)),
    ),
    fault(
        "published: a softmax by hand, exp of large outputs",
        "nonfinite input-scale",
        lambda: run(digits("bytes"), Small(64, 32, 10), sgd(0.02), loss_fn=own_softmax),
        lambda: run(digits("unit"), Small(64, 32, 10), sgd(0.5), loss_fn=own_softmax),
    ),
    fault(
        "published: a distance of shares by hand, some of them nought",
        "nonfinite",
        lambda: run(shares(), divided(), adam(1e-2), loss_fn=own_distance),
        lambda: run(shares(), divided(), adam(1e-2), loss_fn=good_distance),
    ),
    fault(
        "published: half precision, and Adam's eps, which is nought in it",
        "nonfinite",
        lambda: run(half(diabetes()), Small(10, 16, 1).half(), adam(2e-3), batch=64),
        lambda: run(half(diabetes()), Small(10, 16, 1).half(), adam(5e-3, eps=1e-3), batch=64),
    ),
)
