"""Healthy runs that classify, made to look odd."""

from typing import Final

import torch
import torch.nn.functional as F
from torch import nn

from .case import Case, Training
from .data import cancer, digits, pictures, wine
from .habits import accumulating, adam, by_closure, clipped, sgd
from .nets import conv, mlp

DEEP = [64, 64, 64, 10]


XAVIER = nn.init.xavier_normal_


HE = nn.init.kaiming_normal_


def _long(depth, width=32):
    return [64, *[width] * depth, 10]


def _zero_last(model):
    nn.init.zeros_(model[-1].weight)
    nn.init.zeros_(model[-1].bias)
    return model


def _pretrained():
    """Return a training on a backbone that was trained before and is frozen on purpose."""
    model, data = mlp(DEEP), digits()
    optimizer = adam(1e-2)(model.parameters())
    for i in range(60):
        optimizer.zero_grad()
        F.cross_entropy(model(data.x[i % 2 :: 2]), data.y[i % 2 :: 2]).backward()
        optimizer.step()
    model[-1] = nn.Linear(64, 10)
    for p in model[:4].parameters():
        p.requires_grad = False
    return Training(data, model, adam(1e-2)(model[-1].parameters()))


def _uneven(data, keep):
    """Return data in which ones are rare."""
    rows = (data.y[:, 0] == 0) | (torch.arange(len(data.y)) % keep == 0)
    return data._replace(x=data.x[rows], y=data.y[rows])


def _one_cycle(steps, top):
    return lambda o: torch.optim.lr_scheduler.OneCycleLR(o, max_lr=top, total_steps=steps + 1)


CLASSIFIERS: Final[tuple[Case, ...]] = tuple(
    Case(*entry)
    for entry in (
        ("digits, plain descent", lambda: Training(digits(), mlp(DEEP), sgd(0.1))),
        ("digits, Adam", lambda: Training(digits(), mlp(DEEP), adam())),
        ("a large but sound rate", lambda: Training(digits(), mlp(DEEP), sgd(0.4))),
        ("Adam at one hundredth", lambda: Training(digits(), mlp(DEEP), adam(1e-2))),
        (
            "ten layers of tanh, Xavier",
            lambda: Training(digits(), mlp(_long(10), nn.Tanh, init=XAVIER), sgd(0.02, 0.9)),
        ),
        (
            "eighteen layers of tanh, Xavier, Adam",
            lambda: Training(digits(), mlp(_long(18), nn.Tanh, init=XAVIER), adam(1e-3)),
        ),
        (
            "fourteen rectified layers, He",
            lambda: Training(digits(), mlp(_long(14), init=HE), adam(1e-3)),
        ),
        ("noisy batches of four", lambda: Training(digits(), mlp(DEEP), sgd(0.03), batch=4)),
        (
            "single rows, a small rate",
            lambda: Training(wine(), mlp([13, 16, 3]), sgd(0.02), batch=1, steps=300),
        ),
        (
            "dropout of one half",
            lambda: Training(digits(), mlp(DEEP, drop=0.5), adam(2e-3), steps=250),
        ),
        ("a backbone trained before, frozen on purpose", _pretrained),
        (
            "gradients accumulated over four parts",
            lambda: Training(digits(), mlp(DEEP), sgd(0.1), habit=accumulating(4)),
        ),
        ("clipped gradients", lambda: Training(digits(), mlp(DEEP), sgd(0.3), habit=clipped(0.5))),
        (
            "convolutions with batch norm",
            lambda: Training(pictures(), conv(norm=True), sgd(0.05, 0.9), steps=120),
        ),
        ("convolutions, Adam", lambda: Training(pictures(), conv(), adam(3e-3), steps=150)),
        ("a last layer at zero", lambda: Training(digits(), _zero_last(mlp(DEEP)), sgd(0.1))),
        (
            "L-BFGS",
            lambda: Training(
                cancer(),
                mlp([30, 8, 1], nn.Tanh),
                lambda p: torch.optim.LBFGS(p, lr=0.3, max_iter=3),
                batch=0,
                steps=40,
                habit=by_closure,
            ),
        ),
        (
            "AdamW with decay",
            lambda: Training(
                digits(), mlp(DEEP), lambda p: torch.optim.AdamW(p, lr=2e-3, weight_decay=0.1)
            ),
        ),
        (
            "one cycle",
            lambda: Training(digits(), mlp(DEEP), sgd(0.02, 0.9), schedule=_one_cycle(200, 0.2)),
        ),
        (
            "the sum of the losses, at a fitting rate",
            lambda: Training(
                digits(), mlp(DEEP), sgd(0.003), lambda o, y: F.cross_entropy(o, y, reduction="sum")
            ),
        ),
        ("logistic regression", lambda: Training(cancer(), nn.Linear(30, 1), sgd(0.1))),
        ("softmax regression", lambda: Training(digits(), nn.Linear(64, 10), sgd(0.05))),
        ("one in twenty", lambda: Training(_uneven(cancer(), 20), mlp([30, 16, 1]), adam(3e-3))),
    )
)
