"""Surfaces of any dimension with many local minima: Rastrigin and Ackley."""

from dataclasses import dataclass
from math import e, inf, pi
from typing import final

from ..rules.rule import PositiveInt, check_fields, xp
from .surface import Problem, check_dim, diagonal


@final
@dataclass(frozen=True)
class Rastrigin(Problem):
    """A bowl with a local minimum near every whole point; the lowest, 0, is at 0.

    f(x) = 10 d + sum over i of (x_i^2 - 10 cos(2 pi x_i))

    Args:
        dim: d, >= 1.

    >>> import numpy as np
    >>> Rastrigin().loss(np.array([[0.0, 0.0], [1.0, -1.0]]))
    array([0., 2.])

    Source: Rastrigin 1974, "Systems of extremal control"; in d dimensions Mühlenbein et al. 1991.
    """

    dim: PositiveInt = 2

    def __post_init__(self):
        check_fields(self)

    @property
    def start(self) -> tuple[float, ...]:
        return (2.2,) * self.dim

    @property
    def minimum(self) -> tuple[float, ...]:
        return (0.0,) * self.dim

    def loss(self, x):
        check_dim(self, x, self.dim)
        return (x**2 + 10 * (1 - xp(x).cos(2 * pi * x))).sum(-1)

    def gradient(self, x):
        check_dim(self, x, self.dim)
        return 2 * x + 20 * pi * xp(x).sin(2 * pi * x)

    def hessian(self, x):
        check_dim(self, x, self.dim)
        return diagonal(2 + 40 * pi**2 * xp(x).cos(2 * pi * x))


@final
@dataclass(frozen=True)
class Ackley(Problem):
    """A rippled plain around one deep hole, whose lowest point, 0 at 0, is the tip of a cone.

    f(x) = 20 - 20 exp(-0.2 s) + e - exp(c),  s = sqrt(mean of x_i^2),  c = mean of cos(2 pi x_i)

    At the tip no gradient exists: 0 is returned, the least of all subgradients, and a Hessian of
    inf along the axes.

    Args:
        dim: d, >= 1.

    >>> import numpy as np
    >>> Ackley().gradient(np.zeros(2))
    array([0., 0.])

    Source: Ackley 1987, "A connectionist machine for genetic hillclimbing".
    """

    dim: PositiveInt = 2

    def __post_init__(self):
        check_fields(self)

    @property
    def start(self) -> tuple[float, ...]:
        return (2.2,) * self.dim

    @property
    def minimum(self) -> tuple[float, ...]:
        return (0.0,) * self.dim

    def _parts(self, x):
        """Return s, c and the loss of both, with a last axis of 1."""
        check_dim(self, x, self.dim)
        lib = xp(x)
        s = (x**2).sum(-1, keepdims=True) ** 0.5 / self.dim**0.5
        # expm1 and 1 - cos = 2 sin^2 keep the digits that differences near 0 would lose
        c = -2 * (lib.sin(pi * x) ** 2).sum(-1, keepdims=True) / self.dim
        return s, c

    def loss(self, x):
        s, c = self._parts(x)
        return (-20 * xp(x).expm1(-0.2 * s) - e * xp(x).expm1(c))[..., 0]

    def gradient(self, x):
        lib, (s, c) = xp(x), self._parts(x)
        away = lib.where(s > 0, s, 1)
        cone = 4 * lib.exp(-0.2 * s) / away * x
        return (cone + 2 * pi * e * lib.exp(c) * lib.sin(2 * pi * x)) / self.dim

    def hessian(self, x):
        lib, (s, c), d = xp(x), self._parts(x), self.dim
        away = lib.where(s > 0, s, 1)
        cone, ripple = 4 * lib.exp(-0.2 * s) / away, e * lib.exp(c)
        sine, cosine = lib.sin(2 * pi * x), lib.cos(2 * pi * x)
        curved = diagonal((cone + 4 * pi**2 * ripple * cosine) / d)
        outer = x[..., :, None] * x[..., None, :]
        curved = curved - (cone * (0.2 / away + 1 / away**2))[..., None] * outer / d**2
        waves = sine[..., :, None] * sine[..., None, :]
        curved = curved - 4 * pi**2 * ripple[..., None] * waves / d**2
        tip = diagonal(lib.ones_like(x)) > 0
        return lib.where((s[..., None] == 0) & tip, inf, curved)
