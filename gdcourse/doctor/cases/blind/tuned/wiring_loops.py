"""Loops that step, average, penalise, add noise or drop too much or too little."""

from typing import Final

import torch
from torch import nn

from ...case import Case, Training, fault
from ...data import diabetes, digits, friedman, moons, pictures, wine
from ...habits import adam, sgd
from ...nets import Bag, Recurrent, Residual, conv, mlp
from ...sequences import phrases, running_sum
from .wiring_habits import (
    LAMBDA,
    a_factor,
    absolute,
    averaging,
    clamped,
    decayed,
    dropping,
    milestones,
    noisy,
    prefetched,
    recurrent,
    smoothed,
    whole_maps,
)

WIRING_LOOPS: Final[tuple[Case, ...]] = (
    fault(
        "published: milestones of epochs, stepped at each batch, residual",
        "learning-rate-too-low plateau",
        lambda: Training(
            digits(), Residual(64, 24, 10, 3), sgd(0.03, 0.9), schedule=milestones(3, 6, 9)
        ),
        lambda: Training(
            digits(), Residual(64, 24, 10, 3), sgd(0.03, 0.9), schedule=milestones(120, 160, 180)
        ),
    ),
    fault(
        "published: LambdaLR's function gives the rate, not a factor, letters",
        "learning-rate-too-low",
        lambda: recurrent(absolute),
        lambda: recurrent(a_factor),
    ),
    fault(
        "published: LambdaLR's factor is the number of the batch",
        "learning-rate-too-high exploding-gradients oscillation",
        lambda: Training(
            pictures(), conv(), sgd(0.1, 0.9), schedule=lambda o: LAMBDA(o, lambda k: k)
        ),
        lambda: Training(
            pictures(),
            conv(),
            sgd(0.1, 0.9),
            schedule=lambda o: LAMBDA(o, lambda k: 1 / (1 + k / 50)),
        ),
    ),
    fault(
        "published: the rate grows by a fiftieth at each batch, gamma above one",
        "learning-rate-too-high exploding-gradients oscillation",
        lambda: Training(
            diabetes(),
            mlp([10, 16, 1], nn.Tanh),
            sgd(0.03),
            schedule=lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 1.02),
            steps=300,
        ),
        lambda: Training(
            diabetes(),
            mlp([10, 16, 1], nn.Tanh),
            sgd(0.03),
            schedule=lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.99),
            steps=300,
        ),
    ),
    fault(
        "published: the running mean of the loss is differentiated",
        "learning-rate-too-low",
        lambda: Training(wine(), mlp([13, 16, 3], nn.Tanh), sgd(0.1), habit=smoothed(True)),
        lambda: Training(wine(), mlp([13, 16, 3], nn.Tanh), sgd(0.1), habit=smoothed(False)),
    ),
    fault(
        "published: the averaged weights stay in the model after the test",
        "learning-rate-too-low untrained-parameters",
        lambda: Training(phrases(), Bag(50), adam(1e-2), habit=averaging(True)),
        lambda: Training(phrases(), Bag(50), adam(1e-2), habit=averaging(False)),
    ),
    fault(
        "published: all weights clamped to a hundredth, as a critic's",
        "over-regularized vanishing-gradients plateau",
        lambda: Training(pictures(), conv(), adam(5e-3), habit=clamped(0.01), steps=150),
        lambda: Training(pictures(), conv(), adam(5e-3), habit=clamped(1.0), steps=150),
    ),
    fault(
        "published: the targets of the batch before, a loader by hand",
        "label-mismatch",
        lambda: Training(moons(), mlp([2, 24, 1]), adam(1e-2), habit=prefetched(True)),
        lambda: Training(moons(), mlp([2, 24, 1]), adam(1e-2), habit=prefetched(False)),
    ),
    fault(
        "published: the targets of the batch before, sums",
        "label-mismatch",
        lambda: Training(
            running_sum(), Recurrent(nn.RNN, 1, 12, 1), adam(1e-2), habit=prefetched(True)
        ),
        lambda: Training(
            running_sum(), Recurrent(nn.RNN, 1, 12, 1), adam(1e-2), habit=prefetched(False)
        ),
    ),
    fault(
        "published: AdamW's decay of twenty, attention",
        "over-regularized",
        lambda: decayed(20.0),
        lambda: decayed(0.01),
    ),
    fault(
        "published: dropout of 70 % on the inputs and twice more",
        "over-regularized",
        lambda: Training(friedman(), dropping(0.7), adam(5e-3), steps=300),
        lambda: Training(friedman(), dropping(0.02), adam(5e-3), steps=300),
    ),
    fault(
        "published: noise of six on standardised inputs",
        "over-regularized",
        lambda: Training(wine(), noisy(6.0), adam(5e-3), steps=150),
        lambda: Training(wine(), noisy(0.3), adam(5e-3), steps=150),
    ),
    fault(
        "published: Dropout2d of 90 %, twice",
        "over-regularized",
        lambda: Training(pictures(), whole_maps(0.9), adam(3e-3), steps=120),
        lambda: Training(pictures(), whole_maps(0.1), adam(3e-3), steps=120),
    ),
)
