"""Programs as beginners post them: data read or scaled wrongly.

Re-made after questions asked in public and after the studies of bugs; written anew.
"""

from typing import Final

import torch
from torch import nn

from ...case import Case, Training, fault
from ...data import Data, as_data, digits, friedman
from ...habits import adam, sgd
from ...nets import Recurrent, conv, mlp
from .forum_parts import dice, ratings, table, wandering


def sentinel(value: float) -> Data:
    """Return Friedman's inputs of unit spread, a twentieth of them missing: they hold a value."""
    gone = torch.rand(800, 10, generator=dice()) < 0.05
    data = friedman().inputs(lambda x: (x - 0.5) * 3.4)
    n = len(data.x)
    return data._replace(
        x=data.x.masked_fill(gone[:n], value), x_held=data.x_held.masked_fill(gone[n:], value)
    )


def failed_sensor(kept: bool) -> Data:
    """Return rows whose answer is -999 where the sensor failed, one in thirty, or without them."""
    x, y = table()
    data = as_data(x, y, "numbers")
    bad = torch.arange(len(data.y)) % 30 == 0
    if kept:
        return data.learned(lambda y: torch.where(bad[:, None], torch.tensor(-999.0), y))
    return data._replace(x=data.x[~bad], y=data.y[~bad])


def measured(power: int) -> Data:
    """Return columns in many units, divided by their spread to a power: 1, or 2 by mistake."""
    x, y = table()
    spread = torch.tensor([300.0, 2.0, 0.01, 40.0, 0.2])
    return as_data(x * spread / spread**power, y, "numbers")


def frequencies(by: float) -> Data:
    """Return how often each of 120 words occurs in long texts, and the topic, one of four."""
    g = dice()
    topic = torch.randint(4, (800,), generator=g)
    rate = torch.rand(4, 120, generator=g)[topic] + 1
    often = torch.poisson(8 * rate, generator=g)
    share = often / often.sum(1, keepdim=True)
    return as_data((share - 1 / 120) * by, topic, "classes")


def squeezed(clipped: bool) -> Data:
    """Return columns brought to [0, 1] by their least and largest; each has one wild number."""
    x, y = table()
    wild = x.clone()
    wild[torch.arange(5), torch.arange(5)] = 400.0
    wild = wild.clamp(-3, 3) if clipped else wild
    low, high = wild.min(0).values, wild.max(0).values
    return as_data((wild - low) / (high - low), y, "numbers")


def ratio(floor: float) -> Data:
    """Return columns and the ratio of two of them, the lower one at times next to nothing."""
    x, y = table()
    lower = torch.rand(700, 1, generator=dice(3)) * (torch.rand(700, 1, generator=dice(4)) > 0.04)
    return as_data(torch.cat([x, x[:, :1].abs() / (lower + floor)], 1), y, "numbers")


def faces(scaled: bool) -> Data:
    """Return images whose grain tells an age, in years or of zero mean and unit spread."""
    g = dice()
    age = 20 + 60 * torch.rand(600, 1, generator=g)
    x = torch.randn(600, 1, 8, 8, generator=g) * age[:, :, None, None] / 150
    return as_data(x, (age - 50) / 17.3 if scaled else age, "numbers")


def marks(raw: bool) -> Data:
    """Return what pupils did and their marks, in points or of zero mean and unit spread."""
    return ratings().targets(lambda y: 20 * y if raw else (y - 3) / 1.1)


def figures() -> nn.Module:
    return mlp([64, 32, 32, 10], nn.Tanh)


def load(kilowatts: bool) -> Data:
    """Return a day of the grid's load, scaled, and the load to come; that may be in kilowatts."""
    return wandering().targets(lambda y: 31_000 + 4_000 * y if kilowatts else y)


FORUM_DATA: Final[tuple[Case, ...]] = (
    fault(
        "published: missing numbers written as -9999",
        "input-scale",
        lambda: Training(sentinel(-9999.0), mlp([10, 32, 1]), adam(5e-3)),
        lambda: Training(sentinel(0.0), mlp([10, 32, 1]), adam(5e-3)),
    ),
    fault(
        "published: missing numbers written as -99, tanh",
        "input-scale saturation",
        lambda: Training(sentinel(-99.0), mlp([10, 32, 1], nn.Tanh), adam(5e-3), steps=250),
        lambda: Training(sentinel(0.0), mlp([10, 32, 1], nn.Tanh), adam(5e-3), steps=250),
    ),
    fault(
        "published: the answer is -999 where the sensor failed",
        "target-scale label-mismatch",
        lambda: Training(failed_sensor(True), mlp([5, 32, 1]), adam(1e-2)),
        lambda: Training(failed_sensor(False), mlp([5, 32, 1]), adam(1e-2)),
    ),
    fault(
        "published: columns divided by their variance, not by their spread",
        "input-scale",
        lambda: Training(
            measured(2), mlp([5, 32, 1], nn.Tanh), lambda p: torch.optim.RMSprop(p, lr=5e-3)
        ),
        lambda: Training(
            measured(1), mlp([5, 32, 1], nn.Tanh), lambda p: torch.optim.RMSprop(p, lr=5e-3)
        ),
    ),
    fault(
        "published: shares of words, each about a hundredth",
        "input-scale learning-rate-too-low",
        lambda: Training(frequencies(1.0), mlp([120, 16, 4]), sgd(0.1), steps=250),
        lambda: Training(frequencies(400.0), mlp([120, 16, 4]), sgd(0.1), steps=250),
    ),
    fault(
        "published: columns brought to [0, 1], one wild number in each",
        "input-scale",
        lambda: Training(squeezed(False), mlp([5, 32, 1]), adam(1e-2), steps=250),
        lambda: Training(squeezed(True), mlp([5, 32, 1]), adam(1e-2), steps=250),
    ),
    fault(
        "published: a ratio to almost nothing, plus 1e-6",
        "input-scale",
        lambda: Training(ratio(1e-6), mlp([6, 32, 1]), adam(5e-3)),
        lambda: Training(ratio(0.3), mlp([6, 32, 1]), adam(5e-3)),
    ),
    fault(
        "published: a ratio to nothing at all",
        "nonfinite input-scale",
        lambda: Training(ratio(0.0), mlp([6, 32, 1]), sgd(0.05)),
        lambda: Training(ratio(0.3), mlp([6, 32, 1]), sgd(0.05)),
    ),
    fault(
        "published: ages in years from tiny faces",
        "target-scale",
        lambda: Training(faces(False), conv(outputs=1), adam(1e-3), steps=120),
        lambda: Training(faces(True), conv(outputs=1), adam(3e-3), steps=120),
    ),
    fault(
        "published: the load of the grid in kilowatts, GRU",
        "target-scale",
        lambda: Training(load(True), Recurrent(nn.GRU, 1, 12, 1), adam(1e-2), steps=120),
        lambda: Training(load(False), Recurrent(nn.GRU, 1, 12, 1), adam(1e-2), steps=120),
    ),
    fault(
        "published: marks of nought to a hundred, tanh, Adam",
        "target-scale",
        lambda: Training(marks(True), mlp([5, 32, 1], nn.Tanh), adam(5e-3), steps=250),
        lambda: Training(marks(False), mlp([5, 32, 1], nn.Tanh), adam(5e-3), steps=250),
    ),
    fault(
        "published: the mean of the bytes taken off, and nothing divided, tanh",
        "input-scale saturation",
        lambda: Training(digits("bytes").inputs(lambda x: x - 78), figures(), sgd(0.1)),
        lambda: Training(digits("bytes").inputs(lambda x: (x - 78) / 96), figures(), sgd(0.1)),
    ),
)
