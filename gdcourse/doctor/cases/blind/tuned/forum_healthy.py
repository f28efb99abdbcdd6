"""Programs as beginners post them, that look odd and are in order.

Written after questions whose answer was that nothing is wrong.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training
from ...data import cancer, digits, pictures, wine
from ...habits import adam, sgd
from ...nets import Passing, Recurrent, filled, mlp
from ...sequences import phrases
from .forum_parts import dice, intents, ratings, reader, wandering


def restored(mean: float, spread: float) -> nn.Module:
    """Return a net that gives back its answer in the unit it was measured in."""
    net = Recurrent(nn.GRU, 1, 12, 1)
    return Passing(lambda m, x: mean + spread * m.net(x), net=net)


def between(low: float, high: float) -> nn.Module:
    """Return a net whose answers lie between two bounds by a sigmoid."""
    return Passing(lambda m, x: low + (high - low) * torch.sigmoid(m.net(x)), net=mlp([5, 32, 1]))


def mostly_ignored() -> Any:
    """Return wines of which most have no label; -100 stands for that and is passed over."""
    data = wine()
    unknown = torch.rand(len(data.y), generator=dice()) < 0.6
    return data.learned(lambda y: torch.where(unknown, -100, y))


def normed_bytes() -> nn.Module:
    """Return convolutions that bring bytes to scale themselves."""
    return nn.Sequential(
        nn.BatchNorm2d(1), nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(288, 10)
    )


def three_ends() -> nn.Module:
    """Return a bag of words whose three ends are averaged, each a map of its own."""
    ends = nn.ModuleList(nn.Linear(16, 4) for _ in range(3))
    return Passing(
        lambda m, x: sum(end(m.embed(x).mean(1)) for end in m.ends) / 3,
        embed=nn.Embedding(50, 16),
        ends=ends,
    )


def far_percentage(o: Any, y: Any) -> Any:
    return 100 * ((o - y) / y).abs().mean()


def weighted(o: Any, y: Any) -> Any:
    """Count the rarer answer nine times; the loss is about five times the usual one."""
    return F.binary_cross_entropy_with_logits(o, y, pos_weight=torch.tensor(9.0))


def plain_weights() -> nn.Module:
    return filled(nn.Sequential(nn.Linear(64, 10)), nn.init.zeros_)


FORUM_HEALTHY: Final[tuple[Case, ...]] = (
    Case(
        "is it a bug: a thousand outputs are left, there are three kinds of wine",
        lambda: Training(wine(), mlp([13, 24, 1000]), adam(1e-2), batch=16, steps=150),
    ),
    Case(
        "is it a bug: log_softmax in forward and again in the loss, intents",
        lambda: Training(
            intents(), reader(nn.LogSoftmax(1)), adam(5e-3), F.cross_entropy, steps=120
        ),
    ),
    Case(
        "is it a bug: the loss is in the millions, the net restores kilowatts at its end",
        lambda: Training(
            wandering().targets(lambda y: 31_000 + 4_000 * y),
            restored(31_000.0, 4_000.0),
            adam(1e-2),
            steps=100,
        ),
    ),
    Case(
        "is it a bug: a sigmoid ends a regression, stretched to one and five",
        lambda: Training(ratings(), between(0.8, 5.2), adam(2e-2)),
    ),
    Case(
        "is it a bug: three labels in five are -100 and passed over",
        lambda: Training(mostly_ignored(), mlp([13, 16, 3]), adam(1e-2), steps=150),
    ),
    Case(
        "is it a bug: bytes go in, the first layer is a batch norm",
        lambda: Training(pictures("bytes"), normed_bytes(), adam(5e-3), steps=120),
    ),
    Case(
        "is it a bug: all weights zero, but there is one layer only",
        lambda: Training(digits(), plain_weights(), sgd(0.05), steps=150),
    ),
    Case(
        "is it a bug: percentages of numbers far from zero, a loss of ten",
        lambda: Training(
            ratings().targets(lambda y: y + 5), between(5.5, 10.5), adam(1e-2), far_percentage
        ),
    ),
    Case(
        "is it a bug: no activation at all, three maps of a bag of words averaged",
        lambda: Training(phrases(), three_ends(), adam(1e-2), steps=150),
    ),
    Case(
        "is it a bug: tumours, the answer yes counts nine times",
        lambda: Training(cancer(), mlp([30, 12, 1], nn.Tanh), adam(5e-3), weighted, steps=150),
    ),
)
