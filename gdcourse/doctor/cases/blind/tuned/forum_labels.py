"""Programs as beginners post them: labels that left their inputs.

Re-made after questions asked in public and after the studies of bugs; written anew.
"""

from typing import Any, Final

import torch
from torch import nn

from ...case import Case, Training, fault
from ...data import Data, as_data, cancer, friedman, pictures
from ...habits import adam, sgd
from ...nets import Attention, Recurrent, conv, mlp
from ...sequences import phrases
from .forum_parts import dice, table, wandering


def augmented(paired: bool) -> Data:
    """Return four noisy copies of 250 images; the labels may be repeated in another order."""
    data = pictures().first(250)
    x = data.x.repeat_interleave(4, 0)
    x = x + 0.3 * torch.randn(x.shape, generator=dice())
    return data._replace(x=x, y=data.y.repeat_interleave(4) if paired else data.y.repeat(4))


def shuffled_apart(t: Any, x: Any, y: Any) -> Any:
    """Shuffle the rows of the batch, inputs and labels each by a permutation of their own."""
    x, y = x[torch.randperm(len(x))], y[torch.randperm(len(y))]
    t.optimizer.zero_grad()
    loss = t.loss_fn(t.model(x), y)
    loss.backward()
    t.optimizer.step()
    return loss


def numbered_anew() -> Data:
    """Return sentences of five files; in each of them the topics have other numbers."""
    orders = torch.tensor([[0, 1, 2, 3], [1, 2, 3, 0], [3, 2, 0, 1], [2, 0, 3, 1], [1, 3, 0, 2]])
    return phrases().learned(lambda y: orders[torch.arange(len(y)) * 5 // len(y), y])


def wrongly_joined(part: float) -> Data:
    """Return Friedman's table; for a part of the rows the answers were joined by wrong keys."""
    data = friedman()
    n = int(part * len(data.y))
    return data.learned(lambda y: torch.cat([y[:n].roll(7, 0), y[n:]]))


def rates(whole: bool) -> Data:
    """Return rates between nought and one; int() may have been taken of those to learn from."""
    x, y = table()
    return as_data(x, torch.sigmoid(1.5 * y), "numbers").learned(
        lambda y: y.long().float() if whole else y
    )


FORUM_LABELS: Final[tuple[Case, ...]] = (
    fault(
        "published: images repeated one by one for noise, labels as a whole",
        "label-mismatch",
        lambda: Training(augmented(False), conv(), lambda p: torch.optim.AdamW(p, lr=5e-3)),
        lambda: Training(
            augmented(True), conv(), lambda p: torch.optim.AdamW(p, lr=5e-3), steps=120
        ),
    ),
    fault(
        "published: windows every five hours, answers of every hour",
        "label-mismatch",
        lambda: Training(wandering(taken=1), Recurrent(nn.GRU, 1, 12, 1), adam(1e-2), steps=120),
        lambda: Training(wandering(), Recurrent(nn.GRU, 1, 12, 1), adam(1e-2), steps=120),
    ),
    fault(
        "published: each batch shuffled twice, inputs and labels apart, tumours",
        "label-mismatch",
        lambda: Training(cancer(), mlp([30, 16, 1]), sgd(0.1, 0.9), habit=shuffled_apart),
        lambda: Training(cancer(), mlp([30, 16, 1]), sgd(0.1, 0.9)),
    ),
    fault(
        "published: two thirds of a table joined by the wrong keys",
        "label-mismatch",
        lambda: Training(wrongly_joined(0.67), mlp([10, 32, 1]), adam(5e-3), steps=300),
        lambda: Training(wrongly_joined(0.0), mlp([10, 32, 1]), adam(5e-3), steps=300),
    ),
    fault(
        "published: topics numbered anew in each of five files, attention",
        "label-mismatch",
        lambda: Training(numbered_anew(), Attention(50), adam(5e-3), steps=100),
        lambda: Training(phrases(), Attention(50), adam(5e-3), steps=100),
    ),
    fault(
        "published: rates between nought and one read as whole numbers",
        "label-mismatch target-scale",
        lambda: Training(rates(True), mlp([5, 32, 1]), adam(1e-2)),
        lambda: Training(rates(False), mlp([5, 32, 1]), adam(1e-2)),
    ),
)
