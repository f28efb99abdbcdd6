"""What a net does last, where it should not; and outputs of another shape than the answers."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import Data, cancer
from ...habits import adam, sgd
from ...nets import Passing, Recurrent, mlp
from .told_parts import Axes, Readers, bandit, stars, steps, tags, tides, wind


def moves(softmax: bool) -> Training:
    ends = (lambda o: F.softmax(o, dim=1)) if softmax else None
    return Training(steps(), Axes(ends), sgd(0.2), nn.CrossEntropyLoss(), 300)


def flood(ends: Any) -> Training:
    model: Any = Recurrent(nn.LSTM, 1, 16, 1)
    whole = Passing(lambda m, x: ends(m.net(x)), net=model)
    return Training(tides(), whole, adam(1e-2), steps=110)


def rare(twice: bool) -> Training:
    model = mlp([12, 32, 7], last=nn.Sigmoid() if twice else None)
    loss = F.binary_cross_entropy_with_logits
    return Training(tags(True), model, adam(5e-3), loss, 250, measure="loss")


def storm(unit: bool) -> Training:
    model: Any = mlp([6, 48, 48, 2], nn.LeakyReLU)
    if unit:
        model = Passing(lambda m, x: F.normalize(m.net(x), dim=1), net=model)
    return Training(wind(), model, adam(5e-3), nn.SmoothL1Loss(), 250)


def tumours(ends: Any) -> Training:
    net = mlp([30, 12, 1], nn.Tanh)
    model = Passing(lambda m, x: ends(torch.sigmoid(m.net(x))), net=net)
    return Training(cancer(), model, sgd(0.05), F.binary_cross_entropy, 200, batch=16)


def books(column: bool) -> Training:
    model = Readers(column, lambda o: o + 3)
    return Training(stars(), model, adam(3e-2), F.mse_loss, 250, batch=64)


def every_hour(column: bool) -> Training:
    data: Data = tides()
    x, held = data.x, data.x_held
    data = Data(x[:, :-1], x[:, 1:, 0], held[:, :-1], held[:, 1:, 0], "numbers")
    net = Recurrent(nn.GRU, 1, 16, 1, every=True)  # (n, 1, hours)
    model = Passing(lambda m, x: m.net(x).transpose(1, 2) if column else m.net(x)[:, 0], net=net)
    return Training(data, model, adam(1e-2), nn.MSELoss(), 120, batch=15)


def two_heads(broadcast: bool) -> Training:
    def loss(o: Any, y: Any) -> Any:
        a, b = o[:, :1], o[:, 1:]
        if broadcast:
            return F.mse_loss(a, y[:, 0]) + F.mse_loss(b, y[:, 1])
        return F.mse_loss(a, y[:, :1]) + F.mse_loss(b, y[:, 1:])

    return Training(wind(), mlp([6, 48, 48, 2], nn.SiLU), adam(5e-3), loss, 250)


def earnings(broadcast: bool) -> Training:
    def loss(o: Any, y: Any) -> Any:
        q = o.gather(1, y[:, :1].long())
        return F.smooth_l1_loss(q, y[:, 1] if broadcast else y[:, 1:])

    return Training(bandit(), mlp([6, 48, 4]), adam(8e-3), loss, 250, 64, measure="loss")


TOLD_OUTPUTS: Final[tuple[Case, ...]] = (
    fault(
        "published: F.softmax in forward, telephones, plain descent",
        "wrong-output-activation",
        lambda: moves(True),
        lambda: moves(False),
    ),
    fault(
        "published: F.softplus ends the forecast of tides, half are below nought",
        "wrong-output-activation",
        lambda: flood(F.softplus),
        lambda: flood(nn.Identity()),
    ),
    fault(
        "published: sigmoids before the loss that has them, seven rare tags",
        "wrong-output-activation",
        lambda: rare(True),
        lambda: rare(False),
    ),
    fault(
        "published: F.normalize left at the end, the force of the wind is lost",
        "wrong-output-activation",
        lambda: storm(True),
        lambda: storm(False),
    ),
    fault(
        "published: torch.round in forward, so that the answers are nought or one, tumours",
        "wrong-output-activation vanishing-gradients",
        lambda: tumours(torch.round),
        lambda: tumours(nn.Identity()),
    ),
)

TOLD_SHAPES: Final[tuple[Case, ...]] = (
    fault(
        "published: products of readers and books [N] against a column of stars",
        "shape-mismatch",
        lambda: books(False),
        lambda: books(True),
    ),
    fault(
        "published: every hour [N, T, 1] against [N, T], as many rows as hours",
        "shape-mismatch",
        lambda: every_hour(True),
        lambda: every_hour(False),
    ),
    fault(
        "published: two heads [N, 1] against the columns y[:, 0] and y[:, 1]",
        "shape-mismatch",
        lambda: two_heads(True),
        lambda: two_heads(False),
    ),
    fault(
        "published: the gathered value of a move [N, 1] against what it earned [N]",
        "shape-mismatch",
        lambda: earnings(True),
        lambda: earnings(False),
    ),
)
