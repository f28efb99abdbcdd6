"""Healthy runs that predict numbers, made to look odd."""

from typing import Final

import torch
import torch.nn.functional as F
from torch import nn

from .case import Case, Training
from .data import diabetes, digits, friedman, plane, waves
from .habits import adam, by_closure, clipped, sgd
from .nets import mlp


def _counts():
    """Return counts whose logarithm is linear in the inputs (synthetic)."""
    data = plane()
    g = torch.Generator().manual_seed(5)
    return data.targets(lambda y: torch.poisson(torch.exp(y + 1), generator=g))


def _poisson(o, y):
    return F.poisson_nll_loss(o, y)


REGRESSIONS: Final[tuple[Case, ...]] = tuple(
    Case(*entry)
    for entry in (
        ("a plane, plain descent", lambda: Training(plane(), nn.Linear(8, 1), sgd(0.05))),
        (
            "a plane, all rows at once",
            lambda: Training(plane(), nn.Linear(8, 1), sgd(0.3), batch=0),
        ),
        (
            "the progression of diabetes, standardised",
            lambda: Training(diabetes(), mlp([10, 16, 1]), adam(3e-3)),
        ),
        (
            "diabetes, linear, little to explain",
            lambda: Training(diabetes(), nn.Linear(10, 1), sgd(0.02)),
        ),
        ("Friedman's function", lambda: Training(friedman(), mlp([10, 32, 1]), adam(1e-2))),
        (
            "targets of spread five around three",
            lambda: Training(
                plane().targets(lambda y: 5 * y + 3), mlp([8, 32, 1]), adam(1e-2), steps=250
            ),
        ),
        (
            "targets of spread twenty, a linear model",
            lambda: Training(plane().targets(lambda y: 20 * y), nn.Linear(8, 1), sgd(0.1)),
        ),
        (
            "targets of spread one tenth",
            lambda: Training(plane().targets(lambda y: 0.1 * y), mlp([8, 16, 1]), adam(3e-3)),
        ),
        (
            "a sine, tanh",
            lambda: Training(waves(), mlp([1, 32, 32, 1], nn.Tanh), adam(1e-2), steps=250),
        ),
        (
            "a noisy sine",
            lambda: Training(waves(0.5), mlp([1, 32, 32, 1], nn.Tanh), adam(1e-2), steps=250),
        ),
        ("much noise, little signal", lambda: Training(plane(8, 2.0), nn.Linear(8, 1), adam(1e-2))),
        ("absolute error", lambda: Training(friedman(), mlp([10, 32, 1]), adam(1e-2), F.l1_loss)),
        (
            "Huber loss, batches of eight",
            lambda: Training(friedman(), mlp([10, 32, 1]), adam(3e-3), F.huber_loss, batch=8),
        ),
        (
            "an autoencoder",
            lambda: Training(
                digits().onto_itself(), mlp([64, 32, 8, 32, 64]), adam(3e-3), steps=250
            ),
        ),
        (
            "an autoencoder of pixels in [0, 1], sigmoid",
            lambda: Training(
                digits("unit").onto_itself(),
                mlp([64, 32, 64], last=nn.Sigmoid()),
                adam(3e-3),
                F.binary_cross_entropy,
                steps=250,
            ),
        ),
        ("counts, Poisson", lambda: Training(_counts(), mlp([8, 16, 1]), adam(5e-3), _poisson)),
        (
            "a positive target with softplus at the end",
            lambda: Training(
                plane().targets(lambda y: y.abs() + 0.5),
                mlp([8, 32, 1], last=nn.Softplus()),
                adam(1e-2),
            ),
        ),
        (
            "targets between zero and one, sigmoid",
            lambda: Training(
                plane().targets(lambda y: torch.sigmoid(2 * y)),
                mlp([8, 16, 1], last=nn.Sigmoid()),
                adam(1e-2),
            ),
        ),
        (
            "several targets",
            lambda: Training(
                plane().targets(lambda y: torch.cat([y, -y, y**2], 1)),
                mlp([8, 32, 3]),
                adam(1e-2),
                steps=250,
            ),
        ),
        (
            "inputs of spread three around two",
            lambda: Training(
                plane().inputs(lambda x: 3 * x + 2), mlp([8, 32, 1]), adam(3e-3), steps=250
            ),
        ),
        (
            "a deep linear net on a plane, on purpose",
            lambda: Training(plane(), mlp([8, 8, 8, 1], nn.Identity), sgd(0.05)),
        ),
        (
            "L-BFGS on a plane",
            lambda: Training(
                plane(),
                nn.Linear(8, 1),
                lambda p: torch.optim.LBFGS(p, lr=0.5),
                batch=0,
                steps=25,
                habit=by_closure,
            ),
        ),
        (
            "clipped, with a heavy tail",
            lambda: Training(
                plane().learned(lambda y: y + (torch.rand(len(y), 1) < 0.02) * 8),
                mlp([8, 16, 1]),
                sgd(0.05),
                habit=clipped(1.0),
            ),
        ),
        (
            "flat outputs (n,) against (n,)",
            lambda: Training(
                plane().targets(lambda y: y[:, 0]), mlp([8, 16, 1], last=nn.Flatten(0)), adam(1e-2)
            ),
        ),
        (
            "RMSprop",
            lambda: Training(
                friedman(), mlp([10, 32, 1]), lambda p: torch.optim.RMSprop(p, lr=3e-3)
            ),
        ),
        (
            "Adagrad",
            lambda: Training(
                friedman(), mlp([10, 32, 1]), lambda p: torch.optim.Adagrad(p, lr=0.05)
            ),
        ),
        (
            "summed squared error, a fitting rate",
            lambda: Training(
                plane(), nn.Linear(8, 1), sgd(1e-3), lambda o, y: F.mse_loss(o, y, reduction="sum")
            ),
        ),
        (
            "validated regression, noise in the validation",
            lambda: Training(diabetes(), nn.Linear(10, 1), sgd(0.03), steps=300, validate=15),
        ),
    )
)
