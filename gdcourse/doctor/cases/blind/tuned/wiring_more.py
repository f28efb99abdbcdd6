"""More of the wiring: states cut off, branches forgotten, signs, schedules that misunderstand."""

from functools import cache
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault, usual
from ...data import Data, as_data, blobs, diabetes, digits, friedman, pictures
from ...habits import adam, sgd
from ...nets import Bag, Passing, Residual, conv, mlp
from ...sequences import phrases


@cache
def asked_before(length: int = 8) -> Data:
    """Return sequences that begin with a number to be remembered, and noise (synthetic)."""
    x = torch.randn(600, length, 1, generator=torch.Generator().manual_seed(3))
    return as_data(x, torch.tanh(2 * x[:, 0]), "numbers")


class Stepping(nn.Module):
    """A cell in a loop, whose state may be detached at every step, not only between batches."""

    def __init__(self, cut: bool):
        super().__init__()
        self.cut = cut
        self.cell, self.out = nn.GRUCell(1, 10), nn.Linear(10, 1)

    def forward(self, x):
        h = x.new_zeros(len(x), 10)
        for now in x.unbind(1):
            h = self.cell(now, h.detach() if self.cut else h)
        return self.out(h)


class Branches(nn.Module):
    """Two branches; one may be kept in a dict, which is no module, and is the wider one."""

    def __init__(self, registered: bool):
        super().__init__()
        parts = {"wide": mlp([10, 6], last=nn.Tanh()), "narrow": nn.Linear(10, 1)}
        self.parts: Any = nn.ModuleDict(parts) if registered else parts
        self.narrow = parts["narrow"]
        self.out = nn.Linear(7, 1)

    def forward(self, x):
        return self.out(torch.cat([self.parts["wide"](3 * x - 1.5), self.narrow(x)], 1))


def nll(sign: float) -> Any:
    return lambda o, y: sign * F.nll_loss(F.log_softmax(o, dim=1), y)


def likelihood(sign: float) -> Any:
    """Return the loss of a mean and of a spread that is the same for all."""

    def habit(t: Any, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        log_var = t.model.log_var
        loss = 0.5 * (log_var + sign * (y - t.model(x)).square() / log_var.exp()).mean()
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


def with_spread() -> nn.Module:
    model: Any = Passing(lambda m, x: m.net(x), net=mlp([10, 16, 1], nn.Tanh))
    model.log_var = nn.Parameter(torch.zeros(1))
    return model


def on_plateau(mode: Any) -> Any:
    """Let the rate fall if the loss gets no better, where better may have been taken for larger."""
    schedule: Any = None
    losses: list[float] = []

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal schedule
        schedule = schedule or torch.optim.lr_scheduler.ReduceLROnPlateau(
            t.optimizer, mode=mode, patience=2, factor=0.1
        )
        loss = usual(t, x, y)
        losses.append(float(loss.detach()))
        if len(losses) % 5 == 0:
            schedule.step(sum(losses[-5:]) / 5)
        return loss

    return habit


def warmed(whole: bool, steps: int = 400) -> Any:
    """Warm up over some steps; with // the factor is nought before the last of them."""
    return lambda o: torch.optim.lr_scheduler.LambdaLR(
        o, lambda k: float(k // steps) if whole else min(1.0, 10 * (k + 1) / steps)
    )


def over_batch(axis: int) -> Any:
    return lambda o, y: F.nll_loss(F.log_softmax(o, dim=axis), y)


WIRING_MORE: Final[tuple[Case, ...]] = (
    fault(
        "published: the state detached at every step, the first number is asked for",
        "plateau vanishing-gradients untrained-parameters",
        lambda: Training(asked_before(), Stepping(True), adam(2e-2), steps=120),
        lambda: Training(asked_before(), Stepping(False), adam(2e-2), steps=120),
    ),
    fault(
        "published: one of two branches in a dict",
        "untrained-parameters",
        lambda: Training(friedman(), Branches(False), adam(2e-2), steps=250),
        lambda: Training(friedman(), Branches(True), adam(2e-2), steps=250),
    ),
    fault(
        "published: minus nll_loss, words",
        "ascent wrong-loss",
        lambda: Training(phrases(), Bag(50, 12, hidden=16), adam(3e-3), nll(-1.0)),
        lambda: Training(phrases(), Bag(50, 12, hidden=16), adam(3e-3), nll(1.0)),
    ),
    fault(
        "published: a likelihood by hand, its square with the wrong sign",
        "ascent wrong-loss",
        lambda: Training(diabetes(), with_spread(), adam(1e-2), habit=likelihood(-1.0)),
        lambda: Training(diabetes(), with_spread(), adam(1e-2), habit=likelihood(1.0)),
    ),
    fault(
        "published: ReduceLROnPlateau in the mode of max, given a loss",
        "learning-rate-too-low",
        lambda: Training(
            digits(), Residual(64, 16, 10, 2), sgd(0.03), habit=on_plateau("max"), steps=250
        ),
        lambda: Training(
            digits(), Residual(64, 16, 10, 2), sgd(0.03), habit=on_plateau("min"), steps=250
        ),
    ),
    fault(
        "published: a warm-up of whole numbers, k // steps",
        "learning-rate-too-low untrained-parameters",
        lambda: Training(pictures(), conv(), adam(1e-2), schedule=warmed(True), steps=120),
        lambda: Training(pictures(), conv(), adam(1e-2), schedule=warmed(False), steps=120),
    ),
    fault(
        "published: log_softmax over the batch, clouds",
        "wrong-output-activation wrong-loss",
        lambda: Training(blobs(), mlp([2, 16, 4]), adam(1e-2), over_batch(0)),
        lambda: Training(blobs(), mlp([2, 16, 4]), adam(1e-2), over_batch(1)),
    ),
    fault(
        "published: momentum and a decay of two tenths on everything, pictures",
        "over-regularized",
        lambda: Training(pictures(), conv(norm=True), sgd(0.05, 0.9, weight_decay=0.2), steps=120),
        lambda: Training(pictures(), conv(norm=True), sgd(0.05, 0.9, weight_decay=2e-4), steps=120),
    ),
)
