"""Small data and nets for the programs of forum_*.py; all data are synthetic or scikit-learn's."""

from functools import cache
from typing import Any

import torch
from torch import nn

from ...data import Data, as_data, digits
from ...nets import Passing, mlp


def dice(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@cache
def table(columns: int = 5, rows: int = 700) -> tuple[torch.Tensor, torch.Tensor]:
    """Return columns of unit spread and a bent function of them, of about unit spread."""
    x = torch.randn(rows, columns, generator=dice())
    y = x[:, :1] + torch.sin(2 * x[:, 1:2]) + 0.7 * x[:, 2:3].abs() - 0.6 * x[:, 3:4] * x[:, 4:5]
    return x, (y - y.mean()) / y.std()


@cache
def ratings() -> Data:
    """Return stars from one to five."""
    x, y = table()
    return as_data(0.4 * x, (3 + 1.1 * y).clamp(1, 5), "numbers")


@cache
def counts() -> Data:
    """Return how many calls came in, by five columns."""
    x, y = table()
    return as_data(x, torch.poisson((0.6 + 0.8 * y).exp(), generator=dice(2)), "numbers")


@cache
def rain() -> Data:
    """Return rain by day: next to nothing on half of the days."""
    x, y = table()
    return as_data(x, torch.where(y > 0, 2 * y, 1e-3 * y.abs() + 1e-4), "numbers")


@cache
def intents(words: int = 120, classes: int = 20, length: int = 7) -> Data:
    """Return short requests and what each wants, one of twenty."""
    g = dice()
    wish = torch.randint(classes, (1200,), generator=g)
    common = torch.randint(words, (1200, length), generator=g)
    telling = common - common % classes + wish[:, None]
    x = torch.where(torch.rand(1200, length, generator=g) < 0.6, telling, common)
    return as_data(x.clamp(max=words - 1), wish, "classes")


@cache
def pairs() -> Data:
    """Return two digits side by side, and whether they are the same figure."""
    g, d = dice(), digits()
    a = torch.randint(len(d.x), (1500,), generator=g)
    alike = torch.rand(1500, generator=g) < 0.5
    b = torch.randint(len(d.x), (1500,), generator=g)
    for i in range(1500):
        if alike[i]:
            same = (d.y == d.y[a[i]]).nonzero()[:, 0]
            b[i] = same[b[i] % len(same)]
    same_figure = (d.y[a] == d.y[b]).float()[:, None]
    return as_data(torch.cat([d.x[a], d.x[b]], 1), same_figure, "binary")


@cache
def scans() -> Data:
    """Return tiny images, and whether there is a bright bar in them."""
    g = dice()
    x = 0.4 * torch.randn(600, 1, 8, 8, generator=g)
    there = torch.rand(600, generator=g) < 0.5
    at = torch.randint(8, (600,), generator=g)
    for i in there.nonzero()[:, 0]:
        x[i, 0, at[i], 1:7] += 1.2
    return as_data(x, there.float()[:, None], "binary")


@cache
def skies() -> Data:
    """Return tiny images of stars, and how many there are, of unit spread."""
    g = dice()
    x = (torch.rand(600, 1, 8, 8, generator=g) < torch.rand(600, 1, 1, 1, generator=g) / 2).float()
    y = x.sum((1, 2, 3))[:, None]
    return as_data(x - 0.25, (y - y.mean()) / y.std(), "numbers")


@cache
def wandering(stride: int = 5, taken: int = 5) -> Data:
    """Return windows of a series and the value two hours on, of these windows or of others."""
    g = dice()
    n = 4000
    s, noise = torch.zeros(n), torch.randn(n, generator=g)
    for t in range(2, n):
        s[t] = 1.6 * s[t - 1] - 0.8 * s[t - 2] + 0.5 * noise[t]
    s = s / s.std()
    starts = torch.arange(700) * stride
    x = torch.stack([s[i : i + 16] for i in starts])[:, :, None]
    right = as_data(x, s[starts + 17][:, None], "numbers")
    other = as_data(x, s[torch.arange(700) * taken + 17][:, None], "numbers")
    return right._replace(y=other.y)


def cosine() -> nn.Module:
    """Return one net for both images; it gives one when their codes point the same way."""

    def forward(m: Any, x: Any) -> Any:
        a, b = m.twin(x[:, :64]), m.twin(x[:, 64:])
        return 2 * torch.cosine_similarity(a, b, dim=1)[:, None] - 1

    return Passing(forward, twin=mlp([64, 32, 12]))


def reader(ends: Any = None) -> nn.Module:
    """Return a recurrent net over words, and what ends it."""

    def forward(m: Any, x: Any) -> Any:
        states, _ = m.cell(m.embed(x))
        return m.ends(m.head(states.mean(1)))

    return Passing(
        forward,
        embed=nn.Embedding(120, 16),
        cell=nn.GRU(16, 24, batch_first=True),
        head=nn.Linear(24, 20),
        ends=ends or nn.Identity(),
    )


def looking(ends: Any = nn.Identity, outputs: int = 1) -> nn.Module:
    """Return a convolution, its mean over the image, and what ends it."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3),
        nn.ReLU(),
        nn.Conv2d(8, 8, 3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(128, outputs),
        ends(),
    )


@cache
def loudness() -> Data:
    """Return short sounds and how loud they are."""
    g = dice()
    loud = 0.2 + torch.rand(600, 1, generator=g)
    x = loud[:, None] * torch.randn(600, 10, 1, generator=g)
    y = x.abs().mean(1)
    return as_data(x, (y - y.mean()) / y.std(), "numbers")


@cache
def negations() -> Data:
    """Return two words each: one of ten that affirm or deny, one of ten that praise or blame."""
    g = dice()
    x = torch.randint(10, (800, 2), generator=g)
    y = (x[:, :1] < 5) == (x[:, 1:] < 5)
    return as_data(x + torch.tensor([0, 10]), y.float(), "binary")


@cache
def with_branches() -> Data:
    """Return four numbers and a category, and what they add up to."""
    g = dice()
    x, _ = table()
    kind = torch.randint(10, (700, 1), generator=g)
    y = x[:, :1] - 0.8 * x[:, 1:2] + torch.randn(10, generator=g)[kind]
    return as_data(torch.cat([x[:, :4], kind.float()], 1), (y - y.mean()) / y.std(), "numbers")
