"""Programs as beginners post them: poor starts, bends that are missing.

Re-made after questions asked in public and after the studies of bugs; written anew.
"""

from typing import Any, Final

import torch
from torch import nn

from .....rules import lion
from .....rules.torch_optimizer import TorchOptimizer
from ...case import Case, Training, fault
from ...data import digits, pictures, rings
from ...habits import adam, sgd
from ...nets import Passing, Recurrent, conv, filled, mlp, normal
from ...sequences import majority
from .forum_parts import intents, loudness, negations

UNIFORM: Final[Any] = lambda w: nn.init.uniform_(w, -2, 2)  # noqa: E731


def by_lion(parameters: Any) -> Any:
    return TorchOptimizer(parameters, lion(3e-3))


def times(power: float) -> Any:
    """Return a start: standard normal numbers times the number of inputs to a power."""
    return lambda w: nn.init.normal_(w, 0, float(w.shape[1]) ** power)


def zero_ends(spread: float) -> nn.Module:
    """Return a bag of words whose table and last map start at zero, or at a spread."""
    model = Passing(
        lambda m, x: m.head(m.embed(x).sum(1)),
        embed=nn.Embedding(120, 16),
        head=nn.Linear(16, 20),
    )
    return filled(model, normal(spread))


def ones(model: nn.Module) -> nn.Module:
    for p in model.parameters():
        nn.init.ones_(p)
    return model


def recurrent(bend: Any) -> nn.Module:
    """Return a recurrent net by hand, its state bent at each step, or not."""

    def forward(m: Any, x: Any) -> Any:
        h = torch.zeros(len(x), 12)
        total = torch.zeros(len(x), 12)
        for t in range(x.shape[1]):
            h = bend(m.take(x[:, t]) + m.keep(h))
            total = total + h / x.shape[1]
        return m.head(total)

    return Passing(forward, take=nn.Linear(1, 12), keep=nn.Linear(12, 12), head=nn.Linear(12, 1))


def two_words(*bend: nn.Module) -> nn.Module:
    return nn.Sequential(
        nn.Embedding(20, 8), nn.Flatten(), nn.Linear(16, 24), *bend, nn.Linear(24, 1)
    )


def unit_filters(init: Any) -> Training:
    return Training(pictures(), filled(conv(depth=3), init), adam(1e-3), batch=48, steps=120)


FORUM_STARTS: Final[tuple[Case, ...]] = (
    fault(
        "published: weights times the root of the number of inputs, not divided by it",
        "poor-initialization exploding-gradients",
        lambda: Training(digits(), filled(mlp([64, 32, 32, 10]), times(0.5)), adam(1e-3)),
        lambda: Training(digits(), filled(mlp([64, 32, 32, 10]), times(-0.5)), adam(3e-3)),
    ),
    fault(
        "published: weights divided by the number of inputs, not by its root",
        "poor-initialization vanishing-gradients plateau",
        lambda: Training(
            digits(), filled(mlp([64, 32, 32, 32, 32, 10], nn.Tanh), times(-1.0)), sgd(0.1)
        ),
        lambda: Training(
            digits(), filled(mlp([64, 32, 32, 32, 32, 10], nn.Tanh), times(-0.5)), sgd(0.1)
        ),
    ),
    fault(
        "published: the table of words and the last map both zero",
        "poor-initialization plateau",
        lambda: Training(intents(), zero_ends(0.0), adam(1e-2)),
        lambda: Training(intents(), zero_ends(0.2), adam(1e-2)),
    ),
    fault(
        "published: random_normal as it comes, spread one, three convolutions, Adam",
        "poor-initialization exploding-gradients",
        lambda: unit_filters(normal(1.0)),
        lambda: unit_filters(nn.init.kaiming_normal_),
    ),
    fault(
        "published: every parameter of an LSTM set to one, bits",
        "poor-initialization saturation plateau",
        lambda: Training(majority(), ones(Recurrent(nn.LSTM, 1, 12, 1)), sgd(0.1), steps=100),
        lambda: Training(majority(), Recurrent(nn.LSTM, 1, 12, 1), adam(2e-2), steps=100),
    ),
    fault(
        "published: uniform from -2 to 2 before tanh, 64 pixels",
        "poor-initialization saturation",
        lambda: Training(
            digits(),
            filled(mlp([64, 64, 64, 10], nn.Tanh), UNIFORM),
            adam(1e-3),
        ),
        lambda: Training(digits(), filled(mlp([64, 64, 64, 10], nn.Tanh), times(-0.5)), adam(1e-3)),
    ),
    fault(
        "published: a leaky unit whose leak was typed as 1, a ring",
        "missing-nonlinearity",
        lambda: Training(rings(), mlp([2, 16, 16, 1], lambda: nn.LeakyReLU(1.0)), by_lion),
        lambda: Training(rings(), mlp([2, 16, 16, 1], lambda: nn.LeakyReLU(0.1)), by_lion),
    ),
    fault(
        "published: a recurrent cell by hand without a bend, loudness",
        "missing-nonlinearity",
        lambda: Training(loudness(), recurrent(lambda h: h), adam(1e-2), steps=150),
        lambda: Training(loudness(), recurrent(torch.relu), adam(1e-2), steps=150),
    ),
    fault(
        "published: not good, not bad: two words, two linear maps and no bend",
        "missing-nonlinearity",
        lambda: Training(negations(), two_words(), lambda p: torch.optim.RMSprop(p, lr=5e-3)),
        lambda: Training(
            negations(), two_words(nn.ReLU()), lambda p: torch.optim.RMSprop(p, lr=5e-3)
        ),
    ),
)
