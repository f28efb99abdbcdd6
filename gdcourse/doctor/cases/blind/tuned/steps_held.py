"""Trainings that are held too tight, and healthy ones whose loop or flow looks odd."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...habits import adam, clipped, sgd
from ...nets import Bag, Passing, mlp
from .steps_loops import counter, poisson
from .steps_parts import Gratings, arm, calls, gratings, mails, smooth_pictures


def small_table(norm: float | None) -> Training:
    table = nn.Embedding(60, 8, max_norm=norm)
    model = Passing(lambda m, x: m.head(m.table(x).mean(1)), table=table, head=mlp([8, 16, 1]))
    return Training(mails(), model, sgd(0.5), steps=300)


def flat(weight: float) -> Training:
    """Clean pictures; neighbouring pixels should not differ, says a second loss."""

    def loss(o: Any, y: Any) -> Any:
        rows = o.reshape(-1, 10, 10)
        change = rows.diff(dim=1).abs().mean() + rows.diff(dim=2).abs().mean()
        return F.mse_loss(o, y) + weight * change

    model = mlp([100, 48, 100], nn.ELU)
    return Training(smooth_pictures(), model, adam(3e-3), loss, 150, 16)


def exchanged(momentum: float, decay: float) -> Training:
    rule = sgd(0.05, momentum, weight_decay=decay)
    return Training(gratings(), Gratings(F.leaky_relu), rule, None, 150, 48)


def slopes(weight: float) -> Training:
    """Pay for the slope of the outputs by the inputs, as for a critic."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        x = x.clone().requires_grad_(True)
        o = t.model(x)
        (slope,) = torch.autograd.grad(o.sum(), x, create_graph=True)
        loss = t.loss_fn(o, y) + weight * slope.square().sum(1).mean()
        loss.backward()
        t.optimizer.step()
        return loss

    return Training(arm(), mlp([2, 32, 32, 2], nn.Tanh), adam(1e-2), habit=habit)


def half_kept(t: Training, x: Any, y: Any) -> Any:
    """Keep half of the last gradient: momentum by hand."""
    for p in t.model.parameters():
        if p.grad is not None:
            p.grad.mul_(0.5)
    loss = t.loss_fn(t.model(x), y)
    loss.backward()
    t.optimizer.step()
    return loss


def random_features() -> Training:
    """Learn one map of three hundred cosines that are drawn once and frozen on purpose."""

    def forward(m: Any, x: Any) -> Any:
        return m.head(torch.cos(m.drawn(x)) / 4)

    drawn = nn.Linear(2, 300).requires_grad_(False)
    nn.init.normal_(drawn.weight, 0, 1.5)
    nn.init.uniform_(drawn.bias, 0, 6.3)
    model = Passing(forward, drawn=drawn, head=nn.Linear(300, 2))
    return Training(arm(), model, adam(2e-2))


def growing_margin() -> Training:
    """Take a margin off the true class; it grows, and so does the loss."""
    count = 0

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal count
        count += 1
        t.optimizer.zero_grad()
        margin = 0.06 * count * F.one_hot(y, 4)
        loss = F.cross_entropy(t.model(x) - margin, y)
        loss.backward()
        t.optimizer.step()
        return loss

    net = Gratings(torch.relu)
    model = Passing(lambda m, x: 4 * torch.tanh(m.net(x)), net=net)
    return Training(gratings(), model, adam(3e-3), steps=200, habit=habit)


def mostly_silent() -> Training:
    """A wide layer whose units start behind a bar: most of them never speak."""
    wide = nn.Linear(2, 400)
    nn.init.constant_(wide.bias, -1.2)
    model = nn.Sequential(wide, nn.ReLU(), nn.Linear(400, 2))
    return Training(arm(), model, adam(1e-2))


def maximises() -> Training:
    """Maximise the log-likelihood with maximize=True, and report minus that."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        likelihood = poisson(1.0)(t.model(x), y)
        likelihood.backward()
        t.optimizer.step()
        return -likelihood

    rule = adam(1e-2, maximize=True)
    return Training(calls(), counter(), rule, poisson(-1.0), 200, 64, habit=habit)


def soft_tree() -> Training:
    """A tree of eight leaves whose forks are steep sigmoids."""

    def forward(m: Any, x: Any) -> Any:
        go = torch.sigmoid(6 * m.forks(x))
        reach = [torch.ones_like(go[:, 0])]
        for depth in range(4):
            start = 2**depth - 1
            turns = [go[:, start + i] for i in range(2**depth)]
            pairs = zip(reach, turns, strict=True)
            reach = [part for r, t in pairs for part in (r * t, r * (1 - t))]
        return m.leaves(torch.stack(reach, 1))

    model = Passing(forward, forks=nn.Linear(2, 15), leaves=nn.Linear(16, 2))
    return Training(arm(), model, adam(2e-2), batch=64)


STEPS_HELD: Final[tuple[Case, ...]] = (
    fault(
        "published: nn.Embedding with max_norm of a hundredth, spam",
        "over-regularized",
        lambda: small_table(0.01),
        lambda: small_table(None),
    ),
    fault(
        "published: total variation at thirty times what cleans, stripes",
        "over-regularized",
        lambda: flat(1.5),
        lambda: flat(0.05),
    ),
    fault(
        "published: momentum and weight_decay exchanged, stripes",
        "over-regularized",
        lambda: exchanged(5e-4, 0.9),
        lambda: exchanged(0.9, 5e-4),
    ),
    fault(
        "published: a penalty on slopes, ten times, as for a critic, a robot's arm",
        "over-regularized",
        lambda: slopes(10.0),
        lambda: slopes(1e-4),
    ),
)

STEPS_HEALTHY: Final[tuple[Case, ...]] = (
    Case(
        "is it a bug: half of the last gradient is kept, which is momentum, a robot's arm",
        lambda: Training(arm(), mlp([2, 32, 32, 2]), sgd(0.05), steps=250, habit=half_kept),
    ),
    Case("is it a bug: three hundred cosines are never trained, a robot's arm", random_features),
    Case("is it a bug: the loss rises, for the margin does, stripes", growing_margin),
    Case("is it a bug: nine in ten units are silent, a robot's arm", mostly_silent),
    Case("is it a bug: maximize=True, calls", maximises),
    Case("is it a bug: forks of a tree as steep sigmoids, a robot's arm", soft_tree),
    Case(
        "is it a bug: the gradient clipped to a hundredth, Adam, spam",
        lambda: Training(mails(), Bag(60, 8, 1, 16), adam(1e-2), habit=clipped(0.01)),
    ),
)
