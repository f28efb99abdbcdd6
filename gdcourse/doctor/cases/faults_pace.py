"""Steps too long, too short, or in circles."""

from typing import Final

import torch
from torch import nn

from .case import Case, Training, fault
from .data import Data, blobs, cancer, diabetes, digits, friedman, moons, pictures, plane, wine
from .habits import adam, sgd
from .nets import Bag, Recurrent, conv, mlp
from .sequences import phrases, running_sum

DEEP = [64, 64, 64, 10]


def _at_the_edge(share):
    """Return a linear regression whose rate is a share of the inverse largest curvature."""
    data = plane()
    x = torch.cat([data.x, torch.ones(len(data.x), 1)], 1)
    largest = float(torch.linalg.eigvalsh(2 * x.T @ x / len(x))[-1])
    model = nn.Linear(8, 1)
    nn.init.constant_(model.weight, 2.0)
    return Training(data, model, sgd(share / largest), batch=0, steps=150)


def _four():
    """Return the four points of exclusive or."""
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    return Data(x, y, x, y, "binary")


def rms(lr):
    return lambda p: torch.optim.RMSprop(p, lr=lr)


PACE: Final[tuple[Case, ...]] = (
    fault(
        "plain descent at ten",
        "learning-rate-too-high",
        lambda: Training(digits(), mlp(DEEP), sgd(10.0)),
        lambda: Training(digits(), mlp(DEEP), sgd(0.1)),
    ),
    fault(
        "Adam at one",
        "learning-rate-too-high",
        lambda: Training(digits(), mlp(DEEP), adam(1.0)),
        lambda: Training(digits(), mlp(DEEP), adam(1e-3)),
    ),
    fault(
        "Adam at three tenths, images",
        "learning-rate-too-high",
        lambda: Training(pictures(), conv(depth=3), adam(0.3), steps=120),
        lambda: Training(pictures(), conv(depth=3), adam(3e-3), steps=120),
    ),
    fault(
        "a regression that diverges at one",
        "learning-rate-too-high",
        lambda: Training(plane(), mlp([8, 32, 1]), sgd(1.0, 0.9)),
        lambda: Training(plane(), mlp([8, 32, 1]), sgd(0.02, 0.9)),
    ),
    fault(
        "RMSprop at two, words",
        "learning-rate-too-high",
        lambda: Training(phrases(), Bag(50, hidden=32), rms(2.0)),
        lambda: Training(phrases(), Bag(50, hidden=32), rms(1e-2)),
    ),
    fault(
        "a linear model beyond its stable rate",
        "learning-rate-too-high",
        lambda: Training(diabetes(), nn.Linear(10, 1), sgd(0.6), steps=150),
        lambda: Training(diabetes(), nn.Linear(10, 1), sgd(0.05), steps=150),
    ),
    fault(
        "a recurrent net at one, Adam",
        "learning-rate-too-high",
        lambda: Training(running_sum(), Recurrent(nn.GRU, 1, 16, 1), adam(1.0), steps=120),
        lambda: Training(running_sum(), Recurrent(nn.GRU, 1, 16, 1), adam(1e-2), steps=120),
    ),
    fault(
        "plain descent at a hundred-thousandth",
        "learning-rate-too-low",
        lambda: Training(digits(), mlp(DEEP), sgd(1e-5)),
        lambda: Training(digits(), mlp(DEEP), sgd(0.1)),
    ),
    fault(
        "Adam at ten to the minus seven",
        "learning-rate-too-low",
        lambda: Training(cancer(), mlp([30, 16, 1]), adam(1e-7)),
        lambda: Training(cancer(), mlp([30, 16, 1]), adam(1e-3)),
    ),
    fault(
        "plain descent at one ten-thousandth, a regression",
        "learning-rate-too-low",
        lambda: Training(friedman(), mlp([10, 32, 1]), sgd(1e-4)),
        lambda: Training(friedman(), mlp([10, 32, 1]), sgd(0.1)),
    ),
    fault(
        "a schedule that falls tenfold every ten steps",
        "learning-rate-too-low",
        lambda: Training(
            digits(),
            mlp(DEEP),
            sgd(0.02),
            steps=250,
            schedule=lambda o: torch.optim.lr_scheduler.StepLR(o, 10, 0.1),
        ),
        lambda: Training(
            digits(),
            mlp(DEEP),
            sgd(0.1),
            steps=250,
            schedule=lambda o: torch.optim.lr_scheduler.StepLR(o, 100, 0.3),
        ),
    ),
    fault(
        "four points, sigmoids, plain descent at a hundredth",
        "learning-rate-too-low plateau vanishing-gradients",
        lambda: Training(_four(), mlp([2, 8, 1], nn.Sigmoid), sgd(0.01), batch=0, steps=400),
        lambda: Training(_four(), mlp([2, 8, 1], nn.Sigmoid), adam(0.1), batch=0, steps=400),
    ),
    fault(
        "Adagrad at a hundred-thousandth, words",
        "learning-rate-too-low",
        lambda: Training(phrases(), Bag(50, hidden=32), lambda p: torch.optim.Adagrad(p, lr=1e-5)),
        lambda: Training(phrases(), Bag(50, hidden=32), lambda p: torch.optim.Adagrad(p, lr=0.1)),
    ),
    fault(
        "momentum of .999",
        "oscillation learning-rate-too-high",
        lambda: Training(plane(), nn.Linear(8, 1), sgd(0.02, 0.999), batch=0, steps=300),
        lambda: Training(plane(), nn.Linear(8, 1), sgd(0.02, 0.9), batch=0, steps=300),
    ),
    fault(
        "to and fro across a valley, at the edge of stability",
        "oscillation learning-rate-too-high",
        lambda: _at_the_edge(1.9995),
        lambda: _at_the_edge(1.0),
    ),
    fault(
        "single rows at a high rate",
        "oscillation learning-rate-too-high",
        lambda: Training(wine(), mlp([13, 16, 3]), sgd(0.5), batch=1, steps=300),
        lambda: Training(wine(), mlp([13, 16, 3]), sgd(0.05), batch=32, steps=300),
    ),
    fault(
        "single rows of a regression, momentum",
        "oscillation learning-rate-too-high",
        lambda: Training(diabetes(), mlp([10, 16, 1]), sgd(0.02, 0.9), batch=1, steps=300),
        lambda: Training(diabetes(), mlp([10, 16, 1]), sgd(0.02), batch=32, steps=300),
    ),
    fault(
        "Adam circling the clouds",
        "oscillation learning-rate-too-high",
        lambda: Training(blobs(), mlp([2, 16, 16, 4], nn.Tanh), adam(0.6), batch=8, steps=300),
        lambda: Training(blobs(), mlp([2, 16, 16, 4], nn.Tanh), adam(1e-2), batch=32, steps=300),
    ),
    fault(
        "moons with momentum that overshoots",
        "oscillation learning-rate-too-high",
        lambda: Training(moons(), mlp([2, 16, 1], nn.Tanh), sgd(1.0, 0.99), batch=16, steps=300),
        lambda: Training(moons(), mlp([2, 16, 1], nn.Tanh), sgd(0.3, 0.9), batch=32, steps=300),
    ),
)
