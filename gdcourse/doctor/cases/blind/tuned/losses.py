"""Faults re-made after published ones: outputs, losses and shapes.

After questions on forums and the bug studies; written anew, on small data.
"""

from typing import Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import friedman, moons, pictures
from ...habits import adam
from ...nets import Attention, Passing, Recurrent, conv, mlp
from ...sequences import next_letter, running_sum
from .outputs import (
    _all_rectified,
    _counter,
    _letters,
    _no_head,
    _overlap,
    _reconstruct,
    _rectified_between,
    _signed,
    _square,
    _tagger,
    _untransposed,
    autoencoder,
    calls,
    discs,
    grainy,
    mapper,
    places,
    tagged,
)

LOSSES: Final[tuple[Case, ...]] = (
    fault(
        "published: a loop that rectifies the last map as well",
        "wrong-output-activation dead-relu",
        lambda: Training(discs(), mapper(_all_rectified), adam(3e-3), steps=140, measure="loss"),
        lambda: Training(
            discs(), mapper(_rectified_between), adam(1e-2), steps=140, measure="loss"
        ),
    ),
    fault(
        "published: the state of an LSTM is the forecast, sums up to nine",
        "wrong-output-activation target-scale",
        lambda: Training(
            running_sum(8).targets(lambda y: 3 * y), _no_head(), adam(2e-2), steps=120
        ),
        lambda: Training(
            running_sum(8).targets(lambda y: 3 * y),
            Recurrent(nn.LSTM, 1, 16, 1),
            adam(2e-2),
            steps=120,
        ),
    ),
    fault(
        "published: softmax over six labels of which several hold",
        "wrong-output-activation",
        lambda: Training(
            tagged(), _tagger(nn.Softmax(-1)), adam(5e-3), F.binary_cross_entropy, steps=120
        ),
        lambda: Training(
            tagged(), _tagger(nn.Sigmoid()), adam(5e-3), F.binary_cross_entropy, steps=120
        ),
    ),
    fault(
        "published: a sigmoid ends the autoencoder, the pixels are standardised",
        "wrong-output-activation",
        lambda: Training(_reconstruct(), autoencoder(torch.sigmoid), adam(5e-3), nn.MSELoss()),
        lambda: Training(_reconstruct(), autoencoder(nn.Identity()), adam(5e-3), nn.MSELoss()),
    ),
    fault(
        "published: the logarithm of a sigmoid as logits, moons",
        "wrong-output-activation",
        lambda: Training(
            moons(),
            Passing(lambda m, x: F.logsigmoid(m.net(x)), net=mlp([2, 16, 16, 1])),
            adam(5e-3),
        ),
        lambda: Training(moons(), mlp([2, 16, 16, 1]), adam(5e-3)),
    ),
    fault(
        "published: the mean error, not squared",
        "wrong-loss",
        lambda: Training(friedman(), mlp([10, 32, 1], nn.Tanh), torch.optim.RMSprop, _signed),
        lambda: Training(friedman(), mlp([10, 32, 1], nn.Tanh), torch.optim.RMSprop, F.mse_loss),
    ),
    fault(
        "published: rates taken for logarithms of rates",
        "wrong-loss wrong-output-activation",
        lambda: Training(calls(), _counter(), adam(1e-2), F.poisson_nll_loss),
        lambda: Training(
            calls(), _counter(), adam(1e-2), lambda o, y: F.poisson_nll_loss(o, y, log_input=False)
        ),
    ),
    fault(
        "published: the overlap is minimised",
        "wrong-loss ascent",
        lambda: Training(discs(0.3), mapper(_rectified_between), adam(1e-2), _overlap, steps=120),
        lambda: Training(
            discs(0.3),
            mapper(_rectified_between),
            adam(1e-2),
            lambda o, y: 1 - _overlap(o, y),
            steps=120,
        ),
    ),
    fault(
        "published: absolute error on one-hot images",
        "wrong-loss",
        lambda: Training(
            pictures().targets(lambda y: F.one_hot(y, 10).float()),
            conv(),
            adam(3e-3),
            F.l1_loss,
            steps=120,
        ),
        lambda: Training(pictures(), conv(), adam(3e-3), steps=120),
    ),
    fault(
        "published: letters [N, T, C] whose axes were not exchanged, T and C twelve",
        "shape-mismatch wrong-loss",
        lambda: Training(next_letter(12), _untransposed(), adam(1e-2), steps=100),
        lambda: Training(next_letter(12), _letters(), adam(1e-2), steps=100),
    ),
    fault(
        "published: maps [N, 1, H, W] against [N, H, W]",
        "shape-mismatch",
        lambda: Training(
            grainy(True), mapper(_rectified_between), adam(1e-2), F.l1_loss, steps=150, batch=16
        ),
        lambda: Training(
            grainy(False), mapper(_rectified_between), adam(1e-2), F.l1_loss, steps=150, batch=16
        ),
    ),
    fault(
        "published: one unit against two coordinates",
        "shape-mismatch",
        lambda: Training(
            places(), Attention(50, 16, 1), adam(5e-3), _square, steps=150, measure="loss"
        ),
        lambda: Training(
            places(), Attention(50, 16, 2), adam(5e-3), _square, steps=150, measure="loss"
        ),
    ),
)
