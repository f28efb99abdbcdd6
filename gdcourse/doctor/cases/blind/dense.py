"""Faults re-made after published ones: dense nets that classify and predict numbers.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from typing import Final

from torch import nn

from ....rules import sign_descent
from ....rules.torch_optimizer import TorchOptimizer
from ..case import Case, Training, fault
from ..data import blobs, cancer, digits, friedman, moons, rings, waves
from ..habits import adam, sgd
from ..nets import mlp
from .dense_parts import (
    SIZES,
    Bumps,
    adamw,
    again_and_again,
    as_torch_does,
    copied_unit,
    deep,
    hinge,
    parity,
    progressing,
    shares,
    shifted,
    steep,
    to_and_fro,
    warmed_over,
)

MORE_DENSE: Final[tuple[Case, ...]] = (
    fault(
        "published: a ring, sixteen copies of one unit",
        "plateau poor-initialization",
        lambda: Training(rings(), copied_unit(), sgd(0.2)),
        lambda: Training(rings(), mlp([2, 16, 1], nn.Tanh), sgd(1.0)),
    ),
    fault(
        "published: odd or even, sigmoids on a flat stretch",
        "plateau vanishing-gradients learning-rate-too-low",
        lambda: Training(parity(), mlp([4, 8, 1], nn.Sigmoid), sgd(0.5), steps=300),
        lambda: Training(parity(), mlp([4, 32, 1], nn.Tanh), adam(2e-2), steps=300),
    ),
    fault(
        "published: bumps that start where no data are",
        "plateau poor-initialization vanishing-gradients",
        lambda: Training(waves(), Bumps(6, 12), adam(1e-2)),
        lambda: Training(waves(), Bumps(-3, 3), adam(2e-2)),
    ),
    fault(
        "published: a rate that warms up for a hundred thousand steps",
        "learning-rate-too-low",
        lambda: Training(digits(), mlp(SIZES), adamw(1e-3), schedule=warmed_over(100_000)),
        lambda: Training(digits(), mlp(SIZES), adamw(3e-3), schedule=warmed_over(20)),
    ),
    fault(
        "published: a fine-tuning rate of 2e-5, from scratch",
        "learning-rate-too-low",
        lambda: Training(friedman(), mlp([10, 32, 1]), adamw(2e-5)),
        lambda: Training(friedman(), mlp([10, 32, 1]), adamw(1e-2)),
    ),
    fault(
        "published: a cyclic rate whose top is too high",
        "oscillation learning-rate-too-high",
        lambda: Training(digits(), mlp(SIZES, nn.Tanh), sgd(0.01), schedule=to_and_fro(6.0)),
        lambda: Training(digits(), mlp(SIZES, nn.Tanh), sgd(0.01), schedule=to_and_fro(0.5)),
    ),
    fault(
        "published: steps of a tenth by the sign, a sine",
        "oscillation learning-rate-too-high",
        lambda: Training(
            waves(), mlp([1, 24, 1], nn.Tanh), lambda p: TorchOptimizer(p, sign_descent(0.1))
        ),
        lambda: Training(
            waves(),
            mlp([1, 24, 1], nn.Tanh),
            lambda p: TorchOptimizer(p, sign_descent(0.01)),
            steps=300,
        ),
    ),
    fault(
        "published: a hundred columns of chance beside ten, eighty rows",
        "overfitting",
        lambda: Training(
            progressing(100).first(80), mlp([110, 32, 1]), adam(3e-3), validate=10, measure="loss"
        ),
        lambda: Training(
            progressing(), mlp([10, 8, 1]), adam(3e-3), validate=10, measure="loss", steps=150
        ),
    ),
    fault(
        "published: moons in a haze, three wide layers for fifty points",
        "overfitting",
        lambda: Training(
            moons(0.6).first(50),
            mlp([2, 96, 96, 96, 1]),
            adam(3e-3),
            steps=250,
            validate=10,
            measure="loss",
        ),
        lambda: Training(
            moons(0.6), mlp([2, 8, 1]), adam(1e-2), steps=150, validate=10, measure="loss"
        ),
    ),
    fault(
        "published: norms with a gain of forty before sigmoids",
        "saturation poor-initialization",
        lambda: Training(digits(), steep(40.0), adam(1e-2)),
        lambda: Training(digits(), steep(1.5), adam(1e-2)),
    ),
    fault(
        "published: clouds, sixteen rectified layers as PyTorch starts them",
        "vanishing-gradients poor-initialization",
        lambda: Training(blobs(), deep(as_torch_does), sgd(0.05), steps=150),
        lambda: Training(blobs(), deep(nn.init.kaiming_normal_), adam(3e-3), steps=150),
    ),
    fault(
        "published: one layer applied sixteen times, too loud",
        "exploding-gradients poor-initialization",
        lambda: Training(friedman(), again_and_again(2.5), adam(1e-3)),
        lambda: Training(friedman(), again_and_again(1.4), adam(1e-3)),
    ),
    fault(
        "published: norms shifted by minus six before rectified units",
        "dead-relu poor-initialization",
        lambda: Training(cancer(), shifted(-6.0), sgd(0.1)),
        lambda: Training(cancer(), shifted(0.0), sgd(0.1)),
    ),
    fault(
        "published: hinge loss on labels nought and one",
        "wrong-loss label-mismatch",
        lambda: Training(moons(), mlp([2, 16, 1]), adam(1e-2), hinge),
        lambda: Training(moons(), mlp([2, 16, 1]), adam(1e-2), lambda o, y: hinge(o, 2 * y - 1)),
    ),
    fault(
        "published: softmax over three numbers to be predicted",
        "wrong-output-activation",
        lambda: Training(shares(), mlp([5, 32, 3], last=nn.Softmax(1)), adam(1e-2)),
        lambda: Training(shares(), mlp([5, 32, 3]), adam(1e-2)),
    ),
)
