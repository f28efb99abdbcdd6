"""Healthy programs as people have them: examples that are handed round, slightly odd to look at."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import lr_scheduler

from ...case import Case, Training
from ...data import diabetes, digits, iris, pictures, wine
from ...habits import adam, sgd
from ...nets import Passing, Recurrent, mlp
from .found_gathered import (
    POEM,
    Coder,
    Factors,
    Small,
    cloud_of,
    coarse,
    evidence,
    far_apart,
    periodic,
    poem,
    scores,
    two_digits,
)


class Example(nn.Module):
    """The example for handwritten digits: two convolutions, dropout twice, log_softmax."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 12, 3), nn.Conv2d(12, 16, 3)
        self.fc1, self.fc2 = nn.Linear(64, 48), nn.Linear(48, 10)

    def forward(self, x):
        x = F.relu(self.conv2(F.relu(self.conv1(x))))
        x = F.dropout(F.max_pool2d(x, 2), 0.25, self.training).flatten(1)
        x = F.dropout(F.relu(self.fc1(x)), 0.5, self.training)
        return F.log_softmax(self.fc2(x), dim=1)


def _example() -> Training:
    return Training(
        pictures("unit").inputs(lambda x: (x - 0.1307) / 0.3081),
        Example(),
        lambda p: torch.optim.Adadelta(p, lr=1.0),
        F.nll_loss,
        steps=130,
        schedule=lambda o: lr_scheduler.StepLR(o, 40, gamma=0.7),
    )


def _restored() -> Training:
    """Return an autoencoder with a sigmoid and cross-entropy of shades: it stops near a third."""
    model = mlp([64, 32, 12, 32, 64], last=nn.Sigmoid())
    data = digits("unit").onto_itself()
    return Training(data, model, adam(5e-3), F.binary_cross_entropy, steps=250)


def _poem() -> Training:
    letters = len(set(POEM))
    model = Recurrent(nn.GRU, 12, 32, letters, words=letters, every=True)

    def step(t: Any, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(t.model.parameters(), 0.25)
        t.optimizer.step()
        return loss

    return Training(poem(), model, adam(2e-2), steps=90, batch=12, habit=step)


def _pixels(o: Any, y: Any) -> Any:
    return F.binary_cross_entropy_with_logits(o, y, reduction="sum")


def _variational() -> Training:
    data = digits("unit").onto_itself()
    return Training(
        data, Coder(), adam(4e-3), _pixels, steps=250, batch=48, habit=evidence, measure="loss"
    )


def _generator() -> Training:
    model = mlp([4, 32, 32, 2], nn.LeakyReLU)
    return Training(cloud_of(), model, adam(5e-3), far_apart, steps=200, batch=64, measure="loss")


def _films() -> Training:
    return Training(
        scores(), Factors(), lambda p: torch.optim.Adagrad(p, lr=0.3), steps=250, batch=64
    )


def _one_map() -> Training:
    """Return a softmax regression of flowers in centimetres, all at once, a high rate."""
    return Training(iris(), nn.Linear(4, 3), sgd(0.1), batch=0, steps=250)


def _twins() -> Training:
    def forward(m: Any, x: Any) -> Any:
        a, b = m.body(x[:, :64]), m.body(x[:, 64:])
        return m.head((a - b).abs())

    model = Passing(forward, body=mlp([64, 48, 16]), head=nn.Linear(16, 1))
    return Training(two_digits(), model, adam(5e-3), steps=250, batch=48)


def _tiny() -> Training:
    return Training(periodic(), Small(10, 12), adam(1e-2), steps=150, batch=32)


class Larger(nn.Module):
    """Four pixels made of one, twice two, and a blurred way around."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(1, 16, 3, padding=1), nn.Conv2d(16, 4, 3, padding=1)

    def forward(self, x):
        up = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        return up + F.pixel_shuffle(self.two(torch.tanh(self.one(x))), 2)


def _edges(o: Any, y: Any) -> Any:
    """Return the absolute error, and half of that of the differences between neighbours."""
    return F.l1_loss(o, y) + 0.5 * (
        F.l1_loss(o.diff(dim=2), y.diff(dim=2)) + F.l1_loss(o.diff(dim=3), y.diff(dim=3))
    )


def _ridge() -> Training:
    """Return a linear model by L-BFGS with decay, the answer of which is far from certain."""

    def step(t: Any, x: Any, y: Any) -> Any:
        def closure() -> Any:
            t.optimizer.zero_grad()
            loss = t.loss_fn(t.model(x), y) + 0.01 * (t.model.weight**2).sum()
            loss.backward()
            return loss

        return t.optimizer.step(closure)

    return Training(
        diabetes(),
        nn.Linear(10, 1),
        lambda p: torch.optim.LBFGS(p, lr=0.5, max_iter=3),
        batch=0,
        steps=40,
        habit=step,
    )


def _votes() -> Training:
    """Return one-against-all machines with margins, hinge and averaged descent."""

    def hinge(o: Any, y: Any) -> Any:
        return F.relu(1 - o * (2 * F.one_hot(y, 3) - 1)).mean()

    return Training(
        wine(), nn.Linear(13, 3), lambda p: torch.optim.ASGD(p, lr=0.2, t0=50), hinge, steps=150
    )


FOUND_HEALTHY_ONE: Final[tuple[Case, ...]] = (
    Case("as in the example: digits, Adadelta at one, a rate that falls by steps", _example),
    Case("as in the example: shades as chances, the loss stops near a third", _restored),
    Case("a poem by letters, clipped to a quarter, by heart", _poem),
    Case(
        "a variational autoencoder, summed over pixels and rows, the prior counts less",
        _variational,
    ),
    Case("a generator by energy distance, a loss of small differences", _generator),
    Case("films and readers, Adagrad, the mean known beforehand", _films),
    Case("flowers in centimetres, softmax regression, all at once", _one_map),
    Case("two digits side by side, one body, the difference of codes", _twins),
    Case("words that come back after four, a causal block with its table tied", _tiny),
    Case(
        "pictures made larger, absolute errors and those of edges, a way around",
        lambda: Training(
            coarse(), Larger(), adam(1e-2), _edges, steps=130, batch=24, measure="loss"
        ),
    ),
    Case("patients, a linear model by L-BFGS with a ridge, half is chance", _ridge),
    Case("wines, hinges one against all, averaged descent", _votes),
)
