"""Mistakes in the loop and the model: signs, gradients that stay, parameters that do not move."""

from typing import Final

import torch
import torch.nn.functional as F
from torch import nn

from .case import Case, Training, fault
from .data import cancer, digits, rings, waves, wine
from .habits import adam, climbing, never_zeroed, sgd, zeroed_each, zeroed_too_early
from .nets import Passing, mlp, normal
from .sequences import phrases

DEEP = [64, 64, 64, 10]


def _hidden_in_a_list(kept):
    """Return a net whose hidden layers stand in a plain list, so nobody trains them."""
    layers = [nn.Linear(2, 16), nn.Linear(16, 16)]
    for layer in layers:
        nn.init.normal_(layer.weight, 0, 0.1)
    held = {f"layer{i}": layer for i, layer in enumerate(layers)} if kept else {}

    def forward(m, x):
        for layer in layers:
            x = torch.tanh(layer(x))
        return m.head(x)

    return Passing(forward, head=nn.Linear(16, 1), **held)


def _cut(detach):
    """Return a net whose features are detached from its head."""
    features = mlp([2, 16, 4], nn.Tanh)
    return Passing(
        lambda m, x: m.head(m.body(x).detach() if detach else m.body(x)),
        body=features,
        head=nn.Linear(4, 1),
    )


def _replaced(late):
    """Return a training whose body was replaced, after the optimizer was made or before."""
    model = mlp([2, 8, 8, 1], nn.Tanh)
    optimizer = adam(1e-2)(model.parameters())
    model[0], model[2] = nn.Linear(2, 8), nn.Linear(8, 8)
    return Training(rings(), model, optimizer if late else adam(1e-2))


def _frozen(freeze):
    """Return a training whose hidden layers, small at first, are frozen, or not."""
    model = mlp([2, 16, 16, 1], init=normal(0.1))
    for p in list(model.parameters())[:4]:
        p.requires_grad = not freeze
    return Training(rings(), model, adam(1e-2)([p for p in model.parameters() if p.requires_grad]))


def _head_only(only):
    """Return a training whose optimizer was given the head alone, or all."""
    model = mlp([64, 32, 4, 10])
    return Training(digits(), model, adam(3e-3)((model[4] if only else model).parameters()))


LOOP: Final[tuple[Case, ...]] = (
    fault(
        "the optimizer maximises",
        "ascent",
        lambda: Training(digits(), mlp(DEEP), sgd(0.01, maximize=True)),
        lambda: Training(digits(), mlp(DEEP), sgd(0.1)),
    ),
    fault(
        "minus the loss is differentiated",
        "ascent",
        lambda: Training(cancer(), mlp([30, 16, 1]), adam(1e-3), habit=climbing),
        lambda: Training(cancer(), mlp([30, 16, 1]), adam(1e-3)),
    ),
    fault(
        "the log-likelihood itself is minimised",
        "ascent",
        lambda: Training(wine(), mlp([13, 16, 3]), sgd(0.02), lambda o, y: -F.cross_entropy(o, y)),
        lambda: Training(wine(), mlp([13, 16, 3]), sgd(0.1)),
    ),
    fault(
        "hidden layers in a plain Python list",
        "untrained-parameters",
        lambda: Training(rings(), _hidden_in_a_list(False), adam(1e-2)),
        lambda: Training(rings(), _hidden_in_a_list(True), adam(1e-2)),
    ),
    fault(
        "features detached from the head",
        "untrained-parameters",
        lambda: Training(rings(), _cut(True), adam(1e-2)),
        lambda: Training(rings(), _cut(False), adam(1e-2)),
    ),
    fault(
        "the body was replaced after the optimizer was made",
        "untrained-parameters",
        lambda: _replaced(True),
        lambda: _replaced(False),
    ),
    fault(
        "hidden layers frozen by mistake, at useless weights",
        "untrained-parameters poor-initialization",
        lambda: _frozen(True),
        lambda: _frozen(False),
    ),
    fault(
        "the optimizer was given the head alone",
        "untrained-parameters",
        lambda: _head_only(True),
        lambda: _head_only(False),
    ),
    fault(
        "the gradient is forgotten between backward and step",
        "untrained-parameters learning-rate-too-low",
        lambda: Training(digits(), mlp(DEEP), sgd(0.1), habit=zeroed_too_early),
        lambda: Training(digits(), mlp(DEEP), sgd(0.1)),
    ),
    fault(
        "zero_grad forgotten, plain descent",
        "stale-gradients",
        lambda: Training(digits(), mlp(DEEP), sgd(0.05), habit=never_zeroed),
        lambda: Training(digits(), mlp(DEEP), sgd(0.05)),
    ),
    fault(
        "zero_grad forgotten, Adam on words",
        "stale-gradients",
        lambda: Training(
            phrases().inputs(lambda x: F.one_hot(x, 50).float().mean(1)),
            mlp([50, 16, 4]),
            adam(2e-2),
            habit=never_zeroed,
        ),
        lambda: Training(
            phrases().inputs(lambda x: F.one_hot(x, 50).float().mean(1)),
            mlp([50, 16, 4]),
            adam(2e-2),
        ),
    ),
    fault(
        "zero_grad once an epoch only",
        "stale-gradients",
        lambda: Training(
            wine(), mlp([13, 16, 3]), sgd(0.1, 0.9), habit=zeroed_each(40), measure="loss"
        ),
        lambda: Training(wine(), mlp([13, 16, 3]), sgd(0.1, 0.9), measure="loss"),
    ),
    fault(
        "no activation between the layers, a ring",
        "missing-nonlinearity",
        lambda: Training(rings(), mlp([2, 32, 32, 1], nn.Identity), adam(1e-2)),
        lambda: Training(rings(), mlp([2, 32, 32, 1]), adam(1e-2)),
    ),
    fault(
        "no activation between the layers, a sine",
        "missing-nonlinearity",
        lambda: Training(waves(), mlp([1, 64, 64, 1], nn.Identity), adam(1e-2)),
        lambda: Training(waves(), mlp([1, 64, 64, 1]), adam(1e-2)),
    ),
    fault(
        "activations defined and never called",
        "missing-nonlinearity",
        lambda: Training(
            rings(),
            Passing(
                lambda m, x: m.b(m.a(x)), a=nn.Linear(2, 32), act=nn.ReLU(), b=nn.Linear(32, 1)
            ),
            adam(1e-2),
        ),
        lambda: Training(
            rings(),
            Passing(
                lambda m, x: m.b(m.act(m.a(x))),
                a=nn.Linear(2, 32),
                act=nn.ReLU(),
                b=nn.Linear(32, 1),
            ),
            adam(1e-2),
        ),
    ),
)
