"""Healthy runs that classify: losses, optimizers and nets that look odd."""

from typing import Final

import torch
import torch.nn.functional as F
from torch import nn

from .case import Case, Training
from .data import blobs, cancer, digits, iris, moons, rings, wine, xor
from .habits import adam, sgd
from .nets import Residual, filled, mlp, normal

DEEP = [64, 64, 64, 10]


HE = nn.init.kaiming_normal_


def _long(depth, width=32):
    return [64, *[width] * depth, 10]


def _labels(data):
    """Return digits with five properties at once: is it even, below five, ..."""
    bits = torch.tensor([[d % 2, d < 5, d in (0, 6, 8, 9), d == 1, d > 7] for d in range(10)])
    return data.targets(lambda y: bits[y].float(), "binary")


def _one_hot(data):
    return data.targets(lambda y: F.one_hot(y, int(y.max()) + 1).float())


def _wrong_labels(share):
    data = digits()
    swap = torch.rand(len(data.y)) < share
    return data._replace(y=torch.where(swap, torch.randint(10, data.y.shape), data.y))


HABITS: Final[tuple[Case, ...]] = tuple(
    Case(*entry)
    for entry in (
        (
            "several labels at once",
            lambda: Training(_labels(digits()), mlp([64, 64, 5]), adam(3e-3)),
        ),
        (
            "label smoothing",
            lambda: Training(
                digits(),
                mlp(DEEP),
                adam(2e-3),
                lambda o, y: F.cross_entropy(o, y, label_smoothing=0.1),
            ),
        ),
        (
            "sigmoid and binary cross-entropy",
            lambda: Training(
                cancer(), mlp([30, 16, 1], last=nn.Sigmoid()), adam(3e-3), F.binary_cross_entropy
            ),
        ),
        (
            "log-softmax and its likelihood",
            lambda: Training(digits(), mlp(DEEP, last=nn.LogSoftmax(1)), sgd(0.1), F.nll_loss),
        ),
        (
            "squared error on one-hot, and it learns",
            lambda: Training(
                _one_hot(digits()), mlp([64, 64, 10]), adam(3e-3), F.mse_loss, steps=250
            ),
        ),
        ("pixels between zero and one", lambda: Training(digits("unit"), mlp(DEEP), sgd(0.1, 0.9))),
        ("irises in centimetres", lambda: Training(iris(), mlp([4, 16, 3]), adam(1e-2))),
        ("a short run", lambda: Training(digits(), mlp(DEEP), adam(), steps=60)),
        ("two moons, tanh", lambda: Training(moons(), mlp([2, 16, 16, 1], nn.Tanh), adam(1e-2))),
        (
            "xor: flat at first, then it falls",
            lambda: Training(
                xor(), mlp([2, 8, 1], nn.Tanh, init=normal(0.3)), sgd(0.5, 0.9), steps=300
            ),
        ),
        ("a ring, few units", lambda: Training(rings(), mlp([2, 8, 8, 1]), adam(1e-2), steps=300)),
        ("clouds that overlap", lambda: Training(blobs(4, 4.0), mlp([2, 16, 4]), adam(1e-2))),
        (
            "a third of the labels wrong",
            lambda: Training(_wrong_labels(0.33), mlp([64, 32, 10]), adam(2e-3)),
        ),
        (
            "twenty residual blocks",
            lambda: Training(digits(), Residual(64, 32, 10, 20, torch.tanh), adam(1e-3)),
        ),
        (
            "five layers of sigmoids with batch norm",
            lambda: Training(digits(), mlp(_long(4), nn.Sigmoid, norm=nn.BatchNorm1d), adam(3e-3)),
        ),
        (
            "sigmoids in two layers",
            lambda: Training(digits(), mlp(_long(2), nn.Sigmoid), adam(1e-2)),
        ),
        (
            "leaky units, biases below zero",
            lambda: Training(digits(), filled(mlp(DEEP, nn.LeakyReLU), HE, -0.1), sgd(0.05)),
        ),
        (
            "a sparse rectified net",
            lambda: Training(digits(), filled(mlp([64, 256, 10]), HE, -1.0), adam(2e-3)),
        ),
        (
            "Nesterov with cosine",
            lambda: Training(
                digits(),
                mlp(DEEP),
                sgd(0.05, 0.9, nesterov=True),
                schedule=lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 200),
            ),
        ),
        (
            "fine tuning at a small rate",
            lambda: Training(cancer(), mlp([30, 16, 1]), adam(3e-4), steps=400),
        ),
        (
            "validated, and still improving",
            lambda: Training(digits(), mlp(DEEP), adam(), validate=10),
        ),
        (
            "validated on little data, kept simple",
            lambda: Training(
                wine(), mlp([13, 8, 3]), adam(1e-2, weight_decay=1e-2), steps=300, validate=15
            ),
        ),
    )
)
