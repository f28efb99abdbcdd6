"""Do the inputs say anything about the targets? Asked of the batches that were kept.

Ridge regressions, plain and with kernels, and the nearest neighbours, each row left out of its own
prediction, take milliseconds and need no training: where they do well and the model does not, the
data are not to blame; where nothing can be said of the targets, the labels may be.
"""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

ROWS, COLUMNS = 600, 512  # at most, of what is looked at
LEAST = 48  # different rows; with fewer nothing is said
NEIGHBOURS = (5, 15)  # few for fine shapes, many for noisy targets
WIDTHS = (0.1, 0.3, 1.0)  # of a kernel, over the median squared distance


@dataclass(frozen=True)
class Reach:
    """How well targets can be said from inputs, and how well the model says them.

    Args:
        plane: ridge regression, on rows left out.
        simple: the better of it and neighbours.
        model: on the last batches.
        rows: different rows that were looked at.
        given: all rows, those that came again too.
        error: of the best constant answer: the share that it names wrongly, or the variance.

    Both are shares: of the errors of the best constant answer that are avoided.
    """

    plane: float
    simple: float
    model: float
    rows: int
    given: int
    error: float


def reach(
    batches: list[tuple[Any, Any, Any, Any]],
    kind: str,
    scaled: bool = True,
    rank: int | None = None,
) -> Reach | None:
    """Return what simple rules make of the kept batches, or None where they cannot be asked.

    Outputs that are not `scaled` may be logarithms, or in other units than the targets. With a
    `rank` the targets are the inputs, and as many principal components are all that is asked.
    """
    rows = [_row(batch, kind) for batch in batches]
    kept = [r for r in rows if r is not None]
    if not kept or len({r[0].shape[1] for r in kept}) > 1 or len({r[1].shape[1] for r in kept}) > 1:
        return None
    x, y, o = (torch.cat([r[i] for r in kept]) for i in range(3))
    good = torch.isfinite(x).all(1) & torch.isfinite(y).all(1)
    x, y, o = x[good], y[good], o[good]
    late = slice(len(x) // 2, None)
    ours = _saved(o[late], y[late], kind)
    if not scaled and kind in ("numbers", "labels"):
        ours = max(ours, _explained(o[late], y[late]))
    _, first = torch.unique(x, dim=0, return_inverse=True)
    alone = torch.zeros(int(first.max()) + 1 if len(first) else 0, dtype=torch.long)
    alone[first] = torch.arange(len(first))
    x, y = x[alone][:ROWS].double(), y[alone][:ROWS].double()
    if len(x) < LEAST or float(y.var(0).sum()) == 0:
        return None
    if rank is not None:
        saved = _saved(_components(y, rank), y, kind)
        return Reach(saved, saved, ours, len(x), len(o), _constant(y, kind))
    x = (x - x.mean(0)) / x.std(0).clamp(min=1e-9)
    x = x[:, x.abs().amax(0) > 1e-6]
    if not x.shape[1]:
        return None
    plane = _saved(_ridge(x, y), y, kind)
    told = [*(_near(x, y, count) for count in NEIGHBOURS), *_curved(x, y)]
    best = max(plane, *(_saved(t, y, kind) for t in told))
    return Reach(plane, best, ours, len(x), len(o), _constant(y, kind))


def _row(batch: tuple[Any, Any, Any, Any], kind: str) -> tuple[Tensor, Tensor, Tensor] | None:
    """Return inputs, targets and outputs of a batch as tables of numbers, on the processor."""
    (args, kwargs), o, t, _ = batch
    given = [v for v in (*args, *kwargs.values()) if isinstance(v, torch.Tensor) and v.ndim]
    if not given or not isinstance(t, torch.Tensor) or not isinstance(o, torch.Tensor):
        return None
    x = given[0]
    if not (0 < t.ndim <= 2 and 0 < o.ndim <= 2) or o.is_complex():
        return None
    if len(x) != len(t) or len(o) != len(t):
        return None
    x = x.detach().cpu()
    if not x.is_floating_point():  # words: how often each occurs
        bags = torch.zeros(len(x), COLUMNS)
        words = x.reshape(len(x), -1).long() % COLUMNS
        x = bags.scatter_add_(1, words, torch.ones_like(words, dtype=bags.dtype))
    x = x.reshape(len(x), -1).float()
    x = x[:, :: max(1, -(-x.shape[1] // COLUMNS))]
    t, o = t.detach().cpu(), o.detach().float().cpu().reshape(len(o), -1)
    if kind == "classes" and t.ndim == 1:
        t = F.one_hot(t.clamp(min=0), o.shape[1])
    t = t.reshape(len(t), -1).float()
    return (x, t, o) if o.shape == t.shape else None


def _components(y: Tensor, rank: int) -> Tensor:
    """Return each half of the rows from the principal components of the other half."""
    told = torch.empty_like(y)
    even, odd = slice(0, None, 2), slice(1, None, 2)
    for rows, others in ((even, odd), (odd, even)):
        middle = y[others].mean(0)
        axes = torch.linalg.svd(y[others] - middle, full_matrices=False).Vh[:rank]
        told[rows] = (y[rows] - middle) @ axes.T @ axes + middle
    return told


def _ridge(x: Tensor, y: Tensor) -> Tensor:
    """Return ridge predictions of each row from the others."""
    x = torch.cat([x, torch.ones(len(x), 1, dtype=x.dtype)], 1)
    k = x @ x.T
    k = k @ torch.linalg.inv(k + 0.1 * x.shape[1] * torch.eye(len(x), dtype=x.dtype))
    own = torch.diagonal(k)[:, None]
    return (k @ y - own * y) / (1 - own).clamp(min=1e-9)


def _curved(x: Tensor, y: Tensor) -> list[Tensor]:
    """Return predictions of each row from the others by ridge regression with Gaussian kernels."""
    squares, middle = torch.cdist(x, x) ** 2, y.mean(0)
    width, told = squares[squares > 0].median(), []
    for share in WIDTHS:
        k = torch.exp(-squares / (share * width))
        k = k @ torch.linalg.inv(k + 0.1 * torch.eye(len(x), dtype=x.dtype))
        own = torch.diagonal(k)[:, None]
        told.append((k @ (y - middle) - own * (y - middle)) / (1 - own).clamp(min=1e-9) + middle)
    return told


def _near(x: Tensor, y: Tensor, count: int) -> Tensor:
    distance = torch.cdist(x, x)
    distance.fill_diagonal_(torch.inf)
    return y[distance.topk(count, largest=False).indices].mean(1)


def _explained(o: Tensor, y: Tensor) -> float:
    """Return the share of the targets' variance that a line through the outputs explains."""
    o, y = (v.double() - v.double().mean(0) for v in (o, y))
    line = (o * y).sum(0) / (o**2).sum(0).clamp(min=1e-30)
    return 1 - float((y - line * o).square().sum() / y.square().sum().clamp(min=1e-30))


def _saved(o: Tensor, y: Tensor, kind: str) -> float:
    """Return which share of the best constant answer's errors is avoided."""
    if not len(y):
        return 0.0
    constant = _constant(y, kind)
    if kind == "classes":
        truth = y.argmax(1)
        wrong = float((o.argmax(1) != truth).double().mean())
    elif kind == "binary":
        cut = 0.5 if float(o.min()) >= 0 and float(o.max()) <= 1 else 0.0
        wrong = float(((o > cut) != (y > 0.5)).double().mean())
    else:
        wrong = float((o.double() - y).square().mean())
    return 1 - wrong / max(constant, 1e-12)


def _constant(y: Tensor, kind: str) -> float:
    """Return the error of the best constant answer."""
    if kind == "classes":
        return 1 - float(y.mean(0).max())
    if kind == "binary":
        share = y.double().mean(0)
        return float(torch.minimum(share, 1 - share).mean())
    return float(y.double().var(0, correction=0).mean())
