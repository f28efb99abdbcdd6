"""Data and losses of healthy.py, all synthetic, and trainings that need a few lines."""

from functools import cache
from typing import Any

import torch

from ...data import Data, as_data


def _drawn(seed: int, *shape: int) -> tuple[Any, torch.Generator]:
    g = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=g), g


@cache
def wages() -> Data:
    """Return six inputs and wages of which they explain a third."""
    x, g = _drawn(1, 1500, 6)
    y = 0.7 * (x[:, :1] * 1.3).tanh() + 0.4 * x[:, 1:2] * (x[:, 2:3] > 0)
    return standardised_targets(as_data(x, y + 0.8 * torch.randn(1500, 1, generator=g), "numbers"))


@cache
def returns() -> Data:
    """Return ten signals and a return of which they explain a twentieth."""
    x, g = _drawn(2, 3000, 10)
    y = x @ torch.linspace(-0.5, 0.5, 10)[:, None] / 4 + torch.randn(3000, 1, generator=g)
    return as_data(x, y, "numbers")


def standardised_targets(data: Data) -> Data:
    mean, spread = data.y.mean(0), data.y.std(0)
    return data.targets(lambda y: (y - mean) / spread)


@cache
def ranks_in_turn() -> Data:
    """Return a linear map whose three directions matter equally, and are learned in turn."""
    x, g = _drawn(3, 800, 8)
    x[:, :3] *= torch.tensor([2.0, 1.0, 0.5])
    turned, _ = torch.linalg.qr(torch.randn(3, 3, generator=g))
    y = x[:, :3] * torch.tensor([0.5, 1.0, 2.0]) @ turned
    return as_data(x, y + 0.1 * torch.randn(800, 3, generator=g), "numbers")


@cache
def chances(rare: float = 0.0) -> Data:
    """Return a yes or no that eight inputs only make likely; rare: what is taken off the logit."""
    x, g = _drawn(4, 2000, 8)
    logit = 0.8 * x[:, :1] - 0.6 * x[:, 1:2] + 0.4 * x[:, 2:3] - rare
    return as_data(x, (torch.rand(2000, 1, generator=g) < logit.sigmoid()).float(), "binary")


@cache
def spectra() -> Data:
    """Return five inputs and a hundred outputs, curves that they shape."""
    x, g = _drawn(5, 600, 5)
    at = torch.linspace(0, 3, 100)
    y = (x[:, :1] + at).sin() + 0.5 * x[:, 1:2] * at.cos() + 0.3 * (x[:, 2:3] * at).tanh()
    return as_data(x, y + 0.1 * torch.randn(600, 100, generator=g), "numbers")


@cache
def species() -> Data:
    """Return twenty classes of which each is rarer than the one before."""
    _, g = _drawn(6, 1)
    y = torch.multinomial(1 / torch.arange(1.0, 21) ** 1.2, 1500, True, generator=g)
    centre = 1.2 * torch.randn(20, 8, generator=g)
    return as_data(centre[y] + torch.randn(1500, 8, generator=g), y, "classes")


@cache
def stars() -> Data:
    """Return pairs of a user and an item, and how the one likes the other."""
    _, g = _drawn(7, 1)
    user, item = (torch.randint(n, (2500,), generator=g) for n in (60, 40))
    u, i = torch.randn(60, 3, generator=g), torch.randn(40, 3, generator=g)
    y = 0.6 * (u[user] * i[item]).sum(1) + 0.3 * torch.randn(2500, generator=g)
    return as_data(torch.stack([user, item], 1), y[:, None], "numbers")


@cache
def claims() -> Data:
    """Return six inputs and amounts with a tail so heavy that it has no variance; held: clean."""
    x, g = _drawn(8, 900, 6)
    y = 2 * x[:, :1] + (2 * x[:, 1:2]).sin()
    tail = torch.randn(900, 1, generator=g) / torch.rand(900, 1, generator=g).sqrt()
    data = as_data(x, y + 0.5 * tail, "numbers")
    held = 2 * data.x_held[:, :1] + (2 * data.x_held[:, 1:2]).sin()
    return data._replace(y_held=held)


@cache
def heating(ahead: int = 1) -> Data:
    """Return windows of 24 hours of a noisy series with days, and what comes next."""
    noise, _ = _drawn(10, 900)
    t = torch.arange(900.0)
    series = (t / 24 * 6.2832).sin() + 0.5 * (t / 12 * 6.2832).cos() + 0.001 * t + 0.3 * noise
    series = (series - series.mean()) / series.std()
    x = series.unfold(0, 24, 1)[:-ahead]
    return as_data(x, series[23 + ahead :][:, None], "numbers")


@cache
def powers() -> Data:
    """Return the powers one to six of a number in [-1, 1], and a polynomial's noisy value."""
    z, g = _drawn(11, 500, 1)
    z = (z / 1.5).clamp(-1, 1)
    y = 2 * z**3 - z + 0.5 * z**2 + 0.1 * torch.randn(500, 1, generator=g)
    return as_data(torch.cat([z**k for k in range(1, 7)], 1), y, "numbers")


@cache
def patients() -> Data:
    """Return inputs and the time until an event, and whether it was seen or the study ended."""
    x, g = _drawn(12, 900, 7)
    hazard = (0.8 * x[:, :1] - 0.5 * x[:, 1:2]).exp()
    time = -torch.rand(900, 1, generator=g).log() / hazard
    end = 2 * torch.rand(900, 1, generator=g)
    seen = (time <= end).float()
    return as_data(x, torch.cat([torch.minimum(time, end), seen], 1), "numbers")


def cox(o: Any, y: Any) -> Any:
    """Return minus the partial likelihood of who fares badly first."""
    order = y[:, 0].argsort(descending=True)
    risk, seen = o[order, 0], y[order, 1]
    return -((risk - risk.logcumsumexp(0)) * seen).sum() / seen.sum().clamp(min=1)


def gamma(o: Any, y: Any) -> Any:
    """Return minus the likelihood of small positive amounts, but for a constant."""
    return (o + y * (-o).exp()).mean()


@cache
def dark() -> Data:
    """Return five inputs and positive amounts about one hundredth."""
    x, g = _drawn(13, 700, 5)
    mean = 0.01 * (0.7 * x[:, :1] + 0.5 * x[:, 1:2].abs()).exp()
    return as_data(x, -mean * torch.rand(700, 1, generator=g).clamp(min=1e-6).log(), "numbers")
