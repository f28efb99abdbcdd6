"""Data and losses of code.py."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Training
from ...data import Data, as_data
from .series import chances


@cache
def counted() -> Data:
    """Return how often 40 words occur in a text, one of four topics; some texts are empty."""
    g = torch.Generator().manual_seed(0)
    topic = torch.randint(4, (800,), generator=g)
    often = torch.where(torch.arange(40) % 4 == topic[:, None], 0.6, 0.25)
    x = torch.poisson(often, generator=g)
    x[::160] = 0
    data = as_data(x, topic, "classes")
    full = data.x_held.sum(1) > 0
    return data._replace(x_held=data.x_held[full], y_held=data.y_held[full])


@cache
def visits() -> Data:
    """Return numbers of visits whose logarithm bends with six inputs (synthetic)."""
    g = torch.Generator().manual_seed(0)
    x = torch.randn(700, 6, generator=g)
    rate = (0.5 + x[:, :1].abs() - 0.5 * x[:, 1:2]).exp()
    return as_data(x, torch.poisson(rate, generator=g), "numbers")


@cache
def directions() -> Data:
    """Return three readings of a compass and the direction, of length one (synthetic)."""
    g = torch.Generator().manual_seed(0)
    a = 4 * torch.rand(600, 1, generator=g) - 2
    x = torch.cat([a / 2, (a + 0.5).sin(), (2 * a).cos()], 1)
    return as_data(x, torch.cat([a.cos(), a.sin()], 1), "numbers")


@cache
def debugged(small: bool) -> Data:
    """Return a yes or no that is only likely; small: forty rows, again and again."""
    data = chances()
    few = data._replace(x=data.x[:40].repeat(30, 1), y=data.y[:40].repeat(30, 1))
    return few if small else data


def four_at_a_time(zero: bool) -> Any:
    """Step after every fourth backward pass; then forget the gradient, or do not."""
    count = 0

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal count
        loss = t.loss_fn(t.model(x), y)
        (loss / 4).backward()
        count += 1
        if count % 4 == 0:
            t.optimizer.step()
            if zero:
                t.optimizer.zero_grad()
        return loss

    return habit


def dice(o: Any, y: Any) -> Any:
    """Return the overlap of a mask and the truth, which is to be large."""
    o = o.sigmoid()
    return (2 * (o * y).sum((1, 2, 3)) / (o + y).sum((1, 2, 3)).clamp(min=1)).mean()


def rates(o: Any, y: Any) -> Any:
    """Return Poisson's likelihood of outputs that are the counts' logarithms."""
    return F.poisson_nll_loss(o, y)


def taken_as_rates(o: Any, y: Any) -> Any:
    """Return Poisson's likelihood of outputs that are the rates themselves."""
    return F.poisson_nll_loss(o, y, log_input=False)


def angle(o: Any, y: Any) -> Any:
    return torch.acos((F.normalize(o) * y).sum(1)).mean()


def safe_angle(o: Any, y: Any) -> Any:
    return torch.acos((F.normalize(o) * y).sum(1).clamp(-1 + 1e-6, 1 - 1e-6)).mean()


def painter() -> nn.Module:
    return nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 3, padding=1))
