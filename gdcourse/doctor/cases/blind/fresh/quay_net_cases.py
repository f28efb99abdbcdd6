"""Faults often posted, in a harbour's programs: bends left out, signals that fade or grow."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...habits import adam, clipped, sgd
from ...nets import filled, normal
from .quay_parts import (
    Columns,
    Stack,
    Strand,
    Waves,
    bars,
    battery,
    concrete,
    drawn,
    genes,
    gestures,
    mushrooms,
    soils,
    spectra,
)


class Coder(nn.Module):
    """Thirty-two wavelengths, two numbers, thirty-two wavelengths."""

    def __init__(self, act: Any):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(32, 32), act, nn.Linear(32, 2))
        self.decoder = nn.Sequential(nn.Linear(2, 32), act, nn.Linear(32, 32))

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Cell(nn.Module):
    """A rectified recurrent net whose own matrix has a given spread."""

    def __init__(self, spread: float, width: int = 16):
        super().__init__()
        self.rnn = nn.RNN(1, width, nonlinearity="relu", batch_first=True)
        self.fc = nn.Linear(width, 1)
        own: Any = self.rnn.weight_hh_l0
        nn.init.normal_(own, 0.0, spread)

    def forward(self, x):
        return self.fc(self.rnn(x)[0][:, -1])


class Gated(nn.Module):
    """A linear map with sigmoid gates over tanh units: out of t * h + (1 - t) * x."""

    def __init__(self, bias: float, width: int = 24, depth: int = 2):
        super().__init__()
        self.inp, self.out = nn.Linear(8, width), nn.Linear(width, 1)
        self.h = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.t = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        for t in self.t:
            of_gate: Any = t.bias
            nn.init.constant_(of_gate, bias)

    def forward(self, x):
        x = self.inp(x)
        for h, t in zip(self.h, self.t, strict=True):
            gate = torch.sigmoid(t(x))
            x = gate * F.relu(h(x)) + (1 - gate) * x
        return self.out(x)


def _bytes(scale: float) -> Training:
    data = bars().inputs(lambda x: scale * (60 * (x + 1)).clamp(0, 255).round())
    return Training(data, Stack(100, 32, 16, 4), sgd(0.025 if scale == 1 else 0.1), steps=150)


def _picture(mean: float) -> Training:
    model = nn.Sequential(
        nn.Conv2d(1, 6, 3),
        nn.ReLU(),
        nn.Conv2d(6, 6, 3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(216, 4),
    )
    start = filled(model, normal(0.1, mean)) if mean else model
    return Training(bars().inputs(lambda x: (x + 1).clamp(0, 3)), start, sgd(0.02, 0.9), steps=120)


def _wide(spread: float, rate: float) -> Training:
    model = Stack(100, 60, 60, 4, act=torch.tanh)
    return Training(bars(), drawn(model, spread), adam(rate), steps=150)


def _deep(depth: int, rate: float) -> Training:
    model = Stack(8, *[24] * depth, 1, act=torch.sigmoid)
    return Training(concrete(), model, sgd(rate, 0.9), steps=300 if depth < 5 else 150)


QUAY_NETS: Final[tuple[Case, ...]] = (
    fault(
        "published: two columns that cancel each other, linear upon linear, mushrooms",
        "missing-nonlinearity",
        lambda: Training(mushrooms(), Columns(hidden=(32, 16), act=lambda h: h), adam(0.01)),
        lambda: Training(mushrooms(), Columns(hidden=(32, 16)), adam(0.01)),
    ),
    fault(
        "published: nn.Softshrink(0.0), which bends nothing, a line at any wavelength",
        "missing-nonlinearity",
        lambda: Training(spectra(), Coder(nn.Softshrink(0.0)), adam(0.01), steps=300),
        lambda: Training(spectra(), Coder(nn.Softplus()), adam(0.01), steps=300),
    ),
    fault(
        "published: fourteen sigmoid layers for the strength of concrete",
        "vanishing-gradients plateau",
        lambda: _deep(14, 0.05),
        lambda: Training(concrete(), Stack(8, 24, 24, 1), sgd(0.02, 0.9), steps=250),
    ),
    fault(
        "published: six convolutions over time, sigmoids, gestures",
        "vanishing-gradients plateau",
        lambda: Training(gestures(), Waves(3, 5, 6, torch.sigmoid), adam(2e-3), steps=120),
        lambda: Training(gestures(), Waves(3, 5, 2), adam(5e-3), steps=150),
    ),
    fault(
        "published: a motif in a strand, five tanh convolutions of spread a hundredth",
        "vanishing-gradients poor-initialization plateau",
        lambda: Training(
            genes(), drawn(Strand(5, act=torch.tanh), 0.01), sgd(0.05, 0.9), steps=100
        ),
        lambda: Training(genes(), Strand(1, act=torch.tanh), adam(0.01), steps=250),
    ),
    fault(
        "published: a rectified recurrent net, its own matrix of spread one, a battery",
        "exploding-gradients poor-initialization nonfinite",
        lambda: Training(battery(), Cell(1.0), sgd(1e-3), steps=120),
        lambda: Training(battery(), Cell(0.12), sgd(0.02), steps=200, habit=clipped(1.0)),
    ),
    fault(
        "published: soils, nine layers of a spread of four tenths",
        "exploding-gradients poor-initialization",
        lambda: Training(soils(), drawn(Stack(10, *[40] * 9, 6), 0.4), adam(1e-3), steps=150),
        lambda: Training(soils(), Stack(10, 40, 40, 6), adam(3e-3), steps=200),
    ),
    fault(
        "published: filters about minus three tenths under pictures of light, bars",
        "dead-relu poor-initialization",
        lambda: _picture(-0.3),
        lambda: _picture(0.0),
    ),
    fault(
        "published: pictures in bytes, the first steps silence a layer for good, bars",
        "dead-relu input-scale learning-rate-too-high",
        lambda: _bytes(1.0),
        lambda: _bytes(1 / 60),
    ),
    fault(
        "published: torch.randn for every matrix of a tanh net over a hundred pixels",
        "saturation poor-initialization",
        lambda: _wide(1.0, 1e-3),
        lambda: _wide(0.1, 3e-3),
    ),
    fault(
        "published: gates that start at minus thirty and never open, concrete",
        "saturation poor-initialization vanishing-gradients",
        lambda: Training(concrete(), Gated(-30.0), adam(5e-3), steps=200),
        lambda: Training(concrete(), Gated(-1.0), adam(5e-3), steps=250),
    ),
)
