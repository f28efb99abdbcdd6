"""Healthy runs on words, letters, sequences and sparse inputs."""

from typing import Final

import torch
import torch.nn.functional as F
from torch import nn

from .case import Case, Training
from .habits import adam, clipped, sgd
from .nets import Attention, Bag, Recurrent, mlp
from .sequences import majority, next_letter, phrases, running_sum


def _hot(data, words=50):
    return data.inputs(lambda x: F.one_hot(x, words).float().sum(1).clamp(max=1))


def _tied():
    """Return a model of letters whose last layer shares the embedding's weights."""
    model = Recurrent(nn.GRU, 16, 16, 12, words=12, every=True)
    words = next(model.parameters())
    model.head.weight = words
    nn.init.normal_(words, 0, 0.5)
    return model


SEQUENCES: Final[tuple[Case, ...]] = tuple(
    Case(*entry)
    for entry in (
        (
            "a GRU that sums",
            lambda: Training(running_sum(), Recurrent(nn.GRU, 1, 16, 1), adam(1e-2), steps=150),
        ),
        (
            "an LSTM that sums, clipped",
            lambda: Training(
                running_sum(),
                Recurrent(nn.LSTM, 1, 16, 1),
                adam(1e-2),
                steps=150,
                habit=clipped(1.0),
            ),
        ),
        (
            "a plain recurrent net, short sequences",
            lambda: Training(running_sum(8), Recurrent(nn.RNN, 1, 16, 1), adam(3e-3), steps=150),
        ),
        (
            "majority of bits, GRU",
            lambda: Training(majority(), Recurrent(nn.GRU, 1, 16, 1), adam(1e-2), steps=200),
        ),
        ("embedded words, averaged", lambda: Training(phrases(), Bag(50), adam(1e-2))),
        (
            "a large vocabulary, of which few words occur",
            lambda: Training(phrases(), Bag(5000, 16, hidden=16), adam(1e-2), steps=150),
        ),
        ("a small transformer", lambda: Training(phrases(), Attention(50), adam(3e-3), steps=150)),
        (
            "a transformer with dropout",
            lambda: Training(phrases(), Attention(50, drop=0.1), adam(3e-3), steps=150),
        ),
        (
            "the next letter, LSTM",
            lambda: Training(
                next_letter(),
                Recurrent(nn.LSTM, 8, 24, 12, words=12, every=True),
                adam(1e-2),
                steps=120,
            ),
        ),
        (
            "the next letter, shared weights",
            lambda: Training(next_letter(), _tied(), adam(5e-3), steps=120),
        ),
        (
            "sparse inputs, zeros and ones",
            lambda: Training(_hot(phrases()), mlp([50, 32, 4]), adam(5e-3)),
        ),
        (
            "sparse inputs, linear, plain descent",
            lambda: Training(_hot(phrases()), nn.Linear(50, 4), sgd(0.5)),
        ),
        (
            "bits as inputs",
            lambda: Training(majority().inputs(lambda x: x[..., 0]), mlp([12, 16, 1]), adam(1e-2)),
        ),
        (
            "embedded words, plain descent at a large rate",
            lambda: Training(phrases(), Bag(50), sgd(3.0)),
        ),
        (
            "a sparse gradient of an embedding",
            lambda: Training(
                phrases(),
                nn.Sequential(nn.EmbeddingBag(50, 16, sparse=True), nn.Linear(16, 4)),
                sgd(1.0),
            ),
        ),
        (
            "a recurrent net with an idle start token",
            lambda: Training(
                phrases().inputs(lambda x: torch.cat([x * 0, x], 1)),
                Recurrent(nn.GRU, 8, 16, 4, words=50),
                adam(1e-2),
                steps=150,
            ),
        ),
    )
)
