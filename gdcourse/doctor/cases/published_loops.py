"""Faults re-made after published ones: what people forget around the net.

After the silent mistakes in PyTorch programs that Jiang et al. (2025) and others describe; written
anew. All of them are in the tuning half.
"""

from typing import Final

import torch
import torch.nn.functional as F
from torch import nn

from .case import Case, Training, fault
from .data import cancer, digits, friedman, pictures, plane, rings
from .habits import adam, climbing, never_zeroed, sgd
from .nets import Passing, Recurrent, conv, mlp, normal
from .sequences import running_sum


def unstepped(t, x, y):
    """Forget optimizer.step()."""
    t.optimizer.zero_grad()
    loss = t.loss_fn(t.model(x), y)
    loss.backward()
    return loss


def _blind():
    """Return a net whose features are computed under no_grad."""

    def forward(m, x):
        with torch.no_grad():
            h = torch.tanh(m.a(x))
        return m.c(torch.tanh(m.b(h)))

    model = Passing(forward, a=nn.Linear(2, 3), b=nn.Linear(3, 3), c=nn.Linear(3, 1))
    nn.init.normal_(next(model.parameters()), 0, 0.05)
    return model


def _seeing():
    return Passing(
        lambda m, x: m.c(torch.tanh(m.b(torch.tanh(m.a(x))))),
        a=nn.Linear(2, 8),
        b=nn.Linear(8, 8),
        c=nn.Linear(8, 1),
    )


def _wrong_copy():
    """Return a training whose optimizer holds only the second of two nets."""
    body, head = mlp([2, 4], last=nn.Tanh(), init=normal(0.1)), nn.Linear(4, 1)
    model = Passing(lambda m, x: m.b(m.a(x)), a=body, b=head)
    return Training(rings(), model, adam(1e-2)(head.parameters()))


LOOPS: Final[tuple[Case, ...]] = (
    fault(
        "published: optimizer.step forgotten",
        "untrained-parameters learning-rate-too-low",
        lambda: Training(digits(), mlp([64, 32, 10]), sgd(0.1), habit=unstepped),
        lambda: Training(digits(), mlp([64, 32, 10]), sgd(0.1)),
    ),
    fault(
        "published: features under no_grad",
        "untrained-parameters",
        lambda: Training(rings(), _blind(), adam(1e-2)),
        lambda: Training(rings(), _seeing(), adam(1e-2)),
    ),
    fault(
        "published: the optimizer holds one net of two",
        "untrained-parameters",
        _wrong_copy,
        lambda: Training(rings(), _seeing(), adam(1e-2)),
    ),
    fault(
        "published: a rate of zero",
        "learning-rate-too-low untrained-parameters",
        lambda: Training(cancer(), mlp([30, 16, 1]), sgd(0.0)),
        lambda: Training(cancer(), mlp([30, 16, 1]), sgd(0.1)),
    ),
    fault(
        "published: zero_grad forgotten, momentum",
        "stale-gradients",
        lambda: Training(
            cancer(), mlp([30, 16, 1]), sgd(0.1, 0.9), habit=never_zeroed, measure="loss"
        ),
        lambda: Training(cancer(), mlp([30, 16, 1]), sgd(0.1, 0.9), measure="loss"),
    ),
    fault(
        "published: zero_grad forgotten, a regression",
        "stale-gradients",
        lambda: Training(friedman(), mlp([10, 32, 1]), sgd(0.02), habit=never_zeroed),
        lambda: Training(friedman(), mlp([10, 32, 1]), sgd(0.05), steps=300),
    ),
    fault(
        "published: the gain is minimised, a regression",
        "ascent",
        lambda: Training(plane(), mlp([8, 16, 1]), sgd(0.01), lambda o, y: -F.mse_loss(o, y)),
        lambda: Training(plane(), mlp([8, 16, 1]), sgd(0.05), F.mse_loss),
    ),
    fault(
        "published: climbing, images",
        "ascent",
        lambda: Training(pictures(), conv(), sgd(0.02), habit=climbing, steps=120),
        lambda: Training(pictures(), conv(), sgd(0.2), steps=120),
    ),
    fault(
        "published: sequence outputs [N, 1] against [N]",
        "shape-mismatch",
        lambda: Training(
            running_sum().targets(lambda y: y[:, 0]),
            Recurrent(nn.GRU, 1, 12, 1),
            adam(1e-2),
            steps=120,
        ),
        lambda: Training(running_sum(), Recurrent(nn.GRU, 1, 12, 1), adam(1e-2), steps=120),
    ),
    fault(
        "published: yes or no, outputs [N] against [N, 1], squared",
        "shape-mismatch",
        lambda: Training(
            cancer(), mlp([30, 16, 1], last=nn.Flatten(0)), adam(1e-2), F.mse_loss, measure="loss"
        ),
        lambda: Training(cancer(), mlp([30, 16, 1]), adam(1e-2), F.mse_loss, measure="loss"),
    ),
)
