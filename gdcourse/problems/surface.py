"""Surfaces: losses of two or more numbers whose minimum and curvature are known."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, final

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


@final
@dataclass(frozen=True)
class Quadratic(Problem):
    """A bowl, a ravine or a saddle: a parabola along each axis.

    f(x) = (c_1 x_1^2 + ... + c_d x_d^2) / 2

    Args:
        curvatures: c, one number an axis; these are the eigenvalues of the Hessian. All positive:
            a minimum at 0. Mixed signs: a saddle at 0.

    >>> import numpy as np
    >>> Quadratic((1, 10)).gradient(np.array([1.0, 1.0]))
    array([ 1., 10.])

    Book: foundations/learning-rate.
    """

    curvatures: tuple[float, ...]
    start: tuple[float, ...] = (1.0, 1.0)

    @property
    def minimum(self) -> tuple[float, ...] | None:
        return (0.0,) * len(self.curvatures) if min(self.curvatures) > 0 else None

    def _curvatures(self, x):
        if x.shape[-1] != len(self.curvatures):
            raise ValueError(
                f"Quadratic has {len(self.curvatures)} curvatures, but the last axis of x has "
                f"{x.shape[-1]} entries (x.shape = {tuple(x.shape)})"
            )
        return xp(x).asarray(self.curvatures, dtype=x.dtype, device=x.device)

    def loss(self, x):
        return (self._curvatures(x) * x**2).sum(-1) / 2

    def gradient(self, x):
        return self._curvatures(x) * x

    def hessian(self, x):
        return xp(x).diag(self._curvatures(x)) + xp(x).zeros_like(x)[..., None]


def bowl(dim: int = 2) -> Quadratic:
    """Return the round bowl |x|^2 / 2: every direction is equally steep."""
    return Quadratic((1.0,) * dim, start=(1.0,) * dim)


def ravine(condition_number: float = 100.0) -> Quadratic:
    """Return (x^2 + condition_number * y^2) / 2: gentle along x, steep along y."""
    if not condition_number >= 1:
        raise ValueError(f"ravine: condition_number must be 1 or more; got {condition_number!r}")
    return Quadratic((1.0, float(condition_number)))


def saddle() -> Quadratic:
    """Return (x^2 - y^2) / 2: a minimum along x, a maximum along y, and no lower end."""
    return Quadratic((1.0, -1.0), start=(1.0, 1e-3))


@final
@dataclass(frozen=True)
class Rosenbrock(Problem):
    """The curved valley f(x, y) = (1 - x)^2 + 100 (y - x^2)^2, with its minimum 0 at (1, 1).

    At the minimum the Hessian's eigenvalues are 0.3994 and 1001.6: a condition number of 2508.

    >>> import numpy as np
    >>> round(float(Rosenbrock().loss(np.array([-1.2, 1.0]))), 10)
    24.2

    Source: Rosenbrock 1960, "An automatic method for finding the greatest or least value".
    """

    start: tuple[float, float] = (-1.2, 1.0)
    minimum: tuple[float, float] = (1.0, 1.0)

    def loss(self, x):
        x, y = x[..., 0], x[..., 1]
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2

    def gradient(self, x):
        lib, x, y = xp(x), x[..., 0], x[..., 1]
        return lib.stack([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)], -1)

    def hessian(self, x):
        lib, x, y = xp(x), x[..., 0], x[..., 1]
        xx, xy, yy = 2 - 400 * (y - 3 * x**2), -400 * x, 200 + lib.zeros_like(x)
        return lib.stack([lib.stack([xx, xy], -1), lib.stack([xy, yy], -1)], -1)
