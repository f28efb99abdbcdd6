"""Problem: what every surface is."""

from abc import ABC, abstractmethod
from typing import Any

from ..rules.rule import xp


class Problem(ABC):
    """A loss with its gradient and its Hessian, on NumPy arrays and torch tensors alike.

    Shapes: x is (..., d); the loss (...), the gradient (..., d), the Hessian (..., d, d).
    """

    @abstractmethod
    def loss(self, x: Any) -> Any:
        """Return the loss at `x`."""

    @abstractmethod
    def gradient(self, x: Any) -> Any:
        """Return the gradient at `x`."""

    @abstractmethod
    def hessian(self, x: Any) -> Any:
        """Return the matrix of second derivatives at `x`."""


def check_dim(problem: Problem, x: Any, dim: int) -> None:
    """Raise ValueError if the points `x` are not of the surface's dimension."""
    if x.ndim == 0 or x.shape[-1] != dim:
        entries = x.shape[-1] if x.ndim else "no"
        raise ValueError(
            f"{type(problem).__name__} takes points of {dim} numbers, but the last axis of x has "
            f"{entries} entries (x.shape = {tuple(x.shape)})"
        )


def coordinates(problem: Problem, x: Any) -> tuple[Any, Any]:
    """Return the two coordinates of points in the plane, each of shape (...)."""
    check_dim(problem, x, 2)
    return x[..., 0], x[..., 1]


def symmetric(xx: Any, xy: Any, yy: Any) -> Any:
    """Return the Hessian [[xx, xy], [xy, yy]] of points in the plane, (..., 2, 2)."""
    lib = xp(xx)
    return lib.stack([lib.stack([xx, xy], -1), lib.stack([xy, yy], -1)], -1)


def diagonal(entries: Any) -> Any:
    """Return matrices (..., d, d) with these entries (..., d) on the diagonal."""
    lib, d = xp(entries), entries.shape[-1]
    return entries[..., None] * lib.eye(d, dtype=entries.dtype, device=entries.device)
