"""Faults re-made after published ones, II: loops that go wrong around nets for sequences and codes.

After the silent mistakes that users of PyTorch report on its forum and in issues; written anew.
The faults inside the nets are in inside.py.
"""

from typing import Final

import torch
from torch import nn

from ..case import Case, Training, fault
from ..data import digits
from ..habits import adam, sgd
from ..nets import Attention, Bag, Recurrent
from ..sequences import next_letter, phrases
from .coders import (
    blind_words,
    coder,
    letters,
    noisy_pictures,
    noisy_sums,
    numbered,
    rounded,
    with_rows,
)
from .inside import INSIDE
from .loop_habits import (
    Home,
    cycles,
    falling,
    head_zeroed,
    kept_small,
    noam,
    one_cycle,
    ours,
    packed,
    quasi_newton,
    reborn,
    searching,
    tuned,
)
from .parts import Attending

MORE_LOOPS: Final[tuple[Case, ...]] = (
    fault(
        "published: a transformer whose warm-up outlasts the training",
        "learning-rate-too-low",
        lambda: Training(phrases(), Attention(50), adam(1e-3), schedule=noam(20000), steps=120),
        lambda: Training(phrases(), Attention(50), adam(1e-2), schedule=noam(30), steps=150),
    ),
    fault(
        "published: the decay of each epoch, made at each batch",
        "learning-rate-too-low",
        lambda: Training(next_letter(), letters(), adam(5e-3), schedule=falling(0.7), steps=120),
        lambda: Training(next_letter(), letters(), adam(1e-2), schedule=falling(0.99), steps=120),
    ),
    fault(
        "published: Adadelta at a thousandth, an autoencoder",
        "learning-rate-too-low",
        lambda: Training(
            digits().onto_itself(), coder(), lambda p: torch.optim.Adadelta(p, lr=1e-3)
        ),
        lambda: Training(
            digits().onto_itself(), coder(), lambda p: torch.optim.Adadelta(p, lr=1.0)
        ),
    ),
    fault(
        "published: fine-tuning at three tenths, momentum",
        "learning-rate-too-high",
        lambda: tuned(sgd(0.3, 0.9)),
        lambda: tuned(adam(1e-3)),
    ),
    fault(
        "published: one cycle with a top of a hundred, an autoencoder",
        "learning-rate-too-high",
        lambda: Training(digits().onto_itself(), coder(), sgd(1), schedule=one_cycle(100.0, 200)),
        lambda: Training(digits().onto_itself(), coder(), sgd(1), schedule=one_cycle(0.3, 200)),
    ),
    fault(
        "published: cycles of the rate that swing too far, an autoencoder",
        "oscillation learning-rate-too-high",
        lambda: Training(digits().onto_itself(), coder(), sgd(1), schedule=cycles(0.1, 6.0)),
        lambda: Training(digits().onto_itself(), coder(), sgd(1), schedule=cycles(0.1, 1.0)),
    ),
    fault(
        "published: single sentences at a rate for large batches, momentum",
        "oscillation learning-rate-too-high",
        lambda: Training(phrases(), Bag(50, 16, hidden=16), ours(0.1), batch=1),
        lambda: Training(phrases(), Bag(50, 16, hidden=16), ours(0.1)),
    ),
    fault(
        "published: a column of row numbers, learned by heart",
        "overfitting",
        lambda: Training(numbered(), with_rows(True), adam(2e-2), validate=10),
        lambda: Training(numbered(), with_rows(False), adam(5e-3), validate=10),
    ),
    fault(
        "published: forty noisy sums by heart",
        "overfitting",
        lambda: Training(
            noisy_sums(40), Recurrent(nn.GRU, 1, 32, 1), adam(2e-2), validate=10, steps=140
        ),
        lambda: Training(
            noisy_sums(420), Recurrent(nn.GRU, 1, 16, 1), adam(1e-2), validate=10, steps=140
        ),
    ),
    fault(
        "published: a table of words made anew at every call",
        "untrained-parameters",
        lambda: Training(phrases(), blind_words(), adam(1e-2)),
        lambda: Training(phrases(), Bag(50, 12, hidden=16), adam(1e-2)),
    ),
    fault(
        "published: a code of whole numbers, whose gradient is zero",
        "untrained-parameters",
        lambda: Training(digits().onto_itself(), rounded(False), adam(5e-3)),
        lambda: Training(digits().onto_itself(), rounded(True), adam(5e-3)),
    ),
    fault(
        "published: clamped weights put into new parameters",
        "untrained-parameters",
        lambda: Training(digits().onto_itself(), coder(), adam(5e-3), habit=reborn),
        lambda: Training(digits().onto_itself(), coder(), adam(5e-3), habit=kept_small),
    ),
    fault(
        "published: zero_grad of the last layer alone",
        "stale-gradients",
        lambda: Training(phrases(), Attending(50, 4), sgd(0.12), habit=head_zeroed, steps=150),
        lambda: Training(phrases(), Attending(50, 4), sgd(0.3)),
    ),
    fault(
        "published: a closure without zero_grad, LBFGS",
        "stale-gradients",
        lambda: quasi_newton(searching(False)),
        lambda: quasi_newton(searching(True)),
    ),
    fault(
        "published: sentences sorted for packing, labels not",
        "label-mismatch",
        lambda: Training(phrases(), Attending(50, 4), adam(5e-3), habit=packed(False)),
        lambda: Training(phrases(), Attending(50, 4), adam(5e-3), habit=packed(True)),
    ),
    fault(
        "published: noisy and clean pictures from two shuffled loaders",
        "label-mismatch",
        lambda: Training(noisy_pictures(False), coder(), adam(5e-3)),
        lambda: Training(noisy_pictures(True), coder(), adam(5e-3)),
    ),
    fault(
        "published: descent written by hand, with the wrong sign",
        "ascent",
        lambda: Training(next_letter(), letters(), lambda p: Home(p, 0.05), steps=120),
        lambda: Training(next_letter(), letters(), lambda p: Home(p, -1.0), steps=150),
    ),
    *INSIDE,
)
