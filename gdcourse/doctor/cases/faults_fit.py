"""Models that learn by heart, or not at all for a penalty's sake."""

from typing import Final

import torch
import torch.nn.functional as F

from .case import Case, Training, fault
from .data import cancer, diabetes, digits, friedman, pictures, waves
from .habits import adam, sgd, with_penalty
from .nets import Bag, conv, mlp
from .sequences import phrases

DEEP = [64, 64, 64, 10]


def _noisy(data, share):
    """Return data of whose labels a share is drawn anew."""

    def change(y):
        swap = torch.rand(len(y)) < share
        return torch.where(swap, torch.randint(10, (len(y),)), y)

    return data.learned(change)


FIT: Final[tuple[Case, ...]] = (
    fault(
        "forty rows by heart",
        "overfitting",
        lambda: Training(
            diabetes().first(40),
            mlp([10, 64, 64, 1]),
            adam(3e-3),
            batch=20,
            steps=300,
            validate=15,
            measure="loss",
        ),
        lambda: Training(
            diabetes(),
            mlp([10, 64, 64, 1]),
            adam(1e-3),
            batch=20,
            steps=150,
            validate=15,
            measure="loss",
        ),
    ),
    fault(
        "a third of the labels wrong, learned by heart",
        "overfitting label-mismatch",
        lambda: Training(
            _noisy(digits().first(150), 0.4),
            mlp([64, 128, 10]),
            adam(5e-3),
            batch=50,
            steps=300,
            validate=15,
            measure="loss",
        ),
        lambda: Training(
            digits(), mlp([64, 128, 10]), adam(1e-3), batch=50, steps=300, measure="loss"
        ),
    ),
    fault(
        "a wide net on thirty noisy points of a sine",
        "overfitting",
        lambda: Training(
            waves(0.6).first(15),
            mlp([1, 64, 64, 1]),
            adam(1e-2),
            batch=0,
            steps=400,
            validate=20,
            measure="loss",
        ),
        lambda: Training(
            waves(0.6),
            mlp([1, 128, 128, 1]),
            adam(5e-3),
            batch=64,
            steps=150,
            validate=20,
            measure="loss",
        ),
    ),
    fault(
        "words by heart",
        "overfitting",
        lambda: Training(
            phrases().first(80),
            Bag(50, 32, hidden=64),
            adam(1e-2),
            batch=40,
            steps=300,
            validate=15,
            measure="loss",
        ),
        lambda: Training(
            phrases(),
            Bag(50, 32, hidden=64),
            adam(1e-2),
            batch=40,
            steps=100,
            validate=10,
            measure="loss",
        ),
    ),
    fault(
        "weight decay of one half, plain descent",
        "over-regularized",
        lambda: Training(digits(), mlp(DEEP), sgd(0.1, weight_decay=0.5)),
        lambda: Training(digits(), mlp(DEEP), sgd(0.1, weight_decay=1e-4)),
    ),
    fault(
        "AdamW with a decay of fifty",
        "over-regularized",
        lambda: Training(
            cancer(),
            mlp([30, 16, 16, 1]),
            lambda p: torch.optim.AdamW(p, lr=3e-3, weight_decay=50.0),
        ),
        lambda: Training(
            cancer(),
            mlp([30, 16, 16, 1]),
            lambda p: torch.optim.AdamW(p, lr=3e-3, weight_decay=0.01),
        ),
    ),
    fault(
        "dropout of 95 %",
        "over-regularized",
        lambda: Training(digits(), mlp([64, 64, 64, 64, 10], drop=0.95), adam(1e-3)),
        lambda: Training(digits(), mlp([64, 64, 64, 64, 10], drop=0.2), adam(1e-3)),
    ),
    fault(
        "a penalty on all weights that outweighs the data",
        "over-regularized",
        lambda: Training(friedman(), mlp([10, 32, 1]), adam(1e-2), habit=with_penalty(0.1)),
        lambda: Training(friedman(), mlp([10, 32, 1]), adam(1e-2), habit=with_penalty(1e-5)),
    ),
    fault(
        "Adam with L2 of one, images",
        "over-regularized",
        lambda: Training(
            pictures(), conv(), adam(3e-3, weight_decay=1.0), F.cross_entropy, steps=150
        ),
        lambda: Training(pictures(), conv(), adam(3e-3), steps=150),
    ),
)
