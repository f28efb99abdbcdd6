"""Nets and losses of richer tasks: flows, graphs, sets, experts, pairs, and how each is judged."""

from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...nets import Passing, mlp


class Variational(nn.Module):
    """An autoencoder with noise in the middle and a decoder that may end in something."""

    def __init__(self, last: Any = None):
        super().__init__()
        self.body = mlp([64, 48, 12], nn.ELU)
        self.decoder = mlp([6, 48, 64], nn.ELU, last)

    def forward(self, x):
        mean, log = self.body(x).chunk(2, 1)
        self.distance = (mean**2 + log.exp() - log - 1).sum(1).mean() / 2
        noise = torch.randn_like(mean) if self.training else 0.0
        return self.decoder(mean + (log / 2).exp() * noise)


def evidence(t: Any, x: Any, y: Any) -> Any:
    """Make a step on squares plus the distance from the prior."""
    t.optimizer.zero_grad()
    loss = t.loss_fn(t.model(x), y) + t.model.distance / 640
    loss.backward()
    t.optimizer.step()
    return loss


class Couplings(nn.Module):
    """A flow of affine couplings in the plane; it returns how unlikely each point is."""

    def __init__(self, steps: int = 4):
        super().__init__()
        self.nets = nn.ModuleList(mlp([1, 24, 2], nn.Tanh) for _ in range(steps))

    def forward(self, x):
        total = 0.0
        for net in self.nets:
            a, b = x[:, :1], x[:, 1:]
            s, m = net(a).chunk(2, 1)
            x = torch.cat([b * s.exp() + m, a], 1)
            total = total + s
        return (x**2).sum(1, keepdim=True) / 2 + 1.8379 - total


def mean_of(o: Any, y: Any) -> Any:
    return o.mean()


class Graph(nn.Module):
    """Averages over neighbours, asked for some nodes; the layers may be in a plain list."""

    def __init__(self, x: Any, links: Any, sizes: Any, act: Any = torch.relu, plain: bool = False):
        super().__init__()
        layers = [nn.Linear(a, b) for a, b in pairwise(sizes)]
        self.layers: Any = layers if plain else nn.ModuleList(layers)
        self.head = nn.Linear(sizes[-1], 4)
        self.x, self.links, self.act = x, links, act

    def forward(self, nodes):
        h = self.x
        for layer in self.layers:
            h = self.act(layer(self.links @ h))
        return self.head(h)[nodes]


def bags(hidden: int = 32, inner: Any = torch.mean) -> nn.Module:
    """Return a net of bags of points: each point by itself, the mean, a net on top."""
    return Passing(
        lambda m, x: m.whole(inner(m.each(x), 1)),
        each=mlp([2, hidden, hidden]),
        whole=mlp([hidden, hidden, 1]),
    )


class Translator(nn.Module):
    """A GRU that reads five letters and one that writes five, given those before."""

    def __init__(self, hidden: int = 24):
        super().__init__()
        self.table = nn.Embedding(9, 8)
        self.reader = nn.GRU(8, hidden, batch_first=True)
        self.writer = nn.GRU(8, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 9)

    def forward(self, x):
        e = self.table(x)
        _, h = self.reader(e[:, :5])
        return self.head(self.writer(e[:, 5:], h)[0]).transpose(1, 2)


def siamese(cut: bool = False) -> nn.Module:
    """Return a net of two digits side by side: how far are their codes; cut off, or not."""

    def forward(m: Any, x: Any) -> Any:
        a, b = m.body(x[:, :64]), m.body(x[:, 64:])
        far = (a - b).abs()
        return m.head(far.detach() if cut else far)

    return Passing(forward, body=mlp([64, 32, 4]), head=nn.Linear(4, 1))


def halves() -> nn.Module:
    """Return a net that gives both halves of a digit a code of length one: (n, 2, 12)."""

    def forward(m: Any, x: Any) -> Any:
        return F.normalize(torch.stack([m.up(x[:, :32]), m.down(x[:, 32:])], 1), dim=2)

    return Passing(forward, up=mlp([32, 48, 12]), down=mlp([32, 48, 12]))


def found(o: Any, y: Any = None, cold: float = 10.0) -> Any:
    """Return the loss of finding the other half among those of the batch."""
    return F.cross_entropy(cold * o[:, 0] @ o[:, 1].T, torch.arange(len(o)))


def by(loss_fn: Any) -> Any:
    """Return a habit that steps by this loss; held-out rows are judged by the training's own."""

    def habit(t: Any, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        loss = loss_fn(t.model(x), y)
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


def swinging(unit: float = 1.0) -> Any:
    """Return a habit that fits an equation, u'' + 4 u' + 40 u = 0 in the unit, and its start."""

    def habit(t: Any, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        x = x.clone().requires_grad_()
        u = t.model(x)
        du = unit * torch.autograd.grad(u.sum(), x, create_graph=True)[0]
        ddu = unit * torch.autograd.grad(du.sum(), x, create_graph=True)[0]
        zero = torch.zeros(1, 1, requires_grad=True)
        start = t.model(zero)
        pace = unit * torch.autograd.grad(start.sum(), zero, create_graph=True)[0]
        loss = ((ddu + 4 * du + 40 * u) ** 2).mean() / 100
        loss = loss + 10 * ((start - 1) ** 2).mean() + ((pace + 2) ** 2).mean()
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


def pinball(level: float, wrong: bool = False) -> Any:
    """Return the loss of one quantile, or what the smaller instead of the larger term makes it."""
    pick = torch.minimum if wrong else torch.maximum
    return lambda o, y: pick(level * (y - o), (level - 1) * (y - o)).mean()


def lasting(o: Any, y: Any) -> Any:
    """Return how unlikely the months are, by the chance to fail in each of eight."""
    month, seen = y[:, :1], y[:, 1:]
    months = torch.arange(8.0)[None]
    each = F.binary_cross_entropy_with_logits(o, (months == month) * seen, reduction="none")
    return (each * (months <= month)).sum(1).mean()


def both(o: Any, y: Any) -> Any:
    """Return the loss of a kind and that of a number, added."""
    return F.binary_cross_entropy_with_logits(o[:, 0], y[:, 0]) + F.mse_loss(o[:, 1], y[:, 1])


def kind_alone(o: Any, y: Any) -> Any:
    return F.binary_cross_entropy_with_logits(o[:, 0], y[:, 0])
