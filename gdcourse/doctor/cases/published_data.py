"""Faults re-made after published ones: data and pace (see published_nets)."""

from typing import Final

import torch
import torch.nn.functional as F
from torch import nn

from .case import Case, Training, fault
from .data import blobs, cancer, diabetes, digits, friedman, moons, plane, waves
from .habits import adam, sgd
from .nets import Attention, Bag, Passing, Recurrent, Residual, mlp
from .sequences import phrases, running_sum


def _mixed(x):
    """Return images whose rows and batch were mixed by a wrong reshape."""
    return x.transpose(0, 1).reshape(x.shape)


def _per_class(y):
    """Return labels that a wrong join drew from other rows."""
    return y[torch.randperm(len(y))]


def _nan_targets(y):
    y = y.clone()
    y[::40] = float("nan")
    return y


def _log_of_inputs(m, x):
    return m.head(torch.log(x.relu()))


def _loud(model):
    with torch.no_grad():
        for block in model.blocks:
            block.weight *= 6
    return model


def _flipped(data):
    return data.learned(lambda y: torch.where(torch.rand(y.shape) < 0.15, 1 - y, y))


PUBLISHED_DATA: Final[tuple[Case, ...]] = (
    fault(
        "published: labels of another shuffle, clouds",
        "label-mismatch",
        lambda: Training(blobs().learned(_per_class), mlp([2, 16, 16, 4]), adam(1e-2)),
        lambda: Training(blobs(), mlp([2, 16, 16, 4]), adam(1e-2)),
    ),
    fault(
        "published: labels of another shuffle, words",
        "label-mismatch",
        lambda: Training(phrases().learned(_per_class), Bag(50), adam(3e-3)),
        lambda: Training(phrases(), Bag(50), adam(1e-2)),
    ),
    fault(
        "published: images and batch mixed by a reshape",
        "label-mismatch",
        lambda: Training(digits().inputs(_mixed), mlp([64, 32, 10]), sgd(0.05)),
        lambda: Training(digits(), mlp([64, 32, 10]), sgd(0.05)),
    ),
    fault(
        "published: the logarithm of inputs that hold zeros",
        "nonfinite",
        lambda: Training(
            digits("unit"), Passing(_log_of_inputs, head=mlp([64, 32, 10])), adam(1e-3)
        ),
        lambda: Training(digits("unit"), mlp([64, 32, 10]), adam(3e-3)),
    ),
    fault(
        "published: missing targets",
        "nonfinite",
        lambda: Training(friedman().learned(_nan_targets), mlp([10, 32, 1]), adam(1e-2)),
        lambda: Training(friedman(), mlp([10, 32, 1]), adam(1e-2)),
    ),
    fault(
        "published: exponential outputs overflow",
        "nonfinite learning-rate-too-high",
        lambda: Training(
            plane().targets(lambda y: y.exp()),
            mlp([8, 32, 1]),
            sgd(0.3),
            lambda o, y: F.mse_loss(o.exp().exp(), y),
        ),
        lambda: Training(plane().targets(lambda y: y.exp()), mlp([8, 32, 1]), adam(1e-2)),
    ),
    fault(
        "published: a transformer at one half, Adam",
        "learning-rate-too-high",
        lambda: Training(phrases(), Attention(50), adam(0.5), steps=100),
        lambda: Training(phrases(), Attention(50), adam(3e-3), steps=150),
    ),
    fault(
        "published: a residual net of thirty blocks, too loud",
        "exploding-gradients poor-initialization learning-rate-too-high",
        lambda: Training(digits(), _loud(Residual(64, 32, 10, 25)), sgd(0.01), steps=100),
        lambda: Training(digits(), Residual(64, 32, 10, 25), adam(1e-3), steps=100),
    ),
    fault(
        "published: incomes in euros a year",
        "target-scale",
        lambda: Training(
            diabetes().targets(lambda y: 3000 * y + 20000), mlp([10, 16, 1]), adam(1e-2)
        ),
        lambda: Training(diabetes(), mlp([10, 16, 1]), adam(3e-3)),
    ),
    fault(
        "published: prices, a recurrent net",
        "target-scale",
        lambda: Training(
            running_sum().targets(lambda y: 100 * y + 500),
            Recurrent(nn.LSTM, 1, 16, 1),
            adam(1e-2),
            steps=120,
        ),
        lambda: Training(running_sum(), Recurrent(nn.LSTM, 1, 16, 1), adam(1e-2), steps=120),
    ),
    fault(
        "published: sixty tumours by heart",
        "overfitting",
        lambda: Training(
            _flipped(cancer().first(60)),
            mlp([30, 64, 64, 1]),
            adam(3e-3),
            steps=300,
            validate=15,
            measure="loss",
        ),
        lambda: Training(cancer(), mlp([30, 16, 1]), adam(1e-3), steps=200, measure="loss"),
    ),
    fault(
        "published: single rows, momentum of .99",
        "oscillation learning-rate-too-high",
        lambda: Training(moons(), mlp([2, 16, 1]), sgd(0.1, 0.99), batch=1, steps=300),
        lambda: Training(moons(), mlp([2, 16, 1]), sgd(0.1, 0.9), steps=300),
    ),
    fault(
        "published: full batches that leap across, a sine",
        "oscillation learning-rate-too-high",
        lambda: Training(waves(), mlp([1, 32, 1], nn.Tanh), sgd(0.45), batch=0),
        lambda: Training(waves(), mlp([1, 32, 1], nn.Tanh), adam(3e-2), batch=0),
    ),
)
