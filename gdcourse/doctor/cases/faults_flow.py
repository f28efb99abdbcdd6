"""Signals that vanish, explode, die or start badly; numbers that are none."""

from typing import Final

import torch
import torch.nn.functional as F
from torch import nn

from .case import Case, Training, fault
from .data import diabetes, digits, friedman, moons, pictures, plane, rings
from .habits import adam, sgd
from .nets import Passing, Recurrent, conv, filled, mlp, normal
from .sequences import running_sum

DEEP = [64, 64, 64, 10]


def _long(depth, width=32):
    return [64, *[width] * depth, 10]


def _with_nan(x):
    x = x.clone()
    x[::50, 3] = float("nan")
    return x


def _loud(model, factor):
    """Return a recurrent model whose recurrent weights have this spectral radius."""
    w = model.cell.weight_hh_l0.detach()
    nn.init.orthogonal_(w)
    w *= factor
    return model


def _plain_log(o, y):
    """Return the cross-entropy as beginners write it."""
    p = torch.softmax(o, 1)
    hot = F.one_hot(y, o.shape[1]).to(o.dtype)
    return -(hot * p.log() + (1 - hot) * (1 - p).log()).mean()


def _muted(model, bias):
    """Return a model whose hidden biases silence its units."""
    for layer in list(model.children())[:-1]:
        if isinstance(layer, nn.Linear):
            nn.init.constant_(layer.bias, bias)
    return model


def _some_zero(x):
    x = x.clone()
    x[::30] = 0.0
    return x


def _distance(floor):
    """Return a net that looks at a distance: the root of a sum of squares."""
    return Passing(
        lambda m, x: m.head((m.body(x).square().sum(1, keepdim=True) + floor).sqrt()),
        body=nn.Linear(2, 2, bias=False),
        head=nn.Linear(1, 1),
    )


def _spread(x):
    return (x - x.mean(0)) / (x.std(0) - x.std(0))[None]


FLOW: Final[tuple[Case, ...]] = (
    fault(
        "NaN in two rows of a hundred",
        "nonfinite",
        lambda: Training(diabetes().inputs(_with_nan), mlp([10, 32, 1]), adam(1e-2)),
        lambda: Training(diabetes(), mlp([10, 32, 1]), adam(1e-2)),
    ),
    fault(
        "the logarithm of a softmax that reaches zero",
        "nonfinite",
        lambda: Training(digits(), mlp(DEEP), adam(1e-2), _plain_log, steps=400),
        lambda: Training(digits(), mlp(DEEP), adam(1e-2), steps=400),
    ),
    fault(
        "a constant feature divided by its spread",
        "nonfinite",
        lambda: Training(
            plane().inputs(lambda x: torch.cat([x, _spread(torch.ones(len(x), 1))], 1)),
            mlp([9, 16, 1]),
            sgd(0.05),
        ),
        lambda: Training(
            plane().inputs(lambda x: torch.cat([x, torch.ones(len(x), 1)], 1)),
            mlp([9, 16, 1]),
            sgd(0.05),
        ),
    ),
    fault(
        "the square root of a squared distance, at zero",
        "nonfinite",
        lambda: Training(rings().inputs(_some_zero), _distance(0.0), adam(2e-2), steps=300),
        lambda: Training(rings().inputs(_some_zero), _distance(1e-6), adam(2e-2), steps=300),
    ),
    fault(
        "ten layers of sigmoids, momentum",
        "vanishing-gradients",
        lambda: Training(digits(), mlp(_long(10), nn.Sigmoid), sgd(0.05, 0.9)),
        lambda: Training(digits(), mlp(_long(10), init=nn.init.kaiming_normal_), sgd(0.02, 0.9)),
    ),
    fault(
        "twelve layers of sigmoids, Adam",
        "vanishing-gradients",
        lambda: Training(digits(), mlp(_long(12), nn.Sigmoid), adam(1e-3)),
        lambda: Training(digits(), mlp(_long(12), init=nn.init.kaiming_normal_), adam(1e-3)),
    ),
    fault(
        "fifteen layers of tanh, weights too small",
        "vanishing-gradients poor-initialization",
        lambda: Training(digits(), mlp(_long(15), nn.Tanh, init=normal(0.06)), sgd(0.05, 0.9)),
        lambda: Training(
            digits(), mlp(_long(15), nn.Tanh, init=nn.init.xavier_normal_), sgd(0.02, 0.9)
        ),
    ),
    fault(
        "eight convolutions with sigmoids",
        "vanishing-gradients",
        lambda: Training(pictures(), conv(nn.Sigmoid, depth=8), adam(1e-3), steps=100),
        lambda: Training(pictures(), conv(nn.ReLU, depth=8), adam(3e-3), steps=100),
    ),
    fault(
        "a recurrent net that grows at every letter",
        "exploding-gradients",
        lambda: Training(
            running_sum(40),
            _loud(
                Recurrent(lambda i, h, **k: nn.RNN(i, h, nonlinearity="relu", **k), 1, 16, 1), 1.5
            ),
            sgd(0.01),
            steps=120,
        ),
        lambda: Training(
            running_sum(40),
            _loud(
                Recurrent(lambda i, h, **k: nn.RNN(i, h, nonlinearity="relu", **k), 1, 16, 1), 1.0
            ),
            adam(3e-3),
            steps=150,
        ),
    ),
    fault(
        "a recurrent tanh net with loud weights",
        "exploding-gradients poor-initialization saturation",
        lambda: Training(
            running_sum(40), _loud(Recurrent(nn.RNN, 1, 16, 1), 3.0), sgd(0.05, 0.9), steps=120
        ),
        lambda: Training(
            running_sum(40), _loud(Recurrent(nn.RNN, 1, 16, 1), 1.0), adam(3e-3), steps=150
        ),
    ),
    fault(
        "twenty linear rectified layers, weights twice too large",
        "exploding-gradients poor-initialization",
        lambda: Training(digits(), mlp(_long(20), init=normal(0.5)), sgd(0.01)),
        lambda: Training(digits(), mlp(_long(20), init=nn.init.kaiming_normal_), adam(1e-3)),
    ),
    fault(
        "hidden biases at minus ten",
        "dead-relu poor-initialization",
        lambda: Training(digits(), _muted(mlp(DEEP), -10.0), sgd(0.1)),
        lambda: Training(digits(), mlp(DEEP), sgd(0.1)),
    ),
    fault(
        "units killed by the first, too long steps",
        "dead-relu learning-rate-too-high",
        lambda: Training(
            friedman(), mlp([10, 32, 32, 1], init=nn.init.kaiming_normal_), sgd(2.0, 0.9)
        ),
        lambda: Training(
            friedman(), mlp([10, 32, 32, 1], init=nn.init.kaiming_normal_), sgd(0.02, 0.9)
        ),
    ),
    fault(
        "narrow and deep: rectified units that all die",
        "dead-relu vanishing-gradients",
        lambda: Training(moons(), _muted(mlp([2, *[4] * 12, 1]), -0.7), adam(1e-3)),
        lambda: Training(moons(), mlp([2, 16, 16, 1]), adam(1e-2)),
    ),
    fault(
        "images, biases that silence a layer",
        "dead-relu poor-initialization",
        lambda: Training(
            pictures(), filled(conv(), nn.init.kaiming_normal_, -20.0), adam(1e-3), steps=120
        ),
        lambda: Training(
            pictures(), filled(conv(), nn.init.kaiming_normal_), adam(3e-3), steps=120
        ),
    ),
)
