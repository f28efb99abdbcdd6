"""Faults re-made after published ones: convolutional nets that classify and predict numbers.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from functools import cache
from typing import Any, Final

import torch
from torch import nn

from ..case import Case, Training, fault
from ..data import Data, as_data, pictures
from ..habits import adam, never_zeroed, sgd
from ..nets import Passing, conv, filled, normal


@cache
def stripes(noise: float = 0.2) -> Data:
    """Return images of stripes, level or upright, of any phase (synthetic)."""
    g = torch.Generator().manual_seed(0)
    phase, pace = (torch.rand(600, 1, generator=g) for _ in range(2))
    wave = torch.sin(6.28 * phase + (0.8 + pace) * torch.arange(8))
    upright = torch.randint(0, 2, (600,), generator=g)
    x = wave[:, None, :].expand(-1, 8, -1)
    x = torch.where(upright[:, None, None] == 1, x, x.transpose(1, 2))
    return as_data((x + noise * torch.randn(600, 8, 8, generator=g))[:, None], upright, "classes")


@cache
def spots(noise: float = 0.1) -> Data:
    """Return images of a bright spot, and its row and column about the middle (synthetic)."""
    g = torch.Generator().manual_seed(0)
    at = 1 + 5 * torch.rand(500, 2, generator=g)
    grid = torch.arange(8.0)
    rows = torch.exp(-0.5 * (grid - at[:, :1]) ** 2)
    columns = torch.exp(-0.5 * (grid - at[:, 1:]) ** 2)
    x = rows[:, :, None] * columns[:, None, :] + noise * torch.randn(500, 8, 8, generator=g)
    return as_data(x[:, None], (at - 3.5) / 1.44, "numbers")


@cache
def grainy() -> Data:
    """Return the digits under as much noise as there is picture."""
    g = torch.Generator().manual_seed(0)
    return pictures().inputs(lambda x: x + torch.randn(x.shape, generator=g))


def unskipped(skip):
    """Return a net of eight halved convolutions, with or without the way around them."""

    def forward(m, x):
        h = torch.tanh(m.first(x))
        for block in m.blocks:
            h = skip * h + 0.5 * torch.tanh(block(h))
        return m.last(h.flatten(1))

    blocks = nn.ModuleList(nn.Conv2d(4, 4, 3, padding=1) for _ in range(8))
    return Passing(
        forward, first=nn.Conv2d(1, 4, 3, 2, padding=1), blocks=blocks, last=nn.Linear(64, 10)
    )


def of_another(t, x, y):
    """Zero the gradients of the body, and not those of the head."""
    t.model.body.zero_grad()
    loss = t.loss_fn(t.model(x), y)
    loss.backward()
    t.optimizer.step()
    return loss


def two_parts():
    """Return a body of one convolution, and a head."""
    body = nn.Sequential(nn.Conv2d(1, 6, 3, 2), nn.ReLU(), nn.Flatten())
    return Passing(lambda m, x: m.head(m.body(x)), body=body, head=nn.Linear(54, 10))


def small():
    """Return one convolution and two outputs."""
    return nn.Sequential(nn.Conv2d(1, 6, 3, 2), nn.Tanh(), nn.Flatten(), nn.Linear(54, 2))


def stacked(depth):
    """Return convolutions one after another, the first with a stride."""
    layers = [nn.Conv2d(1, 8, 3, 2, padding=1), nn.ReLU()]
    for _ in range(depth - 1):
        layers += [nn.Conv2d(8, 8, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(128, 10))


def wide(drop=0.0):
    """Return a wide convolutional net."""
    return nn.Sequential(
        nn.Conv2d(1, 24, 3, 2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(drop),
        nn.Linear(216, 64),
        nn.ReLU(),
        nn.Dropout(drop),
        nn.Linear(64, 10),
    )


def straight(act):
    """Return three convolutions and the mean over the image."""
    layers = [nn.Conv2d(1, 8, 3), act(), nn.Conv2d(8, 8, 3), act(), nn.AdaptiveAvgPool2d(1)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(8, 2))


def as_photographs(x: Any) -> Any:
    return (x - 0.45) / 0.225


MORE_CONV: Final[tuple[Case, ...]] = (
    fault(
        "published: images, Adadelta at a thousandth",
        "learning-rate-too-low",
        lambda: Training(pictures(), conv(), lambda p: torch.optim.Adadelta(p, lr=1e-3), steps=120),
        lambda: Training(pictures(), conv(), lambda p: torch.optim.Adadelta(p, lr=1.0), steps=120),
    ),
    fault(
        "published: images two at a time, RMSprop at two hundredths",
        "oscillation learning-rate-too-high",
        lambda: Training(pictures(), conv(), lambda p: torch.optim.RMSprop(p, lr=0.02), batch=2),
        lambda: Training(
            pictures(), conv(), lambda p: torch.optim.RMSprop(p, lr=0.002), batch=16, steps=200
        ),
    ),
    fault(
        "published: where the spot is, all images at once, momentum that swings",
        "oscillation learning-rate-too-high",
        lambda: Training(spots(), small(), sgd(0.02, 0.995), batch=0, steps=150, measure="loss"),
        lambda: Training(spots(), small(), sgd(0.05, 0.8), batch=0, steps=150, measure="loss"),
    ),
    fault(
        "published: sixty grainy images, a wide net",
        "overfitting",
        lambda: Training(
            grainy().first(60), wide(), adam(3e-3), steps=200, validate=10, measure="loss"
        ),
        lambda: Training(grainy(), wide(0.3), adam(3e-3), steps=150, validate=10, measure="loss"),
    ),
    fault(
        "published: images, filters of unit spread before tanh",
        "saturation poor-initialization",
        lambda: Training(
            pictures(), filled(conv(nn.Tanh, depth=3), normal(1.0)), sgd(0.01), steps=80
        ),
        lambda: Training(
            pictures(), filled(conv(nn.Tanh, depth=3), nn.init.xavier_uniform_), sgd(0.1), steps=80
        ),
    ),
    fault(
        "published: eight convolutions, the ways around them forgotten",
        "vanishing-gradients",
        lambda: Training(pictures(), unskipped(0), sgd(0.1), batch=16, steps=80),
        lambda: Training(pictures(), unskipped(1), sgd(0.1), batch=16, steps=80),
    ),
    fault(
        "published: six convolutions, weights of spread one half",
        "exploding-gradients poor-initialization",
        lambda: Training(
            pictures(), filled(stacked(6), normal(0.5)), sgd(1e-3), batch=16, steps=100
        ),
        lambda: Training(
            pictures(), filled(stacked(6), nn.init.kaiming_normal_), adam(2e-3), batch=16, steps=100
        ),
    ),
    fault(
        "published: zero_grad named and not called, where the spot is",
        "stale-gradients",
        lambda: Training(spots(), conv(outputs=2), adam(3e-3), habit=never_zeroed, steps=120),
        lambda: Training(spots(), conv(outputs=2), adam(3e-3), steps=120),
    ),
    fault(
        "published: images, the gradients of the body are zeroed, those of the head never",
        "stale-gradients",
        lambda: Training(pictures(), two_parts(), sgd(0.2), habit=of_another, measure="loss"),
        lambda: Training(pictures(), two_parts(), sgd(0.2), measure="loss"),
    ),
    fault(
        "published: bytes normalised as if they were photographs in [0, 1]",
        "input-scale",
        lambda: Training(pictures("bytes").inputs(as_photographs), conv(), sgd(0.05), steps=120),
        lambda: Training(pictures("unit").inputs(as_photographs), conv(), sgd(0.1), steps=120),
    ),
    fault(
        "published: level or upright, convolutions without activations",
        "missing-nonlinearity",
        lambda: Training(stripes(), straight(nn.Identity), adam(1e-2), steps=100),
        lambda: Training(stripes(), straight(nn.ReLU), adam(1e-2), steps=100),
    ),
)
