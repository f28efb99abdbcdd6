"""Questions as beginners ask them: data read, scaled or joined wrongly.

The ideas are those of public questions and of studies of bugs; programs and data are new.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import Data, digits, wine
from ...habits import adam, sgd
from ...nets import mlp
from .asked_parts import (
    Letters,
    Plain,
    bicycles,
    columns,
    dice,
    houses,
    names,
    reviews,
    spectra,
    squares,
)


def of_wines(change: Any) -> Training:
    data = wine(raw=True)
    data = data.inputs(lambda x: change(x, data.x))
    return Training(data, mlp([13, 16, 3], nn.Tanh), sgd(0.1), steps=200, batch=16)


def by_column(x: Any, seen: Any) -> Any:
    return (x - seen.mean(0)) / seen.std(0)


def of_houses(change: Any) -> Training:
    return Training(
        houses().inputs(change), Plain(5, 32, 1, F.leaky_relu), sgd(0.03, 0.9), steps=250
    )


def scans(change: Any) -> Training:
    """Return images in the units of a scanner: air is -1000, bone beyond a thousand."""
    net = nn.Sequential(
        nn.Conv2d(1, 6, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(96, 1)
    )
    data = squares().inputs(lambda x: change(1800 * x - 900))
    return Training(data, net, sgd(0.01, 0.9), nn.SmoothL1Loss(), steps=150)


def town(standard: bool) -> Training:
    """Return degrees of places in a town, and noise at night, a wave over the town."""
    x = torch.randn(700, 2, generator=dice(41))
    y = torch.sin(2 * x[:, :1]) + torch.cos(1.5 * x[:, 1:]) - 0.3
    x = x if standard else torch.tensor([48.14, 11.58]) + 0.03 * x
    data = Data(x[:500], y[:500], x[500:], y[500:], "numbers")
    return Training(data, Plain(2, 32, 1, torch.tanh), adam(1e-2), steps=250)


def per_hour(unit: float) -> Training:
    """Count what is hired by the hour, a few hundred, or in units of their spread."""
    data = bicycles().targets(lambda y: unit * (y + 2.5))
    return Training(data, Plain(4, 32, 1, F.relu), adam(1e-2), steps=250)


def metals(right: bool) -> Training:
    """Read a file of forty lines, one a channel: transposed, or only reshaped."""
    data = spectra()
    lines = data.x.T.contiguous()
    data = data._replace(x=lines.T if right else lines.reshape(-1, 40))
    return Training(data, mlp([40, 32, 8]), adam(5e-3), steps=200)


def scaled_labels(of: float) -> Training:
    data = digits("unit").learned(lambda y: (y / of).long())
    return Training(data, mlp([64, 32, 10]), adam(5e-3), steps=200)


def joined(data: Data, model: Any, share: float) -> Training:
    """Return a training whose answers were put in another order, in a part of the rows."""

    def mixed(y: Any) -> Any:
        n = int(share * len(y))
        return torch.cat([y[:n][torch.randperm(n, generator=dice(43))], y[n:]])

    return Training(data.learned(mixed), model, adam(1e-2), steps=200)


ASKED_DATA: Final[tuple[Case, ...]] = (
    fault(
        "published: wines less the mean of the whole table, by its one spread",
        "input-scale",
        lambda: of_wines(lambda x, seen: (x - seen.mean()) / seen.std()),
        lambda: of_wines(by_column),
    ),
    fault(
        "published: preprocessing.normalize on the rows of a table of houses",
        "input-scale",
        lambda: of_houses(lambda x: F.normalize(x, dim=1)),
        lambda: of_houses(columns),
    ),
    fault(
        "published: scans in Hounsfield units, from -1000, momentum",
        "input-scale exploding-gradients nonfinite",
        lambda: scans(lambda x: x),
        lambda: scans(lambda x: x / 900),
    ),
    fault(
        "published: places in degrees, the town is a tenth of a degree wide",
        "input-scale",
        lambda: town(False),
        lambda: town(True),
    ),
    fault(
        "published: hired bicycles by the hour, five hundred of them, Adam",
        "target-scale",
        lambda: per_hour(200.0),
        lambda: per_hour(1.0),
    ),
    fault(
        "published: a file of forty lines reshaped to forty columns, metals",
        "label-mismatch",
        lambda: metals(False),
        lambda: metals(True),
    ),
    fault(
        "published: labels divided by nine with the pixels and made whole, digits",
        "label-mismatch",
        lambda: scaled_labels(9),
        lambda: scaled_labels(1),
    ),
    fault(
        "published: half of the reviews joined to the marks in another order",
        "label-mismatch",
        lambda: joined(reviews(), Letters(1, None, 80), 0.5),
        lambda: joined(reviews(), Letters(1, None, 80), 0.0),
    ),
    fault(
        "published: df.sample(frac=1) on the names, the languages stay where they were",
        "label-mismatch",
        lambda: joined(names(), Letters(6), 1.0),
        lambda: joined(names(), Letters(6), 0.0),
    ),
)
