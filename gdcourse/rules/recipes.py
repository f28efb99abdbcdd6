"""Chains with the names and defaults that people know."""

from collections.abc import Callable
from typing import Any

from ..remedies.decay import Decay
from .adadelta import Adadelta
from .adagrad import Adagrad
from .adam import Adam
from .amsgrad import AMSGrad
from .lion import Lion
from .momentum import Momentum
from .nadam import NAdam
from .nesterov import Nesterov
from .radam import RAdam
from .rmsprop import RMSprop
from .rule import Chain, LearningRate
from .schedule_free import ScheduleFree
from .sign import SignDescent

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


def nesterov(lr: Rate, beta: float = 0.9) -> Chain:
    """Return Nesterov's gradient: torch.optim.SGD(lr=lr, momentum=beta, nesterov=True).

    >>> nesterov(0.1)
    Chain(Nesterov(beta=0.9), LearningRate(lr=0.1))
    """
    return Chain(Nesterov(beta), LearningRate(lr))


def sign_descent(lr: Rate) -> Chain:
    """Return sign descent: step = lr * sign(g).

    >>> sign_descent(0.01)
    Chain(SignDescent(), LearningRate(lr=0.01))
    """
    return Chain(SignDescent(), LearningRate(lr))


def adagrad(lr: Rate = 1e-2, eps: float = 1e-10, start: float = 0.0) -> Chain:
    """Return Adagrad: torch.optim.Adagrad(lr=lr, eps=eps, initial_accumulator_value=start).

    >>> adagrad(0.1)
    Chain(Adagrad(eps=1e-10, start=0.0), LearningRate(lr=0.1))
    """
    return Chain(Adagrad(eps, start), LearningRate(lr))


def rmsprop(
    lr: Rate = 1e-2,
    b2: float = 0.99,
    eps: float = 1e-8,
    centered: bool = False,
    beta: float = 0.0,
) -> Chain:
    """Return RMSprop: torch.optim.RMSprop(lr=lr, alpha=b2, momentum=beta, centered=centered).

    >>> rmsprop(0.01)
    Chain(RMSprop(b2=0.99, eps=1e-08, centered=False), LearningRate(lr=0.01))
    """
    memory = (Momentum(beta),) if beta else ()
    return Chain(RMSprop(b2, eps, centered), *memory, LearningRate(lr))


def adadelta(lr: Rate = 1.0, rho: float = 0.9, eps: float = 1e-6) -> Chain:
    """Return Adadelta: torch.optim.Adadelta(lr=lr, rho=rho, eps=eps).

    >>> adadelta()
    Chain(Adadelta(rho=0.9, eps=1e-06), LearningRate(lr=1.0))
    """
    return Chain(Adadelta(rho, eps), LearningRate(lr))


def adam(lr: Rate = 1e-3, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> Chain:
    """Return Adam: torch.optim.Adam(lr=lr, betas=(b1, b2), eps=eps).

    >>> adam(3e-4)
    Chain(Adam(b1=0.9, b2=0.999, eps=1e-08), LearningRate(lr=0.0003))
    """
    return Chain(Adam(b1, b2, eps), LearningRate(lr))


def amsgrad(lr: Rate = 1e-3, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> Chain:
    """Return AMSGrad: torch.optim.Adam(lr=lr, betas=(b1, b2), eps=eps, amsgrad=True).

    >>> amsgrad(3e-4)
    Chain(AMSGrad(b1=0.9, b2=0.999, eps=1e-08), LearningRate(lr=0.0003))
    """
    return Chain(AMSGrad(b1, b2, eps), LearningRate(lr))


def adamw(
    lr: Rate = 1e-3,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
    rate: float = 0.01,
    mask: Any = None,
) -> Chain:
    """Return AdamW: torch.optim.AdamW(lr=lr, betas=(b1, b2), eps=eps, weight_decay=rate).

    >>> adamw(3e-4)
    Chain(Adam(b1=0.9, b2=0.999, eps=1e-08), Decay(rate=0.01, mask=None), LearningRate(lr=0.0003))
    """
    return Chain(Adam(b1, b2, eps), Decay(rate, mask), LearningRate(lr))


def nadam(
    lr: Rate = 2e-3, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8, psi: float = 4e-3
) -> Chain:
    """Return NAdam: torch.optim.NAdam(lr=lr, betas=(b1, b2), eps=eps, momentum_decay=psi).

    >>> nadam()
    Chain(NAdam(b1=0.9, b2=0.999, eps=1e-08, psi=0.004), LearningRate(lr=0.002))
    """
    return Chain(NAdam(b1, b2, eps, psi), LearningRate(lr))


def radam(lr: Rate = 1e-3, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> Chain:
    """Return RAdam: torch.optim.RAdam(lr=lr, betas=(b1, b2), eps=eps).

    >>> radam()
    Chain(RAdam(b1=0.9, b2=0.999, eps=1e-08, threshold=5.0), LearningRate(lr=0.001))
    """
    return Chain(RAdam(b1, b2, eps), LearningRate(lr))


def lion(lr: Rate = 1e-4, b1: float = 0.9, b2: float = 0.99, rate: float = 0.0) -> Chain:
    """Return Lion with decoupled decay: optax.lion(lr, b1, b2, weight_decay=rate).

    >>> lion()
    Chain(Lion(b1=0.9, b2=0.99), LearningRate(lr=0.0001))
    """
    decay = (Decay(rate),) if rate else ()
    return Chain(Lion(b1, b2), *decay, LearningRate(lr))


def schedule_free(lr: Rate = 1.0, beta: float = 0.9) -> ScheduleFree:
    """Return schedule-free SGD; evaluate at its `average(state)`.

    >>> schedule_free(0.5)
    ScheduleFree(rule=Chain(), lr=0.5, beta=0.9)
    """
    return ScheduleFree(Chain(), lr, beta)


def schedule_free_adamw(
    lr: Rate = 2.5e-3, beta: float = 0.9, b2: float = 0.999, eps: float = 1e-8, rate: float = 0.0
) -> ScheduleFree:
    """Return schedule-free AdamW; evaluate at its `average(state)`.

    >>> schedule_free_adamw(rate=0.1).rule
    Chain(Adam(b1=0.0, b2=0.999, eps=1e-08), Decay(rate=0.1, mask=None))
    """
    decay = (Decay(rate),) if rate else ()
    return ScheduleFree(Chain(Adam(0.0, b2, eps), *decay), lr, beta)
