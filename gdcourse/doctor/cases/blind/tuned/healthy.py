"""Healthy runs of the kind that beginners ask about: is this normal?"""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training
from ...data import cancer, digits, pictures
from ...habits import adam, clipped, sgd
from ...nets import Passing, Recurrent, conv, filled, mlp, normal
from ...sequences import running_sum
from .series import (
    chances,
    claims,
    cox,
    dark,
    gamma,
    heating,
    patients,
    powers,
    ranks_in_turn,
    returns,
    species,
    spectra,
    stars,
    wages,
)
from .trainings import both, bottles, neighbours, trained_before


def rms(p: Any) -> Any:
    return torch.optim.RMSprop(p, lr=3e-3)


def adamw(p: Any) -> Any:
    return torch.optim.AdamW(p, lr=5e-3, weight_decay=0.05)


def one_drop(o: Any) -> Any:
    return torch.optim.lr_scheduler.MultiStepLR(o, [120], 0.1)


def annealed(o: Any) -> Any:
    return torch.optim.lr_scheduler.CosineAnnealingLR(o, 200)


def factors() -> nn.Module:
    """Return tables of users and items whose product is their liking."""

    def through(m: Any, x: Any) -> Any:
        u, i = m.users(x[:, 0]), m.items(x[:, 1])
        return (u * i).sum(1, keepdim=True)

    users, items = nn.Embedding(60, 4), nn.Embedding(40, 4)
    for table in (users, items):
        nn.init.normal_(table.weight, 0, 0.5)
    return Passing(through, users=users, items=items)


def window() -> nn.Module:
    """Return convolutions over the hours; they add to what the last hour was."""

    def through(m: Any, x: Any) -> Any:
        return x[:, -1:] + m.last(torch.relu(m.near(x[:, None])).flatten(1))

    return Passing(through, near=nn.Conv1d(1, 8, 5), last=nn.Linear(160, 1))


def loud() -> nn.Module:
    """Return a net whose last layer starts far too sure of itself."""
    model: Any = mlp([64, 48, 10])
    with torch.no_grad():
        model[-1].weight.mul_(30)
    return model


HEALTHY: Final[tuple[Case, ...]] = tuple(
    Case(*entry)
    for entry in (
        (
            "is it normal: batches of two images, the loss leaps from 0 to 4",
            lambda: Training(pictures(), conv(), sgd(0.03), batch=2, steps=300),
        ),
        (
            "is it normal: slow, a little less loss every time",
            lambda: Training(digits(), mlp([64, 64, 10], nn.Tanh), sgd(0.03), steps=250),
        ),
        (
            "is it normal: returns, the loss falls by a twentieth and no more",
            lambda: Training(returns(), nn.Linear(10, 1), sgd(0.03), batch=128, steps=250),
        ),
        (
            "is it normal: wages, an R2 of .3",
            lambda: Training(wages(), mlp([6, 24, 1]), adam(5e-3), batch=64, steps=250),
        ),
        (
            "is it normal: the loss goes down in stairs",
            lambda: Training(
                ranks_in_turn(),
                filled(mlp([8, 8, 3], nn.Identity), normal(0.0005)),
                sgd(0.12),
                batch=0,
                steps=300,
            ),
        ),
        (
            "is it normal: the first loss is enormous, then it falls at once",
            lambda: Training(digits(), loud(), adam(5e-3), steps=200),
        ),
        (
            "is it normal: a log loss that stops at .58, the rest is chance",
            lambda: Training(chances(), mlp([8, 16, 1]), adam(5e-3), measure="loss", steps=250),
        ),
        (
            "is it normal: batches of four, a GRU, root mean square",
            lambda: Training(running_sum(8), Recurrent(nn.GRU, 1, 12, 1), rms, batch=4, steps=180),
        ),
        (
            "is it normal: a rate of five, tumours, logistic regression",
            lambda: Training(cancer(), nn.Linear(30, 1), sgd(5.0), steps=150),
        ),
        (
            "is it normal: four yes in a hundred, the loss is small at once",
            lambda: Training(
                chances(3.5), mlp([8, 16, 1]), adam(5e-3), batch=128, steps=250, measure="loss"
            ),
        ),
        ("is it normal: trained before, hardly any better now", trained_before),
        (
            "is it normal: a hundred outputs at once",
            lambda: Training(spectra(), mlp([5, 64, 100], nn.Tanh), adam(5e-3), steps=200),
        ),
        (
            "is it normal: a kind, a strength and a yes or no, one loss",
            lambda: Training(
                bottles(), mlp([13, 24, 5]), adam(5e-3), both, batch=16, measure="loss"
            ),
        ),
        (
            "is it normal: twenty species, most of them hardly ever seen",
            lambda: Training(species(), mlp([8, 48, 20]), adamw, batch=64),
        ),
        (
            "is it normal: users and items, a row of a table is met every few steps",
            lambda: Training(stars(), factors(), adam(3e-2), steps=300, batch=64),
        ),
        (
            "is it normal: claims with a heavy tail, Huber's loss, clipped",
            lambda: Training(
                claims(),
                mlp([6, 32, 1]),
                adam(1e-2),
                lambda o, y: F.huber_loss(o, y, delta=1.0),
                habit=clipped(1.0),
                steps=250,
            ),
        ),
        (
            "is it normal: small amounts, a loss far below zero",
            lambda: Training(dark(), mlp([5, 16, 1]), adam(1e-2), gamma, measure="loss", steps=250),
        ),
        (
            "is it normal: three tanh units for ten digits, they can do no more",
            lambda: Training(digits(), mlp([64, 3, 10], nn.Tanh), adam(2e-2), steps=300),
        ),
        (
            "is it normal: two thousand units for ten digits",
            lambda: Training(digits(), mlp([64, 2048, 10]), adam(5e-4), steps=100),
        ),
        (
            "is it normal: six powers of one number, a long tail",
            lambda: Training(powers(), nn.Linear(6, 1), sgd(0.3, 0.9), batch=64, steps=250),
        ),
        (
            "is it normal: an hour ahead, better than the last hour from the start",
            lambda: Training(heating(), window(), adam(3e-3), steps=250, schedule=annealed),
        ),
        (
            "is it normal: who falls ill first, a loss about the logarithm of the batch",
            lambda: Training(
                patients(), mlp([7, 16, 1]), adam(5e-3), cox, batch=64, steps=200, measure="loss"
            ),
        ),
        ("is it normal: letters against five drawn at random, a loss of two", neighbours),
        (
            "is it normal: the noise is gone as soon as the rate drops",
            lambda: Training(pictures(), conv(), sgd(0.04, 0.9), batch=8, schedule=one_drop),
        ),
    )
)
