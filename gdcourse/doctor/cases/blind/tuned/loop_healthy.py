"""Healthy loops that look odd: climbing before a step, scaled losses, heads that are dropped."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training
from ...data import diabetes, digits, friedman, moons, pictures
from ...habits import adam, sgd
from ...nets import Passing, conv, mlp
from ...sequences import phrases


def every(parts: int) -> Any:
    """Add up the gradients of so many batches, then step: most batches leave theirs."""
    seen = 0

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal seen
        loss = t.loss_fn(t.model(x), y)
        (loss / parts).backward()
        seen += 1
        if seen % parts == 0:
            t.optimizer.step()
            t.optimizer.zero_grad()
        return loss

    return habit


def sharpness_aware(t: Training, x: Any, y: Any) -> Any:
    """Climb a little, take the gradient up there, come back and step with it."""
    t.optimizer.zero_grad()
    loss = t.loss_fn(t.model(x), y)
    loss.backward()
    held = [p for p in t.model.parameters() if p.grad is not None]
    with torch.no_grad():
        norm = torch.stack([p.grad.norm() for p in held if p.grad is not None]).norm()
        up = [0.05 * p.grad / (norm + 1e-12) for p in held if p.grad is not None]
        for p, e in zip(held, up, strict=True):
            p.add_(e)
    t.optimizer.zero_grad()
    t.loss_fn(t.model(x), y).backward()
    with torch.no_grad():
        for p, e in zip(held, up, strict=True):
            p.sub_(e)
    t.optimizer.step()
    return loss


def likelihood_climbed(t: Training, x: Any, y: Any) -> Any:
    """Maximise the log-likelihood with maximize=True; what is shown is minus that."""
    t.optimizer.zero_grad()
    log_likelihood = -t.loss_fn(t.model(x), y)
    log_likelihood.backward()
    t.optimizer.step()
    return -log_likelihood.detach()


def scaled(by: float) -> Any:
    """Multiply the loss before backward, divide the gradients after it, as half precision does."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad(set_to_none=False)
        loss = t.loss_fn(t.model(x), y)
        (by * loss).backward()
        for p in t.model.parameters():
            if p.grad is not None:
                p.grad.div_(by)
        t.optimizer.step()
        return loss

    return habit


class Helped(nn.Module):
    """Two layers, the first of which has a head of its own that helps at the start."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(64, 32), nn.Linear(32, 32)
        self.head, self.helper = nn.Linear(32, 10), nn.Linear(32, 10)

    def both(self, x):
        h = torch.tanh(self.one(x))
        return self.head(torch.tanh(self.two(h))), self.helper(h)

    def forward(self, x):
        return self.both(x)[0]


def helped() -> Training:
    """Return a net whose helping head counts in the first eighty steps only."""
    seen = 0
    net = Helped()

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal seen
        seen += 1
        o, early = net.both(x)
        loss = F.cross_entropy(o, y)
        whole = loss + 0.3 * F.cross_entropy(early, y) if seen <= 80 else loss
        t.optimizer.zero_grad()
        whole.backward()
        t.optimizer.step()
        return loss

    return Training(digits(), net, adam(3e-3), habit=habit)


def known_words() -> Training:
    """Return a frozen table that knows the topics of words, and a small net that is trained."""
    known = F.one_hot(torch.arange(50) % 4, 8).float() + 0.3 * torch.randn(50, 8)
    net = Passing(
        lambda m, x: m.net(m.table(x).mean(1)),
        table=nn.Embedding.from_pretrained(known),
        net=mlp([8, 16, 4], nn.Tanh),
    )
    wanted = [p for p in net.parameters() if p.requires_grad]
    return Training(phrases(), net, torch.optim.AdamW(wanted, lr=2e-2), steps=150)


def small_batches() -> Training:
    """Return convolutions with norms on four pictures at a time."""
    return Training(pictures(), conv(norm=True), adam(5e-3), steps=160, batch=4)


LOOP_HEALTHY: Final[tuple[Case, ...]] = (
    Case(
        "a step after each fourth batch, the gradients of the others stay, Friedman's problem",
        lambda: Training(friedman(), mlp([10, 24, 1]), adam(2e-2), habit=every(4), steps=300),
    ),
    Case(
        "climbing a little before each step, moons",
        lambda: Training(moons(), mlp([2, 24, 1]), sgd(0.1, 0.9), habit=sharpness_aware),
    ),
    Case(
        "the log-likelihood climbed by maximize=True, patients",
        lambda: Training(
            diabetes(),
            mlp([10, 12, 1], nn.Tanh),
            sgd(0.03, 0.9, maximize=True),
            habit=likelihood_climbed,
        ),
    ),
    Case(
        "a loss a thousandfold, the gradients divided again, images",
        lambda: Training(pictures(), conv(nn.ELU), sgd(0.1, 0.9), habit=scaled(1024.0), steps=120),
    ),
    Case("a head that helps for eighty steps and is left alone then", helped),
    Case("a frozen table of words that are known already", known_words),
    Case("norms over four pictures at a time", small_batches),
)
