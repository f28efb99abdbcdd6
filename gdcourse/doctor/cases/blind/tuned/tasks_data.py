"""Data of richer tasks, all synthetic or made of the digits: graphs, sets, counts, pairs, lists."""

from functools import cache
from typing import Any

import torch

from ...data import Data, as_data, digits


def _g(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@cache
def counts(flat: bool = False) -> Data:
    """Return visits in a week, mostly none; (n, 1) or (n,)."""
    x = torch.randn(700, 6, generator=_g())
    rate = (x[:, :1] - 0.8 * x[:, 1:2] * x[:, 2:3] - 0.5).clamp(-4, 2.5).exp()
    y = torch.poisson(rate, generator=_g(1))
    return as_data(x, y[:, 0] if flat else y, "numbers")


@cache
def lifetimes() -> Data:
    """Return five signs and (month, seen to fail): most are only known to have lasted so long."""
    x = torch.randn(700, 5, generator=_g())
    age = (0.9 * x[:, 0] + 0.6 * x[:, 1].abs()).exp() * 5 * torch.rand(700, generator=_g(1)).log()
    left = 8 * torch.rand(700, generator=_g(2))
    month = torch.minimum(-age, left).clamp(0, 7.9).floor()
    return as_data(x, torch.stack([month, (-age < left).float()], 1), "numbers")


@cache
def reversal(along: int = 1) -> Data:
    """Return a word and the decoder's inputs, side by side; targets: the word turned round.

    The inputs of the decoder are the targets, shifted by one letter: along the letters (1).
    """
    words = torch.randint(1, 9, (700, 5), generator=_g())
    y = words.flip(1)
    given = torch.cat([torch.zeros(700, 1, dtype=torch.long), y[:, :-1]], 1)
    data = as_data(torch.cat([words, given], 1), y, "classes")
    return data if along == 1 else data.learned(lambda y: y.roll(-1, 0))


@cache
def sets() -> Data:
    """Return bags of twelve points and how wide each bag is spread."""
    spread = 0.3 + torch.rand(600, 1, 1, generator=_g())
    x = torch.randn(600, 12, 2, generator=_g(1)) * spread + torch.randn(600, 1, 2, generator=_g(2))
    y = x.std(1).mean(1, keepdim=True)
    return as_data(x, (y - y.mean()) / y.std(), "numbers")


@cache
def graph(kind: str = "club") -> tuple[Data, Any, Any]:
    """Return nodes (their numbers and what they are), features and links, each row sums to one.

    The clubs are four; the features of a node tell little, those of its neighbours more. Of kind
    "product", a node is what the product of two averages over its neighbours says.
    """
    n = 240
    club = torch.randint(4, (n,), generator=_g())
    same = club[:, None] == club[None]
    odds = torch.where(same, 0.12, 0.012)
    links = (torch.rand(n, n, generator=_g(1)) < odds).float().triu(1)
    links = links + links.T + torch.eye(n)
    links = links / links.sum(1, keepdim=True)
    x = 0.5 * torch.eye(4)[club] + torch.randn(n, 4, generator=_g(2))
    if kind == "product":
        h = links @ x
        h = h - h.mean(0)
        club = (h[:, 0] * h[:, 1] > 0).long()
        x = x / h.std(0)
    return as_data(torch.arange(n), club, "classes"), x, links


@cache
def couples(rows: int = 700) -> Data:
    """Return two digits beside each other, and whether they are the same."""
    d = digits()
    i = torch.randint(len(d.x), (2 * rows,), generator=_g())
    j = torch.randint(len(d.x), (2 * rows,), generator=_g(1))
    same = d.y[i] == d.y[j]
    twin = torch.stack(
        [(d.y == k).nonzero()[int(r) % 40, 0] for k, r in zip(d.y[i], j, strict=True)]
    )
    j = torch.where(torch.arange(2 * rows) % 2 == 0, twin, j)
    same = d.y[i] == d.y[j]
    return as_data(torch.cat([d.x[i], d.x[j]], 1)[:rows], same[:rows, None], "binary")


@cache
def answers() -> Data:
    """Return questions with six answers each, four signs an answer, and how good each is."""
    x = torch.randn(500, 6, 4, generator=_g())
    good = x[..., 0] - x[..., 1] ** 2 + 0.5 * x[..., 2]
    return as_data(x, good, "numbers")


@cache
def hazy() -> Data:
    """Return points of two moons at some stage of fading, the stage beside; targets: the noise."""
    from sklearn.datasets import make_moons

    x = torch.as_tensor(make_moons(1000, noise=0.05, random_state=0)[0]).float()
    x = (x - x.mean(0)) / x.std(0)
    t, noise = torch.rand(1000, 1, generator=_g()), torch.randn(1000, 2, generator=_g(1))
    angle = t * 1.57
    return as_data(torch.cat([angle.cos() * x + angle.sin() * noise, t], 1), noise, "numbers")


@cache
def cooling(units: float = 1.0) -> Data:
    """Return times and a temperature that swings and decays; targets only for the held-out."""
    t = torch.linspace(0, 1, 300)[:, None]
    return as_data(t * units, (-2 * t).exp() * (6 * t).cos(), "numbers")


@cache
def two_tasks(unit: float = 1.0) -> Data:
    """Return a class and a number in one row; the number in units of its own."""
    x = torch.randn(700, 6, generator=_g())
    kind = (x[:, 0] * x[:, 1] > 0).float()
    size = unit * (x[:, 2] + x[:, 3].sin() + 0.1 * torch.randn(700, generator=_g(1)))
    return as_data(x, torch.stack([kind, size], 1), "numbers")
