"""More faults in richer tasks: counts, gates, tied coders, deep graphs, medians, lists."""

from functools import partial as p
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import digits, friedman, waves
from ...habits import adam, sgd
from ...nets import Passing, filled, mlp, normal
from .tasks_data import answers, counts, graph, hazy
from .tasks_nets import Graph, pinball


def _deviance(term: Any) -> Training:
    """Return counts to be fitted by a deviance of one's own, whose first term is given."""

    def loss(o: Any, y: Any) -> Any:
        return 2 * (term(y, o.exp()) - y + o.exp()).mean()

    def true(o: Any, y: Any) -> Any:
        return 2 * (torch.xlogy(y, y) - y * o - y + o.exp()).mean()

    def habit(t: Training, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        value = loss(t.model(x), y)
        value.backward()
        t.optimizer.step()
        return value

    return Training(counts(), mlp([6, 24, 1]), adam(5e-3), true, habit=habit, measure="loss")


def _gated(value_too: bool) -> Training:
    """Return a value times a gate; the last layer of the gate starts at zero, or of both do."""
    gate, value = mlp([10, 24, 1]), mlp([10, 24, 1])
    for part in (gate, value) if value_too else (gate,):
        for last in part[-1].parameters():
            nn.init.zeros_(last)
    model = Passing(lambda m, x: m.gate(x) * m.value(x), gate=gate, value=value)
    return Training(friedman().inputs(lambda x: 3 * x - 1.5), model, adam(1e-2), steps=150)


def _tied(spread: float) -> Training:
    """Return an autoencoder that goes back through its own matrices of this spread."""

    def forward(m: Any, x: Any) -> Any:
        h = torch.tanh(m.b(torch.tanh(m.a(x))))
        return F.linear(torch.tanh(F.linear(h, m.b.weight.T)), m.a.weight.T)

    model = Passing(forward, a=nn.Linear(64, 40), b=nn.Linear(40, 16))
    return Training(digits().onto_itself(), filled(model, normal(spread)), adam(2e-3))


def _hops(act: Any, hops: int) -> Training:
    data, x, links = graph()
    net = Graph(x, links, [4] + hops * [16], act)
    return Training(data, net, adam(1e-2), batch=0, steps=120)


def _median(rate: float) -> Training:
    model = mlp([1, 24, 24, 1], nn.Tanh)
    fit = sgd(rate, 0.9)
    return Training(waves(0.02), model, fit, pinball(0.5), batch=0, steps=240, measure="loss")


def _order(optimizer: Any) -> Training:
    def loss(o: Any, y: Any) -> Any:
        return -(torch.softmax(y, 1) * torch.log_softmax(o[..., 0], 1)).sum(1).mean()

    return Training(answers(), mlp([4, 24, 1]), optimizer, loss, measure="loss")


def _noise(wrong: bool = False, rate: float = 5e-3) -> Training:
    """Return the noise to be told from faded points, or that of the next row of the batch."""
    data = hazy().learned(lambda y: y.roll(1, 0)) if wrong else hazy()
    return Training(data, mlp([3, 64, 64, 2], nn.SiLU), adam(rate), batch=64)


MORE_FAULTS_OF_TASKS: Final[tuple[Case, ...]] = (
    fault(
        "published: a deviance of one's own, nought times the logarithm of nought",
        "nonfinite",
        lambda: _deviance(lambda y, rate: y * (y / rate).log()),
        lambda: _deviance(lambda y, rate: torch.xlogy(y, y) - y * rate.log()),
    ),
    fault(
        "published: a value times a gate, the last layers of both at zero",
        "plateau poor-initialization",
        p(_gated, True),
        p(_gated, False),
    ),
    fault(
        "published: a coder that goes back through its own matrices, of unit spread",
        "saturation poor-initialization",
        p(_tied, 1.0),
        p(_tied, 0.12),
    ),
    fault(
        "published: eight hops of sigmoids through a graph",
        "vanishing-gradients plateau",
        p(_hops, torch.sigmoid, 8),
        p(_hops, torch.relu, 2),
    ),
    fault(
        "published: the median of a wave, all rows at once, steps that never shrink",
        "oscillation learning-rate-too-high",
        p(_median, 0.6),
        p(_median, 0.04),
    ),
    fault(
        "published: answers in order, a rate a hundred times too low",
        "learning-rate-too-low",
        lambda: _order(adam(1e-4)),
        lambda: _order(adam(1e-2)),
    ),
    fault(
        "published: answers in order, Adam at six",
        "learning-rate-too-high dead-relu",
        lambda: _order(adam(6.0)),
        lambda: _order(adam(1e-2)),
    ),
    fault(
        "published: the noise to be told is that of another row",
        "label-mismatch",
        p(_noise, True),
        p(_noise, False),
    ),
    fault(
        "published: noise to be told, a rate of three tenths for Adam",
        "learning-rate-too-high",
        p(_noise, False, 0.3),
        p(_noise, False),
    ),
)
