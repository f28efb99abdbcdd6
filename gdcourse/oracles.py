"""Oracles: where a loss and its gradient come from.

An oracle is a function x -> (loss, gradient). Shapes: x (..., d), loss (...), gradient (..., d).
"""

from collections.abc import Callable
from typing import Any

from .problems.surface import Problem

Oracle = Callable[[Any], tuple[Any, Any]]


def exact(problem: Problem) -> Oracle:
    """Return the oracle of a problem that knows its own gradient.

    >>> import numpy as np
    >>> from gdcourse.problems import bowl
    >>> exact(bowl())(np.array([3.0, 4.0]))
    (np.float64(12.5), array([3., 4.]))
    """
    return lambda x: (problem.loss(x), problem.gradient(x))


def autograd(loss: Callable[[Any], Any]) -> Oracle:
    """Return the oracle that differentiates a torch function by reverse accumulation.

    Args:
        loss: tensor (..., d) -> tensor (...), where each run along the leading axes depends on
            its own x only.

    Raises:
        TypeError: x is not a floating-point torch tensor.

    >>> import torch
    >>> autograd(lambda x: (x**2).sum(-1))(torch.tensor([3.0]))
    (tensor(9.), tensor([6.]))

    Source: Rumelhart, Hinton & Williams 1986; Baydin et al. 2018, arXiv:1502.05767.
    """

    def oracle(x):
        import torch

        if not isinstance(x, torch.Tensor) or not x.is_floating_point():
            kind = getattr(x, "dtype", type(x).__name__)
            raise TypeError(f"autograd needs a floating-point torch tensor; got {kind}")
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            value = loss(x)
            (gradient,) = torch.autograd.grad(value.sum(), x)
        return value.detach(), gradient

    return oracle
