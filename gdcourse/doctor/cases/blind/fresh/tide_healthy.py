"""Healthy runs as people have them: noise, warm-up, small rates, few rows, odd optimizers."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training
from ...data import Data, as_data
from ...habits import adam, by_closure, sgd
from .tide_nets import Layers, Mover, Skips, Strand, Tagger, Weaver
from .tide_parts import (
    cloths,
    demand,
    faces,
    genes,
    gestures,
    molecules,
    of,
    penguins,
    plant,
    seeded,
    spam,
    tagged,
)

Opt = torch.optim
WATCHED: dict[str, Any] = {"validate": 20, "measure": "loss"}


def fit(data: Any, model: nn.Module, optimizer: Any, steps: int = 200, **more: Any) -> Training:
    return Training(data, model, optimizer, steps=steps, **more)


def smoothed(o, y):
    return F.cross_entropy(o, y, label_smoothing=0.1)


def rare_yes(o, y):
    return F.binary_cross_entropy_with_logits(o, y, pos_weight=torch.tensor(8.0))


def ninth_tenth(o, y):
    """Return the loss of the quantile under which nine in ten lie."""
    return torch.maximum(0.9 * (y - o), -0.1 * (y - o)).mean()


def summed(o, y):
    return ((o - y) ** 2).sum()


def ramp(steps: int) -> Any:
    """Return a schedule: up in a straight line, then down as a cosine, over 200 steps."""

    def schedule(optimizer: Any) -> Any:
        up = Opt.lr_scheduler.LinearLR(optimizer, 0.01, 1.0, steps)
        down = Opt.lr_scheduler.CosineAnnealingLR(optimizer, 200 - steps)
        return Opt.lr_scheduler.SequentialLR(optimizer, [up, down], [steps])

    return schedule


def cycle(top: float) -> Any:
    return lambda optimizer: Opt.lr_scheduler.OneCycleLR(optimizer, top, total_steps=201)


def blurred(t: Training, x: Any, y: Any) -> Any:
    """Give the net noisy faces with a third of the marks missing, and ask for the whole ones."""
    seen = (x + 0.5 * torch.randn_like(x)) * (torch.rand_like(x) > 0.3)
    t.optimizer.zero_grad()
    loss = t.loss_fn(t.model(seen), y)
    loss.backward()
    t.optimizer.step()
    return loss


def mixed(t: Training, x: Any, y: Any) -> Any:
    """Mix every gesture with another one, and the losses of both."""
    share = float(torch.distributions.Beta(0.8, 0.8).sample())
    order = torch.randperm(len(x))
    o = t.model(share * x + (1 - share) * x[order])
    loss = share * F.cross_entropy(o, y) + (1 - share) * F.cross_entropy(o, y[order])
    t.optimizer.zero_grad()
    loss.backward()
    t.optimizer.step()
    return loss


def halved() -> Data:
    """Return gestures, every other moment."""
    return gestures().inputs(lambda x: x[:, ::2])


def neighbours() -> Data:
    """Return pairs of words, forty kinds, and whether they stand side by side or were drawn."""
    g = seeded(26)
    first = torch.randint(40, (6000,), generator=g)
    beside = (first // 8) * 8 + torch.randint(8, (6000,), generator=g)
    drawn = torch.randint(40, (6000,), generator=g)
    y = torch.rand(6000, generator=g) < 0.4
    pairs = torch.stack([first, torch.where(y, beside, drawn)], 1)
    return as_data(pairs, y[:, None].float(), "binary")


def heavy(data: Data) -> Data:
    """Return data some of whose targets are far off, as typing errors are."""
    n = len(data.y)
    wild = (torch.rand(n, 1, generator=seeded(27)) < 0.05) * 12.0
    return data._replace(y=data.y + wild * torch.randn(n, 1, generator=seeded(28)))


TIDE_HEALTHY: Final[tuple[Case, ...]] = (
    Case(
        "penguins, one kind of which is 4 in a hundred, labels smoothed, eight at a time",
        lambda: fit(
            penguins(900, True), Layers(4, 24, 3), sgd(0.1, 0.9), batch=8, loss_fn=smoothed
        ),
    ),
    Case(
        "the load of the next hour, a GRU, up for sixty steps, then a cosine",
        lambda: fit(
            demand(600, 10), Mover(1, 12, 1, nn.GRU, last=True), adam(0.02), schedule=ramp(60)
        ),
    ),
    Case(
        "speech tagged, half of all features dropped, AdamW with much decay",
        lambda: fit(tagged(), Tagger(0.5), of(Opt.AdamW, 0.015, weight_decay=0.3), 120),
    ),
    Case(
        "cloths much blurred, four at a time, plain descent",
        lambda: fit(cloths(900, 0.8), Weaver(), sgd(0.08), 300, batch=4),
    ),
    Case(
        "strings of atoms, some wild targets, Huber's loss, Adagrad",
        lambda: fit(
            heavy(molecules()),
            Strand(15, most=False),
            of(Opt.Adagrad, 0.08),
            loss_fn=F.smooth_l1_loss,
        ),
    ),
    Case(
        "marks on faces of which a third is missing, the loss stays high, NAdam",
        lambda: fit(faces(), Layers(36, 40, 36), of(Opt.NAdam, 4e-3), habit=blurred),
    ),
    Case(
        "words side by side or drawn at random, two tables, their products",
        lambda: fit(neighbours(), Skips(), adam(0.03), 250, batch=64),
    ),
    Case(
        "what a plant yields, Rprop, all rows at once",
        lambda: fit(plant(), Layers(4, 16, 1, act=torch.tanh), of(Opt.Rprop, 0.01), batch=0),
    ),
    Case(
        "six letters in a hundred are spam and count eightfold, AMSGrad",
        lambda: fit(
            spam(1200, 0.06),
            Layers(40, 12, 1),
            adam(3e-3, amsgrad=True),
            loss_fn=rare_yes,
            **WATCHED,
        ),
    ),
    Case(
        "a load that is rarely passed, the ninth tenth, a linear model, Adamax",
        lambda: fit(
            demand().inputs(lambda x: x[:, :, 0]),
            nn.Linear(18, 1),
            of(Opt.Adamax, 0.02),
            loss_fn=ninth_tenth,
            **WATCHED,
        ),
    ),
    Case(
        "twenty-eight days of a plant, a line, all at once, L-BFGS at a fifth",
        lambda: fit(
            plant(700, 0.5).first(28),
            nn.Linear(4, 1),
            of(Opt.LBFGS, 0.2, max_iter=4),
            60,
            batch=0,
            habit=by_closure,
        ),
    ),
    Case(
        "a rate of 2e-5, squares summed over five hundred rows and not averaged",
        lambda: fit(plant(), Layers(4, 24, 1), sgd(2e-5, 0.9), batch=500, loss_fn=summed),
    ),
    Case(
        "a motif in a strand, little happens at first, one cycle",
        lambda: fit(genes(), Strand(4), adam(0.02), schedule=cycle(0.04)),
    ),
    Case(
        "gestures mixed two by two, the loss stays high and rough, RAdam",
        lambda: fit(halved(), Mover(3, 14, 5, nn.GRU), of(Opt.RAdam, 0.03), 150, habit=mixed),
    ),
)
