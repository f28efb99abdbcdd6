"""Faults re-made after published ones: signals that fade, grow, stick at a wall or start badly.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from typing import Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import cancer, digits, pictures
from ...habits import adam, sgd
from ...nets import mlp, normal
from ...sequences import next_letter
from .flow_nets import (
    HAND,
    ByHand,
    about_zero,
    crossed,
    first_decides,
    fitting,
    in_log_shares,
    most_of_gru,
    narrow,
    positive,
    prior_everywhere,
    speaker,
    with_between,
)
from .parts import Elman, in_rows, last_of_gru, swings

FLOW: Final[tuple[Case, ...]] = (
    fault(
        "published: layers by hand, torch.randn as it comes",
        "exploding-gradients poor-initialization",
        lambda: Training(digits(), ByHand(HAND, torch.randn, torch.relu), adam(1e-3)),
        lambda: Training(digits(), ByHand(HAND, fitting, torch.relu), adam(1e-3)),
    ),
    fault(
        "published: eight cross layers that multiply by the input each time",
        "exploding-gradients poor-initialization",
        lambda: Training(about_zero(), crossed(1.0), adam(1e-3), batch=64),
        lambda: Training(about_zero(), crossed(0.05), adam(2e-3), batch=64),
    ),
    fault(
        "published: a cell by hand, rectified, recurrent weights of one half",
        "exploding-gradients poor-initialization",
        lambda: Training(swings(), Elman(1, 32, 1, F.relu, normal(0.5)), adam(1e-3), steps=120),
        lambda: Training(
            swings(), Elman(1, 32, 1, torch.tanh, nn.init.orthogonal_), adam(3e-3), steps=150
        ),
    ),
    fault(
        "published: the first of fifteen rows decides, a plain recurrent net",
        "vanishing-gradients plateau",
        lambda: Training(
            first_decides(), Elman(2, 24, 4, torch.tanh, normal(0.05)), adam(3e-3), steps=150
        ),
        lambda: Training(first_decides(), most_of_gru(2, 16, 4), adam(2e-2), steps=100),
    ),
    fault(
        "published: softmax between all layers",
        "vanishing-gradients plateau",
        lambda: Training(cancer(), with_between(lambda h: F.softmax(h, -1)), sgd(0.1)),
        lambda: Training(cancer(), with_between(F.leaky_relu), sgd(0.5)),
    ),
    fault(
        "published: a GRU, every parameter normal with spread three",
        "saturation poor-initialization",
        lambda: Training(
            in_rows(), last_of_gru(8, 20, 10, lambda p: nn.init.normal_(p, 0, 3.0)), adam(1e-3)
        ),
        lambda: Training(in_rows(), last_of_gru(8, 20, 10), adam(5e-3)),
    ),
    fault(
        "published: layers by hand, torch.rand before sigmoids",
        "saturation poor-initialization vanishing-gradients",
        lambda: Training(
            digits("unit"), ByHand([64, 32, 32, 10], torch.rand, torch.sigmoid), sgd(0.1)
        ),
        lambda: Training(
            digits("unit"), ByHand([64, 32, 32, 10], narrow, torch.sigmoid), adam(1e-2)
        ),
    ),
    fault(
        "published: logarithms of shares, never positive, times weights never negative",
        "dead-relu poor-initialization",
        lambda: Training(in_log_shares(), mlp([13, 24, 24, 3], init=positive), adam(3e-3)),
        lambda: Training(in_log_shares(), mlp([13, 24, 24, 3]), adam(3e-3)),
    ),
    fault(
        "published: the bias of a rare class in every layer of a detector",
        "dead-relu poor-initialization",
        lambda: Training(pictures(), prior_everywhere(["conv1", "conv2", "fc"]), sgd(0.05)),
        lambda: Training(pictures(), prior_everywhere(["fc"]), sgd(0.05)),
    ),
    fault(
        "published: one table for words in and out, far too loud",
        "poor-initialization saturation",
        lambda: Training(next_letter(), speaker(64, 3.0), sgd(0.05), batch=16, measure="loss"),
        lambda: Training(next_letter(), speaker(64, 0.1), adam(3e-3), batch=16, measure="loss"),
    ),
    fault(
        "published: a GRU, every parameter five hundredths",
        "poor-initialization plateau",
        lambda: Training(
            in_rows(), last_of_gru(8, 20, 10, lambda p: nn.init.constant_(p, 0.05)), sgd(0.2)
        ),
        lambda: Training(in_rows(), last_of_gru(8, 20, 10), sgd(0.5)),
    ),
)
