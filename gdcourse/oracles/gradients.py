"""The exact gradient, and the one that torch differentiates.

An oracle is a function x -> (loss, gradient). Shapes: x (..., d), loss (...), gradient (..., d).
"""

from collections.abc import Callable
from typing import Any

from ..problems.surface import Problem

Oracle = Callable[[Any], tuple[Any, Any]]


def exact(problem: Problem) -> Oracle:
    """Return the oracle of a problem that knows its own gradient.

    >>> import numpy as np
    >>> from gdcourse.problems import bowl
    >>> exact(bowl())(np.array([3.0, 4.0]))
    (np.float64(12.5), array([3., 4.]))
    """
    if not isinstance(problem, Problem):
        raise TypeError(f"exact takes a Problem such as bowl(); got {problem!r}")
    return lambda x: (problem.loss(x), problem.gradient(x))


def autograd(loss: Callable[[Any], Any]) -> Oracle:
    """Return the oracle that differentiates a torch function by reverse accumulation.

    Args:
        loss: tensor (..., d) -> tensor (...), where each run along the leading axes depends on
            its own x only.

    Raises:
        TypeError: x is not a floating-point torch tensor.
        ValueError: the loss mixes the runs, or gives more than one number a run.

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
            if value.shape != x.shape[:-1]:
                raise ValueError(
                    f"loss must return one number a run: shape {tuple(x.shape[:-1])} for x of "
                    f"shape {tuple(x.shape)}; got {tuple(value.shape)}. Sum over the last axis"
                )
            (gradient,) = torch.autograd.grad(value.sum(), x)
        return value.detach(), gradient

    return oracle


def oracle_of(problem: Problem | Callable[[Any], Any]) -> Oracle:
    """Return the exact oracle of a Problem, or the autograd oracle of a torch function.

    Raises:
        TypeError: it is neither.

    >>> import torch
    >>> oracle_of(lambda x: (x**2).sum(-1))(torch.tensor([3.0]))[1]
    tensor([6.])
    """
    if isinstance(problem, type) or not (isinstance(problem, Problem) or callable(problem)):
        raise TypeError(f"an oracle needs a Problem such as bowl(), or a function; got {problem!r}")
    return exact(problem) if isinstance(problem, Problem) else autograd(problem)
