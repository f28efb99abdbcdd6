"""Faults after reports that are named with each: units, rates, starts, numbers that blow up."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import digits, rings
from ...habits import adam, sgd
from ...nets import Passing, mlp
from ...sequences import phrases
from .found_parts import (
    centred,
    districts,
    fourth_power,
    genes,
    machines,
    shares,
    straight,
)


def _power() -> nn.Module:
    """Return sigmoid, ELU, linear."""

    def forward(m: Any, x: Any) -> Any:
        return m.c(F.elu(m.b(torch.sigmoid(m.a(x)))))

    return Passing(forward, a=nn.Linear(1, 50), b=nn.Linear(50, 50), c=nn.Linear(50, 1))


def _ten_places(y: Any) -> Any:
    return 2.0 * F.one_hot(y, 10) - 1


def _summed(o: Any, y: Any) -> Any:
    return F.mse_loss(o, _ten_places(y), reduction="sum")


def _meant(o: Any, y: Any) -> Any:
    return F.mse_loss(o, _ten_places(y))


def _share(kind: str, loud: float) -> nn.Module:
    def forward(m: Any, x: Any) -> Any:
        return m.head(m.cell(x)[0][:, -1])

    cell: Any = nn.RNN(1, 24, nonlinearity=kind, batch_first=True)
    if loud:
        nn.init.normal_(cell.weight_hh_l0, 0, loud)
    return Passing(forward, cell=cell, head=nn.Linear(24, 1))


class Reviews(nn.Module):
    """Embedded words, averaged, through many layers of one activation."""

    def __init__(self, act: Any, depth: int):
        super().__init__()
        self.table = nn.Embedding(50, 16)
        self.layers = nn.ModuleList(nn.Linear(16, 16) for _ in range(depth))
        self.head = nn.Linear(16, 4)
        self.act = act

    def forward(self, x):
        h = self.table(x).mean(1)
        for layer in self.layers:
            h = self.act(layer(h))
        return self.head(h)


def _topics(noise: float, rows: int) -> Any:
    """Return some sentences, some of their topics guessed."""
    g = torch.Generator().manual_seed(0)
    data = phrases().first(rows)
    wrong = torch.rand(len(data.y), generator=g) < noise
    return data._replace(
        y=torch.where(wrong, torch.randint(4, (len(data.y),), generator=g), data.y)
    )


def _wide_bag(drop: float) -> nn.Module:
    layers = [nn.Linear(8 * 24, 96), nn.ReLU(), nn.Dropout(drop), nn.Linear(96, 4)]
    return nn.Sequential(nn.Embedding(50, 24), nn.Flatten(), *layers)


FOUND_NUMBER_FAULTS: Final[tuple[Case, ...]] = (
    # Stack Overflow 52800582, fail to predict y = x**4 with Keras
    fault(
        "published: the fourth power of up to a hundred",
        "target-scale input-scale",
        lambda: Training(fourth_power(), _power(), adam(1e-2), steps=250),
        lambda: Training(fourth_power(50.0), _power(), adam(1e-2), steps=250),
    ),
    # Stack Overflow, linear regression blows up for larger x in y = m x + c
    fault(
        "published: y = m x + c, x = np.random.rand(500) * 100",
        "input-scale nonfinite exploding-gradients learning-rate-too-high",
        lambda: Training(straight(100.0), nn.Linear(1, 1), sgd(0.01), batch=0, steps=100),
        lambda: Training(straight(1.0), nn.Linear(1, 1), sgd(0.5), batch=0, steps=100),
    ),
    # thepalindrome.org, linear regression and the exploding gradients
    fault(
        "published: districts and prices, nan at a millionth, so a ten-millionth",
        "input-scale learning-rate-too-low",
        lambda: Training(districts(True), nn.Linear(6, 1), sgd(1e-7), batch=0, steps=150),
        lambda: Training(districts(False), nn.Linear(6, 1), sgd(0.1), batch=0, steps=150),
    ),
    # Stack Overflow 37232782, nan loss when training regression network
    fault(
        "published: hours of work in thousands, rectified, plain descent",
        "target-scale nonfinite exploding-gradients learning-rate-too-high dead-relu",
        lambda: Training(machines(1000.0), mlp([12, 64, 64, 1]), sgd(0.01), steps=150),
        lambda: Training(machines(1.0), mlp([12, 64, 64, 1]), sgd(0.05), steps=250),
    ),
    # a question of 2026: MNIST by hand, tanh, MSE, learns for one epoch and then stops
    fault(
        "published: digits by hand, tanh to the end, gradients of a hundred rows summed",
        "learning-rate-too-high saturation",
        lambda: Training(
            digits("unit"), mlp([64, 30, 10], nn.Tanh, nn.Tanh()), sgd(0.1), _summed, batch=100
        ),
        lambda: Training(
            digits("unit"), mlp([64, 30, 10], nn.Tanh, nn.Tanh()), sgd(1.0), _meant, batch=100
        ),
    ),
    # MollyZhang/Multi-task-TCGA-learning, issue 16: all hidden outputs are 0
    fault(
        "published: genes' counts near ten, a rectified autoencoder of which nothing is left",
        "dead-relu learning-rate-too-high input-scale",
        lambda: Training(genes(), mlp([40, 24, 8, 24, 40]), sgd(0.06, 0.9), steps=150),
        lambda: Training(
            centred(genes()), mlp([40, 24, 8, 24, 40], nn.ELU), sgd(0.3, 0.9), steps=250
        ),
    ),
    # many questions: rectified instead of tanh in a recurrent layer, then nan
    fault(
        "published: days of a share, activation='relu' in the recurrent layer",
        "exploding-gradients nonfinite learning-rate-too-high poor-initialization",
        lambda: Training(shares(), _share("relu", 0.5), sgd(0.05), steps=100),
        lambda: Training(shares(), _share("tanh", 0.0), sgd(0.05), steps=200),
    ),
    # AUTOTRAINER's kinds: vanishing gradients, sigmoids in depth on reviews
    fault(
        "published: hard sigmoids, seven layers over averaged words",
        "vanishing-gradients",
        lambda: Training(phrases(), Reviews(F.hardsigmoid, 7), sgd(0.1, 0.9), steps=150),
        lambda: Training(phrases(), Reviews(F.selu, 7), sgd(0.03, 0.9), steps=200),
    ),
    # AUTOTRAINER's kinds: slow convergence, a circle
    fault(
        "published: a circle, three layers, the rate of a paper for large nets",
        "learning-rate-too-low plateau",
        lambda: Training(rings(), mlp([2, 32, 32, 1], nn.Tanh), adam(2e-5), steps=200),
        lambda: Training(rings(), mlp([2, 32, 32, 1], nn.Tanh), adam(5e-3), steps=200),
    ),
    # stats.stackexchange 367057, bad performance with ReLU on (fashion) MNIST
    fault(
        "published: garments, pixels up to 255, three rectified layers, momentum",
        "input-scale learning-rate-too-high dead-relu exploding-gradients nonfinite",
        lambda: Training(digits("bytes"), mlp([64, 64, 64, 10]), sgd(0.03, 0.9), steps=150),
        lambda: Training(digits("unit"), mlp([64, 64, 64, 10]), sgd(0.1, 0.9), steps=150),
    ),
    # UMLAUT's planted bugs: the model overfits
    fault(
        "published: word by word, ninety sentences, a third mislabelled, no dropout",
        "overfitting",
        lambda: Training(
            _topics(0.33, 90), _wide_bag(0.0), adam(3e-3), steps=200, validate=10, measure="loss"
        ),
        lambda: Training(
            _topics(0.0, 900), _wide_bag(0.5), adam(1e-3), steps=200, validate=10, measure="loss"
        ),
    ),
)
