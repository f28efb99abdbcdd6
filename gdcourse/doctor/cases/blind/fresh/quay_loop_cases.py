"""Faults often posted, in a harbour's programs: gradients, parameters, signs, penalties."""

from typing import Final

import torch
from torch import nn

from ...case import Case, Training, fault, usual
from ...habits import adam, never_zeroed, sgd
from .quay_loops import (
    Charge,
    HandMade,
    Late,
    Port,
    cleared_when_better,
    entropy_paid,
    kernels,
    likelihood,
    rebound,
    right_share,
    step_when,
)
from .quay_parts import (
    Columns,
    Stack,
    Strand,
    Waves,
    bars,
    battery,
    berths,
    concrete,
    genes,
    gestures,
    mushrooms,
    soils,
)


def _watch(habit):
    return Training(gestures(), Waves(3, 5), sgd(0.05, 0.9), habit=habit, steps=120)


def _mix(habit):
    return Training(concrete(), Stack(8, 40, 40, 1), sgd(0.03), habit=habit, steps=280)


def _pictures(habit):
    return Training(bars(), Late(True), sgd(0.05, 0.5), habit=habit, steps=130)


def _ground(habit):
    return Training(soils(), Stack(10, 32, 32, 6), adam(0.01), habit=habit, batch=16, steps=240)


def _bars(early):
    return Training(bars(), Late(early), adam(0.01), steps=120)


def _port(learned):
    return Training(berths(), Port(learned), adam(0.03), steps=250, batch=64)


def _mould(sign):
    return Training(mushrooms(), Columns(), adam(0.01), likelihood(sign), steps=200)


def _own(sign):
    model = nn.Sequential(nn.Linear(10, 6))
    return Training(soils(), model, lambda p: HandMade(p, 0.03, sign), steps=180)


def _strand(decay, steps=300):
    return Training(
        genes(), Strand(), lambda p: torch.optim.Adagrad(p, lr=0.1, weight_decay=decay), steps=steps
    )


QUAY_LOOPS: Final[tuple[Case, ...]] = (
    fault(
        "published: zero_grad left out of a loop over a watch's gestures, momentum",
        "stale-gradients",
        lambda: _watch(never_zeroed),
        lambda: _watch(usual),
    ),
    fault(
        "published: g = torch.zeros_like(g) clears a name and not the gradient, bars",
        "stale-gradients",
        lambda: _pictures(rebound),
        lambda: _pictures(usual),
    ),
    fault(
        "published: zero_grad in the branch that keeps the best loss, concrete",
        "stale-gradients",
        lambda: _mix(cleared_when_better()),
        lambda: _mix(usual),
    ),
    fault(
        "published: if i % 4 == 4: optimizer.step(), soils",
        "untrained-parameters",
        lambda: _ground(step_when(4)),
        lambda: _ground(step_when(3)),
    ),
    fault(
        "published: dense layers made in the first forward, after the optimizer, bars",
        "untrained-parameters",
        lambda: _bars(False),
        lambda: _bars(True),
    ),
    fault(
        "published: the second table is a buffer, hours at a berth",
        "untrained-parameters",
        lambda: _port(False),
        lambda: _port(True),
    ),
    fault(
        "published: y log p + (1 - y) log(1 - p) without its minus, mushrooms",
        "ascent",
        lambda: _mould(1.0),
        lambda: _mould(-1.0),
    ),
    fault(
        "published: a first optimizer of one's own adds what it should take off, soils",
        "ascent",
        lambda: _own(1.0),
        lambda: _own(-1.0),
    ),
    fault(
        "published: the mean probability of the right class as the loss, gestures",
        "ascent",
        lambda: Training(gestures(), Waves(3, 5), adam(3e-3), right_share, steps=150),
        lambda: Training(
            gestures(), Waves(3, 5), adam(3e-3), lambda o, y: 1 - right_share(o, y), steps=150
        ),
    ),
    fault(
        "published: kernel penalties of a tenth in every layer, gestures",
        "over-regularized",
        lambda: Training(gestures(), Waves(3, 5), adam(5e-3), habit=kernels(0.1), steps=150),
        lambda: Training(gestures(), Waves(3, 5), adam(5e-3), habit=kernels(1e-4), steps=150),
    ),
    fault(
        "published: Adagrad with a decay of a tenth, a motif in a strand",
        "over-regularized",
        lambda: _strand(0.1),
        lambda: _strand(0.0),
    ),
    fault(
        "published: an entropy bonus of four, soils",
        "over-regularized",
        lambda: Training(
            soils(), Stack(10, 32, 6), adam(0.01), habit=entropy_paid(4.0), measure="loss"
        ),
        lambda: Training(
            soils(), Stack(10, 32, 6), adam(0.01), habit=entropy_paid(0.01), measure="loss"
        ),
    ),
    fault(
        "published: most of the inputs and of the last state dropped, a battery's charge",
        "over-regularized",
        lambda: Training(battery(), Charge(0.8), adam(0.01), steps=120),
        lambda: Training(battery(), Charge(0.0), adam(0.01), steps=120),
    ),
)
