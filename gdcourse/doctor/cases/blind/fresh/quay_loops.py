"""Faults of the loop and the loss: what is left, what never moves, what climbs, what is held."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Training
from ...habits import never_zeroed


def rebound(t: Training, x: Any, y: Any) -> Any:
    """Give the name of each gradient to a tensor of zeros; the gradient itself stays."""
    for p in t.model.parameters():
        g = p.grad
        if g is not None:
            g = torch.zeros_like(g)
    return never_zeroed(t, x, y)


def cleared_when_better() -> Any:
    """Clear the gradients only when the loss is the best so far."""
    best = float("inf")

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal best
        loss = t.loss_fn(t.model(x), y)
        if loss.item() < best:
            best = loss.item()
            t.optimizer.zero_grad()
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


def step_when(rest: int, parts: int = 4) -> Any:
    """Gather the gradients of a few batches, step when the count leaves this rest."""
    count = 0

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal count
        loss = t.loss_fn(t.model(x), y)
        (loss / parts).backward()
        if count % parts == rest:
            t.optimizer.step()
            t.optimizer.zero_grad()
        count += 1
        return loss

    return habit


class Late(nn.Module):
    """Convolutions and two dense layers that are made when the first picture has come."""

    def __init__(self, early: bool):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.fc1: Any = nn.Linear(64, 32) if early else None
        self.fc2: Any = nn.Linear(32, 4) if early else None

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv(x)), 2).flatten(1)
        if self.fc1 is None:
            self.fc1, self.fc2 = nn.Linear(x.shape[1], 32), nn.Linear(32, 4)
        return self.fc2(F.relu(self.fc1(x)))


class Port(nn.Module):
    """Ships and berths; the berths' table may be a buffer."""

    def __init__(self, learned: bool, width: int = 4):
        super().__init__()
        self.ship = nn.Parameter(torch.randn(12, width) * 0.5)
        table = torch.randn(8, width) * 0.5
        if learned:
            self.berth = nn.Parameter(table)
        else:
            self.register_buffer("berth", table)

    def forward(self, x):
        return (self.ship[x[:, 0]] * self.berth[x[:, 1]]).sum(1, keepdim=True)


class HandMade(torch.optim.Optimizer):
    """A first optimizer of one's own, with momentum."""

    def __init__(self, params: Any, lr: float, sign: float):
        super().__init__(params, {"lr": lr, "sign": sign})

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    v = self.state[p].setdefault("v", torch.zeros_like(p))
                    v.mul_(0.8).add_(p.grad)
                    p.add_(v, alpha=group["sign"] * group["lr"])


def likelihood(sign: float) -> Any:
    """Return y log p + (1 - y) log(1 - p), times a sign."""

    def loss_fn(o: Any, y: Any) -> Any:
        p = torch.sigmoid(o)
        return sign * (y * torch.log(p + 1e-7) + (1 - y) * torch.log(1 - p + 1e-7)).mean()

    return loss_fn


def right_share(o: Any, y: Any) -> Any:
    """Return the mean probability of the right class, which is a gain."""
    return F.softmax(o, 1).gather(1, y[:, None]).mean()


def kernels(strength: float) -> Any:
    """Add the squares of all matrices and filters, as an option of each layer does."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        for p in t.model.parameters():
            loss = loss + strength * (p**2).sum() if p.ndim > 1 else loss
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


def entropy_paid(weight: float) -> Any:
    """Pay for undecided answers, as a policy's loss does."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        o = t.model(x)
        logs = F.log_softmax(o, 1)
        loss = F.nll_loss(logs, y) + weight * (logs.exp() * logs).sum(1).mean()
        t.optimizer.zero_grad()
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


class Charge(nn.Module):
    """A GRU, its last state thinned out, a linear layer."""

    def __init__(self, drop: float):
        super().__init__()
        self.rnn, self.fc, self.drop = nn.GRU(1, 12, batch_first=True), nn.Linear(12, 1), drop

    def forward(self, x):
        x = F.dropout(x, self.drop, self.training)
        _, h = self.rnn(x)
        return self.fc(F.dropout(h[-1], self.drop, self.training))
