"""Test functions of the plane with curved valleys: Rosenbrock, Beale, Himmelblau."""

from dataclasses import dataclass
from typing import final

import numpy as np

from ..rules.rule import xp
from .surface import Problem, coordinates, symmetric


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
        x, y = coordinates(self, x)
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2

    def gradient(self, x):
        lib, (x, y) = xp(x), coordinates(self, x)
        return lib.stack([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)], -1)

    def hessian(self, x):
        lib, (x, y) = xp(x), coordinates(self, x)
        return symmetric(2 - 400 * (y - 3 * x**2), -400 * x, 200 + lib.zeros_like(x))


@final
@dataclass(frozen=True)
class Beale(Problem):
    """A flat valley with sharp corners, and its minimum 0 at (3, 1/2).

    f(x, y) = sum over i = 1, 2, 3 of (c_i - x (1 - y^i))^2,  c = (1.5, 2.25, 2.625)

    >>> import numpy as np
    >>> Beale().gradient(np.array([3.0, 0.5]))
    array([0., 0.])

    Source: Beale 1958; start of Moré, Garbow & Hillstrom 1981, problem 5.
    """

    start: tuple[float, float] = (1.0, 1.0)
    minimum: tuple[float, float] = (3.0, 0.5)

    @staticmethod
    def _residuals(x, y):
        """Return, for each i, the residual and its derivatives along x, y, xy and yy."""
        return [
            (c - x * (1 - y**i), -(1 - y**i), i * x * y ** (i - 1), i * y ** (i - 1), yy)
            for i, c, yy in ((1, 1.5, 0 * x), (2, 2.25, 2 * x), (3, 2.625, 6 * x * y))
        ]

    def loss(self, x):
        return sum(r**2 for r, *_ in self._residuals(*coordinates(self, x)))

    def gradient(self, x):
        parts = self._residuals(*coordinates(self, x))
        dx = sum(2 * r * rx for r, rx, *_ in parts)
        return xp(x).stack([dx, sum(2 * r * ry for r, _, ry, *_ in parts)], -1)

    def hessian(self, x):
        parts = self._residuals(*coordinates(self, x))
        xx = sum(2 * rx**2 for _, rx, *_ in parts)
        xy = sum(2 * (rx * ry + r * rxy) for r, rx, ry, rxy, _ in parts)
        return symmetric(xx, xy, sum(2 * (ry**2 + r * ryy) for r, _, ry, _, ryy in parts))


@final
@dataclass(frozen=True)
class Himmelblau(Problem):
    """Four minima of the same depth, 0: the start decides which one is found.

    f(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2

    `minimum` is (3, 2); `minima` has all four.

    >>> [(round(x, 3), round(y, 3)) for x, y in Himmelblau().minima]
    [(3.0, 2.0), (-3.779, -3.283), (3.584, -1.848), (-2.805, 3.131)]

    Source: Himmelblau 1972, "Applied Nonlinear Programming".
    """

    start: tuple[float, float] = (0.0, 0.0)
    minimum: tuple[float, float] = (3.0, 2.0)

    @property
    def minima(self) -> tuple[tuple[float, float], ...]:
        """Return all four: both squares are 0 where y = 11 - x^2 solves a quartic in x."""
        others = np.roots([1, 3, -13, -38]).real  # the quartic, divided by its root x - 3
        by_angle = {float(x): float(11 - x**2) for x in others}
        return self.minimum, *((x, by_angle[x]) for x in sorted(by_angle, key=by_angle.__getitem__))

    def loss(self, x):
        x, y = coordinates(self, x)
        return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2

    def gradient(self, x):
        lib, (x, y) = xp(x), coordinates(self, x)
        a, b = x**2 + y - 11, x + y**2 - 7
        return lib.stack([4 * x * a + 2 * b, 2 * a + 4 * y * b], -1)

    def hessian(self, x):
        x, y = coordinates(self, x)
        return symmetric(12 * x**2 + 4 * y - 42, 4 * (x + y), 4 * x + 12 * y**2 - 26)
