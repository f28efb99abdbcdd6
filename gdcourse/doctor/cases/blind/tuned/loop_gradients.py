"""Gradients that are carried over, scaled, clipped or turned about at the wrong place."""

from typing import Any, Final

from torch import nn
from torch.nn.functional import cosine_similarity

import gdcourse

from ...case import Case, Training, fault, usual
from ...data import diabetes, digits, friedman, pictures
from ...habits import adam, clipped, sgd
from ...nets import Attention, Passing, Recurrent, conv, mlp
from ...sequences import next_letter, phrases, running_sum
from .loop_parts import Reader, Restorer, Tagger, masked, signals, tags


def sum_so_far(differentiate: bool) -> Any:
    """Sum the losses for the record; the sum may be differentiated instead of the loss."""
    total: Any = 0.0

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal total
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        total = total + (loss if differentiate else loss.item())
        (total if differentiate else loss).backward(retain_graph=differentiate)
        t.optimizer.step()
        return loss

    return habit


def softmax_regression(differentiate: bool) -> Training:
    habit = sum_so_far(differentiate)
    return Training(digits(), nn.Linear(64, 10), sgd(0.5), None, 100, habit=habit, measure="loss")


def clipped_and_kept(t: Training, x: Any, y: Any) -> Any:
    """Clip the gradient by its norm, and never zero it."""
    loss = t.loss_fn(t.model(x), y)
    loss.backward()
    nn.utils.clip_grad_norm_(t.model.parameters(), 1.0)
    t.optimizer.step()
    return loss


def zeroed_when_done(t: Training, x: Any, y: Any) -> Any:
    """Zero the gradient in the branch that finds the training done."""
    loss = t.loss_fn(t.model(x), y)
    loss.backward()
    t.optimizer.step()
    if loss.item() < 1e-4:
        t.optimizer.zero_grad()
    return loss


def clipped_before(t: Training, x: Any, y: Any) -> Any:
    """Clip what is there before backward, which is nothing."""
    t.optimizer.zero_grad()
    nn.utils.clip_grad_norm_(t.model.parameters(), 0.1)
    loss = t.loss_fn(t.model(x), y)
    loss.backward()
    t.optimizer.step()
    return loss


def divided(by: int) -> Any:
    """Divide the loss by the parts of a batch, that was once accumulated, and step after each."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        (loss / by).backward()
        t.optimizer.step()
        return loss

    return habit


def explained(o: Any, y: Any) -> Any:
    """Return the explained variance of a batch, the more the better, as a loss."""
    return 1 - (y - o).square().sum() / (y - y.mean()).square().sum()


def alike(o: Any, y: Any) -> Any:
    """Return the mean cosine of what is restored and what is meant, as a loss."""
    return cosine_similarity(o, y, dim=1).mean()


def series(habit: Any) -> Training:
    model = Recurrent(nn.GRU, 1, 12, 1)
    return Training(running_sum(), model, sgd(0.15), habit=habit, steps=120)


def attentive(habit: Any) -> Training:
    return Training(phrases(), Attention(50), sgd(0.2, 0.9), habit=habit, steps=110)


def normed(habit: Any) -> Training:
    """Return convolutions with norms under our rule of Nesterov."""
    rule = gdcourse.nesterov(0.05)
    model = conv(nn.SiLU, norm=True)
    optimizer = gdcourse.TorchOptimizer(model.parameters(), rule)
    return Training(pictures(), model, optimizer, steps=100, habit=habit)


def never_zeroed(t: Training, x: Any, y: Any) -> Any:
    """Forget zero_grad."""
    loss = t.loss_fn(t.model(x), y)
    loss.backward()
    t.optimizer.step()
    return loss


def loud(habit: Any) -> Training:
    """Return a recurrent net by function over sums, at a rate that needs clipping."""
    model: Any = Passing(
        lambda m, x: m.fc(m.cell(x)[0][:, -1]),
        cell=nn.RNN(1, 24, nonlinearity="relu", batch_first=True),
        fc=nn.Linear(24, 1),
    )
    nn.init.eye_(model.cell.weight_hh_l0)
    return Training(running_sum(), model, sgd(0.05), habit=habit, steps=150)


LOOP_GRADIENTS: Final[tuple[Case, ...]] = (
    fault(
        "published: the sum of all losses so far is differentiated, retain_graph=True",
        "stale-gradients",
        lambda: softmax_regression(True),
        lambda: softmax_regression(False),
    ),
    fault(
        "published: zero_grad forgotten, the norm clipped to one, attention",
        "stale-gradients",
        lambda: attentive(clipped_and_kept),
        lambda: attentive(clipped(1.0)),
    ),
    fault(
        "published: zero_grad in the branch of the finished training, GRU",
        "stale-gradients",
        lambda: series(zeroed_when_done),
        lambda: series(usual),
    ),
    fault(
        "published: zero_grad forgotten, norms between convolutions, our rule",
        "stale-gradients",
        lambda: normed(never_zeroed),
        lambda: normed(usual),
    ),
    fault(
        "published: the norm is clipped before backward, a recurrent net",
        "exploding-gradients learning-rate-too-high",
        lambda: loud(clipped_before),
        lambda: loud(clipped(0.1)),
    ),
    fault(
        "published: the cosine is minimised, noisy waves",
        "ascent wrong-loss",
        lambda: Training(signals(), Restorer(), adam(5e-3), alike, 150),
        lambda: Training(signals(), Restorer(), adam(5e-3), lambda o, y: 1 - alike(o, y), 150),
    ),
    fault(
        "published: the explained variance is minimised, patients",
        "ascent wrong-loss",
        lambda: Training(diabetes(), mlp([10, 12, 1], nn.Tanh), adam(3e-3), explained),
        lambda: Training(
            diabetes(), mlp([10, 12, 1], nn.Tanh), adam(3e-3), lambda o, y: 1 - explained(o, y)
        ),
    ),
    fault(
        "published: a causal mask that hides the letter itself, so that the first sees nothing",
        "nonfinite",
        lambda: Training(next_letter(), Reader(0), adam(1e-2), steps=80),
        lambda: Training(next_letter(), Reader(1), adam(1e-2), steps=80),
    ),
    fault(
        "published: the mask of the loss is inverted, tags of words",
        "wrong-loss label-mismatch",
        lambda: Training(tags(), Tagger(), adam(1e-2), masked(True), steps=120),
        lambda: Training(tags(), Tagger(), adam(1e-2), masked(False), steps=120),
    ),
    fault(
        "published: the loss divided by sixty-four parts, a step after each, Friedman's problem",
        "learning-rate-too-low",
        lambda: Training(friedman(), mlp([10, 24, 1]), sgd(0.1), habit=divided(64)),
        lambda: Training(friedman(), mlp([10, 24, 1]), sgd(0.1), habit=divided(1)),
    ),
)
