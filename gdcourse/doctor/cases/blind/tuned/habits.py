"""Habits, losses and layers of several files here."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...case import usual


def summed(o, y):
    return F.mse_loss(o, y, reduction="sum")


class Adapted(nn.Module):
    """A layer that is frozen, and an adapter of low rank that learns."""

    def __init__(self, spread):
        super().__init__()
        self.base = nn.Linear(64, 10).requires_grad_(False)
        self.down = nn.Parameter(spread * torch.randn(64, 8))
        self.up = nn.Parameter(torch.zeros(8, 10))

    def forward(self, x):
        return self.base(x) + x @ self.down @ self.up


class Swing(nn.Module):
    """A sine whose pace, phase and height are sought."""

    def __init__(self, pace):
        super().__init__()
        self.pace = nn.Parameter(torch.tensor(pace))
        self.phase = nn.Parameter(0.3 * torch.randn(()))
        self.height = nn.Parameter(torch.tensor(0.5))

    def forward(self, x):
        return self.height * torch.sin(self.pace * x + self.phase)


def absolute(o, y):
    return (o - y).abs().mean()


def in_order():
    """Take the rows of one class for five steps, then those of the next."""
    count = 0

    def habit(t, x, y):
        nonlocal count
        of_class = y == (count // 5) % 10
        count += 1
        return usual(t, x[of_class], y[of_class])

    return habit


def impatient(patience):
    """Ask at every batch whether the rate should fall."""
    schedule: Any = None

    def habit(t, x, y):
        nonlocal schedule
        schedule = schedule or torch.optim.lr_scheduler.ReduceLROnPlateau(
            t.optimizer, patience=patience
        )
        loss = usual(t, x, y)
        schedule.step(loss.item())
        return loss

    return habit


def renormed(most):
    """Step, then hold each unit's weights to a norm."""

    def habit(t, x, y):
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        loss.backward()
        t.optimizer.step()
        with torch.no_grad():
            for p in t.model.parameters():
                p.copy_(torch.renorm(p, 2, 0, most) if p.ndim > 1 else p)
        return loss

    return habit


def sparse(strength):
    """Add the sum of what the code holds to the loss of an autoencoder."""

    def habit(t, x, y):
        t.optimizer.zero_grad()
        code = torch.relu(t.model.fc1(x))
        loss = t.loss_fn(t.model.fc2(code), y) + strength * code.abs().sum(1).mean()
        loss.backward()
        t.optimizer.step()
        return loss

    return habit
