"""Nets that start badly, or in places they cannot leave; units at their limits."""

from typing import Final

from torch import nn

from .case import Case, Training, fault
from .data import cancer, digits, pictures, rings, wine, xor
from .habits import adam, sgd
from .nets import conv, filled, mlp, normal
from .sequences import majority

DEEP = [64, 64, 64, 10]


def _long(depth, width=32):
    return [64, *[width] * depth, 10]


def _equal(model, value):
    """Return a model whose weights and biases are all the same number."""
    for p in model.parameters():
        nn.init.constant_(p, value)
    return model


def _muted(model, bias):
    """Return a model whose hidden biases silence its units."""
    for layer in list(model.children())[:-1]:
        if isinstance(layer, nn.Linear):
            nn.init.constant_(layer.bias, bias)
    return model


START: Final[tuple[Case, ...]] = (
    fault(
        "tanh with weights of spread five",
        "saturation poor-initialization",
        lambda: Training(digits(), mlp([64, 32, 32, 10], nn.Tanh, init=normal(5.0)), sgd(0.01)),
        lambda: Training(digits(), mlp([64, 32, 32, 10], nn.Tanh), sgd(0.1, 0.9)),
    ),
    fault(
        "sigmoids with large biases",
        "saturation poor-initialization vanishing-gradients",
        lambda: Training(cancer(), _muted(mlp([30, 16, 16, 1], nn.Sigmoid), 12.0), adam(1e-3)),
        lambda: Training(cancer(), mlp([30, 16, 16, 1], nn.Sigmoid), adam(1e-2)),
    ),
    fault(
        "saturated by inputs' products: tanh of a thirtyfold sum",
        "saturation poor-initialization",
        lambda: Training(
            majority().inputs(lambda x: x[..., 0]),
            mlp([12, 32, 32, 1], nn.Tanh, init=normal(3.0)),
            sgd(0.01),
        ),
        lambda: Training(
            majority().inputs(lambda x: x[..., 0]), mlp([12, 32, 32, 1], nn.Tanh), sgd(0.1, 0.9)
        ),
    ),
    fault(
        "all weights one half",
        "plateau poor-initialization",
        lambda: Training(xor(), _equal(mlp([2, 16, 1], nn.Tanh), 0.5), adam(1e-2)),
        lambda: Training(xor(), mlp([2, 16, 1], nn.Tanh), adam(3e-2)),
    ),
    fault(
        "all weights zero",
        "poor-initialization plateau",
        lambda: Training(digits(), _equal(mlp(DEEP), 0.0), sgd(0.1)),
        lambda: Training(digits(), mlp(DEEP), sgd(0.1)),
    ),
    fault(
        "a saddle: hidden and last weights at zero",
        "plateau poor-initialization",
        lambda: Training(rings(), filled(mlp([2, 16, 16, 1], nn.Tanh), nn.init.zeros_), sgd(0.1)),
        lambda: Training(rings(), mlp([2, 16, 16, 1], nn.Tanh), adam(1e-2)),
    ),
    fault(
        "all filters alike",
        "plateau poor-initialization",
        lambda: Training(pictures(), _equal(conv(nn.Tanh), 0.02), sgd(0.1), steps=120),
        lambda: Training(pictures(), conv(nn.Tanh), sgd(0.1, 0.9), steps=120),
    ),
    fault(
        "weights with unit spread, wide layers",
        "poor-initialization exploding-gradients",
        lambda: Training(
            digits(), mlp([64, 128, 128, 10], init=normal(1.0)), adam(1e-4), measure="loss"
        ),
        lambda: Training(
            digits(),
            mlp([64, 128, 128, 10], init=nn.init.kaiming_normal_),
            adam(1e-3),
            measure="loss",
        ),
    ),
    fault(
        "weights uniform in [0, 1]",
        "poor-initialization plateau",
        lambda: Training(wine(), mlp([13, 32, 32, 3], nn.Tanh, init=nn.init.uniform_), sgd(0.05)),
        lambda: Training(wine(), mlp([13, 32, 32, 3], nn.Tanh), sgd(0.05, 0.9)),
    ),
    fault(
        "weights a thousandth",
        "poor-initialization vanishing-gradients plateau",
        lambda: Training(digits(), mlp(_long(4), init=normal(1e-3)), sgd(0.1, 0.9)),
        lambda: Training(digits(), mlp(_long(4), init=nn.init.kaiming_normal_), sgd(0.05, 0.9)),
    ),
)
