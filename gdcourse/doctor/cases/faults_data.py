"""Data that cannot be learned from as they are; models that learn them by heart, or not at all."""

from typing import Final

import torch
from torch import nn

from .case import Case, Training, fault
from .data import cancer, diabetes, digits, friedman, pictures, plane, wine
from .habits import adam, sgd
from .nets import conv, mlp

DEEP = [64, 64, 64, 10]


def _shuffled(y):
    return y[torch.randperm(len(y))]


def _late(y):
    return torch.roll(y, 1, 0)


def _one_huge(x):
    return torch.cat([x[:, :1] * 3000, x[:, 1:]], 1)


DATA: Final[tuple[Case, ...]] = (
    fault(
        "pixels 0..255, plain descent",
        "input-scale",
        lambda: Training(digits("bytes"), mlp(DEEP), sgd(0.1)),
        lambda: Training(digits(), mlp(DEEP), sgd(0.1)),
    ),
    fault(
        "pixels 0..255, sigmoid units",
        "input-scale saturation",
        lambda: Training(
            digits("bytes"),
            mlp([64, 32, 32, 10], nn.Sigmoid, init=nn.init.xavier_normal_),
            sgd(0.1, 0.9),
        ),
        lambda: Training(
            digits(), mlp([64, 32, 32, 10], nn.Sigmoid, init=nn.init.xavier_normal_), sgd(0.1, 0.9)
        ),
    ),
    fault(
        "images 0..255, convolutions with momentum",
        "input-scale",
        lambda: Training(pictures("bytes"), conv(), sgd(0.05, 0.9), steps=120),
        lambda: Training(pictures(), conv(), sgd(0.05, 0.9), steps=120),
    ),
    fault(
        "tumours in their own units",
        "input-scale",
        lambda: Training(cancer(raw=True), mlp([30, 16, 1]), sgd(0.1)),
        lambda: Training(cancer(), mlp([30, 16, 1]), sgd(0.1)),
    ),
    fault(
        "wines in their own units, Adam",
        "input-scale",
        lambda: Training(wine(raw=True), mlp([13, 16, 3]), adam(1e-3)),
        lambda: Training(wine(), mlp([13, 16, 3]), adam(1e-3), steps=300),
    ),
    fault(
        "blood values in their own units",
        "input-scale",
        lambda: Training(diabetes(raw_inputs=True), mlp([10, 32, 1]), sgd(0.01)),
        lambda: Training(diabetes(), mlp([10, 32, 1]), sgd(0.01)),
    ),
    fault(
        "one feature three thousand times larger",
        "input-scale",
        lambda: Training(plane().inputs(_one_huge), mlp([8, 32, 1]), adam(1e-3)),
        lambda: Training(plane(), mlp([8, 32, 1]), adam(1e-2)),
    ),
    fault(
        "inputs a thousand times too small",
        "input-scale learning-rate-too-low",
        lambda: Training(digits().inputs(lambda x: x / 1000), mlp(DEEP), sgd(0.1)),
        lambda: Training(digits(), mlp(DEEP), sgd(0.1)),
    ),
    fault(
        "prices in dollars",
        "target-scale",
        lambda: Training(
            friedman().targets(lambda y: 80000 * y + 200000), mlp([10, 32, 1]), adam(1e-3)
        ),
        lambda: Training(friedman(), mlp([10, 32, 1]), adam(1e-2)),
    ),
    fault(
        "prices in dollars, plain descent",
        "target-scale",
        lambda: Training(plane().targets(lambda y: 80000 * y + 200000), mlp([8, 32, 1]), sgd(0.01)),
        lambda: Training(plane(), mlp([8, 32, 1]), sgd(0.05)),
    ),
    fault(
        "the disease's progression as it was measured, 25 to 346",
        "target-scale",
        lambda: Training(diabetes(raw_targets=True), mlp([10, 32, 1]), adam(1e-3)),
        lambda: Training(diabetes(), mlp([10, 32, 1]), adam(1e-3)),
    ),
    fault(
        "targets about a ten-thousandth",
        "target-scale",
        lambda: Training(
            plane().targets(lambda y: 1e-4 * y), mlp([8, 32, 1]), adam(1e-2), steps=200
        ),
        lambda: Training(plane(), mlp([8, 32, 1]), adam(1e-2)),
    ),
    fault(
        "shuffled labels, digits",
        "label-mismatch",
        lambda: Training(digits().learned(_shuffled), mlp(DEEP), sgd(0.1)),
        lambda: Training(digits(), mlp(DEEP), sgd(0.1)),
    ),
    fault(
        "labels off by one row, images",
        "label-mismatch",
        lambda: Training(pictures().learned(_late), conv(), adam(3e-3), steps=150),
        lambda: Training(pictures(), conv(), adam(3e-3), steps=150),
    ),
    fault(
        "targets sorted, inputs not",
        "label-mismatch",
        lambda: Training(
            cancer().learned(lambda y: y.sort(0).values), mlp([30, 16, 1]), adam(3e-3)
        ),
        lambda: Training(cancer(), mlp([30, 16, 1]), adam(3e-3)),
    ),
    fault(
        "shuffled targets of a regression, validated",
        "label-mismatch overfitting",
        lambda: Training(
            plane().learned(_shuffled), mlp([8, 64, 64, 1]), adam(3e-3), steps=300, validate=15
        ),
        lambda: Training(plane(), mlp([8, 64, 64, 1]), adam(3e-3), validate=15),
    ),
)
