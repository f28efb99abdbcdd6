"""Losses of several kinds, and trainings that need a few lines, of healthy.py."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Training, usual
from ...data import Data, digits, wine
from ...habits import adam
from ...nets import Passing, mlp
from ...sequences import next_letter


def both(o: Any, y: Any) -> Any:
    """Return the losses of a kind, of a strength and of a yes or no, added."""
    kind = F.cross_entropy(o[:, :3], y[:, 0].long())
    strength = 5 * F.mse_loss(o[:, 3], y[:, 1])
    return kind + strength + F.binary_cross_entropy_with_logits(o[:, 4], y[:, 2])


@cache
def bottles() -> Data:
    """Return the wines, and of each its kind, a mixture of its values, and whether it is red."""

    def asked(x: Any, y: Any) -> Any:
        return torch.stack([y.float(), (x[:, 0] + x[:, 4]) / 2, (x[:, 9] > 0).float()], 1)

    data = wine()
    held = asked(data.x_held, data.y_held)
    return data._replace(y=asked(data.x, data.y), y_held=held, kind="numbers")


def trained_before() -> Training:
    """Return a net that knows the digits, on its way to know them slightly better."""
    t = Training(digits(), mlp([64, 64, 10]), adam(5e-3))
    for _ in range(60):
        rows = torch.randint(len(t.data.x), (64,))
        usual(t, t.data.x[rows], t.data.y[rows])
    optimizer = torch.optim.AdamW(t.model.parameters(), lr=3e-4)
    return Training(digits(), t.model, optimizer, steps=150)


def neighbours() -> Training:
    """Return letters and their neighbours, told from five drawn at random."""
    text = next_letter()
    x, y = text.x.reshape(-1), text.y.reshape(-1)
    x_held, y_held = text.x_held.reshape(-1), text.y_held.reshape(-1)
    data = Data(x, y, x_held, y_held, "classes")

    def habit(t: Training, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        scores = t.model(x)
        true = F.logsigmoid(scores.gather(1, y[:, None]))
        others = F.logsigmoid(-scores.gather(1, torch.randint(12, (len(y), 5))))
        loss = -(true.mean() + others.sum(1).mean())
        loss.backward()
        t.optimizer.step()
        return loss

    model = Passing(
        lambda m, x: m.inner(x) @ m.outer.weight.T,
        inner=nn.Embedding(12, 8),
        outer=nn.Embedding(12, 8),
    )
    return Training(data, model, adam(2e-2), habit=habit, batch=64, steps=200)
