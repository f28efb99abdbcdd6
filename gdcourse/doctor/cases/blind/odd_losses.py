"""Losses and their data that are sound and look odd: helpers of healthy_losses.py."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F

from ..case import Training
from ..data import Data, diabetes, digits


def remade(whole: Data, change: Any, kind: str) -> Data:
    """Return data made of others by change: (x, y) -> (x, y)."""
    x, y = change(whole.x, whole.y)
    x_held, y_held = change(whole.x_held, whole.y_held)
    return Data(x, y, x_held, y_held, kind)


def denoising(t: Training, x: Any, y: Any) -> Any:
    """Hide some pixels, add noise to others, ask for all of them."""
    t.optimizer.zero_grad()
    spoilt = (x + 0.5 * torch.randn_like(x)) * (torch.rand_like(x) > 0.2)
    loss = t.loss_fn(t.model(spoilt), y)
    loss.backward()
    t.optimizer.step()
    return loss


def pairs():
    """Return pairs of digits (n, 2, 64): neighbours in order, and at random; 1 for one class."""
    g = torch.Generator().manual_seed(0)

    def paired(x, y):
        order, other = y.argsort(stable=True), torch.randperm(len(y), generator=g)
        i, j = torch.cat([order, torch.arange(len(y))]), torch.cat([order.roll(1), other])
        return torch.stack([x[i], x[j]], 1), (y[i] == y[j]).float()

    return remade(digits(), paired, "binary")


def contrast(o, same):
    """Pull pairs of one class together, push others apart up to a margin."""
    apart = (o[:, 0] - o[:, 1]).norm(dim=1)
    return (same * apart**2 + (1 - same) * F.relu(1 - apart) ** 2).mean()


def triplets():
    """Return digits with another of the class and one of a neighbouring class (n, 3, 64)."""

    def tripled(x, y):
        order = y.argsort(stable=True)
        x, y = x[order], y[order]
        z = torch.stack([x, x.roll(1, 0), x.roll(len(x) // 10 + 9, 0)], 1)
        sound = (y == y.roll(1)) & (y != y.roll(len(x) // 10 + 9))
        return z[sound], y[sound]

    return remade(digits(), tripled, "classes")


def margin(o, y):
    return F.triplet_margin_loss(o[:, 0], o[:, 1], o[:, 2], margin=1.0)


@cache
def rare(inputs: int, tags: int, share: float):
    """Return tags that a share of the rows has (n, tags), each by a direction (synthetic)."""
    g = torch.Generator().manual_seed(2)
    x = torch.randn(1500, inputs, generator=g)
    score = x @ torch.randn(inputs, tags, generator=g) / inputs**0.5
    score = score + 0.1 * torch.randn(1500, tags, generator=g)
    y = (score > score.quantile(1 - share, 0)).float()
    return Data(x[:1000], y[:1000], x[1000:], y[1000:], "binary")


def focal(o, y):
    """Count easy rows less: (1 - p)^2 times the cross-entropy."""
    each = F.binary_cross_entropy_with_logits(o, y, reduction="none")
    return ((1 - (-each).exp()) ** 2 * each).mean()


def weighing(o, y):
    return F.cross_entropy(o, y, weight=torch.tensor([1.0, 49.0]))


def mixup(t: Training, x: Any, y: Any) -> Any:
    """Learn from mixtures of rows, with the labels mixed and smoothed."""
    t.optimizer.zero_grad()
    share, o = torch.rand(len(x), 1), torch.randperm(len(x))
    soft = F.one_hot(y, 10).float()
    mixed = share * soft + (1 - share) * soft[o]
    out = t.model(share * x + (1 - share) * x[o])
    loss = F.cross_entropy(out, mixed, label_smoothing=0.1)
    loss.backward()
    t.optimizer.step()
    return loss


def tagging(o, y):
    """Weigh each tag that is there ten times."""
    return F.binary_cross_entropy_with_logits(o, y, pos_weight=torch.tensor(10.0))


def quantiles(o, y):
    """Pinball loss of three quantiles at once: o (n, 3) against y (n, 1), on purpose."""
    q = torch.tensor([0.1, 0.5, 0.9])
    return torch.maximum(q * (y - o), (q - 1) * (y - o)).mean()


def gauss(o, y):
    return F.gaussian_nll_loss(o[:, :1], y, o[:, 1:].exp())


def ranks():
    """Return patients in pairs (n, 2, 10) and who of them fares worse, 1 or -1."""
    g = torch.Generator().manual_seed(0)

    def paired(x, y):
        i, j = torch.randint(len(y), (2, 3 * len(y)), generator=g)
        return torch.stack([x[i], x[j]], 1), (y[i] - y[j])[:, 0].sign()

    return remade(diabetes(), paired, "binary")


def rank(o, y):
    return F.margin_ranking_loss(o[:, 0, 0], o[:, 1, 0], y, margin=0.5)
