"""Faults re-made after published ones: how small nets fail in questions asked in public.

After the bugs that Zhang et al. (2021), Wardat et al. (2021, 2022) and Cao et al. (2022) collected
and classified; written anew, in PyTorch, on other data. All of them are in the tuning half.
"""

from typing import Final

import torch
from torch import nn

from .case import Case, Training, fault
from .data import blobs, cancer, digits, pictures, plane, rings
from .habits import adam, sgd
from .nets import Recurrent, conv, mlp, normal
from .sequences import phrases

GLOROT = nn.init.xavier_uniform_


HE = nn.init.kaiming_normal_


def keras(sizes, act=nn.ReLU, last=None, **more):
    """Return a net that starts as Keras starts it."""
    return mlp(sizes, act, last, init=more.pop("init", GLOROT), **more)


def rms(lr):
    return lambda p: torch.optim.RMSprop(p, lr=lr)


NETS: Final[tuple[Case, ...]] = (
    fault(
        "published: a ring, twenty layers of tanh, small weights",
        "vanishing-gradients poor-initialization",
        lambda: Training(
            rings(), mlp([2, *[10] * 20, 1], nn.Tanh, init=normal(0.15)), sgd(0.1), steps=150
        ),
        lambda: Training(rings(), keras([2, 16, 16, 1], nn.Tanh), adam(1e-2)),
    ),
    fault(
        "published: clouds, ten sigmoids, RMSprop",
        "vanishing-gradients",
        lambda: Training(blobs(), keras([2, *[16] * 10, 4], nn.Sigmoid), rms(1e-3)),
        lambda: Training(blobs(), keras([2, 16, 16, 4]), rms(1e-2)),
    ),
    fault(
        "published: clouds, weights of spread two in eight layers",
        "exploding-gradients poor-initialization",
        lambda: Training(blobs(), keras([2, *[16] * 8, 4], init=normal(2.0)), sgd(1e-2)),
        lambda: Training(blobs(), keras([2, *[16] * 8, 4]), adam(1e-2)),
    ),
    fault(
        "published: a ring, plain descent at 1e-6",
        "learning-rate-too-low",
        lambda: Training(rings(), keras([2, 16, 16, 1]), sgd(1e-6)),
        lambda: Training(rings(), keras([2, 16, 16, 1]), adam(1e-2)),
    ),
    fault(
        "published: clouds, RMSprop at 1e-7",
        "learning-rate-too-low",
        lambda: Training(blobs(), keras([2, 16, 4]), rms(1e-7)),
        lambda: Training(blobs(), keras([2, 16, 4]), rms(1e-2)),
    ),
    fault(
        "published: words, LSTM, Adam at 3e-6",
        "learning-rate-too-low",
        lambda: Training(phrases(), Recurrent(nn.LSTM, 8, 12, 4, words=50), adam(3e-6), steps=100),
        lambda: Training(phrases(), Recurrent(nn.LSTM, 8, 12, 4, words=50), adam(2e-2), steps=200),
    ),
    fault(
        "published: images, momentum at one",
        "learning-rate-too-high dead-relu",
        lambda: Training(pictures(), conv(), sgd(1.0, 0.9), steps=120),
        lambda: Training(pictures(), conv(), sgd(0.05, 0.9), steps=120),
    ),
    fault(
        "published: a ring, Adam at three",
        "learning-rate-too-high oscillation dead-relu",
        lambda: Training(rings(), keras([2, 16, 16, 1]), adam(3.0)),
        lambda: Training(rings(), keras([2, 16, 16, 1]), adam(1e-2)),
    ),
    fault(
        "published: rectified units that die at once, a ring",
        "dead-relu learning-rate-too-high",
        lambda: Training(rings(), keras([2, 16, 16, 1], init=HE), sgd(30.0)),
        lambda: Training(rings(), keras([2, 16, 16, 1], init=HE), sgd(0.2)),
    ),
    fault(
        "published: negative start, rectified units",
        "dead-relu poor-initialization",
        lambda: Training(
            digits("unit"), mlp([64, 32, 32, 10], init=normal(0.05, -0.4)), adam(1e-3)
        ),
        lambda: Training(digits("unit"), keras([64, 32, 32, 10]), adam(3e-3)),
    ),
    fault(
        "published: a line through large numbers",
        "input-scale target-scale",
        lambda: Training(
            plane(1).inputs(lambda x: 50 * x + 200).targets(lambda y: 100 * y + 400),
            nn.Linear(1, 1),
            sgd(0.01),
        ),
        lambda: Training(plane(1), nn.Linear(1, 1), sgd(0.05)),
    ),
    fault(
        "published: measurements about a thousand, tanh",
        "input-scale saturation",
        lambda: Training(
            cancer().inputs(lambda x: 300 * x + 1000), keras([30, 16, 1], nn.Tanh), sgd(0.01)
        ),
        lambda: Training(cancer(), keras([30, 16, 1], nn.Tanh), sgd(0.1)),
    ),
)
