"""Healthy runs whose nets are odd inside: tied, switched, gated, normed by hand."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm

from ...case import Case, Training
from ...data import digits, friedman, waves
from ...habits import adam, sgd
from ...nets import Passing, mlp
from .tasks_nets import by


def _tied() -> Training:
    """Return an autoencoder that goes back through the same matrices."""

    def forward(m: Any, x: Any) -> Any:
        h = torch.tanh(m.b(torch.tanh(m.a(x))))
        return F.linear(torch.tanh(F.linear(h, m.b.weight.T)), m.a.weight.T) + m.shift

    model = Passing(forward, a=nn.Linear(64, 40), b=nn.Linear(40, 16))
    model.shift = nn.Parameter(torch.zeros(64))
    return Training(digits().onto_itself(), model, adam(4e-3))


def _codes() -> Training:
    """Return an autoencoder of six switches, each of eight, chosen by chance."""

    def forward(m: Any, x: Any) -> Any:
        o = m.body(x).unflatten(1, (6, 8))
        hard = F.gumbel_softmax(o, 0.7, True) if m.training else F.one_hot(o.argmax(2), 8).float()
        return m.back(hard.flatten(1))

    model = Passing(forward, body=mlp([64, 64, 48]), back=mlp([48, 64, 64]))
    return Training(digits().onto_itself(), model, adam(4e-3), steps=250)


def _gates() -> Training:
    """Return a fit with a gate on each input, half of which shut for good."""
    model = Passing(lambda m, x: m.net(x * torch.relu(m.gates)), net=mlp([10, 32, 1]))
    gates = nn.Parameter(torch.full((10,), 0.5))
    model.register_parameter("gates", gates)

    def loss(o: Any, y: Any) -> Any:
        return F.mse_loss(o, y) + 0.04 * torch.relu(gates).sum()

    return Training(friedman().inputs(lambda x: 3 * x - 1.5), model, adam(8e-3), habit=by(loss))


def _experts() -> Training:
    """Return four experts, of whom each row asks one, in training by the toss of a coin."""

    def forward(m: Any, x: Any) -> Any:
        o = m.gate(x)
        which = (o + m.training * 2 * torch.randn_like(o)).argmax(1, keepdim=True)
        said = torch.stack([one(x) for one in m.experts], 2)
        share = torch.softmax(o, 1).gather(1, which)
        return 2 * share * said.gather(2, which[:, :, None])[..., 0]

    experts = nn.ModuleList(mlp([1, 16, 1]) for _ in range(4))
    model = Passing(forward, gate=nn.Linear(1, 4), experts=experts)
    return Training(waves(), model, adam(2e-2), steps=200)


def _normed() -> nn.Module:
    return nn.Sequential(
        weight_norm(nn.Linear(10, 32)),
        nn.SiLU(),
        weight_norm(nn.Linear(32, 32)),
        nn.SiLU(),
        weight_norm(nn.Linear(32, 1)),
    )


def _spectral() -> nn.Module:
    a, b, c = (spectral_norm(nn.Linear(*s)) for s in ((64, 48), (48, 48), (48, 10)))
    return nn.Sequential(a, nn.LeakyReLU(0.1), b, nn.LeakyReLU(0.1), c)


ODD_AND_WELL_THREE: Final[tuple[Case, ...]] = tuple(
    Case(*entry)
    for entry in (
        ("an autoencoder that goes back through its own matrices", _tied),
        ("six switches of eight, chosen by chance in training", _codes),
        ("gates on the inputs, half of which shut for good", _gates),
        ("four experts, of whom each row asks one, not always the best", _experts),
        (
            "weights as direction and length, descent at three tenths",
            lambda: Training(friedman().inputs(lambda x: 3 * x - 1.5), _normed(), sgd(0.3)),
        ),
        (
            "spectral norms: no layer may stretch, so the loss falls slowly",
            lambda: Training(digits(), _spectral(), adam(1e-2)),
        ),
    )
)
