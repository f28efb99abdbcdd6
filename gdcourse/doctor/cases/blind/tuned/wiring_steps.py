"""Steps that keep, clear, sum, scale or turn round the gradient, of wiring_gradients.py."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Training
from ...data import blobs, digits, friedman
from ...habits import adam
from ...nets import Attention, mlp
from ...sequences import phrases


def in_parts(parts: int, step_each: int, zero_each: int, divide: float = 1.0) -> Any:
    """Add up gradients over parts of a batch, with a counter for the step and one for zero_grad."""
    count = 0

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal count
        total = 0.0
        for some, wanted in zip(x.chunk(parts), y.chunk(parts), strict=True):
            loss = t.loss_fn(t.model(some), wanted)
            (loss / divide).backward()
            total += float(loss) / parts
            count += 1
            if count % step_each == 0:
                t.optimizer.step()
            if count % zero_each == 0:
                t.optimizer.zero_grad()
        return total

    return habit


def without_backward(t: Training, x: Any, y: Any) -> Any:
    """Give LBFGS a closure that returns the loss, and that is all."""

    def closure() -> Any:
        t.optimizer.zero_grad()
        return t.loss_fn(t.model(x), y)

    return t.optimizer.step(closure)


def bandit(sign: float) -> Any:
    """Draw an answer, be rewarded if it is right, and go along the gradient of its logarithm."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        chance = torch.distributions.Categorical(logits=t.model(x))
        action = chance.sample()
        reward = (action == y).float() - 0.25
        loss = sign * (chance.log_prob(action) * reward).mean()
        t.optimizer.zero_grad()
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


class Varied(nn.Module):
    """A variational autoencoder, that gives the pictures when it is not trained."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.code = mlp([64, 32], last=nn.Tanh()), nn.Linear(32, 16)
        self.down = mlp([8, 32, 64], nn.Tanh)

    def parts(self, x):
        mean, log_var = self.code(self.body(x)).chunk(2, 1)
        return self.down(mean + torch.randn_like(mean) * (log_var / 2).exp()), mean, log_var

    def forward(self, x):
        return self.down(self.code(self.body(x)).chunk(2, 1)[0])


def bound(sign: float) -> Any:
    """Add the distance to the prior to the error, or take it away."""

    def habit(t: Any, x: Any, y: Any) -> Any:
        o, mean, log_var = t.model.parts(x)
        far = -0.5 * (1 + log_var - mean.square() - log_var.exp()).sum(1).mean()
        loss = F.mse_loss(o, x) + sign * 0.02 * far
        t.optimizer.zero_grad()
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


def by_share(logarithm: bool) -> Any:
    """Weight the classes by one over their share, or by its logarithm, which is negative."""

    def loss(o: Any, y: Any) -> Any:
        share = torch.where(y > 0.5, 0.63, 0.37)
        weight = share.log() if logarithm else 0.5 / share
        return F.binary_cross_entropy_with_logits(o, y, weight=weight)

    return loss


def scaled(*order: str) -> Any:
    """Scale the loss as for half precision; then clip and unscale in this order, if at all."""

    def habit(t: Any, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        (loss * 1024).backward()
        for what in order:
            if what == "clip":
                nn.utils.clip_grad_norm_(t.model.parameters(), 1.0)
            for p in t.model.parameters() if what == "unscale" else ():
                p.grad /= 1024
        t.optimizer.step()
        return loss

    return habit


def restoring(habit: Any) -> Training:
    model = mlp([64, 24, 64], nn.Tanh)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-2, momentum=0.5)
    return Training(digits().onto_itself(), model, optimizer, habit=habit)


def lbfgs(habit: Any) -> Training:
    model = mlp([10, 12, 1], nn.Tanh)
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=3, history_size=5)
    return Training(friedman(), model, optimizer, batch=0, steps=50, habit=habit)


def variational(sign: float) -> Training:
    data = digits().onto_itself()
    return Training(data, Varied(), adam(5e-3), batch=64, habit=bound(sign), steps=250)


def by_rewards(sign: float) -> Training:
    return Training(blobs(), mlp([2, 24, 4], nn.Tanh), adam(2e-2), batch=64, habit=bandit(sign))


def in_words(habit: Any) -> Training:
    model = Attention(50)
    return Training(
        phrases(), model, torch.optim.AdamW(model.parameters(), 7e-3), habit=habit, steps=80
    )
