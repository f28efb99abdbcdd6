"""Small nets of the cases of tide_*."""

from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn


class Layers(nn.Module):
    """Linear layers and a functional bend between them."""

    def __init__(self, *sizes: int, act: Any = torch.relu, drop: float = 0.0):
        super().__init__()
        self.fcs = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.act, self.drop = act, drop

    def forward(self, x):
        for fc in self.fcs[:-1]:
            x = F.dropout(self.act(fc(x)), self.drop, self.training)
        return self.fcs[-1](x)


class Mover(nn.Module):
    """A recurrent layer, the mean of its states or the last of them, a linear one."""

    def __init__(
        self, inputs: int, hidden: int, outputs: int, kind: Any = nn.LSTM, last: bool = False
    ):
        super().__init__()
        self.last = last
        self.rnn = kind(inputs, hidden, batch_first=True)
        self.out = nn.Linear(hidden, outputs)

    def forward(self, x):
        states = self.rnn(x)[0]
        return self.out(states[:, -1] if self.last else states.mean(1))


class Weaver(nn.Module):
    """Two convolutions over images, 12 x 12, and two linear layers."""

    def __init__(self, width: int = 6, classes: int = 4):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(1, width, 3), nn.Conv2d(width, 2 * width, 3)
        self.f1, self.f2 = nn.Linear(18 * width, 24), nn.Linear(24, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.c1(x)), 2)
        x = F.relu(self.c2(x)).flatten(1)
        return self.f2(F.relu(self.f1(x)))


class Strand(nn.Module):
    """Embedded letters, convolutions along them, the largest answer at any place or the mean."""

    def __init__(self, letters: int, width: int = 8, filters: int = 16, most: bool = True):
        super().__init__()
        self.table = nn.Embedding(letters, width)
        self.conv = nn.Conv1d(width, filters, 4, padding=1)
        self.out = nn.Linear(filters, 1)
        self.most = most

    def forward(self, x):
        x = F.relu(self.conv(self.table(x).transpose(1, 2)))
        return self.out(x.amax(2) if self.most else x.mean(2))


class Tagger(nn.Module):
    """A recurrent net both ways that names every word."""

    def __init__(self, drop: float = 0.0):
        super().__init__()
        self.table, self.drop = nn.Embedding(30, 16), nn.Dropout(drop)
        self.rnn = nn.GRU(16, 20, batch_first=True, bidirectional=True)
        self.out = nn.Linear(40, 5)

    def forward(self, x):
        return self.out(self.drop(self.rnn(self.drop(self.table(x)))[0])).transpose(1, 2)


class Skips(nn.Module):
    """Two tables of words; how well a word goes with another is the product of their rows."""

    def __init__(self):
        super().__init__()
        self.within, self.around = nn.Embedding(40, 10), nn.Embedding(40, 10)
        self.common = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        a, b = self.within(x[:, 0]), self.around(x[:, 1])
        return (a * b).sum(1, keepdim=True) / 10**0.5 + self.common
