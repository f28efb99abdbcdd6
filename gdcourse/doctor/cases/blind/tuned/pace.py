"""Faults re-made after published ones: the pace of a training, and how closely it may fit.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from typing import Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import diabetes, digits, friedman, pictures, waves
from ...habits import adam, clipped, sgd
from ...nets import conv, mlp
from ...sequences import phrases
from .flow import FLOW
from .habits import Adapted, Swing, absolute, impatient, in_order, renormed, sparse, summed
from .parts import (
    Elman,
    Looker,
    bag,
    by_functions,
    grouped,
    in_rows,
    in_waves,
    last_of_gru,
    listener,
    mislabelled,
    signals,
    swings,
)

WIDTHS = [64, 32, 10]


def over_all(o, y):
    return F.cross_entropy(o, y) / 1257  # the length of the data set, not of the batch


def cell():
    return Elman(1, 16, 1, torch.tanh, nn.init.orthogonal_)


def rmsprop(lr, momentum):
    return lambda p: torch.optim.RMSprop(p, lr, momentum=momentum)


def overfit(data, model, lr, steps=200):
    return Training(data, model, adam(lr), steps=steps, validate=10, measure="loss")


PACE: Final[tuple[Case, ...]] = (
    fault(
        "published: squares summed over the batch, at the rate for their mean",
        "learning-rate-too-high exploding-gradients",
        lambda: Training(friedman(), by_functions([10, 32, 1]), sgd(0.02), summed, batch=64),
        lambda: Training(friedman(), by_functions([10, 32, 1]), sgd(0.1), batch=64),
    ),
    fault(
        "published: two groups of parameters, the body at eight",
        "learning-rate-too-high dead-relu",
        lambda: grouped(8.0, 0.01),
        lambda: grouped(0.02, 0.02),
    ),
    fault(
        "published: convolutions over time, NAdam at six tenths",
        "learning-rate-too-high",
        lambda: Training(signals(), listener(), lambda p: torch.optim.NAdam(p, 0.6), steps=150),
        lambda: Training(signals(), listener(), lambda p: torch.optim.NAdam(p, 5e-3), steps=150),
    ),
    fault(
        "published: one head of attention, RMSprop with momentum at two hundredths",
        "learning-rate-too-high",
        lambda: Training(phrases(), Looker(), rmsprop(0.02, 0.9), batch=8, steps=150),
        lambda: Training(phrases(), Looker(), rmsprop(2e-3, 0.0), batch=16),
    ),
    fault(
        "published: images, plain descent at the usual thousandth",
        "learning-rate-too-low",
        lambda: Training(pictures(), conv(), sgd(1e-3), steps=150),
        lambda: Training(pictures(), conv(), sgd(0.1), steps=150),
    ),
    fault(
        "published: the loss of a batch divided by the length of the data",
        "learning-rate-too-low",
        lambda: Training(digits(), by_functions(WIDTHS), sgd(0.05), over_all),
        lambda: Training(digits(), by_functions(WIDTHS), sgd(0.1)),
    ),
    fault(
        "published: the gradient clipped to a thousandth, a recurrent net",
        "learning-rate-too-low",
        lambda: Training(swings(), cell(), sgd(0.1), habit=clipped(1e-3), steps=150),
        lambda: Training(swings(), cell(), sgd(0.1, 0.9), habit=clipped(1.0), steps=150),
    ),
    fault(
        "published: a bag of words, plain descent at two hundredths",
        "learning-rate-too-low",
        lambda: Training(phrases(), bag(), sgd(0.02)),
        lambda: Training(phrases(), bag(), adam(2e-2)),
    ),
    fault(
        "published: batches in the order of the classes, five of each",
        "oscillation",
        lambda: Training(digits(), by_functions(WIDTHS), sgd(0.1), habit=in_order(), batch=160),
        lambda: Training(digits(), by_functions(WIDTHS), sgd(0.1)),
    ),
    fault(
        "published: absolute errors, eight rows, plain descent at one",
        "oscillation learning-rate-too-high",
        lambda: Training(friedman(), mlp([10, 24, 1], nn.Tanh), sgd(1.0), absolute, batch=8),
        lambda: Training(friedman(), mlp([10, 24, 1], nn.Tanh), sgd(0.1), absolute),
    ),
    fault(
        "published: Rprop, which is for all rows at once, on four images at a time",
        "oscillation learning-rate-too-high",
        lambda: Training(pictures(), conv(), torch.optim.Rprop, batch=4, steps=150),
        lambda: Training(pictures(), conv(), adam(5e-3), steps=150),
    ),
    fault(
        "published: both matrices of a low-rank adapter start at zero",
        "plateau poor-initialization",
        lambda: Training(digits(), Adapted(0.0), adam(1e-2)),
        lambda: Training(digits(), Adapted(0.1), adam(1e-2)),
    ),
    fault(
        "published: the pace of a sine sought from far off",
        "plateau poor-initialization",
        lambda: Training(waves(), Swing(9.0), adam(1e-2)),
        lambda: Training(waves(), Swing(1.6), adam(1e-2)),
    ),
    fault(
        "published: a rate that falls tenfold at the second batch without a record",
        "plateau learning-rate-too-low",
        lambda: Training(digits(), by_functions(WIDTHS), adam(3e-3), habit=impatient(1), batch=16),
        lambda: Training(digits(), by_functions(WIDTHS), adam(3e-3), habit=impatient(40), batch=16),
    ),
    fault(
        "published: eighty sentences, a quarter of the topics wrong, attention",
        "overfitting label-mismatch",
        lambda: overfit(mislabelled().first(80), Looker(32), 3e-3),
        lambda: overfit(mislabelled(), Looker(16), 3e-3, 120),
    ),
    fault(
        "published: four hundred random waves for seventy patients",
        "overfitting",
        lambda: overfit(in_waves(400).first(70), by_functions([400, 32, 1]), 2e-3),
        lambda: overfit(diabetes(), by_functions([10, 8, 1]), 3e-3),
    ),
    fault(
        "published: the weights of each unit held to a norm of a twentieth",
        "over-regularized",
        lambda: Training(digits(), by_functions(WIDTHS), adam(3e-3), habit=renormed(0.05)),
        lambda: Training(digits(), by_functions(WIDTHS), adam(3e-3), habit=renormed(3.0)),
    ),
    fault(
        "published: a sparse autoencoder whose code is paid for too dearly",
        "over-regularized",
        lambda: Training(
            digits("unit").onto_itself(), by_functions([64, 24, 64]), adam(3e-3), habit=sparse(1.0)
        ),
        lambda: Training(
            digits("unit").onto_itself(), by_functions([64, 24, 64]), adam(3e-3), habit=sparse(1e-4)
        ),
    ),
    fault(
        "published: a GRU, Adam with L2 of three tenths",
        "over-regularized",
        lambda: Training(
            in_rows(), last_of_gru(8, 16, 10), adam(5e-3, weight_decay=0.3), steps=180
        ),
        lambda: Training(
            in_rows(), last_of_gru(8, 16, 10), adam(5e-3, weight_decay=1e-5), steps=180
        ),
    ),
    *FLOW,
)
