"""Data and nets for healthy programs as people have them."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...data import Data, as_data, digits, pictures
from ...nets import mlp


def _g(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


POEM = (
    "round and round the ragged rock the ragged rascal ran and round the rock he ran again "
    "until the rock was round and ran the rascal round the rugged rock and round and round "
)


@cache
def poem(length: int = 16) -> Data:
    """Return windows of a poem, letter by letter, and the letters after them."""
    letters = sorted(set(POEM))
    text = torch.tensor([letters.index(c) for c in POEM * 4])
    rows = text.unfold(0, length + 1, 1)
    return as_data(rows[:, :-1].clone(), rows[:, 1:].clone(), "classes")


@cache
def scores() -> Data:
    """Return (reader, film) and stars from one to five, (n, 1)."""
    g = _g()
    who = torch.randint(40, (1500,), generator=g)
    what = torch.randint(30, (1500,), generator=g)
    taste, kind = torch.randn(40, 2, generator=g), torch.randn(30, 2, generator=g)
    y = 3.2 + 0.4 * torch.randn(30, generator=g)[what] + 0.8 * (taste[who] * kind[what]).sum(1)
    y = (y + 0.2 * torch.randn(1500, generator=g)).clamp(1, 5)
    return as_data(torch.stack([who, what], 1), y[:, None], "numbers")


@cache
def two_digits() -> Data:
    """Return two digits side by side and whether they are the same, half of them are."""
    d, g = digits(), _g()
    x, y = torch.cat([d.x, d.x_held]), torch.cat([d.y, d.y_held])
    order = y.argsort(stable=True)
    near = order[(torch.arange(len(y)) + 1).clamp(max=len(y) - 1)]
    near = near[order.argsort()]
    far = torch.randint(len(y), (len(y),), generator=g)
    other = torch.where(torch.rand(len(y), generator=g) < 0.5, near, far)
    return as_data(torch.cat([x, x[other]], 1), (y == y[other]).float()[:, None], "binary")


@cache
def rare() -> Data:
    """Return points of which one in fifteen is of the kind that is looked for, (n, 1)."""
    x = torch.randn(1200, 5, generator=_g())
    sign = x[:, :1] + 0.8 * x[:, 1:2] * x[:, 2:3] + 0.3 * torch.randn(1200, 1, generator=_g(1))
    return as_data(x, (sign > sign.quantile(0.933)).float(), "binary")


@cache
def kelvin() -> Data:
    """Return readings and temperatures about 288, in Kelvin, (n, 1)."""
    x = torch.randn(700, 6, generator=_g())
    y = 288 + 6 * torch.sin(x[:, :1]) + 4 * x[:, 1:2] + 0.7 * torch.randn(700, 1, generator=_g(1))
    return as_data(x, y, "numbers")


@cache
def periodic() -> Data:
    """Return words that come back after four places, and the words after them."""
    seed = torch.randint(10, (700, 4), generator=_g())
    x = seed.repeat(1, 4)
    return as_data(x[:, :12], x[:, 1:13], "classes")


@cache
def masks() -> Data:
    """Return noisy pictures of a disc and which pixels it covers, (n, 1, 8, 8)."""
    at = torch.rand(400, 2, 1, 1, generator=_g()) * 5 + 1
    far = (torch.arange(8.0)[:, None] - at[:, 0]) ** 2 + (torch.arange(8.0) - at[:, 1]) ** 2
    y = (far < 4).float()[:, None]
    return as_data(2 * y - 1 + 0.8 * torch.randn(y.shape, generator=_g(1)), y, "binary")


@cache
def coarse() -> Data:
    """Return pictures of four by four and the digits of eight by eight that they were."""
    d = pictures("unit")
    return d.onto_itself().inputs(lambda x: F.avg_pool2d(x, 2))


@cache
def taught_digits() -> Data:
    """Return digits, the logits of a larger net for them, and the digit itself, (n, 11)."""
    d = digits()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        teacher = mlp([64, 96, 10])
        descent = torch.optim.Adam(teacher.parameters(), lr=5e-3)
        for _ in range(120):
            descent.zero_grad()
            rows = torch.randint(len(d.x), (64,))
            F.cross_entropy(teacher(d.x[rows]), d.y[rows]).backward()
            descent.step()
    with torch.no_grad():
        told = [
            torch.cat([teacher(x), y[:, None]], 1) for x, y in ((d.x, d.y), (d.x_held, d.y_held))
        ]
    return d._replace(y=told[0], y_held=told[1], kind="numbers")


@cache
def cloud_of(rows: int = 900) -> Data:
    """Return noise, and points of three bumps that a generator is to give."""
    at = torch.randint(3, (rows,), generator=_g())
    middle = torch.tensor([[2.0, 0.0], [-1.0, 1.7], [-1.0, -1.7]])[at]
    y = middle + 0.3 * torch.randn(rows, 2, generator=_g(1))
    return as_data(torch.randn(rows, 4, generator=_g(2)), y, "numbers")


def far_apart(o: Any, y: Any) -> Any:
    """Return the energy distance of two clouds."""

    def mean(a: Any, b: Any) -> Any:
        return ((a[:, None] - b) ** 2).sum(2).add(1e-6).sqrt().mean()

    return 2 * mean(o, y) - mean(o, o) - mean(y, y)


class Factors(nn.Module):
    """Readers and films: a vector and a number for each, and a mean."""

    def __init__(self, width: int = 4):
        super().__init__()
        self.reader, self.film = nn.Embedding(40, width), nn.Embedding(30, width)
        self.easy, self.good = nn.Embedding(40, 1), nn.Embedding(30, 1)
        self.mean = nn.Parameter(torch.tensor(3.0))
        for p in (self.reader, self.film):
            nn.init.normal_(p.weight, 0, 0.3)
        for p in (self.easy, self.good):
            nn.init.zeros_(p.weight)

    def forward(self, x):
        u, i = x[:, 0], x[:, 1]
        both = (self.reader(u) * self.film(i)).sum(1, keepdim=True)
        return both + self.easy(u) + self.good(i) + self.mean


class Small(nn.Module):
    """A decoder-only transformer of one block: words before, normed first, tied to its table."""

    def __init__(self, words: int, length: int, width: int = 24):
        super().__init__()
        self.table, self.place = nn.Embedding(words, width), nn.Embedding(length, width)
        self.one, self.two = nn.LayerNorm(width), nn.LayerNorm(width)
        self.look = nn.MultiheadAttention(width, 2, batch_first=True)
        self.think = mlp([width, 2 * width, width], nn.GELU)
        for p in (self.table.weight, self.place.weight):
            nn.init.normal_(p, 0, 0.2)

    def forward(self, x):
        n = x.shape[1]
        h = self.table(x) + self.place(torch.arange(n))
        z = self.one(h)
        mask = torch.ones(n, n, dtype=torch.bool).triu(1)
        h = h + self.look(z, z, z, attn_mask=mask, need_weights=False)[0]
        h = h + self.think(self.two(h))
        return (h @ self.table.weight.T).transpose(1, 2)


class Coder(nn.Module):
    """A variational autoencoder of pixels in [0, 1]; it returns logits, and keeps the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(64, 40), nn.Linear(40, 6), nn.Linear(40, 6)
        self.fc3, self.fc4 = nn.Linear(6, 40), nn.Linear(40, 64)

    def forward(self, x):
        h = F.relu(self.fc1(x))
        mu, logvar = self.fc21(h), self.fc22(h)
        self.kl = -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum()
        z = mu + (logvar / 2).exp() * torch.randn_like(mu) if self.training else mu
        return self.fc4(F.relu(self.fc3(z)))


def evidence(t: Any, x: Any, y: Any) -> Any:
    """Make a step of a loss that is summed over pixels and rows, the prior counts three tenths."""
    t.optimizer.zero_grad()
    loss = t.loss_fn(t.model(x), y) + 0.3 * t.model.kl
    loss.backward()
    t.optimizer.step()
    return loss
