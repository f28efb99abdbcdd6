"""Trainings on letters and frames that are sound and look odd: helpers of healthy_losses.py."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ..case import Training
from ..data import Data
from ..habits import adam, sgd
from ..nets import Passing, mlp
from ..sequences import next_letter
from .odd_losses import remade


@cache
def strokes():
    """Return frames of four letters, each held for two to four of 14 frames (synthetic)."""
    g = torch.Generator().manual_seed(0)
    step = torch.randint(1, 6, (600, 4), generator=g)
    letters = step.cumsum(1) % 6 + 1  # 1..6, no letter twice in a row; 0 is the blank
    held = torch.randint(2, 5, (600, 4), generator=g).cumsum(1)
    at = (torch.arange(14)[None, :, None] >= held[:, None]).sum(2)
    frame = torch.cat([letters, torch.zeros(600, 1, dtype=torch.long)], 1).gather(1, at)
    x = F.one_hot(frame, 7).float() + 0.3 * torch.randn(600, 14, 7, generator=g)
    return Data(x[:420], letters[:420], x[420:], letters[420:], "classes")


def reader():
    """Return a net that reads letters off frames that nobody has aligned (CTC)."""

    def aligned(o, y):
        n = len(o)
        long, short = torch.full((n,), 14), torch.full((n,), 4)
        return F.ctc_loss(F.log_softmax(o, 2).transpose(0, 1), y, long, short)

    def through(m, x):
        return m.last(torch.relu(m.first(x.transpose(1, 2)))).transpose(1, 2)

    model = Passing(through, first=nn.Conv1d(7, 24, 3, padding=1), last=nn.Conv1d(24, 7, 1))
    return Training(strokes(), model, adam(1e-2), aligned, steps=160, measure="loss")


@cache
def masked():
    """Return texts with some letters hidden (12), targets -100 where nothing is asked."""
    g = torch.Generator().manual_seed(1)

    def hide(x, _):
        hidden = torch.rand(x.shape, generator=g) < 0.15
        return torch.where(hidden, 12, x), torch.where(hidden, x, -100)

    return remade(next_letter(), hide, "classes")


def fill_in():
    def through(m, x):
        return m.last(torch.relu(m.near(m.embed(x).transpose(1, 2))))

    near, last = nn.Conv1d(16, 64, 3, padding=1), nn.Conv1d(64, 12, 1)
    model = Passing(through, embed=nn.Embedding(13, 16), near=near, last=last)
    return Training(masked(), model, adam(5e-3), steps=150, measure="loss")


def letters():
    """Return a character model: three letters, embedded, and the next one; a quiet last layer."""

    def windows(x, y):
        return x.unfold(1, 3, 1).reshape(-1, 3), y[:, 2:].reshape(-1)

    data = remade(next_letter(), windows, "classes")
    net: Any = mlp([18, 100, 12], nn.Tanh)
    with torch.no_grad():
        net[-1].weight *= 0.1
    model = nn.Sequential(nn.Embedding(12, 6), nn.Flatten(), net)
    return Training(data, model, sgd(0.1), steps=300)
