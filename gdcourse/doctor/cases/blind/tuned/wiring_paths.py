"""Paths that the gradient cannot take: detached, through numpy, through choices and masks."""

from functools import cache
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import Data, as_data, digits, pictures, waves
from ...habits import adam
from ...nets import Passing, mlp


def copied(cut: bool) -> nn.Module:
    """Return an autoencoder whose decoder is given the code, or its data alone."""
    return Passing(
        lambda m, x: m.down(m.up(x).data if cut else m.up(x)),
        up=mlp([64, 32, 6], nn.Tanh),
        down=mlp([6, 32, 64], nn.Tanh),
    )


class Quantised(nn.Module):
    """An autoencoder with a code of one among eight, which is chosen by the largest score."""

    def __init__(self, straight: bool):
        super().__init__()
        self.straight = straight
        self.scores = mlp([64, 32, 8])
        self.words = nn.Embedding(8, 64)
        nn.init.normal_(self.words.weight, 0, 0.1)

    def forward(self, x):
        scores = self.scores(x)
        if not self.straight:
            return self.words(scores.argmax(1))
        share = torch.softmax(scores, 1)
        return share @ self.words.weight


class Stairs(nn.Module):
    """A sum of stairs, whose places are compared with, or approached smoothly."""

    def __init__(self, sharp: bool):
        super().__init__()
        self.sharp = sharp
        self.places = nn.Parameter(0.3 * torch.randn(24))
        self.heights = nn.Linear(24, 1)

    def forward(self, x):
        gap = x - self.places
        return self.heights((gap > 0).float() if self.sharp else torch.sigmoid(4 * gap))


class Filtered(nn.Module):
    """A convolutional net that takes its maxima in numpy, or in torch."""

    def __init__(self, by_numpy: bool):
        super().__init__()
        self.by_numpy = by_numpy
        self.filters = nn.Conv2d(1, 8, 5)
        self.out = nn.Linear(8, 10)

    def forward(self, x):
        h = F.leaky_relu(self.filters(x))
        if self.by_numpy:
            return self.out(torch.from_numpy(h.detach().numpy().max(axis=(2, 3))))
        return self.out(h.amax((2, 3)))


@cache
def marked(length: int = 10) -> Data:
    """Return sequences of a mark and a number each; wanted is the number marked (synthetic)."""
    g = torch.Generator().manual_seed(5)
    values = torch.randn(600, length, generator=g)
    place = torch.randint(length, (600,), generator=g)
    mark = F.one_hot(place, length).float()
    x = torch.stack([values, mark], 2)
    return as_data(x, (values * mark).sum(1, keepdim=True), "numbers")


class Pooled(nn.Module):
    """Scores of the places, their softmax over an axis, and what is found there."""

    def __init__(self, axis: int):
        super().__init__()
        self.axis = axis
        self.score = mlp([2, 16, 1], nn.Tanh)
        self.value = mlp([2, 16, 4], nn.Tanh)
        self.out = nn.Linear(4, 1)

    def forward(self, x):
        share = F.softmax(3 * self.score(x), dim=self.axis)
        return self.out((share * self.value(torch.stack([x[..., 0], 0 * x[..., 1]], 2))).sum(1))


@cache
def padded(length: int = 10, full: bool = False) -> Data:
    """Return sentences of several lengths, filled up with 0, and their topics (synthetic)."""
    g = torch.Generator().manual_seed(2)
    topic = torch.randint(4, (700,), generator=g)
    common = torch.randint(1, 41, (700, length), generator=g)
    of_topic = 1 + 4 * torch.randint(10, (700, length), generator=g) + topic[:, None]
    x = torch.where(torch.rand(700, length, generator=g) < 0.7, of_topic, common)
    last = length if full else length - 2
    ends = torch.randint(3, last + 1, (700, 1), generator=g)
    return as_data(torch.where(torch.arange(length) < ends, x, 0), topic, "classes")


def averaged(of_pads: bool) -> nn.Module:
    """Return the mean of the words, or, by an inverted mask, that of the pads."""

    def forward(m: Any, x: Any) -> Any:
        mask = ((x == 0) if of_pads else (x != 0)).unsqueeze(2)
        return m.out(F.relu(m.hidden((m.table(x) * mask).sum(1) / mask.sum(1))))

    return Passing(
        forward,
        table=nn.Embedding(41, 12, padding_idx=0),
        hidden=nn.Linear(12, 16),
        out=nn.Linear(16, 4),
    )


def attending(inverted: bool) -> nn.Module:
    """Return self-attention whose padding mask is True for pads, or for words."""

    def forward(m: Any, x: Any) -> Any:
        h, mask = m.table(x), x == 0
        h, _ = m.look(h, h, h, key_padding_mask=~mask if inverted else mask)
        return m.out(h.masked_fill(mask.unsqueeze(2), 0).sum(1))

    return Passing(
        forward,
        table=nn.Embedding(41, 16),
        look=nn.MultiheadAttention(16, 2, batch_first=True),
        out=nn.Linear(16, 4),
    )


WIRING_PATHS: Final[tuple[Case, ...]] = (
    fault(
        "published: the decoder is given code.data",
        "untrained-parameters",
        lambda: Training(digits().onto_itself(), copied(True), adam(5e-3), batch=64),
        lambda: Training(digits().onto_itself(), copied(False), adam(5e-3), batch=64),
    ),
    fault(
        "published: a code chosen by argmax",
        "untrained-parameters",
        lambda: Training(digits().onto_itself(), Quantised(False), adam(1e-2), batch=64, steps=250),
        lambda: Training(digits().onto_itself(), Quantised(True), adam(1e-2), batch=64, steps=250),
    ),
    fault(
        "published: places of stairs that are compared with",
        "untrained-parameters",
        lambda: Training(waves(), Stairs(True), adam(3e-2)),
        lambda: Training(waves(), Stairs(False), adam(3e-2)),
    ),
    fault(
        "published: maxima over the picture taken in numpy",
        "untrained-parameters",
        lambda: Training(pictures(), Filtered(True), adam(2e-2), steps=200),
        lambda: Training(pictures(), Filtered(False), adam(2e-2), steps=200),
    ),
    fault(
        "published: scores [N, T, 1], softmax over the last axis",
        "untrained-parameters vanishing-gradients",
        lambda: Training(marked(), Pooled(-1), adam(1e-2), steps=200),
        lambda: Training(marked(), Pooled(1), adam(1e-2), steps=200),
    ),
    fault(
        "published: the mean of the pads, by an inverted mask",
        "untrained-parameters vanishing-gradients plateau",
        lambda: Training(padded(), averaged(True), adam(1e-2), steps=150),
        lambda: Training(padded(), averaged(False), adam(1e-2), steps=150),
    ),
    fault(
        "published: key_padding_mask inverted, some sentences without pads",
        "nonfinite",
        lambda: Training(padded(full=True), attending(True), adam(5e-3), steps=100),
        lambda: Training(padded(full=True), attending(False), adam(5e-3), steps=100),
    ),
)
