"""Questions as beginners ask them, to which the answer is: nothing is wrong.

Programs and data are new.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training
from ...data import Data
from ...habits import adam, sgd
from ...nets import Passing, mlp
from .asked_parts import (
    Forecast,
    Letters,
    Plain,
    bicycles,
    columns,
    dice,
    houses,
    names,
    spam,
    spectra,
    warmth,
)


def brier(o: Any, y: Any) -> Any:
    """Return the squared error of shares of eight metals."""
    return F.mse_loss(F.softmax(o, dim=1), F.one_hot(y, 8).float())


def share() -> Data:
    """Return which share of the bicycles is hired, never none and never all."""
    return bicycles().targets(lambda y: torch.sigmoid(y))


def visits() -> Data:
    return bicycles().targets(lambda y: torch.poisson((y + 1).exp(), generator=dice(47)))


def doubtful() -> Data:
    """Return names of which a quarter is given a language by chance."""

    def some(y: Any) -> Any:
        guess = torch.randint(6, y.shape, generator=dice(53))
        return torch.where(torch.rand(y.shape, generator=dice(59)) < 0.25, guess, y)

    return names().learned(some)


def flat() -> nn.Module:
    return Passing(lambda m, x: m.net(x).squeeze(-1), net=mlp([60, 16, 1]))


ASKED_HEALTHY: Final[tuple[Case, ...]] = (
    Case(
        "is it a bug: outputs and answers both squeezed to [N], letters",
        lambda: Training(spam().targets(lambda y: y.squeeze(-1)), flat(), adam(5e-3), steps=150),
    ),
    Case(
        "is it a bug: softmax within the loss, squared errors of a tenth, metals",
        lambda: Training(spectra(), Plain(40, 32, 8, F.relu), adam(5e-3), brier, steps=200),
    ),
    Case(
        "is it a bug: nn.BCELoss for shares, and it stays near six tenths",
        lambda: Training(
            share(), Plain(4, 32, 1, torch.tanh, torch.sigmoid), adam(1e-2), nn.BCELoss(), steps=250
        ),
    ),
    Case(
        "is it a bug: exp ends the net and the loss is below nought, visits",
        lambda: Training(
            visits(),
            Plain(4, 24, 1, torch.tanh, torch.exp),
            adam(1e-2),
            nn.PoissonNLLLoss(log_input=False),
            steps=200,
        ),
    ),
    Case(
        "is it a bug: a quarter of the languages is guessed, the loss stays above one",
        lambda: Training(doubtful(), Letters(6), adam(1e-2), steps=200),
    ),
    Case(
        "is it a bug: tanh ends the forecast, stretched to fifty degrees either way",
        lambda: Training(
            warmth(),
            Forecast(nn.GRU, 16, lambda o: 5 * torch.tanh(o[:, 0] / 2)),
            adam(1e-2),
            steps=90,
        ),
    ),
    Case(
        "is it a bug: the last map of a table of houses starts at nought",
        lambda: Training(houses().inputs(columns), ended_at_nought(), sgd(0.05, 0.9), steps=200),
    ),
)


def ended_at_nought() -> nn.Module:
    net = Plain(5, 24, 1, torch.tanh)
    nn.init.zeros_(net.fc3.weight)
    nn.init.zeros_(net.fc3.bias)
    return net
