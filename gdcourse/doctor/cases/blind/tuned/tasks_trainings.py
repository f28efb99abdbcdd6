"""Trainings for the faults in richer tasks: coders, flows, graphs, contrasts, lifetimes."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Training
from ...data import Data, diabetes, digits, moons
from ...habits import adam
from ...nets import Passing, mlp
from .tasks_data import cooling, counts, couples, graph, lifetimes, reversal, two_tasks
from .tasks_nets import (
    Couplings,
    Graph,
    Translator,
    Variational,
    both,
    by,
    evidence,
    found,
    halves,
    kind_alone,
    lasting,
    mean_of,
    pinball,
    siamese,
    swinging,
)


def variational(last: Any = None, optimizer: Any = None) -> Training:
    data = digits().onto_itself()
    return Training(data, Variational(last), optimizer or adam(6e-3), habit=evidence, steps=180)


def translated(along: int, habit: Any = None) -> Training:
    optimizer = adam(1e-2)
    return Training(reversal(along), Translator(), optimizer, steps=90, batch=64, habit=habit)


def one_side_kept(t: Training, x: Any, y: Any) -> Any:
    """Make a step of reader and writer, having zeroed the gradient of the reader alone."""
    for p in t.model.get_submodule("reader").parameters():
        p.grad = None
    loss = t.loss_fn(t.model(x), y)
    loss.backward()
    t.optimizer.step()
    return loss


def two_halves(loss_fn: Any, optimizer: Any) -> Training:
    model = halves()
    return Training(digits(), model, optimizer, found, habit=by(loss_fn), measure="loss")


def multiplied(o: Any, y: Any) -> Any:
    """Multiply by the temperature of a tenth instead of dividing."""
    return found(o, cold=0.1)


def unsigned(o: Any, y: Any) -> Any:
    """Return the mean log-likelihood of the right half, its minus forgotten."""
    return torch.log_softmax(10 * o[:, 0] @ o[:, 1].T, 1).diag().mean()


def clubs(plain: bool = False, optimizer: Any = None, kind: str = "club") -> Training:
    data, x, links = graph(kind)
    sizes = [4, 16, 6]
    return Training(data, Graph(x, links, sizes, plain=plain), optimizer or adam(2e-2), batch=0)


def products(act: Any) -> Training:
    """Return nodes to be told by a product of their neighbours' averages."""
    data, x, links = graph("product")

    def forward(m: Any, nodes: Any) -> Any:
        return m.head(act(m.b(act(m.a(links @ x)))))[nodes]

    model = Passing(forward, a=nn.Linear(4, 24), b=nn.Linear(24, 24), head=nn.Linear(24, 2))
    return Training(data, model, adam(2e-2), batch=0, steps=150)


def quantile(wrong: bool) -> Training:
    habit = by(pinball(0.9, wrong))
    model = mlp([10, 16, 1])
    return Training(diabetes(), model, adam(1e-2), pinball(0.9), habit=habit, measure="loss")


def swing(seconds: float) -> Training:
    model = mlp([1, 24, 24, 1], nn.Tanh)
    habit = swinging(seconds)
    return Training(cooling(seconds), model, adam(2e-2), habit=habit, batch=64, steps=160)


def flow(rate: float) -> Training:
    model = Couplings()
    return Training(moons(0.08), model, adam(rate), mean_of, steps=180, measure="loss")


def visits(flat: bool = False, last: Any = None) -> Training:
    """Return counts to be fitted; if flat, [N, 1] against [N], of which the loss says nothing."""
    model, held = mlp([6, 24, 1], last=last), counts()

    def true(o: Any, y: Any) -> Any:
        return F.poisson_nll_loss(o, y)

    data = held._replace(y=held.y[:, 0]) if flat else held
    return Training(data, model, adam(5e-3), true, measure="loss")


def _gauss(o: Any, y: Any) -> Any:
    return F.gaussian_nll_loss(o[:, :1], y, F.softplus(o[:, 1:]) + 1e-3)


def priced(unit: float) -> Training:
    """Return a fit of a number and its doubt; the model gives the number when it is judged."""
    net = mlp([10, 24, 2])
    model = Passing(lambda m, x: m.net(x) if m.training else m.net(x)[:, :1], net=net)
    data = diabetes().targets(lambda y: unit * y + 3 * unit)
    return Training(data, model, adam(5e-3), _gauss)


def taught(loss: Any) -> Training:
    """Return a small net taught by shares that a large one gave; judged by what it lost of them."""
    data = digits()
    shares = torch.softmax(2 * F.one_hot(data.y, 10) + 0.04 * data.x[:, 10:20], 1)
    kept = torch.softmax(2 * F.one_hot(data.y_held, 10) + 0.04 * data.x_held[:, 10:20], 1)
    taught = data._replace(y=shares, y_held=kept, kind="numbers")

    def true(o: Any, y: Any) -> Any:
        return F.kl_div(torch.log_softmax(o, 1), y, reduction="batchmean")

    return Training(taught, mlp([64, 32, 10]), adam(5e-3), true, habit=by(loss), measure="loss")


def no_logarithm(o: Any, y: Any) -> Any:
    return F.kl_div(torch.softmax(o, 1), y, reduction="batchmean")


def logarithm(o: Any, y: Any) -> Any:
    return F.kl_div(torch.log_softmax(o, 1), y, reduction="batchmean")


def two(unit: float) -> Training:
    data = two_tasks(unit)
    model = mlp([6, 48, 48, 2])
    return Training(data, model, adam(3e-3), kind_alone, habit=by(both), measure="loss")


def months(optimizer: Any) -> Training:
    return Training(lifetimes(), mlp([5, 24, 8]), optimizer, lasting, steps=250, measure="loss")


def few(rows: int) -> Training:
    data: Data = couples(4000).first(rows)
    return Training(data, siamese(), adam(1e-2), steps=200, validate=10)
