"""Healthy runs that look odd: likelihoods, flows, equations, sets and time."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training
from ...data import Data, diabetes, digits, moons, waves
from ...habits import adam, by_closure, clipped, sgd
from ...nets import mlp
from .tasks_data import cooling, counts, hazy, lifetimes, sets, two_tasks
from .tasks_nets import (
    Couplings,
    Variational,
    bags,
    both,
    by,
    evidence,
    lasting,
    mean_of,
    pinball,
    swinging,
)


def _poisson(o: Any, y: Any) -> Any:
    return F.poisson_nll_loss(o, y)


def _overspread(o: Any, y: Any) -> Any:
    """Return the negative-binomial loss; the second output is the logarithm of its count."""
    size = o[:, 1:].clamp(-4, 4).exp()
    spread = torch.distributions.NegativeBinomial(size, logits=o[:, :1] - o[:, 1:])
    return -spread.log_prob(y).mean()


def _student(o: Any, y: Any) -> Any:
    return -torch.distributions.StudentT(3.0, o[:, :1], F.softplus(o[:, 1:])).log_prob(y).mean()


def _double() -> Training:
    """Return a fit in double precision by L-BFGS that searches along its line."""
    x, y, x_held, y_held, kind = waves(0.05)
    data = Data(x.double(), y.double(), x_held.double(), y_held.double(), kind)
    model = mlp([1, 12, 1], nn.Tanh).double()
    return Training(
        data,
        model,
        lambda p: torch.optim.LBFGS(p, 1.0, 4, line_search_fn="strong_wolfe"),
        steps=20,
        batch=0,
        habit=by_closure,
    )


def _weighed() -> Training:
    """Return two tasks whose weights are learned as well: the loss goes below zero."""
    model = mlp([6, 48, 48, 2])
    log = nn.Parameter(torch.zeros(2))
    model.register_parameter("log", log)

    def loss(o: Any, y: Any) -> Any:
        kind = F.binary_cross_entropy_with_logits(o[:, 0], y[:, 0])
        apart = torch.stack([kind, F.mse_loss(o[:, 1], y[:, 1])])
        return ((-log).exp() * apart + log / 2).sum()

    return Training(two_tasks(), model, adam(8e-3), both, habit=by(loss), measure="loss")


def _restarts(o: Any) -> Any:
    return torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(o, 30, 2)


ODD_AND_WELL_ONE: Final[tuple[Case, ...]] = tuple(
    Case(*entry)
    for entry in (
        (
            "visits in a week, Poisson's likelihood: what is left is chance",
            lambda: Training(counts(), mlp([6, 24, 1]), adam(5e-3), _poisson, measure="loss"),
        ),
        (
            "visits, negative binomial, three layers and a rate of one hundredth",
            lambda: Training(
                counts(), mlp([6, 24, 24, 2], nn.Tanh), adam(1e-2), _overspread, measure="loss"
            ),
        ),
        (
            "how long until they leave, by months, most are only known to have stayed",
            lambda: Training(lifetimes(), mlp([5, 24, 8]), adam(5e-3), lasting, measure="loss"),
        ),
        (
            "two moons through four couplings, plain descent, always clipped",
            lambda: Training(
                moons(0.08),
                Couplings(),
                sgd(0.05, 0.9),
                mean_of,
                habit=clipped(0.3),
                measure="loss",
            ),
        ),
        (
            "the noise in points at any stage of fading: some can never be told",
            lambda: Training(hazy(), mlp([3, 64, 64, 2], nn.SiLU), adam(5e-3), batch=64),
        ),
        (
            "a swing from its equation, derivatives by autograd: the loss starts at a dozen",
            lambda: Training(
                cooling(),
                mlp([1, 24, 24, 1], nn.Tanh),
                adam(2e-2),
                habit=swinging(),
                batch=64,
                steps=160,
            ),
        ),
        (
            "how wide is a bag of points, the rate jumps up again and again",
            lambda: Training(
                sets(), bags(), sgd(0.02, 0.9), schedule=_restarts, batch=64, steps=210
            ),
        ),
        (
            "variational, the distance from the prior rises at first",
            lambda: Training(
                digits().onto_itself(), Variational(), adam(6e-3), habit=evidence, steps=180
            ),
        ),
        ("double precision, L-BFGS with a line search: a few dozen steps", _double),
        ("two tasks whose weights are learned: the loss goes below zero", _weighed),
        (
            "the highest tenth of an illness: nine of ten errors on one side",
            lambda: Training(
                diabetes(), mlp([10, 16, 1]), adam(1e-2), pinball(0.9), batch=8, measure="loss"
            ),
        ),
        (
            "Student's likelihood and its width, two rows at a time",
            lambda: Training(
                waves(0.3),
                mlp([1, 24, 2]),
                adam(6e-3),
                _student,
                batch=2,
                steps=300,
                measure="loss",
            ),
        ),
    )
)
