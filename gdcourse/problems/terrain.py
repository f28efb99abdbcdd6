"""Surfaces that each break a method: the monkey saddle, the cliff, the plateau, Lessard's."""

from dataclasses import dataclass
from typing import final

from ..rules.rule import Positive, PositiveInt, check_fields, xp
from .surface import Problem, check_dim, coordinates, diagonal, symmetric


@final
@dataclass(frozen=True)
class MonkeySaddle(Problem):
    """Three ways up and three down (two legs and a tail): f(x, y) = x^3 - 3 x y^2.

    The Hessian at 0 is 0: the second derivatives do not show which way leads down.

    >>> import numpy as np
    >>> bool(MonkeySaddle().hessian(np.zeros(2)).any())
    False
    """

    start: tuple[float, float] = (0.5, 0.01)
    minimum: None = None

    def loss(self, x):
        x, y = coordinates(self, x)
        return x**3 - 3 * x * y**2

    def gradient(self, x):
        lib, (x, y) = xp(x), coordinates(self, x)
        return lib.stack([3 * x**2 - 3 * y**2, -6 * x * y], -1)

    def hessian(self, x):
        x, y = coordinates(self, x)
        return symmetric(6.0 * x, -6.0 * y, -6.0 * x)


@final
@dataclass(frozen=True)
class Cliff(Problem):
    """A gentle bowl with a steep wall beside its minimum, 0 at 0: one step too far is thrown back.

    f(x, y) = slope (x^2 + y^2) / 2 + height (1 - exp(-u^3)),  u = max(0, -x) / width

    A model, twice differentiable, of the walls in the losses of recurrent networks. The gradient
    on the wall is about 1.2 height / width.

    Args:
        slope: curvature of the bowl, > 0.
        height, width: of the wall, > 0.

    >>> import numpy as np
    >>> Cliff().gradient(np.array([[0.05, 0.0], [-0.05, 0.0]]))[:, 0].round(3).tolist()
    [0.005, -66.192]

    Source: after Pascanu, Mikolov & Bengio 2013, arXiv:1211.5063, Section 3 and Figure 6.
    """

    slope: Positive = 0.1
    height: Positive = 10.0
    width: Positive = 0.1
    start: tuple[float, float] = (4.0, 1.0)
    minimum: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self):
        check_fields(self)

    def _wall(self, x):
        u = (-x / self.width).clip(min=0, max=10)  # beyond 10 widths exp(-u^3) is 0
        return u, self.height * xp(x).exp(-(u**3))

    def loss(self, x):
        (x, y), lib = coordinates(self, x), xp(x)
        u, _ = self._wall(x)
        return self.slope * (x**2 + y**2) / 2 - self.height * lib.expm1(-(u**3))

    def gradient(self, x):
        (x, y), lib = coordinates(self, x), xp(x)
        u, left = self._wall(x)
        return lib.stack([self.slope * x - 3 * u**2 * left / self.width, self.slope * y], -1)

    def hessian(self, x):
        (x, _), lib = coordinates(self, x), xp(x)
        u, left = self._wall(x)
        xx = self.slope + (6 * u - 9 * u**4) * left / self.width**2
        return symmetric(xx, lib.zeros_like(xx), lib.zeros_like(xx) + self.slope)


@final
@dataclass(frozen=True)
class Plateau(Problem):
    """A hole in a plain so flat that, from afar, the gradient says almost nothing.

    f(x) = 1 - exp(-|x|^2 / 2); its minimum is 0 at 0, where the Hessian is the identity.

    Args:
        dim: d, >= 1.

    >>> import numpy as np
    >>> Plateau().gradient(np.array([6.0, 0.0])).round(8).tolist()
    [9e-08, 0.0]
    """

    dim: PositiveInt = 2

    def __post_init__(self):
        check_fields(self)

    @property
    def start(self) -> tuple[float, ...]:
        return (3.0,) + (0.5,) * (self.dim - 1)

    @property
    def minimum(self) -> tuple[float, ...]:
        return (0.0,) * self.dim

    def loss(self, x):
        check_dim(self, x, self.dim)
        return -xp(x).expm1(-(x**2).sum(-1) / 2)

    def gradient(self, x):
        check_dim(self, x, self.dim)
        return x * xp(x).exp(-(x**2).sum(-1, keepdims=True) / 2)

    def hessian(self, x):
        g = self.gradient(x)
        height = xp(x).exp(-(x**2).sum(-1, keepdims=True) / 2)
        return diagonal(height + xp(x).zeros_like(x)) - x[..., :, None] * g[..., None, :]


@final
@dataclass(frozen=True)
class Lessard(Problem):
    """Three parabolas joined: strongly convex, and yet the tuned heavy ball never arrives.

    f'(x) = 25 x for x < 1;  x + 24 for 1 <= x < 2;  25 x - 24 for x >= 2;  f(0) = 0

    On a line: x has shape (..., 1). The curvature lies between 1 and 25. From starts near 3.3
    the heavy ball with lr 1/9 and beta 4/9, the best for a quadratic, goes round three points.

    >>> import numpy as np
    >>> Lessard().gradient(np.array([[0.5], [1.5], [3.0]]))[:, 0]
    array([12.5, 25.5, 51. ])

    Source: Lessard, Recht & Packard 2016, arXiv:1408.3595, Section 4.6.
    """

    start: tuple[float] = (3.3,)
    minimum: tuple[float] = (0.0,)

    def _piece(self, x, left, middle, right):
        check_dim(self, x, 1)
        where = xp(x).where
        return where(x < 1, left, where(x < 2, middle, right))

    def loss(self, x):
        left, middle = 12.5 * x**2, x**2 / 2 + 24 * x - 12
        return self._piece(x, left, middle, 12.5 * x**2 - 24 * x + 36)[..., 0]

    def gradient(self, x):
        return self._piece(x, 25 * x, x + 24, 25 * x - 24)

    def hessian(self, x):
        one = xp(x).ones_like(x)
        return self._piece(x, 25 * one, one, 25 * one)[..., None]
