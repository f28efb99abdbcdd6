"""Backtracking: a line search that asks for enough descent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, final

from .lbfgs import dot
from .rule import Positive, PositiveInt, Rule, UnitInterval, xp


@final
@dataclass(frozen=True)
class Backtrack(Rule):
    """Shorten the step of a rule until the loss falls by enough (Armijo's condition).

    f(x - a d) <= f(x) - c a g'd,  a = 1, shrink, shrink^2, ...

    d is the step of the rule inside. Where d does not lead down (g'd <= 0) the gradient takes its
    place. Where no a is short enough the run stays where it is. Each run has its own a.

    This rule asks the loss how it fares after every trial, so the CPU waits for the GPU.

    Args:
        rule: gives the direction, such as LBFGS().
        loss: x (..., d) -> (...), the one whose gradient g is: the same examples.
        c: share of the promised descent that is asked for, in [0, 1).
        shrink: factor from one trial to the next, in (0, 1).
        trials: at most so many shortenings.

    >>> import numpy as np
    >>> from gdcourse import bowl, sgd
    >>> rule, x = Backtrack(sgd(8.0), bowl().loss), np.array([3.0, 4.0])
    >>> rule.update(bowl().gradient(x), rule.init(x), x)[0]  # 8 g and 4 g climb, 2 g ends level
    array([3., 4.])

    Source: Armijo 1966; Nocedal & Wright 2006, Algorithm 3.1.
    Book: reference/gallery.
    """

    rule: Rule
    loss: Callable[[Any], Any]
    c: UnitInterval = 1e-4
    shrink: Positive = 0.5
    trials: PositiveInt = 40
    elementwise: ClassVar[bool] = False

    def __post_init__(self):
        super().__post_init__()
        if not isinstance(self.rule, Rule):
            raise TypeError(f"Backtrack.rule must be a rule such as LBFGS(); got {self.rule!r}")
        if not self.shrink < 1:
            raise ValueError(f"Backtrack.shrink must lie in (0, 1); got {self.shrink!r}")
        object.__setattr__(self, "whole", self.rule.whole)

    def init(self, x):
        return self.rule.init(x)

    def update(self, g, state, x):
        lib = xp(g)
        d, state = self.rule.update(g, state, x)
        d = lib.where(dot(g, d) > 0, d, g)
        f, slope, a = self.loss(x)[..., None], dot(g, d), lib.ones_like(g[..., :1])
        spoilt = ~lib.isfinite(slope)  # a run that blew up is not hidden, nor waited for
        for trial in range(self.trials + 1):
            done = (self.loss(x - a * d)[..., None] <= f - self.c * a * slope) | spoilt
            if trial == self.trials or bool(done.all()):
                break
            a = lib.where(done, a, a * self.shrink)
        return lib.where(done, a * d, 0), state
