"""Programs as beginners post them: shapes that broadcast.

Re-made after questions asked in public and after the studies of bugs; written anew.
"""

from typing import Any, Final

import torch
from torch import nn

from ...case import Case, Training, fault
from ...data import as_data, rings
from ...habits import adam
from ...nets import Passing, mlp
from .forum_parts import skies, table, with_branches


def by_hand(flat: bool) -> Any:
    """Return the logistic loss in plain torch, of shares [N], for answers [N, 1] or [N]."""

    def loss(o: Any, y: Any) -> Any:
        y = y[:, 0] if flat else y
        return -(y * (o + 1e-7).log() + (1 - y) * (1 - o + 1e-7).log()).mean()

    return loss


def flat_shares() -> nn.Module:
    return Passing(lambda m, x: torch.sigmoid(m.net(x)).squeeze(1), net=mlp([2, 24, 1], nn.Tanh))


def with_spread(column: bool) -> Training:
    """Return a net of a mean and a spread, whose likelihood is by hand; means [N] or [N, 1]."""

    def forward(m: Any, x: Any) -> Any:
        both = m.net(x)
        m.log_var = both[:, 1:]
        return both[:, :1] if column else both[:, 0]

    model: Any = Passing(forward, net=mlp([5, 32, 2], nn.Tanh))

    def likelihood(o: Any, y: Any) -> Any:
        return (model.log_var + (y - o) ** 2 / model.log_var.exp()).mean() / 2

    x, y = table()
    return Training(as_data(x, y, "numbers"), model, adam(1e-2), likelihood)


def branches(squeezed: bool) -> nn.Module:
    """Return a linear net of numbers plus a net of a category, [N] or [N, 1] plus [N, 1]."""

    def forward(m: Any, x: Any) -> Any:
        wide = m.wide(x[:, :4])
        wide = wide.squeeze(1) if squeezed else wide
        return wide + m.deep(m.kind(x[:, 4].long()))

    return Passing(forward, wide=nn.Linear(4, 1), kind=nn.Embedding(10, 6), deep=mlp([6, 12, 1]))


def pooled(*ends: nn.Module) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Conv2d(8, 1, 1), nn.AdaptiveAvgPool2d(1), *ends
    )


def squares(o: Any, y: Any) -> Any:
    return ((o - y) ** 2).mean()


FORUM_SHAPES: Final[tuple[Case, ...]] = (
    fault(
        "published: the logistic loss by hand, shares [N] and answers [N, 1], a ring",
        "shape-mismatch",
        lambda: Training(rings(), flat_shares(), adam(2e-2), by_hand(False)),
        lambda: Training(rings(), flat_shares(), adam(2e-2), by_hand(True)),
    ),
    fault(
        "published: a likelihood by hand, means [N] and answers [N, 1]",
        "shape-mismatch",
        lambda: with_spread(False),
        lambda: with_spread(True),
    ),
    fault(
        "published: a wide branch [N] added to a deep one [N, 1]",
        "shape-mismatch",
        lambda: Training(with_branches(), branches(True), adam(2e-2), squares, measure="loss"),
        lambda: Training(with_branches(), branches(False), adam(2e-2), squares, measure="loss"),
    ),
    fault(
        "published: stars counted, pooled to [N, 1, 1, 1] and never flattened",
        "shape-mismatch",
        lambda: Training(skies(), pooled(), adam(2e-2)),
        lambda: Training(skies(), pooled(nn.Flatten()), adam(2e-2)),
    ),
)
