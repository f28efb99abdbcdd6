"""Loops, schedules and an optimizer by hand, of loops.py."""

from typing import Any

import torch
from torch import nn

from ....rules import momentum
from ....rules.torch_optimizer import TorchOptimizer
from ..case import Training, usual
from ..data import digits
from ..habits import adam
from ..nets import mlp
from .coders import coder


def noam(warm: int) -> Any:
    """Return the transformer's schedule: up for so many steps, then down."""
    return lambda o: torch.optim.lr_scheduler.LambdaLR(
        o, lambda k: min((k + 1) / warm, (warm / (k + 1)) ** 0.5)
    )


def falling(by: float) -> Any:
    return lambda o: torch.optim.lr_scheduler.ExponentialLR(o, by)


def cycles(low: float, top: float, half: int = 20) -> Any:
    return lambda o: torch.optim.lr_scheduler.CyclicLR(o, low, top, half, cycle_momentum=False)


def ours(lr: float) -> Any:
    return lambda p: TorchOptimizer(p, momentum(lr))


def one_cycle(top: float, steps: int) -> Any:
    return lambda o: torch.optim.lr_scheduler.OneCycleLR(o, top, total_steps=steps)


def tuned(optimizer: Any) -> Training:
    """Return a net that has learned the digits, with a new last layer, to be tuned again."""
    first = Training(digits(), mlp([64, 32, 32, 10]), adam(1e-2))
    for _ in range(60):
        rows = torch.randint(len(first.data.x), (64,))
        usual(first, first.data.x[rows], first.data.y[rows])
    first.model[-1] = nn.Linear(32, 10)  # type: ignore[operator]
    return Training(digits(), first.model, optimizer, steps=120)


def reborn(t: Any, x: Any, y: Any) -> Any:
    """Keep the weights small, but in new parameters that the optimizer does not know."""
    loss = usual(t, x, y)
    for layer in (m for m in t.model.modules() if isinstance(m, nn.Linear)):
        layer.weight = nn.Parameter(layer.weight.detach().clamp(-1, 1))
    return loss


def kept_small(t: Any, x: Any, y: Any) -> Any:
    """Keep the weights small, in place: healthy."""
    loss = usual(t, x, y)
    with torch.no_grad():
        for layer in (m for m in t.model.modules() if isinstance(m, nn.Linear)):
            layer.weight.clamp_(-1, 1)
    return loss


def head_zeroed(t: Any, x: Any, y: Any) -> Any:
    """Forget the gradient of the last layer only."""
    t.model.head.zero_grad()
    loss = t.loss_fn(t.model(x), y)
    loss.backward()
    t.optimizer.step()
    return loss


def searching(zero: bool) -> Any:
    """Return a step by a closure that does, or does not, forget the gradient."""

    def habit(t: Any, x: Any, y: Any) -> Any:
        def closure() -> Any:
            if zero:
                t.optimizer.zero_grad()
            loss = t.loss_fn(t.model(x), y)
            loss.backward()
            return loss

        return t.optimizer.step(closure)

    return habit


def packed(labels_too: bool) -> Any:
    """Return a step that sorts the sentences of a batch, as packing once asked for."""

    def habit(t: Any, x: Any, y: Any) -> Any:
        order = (x < 25).sum(1).argsort(descending=True)
        return usual(t, x[order], y[order] if labels_too else y)

    return habit


class Home(torch.optim.Optimizer):
    """Descent as one writes it oneself; with the wrong sign it climbs."""

    def __init__(self, params: Any, lr: float):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            for p in group["params"]:
                p.add_(group["lr"] * p.grad)


def quasi_newton(habit: Any) -> Training:
    model = coder(8, nn.Tanh)
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.2, max_iter=4)
    return Training(digits().onto_itself(), model, optimizer, habit=habit, batch=0, steps=20)
