"""Faults re-made after published ones, II: inside recurrent, attention and autoencoding nets.

After questions on PyTorch's forum, its issues and the bug studies; written anew, on small data.
"""

from typing import Any, Final

import torch
from torch import nn

from ..case import Case, Training, fault
from ..data import digits, moons
from ..habits import adam, sgd
from ..nets import Bag
from ..sequences import next_letter, phrases
from .coders import Variational, factors, forecaster, gated, stacked
from .parts import (
    WORDS,
    Attending,
    Masked,
    first_of_two,
    flow,
    futures,
    messages,
    padded,
    partly_empty,
    ratings,
    reader,
)


def bound(weight: float) -> Any:
    """Return a step that adds the distance from the prior to the squared error."""

    def habit(t: Any, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        loss = loss + weight * t.model.distance
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


INSIDE: Final[tuple[Case, ...]] = (
    fault(
        "published: messages between words summed, six hops, not divided by the neighbours",
        "exploding-gradients poor-initialization learning-rate-too-high",
        lambda: Training(phrases(), messages(1.0), sgd(1e-4), steps=120),
        lambda: Training(phrases(), messages(8.0), adam(5e-3), steps=150),
    ),
    fault(
        "published: a flow of twenty steps, each as long as ten",
        "exploding-gradients poor-initialization",
        lambda: Training(moons(), flow(0.4), sgd(1e-3), steps=100),
        lambda: Training(moons(), flow(0.03), sgd(0.1), steps=150),
    ),
    fault(
        "published: a stacked autoencoder of sigmoids, plain descent",
        "vanishing-gradients",
        lambda: Training(digits().onto_itself(), stacked(nn.Sigmoid), sgd(0.1)),
        lambda: Training(digits().onto_itself(), stacked(nn.ReLU), adam(1e-2), steps=250),
    ),
    fault(
        "published: the last state after thirty pads",
        "vanishing-gradients plateau",
        lambda: Training(padded(True), reader(), sgd(0.2), steps=120),
        lambda: Training(padded(False), reader(), adam(1e-2), steps=100),
    ),
    fault(
        "published: attention without positions, asked for the order",
        "plateau",
        lambda: Training(first_of_two(), Attending(12, 1, False), adam(5e-3)),
        lambda: Training(first_of_two(), Attending(12, 1), adam(5e-3)),
    ),
    fault(
        "published: tables of users and items that start next to zero",
        "plateau poor-initialization",
        lambda: Training(ratings(), factors(1e-6), sgd(0.5), steps=250),
        lambda: Training(ratings(), factors(0.5), adam(3e-2), steps=250),
    ),
    fault(
        "published: a mask that hides all of an empty sentence",
        "nonfinite",
        lambda: Training(partly_empty(), Masked(False), adam(5e-3), steps=120),
        lambda: Training(partly_empty(), Masked(True), adam(5e-3), steps=120),
    ),
    fault(
        "published: the logarithm of a spread that may be negative",
        "nonfinite",
        lambda: Training(
            digits().onto_itself(), Variational(nn.Identity()), adam(5e-3), habit=bound(1e-2)
        ),
        lambda: Training(
            digits().onto_itself(), Variational(torch.exp), adam(5e-3), habit=bound(1e-2)
        ),
    ),
    fault(
        "published: an LSTM whose gates start shut",
        "poor-initialization vanishing-gradients saturation plateau",
        lambda: Training(next_letter(), gated(-6.0), sgd(0.3, 0.9), steps=100),
        lambda: Training(next_letter(), gated(0.0), sgd(0.3, 0.9), steps=100),
    ),
    fault(
        "published: queries, keys and values standard normal, not scaled",
        "poor-initialization saturation",
        lambda: Training(phrases(), Attending(WORDS, 4, start=nn.init.normal_), sgd(0.05)),
        lambda: Training(phrases(), Attending(WORDS, 4), adam(3e-3)),
    ),
    fault(
        "published: a distance from the prior that outweighs the pictures",
        "over-regularized",
        lambda: Training(
            digits().onto_itself(), Variational(torch.exp), adam(5e-3), habit=bound(2)
        ),
        lambda: Training(
            digits().onto_itself(), Variational(torch.exp), adam(5e-3), habit=bound(1e-3)
        ),
    ),
    fault(
        "published: wages in dollars from the words of an advertisement",
        "target-scale",
        lambda: Training(
            phrases().targets(lambda y: 30000.0 + 9000 * y[:, None], "numbers"),
            Bag(WORDS, 16, 1, 16),
            adam(1e-2),
        ),
        lambda: Training(
            phrases().targets(lambda y: (y[:, None] - 1.5) / 1.1, "numbers"),
            Bag(WORDS, 16, 1, 16),
            adam(1e-2),
        ),
    ),
    fault(
        "published: forecasts [N, 1, T] against [N, T]",
        "shape-mismatch",
        lambda: Training(futures(), forecaster(True), adam(1e-2)),
        lambda: Training(futures(), forecaster(False), adam(1e-2)),
    ),
)
