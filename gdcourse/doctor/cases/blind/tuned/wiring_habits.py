"""Schedules, averages, noise and dropout, of wiring_loops.py."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Training, usual
from ...habits import adam
from ...nets import Attention, Passing, Recurrent, mlp
from ...sequences import next_letter, phrases

LAMBDA = torch.optim.lr_scheduler.LambdaLR


def milestones(*steps: int) -> Any:
    """Let the rate fall tenfold at each of these, which count epochs or batches."""
    return lambda o: torch.optim.lr_scheduler.MultiStepLR(o, list(steps), 0.1)


def absolute(o: Any) -> Any:
    """Return a rate from a function whose value is meant to be the rate, and is a factor."""
    return LAMBDA(o, lambda k: 5e-3 * 0.995**k)


def a_factor(o: Any) -> Any:
    return LAMBDA(o, lambda k: 0.995**k)


def smoothed(differentiate: bool, keep: float = 0.99) -> Any:
    """Average the losses for the record; differentiate that average, or the loss."""
    mean: Any = None

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal mean
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        mean = loss.detach() if mean is None else mean
        mean = keep * mean.detach() + (1 - keep) * loss
        (mean if differentiate else loss).backward()
        t.optimizer.step()
        return mean if differentiate else loss

    return habit


def averaging(into_model: bool, keep: float = 0.995) -> Any:
    """Average the weights; they may be left in the model, where they were put to be tested."""
    means: list[Any] = []

    def habit(t: Training, x: Any, y: Any) -> Any:
        loss = usual(t, x, y)
        with torch.no_grad():
            for i, p in enumerate(t.model.parameters()):
                if len(means) <= i:
                    means.append(p.clone())
                means[i].lerp_(p, 1 - keep)
                if into_model:
                    p.copy_(means[i])
        return loss

    return habit


def clamped(most: float) -> Any:
    """Step, then clamp all weights, as the critic's are."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        loss = usual(t, x, y)
        with torch.no_grad():
            for p in t.model.parameters():
                p.clamp_(-most, most)
        return loss

    return habit


def prefetched(late: bool) -> Any:
    """Take the inputs of this batch, and the targets of this one or of that before."""
    kept: list[Any] = []

    def habit(t: Training, x: Any, y: Any) -> Any:
        kept.append(y)
        wanted = kept[-2] if late and len(kept) > 1 else y
        return usual(t, x, wanted)

    return habit


def dropping(at: float) -> nn.Module:
    """Return a net with dropout by function, on what comes in and between."""

    def forward(m: Any, x: Any) -> Any:
        x = F.relu(m.one(F.dropout(x, at, m.training)))
        x = F.relu(m.two(F.dropout(x, at, m.training)))
        return m.out(F.dropout(x, at, m.training))

    return Passing(forward, one=nn.Linear(10, 32), two=nn.Linear(32, 32), out=nn.Linear(32, 1))


def noisy(spread: float) -> nn.Module:
    """Return a net that adds noise to what comes in, when it is trained."""
    return Passing(
        lambda m, x: m.net(x + spread * torch.randn_like(x) if m.training else x),
        net=mlp([13, 24, 3]),
    )


def whole_maps(at: float) -> nn.Module:
    """Return a convolutional net that drops whole maps."""
    return nn.Sequential(
        nn.Conv2d(1, 12, 3),
        nn.ReLU(),
        nn.Dropout2d(at),
        nn.Conv2d(12, 12, 3),
        nn.ReLU(),
        nn.Dropout2d(at),
        nn.Flatten(),
        nn.Linear(192, 10),
    )


def recurrent(schedule: Any) -> Training:
    return Training(
        next_letter(),
        Recurrent(nn.GRU, 8, 16, 12, 12, True),
        adam(2e-2),
        schedule=schedule,
        steps=90,
    )


def decayed(decay: float) -> Training:
    """Return attention under AdamW, with this decay of everything."""
    model = Attention(50)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=decay)
    return Training(phrases(), model, optimizer, steps=130)
