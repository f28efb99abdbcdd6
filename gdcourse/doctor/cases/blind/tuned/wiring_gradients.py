"""Gradients that are kept, cleared, summed, scaled or turned round at the wrong place."""

from typing import Final

from torch import nn

from ...case import Case, Training, fault, usual
from ...data import cancer, friedman, pictures, plane
from ...habits import adam, by_closure, never_zeroed, sgd
from ...nets import Recurrent, conv, mlp
from ...sequences import majority
from .wiring_steps import (
    by_rewards,
    by_share,
    in_parts,
    in_words,
    lbfgs,
    restoring,
    scaled,
    variational,
    without_backward,
)

WIRING_GRADIENTS: Final[tuple[Case, ...]] = (
    fault(
        "published: zero_grad stands before the loop, an autoencoder, RMSprop",
        "stale-gradients learning-rate-too-high oscillation",
        lambda: restoring(never_zeroed),
        lambda: restoring(usual),
    ),
    fault(
        "published: parts of four, a step after four, zero_grad after sixty-four",
        "stale-gradients",
        lambda: Training(
            pictures(), conv(), sgd(0.1, 0.9), habit=in_parts(4, 4, 64, 4), batch=32, steps=80
        ),
        lambda: Training(
            pictures(), conv(), sgd(0.1, 0.9), habit=in_parts(4, 4, 4, 4), batch=32, steps=80
        ),
    ),
    fault(
        "published: zero_grad counts batches, the step counts parts, attention",
        "stale-gradients",
        lambda: in_words(in_parts(2, 2, 100, 2)),
        lambda: in_words(in_parts(2, 2, 2, 2)),
    ),
    fault(
        "published: gradients of sixteen parts added and not divided",
        "learning-rate-too-high exploding-gradients oscillation",
        lambda: Training(
            plane(), mlp([8, 16, 1]), sgd(0.1, 0.8), habit=in_parts(16, 16, 16), steps=60
        ),
        lambda: Training(
            plane(), mlp([8, 16, 1]), sgd(0.1, 0.8), habit=in_parts(16, 16, 16, 16), steps=60
        ),
    ),
    fault(
        "published: the loss of each part divided by the parts and by the rows",
        "learning-rate-too-low",
        lambda: Training(
            cancer(), mlp([30, 16, 1]), sgd(0.3), habit=in_parts(4, 4, 4, 4 * 32), steps=80
        ),
        lambda: Training(
            cancer(), mlp([30, 16, 1]), sgd(0.3), habit=in_parts(4, 4, 4, 4), steps=80
        ),
    ),
    fault(
        "published: LBFGS, backward left out of the closure",
        "untrained-parameters learning-rate-too-low",
        lambda: lbfgs(without_backward),
        lambda: lbfgs(by_closure),
    ),
    fault(
        "published: a policy's gradient without its minus",
        "ascent wrong-loss",
        lambda: by_rewards(1.0),
        lambda: by_rewards(-1.0),
    ),
    fault(
        "published: the distance to the prior with the wrong sign",
        "ascent wrong-loss exploding-gradients",
        lambda: variational(-1.0),
        lambda: variational(1.0),
    ),
    fault(
        "published: weights that are the logarithms of shares",
        "ascent wrong-loss",
        lambda: Training(cancer(), mlp([30, 16, 1]), adam(3e-3), by_share(True), steps=120),
        lambda: Training(cancer(), mlp([30, 16, 1]), adam(3e-3), by_share(False), steps=120),
    ),
    fault(
        "published: clipped before the scale of half precision is taken away",
        "learning-rate-too-low vanishing-gradients",
        lambda: Training(
            majority(8),
            Recurrent(nn.GRU, 1, 8, 1),
            sgd(0.4, 0.9),
            steps=150,
            habit=scaled("clip", "unscale"),
        ),
        lambda: Training(
            majority(8),
            Recurrent(nn.GRU, 1, 8, 1),
            sgd(0.4, 0.9),
            steps=150,
            habit=scaled("unscale", "clip"),
        ),
    ),
    fault(
        "published: the scale of half precision is never taken away",
        "learning-rate-too-high exploding-gradients",
        lambda: Training(friedman(), mlp([10, 24, 1], nn.Tanh), sgd(0.05), habit=scaled()),
        lambda: Training(friedman(), mlp([10, 24, 1], nn.Tanh), sgd(0.05), habit=scaled("unscale")),
    ),
)
