"""Optimizers by name, and the ways in which people write a step."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from .case import Training


def sgd(lr: float, momentum: float = 0.0, **settings: Any) -> Callable[[Any], Any]:
    """Return SGD, to be given parameters."""
    return lambda p: torch.optim.SGD(p, lr=lr, momentum=momentum, **settings)


def adam(lr: float = 1e-3, **settings: Any) -> Callable[[Any], Any]:
    """Return Adam, to be given parameters."""
    return lambda p: torch.optim.Adam(p, lr=lr, **settings)


def never_zeroed(t: Training, x: Any, y: Any) -> Any:
    """Make a step and leave the gradient to the next one."""
    loss = t.loss_fn(t.model(x), y)
    loss.backward()
    t.optimizer.step()
    return loss


def zeroed_too_early(t: Training, x: Any, y: Any) -> Any:
    """Forget the gradient between backward and step."""
    loss = t.loss_fn(t.model(x), y)
    loss.backward()
    t.optimizer.zero_grad(set_to_none=False)
    t.optimizer.step()
    return loss


def zeroed_each(steps: int) -> Callable[..., Any]:
    """Forget the gradient only every so many steps, and step at each of them."""
    count = 0

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal count
        if count % steps == 0:
            t.optimizer.zero_grad()
        count += 1
        return never_zeroed(t, x, y)

    return habit


def accumulating(parts: int) -> Callable[..., Any]:
    """Split the batch, add up the gradients of its parts, then step: healthy."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        total = 0.0
        for some, wanted in zip(x.chunk(parts), y.chunk(parts), strict=True):
            loss = t.loss_fn(t.model(some), wanted) / parts
            loss.backward()
            total += float(loss)
        t.optimizer.step()
        return total

    return habit


def clipped(norm: float) -> Callable[..., Any]:
    """Clip the gradient by its norm: healthy."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(t.model.parameters(), norm)
        t.optimizer.step()
        return loss

    return habit


def by_closure(t: Training, x: Any, y: Any) -> Any:
    """Let the optimizer ask for the loss as often as it likes: healthy."""

    def closure() -> Any:
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        loss.backward()
        return loss

    return t.optimizer.step(closure)


def climbing(t: Training, x: Any, y: Any) -> Any:
    """Differentiate minus the loss, and report the loss."""
    t.optimizer.zero_grad()
    loss = t.loss_fn(t.model(x), y)
    (-loss).backward()
    t.optimizer.step()
    return loss


def with_penalty(strength: float, power: int = 1) -> Callable[..., Any]:
    """Add a penalty on all weights to the loss."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        loss = loss + strength * sum((p.abs() ** power).sum() for p in t.model.parameters())
        loss.backward()
        t.optimizer.step()
        return loss

    return habit
