"""Healthy runs whose nets, optimizers, schedules or loops look odd."""

from typing import Final

import torch
import torch.nn.functional as F
from torch import nn

from ....rules import lion, muon, schedule_free
from ..case import Case, Training
from ..data import digits, pictures
from ..habits import adam, sgd
from ..nets import conv, mlp
from ..sequences import phrases
from .odd_loops import (
    curriculum,
    every_fourth,
    flipped_moons,
    group_rates,
    half_precision,
    prices,
    weighted_words,
)
from .odd_nets import (
    Rezero,
    adapted,
    class_and_ink,
    experts,
    grouped,
    ours,
    pre_norm,
    selu,
    two_exits,
)

DEEP = [64, 64, 64, 10]


def _hot(data):
    return data.targets(lambda y: F.one_hot(y, 10).float())


def _groups():
    model = mlp(DEEP)
    return Training(digits(), model, group_rates(model))


def _from_zero(o):
    return torch.optim.lr_scheduler.LambdaLR(o, lambda step: min(step / 100, 1.0))


def _cycles(o):
    return torch.optim.lr_scheduler.CyclicLR(o, 0.01, 0.5, 25, cycle_momentum=False)


EVEN_MORE_HEALTHY: Final[tuple[Case, ...]] = tuple(
    Case(*entry)
    for entry in (
        ("a frozen net, adapters that start at zero", adapted),
        (
            "a step at every fourth batch",
            lambda: Training(digits(), mlp(DEEP), adam(5e-3), habit=every_fourth(), steps=240),
        ),
        (
            "bfloat16 where it may be",
            lambda: Training(digits(), mlp(DEEP), adam(2e-3), habit=half_precision),
        ),
        (
            "a warm-up of a hundred steps, from zero",
            lambda: Training(digits(), mlp(DEEP), adam(2e-3), schedule=_from_zero),
        ),
        (
            "cyclic rates, with rebounds",
            lambda: Training(digits(), mlp(DEEP), sgd(0.5), schedule=_cycles, steps=250),
        ),
        (
            "all rows at the edge of stability",
            lambda: Training(
                _hot(digits().first(300)),
                mlp([64, 32, 10], nn.Tanh),
                sgd(1.0),
                F.mse_loss,
                batch=0,
                steps=300,
            ),
        ),
        (
            "dropout on inputs and in every layer, validated",
            lambda: Training(
                digits(),
                nn.Sequential(nn.Dropout(0.2), mlp([64, 100, 100, 10], drop=0.5)),
                adam(2e-3),
                steps=250,
                validate=25,
            ),
        ),
        (
            "batch norm over four rows",
            lambda: Training(pictures(), conv(norm=True), sgd(0.02, 0.9), batch=4),
        ),
        (
            "group norm, Lion",
            lambda: Training(pictures(), grouped(4), ours(lion(1e-3, rate=0.1)), steps=120),
        ),
        (
            "twenty blocks that start at zero",
            lambda: Training(digits(), Rezero(20), adam(2e-3), steps=110),
        ),
        (
            "a self-normalising net of twelve layers",
            lambda: Training(digits(), selu(12), sgd(0.01, 0.9)),
        ),
        (
            "a transformer whose branches start at zero",
            lambda: Training(phrases(), pre_norm(), adam(3e-3), steps=110),
        ),
        (
            "rare words, nearly all inputs zero",
            lambda: Training(weighted_words(), mlp([300, 32, 4]), adam(5e-3)),
        ),
        (
            "three labels in ten wrong, two moons",
            lambda: Training(flipped_moons(), mlp([2, 16, 1], nn.Tanh), adam(1e-2), steps=250),
        ),
        ("logarithms of prices, the last bias set", prices),
        ("two exits, one in training only", two_exits),
        ("class and ink, two heads", class_and_ink),
        (
            "the first sixty steps of a long run",
            lambda: Training(pictures(), conv(nn.GELU), adam(1e-3), steps=60),
        ),
        ("Muon, convolutions", lambda: Training(pictures(), conv(), ours(muon(0.02)), steps=100)),
        ("schedule-free descent", lambda: Training(digits(), mlp(DEEP), ours(schedule_free(0.5)))),
        ("a first layer at a thirtieth of the rate", _groups),
        ("four experts, one asked", lambda: Training(digits(), experts(), adam(3e-3))),
        (
            "easy rows first: the loss leaps once",
            lambda: Training(digits(), mlp(DEEP), adam(3e-3), habit=curriculum(), steps=220),
        ),
    )
)
