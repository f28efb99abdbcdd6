"""Faults re-made after published ones: what depth and length do to a signal and its gradient.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import diabetes, digits, friedman, wine
from ...habits import adam, sgd
from ...nets import filled
from ...sequences import phrases
from .depth_parts import Deep, Forgetful, Gazing, Hashed, Sounds, Thresholded, Walk, steps_of_walk
from .pace_parts import Small, Squeezed, lines


def run(data: Any, model: nn.Module, optimizer: Any, steps: int = 150, **more: Any) -> Training:
    return Training(data, model, optimizer, steps=steps, **more)


def at_unit(h):
    return F.layer_norm(h, h.shape[1:])


def restored() -> Any:
    return digits("unit").onto_itself()


def negative(low: float, high: float) -> Any:
    """Return an initialiser that draws uniformly."""
    return lambda w: nn.init.uniform_(w, low, high)


class Lowered(nn.Module):
    """Words added up and rectified above a bar."""

    def __init__(self, bar: float):
        super().__init__()
        self.words, self.fc, self.out = nn.Embedding(50, 16), nn.Linear(16, 16), nn.Linear(16, 4)
        nn.init.constant_(self.fc.bias, -bar)

    def forward(self, ids):
        return self.out(torch.relu(self.fc(self.words(ids).mean(1))))


VANISHING: Final[tuple[Case, ...]] = (
    fault(
        "published: weights of two hundredths, as large models have them, in eight narrow layers",
        "vanishing-gradients poor-initialization",
        lambda: run(digits(), Deep((64, 24, 10), 7, F.gelu, 0.02), adam(1e-3)),
        lambda: run(digits(), Deep((64, 24, 10), 7, F.gelu, 0.3), adam(3e-3)),
    ),
    fault(
        "published: eight layers of attention and no way around them",
        "vanishing-gradients",
        lambda: run(lines(), Gazing(False), sgd(0.1), 100),
        lambda: run(lines(), Gazing(True), adam(2e-3), 100),
    ),
    fault(
        "published: seven convolutions over a row of pixels, sigmoids, momentum",
        "vanishing-gradients",
        lambda: run(digits(), Sounds(torch.sigmoid), sgd(0.1, 0.9), 120),
        lambda: run(digits(), Sounds(F.leaky_relu, 3), adam(1e-2), 120),
    ),
    fault(
        "published: forty steps of a walk, a recurrent net of sigmoids",
        "vanishing-gradients plateau",
        lambda: run(steps_of_walk(), Forgetful(torch.sigmoid), sgd(0.1), 60),
        lambda: run(steps_of_walk(), Forgetful(None), adam(1e-2), 60),
    ),
    fault(
        "published: wines, twelve layers of softsign",
        "vanishing-gradients",
        lambda: run(wine(), Deep((13, 16, 3), 11, F.softsign), sgd(0.1)),
        lambda: run(wine(), Deep((13, 16, 3), 1, F.softsign), sgd(0.1)),
    ),
)

EXPLODING: Final[tuple[Case, ...]] = (
    fault(
        "published: a state multiplied by 1.3 at each of forty steps",
        "exploding-gradients learning-rate-too-high nonfinite",
        lambda: run(steps_of_walk(), Walk(1.3), sgd(1e-3), 60),
        lambda: run(steps_of_walk(), Walk(0.9), adam(1e-2), 100),
    ),
    fault(
        "published: squares for activations, five layers",
        "exploding-gradients nonfinite",
        lambda: run(friedman(), Deep((10, 24, 1), 4, torch.square, 0.5), sgd(0.01)),
        lambda: run(friedman(), Deep((10, 24, 1), 4, torch.tanh, 0.3), adam(5e-3)),
    ),
    fault(
        "published: twelve layers whose norms were left out, weights of spread one",
        "exploding-gradients poor-initialization nonfinite",
        lambda: run(digits(), Deep((64, 24, 10), 11, F.leaky_relu, 1.0), sgd(1e-3)),
        lambda: run(digits(), Deep((64, 24, 10), 11, F.leaky_relu, 0.4, at_unit), adam(5e-3)),
    ),
)

SATURATED: Final[tuple[Case, ...]] = (
    fault(
        "published: a code of nearly plus or minus one, sharp from the start",
        "saturation",
        lambda: run(restored(), Hashed(300.0), adam(5e-3), 200),
        lambda: run(restored(), Hashed(1.0), adam(5e-3), 200),
    ),
    fault(
        "published: clipped linear units, weights of spread two",
        "saturation poor-initialization",
        lambda: run(digits(), Deep((64, 24, 10), 3, F.hardtanh, 2.0), sgd(0.02), 120),
        lambda: run(digits(), Deep((64, 24, 10), 3, F.hardtanh, 0.2), sgd(0.2), 120),
    ),
)

DEAD: Final[tuple[Case, ...]] = (
    fault(
        "published: weights drawn below nought, pixels above it",
        "dead-relu poor-initialization",
        lambda: run(digits("unit"), filled(Small(64, 32, 10), negative(-0.3, 0)), adam(3e-3)),
        lambda: run(digits("unit"), filled(Small(64, 32, 10), negative(-0.3, 0.3)), adam(3e-3)),
    ),
    fault(
        "published: sparse coding with a threshold above all that comes",
        "dead-relu",
        lambda: run(digits().onto_itself(), Thresholded(8.0), adam(5e-3), 200),
        lambda: run(digits().onto_itself(), Thresholded(0.1), adam(5e-3), 200),
    ),
    fault(
        "published: words added up, rectified above a bar of four",
        "dead-relu poor-initialization",
        lambda: run(phrases(), Lowered(4.0), adam(1e-2)),
        lambda: run(phrases(), Lowered(0.0), adam(1e-2)),
    ),
    fault(
        "published: an autoencoder of rectified layers, Adam at one",
        "dead-relu learning-rate-too-high",
        lambda: run(restored(), Squeezed(act=F.relu), adam(1.0)),
        lambda: run(restored(), Squeezed(act=F.relu), adam(5e-3)),
    ),
    fault(
        "published: patients, one long step at the start, rectified",
        "dead-relu learning-rate-too-high",
        lambda: run(diabetes(), Deep((10, 16, 1), 2, torch.relu), sgd(0.6), batch=64),
        lambda: run(diabetes(), Deep((10, 16, 1), 2, torch.relu), sgd(0.05), batch=64),
    ),
)
