"""PerParameter: rules that need each parameter in its own shape."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from math import prod
from typing import ClassVar, final

from .rule import Chain, Rule, xp

Shape = tuple[int, ...]


@final
@dataclass(frozen=True)
class PerParameter(Rule):
    """Hand each parameter to a rule as a matrix of its own, and join the steps to one vector.

    A layer's weights are a matrix (m, n), seen as (..., m, n); a kernel (m, i, h, w) becomes
    (m, i*h*w), as Muon and Shampoo do. Vectors and single numbers go to `rest` as (..., d), or,
    without one, to `rule` as rows (..., 1, d).

    Args:
        rule: what is done with each matrix; each parameter has its own state.
        shapes: of the parameters, in the order in which they lie in the vector. `shaped`, which
            the loops call, fills them in.
        rest: a rule for what is not a matrix, or None.

    Raises:
        ValueError: no shapes yet, or shapes that do not fill the vector.

    >>> import numpy as np
    >>> from gdcourse.rules import Muon
    >>> x, rule = np.ones(5), PerParameter(Muon(), shapes=((2, 2), (1,)))
    >>> rule.update(x, rule.init(x), x)[0].shape
    (5,)
    """

    rule: Rule
    shapes: tuple[Shape, ...] | None = None
    rest: Rule | None = None
    elementwise: ClassVar[bool] = False

    def __post_init__(self):
        for name, rule in (("rule", self.rule), ("rest", self.rest)):
            if not isinstance(rule, Rule) and (name == "rule" or rule is not None):
                raise TypeError(f"PerParameter.{name} must be a rule; got {rule!r}")
        if self.shapes is not None:
            object.__setattr__(self, "shapes", tuple(map(tuple, self.shapes)))
        object.__setattr__(self, "whole", self.shapes is None)  # still to be shaped by a loop

    def init(self, x):
        lead, layout = x.shape[:-1], _layout(self, x.shape[-1])
        return tuple(rule.init(x[..., at].reshape(*lead, *seen)) for rule, at, seen in layout)

    def update(self, g, state, x):
        lead, steps, after = x.shape[:-1], [], []
        for (rule, at, seen), s in zip(_layout(self, x.shape[-1]), state, strict=True):
            part, here = (v[..., at].reshape(*lead, *seen) for v in (g, x))
            step, s = rule.update(part, s, here)
            steps.append(step.reshape(*lead, prod(seen)))
            after.append(s)
        return xp(g).concat(steps, -1), tuple(after)


def _layout(rule: PerParameter, d: int) -> list[tuple]:
    """Return, for each parameter, its rule, its place in the vector and the shape it takes."""
    if rule.shapes is None:
        raise ValueError("PerParameter.shapes must be given, such as ((3, 2), (3,)); got None")
    layout, at = [], 0
    for shape in rule.shapes:
        size, rows = prod(shape), shape[0] if len(shape) > 1 else 1
        plain = rule.rest is not None and len(shape) < 2
        seen = (size,) if plain else (rows, size // max(rows, 1))
        layout.append((rule.rest if plain else rule.rule, slice(at, at + size), seen))
        at += size
    if at != d:
        raise ValueError(
            f"PerParameter.shapes must fill the vector of {d} numbers; got {rule.shapes!r}, "
            f"{at} numbers"
        )
    return layout


def shaped(rule: Rule, shapes: Sequence[Shape]) -> Rule:
    """Return the rule made ready for one flat vector of parameters with these shapes.

    Each rule with `whole = True`, within chains and within rules that hold rules, is put into
    a PerParameter, and a PerParameter without shapes gets them. A rule without any is returned
    as it is.

    Args:
        rule: any rule.
        shapes: those of the parameters, in the order in which they lie in the vector.

    >>> from gdcourse.rules import Muon
    >>> shaped(Chain(Muon()), [(2, 3)]).rules[0].shapes
    ((2, 3),)
    """
    shapes = tuple(tuple(shape) for shape in shapes)
    if isinstance(rule, PerParameter):
        return rule if rule.shapes is not None else replace(rule, shapes=shapes)
    if isinstance(rule, Chain):
        within = [shaped(r, shapes) for r in rule.rules]
        same = all(a is b for a, b in zip(within, rule.rules, strict=True))
        return rule if same else Chain(*within)
    held = {f.name: getattr(rule, f.name) for f in fields(rule)}
    new = {name: shaped(r, shapes) for name, r in held.items() if isinstance(r, Rule)}
    if any(new[name] is not held[name] for name in new):
        return replace(rule, **new)
    return PerParameter(rule, shapes) if rule.whole else rule
