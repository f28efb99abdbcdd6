"""Faults re-made after published ones: outputs, losses and penalties (see published_nets)."""

from typing import Final

import torch.nn.functional as F
from torch import nn

from .case import Case, Training, fault
from .data import iris, moons, pictures, rings, waves, wine, xor
from .habits import adam, sgd
from .nets import Recurrent, conv, filled, mlp
from .sequences import majority, next_letter, running_sum

GLOROT = nn.init.xavier_uniform_


def keras(sizes, act=nn.ReLU, last=None, **more):
    """Return a net that starts as Keras starts it."""
    return mlp(sizes, act, last, init=more.pop("init", GLOROT), **more)


def _hot(data):
    return data.targets(lambda y: F.one_hot(y, int(y.max()) + 1).float())


def _log_loss(o, y):
    """Return the cross-entropy of probabilities, as Keras computes it."""
    return F.nll_loss(o.clamp(1e-7, 1).log(), y)


OUTPUTS: Final[tuple[Case, ...]] = (
    fault(
        "published: softmax over one unit, logistic loss",
        "wrong-output-activation",
        lambda: Training(moons(), keras([2, 16, 1], last=nn.Softmax(1)), sgd(0.1)),
        lambda: Training(moons(), keras([2, 16, 1]), sgd(0.5), steps=300),
    ),
    fault(
        "published: softmax over one unit, squared error",
        "wrong-output-activation",
        lambda: Training(waves(), keras([1, 16, 1], last=nn.Softmax(1)), adam(1e-2), F.mse_loss),
        lambda: Training(waves(), keras([1, 32, 1], nn.Tanh), adam(3e-2), F.mse_loss),
    ),
    fault(
        "published: sigmoid at the end, a wave about four",
        "wrong-output-activation",
        lambda: Training(
            waves().inputs(lambda x: x).targets(lambda y: 3 * y + 4),
            keras([1, 16, 1], nn.Tanh, last=nn.Sigmoid()),
            sgd(0.05),
        ),
        lambda: Training(
            waves().targets(lambda y: 3 * y + 4), keras([1, 32, 1], nn.Tanh), adam(3e-2), steps=300
        ),
    ),
    fault(
        "published: tanh at the end, bits to two and twelve",
        "wrong-output-activation",
        lambda: Training(
            majority().inputs(lambda x: x[..., 0]).targets(lambda y: 10 * y + 2, "numbers"),
            keras([12, 16, 1], last=nn.Tanh()),
            adam(1e-2),
        ),
        lambda: Training(
            majority().inputs(lambda x: x[..., 0]).targets(lambda y: 10 * y + 2, "numbers"),
            keras([12, 16, 1]),
            adam(3e-2),
            steps=300,
        ),
    ),
    fault(
        "published: rectified probabilities",
        "wrong-output-activation nonfinite dead-relu",
        lambda: Training(iris(), keras([4, 8, 3], last=nn.ReLU()), sgd(0.5), _log_loss),
        lambda: Training(iris(), keras([4, 8, 3], last=nn.Softmax(1)), adam(1e-2), _log_loss),
    ),
    fault(
        "published: logistic loss for three classes, one unit",
        "wrong-loss",
        lambda: Training(
            iris().targets(lambda y: y.float()[:, None], "numbers"),
            keras([4, 8, 1]),
            adam(1e-2),
            F.binary_cross_entropy_with_logits,
        ),
        lambda: Training(iris(), keras([4, 8, 3]), adam(1e-2)),
    ),
    fault(
        "published: cross-entropy of one column",
        "wrong-loss wrong-output-activation",
        lambda: Training(
            moons(), keras([2, 16, 1]), adam(1e-2), lambda o, y: F.cross_entropy(o, y)
        ),
        lambda: Training(moons(), keras([2, 16, 1]), adam(2e-2)),
    ),
    fault(
        "published: squared error on one-hot images, plain descent",
        "wrong-loss learning-rate-too-low",
        lambda: Training(
            _hot(pictures("unit")), conv().append(nn.Softmax(1)), sgd(0.01), F.mse_loss, steps=120
        ),
        lambda: Training(pictures("unit"), conv(), adam(3e-3), steps=120),
    ),
    fault(
        "published: exclusive or without hidden activations",
        "missing-nonlinearity",
        lambda: Training(xor(), keras([2, 8, 8, 1], nn.Identity), adam(1e-2)),
        lambda: Training(xor(), keras([2, 8, 8, 1]), adam(1e-2)),
    ),
    fault(
        "published: norms and dropout between layers, but no activation",
        "missing-nonlinearity",
        lambda: Training(
            rings(),
            nn.Sequential(
                nn.Linear(2, 8),
                nn.Dropout(0.1),
                nn.BatchNorm1d(8),
                nn.Linear(8, 8),
                nn.Linear(8, 1),
            ),
            adam(1e-2),
        ),
        lambda: Training(
            rings(),
            nn.Sequential(
                nn.Linear(2, 8),
                nn.ReLU(),
                nn.BatchNorm1d(8),
                nn.Linear(8, 8),
                nn.ReLU(),
                nn.Linear(8, 1),
            ),
            adam(1e-2),
        ),
    ),
    fault(
        "published: exclusive or, all weights zero",
        "plateau poor-initialization",
        lambda: Training(xor(), filled(mlp([2, 8, 1], nn.Sigmoid), nn.init.zeros_), sgd(0.5)),
        lambda: Training(xor(), keras([2, 8, 1], nn.Tanh), adam(3e-2)),
    ),
    fault(
        "published: images, decay of one, momentum",
        "over-regularized",
        lambda: Training(pictures(), conv(), sgd(0.05, 0.9, weight_decay=1.0), steps=120),
        lambda: Training(pictures(), conv(), sgd(0.05, 0.9, weight_decay=1e-4), steps=120),
    ),
    fault(
        "published: dropout of 90 %, narrow layers",
        "over-regularized",
        lambda: Training(wine(), keras([13, 16, 16, 3], drop=0.95), adam(1e-3)),
        lambda: Training(wine(), keras([13, 16, 16, 3], drop=0.1), adam(1e-2)),
    ),
    fault(
        "published: letters, a recurrent net at thirty",
        "learning-rate-too-high exploding-gradients oscillation saturation",
        lambda: Training(
            next_letter(),
            Recurrent(nn.RNN, 8, 24, 12, words=12, every=True),
            sgd(30.0),
            steps=120,
            measure="loss",
        ),
        lambda: Training(
            next_letter(),
            Recurrent(nn.RNN, 8, 24, 12, words=12, every=True),
            adam(1e-2),
            steps=120,
            measure="loss",
        ),
    ),
    fault(
        "published: a sum of thirty terms, plain recurrent, one half",
        "exploding-gradients learning-rate-too-high",
        lambda: Training(
            running_sum(30).targets(lambda y: 5 * y),
            filled(Recurrent(nn.RNN, 1, 16, 1), nn.init.orthogonal_),
            sgd(0.5, 0.9),
            steps=100,
        ),
        lambda: Training(
            running_sum(30).targets(lambda y: 5 * y),
            filled(Recurrent(nn.RNN, 1, 16, 1), nn.init.orthogonal_),
            adam(1e-2),
            steps=100,
        ),
    ),
)
