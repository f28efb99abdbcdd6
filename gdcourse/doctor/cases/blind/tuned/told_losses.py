"""Losses that ask for something else than is wanted."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import Data, as_data, cancer, wine
from ...habits import adam, sgd
from ...nets import mlp
from .told_parts import dice, frauds, houses, tags


def shares() -> Data:
    """Return ten columns and the shares of five parties, whose largest is the class."""
    x = torch.randn(600, 10, generator=dice(41))
    y = torch.softmax(1.2 * x @ torch.randn(10, 5, generator=dice(42)) / 1.5, 1)
    return as_data(x, y, "numbers")._replace(kind="classes")


def divergence(o: Any, y: Any) -> Any:
    return F.kl_div(F.log_softmax(o, 1), y, reduction="batchmean")


def divergence_of_logs(o: Any, y: Any) -> Any:
    # both are logarithms, and log_target=True is forgotten
    return F.kl_div(F.log_softmax(o, 1), y.clamp(min=1e-6).log(), reduction="batchmean")


def weighed(weight: float) -> Any:
    return lambda o, y: F.binary_cross_entropy_with_logits(o, y, pos_weight=torch.tensor([weight]))


def square_outside(o: Any, y: Any) -> Any:
    return (o - y).mean() ** 2


def hinge(o: Any, y: Any) -> Any:
    return (1 - o * y).clamp(min=0).mean()


def parties(loss: Any) -> Training:
    return Training(shares(), mlp([10, 24, 5], nn.Tanh), sgd(0.1, 0.9), loss, 200)


def cards(weight: float) -> Training:
    return Training(frauds(), mlp([8, 32, 1]), adam(4e-3), weighed(weight), 250, batch=128)


def cellar(ignored: int) -> Training:
    loss = nn.CrossEntropyLoss(ignore_index=ignored)
    return Training(wine(), mlp([13, 20, 3], nn.GELU), adam(5e-3), loss, 150, batch=16)


def seven(loss: Any) -> Training:
    return Training(tags(), mlp([12, 40, 7]), adam(5e-3), loss, 200, batch=64)


def prices(loss: Any) -> Training:
    return Training(houses(), mlp([7, 40, 20, 1], nn.SiLU), adam(5e-3), loss, 200, batch=256)


def margin(loss: Any) -> Training:
    data = cancer().targets(lambda y: 2 * y - 1)
    return Training(data, mlp([30, 16, 1]), sgd(0.02), loss, 200, batch=16)


TOLD_LOSSES: Final[tuple[Case, ...]] = (
    fault(
        "published: nn.KLDivLoss between two logarithms, log_target forgotten, parties",
        "wrong-loss nonfinite",
        lambda: parties(divergence_of_logs),
        lambda: parties(divergence),
    ),
    fault(
        "published: pos_weight upside down, one payment of eleven is a fraud",
        "wrong-loss",
        lambda: cards(0.1),
        lambda: cards(10.0),
    ),
    fault(
        "published: ignore_index=0 for the padding, and nought is a kind of wine",
        "wrong-loss label-mismatch",
        lambda: cellar(0),
        lambda: cellar(-100),
    ),
    fault(
        "published: nn.CrossEntropyLoss for seven tags of which several hold",
        "wrong-loss",
        lambda: seven(nn.CrossEntropyLoss()),
        lambda: seven(nn.BCEWithLogitsLoss()),
    ),
    fault(
        "published: the mean of the errors squared, not of their squares, houses",
        "wrong-loss",
        lambda: prices(square_outside),
        lambda: prices(nn.MSELoss()),
    ),
    fault(
        "published: nn.HingeEmbeddingLoss taken for the hinge, tumours -1 and 1",
        "wrong-loss ascent",
        lambda: margin(nn.HingeEmbeddingLoss()),
        lambda: margin(hinge),
    ),
)
