"""Chains for the rules that need more than a gradient, or each parameter in its own shape."""

from collections.abc import Callable
from typing import Any

from .backtrack import Backtrack
from .lbfgs import LBFGS
from .muon import Muon
from .newton import Newton
from .per_parameter import PerParameter
from .polyak_step import PolyakStep
from .recipes import Rate
from .rule import Chain, LearningRate, Rule
from .sam import SAM
from .shampoo import Shampoo


def muon(lr: Rate = 0.02, beta: float = 0.95, rest: Rule | None = None) -> Chain:
    """Return Muon: torch.optim.Muon(lr=lr, momentum=beta, weight_decay=0), but for the precision.

    `rest` takes the vectors; its step, too, is multiplied by lr.

    >>> muon(0.02, rest=Chain()).rules[0].rule
    Muon(beta=0.95, steps=5, nesterov=True, eps=1e-07)
    """
    return Chain(PerParameter(Muon(beta), rest=rest), LearningRate(lr))


def shampoo(lr: Rate = 1e-3, eps: float = 1e-4) -> Chain:
    """Return Shampoo with its published start, L = R = eps I.

    >>> shampoo(0.1)
    Chain(Shampoo(eps=0.0001), LearningRate(lr=0.1))
    """
    return Chain(Shampoo(eps), LearningRate(lr))


def newton(
    lr: Rate, hessian: Callable[[Any], Any], damping: float = 0.0, saddle_free: bool = False
) -> Chain:
    """Return Newton's method; with lr = 1 it solves a parabola in one step.

    >>> from gdcourse import bowl, minimize
    >>> float(minimize(bowl(), [3.0, 4.0], newton(1.0, bowl().hessian), steps=1).loss[-1])
    0.0
    """
    return Chain(Newton(hessian, damping, saddle_free), LearningRate(lr))


def lbfgs(lr: Rate = 1.0, m: int = 10, loss: Callable[[Any], Any] | None = None) -> Rule:
    """Return L-BFGS: with a loss, lr is the first step length that the line search tries.

    >>> lbfgs(0.5)
    Chain(LBFGS(m=10), LearningRate(lr=0.5))
    """
    chain = Chain(LBFGS(m), LearningRate(lr))
    return chain if loss is None else Backtrack(chain, loss)


def sam(lr: Rate, gradient: Callable[[Any], Any], rho: float = 0.05) -> Chain:
    """Return sharpness-aware gradient descent.

    >>> from gdcourse import bowl
    >>> sam(0.1, bowl().gradient).rules[1]
    LearningRate(lr=0.1)
    """
    return Chain(SAM(gradient, rho), LearningRate(lr))


def polyak(lr: Rate, loss: Callable[[Any], Any], minimum: float = 0.0) -> Chain:
    """Return gradient descent with Polyak's step length; lr in (0, 2) stretches it.

    >>> from gdcourse import bowl, minimize
    >>> minimize(bowl(), [1.0, 1.0], polyak(1.0, bowl().loss), steps=2).loss
    array([1.    , 0.25  , 0.0625])
    """
    return Chain(PolyakStep(loss, minimum), LearningRate(lr))
