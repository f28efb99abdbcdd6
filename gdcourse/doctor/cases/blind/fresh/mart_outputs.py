"""Faults told most often: the wrong end, the wrong loss, outputs and answers of two shapes."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...habits import adam
from ...nets import Passing, mlp
from .mart_nets import Motif, Motion, Onset
from .mart_parts import (
    cells,
    claims,
    concrete,
    gestures,
    mushrooms,
    promoters,
    quakes,
    sentences,
    turbines,
)


def ended(net: nn.Module, end: Any) -> nn.Module:
    return Passing(lambda m, x: end(m.net(x)), net=net) if end else net


def onset(end: Any) -> Training:
    return Training(quakes(), ended(Onset(), end), adam(3e-3), nn.MSELoss(), 200)


def tagger(implicit: bool) -> Training:
    # F.log_softmax(o) without dim takes the first of three axes
    dim = 0 if implicit else 1
    net = Passing(
        lambda m, x: F.log_softmax(m.out(m.embed(x)).transpose(1, 2), dim),
        embed=nn.Embedding(40, 12),
        out=nn.Linear(12, 5),
    )
    return Training(sentences(), net, adam(2e-2), F.nll_loss, 200, measure="loss")


def gesture(end: Any) -> Training:
    model = ended(Motion(3, 6, 12), end)
    return Training(gestures(), model, adam(3e-3), F.cross_entropy, 150, measure="loss")


def segment(twice: bool) -> Training:
    net = nn.Sequential(nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.Conv2d(8, 1, 3, padding=1))
    loss = nn.BCEWithLogitsLoss()
    model = ended(net, torch.sigmoid if twice else None)
    return Training(cells(), model, adam(1e-2), loss, 120, batch=16, measure="loss")


def numbered(right: bool) -> Training:
    loss: Any = lambda o, y: F.smooth_l1_loss(o.squeeze(1), y.float())  # noqa: E731
    model = Motion(3, 6 if right else 1, 10)
    return Training(gestures(), model, adam(5e-3), F.cross_entropy if right else loss, 150)


def edible(signs: bool) -> Training:
    soft = nn.SoftMarginLoss()
    loss: Any = lambda o, y: soft(o, 2 * y - 1) if signs else soft(o, y)  # noqa: E731
    net = nn.Sequential(nn.Embedding(48, 6), nn.Flatten(), *mlp([48, 24, 1]))
    return Training(mushrooms(), net, adam(5e-3), loss, 200)


def claimed(loss: Any) -> Training:
    return Training(claims(), mlp([6, 24, 1]), adam(5e-3), loss, 250, batch=128)


def strength(squeeze: bool) -> Training:
    data = concrete()
    model: Any = mlp([8, 40, 20, 1], nn.ELU)
    model = ended(model, lambda o: o.squeeze(-1)) if squeeze else model
    flat = data.targets(lambda y: y[:, 0])
    return Training(flat, model, adam(8e-3), F.mse_loss, 200, batch=64)


def threes(column: bool) -> Training:
    data = quakes() if column else quakes().targets(lambda y: y[:, 0])

    def log_cosh(o: Any, y: Any) -> Any:
        e = o - y
        return (e + F.softplus(-2 * e) - 0.6931).mean()

    return Training(data, Onset(), adam(2e-3), log_cosh, 300, batch=3)


def motif_by_hand(column: bool) -> Training:
    data = promoters() if column else promoters().targets(lambda y: y[:, 0])

    def focal(o: Any, y: Any) -> Any:
        p = torch.sigmoid(o).clamp(1e-6, 1 - 1e-6)
        return -(y * (1 - p) * p.log() + (1 - y) * p * (1 - p).log()).mean()

    return Training(data, Motif(), adam(1e-2), focal, 250)


def power(end: Any) -> Training:
    data = turbines().targets(lambda y: (y - 0.35) / 0.3)
    return Training(data, ended(mlp([3, 24, 24, 1], nn.SiLU), end), adam(1e-2), nn.L1Loss(), 200)


MART_ENDS: Final[tuple[Case, ...]] = (
    fault(
        "published: a sigmoid ends the net that times a quake, half the answers are below nought",
        "wrong-output-activation",
        lambda: onset(torch.sigmoid),
        lambda: onset(None),
    ),
    fault(
        "published: F.log_softmax without dim, tags of words padded, it takes the first axis",
        "wrong-output-activation",
        lambda: tagger(True),
        lambda: tagger(False),
    ),
    fault(
        "published: nn.Softmax(dim=1) ends the net, then F.cross_entropy, gestures",
        "wrong-output-activation",
        lambda: gesture(nn.Softmax(dim=1)),
        lambda: gesture(None),
    ),
    fault(
        "published: torch.sigmoid in forward of a mask, nn.BCEWithLogitsLoss has its own",
        "wrong-output-activation",
        lambda: segment(True),
        lambda: segment(False),
    ),
    fault(
        "published: F.relu ends the forecast of a turbine whose power was standardised",
        "wrong-output-activation dead-relu",
        lambda: power(F.relu),
        lambda: power(None),
    ),
)

MART_LOSSES: Final[tuple[Case, ...]] = (
    fault(
        "published: one output and nn.SmoothL1Loss for the numbers of six gestures",
        "wrong-loss",
        lambda: numbered(False),
        lambda: numbered(True),
    ),
    fault(
        "published: nn.SoftMarginLoss on labels 0 and 1, it wants -1 and 1, mushrooms",
        "wrong-loss label-mismatch",
        lambda: edible(False),
        lambda: edible(True),
    ),
    fault(
        "published: nn.L1Loss for claims, of which most are nought, and so are the forecasts",
        "wrong-loss",
        lambda: claimed(nn.L1Loss()),
        lambda: claimed(nn.MSELoss()),
    ),
)

MART_SHAPES: Final[tuple[Case, ...]] = (
    fault(
        "published: strengths [N], the net's column is not squeezed, F.mse_loss",
        "shape-mismatch",
        lambda: strength(False),
        lambda: strength(True),
    ),
    fault(
        "published: a log-cosh by hand, [N, 1] against [N], three quakes at a time",
        "shape-mismatch",
        lambda: threes(False),
        lambda: threes(True),
    ),
    fault(
        "published: a focal loss by hand, logits [N, 1] against labels [N], promoters",
        "shape-mismatch",
        lambda: motif_by_hand(False),
        lambda: motif_by_hand(True),
    ),
)
