"""Which operations a rule's lines may be made of, so that they can go piece by piece."""

import re
from typing import Any, NamedTuple

import torch

_words = re.compile(r"\w+").findall

# Lines that treat each coordinate alone, keep its dtype, and take `out`; and others without these.
KEEPS = set(
    _words("abs add clamp clip div maximum minimum mul neg pow rdiv rpow rsub sign sqrt square sub")
)
OTHERS = set(
    _words(
        "ceil clone cos eq exp expm1 floor ge gt isfinite isinf isnan le log log1p logical_and "
        "logical_not logical_or lt nan_to_num ne ones_like reciprocal round rsqrt sigmoid sin tanh "
        "trunc where zeros_like"
    )
)
# What joins all coordinates to one number, and how two such numbers are joined.
JOINS = {"sum": "add", "amax": "maximum", "amin": "minimum"}
KNOWN = KEEPS | OTHERS | set(JOINS)
# Lines that are the same lines with another number in them, as there may be at each step.
FREE = set(_words("add clamp clip div eq ge gt le lt mul ne rdiv rsub sub where"))
# What Python's operators mean: number / vector is rdiv.
OPERATORS = {
    f"__{name}__": name for name in _words("abs add eq ge gt le lt mul ne neg pow rpow rsub sub")
} | {"__truediv__": "div", "__rtruediv__": "rdiv", "__radd__": "add", "__rmul__": "mul"}
# What `shorten` puts in.
TAKE_OUT = KEEPS | {"addcmul", "addcdiv"}
MEANING: dict[str, Any] = {name: getattr(torch, name, None) for name in KNOWN | TAKE_OUT} | {
    "rdiv": lambda a, b, out=None: torch.mul(a.reciprocal(), b, out=out),  # as torch's own
    "rpow": lambda a, b, out=None: torch.pow(b, a, out=out),
    "rsub": lambda a, b, out=None: torch.sub(b, a, out=out),
}


class Line(NamedTuple):
    """v<at> = name(text); `vector` tells a vector from a number, `keeps` that its dtype is x's."""

    at: int
    name: str
    text: str
    vector: bool
    keeps: bool


def reads(line: Line) -> list[int]:
    """Return which v a line reads.

    >>> reads(Line(3, "add", "v2, v0, alpha=n[1]", True, True))
    [2, 0]
    """
    return [int(i) for i in re.findall(r"\bv(\d+)", line.text)]
