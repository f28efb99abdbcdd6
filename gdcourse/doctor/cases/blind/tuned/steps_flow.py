"""Faults in the flow: gradients that shrink, grow or meet dead and saturated units."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import friedman, wine
from ...habits import adam, sgd
from ...nets import Passing, filled, mlp
from .steps_parts import Gratings, Leaky, Stack, arm, board, early, gratings, points


def hard(act: Any) -> Training:
    return Training(gratings(), mlp_of_pixels(act), adam(2e-3), steps=200)


def mlp_of_pixels(act: Any) -> nn.Module:
    return nn.Sequential(nn.Flatten(), mlp([100, *[24] * 9, 4], act, init=nn.init.kaiming_normal_))


def scaled_layers(way_around: bool) -> Training:
    """Layers scaled by a tenth, as deep transformers have them, with their way around or not."""

    def through(maps: Any, h: Any) -> Any:
        for m in maps:
            h = way_around * h + 0.1 * F.gelu(m(h))
        return h

    return Training(arm(), Stack(2, 32, 2, 5, through), sgd(0.1, 0.9), steps=250)


def added_up(mean: bool) -> Training:
    """Every layer is given the sum, or the mean, of all before it."""

    def through(maps: Any, h: Any) -> Any:
        all_of = [h]
        for m in maps:
            h = torch.stack(all_of)
            all_of.append(F.leaky_relu(m(h.mean(0) if mean else h.sum(0))))
        return all_of[-1]

    model = Stack(10, 24, 1, 9, through)
    filled(model.maps, nn.init.kaiming_normal_)
    return Training(friedman(), model, sgd(0.01, 0.9), steps=250)


def exponentials(act: Any) -> Training:
    def through(maps: Any, h: Any) -> Any:
        for m in maps:
            h = act(m(h))
        return h

    return Training(wine(), Stack(13, 16, 3, 3, through), sgd(0.05, 0.9), steps=200)


def stable(maximum: bool) -> Training:
    """Take the largest off before rectifying, as one does before a softmax."""

    def act(h: Any) -> Any:
        return F.relu(h - h.amax(1, keepdim=True)) if maximum else F.relu(h)

    model = Passing(lambda m, x: m.two(act(m.one(x))), one=nn.Linear(2, 48), two=nn.Linear(48, 1))
    return Training(board(), model, adam(2e-2), steps=300)


def nearness(bar: float) -> Training:
    """Rectify a bar less the distance to centres; a bar of nought is above nothing."""

    def forward(m: Any, x: Any) -> Any:
        return m.head(F.relu(bar - torch.cdist(x, m.centres.weight)))

    model = Passing(forward, centres=nn.Embedding(40, 2), head=nn.Linear(40, 2))
    return Training(arm(), model, adam(1e-2), steps=200, batch=64)


def killed(lr: float) -> Training:
    return Training(gratings(), Gratings(), sgd(lr, 0.9), None, 120, 48)


def sets(mean: bool) -> Training:
    """Describe a set by the sum, or the mean, of its points' features; tanh follows."""

    def forward(m: Any, x: Any) -> Any:
        h = F.relu(m.each(x))
        return m.head(h.mean(1) if mean else h.sum(1))

    head = mlp([32, 24, 24, 3], nn.Tanh, init=nn.init.xavier_normal_)
    model = Passing(forward, each=mlp([2, 16, 32]), head=head)
    return Training(points(), model, sgd(0.1, 0.9), steps=200, batch=64)


def sharpened(growth: float) -> Training:
    """Hash with tanh(beta * h); beta grows at every batch."""
    beta = 1.0

    def forward(m: Any, x: Any) -> Any:
        nonlocal beta
        beta *= growth if m.training else 1.0
        return m.head(torch.tanh(min(beta, 1e6) * m.code(x)))

    code = nn.Sequential(nn.Flatten(), mlp([100, 48, 3]))
    return Training(gratings(), Passing(forward, code=code, head=nn.Linear(3, 4)), adam(2e-3))


def blocks(act: Any) -> Training:
    def through(maps: Any, h: Any) -> Any:
        for m in maps:
            h = h + act(m(h))
        return h

    return Training(board(), Stack(2, 32, 1, 3, through), adam(1e-2), steps=300)


def reaching(bound: float) -> Training:
    act = lambda: nn.Hardtanh(-bound, bound)  # noqa: E731
    return Training(arm(), mlp([2, 48, 48, 2], act), sgd(0.1, 0.9), F.l1_loss, 250)


STEPS_FLOW: Final[tuple[Case, ...]] = (
    fault(
        "published: nine layers of nn.Hardsigmoid, stripes",
        "vanishing-gradients",
        lambda: hard(nn.Hardsigmoid),
        lambda: hard(nn.Hardswish),
    ),
    fault(
        "published: layers scaled by a tenth whose way around was left out, a robot's arm",
        "vanishing-gradients",
        lambda: scaled_layers(False),
        lambda: scaled_layers(True),
    ),
    fault(
        "published: a cell that keeps three tenths of its state, asked for what came first",
        "vanishing-gradients",
        lambda: Training(early(16), Leaky(0.3), sgd(0.1, 0.9), steps=160),
        lambda: Training(early(16), Leaky(0.93), sgd(0.1, 0.9), steps=160),
    ),
    fault(
        "published: each layer is given the sum of all before it, Friedman's problem",
        "exploding-gradients",
        lambda: added_up(False),
        lambda: added_up(True),
    ),
    fault(
        "published: torch.exp as activation of three layers, wines",
        "exploding-gradients nonfinite",
        lambda: exponentials(torch.exp),
        lambda: exponentials(F.softplus),
    ),
    fault(
        "published: the largest is taken off before rectifying, as in a softmax, a chess board",
        "dead-relu",
        lambda: stable(True),
        lambda: stable(False),
    ),
    fault(
        "published: minus the distance to centres, rectified, a robot's arm",
        "dead-relu",
        lambda: nearness(0.0),
        lambda: nearness(1.5),
    ),
    fault(
        "published: F.relu after convolutions, momentum at three, stripes",
        "dead-relu learning-rate-too-high",
        lambda: killed(3.0),
        lambda: killed(0.05),
    ),
    fault(
        "published: forty points summed, not averaged, before tanh, shapes",
        "saturation",
        lambda: sets(False),
        lambda: sets(True),
    ),
    fault(
        "published: tanh(beta * h), beta grows by half at every batch, codes of stripes",
        "saturation",
        lambda: sharpened(1.5),
        lambda: sharpened(1.005),
    ),
    fault(
        "published: residual blocks without an activation, a chess board",
        "missing-nonlinearity",
        lambda: blocks(lambda h: h),
        lambda: blocks(F.gelu),
    ),
    fault(
        "published: nn.Hardtanh(-100, 100) between the layers, a robot's arm",
        "missing-nonlinearity",
        lambda: reaching(100.0),
        lambda: reaching(1.0),
    ),
)
