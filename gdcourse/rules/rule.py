"""What every optimizer and remedy rests on: Rule, Chain, LearningRate."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any, ClassVar, final, get_type_hints

import numpy as np

# The law of a field stands in its type, so that the class body reads as the paper does.
UnitInterval = Annotated[float, "lie in [0, 1)", lambda v: 0 <= v < 1]
Positive = Annotated[float, "be positive and finite", lambda v: 0 < v < np.inf]
NonNegative = Annotated[float, "be zero or more, and finite", lambda v: 0 <= v < np.inf]
PositiveInt = Annotated[int, "be a whole number, 1 or more", lambda v: v >= 1 and v % 1 == 0]


def xp(x: Any) -> Any:
    """Return the library that `x` belongs to: torch for a tensor, else numpy."""
    torch = sys.modules.get("torch")
    return torch if torch is not None and hasattr(x, "__torch_function__") else np


@cache
def _laws(cls: Any) -> dict[str, tuple]:
    hints = get_type_hints(cls, include_extras=True)
    return {
        name: (hint.__origin__, *hint.__metadata__)
        for name, hint in hints.items()
        if hasattr(hint, "__metadata__")
    }


def check_fields(record: Any) -> None:
    """Raise if a field of a dataclass breaks the law in its type.

    Raises:
        TypeError: the value is not a number.
        ValueError: naming the field, the law and the value.
    """
    cls: Any = type(record)
    laws = _laws(cls)
    for field in fields(record):
        if field.name in laws:
            kind, law, holds = laws[field.name]
            value, name = getattr(record, field.name), f"{cls.__name__}.{field.name}"
            if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
                raise TypeError(f"{name} must be a number; got {value!r}")
            if not holds(value):
                raise ValueError(f"{name} must {law}; got {value!r}")
            # np.float64 would widen arrays of float32, and torch.compile stumbles over 0 ** t.
            object.__setattr__(record, field.name, (int if kind is int else float)(value))


@dataclass(frozen=True)
class Rule(ABC):
    """Say what is done with a gradient: an optimizer or a remedy.

    A rule holds numbers only; what it remembers from step to step is the `state`, a plain
    tuple that the caller carries. The returned step is what is SUBTRACTED from x. A rule never
    changes its arguments. NumPy arrays and torch tensors go through the same lines.

    Shapes: x, g and the step are alike, (..., d). The last axis is one vector of parameters;
    leading axes are runs that know nothing of each other (many seeds, many learning rates).
    """

    # Is each coordinate of the step made from that coordinate alone? Then a loop may go through
    # a long vector piece by piece. False for a rule that sums over coordinates, or whose state
    # changes its form from step to step.
    elementwise: ClassVar[bool] = True
    # Does the rule need each parameter in its own shape (a matrix)? The loops then hand it over so.
    whole: ClassVar[bool] = False
    # Does a rule that is not elementwise meet other coordinates only in sums and maxima, or in a
    # vector of its own, such as a mask? TorchOptimizer may then still go piece by piece.
    sums: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_fields(self)

    def init(self, x: Any) -> Any:
        """Return the state before the first step at `x`; most remedies have none."""
        return ()

    @abstractmethod
    def update(self, g: Any, state: Any, x: Any) -> tuple[Any, Any]:
        """Return (step, state) for the gradient `g` at the point `x`."""


@final
@dataclass(frozen=True, init=False, repr=False)
class Chain(Rule):
    """Apply rules one after the other; each one's step is the next one's gradient.

    The order is the method: `Chain(Adam(), LearningRate(1e-3))` is Adam;
    `Chain(ClipNorm(1.0), Adam(), LearningRate(1e-3))` clips the gradient before Adam sees it.

    Raises:
        TypeError: an item is not a Rule.

    >>> Chain(LearningRate(0.1), LearningRate(2))
    Chain(LearningRate(lr=0.1), LearningRate(lr=2))
    """

    rules: tuple[Rule, ...]

    def __init__(self, *rules: Rule):
        for rule in rules:
            if not isinstance(rule, Rule):
                hint = " (write it with brackets)" if isinstance(rule, type) else ""
                raise TypeError(f"Chain takes rules; got {rule!r}{hint}")
        object.__setattr__(self, "rules", rules)
        object.__setattr__(self, "elementwise", all(rule.elementwise for rule in rules))
        object.__setattr__(self, "whole", any(rule.whole for rule in rules))

    def __repr__(self) -> str:
        return f"Chain({', '.join(map(repr, self.rules))})"

    def init(self, x):
        return tuple(rule.init(x) for rule in self.rules)

    def update(self, g, state, x):
        after = []
        for rule, s in zip(self.rules, state, strict=True):
            g, s = rule.update(g, s, x)
            after.append(s)
        return g, tuple(after)


@final
@dataclass(frozen=True)
class LearningRate(Rule):
    """Scale the step by the learning rate.

    step = lr * g, or lr(t) * g where lr is a schedule and t counts the steps from 0.

    Args:
        lr: a number >= 0, a schedule (step -> number), or an array that broadcasts against g
            (one learning rate for each run: shape (runs, 1)).

    Raises:
        ValueError: lr is negative or not finite. A negative rate would climb.

    >>> step, state = LearningRate(0.5).update(np.array([2.0, -4.0]), 0, None)
    >>> step
    array([ 1., -2.])

    Book: foundations/learning-rate.
    """

    lr: float | Callable[[int], float] | Any

    def __post_init__(self):
        if callable(self.lr) and not isinstance(self.lr, type):
            return
        if isinstance(self.lr, np.number):  # np.float64 would widen arrays of float32
            object.__setattr__(self, "lr", self.lr.item())
        array = hasattr(self.lr, "dtype")
        if isinstance(self.lr, bool) or not (array or isinstance(self.lr, (int, float))):
            raise TypeError(
                f"LearningRate.lr must be a number, an array or a schedule; got {self.lr!r}"
            )
        lr: Any = self.lr
        holds: Any = (lr >= 0) & (lr < np.inf)
        if not (holds.all() if array else holds):
            raise ValueError(f"LearningRate.lr must be zero or more, and finite; got {self.lr!r}")

    def init(self, x):
        return 0

    def update(self, g, state, x):
        t = state
        lr = self.lr(t) if callable(self.lr) else self.lr
        return lr * g, t + 1
