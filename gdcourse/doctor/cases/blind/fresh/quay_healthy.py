"""Healthy runs of a harbour that look odd: kept clear, unbent, uphill, held fast, thinned."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training
from ...data import plane
from ...habits import adam, clipped, sgd
from .quay_parts import Stack, bars, battery, gestures, soils, spectra


def cleared_last(t: Training, x: Any, y: Any) -> Any:
    """Add up the gradients of three losses, step, and clear by hand at the very end."""
    total = 0.0
    for _ in range(3):
        loss = t.loss_fn(t.model(x + 0.1 * torch.randn_like(x)), y) / 3
        loss.backward()
        total += loss.item()
    t.optimizer.step()
    for p in t.model.parameters():
        p.grad = None
    return total


def attacked(reach: float) -> Any:
    """Move the pictures uphill by the sign of their gradient, and learn from those."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        x = x.clone().requires_grad_()
        (g,) = torch.autograd.grad(t.loss_fn(t.model(x), y), x)
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model((x + reach * g.sign()).detach()), y)
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


class Added(nn.Module):
    """A map that was fitted elsewhere and is frozen, and one of rank two from nought."""

    def __init__(self) -> None:
        super().__init__()
        data = plane(12)
        fitted = torch.linalg.lstsq(data.x, data.y).solution.T
        self.body = nn.Linear(12, 3)
        self.body.weight.data = fitted.repeat(3, 1)
        self.body.requires_grad_(False)
        self.down, self.up = nn.Linear(12, 2, bias=False), nn.Linear(2, 3, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, x):
        return self.body(x) + self.up(self.down(x))


def moved() -> Any:
    """Return three tasks near the one the map was fitted to."""
    data = plane(12)
    more = torch.randn(12, 3, generator=torch.Generator().manual_seed(90))
    more[:, 2] = more[:, 0] - more[:, 1]
    whole = data._replace(
        y=data.y + 0.4 * data.x @ more, y_held=data.y_held + 0.4 * data.x_held @ more
    )
    return whole


class Reservoir(nn.Module):
    """A drawn recurrent net that stays as it is; its last state is read linearly."""

    def __init__(self, width: int = 60):
        super().__init__()
        self.rnn, self.read = nn.RNN(1, width, batch_first=True), nn.Linear(width, 1)
        own: Any = self.rnn.weight_hh_l0
        nn.init.orthogonal_(own, 0.9)
        self.rnn.requires_grad_(False)

    def forward(self, x):
        return self.read(self.rnn(x)[1][-1])


def summed(o: Any, y: Any) -> Any:
    return F.mse_loss(o, y, reduction="sum")


def selu_start() -> Any:
    model = Stack(10, *[32] * 10, 6, act=F.selu)
    for p in model.parameters():
        if p.ndim > 1:
            nn.init.normal_(p, 0.0, p.shape[1] ** -0.5)
    return model


def smoothed(o: Any, y: Any) -> Any:
    return F.cross_entropy(o, y, label_smoothing=0.3)


QUAY_HEALTHY: Final[tuple[Case, ...]] = (
    Case(
        "is it sound: three noisy copies of a batch, the gradients set to None at the end, soils",
        lambda: Training(soils(), Stack(10, 40, 6), sgd(0.2, 0.5), habit=cleared_last, steps=150),
    ),
    Case(
        "is it sound: bars moved uphill by four tenths before each step, the loss stays up",
        lambda: Training(
            bars(),
            nn.Sequential(
                nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 4)
            ),
            adam(3e-3),
            habit=attacked(0.4),
            steps=120,
        ),
    ),
    Case(
        "is it sound: a frozen map, and one of rank two from nought added, no bend anywhere",
        lambda: Training(moved(), Added(), adam(0.03), steps=250),
    ),
    Case(
        "is it sound: a reservoir that is never trained, read by a line, a battery",
        lambda: Training(battery(), Reservoir(), adam(0.02), steps=200),
    ),
    Case(
        "is it sound: squares summed over lines and rows, gradients of hundreds, clipped",
        lambda: Training(
            spectra(), Stack(32, 40, 8, 40, 32), adam(5e-3), summed, batch=64, habit=clipped(50.0)
        ),
    ),
    Case(
        "is it sound: ten layers of SELU, gradients of like size, plain descent, soils",
        lambda: Training(soils(), selu_start(), sgd(0.02), steps=200),
    ),
    Case(
        "is it sound: labels smoothed by three tenths, half of the units dropped, gestures",
        lambda: Training(
            gestures(), Stack(72, 128, 5, drop=0.5), adam(3e-3, weight_decay=1e-3), smoothed
        ),
    ),
)
