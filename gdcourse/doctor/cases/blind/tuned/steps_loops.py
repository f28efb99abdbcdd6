"""Faults of the loop: gradients left over, parameters left out, and steps uphill."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

import gdcourse

from ...case import Case, Training, fault
from ...habits import adam
from ...nets import Bag, Passing, mlp
from .steps_habits import (
    denoised,
    detaches,
    freezes,
    looked_up,
    own_map,
    printed,
    saves_memory,
    spam,
    stale,
    thawed,
    zeroes_the_copy,
)
from .steps_parts import calls, mails


def psnr(o: Any, y: Any) -> Any:
    return 10 * torch.log10(4 / F.mse_loss(o, y))


def focal(sign: float) -> Any:
    """Return the focal loss by hand; its minus may be missing."""

    def loss(o: Any, y: Any) -> Any:
        p = torch.sigmoid(o).clamp(1e-4, 1 - 1e-4)
        right = torch.where(y > 0, p, 1 - p)
        return sign * ((1 - right) ** 2 * right.log()).mean()

    return loss


def poisson(sign: float) -> Any:
    """Return the log-likelihood of counts as torch.distributions has it, or minus that."""

    def loss(o: Any, y: Any) -> Any:
        law = torch.distributions.Poisson(o, validate_args=False)
        return sign * law.log_prob(y).mean()

    return loss


def counter() -> nn.Module:
    return Passing(lambda m, x: F.softplus(m.net(x)) + 1e-3, net=mlp([6, 32, 32, 1]))


def _calls(sign: float) -> Training:
    rule = lambda p: gdcourse.TorchOptimizer(p, gdcourse.adam(0.01))  # noqa: E731
    return Training(calls(), counter(), rule, poisson(sign), 200, 64)


def _focal(sign: float) -> Training:
    return Training(mails(), Bag(60, 8, 1, 16), adam(5e-3), focal(sign), 200)


STEPS_LOOPS: Final[tuple[Case, ...]] = (
    fault(
        "published: zero_grad of the frozen target network, a robot's arm",
        "stale-gradients",
        lambda: stale(zeroes_the_copy(True)),
        lambda: stale(zeroes_the_copy(False)),
    ),
    fault(
        "published: p.grad.detach_() without p.grad.zero_(), spam",
        "stale-gradients",
        lambda: spam(detaches(False)),
        lambda: spam(detaches(True)),
    ),
    fault(
        "published: zero_grad in the branch that prints each thirtieth loss, stripes",
        "stale-gradients",
        lambda: printed(30),
        lambda: printed(1),
    ),
    fault(
        "published: module.requires_grad = True does not thaw the parameters, a robot's arm",
        "untrained-parameters",
        lambda: thawed(False),
        lambda: thawed(True),
    ),
    fault(
        "published: an autograd.Function that returns zeros for what came in, a chess board",
        "untrained-parameters",
        lambda: own_map(False),
        lambda: own_map(True),
    ),
    fault(
        "published: reentrant checkpointing of an input without gradient, a robot's arm",
        "untrained-parameters",
        lambda: saves_memory(True),
        lambda: saves_memory(False),
    ),
    fault(
        "published: filters frozen in a look at the accuracy and never thawed, stripes",
        "untrained-parameters",
        lambda: freezes(True),
        lambda: freezes(False),
    ),
    fault(
        "published: F.embedding of the weight's .data, spam",
        "untrained-parameters",
        lambda: looked_up(True),
        lambda: looked_up(False),
    ),
    fault(
        "published: the signal-to-noise ratio is minimised, stripes to be cleaned",
        "ascent",
        lambda: denoised(psnr),
        lambda: denoised(lambda o, y: -psnr(o, y)),
    ),
    fault(
        "published: the focal loss by hand without its minus, spam",
        "ascent",
        lambda: _focal(1.0),
        lambda: _focal(-1.0),
    ),
    fault(
        "published: Poisson(rate).log_prob(y).mean() is minimised, calls, our rule",
        "ascent",
        lambda: _calls(1.0),
        lambda: _calls(-1.0),
    ),
)
