"""Rates that run out, decay, dropout and norms that take too much away."""

from typing import Any, Final

import torch
from torch import nn

from ...case import Case, Training, fault, usual
from ...data import cancer, digits, friedman, pictures
from ...habits import adam, sgd
from ...nets import Recurrent, conv, mlp
from ...sequences import next_letter, phrases, running_sum
from .loop_parts import Dropping, Grouped, Restorer, WordConv, signals


def linear(steps: int) -> Any:
    """Let the rate fall on a line to nought at that step, and on."""
    return lambda o: torch.optim.lr_scheduler.LambdaLR(o, lambda k: 1 - k / steps)


def polynomial(steps: int) -> Any:
    return lambda o: torch.optim.lr_scheduler.PolynomialLR(o, total_iters=steps, power=2.0)


def decayed_by_hand(share: float) -> Any:
    """Step, then take a share off all weights."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        loss = usual(t, x, y)
        with torch.no_grad():
            for p in t.model.parameters():
                p.mul_(1 - share)
        return loss

    return habit


def once_an_epoch(batches: int) -> Any:
    """Step after the loop over the batches, each of which has zeroed the gradient."""
    seen = 0

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal seen
        seen += 1
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        loss.backward()
        if seen % batches == 0:
            t.optimizer.step()
        return loss

    return habit


def restoring(lr: float, weight_decay: float) -> Training:
    """Return the restoration of waves with the given rate and decay, which may be exchanged."""
    net = Restorer()
    optimizer = torch.optim.Adam(net.parameters(), lr, (0.9, 0.999), 1e-8, weight_decay)
    return Training(signals(), net, optimizer, steps=150)


def frozen_norms(frozen: bool) -> Training:
    """Return nine layers with norms, which fine-tuning leaves in eval mode, and this one too."""
    net = mlp([64, *[24] * 9, 10], norm=nn.BatchNorm1d)

    def habit(t: Training, x: Any, y: Any) -> Any:
        t.model.train()
        if frozen:
            for m in t.model.modules():
                if isinstance(m, nn.BatchNorm1d):
                    m.eval()
        return usual(t, x, y)

    return Training(digits(), net, sgd(0.05, 0.9), habit=habit, steps=80)


def biased(decay: float) -> Training:
    """Return a regression far from nought with decay on its bias and on the rest."""
    data = friedman().targets(lambda y: y + 3.0)
    net = mlp([10, 24, 1], nn.GELU)
    optimizer = torch.optim.RMSprop(net.parameters(), lr=5e-3, weight_decay=decay)
    return Training(data, net, optimizer, steps=250)


LOOP_SCHEDULES: Final[tuple[Case, ...]] = (
    fault(
        "published: a linear decay that goes on below nought, letters",
        "ascent",
        lambda: Training(
            next_letter(),
            Recurrent(nn.GRU, 8, 16, 12, 12, True),
            sgd(1.0),
            schedule=linear(60),
            steps=110,
        ),
        lambda: Training(
            next_letter(),
            Recurrent(nn.GRU, 8, 16, 12, 12, True),
            sgd(1.0),
            schedule=linear(111),
            steps=110,
        ),
    ),
    fault(
        "published: a polynomial decay over ten, which are epochs and are taken for batches",
        "learning-rate-too-low plateau",
        lambda: Training(phrases(), WordConv(), adam(3e-3), schedule=polynomial(10), steps=150),
        lambda: Training(phrases(), WordConv(), adam(3e-3), schedule=polynomial(150), steps=150),
    ),
    fault(
        "published: rate and decay exchanged, Adam, noisy waves",
        "learning-rate-too-low over-regularized",
        lambda: restoring(1e-5, 1e-2),
        lambda: restoring(1e-2, 1e-5),
    ),
    fault(
        "published: the probability to keep given as that to drop, GRU",
        "over-regularized",
        lambda: Training(running_sum(8), Dropping(0.95), adam(1e-2), steps=90),
        lambda: Training(running_sum(8), Dropping(0.05), adam(1e-2), steps=90),
    ),
    fault(
        "published: decay by hand that is not multiplied by the rate, images",
        "over-regularized",
        lambda: Training(pictures(), conv(), adam(3e-3), habit=decayed_by_hand(0.1), steps=130),
        lambda: Training(pictures(), conv(), adam(3e-3), habit=decayed_by_hand(3e-4), steps=130),
    ),
    fault(
        "published: RMSprop with a decay of one, a regression about three",
        "over-regularized",
        lambda: biased(1.0),
        lambda: biased(1e-4),
    ),
    fault(
        "published: sixteen groups of sixteen units in GroupNorm, nothing passes",
        "vanishing-gradients plateau untrained-parameters",
        lambda: Training(digits(), Grouped(16), adam(1e-2), steps=150),
        lambda: Training(digits(), Grouped(2), adam(1e-2), steps=150),
    ),
    fault(
        "published: step is indented with the epochs, zero_grad with the batches, tumours",
        "learning-rate-too-low untrained-parameters",
        lambda: Training(cancer(), mlp([30, 16, 1], nn.SiLU), sgd(0.1), habit=once_an_epoch(50)),
        lambda: Training(cancer(), mlp([30, 16, 1], nn.SiLU), sgd(0.1), habit=once_an_epoch(1)),
    ),
    fault(
        "published: norms in eval mode from the start, as in fine-tuning, nine layers",
        "vanishing-gradients plateau",
        lambda: frozen_norms(True),
        lambda: frozen_norms(False),
    ),
)
