"""Faults re-made after published ones: learned by heart, and held back too much.

Ideas of questions asked in public and of the studies of bugs in deep learning; written anew.
"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...habits import adam, sgd
from .speed_parts import (
    Coder,
    Dense,
    Judge,
    Reader,
    Seer,
    curves,
    houses,
    of,
    rentals,
    reviews,
    shapes,
)

Opt = torch.optim


def counts(o, y):
    return F.poisson_nll_loss(o, y, log_input=True)


def watched(data: Any, model: nn.Module, optimizer: Any, steps: int, **more: Any) -> Training:
    return Training(
        data, model, optimizer, steps=steps, validate=steps // 20, measure="loss", **more
    )


class Chance(nn.Module):
    """A variational autoencoder: the output, and the divergence of its code kept aside."""

    def __init__(self):
        super().__init__()
        self.enc, self.dec, self.out = nn.Linear(24, 24), nn.Linear(4, 24), nn.Linear(24, 24)
        self.mean, self.log = nn.Linear(24, 4), nn.Linear(24, 4)
        self.kl = torch.zeros(())

    def forward(self, x):
        h = torch.tanh(self.enc(x))
        mean, log = self.mean(h), self.log(h)
        self.kl = 0.5 * (mean**2 + log.exp() - log - 1).sum(1).mean()
        code = mean + self.training * torch.randn_like(mean) * (log / 2).exp()
        return self.out(torch.tanh(self.dec(code)))


def with_divergence(beta: float) -> Any:
    """Return a step on the error and beta times the divergence."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        model: Any = t.model
        loss = F.mse_loss(model(x), y) + beta * model.kl
        t.optimizer.zero_grad()
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


def lasso(strength: float) -> Any:
    """Return a step on the loss and the absolute values of all weights."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        penalty = torch.cat([w.flatten() for w in t.model.parameters()]).norm(p=1)
        loss = t.loss_fn(t.model(x), y) + strength * penalty
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


SPEED_TOO_CLOSE: Final[tuple[Case, ...]] = (
    fault(
        "published: forty shapes in a haze, a wide net of convolutions",
        "overfitting",
        lambda: watched(shapes(0.8).first(40), Seer(12), adam(5e-3), 120),
        lambda: watched(shapes(0.5), Seer(8, drop=0.1), adam(5e-3), 140),
    ),
    fault(
        "published: sixty reviews by heart, an LSTM",
        "overfitting",
        lambda: watched(reviews().first(60), Reader(24), adam(0.01), 120),
        lambda: watched(reviews(), Reader(12), adam(0.02), 80),
    ),
    fault(
        "published: bicycles lent in thirty hours, a wide net, a logarithm as link",
        "overfitting",
        lambda: watched(rentals().first(30), Dense(6, 96, 1), adam(0.02), 240, loss_fn=counts),
        lambda: watched(rentals(), Dense(6, 12, 1), adam(0.01), 160, loss_fn=counts),
    ),
    fault(
        "published: prices of fifty houses, rough guesses, two wide layers",
        "overfitting",
        lambda: watched(houses(1.0).first(50), Dense(8, 96, 96, 1), adam(0.01), 150),
        lambda: watched(houses(1.0), Dense(8, 16, 1), of(Opt.AdamW, 0.01), 150),
    ),
)

SPEED_HELD_BACK: Final[tuple[Case, ...]] = (
    fault(
        "published: the divergence of a code outweighs what it is for",
        "over-regularized",
        lambda: Training(curves(), Chance(), adam(0.01), habit=with_divergence(2.0)),
        lambda: Training(curves(), Chance(), adam(0.01), habit=with_divergence(0.01)),
    ),
    fault(
        "published: crosses and squares, nine tenths dropped after every layer",
        "over-regularized",
        lambda: Training(shapes(), Seer(drop=0.9), adam(4e-3), steps=120),
        lambda: Training(shapes(), Seer(drop=0.05), adam(4e-3), steps=120),
    ),
    fault(
        "published: prices of houses, absolute weights at a fifth",
        "over-regularized",
        lambda: Training(houses(), Dense(8, 24, 1), adam(0.01), habit=lasso(0.2)),
        lambda: Training(houses(), Dense(8, 24, 1), adam(0.01), habit=lasso(1e-5)),
    ),
    fault(
        "published: kind reviews, attention, Adam with L2 of a tenth",
        "over-regularized",
        lambda: Training(reviews(), Judge(), adam(6e-3, weight_decay=0.1), steps=120),
        lambda: Training(reviews(), Judge(), adam(6e-3), steps=120),
    ),
    fault(
        "published: an autoencoder, plain descent with a decay of two tenths",
        "over-regularized",
        lambda: Training(curves(), Coder(), sgd(0.1, 0.9, weight_decay=0.2)),
        lambda: Training(curves(), Coder(), sgd(0.1, 0.9)),
    ),
)
