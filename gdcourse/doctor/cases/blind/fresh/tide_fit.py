"""Faults re-made after questions asked in public: flat losses, rows by heart, losses of NaN.

Written anew, on data and nets of our own.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import Data, as_data
from ...habits import adam, sgd
from .tide_nets import Layers, Mover, Strand
from .tide_parts import faces, gestures, molecules, penguins, plant, recalled, seeded, spam


def fit(data: Any, model: nn.Module, optimizer: Any, steps: int = 150, **more: Any) -> Training:
    return Training(data, model, optimizer, steps=steps, **more)


def deep_coder(act: Any, lr: float) -> Training:
    """Train an autoencoder of eight layers; with sigmoids it gives the mean face for every face."""
    return fit(faces(), Layers(36, 32, 24, 12, 4, 12, 24, 32, 36, act=act), adam(lr), 160)


def ripples(waves: int) -> Data:
    """Return a wave of fast ripples over one number, as it is or as sines of many paces."""
    x = torch.rand(700, 1, generator=seeded(21)) * 2 - 1
    y = (25 * x).sin() + 0.1 * torch.randn(700, 1, generator=seeded(22))
    angles = x * torch.linspace(2, 30, waves)
    return as_data(torch.cat([angles.sin(), angles.cos()], 1) if waves else x, y, "numbers")


def rippled(waves: int) -> Training:
    return fit(ripples(waves), Layers(2 * waves or 1, 32, 32, 1, act=torch.tanh), sgd(0.1))


TIDE_FLAT: Final[tuple[Case, ...]] = (
    fault(
        "published: an autoencoder of eight layers, sigmoids, the mean face for every face",
        "plateau vanishing-gradients saturation",
        lambda: deep_coder(torch.sigmoid, 3e-3),
        lambda: deep_coder(torch.tanh, 3e-3),
    ),
    fault(
        "published: ripples too fast for a net of one plain number",
        "plateau learning-rate-too-low",
        lambda: rippled(0),
        lambda: rippled(16),
    ),
    fault(
        "published: the first of forty-five signs, asked for after the last, a plain recurrent net",
        "plateau vanishing-gradients",
        lambda: fit(recalled(45), Mover(1, 12, 1, nn.RNN, last=True), adam(2e-3), 110),
        lambda: fit(recalled(12), Mover(1, 16, 1, nn.GRU, last=True), adam(0.02), 150),
    ),
)


def slower(rows: int) -> Data:
    """Return blurred gestures, every other moment."""
    return gestures(rows, 1.2).inputs(lambda x: x[:, ::2])


WATCHED: dict[str, Any] = {"validate": 10, "measure": "loss"}

TIDE_BY_HEART: Final[tuple[Case, ...]] = (
    fault(
        "published: spam or not, fifty letters, two layers of a hundred",
        "overfitting",
        lambda: fit(spam(700, 0.4, 0.25).first(50), Layers(40, 100, 100, 1), adam(5e-3), **WATCHED),
        lambda: fit(spam(3000, 0.4, 0.25), Layers(40, 16, 1), adam(2e-3), **WATCHED),
    ),
    fault(
        "published: forty blurred gestures, a wide GRU",
        "overfitting",
        lambda: fit(slower(600).first(40), Mover(3, 32, 5, nn.GRU), adam(0.01), 110, **WATCHED),
        lambda: fit(slower(1500), Mover(3, 12, 5, nn.GRU), adam(0.015), 110, **WATCHED),
    ),
    fault(
        "published: fifty strings of atoms, measured badly, wide tables",
        "overfitting",
        lambda: fit(
            molecules(700, 1.0).first(50), Strand(15, 32, 64, False), adam(0.01), 200, **WATCHED
        ),
        lambda: fit(molecules(4000, 1.0), Strand(15, 8, 8, False), adam(5e-3), 200, **WATCHED),
    ),
    fault(
        "published: forty-five days of a plant, measured badly, a wide net, slowly by heart",
        "overfitting",
        lambda: fit(plant(700, 0.8).first(45), Layers(4, 128, 128, 1), adam(2e-3), 300, **WATCHED),
        lambda: fit(plant(3000, 0.8), Layers(4, 16, 1), adam(5e-3), 300, **WATCHED),
    ),
)


def by_hand(o, y):
    """Return the binary cross-entropy as the book has it."""
    p = torch.sigmoid(o)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


def crammed() -> Data:
    """Return letters of which some hold one word hundreds of times."""
    many = (torch.rand(700, 1, generator=seeded(23)) < 0.04).float() * 60
    data = spam()
    n = len(data.x)
    return data._replace(x=data.x + many[:n] * data.x, x_held=data.x_held)


def focal(safe: bool) -> Any:
    """Return the focal loss with an exponent of one half, whose slope is endless at p = 1."""

    def loss_fn(o, y):
        p = F.softmax(o, 1).gather(1, y[:, None])[:, 0]
        rest = (1 - p).clamp(min=1e-6) if safe else 1 - p
        return (rest**0.5 * F.cross_entropy(o, y, reduction="none")).mean()

    return loss_fn


def blanks() -> Data:
    """Return pairs of strings, fourteen signs, some blank, and whether they begin alike."""
    g = seeded(24)
    x = torch.randint(1, 15, (700, 2, 7), generator=g)
    y = torch.rand(700, 1, generator=g) < 0.5
    x[:, 1] = torch.where(y, x[:, 0], x[:, 1])
    x[:, 1, 5:] = torch.randint(1, 15, (700, 2), generator=g)
    x[torch.rand(700, generator=g) < 0.02, 1] = 0
    return as_data(x, y.float(), "binary")


class Alike(nn.Module):
    """The cosine of two sums of embedded signs, where nought stands for a blank."""

    def __init__(self, eps: float):
        super().__init__()
        self.table = nn.Embedding(15, 12, padding_idx=0)
        self.scale, self.least = nn.Parameter(torch.tensor(2.0)), nn.Parameter(torch.tensor(0.0))
        self.eps = eps

    def forward(self, x):
        a, b = self.table(x).sum(2).unbind(1)
        cosine = (a * b).sum(1) / ((a.norm(dim=1) + self.eps) * (b.norm(dim=1) + self.eps))
        return (self.scale * cosine + self.least)[:, None]


TIDE_NAN: Final[tuple[Case, ...]] = (
    fault(
        "published: spam or not, cross-entropy by hand, a few letters hold a word too often",
        "nonfinite input-scale wrong-loss",
        lambda: fit(crammed(), Layers(40, 16, 1), adam(5e-3), loss_fn=by_hand),
        lambda: fit(crammed(), Layers(40, 16, 1), adam(5e-3)),
    ),
    fault(
        "published: penguins, a focal loss with an exponent of one half",
        "nonfinite",
        lambda: fit(penguins(), Layers(4, 32, 3), adam(0.02), 200, loss_fn=focal(False)),
        lambda: fit(penguins(), Layers(4, 32, 3), adam(0.02), 200, loss_fn=focal(True)),
    ),
    fault(
        "published: a cosine by hand, some strings are blank and have no length",
        "nonfinite",
        lambda: fit(blanks(), Alike(0.0), adam(0.03)),
        lambda: fit(blanks(), Alike(1e-6), adam(0.03)),
    ),
)
