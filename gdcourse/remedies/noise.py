"""Gradient noise: what shakes a path off a saddle."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, final

import numpy as np

from ..rules.rule import NonNegative, Rule, xp

Seed = Annotated[int, "be a whole number in [0, 2^64)", lambda v: 0 <= v < 2**64 and v % 1 == 0]


@final
@dataclass(frozen=True)
class GradientNoise(Rule):
    """Add normal noise to the gradient, less of it as time goes on.

    step = g + sigma normal,  sigma^2 = eta / (1 + t)^gamma

    The noise of step t is a function of seed and t alone: a counter, not a stream. The same path
    comes again from the same seed, from a checkpoint too, on NumPy, on the CPU and on a GPU.
    Each run along the leading axes has noise of its own. NumPy draws it and hands it over: slow
    for millions of parameters.

    Args:
        eta: variance of the first noise, >= 0, in squared units of the gradient.
        gamma: how fast it falls, >= 0; 0 keeps it.
        seed: names the noise, a whole number in [0, 2^64).

    Raises:
        ValueError: eta or gamma negative, seed no such number.

    >>> import numpy as np
    >>> g, noise = np.zeros(10_000), GradientNoise(eta=0.04, seed=1)
    >>> print(round(noise.update(g, 0, g)[0].std(), 2))
    0.2

    Source: Neelakantan et al. 2015, arXiv:1511.06807; the counter: Salmon et al. 2011.
    """

    elementwise: ClassVar[bool] = False  # a piece of a vector would not know which numbers are its
    sums: ClassVar[bool] = True
    eta: NonNegative = 0.3
    gamma: NonNegative = 0.55
    seed: Seed = 0

    def init(self, x):
        return 0

    def update(self, g, state, x):
        t = state
        sigma = (self.eta / (1 + t) ** self.gamma) ** 0.5
        key = np.array([self.seed, t], dtype=np.uint64)
        normal = np.random.Generator(np.random.Philox(key=key)).standard_normal(g.shape)
        return g + sigma * xp(g).asarray(normal, dtype=g.dtype, device=g.device), t + 1
