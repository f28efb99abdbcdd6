"""Programs as beginners post them: what comes out of the net, and the loss, do not fit the task.

Re-made after questions asked in public and after the studies of bugs; written anew.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import as_data, digits, friedman, wine
from ...habits import adam
from ...nets import Passing, Recurrent, mlp
from ...sequences import next_letter
from .forum_parts import (
    cosine,
    counts,
    intents,
    looking,
    pairs,
    rain,
    ratings,
    reader,
    scans,
    table,
)

BY_LOSS: Final[Any] = {"measure": "loss"}


def stars(kept: bool) -> nn.Module:
    """Return a net of ratings; it may be kept between one star and five."""

    def forward(m: Any, x: Any) -> Any:
        out = m.net(x)
        return out.clamp(1, 5) if kept else out

    return Passing(forward, net=mlp([5, 32, 1]))


def speller(dim: int) -> nn.Module:
    """Return a net of letters [N, C, T], whose logarithms of shares are taken over one axis."""
    net = Recurrent(nn.GRU, 8, 24, 12, words=12, every=True)
    return Passing(lambda m, x: F.log_softmax(m.net(x), dim), net=net)


def largest_against_number(o: Any, y: Any) -> Any:
    return F.mse_loss(o.max(1).values, y.float())


def alike(o: Any, y: Any) -> Any:
    """Ask pairs marked 1 to be alike and pairs marked -1 not to be."""
    c = (o + 1) / 2
    return torch.where(y == 1, 1 - c, c.clamp(min=0) * (y == -1)).mean()


def percentage(o: Any, y: Any) -> Any:
    return ((o - y) / (y + 1e-7)).abs().mean()


def by_pixel(o: Any, y: Any) -> Any:
    return -(y * (o + 1e-7).log() + (1 - y) * (1 - o + 1e-7).log()).mean()


def angles(scale: float) -> nn.Module:
    """Return a bag of words whose outputs are cosines, times a scale."""

    def forward(m: Any, x: Any) -> Any:
        return scale * F.normalize(m.embed(x).mean(1)) @ F.normalize(m.kinds).T

    model = Passing(forward, embed=nn.Embedding(120, 16))
    model.kinds = nn.Parameter(torch.randn(20, 16))
    return model


def three_sizes() -> Any:
    x, y = table()
    return as_data(x, torch.cat([y, x[:, :1] - y, x[:, 1:2].abs()], 1), "numbers")


FORUM_OUTPUTS: Final[tuple[Case, ...]] = (
    fault(
        "published: stars kept between one and five by a clamp, from the start",
        "wrong-output-activation",
        lambda: Training(ratings(), stars(True), adam(1e-2)),
        lambda: Training(ratings(), stars(False), adam(1e-2)),
    ),
    fault(
        "published: the logarithms of shares taken over time, not over the letters",
        "wrong-output-activation",
        lambda: Training(next_letter(), speller(2), adam(1e-2), F.nll_loss, steps=100),
        lambda: Training(next_letter(), speller(1), adam(1e-2), F.nll_loss, steps=100),
    ),
    fault(
        "published: the largest output against the number of the class, wines",
        "wrong-loss",
        lambda: Training(wine(), mlp([13, 24, 3]), adam(1e-2), largest_against_number, batch=16),
        lambda: Training(wine(), mlp([13, 24, 3]), adam(1e-2), batch=16),
    ),
    fault(
        "published: pairs that differ are marked 0, the cosine loss wants -1",
        "wrong-loss label-mismatch",
        lambda: Training(pairs(), cosine(), adam(3e-3), alike, steps=200),
        lambda: Training(
            pairs(), cosine(), adam(3e-3), lambda o, y: alike(o, 2 * y - 1), steps=200
        ),
    ),
    fault(
        "published: F.poisson_nll_loss(y, rate), its arguments exchanged",
        "wrong-loss",
        lambda: Training(
            counts(),
            mlp([5, 32, 1], last=nn.Softplus()),
            lambda p: torch.optim.NAdam(p, lr=5e-3),
            lambda o, y: F.poisson_nll_loss(y, o, log_input=False),
        ),
        lambda: Training(
            counts(),
            mlp([5, 32, 1], last=nn.Softplus()),
            lambda p: torch.optim.NAdam(p, lr=5e-3),
            lambda o, y: F.poisson_nll_loss(o, y, log_input=False),
        ),
    ),
    fault(
        "published: the percentage error of rain, most days have none to speak of",
        "wrong-loss target-scale",
        lambda: Training(rain(), mlp([5, 32, 1], nn.ELU), adam(5e-3), percentage),
        lambda: Training(rain(), mlp([5, 32, 1], nn.ELU), adam(5e-3)),
    ),
    fault(
        "published: softmax in forward and again in the loss, twenty intents, GRU",
        "wrong-output-activation",
        lambda: Training(intents(), reader(ends=nn.Softmax(1)), adam(2e-3), steps=120),
        lambda: Training(intents(), reader(), adam(2e-3), steps=120),
    ),
    fault(
        "published: a layer norm over the only output",
        "wrong-output-activation vanishing-gradients",
        lambda: Training(
            friedman(),
            mlp([10, 32, 1], last=nn.LayerNorm(1)),
            lambda p: torch.optim.RMSprop(p, lr=5e-3),
        ),
        lambda: Training(friedman(), mlp([10, 32, 1]), lambda p: torch.optim.RMSprop(p, lr=5e-3)),
    ),
    fault(
        "published: rectified logits for the loss of yes or no, tiny scans",
        "wrong-output-activation",
        lambda: Training(scans(), looking(nn.ReLU), adam(3e-3), steps=150, **BY_LOSS),
        lambda: Training(scans(), looking(), adam(3e-3), steps=150, **BY_LOSS),
    ),
    fault(
        "published: cross-entropy of every pixel, 0..255, an autoencoder",
        "target-scale wrong-loss input-scale",
        lambda: Training(
            digits("bytes").onto_itself(),
            mlp([64, 32, 64], last=nn.Sigmoid()),
            adam(3e-3),
            by_pixel,
        ),
        lambda: Training(
            digits("unit").onto_itself(),
            mlp([64, 32, 64], last=nn.Sigmoid()),
            adam(1e-2),
            by_pixel,
        ),
    ),
    fault(
        "published: dropout after the last layer, three sizes to be predicted",
        "over-regularized wrong-output-activation",
        lambda: Training(
            three_sizes(),
            mlp([5, 48, 3], last=nn.Dropout(0.6)),
            lambda p: torch.optim.AdamW(p, lr=1e-2),
        ),
        lambda: Training(three_sizes(), mlp([5, 48, 3]), lambda p: torch.optim.AdamW(p, lr=1e-2)),
    ),
    fault(
        "published: cosines as logits, without a scale",
        "wrong-output-activation",
        lambda: Training(intents(), angles(1.0), adam(2e-2), steps=150, **BY_LOSS),
        lambda: Training(intents(), angles(10.0), adam(2e-2), steps=150, **BY_LOSS),
    ),
    fault(
        "published: a hard tanh around the logits, twenty intents",
        "wrong-output-activation",
        lambda: Training(intents(), reader(ends=nn.Hardtanh()), adam(5e-3), steps=120, **BY_LOSS),
        lambda: Training(intents(), reader(), adam(5e-3), steps=120, **BY_LOSS),
    ),
)
