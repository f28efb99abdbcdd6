"""Mistakes where outputs, targets and the loss meet."""

from typing import Final

import torch.nn.functional as F
from torch import nn

from .case import Case, Training, fault
from .data import cancer, diabetes, digits, friedman, pictures, plane, waves, wine
from .habits import adam, sgd
from .nets import conv, mlp
from .sequences import majority

DEEP = [64, 64, 64, 10]


def flat(data):
    """Return data whose targets lost their last axis, (n, 1) -> (n,)."""
    return data.targets(lambda y: y[:, 0])


def to_column(loss):
    """Return a loss that brings outputs to the targets' shape first."""
    return lambda o, y: loss(o.reshape(y.shape), y)


OUTPUT: Final[tuple[Case, ...]] = (
    fault(
        "outputs [N, 1] against targets [N], squared error",
        "shape-mismatch",
        lambda: Training(flat(diabetes()), mlp([10, 32, 1]), adam(1e-2), F.mse_loss),
        lambda: Training(flat(diabetes()), mlp([10, 32, 1]), adam(1e-2), to_column(F.mse_loss)),
    ),
    fault(
        "outputs [N] against targets [N, 1], absolute error",
        "shape-mismatch",
        lambda: Training(friedman(), mlp([10, 32, 1], last=nn.Flatten(0)), adam(1e-2), F.l1_loss),
        lambda: Training(friedman(), mlp([10, 32, 1]), adam(1e-2), F.l1_loss),
    ),
    fault(
        "outputs [N, 1] against targets [N], Huber loss on a sine",
        "shape-mismatch",
        lambda: Training(flat(waves()), mlp([1, 32, 32, 1], nn.Tanh), adam(1e-2), F.huber_loss),
        lambda: Training(
            flat(waves()), mlp([1, 32, 32, 1], nn.Tanh), adam(1e-2), to_column(F.huber_loss)
        ),
    ),
    fault(
        "softmax before cross-entropy, plain descent",
        "wrong-output-activation",
        lambda: Training(digits(), mlp(DEEP, last=nn.Softmax(1)), sgd(0.1)),
        lambda: Training(digits(), mlp(DEEP), sgd(0.1)),
    ),
    fault(
        "softmax over a single unit",
        "wrong-output-activation",
        lambda: Training(
            cancer(), mlp([30, 16, 1], last=nn.Softmax(1)), adam(), F.binary_cross_entropy
        ),
        lambda: Training(
            cancer(), mlp([30, 16, 1], last=nn.Sigmoid()), adam(), F.binary_cross_entropy
        ),
    ),
    fault(
        "sigmoid before the loss that applies it, slow",
        "wrong-output-activation",
        lambda: Training(
            majority().inputs(lambda x: x[..., 0]), mlp([12, 16, 1], last=nn.Sigmoid()), sgd(0.1)
        ),
        lambda: Training(
            majority().inputs(lambda x: x[..., 0]), mlp([12, 16, 1]), sgd(0.1), steps=300
        ),
    ),
    fault(
        "ReLU after the last layer of a classifier",
        "wrong-output-activation dead-relu",
        lambda: Training(digits(), mlp(DEEP, last=nn.ReLU()), sgd(0.5, 0.9), steps=150),
        lambda: Training(digits(), mlp(DEEP), sgd(0.1), steps=150),
    ),
    fault(
        "ReLU after the last layer of a regression on both signs",
        "wrong-output-activation",
        lambda: Training(plane(), mlp([8, 32, 1], last=nn.ReLU()), adam(1e-2)),
        lambda: Training(plane(), mlp([8, 32, 1]), adam(1e-2)),
    ),
    fault(
        "sigmoid after the last layer of a regression",
        "wrong-output-activation target-scale",
        lambda: Training(
            diabetes(raw_targets=True), mlp([10, 32, 1], last=nn.Sigmoid()), adam(1e-2)
        ),
        lambda: Training(diabetes(), mlp([10, 32, 1]), adam(1e-2)),
    ),
    fault(
        "tanh after the last layer, targets up to six",
        "wrong-output-activation",
        lambda: Training(
            plane().targets(lambda y: 2 * y + 2), mlp([8, 32, 1], last=nn.Tanh()), sgd(0.05)
        ),
        lambda: Training(plane().targets(lambda y: 2 * y + 2), mlp([8, 32, 1]), sgd(0.05)),
    ),
    fault(
        "softmax over the batch instead of the classes",
        "wrong-output-activation",
        lambda: Training(digits(), mlp(DEEP, last=nn.Softmax(0)), sgd(0.1)),
        lambda: Training(digits(), mlp(DEEP), sgd(0.1)),
    ),
    fault(
        "sigmoid before cross-entropy over ten classes",
        "wrong-output-activation",
        lambda: Training(pictures(), conv().append(nn.Sigmoid()), sgd(0.05), steps=120),
        lambda: Training(pictures(), conv(), sgd(0.2), steps=120),
    ),
    fault(
        "negative log-likelihood of plain softmax",
        "wrong-output-activation wrong-loss",
        lambda: Training(
            pictures(),
            conv().append(nn.Softmax(1)),
            sgd(0.02),
            F.nll_loss,
            steps=120,
        ),
        lambda: Training(pictures(), conv(), sgd(0.2), steps=120),
    ),
    fault(
        "squared error on class numbers",
        "wrong-loss",
        lambda: Training(
            digits()._replace(kind="classes"),
            mlp([64, 32, 1]),
            adam(1e-3),
            lambda o, y: F.mse_loss(o[:, 0], y.float()),
        ),
        lambda: Training(digits(), mlp([64, 32, 10]), adam(1e-3)),
    ),
    fault(
        "cross-entropy of numbers to be predicted",
        "wrong-loss",
        lambda: Training(diabetes(), mlp([10, 32, 1]), adam(), F.binary_cross_entropy_with_logits),
        lambda: Training(diabetes(), mlp([10, 32, 1]), adam(1e-2)),
    ),
    fault(
        "negative log-likelihood of plain logits",
        "wrong-loss wrong-output-activation",
        lambda: Training(wine(), mlp([13, 16, 3]), adam(1e-2), F.nll_loss),
        lambda: Training(wine(), mlp([13, 16, 3]), adam(1e-2)),
    ),
    fault(
        "the sum of the losses, with a rate for their mean",
        "wrong-loss learning-rate-too-high",
        lambda: Training(
            digits(),
            mlp(DEEP),
            sgd(0.2, 0.9),
            lambda o, y: F.cross_entropy(o, y, reduction="sum"),
            batch=128,
        ),
        lambda: Training(digits(), mlp(DEEP), sgd(0.05, 0.9)),
    ),
    fault(
        "binary cross-entropy on softmax over ten classes, one-hot",
        "wrong-loss wrong-output-activation",
        lambda: Training(
            digits().targets(lambda y: F.one_hot(y, 10).float()),
            mlp([64, 32, 10], last=nn.Softmax(1)),
            sgd(0.05),
            F.binary_cross_entropy,
        ),
        lambda: Training(digits(), mlp([64, 32, 10]), sgd(0.05)),
    ),
)
