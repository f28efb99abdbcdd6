"""Quadratic surfaces: the bowl, the ravine and the saddle."""

from dataclasses import dataclass
from math import inf
from typing import final

from ..rules.rule import xp
from .surface import Problem


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
    start: tuple[float, ...] | None = None

    def __post_init__(self):
        c = tuple(self.curvatures)
        if not c or not all(-inf < curvature < inf for curvature in c):
            raise ValueError(f"Quadratic.curvatures must be one or more finite numbers; got {c!r}")
        start = (1.0,) * len(c) if self.start is None else tuple(self.start)
        if len(start) != len(c):
            raise ValueError(f"Quadratic.start must have {len(c)} numbers; got {start!r}")
        object.__setattr__(self, "curvatures", c)
        object.__setattr__(self, "start", start)

    @property
    def minimum(self) -> tuple[float, ...] | None:
        return (0.0,) * len(self.curvatures) if min(self.curvatures) > 0 else None

    def _curvatures(self, x):
        if x.shape[-1] != len(self.curvatures):
            raise ValueError(
                f"Quadratic has {len(self.curvatures)} curvatures, but the last axis of x has "
                f"{x.shape[-1]} entries (x.shape = {tuple(x.shape)})"
            )
        dtype = (x[..., :0] / 1).dtype  # that of x, or a float's where x counts whole numbers
        return xp(x).asarray(self.curvatures, dtype=dtype, device=x.device)

    def loss(self, x):
        return (self._curvatures(x) * x**2).sum(-1) / 2

    def gradient(self, x):
        return self._curvatures(x) * x

    def hessian(self, x):
        return xp(x).diag(self._curvatures(x)) + xp(x).zeros_like(x)[..., None]


def bowl(dim: int = 2) -> Quadratic:
    """Return the round bowl |x|^2 / 2: every direction is equally steep."""
    return Quadratic((1.0,) * dim)


def ravine(condition_number: float = 100.0) -> Quadratic:
    """Return (x^2 + condition_number * y^2) / 2: gentle along x, steep along y."""
    if not 1 <= condition_number < inf:
        raise ValueError(
            f"ravine: condition_number must be 1 or more, and finite; got {condition_number!r}"
        )
    return Quadratic((1.0, float(condition_number)))


def saddle() -> Quadratic:
    """Return (x^2 - y^2) / 2: a minimum along x, a maximum along y, and no lower end."""
    return Quadratic((1.0, -1.0), start=(1.0, 1e-3))
