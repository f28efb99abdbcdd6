"""Write down what a rule does, line by line, by sending stand-ins through it instead of vectors."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import torch

from .lines import FREE, JOINS, KEEPS, KNOWN, OPERATORS, Line
from .rule import Rule


class Unrecordable(RuntimeError):
    """A rule does what cannot be written down as lines on coordinates, sums and maxima."""


class Record(NamedTuple):
    """Lines, and what they work on.

    `code` holds the lines, which v are vectors from outside, and pairs of a v that is overwritten
    and the v that it becomes: the same at every step of most rules. What may change at each is
    apart: `numbers`, `tensors` of one number, and `masks`, vectors that are not part of the state.
    In the new `state`, a Stand is where a vector, or a number joined from one, will be.
    """

    code: tuple[tuple[Line, ...], tuple[int, ...], tuple[tuple[int, int], ...]]
    numbers: list[float]
    tensors: list[torch.Tensor]
    masks: list[torch.Tensor]
    state: Any


class Stand:
    """Stands for a vector, or for a number joined from one: each operation becomes a line."""

    __slots__ = ("at", "keeps", "tape", "text", "vector")
    __array_ufunc__ = None  # NumPy's numbers leave the operation to us
    ndim = 1

    def __init__(self, tape: "Tape", at: int, vector: bool, keeps: bool):
        self.tape, self.at, self.vector, self.keeps = tape, at, vector, keeps
        self.text = f"v{at}"

    @property
    def shape(self):
        return torch.Size([self.tape.size if self.vector else 1])

    @property
    def dtype(self):
        return self.tape.x.dtype

    @property
    def device(self):
        return self.tape.x.device

    def __bool__(self):
        raise Unrecordable("it branches on the numbers in a vector")

    def __getattr__(self, name):
        if name not in KNOWN:
            raise Unrecordable(f"{name} is not known to treat each coordinate alone")
        return lambda *args, **kwargs: self.tape.line(name, self, *args, **kwargs)

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        stand = next(a for a in [*args, *(kwargs or {}).values()] if type(a) is Stand)
        name = OPERATORS.get(function.__name__, function.__name__)
        return stand.tape.line(name, *args, **(kwargs or {}))


def _operator(name):
    return lambda self, *other: self.tape.line(name, self, *other)


for _operation, _name in OPERATORS.items():
    setattr(Stand, _operation, _operator(_name))


class Tape:
    """Where the lines are written to."""

    def __init__(self, x: torch.Tensor, size: int):
        self.x, self.size, self.count = x, size, 0
        self.lines: list[Line] = []
        self.inputs: list[int] = []
        self.numbers: list[float] = []
        self.tensors: list[torch.Tensor] = []
        self.masks: list[torch.Tensor] = []

    def new(self, vector=True, keeps=True):
        self.count += 1
        return Stand(self, self.count - 1, vector, keeps)

    def input(self, like):
        stand = self.new(keeps=like.dtype == self.x.dtype)
        self.inputs.append(stand.at)
        return stand

    def line(self, name, *args, **kwargs):
        if name not in KNOWN:
            raise Unrecordable(f"{name} is not known to treat each coordinate alone")
        joins, free = name in JOINS, name in FREE
        vector, keeps, texts = False, joins or name in KEEPS, []
        for a in (*args, *kwargs.values()) if kwargs else args:
            kind = type(a)
            if kind is torch.Tensor and a.shape == (self.size,):
                self.masks.append(a)
                a, kind = self.input(a), Stand
            if kind is Stand:
                vector, keeps = vector or a.vector, keeps and a.keeps
                texts.append(a.text)
            elif free and isinstance(a, (float, int)):  # NumPy's floats too
                texts.append(f"n[{len(self.numbers)}]")
                self.numbers.append(float(a))
            elif kind is torch.Tensor and (a.ndim == 0 or a.shape == (1,)):
                texts.append(f"t[{len(self.tensors)}]")
                self.tensors.append(a)
                keeps = keeps and (a.ndim == 0 or a.dtype == self.x.dtype)
            elif isinstance(a, (float, int)) or a is None:
                texts.append(repr(float(a) if isinstance(a, float) else a))
            else:
                raise Unrecordable(f"{name} of {kind.__name__}")
        for i, key in enumerate(kwargs, len(args)):
            texts[i] = f"{key}={texts[i]}"
        if joins and texts[1:] not in (["-1", "keepdims=True"], ["-1", "keepdim=True"]):
            raise Unrecordable(f"{name} is known along the last axis with keepdims=True only")
        if joins and not vector:
            return args[0]
        vector = vector and not joins
        self.lines.append(Line(self.count, name, ", ".join(texts), vector, keeps))
        return self.new(vector, keeps)


def leaves(state: Any) -> list:
    """Return what the nested tuples of a state hold."""
    if not isinstance(state, tuple):
        return [state]
    found: list = []
    for s in state:
        if isinstance(s, tuple):
            found += leaves(s)
        else:
            found.append(s)
    return found


def like(state: Any, new: Iterator) -> Any:
    """Return a state of the same form that holds what an iterator gives."""
    if not isinstance(state, tuple):
        return next(new)
    return tuple([like(s, new) if isinstance(s, tuple) else next(new) for s in state])


def is_along(leaf: Any, x: torch.Tensor) -> bool:
    """Is this part of a state a vector with one number for each of x?"""
    return isinstance(leaf, torch.Tensor) and leaf.shape == x.shape


def record(rule: Rule, state: Any, x: torch.Tensor, size: int, compiled: bool = False) -> Record:
    """Send stand-ins for a gradient and a point of `size` numbers through a rule.

    Args:
        rule, state: what is recorded. Vectors in the state are as long as x.
        x: a stretch of the point, for its dtype and device.
        size: the length of the whole point.
        compiled: write the last line for torch.compile, which takes `lr` as a tensor.

    Raises:
        Unrecordable: it does what is not known to treat each coordinate alone.
    """
    tape = Tape(x, size)
    point, g = tape.input(x), tape.input(x)
    old = [tape.input(leaf) if is_along(leaf, x) else leaf for leaf in leaves(state)]
    try:
        if not all(leaf.keeps for leaf in old if type(leaf) is Stand):
            raise Unrecordable("its state has another dtype than the point")
        step, state = rule.update(g, like(state, iter(old)), point)
        new = leaves(state)
        if type(step) is not Stand or len(new) != len(old):
            raise Unrecordable("its state changes its form")
    except Exception as error:  # whatever it is, it comes again where the rule runs without us
        raise Unrecordable(f"{rule!r} is not made of lines on coordinates: {error}") from error
    outputs: dict[int, int] = {}
    for i, (before, after) in enumerate(zip(old, new, strict=True)):
        if type(after) is Stand and after.vector and after is not before:
            if type(before) is not Stand:
                raise Unrecordable("its state changes its form")
            if after.at in tape.inputs or after.at in outputs.values():
                after = new[i] = tape.line("clone", after)  # memory of its own
            outputs[before.at] = after.at
    last = f"mul(v{step.at}, lr)" if compiled else f"v{step.at}, alpha=lr"
    outputs[point.at] = tape.new().at
    tape.lines.append(Line(outputs[point.at], "sub", f"v{point.at}, {last}", True, step.keeps))
    code = (tuple(tape.lines), tuple(tape.inputs), tuple(outputs.items()))
    return Record(code, tape.numbers, tape.tensors, tape.masks, like(state, iter(new)))
