"""Questions as beginners ask them: outputs and losses that do not fit what is to be learned.

The ideas are those of public questions and of studies of bugs; programs and data are new.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import Data
from ...habits import adam, sgd
from .asked_parts import (
    Forecast,
    Letters,
    Plain,
    bicycles,
    columns,
    ground,
    houses,
    names,
    spam,
    spectra,
    squares,
    warmth,
)


def priced() -> Data:
    return houses().inputs(columns)


def languages(end: Any) -> Training:
    return Training(names(), Letters(6, end), sgd(0.03, 0.9), nn.CrossEntropyLoss(), steps=200)


def tomorrow(end: Any) -> Training:
    return Training(warmth(), Forecast(nn.LSTM, 16, end), adam(1e-2), F.mse_loss, steps=120)


def metals(end: Any) -> Training:
    return Training(spectra(), Plain(40, 32, 8, F.relu, end), adam(5e-3), F.nll_loss, steps=200)


def prices(end: Any) -> Training:
    return Training(priced(), Plain(5, 24, 1, torch.tanh, end), adam(1e-2), steps=250)


def seen(loss: Any) -> Training:
    """Tell the side of a square from its image."""
    net = nn.Sequential(nn.Conv2d(1, 6, 3, 2), nn.ELU(), nn.Flatten(), nn.Linear(96, 1))
    return Training(squares(), net, lambda p: torch.optim.RMSprop(p, 3e-3), loss, steps=200)


def letters(end: Any) -> Training:
    return Training(spam(), Plain(60, 16, 1, F.relu, end), adam(1e-2), steps=150)


def hired(loss: Any) -> Training:
    return Training(bicycles(), Plain(4, 32, 1, torch.tanh), adam(1e-2), loss, steps=250)


def places(over: int) -> Training:
    """Give the logarithms of shares over the classes (1) or over the rows of the image (2)."""
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(8, 3, 3, padding=1),
        nn.LogSoftmax(dim=over),
    )
    return Training(ground(), net, adam(1e-2), nn.NLLLoss(), steps=150, batch=16)


def unlike(o: Any, y: Any) -> Any:
    """Return one less the cosine between all answers and all outputs."""
    return 1 - F.cosine_similarity(o, y, dim=0).mean()


ASKED_OUTPUTS: Final[tuple[Case, ...]] = (
    fault(
        "published: six languages of names, F.softmax before nn.CrossEntropyLoss, momentum",
        "wrong-output-activation",
        lambda: languages(lambda o: F.softmax(o, dim=1)),
        lambda: languages(None),
    ),
    fault(
        "published: degrees of tomorrow divided by ten, up to three, F.tanh ends the LSTM",
        "wrong-output-activation",
        lambda: tomorrow(lambda o: torch.tanh(o[:, 0])),
        lambda: tomorrow(None),
    ),
    fault(
        "published: F.nll_loss of sigmoids, all of them go up, metals",
        "wrong-output-activation wrong-loss",
        lambda: metals(torch.sigmoid),
        lambda: metals(lambda o: F.log_softmax(o, dim=1)),
    ),
    fault(
        "published: prices are exp of the last map, and were standardised since",
        "wrong-output-activation",
        lambda: prices(torch.exp),
        lambda: prices(None),
    ),
    fault(
        "published: F.log_softmax over the one column of yes or no, letters",
        "wrong-output-activation",
        lambda: letters(lambda o: F.log_softmax(o, dim=1)),
        lambda: letters(None),
    ),
    fault(
        "published: nn.BCEWithLogitsLoss for numbers on both sides of nought, bicycles",
        "wrong-loss",
        lambda: hired(nn.BCEWithLogitsLoss()),
        lambda: hired(nn.MSELoss()),
    ),
    fault(
        "published: one less the cosine of a column of sides, their size is lost",
        "wrong-loss",
        lambda: seen(unlike),
        lambda: seen(nn.MSELoss()),
    ),
    fault(
        "published: LogSoftmax over the rows of the image, water, field or road",
        "wrong-output-activation",
        lambda: places(2),
        lambda: places(1),
    ),
)
