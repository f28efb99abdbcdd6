"""Chains with the names and defaults that people know."""

from collections.abc import Callable
from typing import Any

from .adam import Adam
from .momentum import Momentum
from .rule import Chain, LearningRate

Rate = float | Callable[[int], float] | Any


def sgd(lr: Rate) -> Chain:
    """Return plain gradient descent: step = lr * g.

    >>> sgd(0.1)
    Chain(LearningRate(lr=0.1))
    """
    return Chain(LearningRate(lr))


def momentum(lr: Rate, beta: float = 0.9) -> Chain:
    """Return gradient descent with momentum: torch.optim.SGD(lr=lr, momentum=beta).

    >>> momentum(0.1)
    Chain(Momentum(beta=0.9), LearningRate(lr=0.1))
    """
    return Chain(Momentum(beta), LearningRate(lr))


def adam(lr: Rate = 1e-3, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> Chain:
    """Return Adam: torch.optim.Adam(lr=lr, betas=(b1, b2), eps=eps).

    >>> adam(3e-4)
    Chain(Adam(b1=0.9, b2=0.999, eps=1e-08), LearningRate(lr=0.0003))
    """
    return Chain(Adam(b1, b2, eps), LearningRate(lr))
