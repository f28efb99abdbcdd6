"""Make one Python function of the lines that a rule was recorded as."""

import re
from collections.abc import Callable
from functools import lru_cache
from math import inf
from typing import Any

from .lines import JOINS, MEANING, TAKE_OUT, reads
from .shorten import shorten


def compose(code: Any, in_place: bool) -> tuple[str, int]:
    """Return the source of `run(pieces, lrs, n, t)`, and how many scratch vectors it needs.

    A piece holds vectors: the inputs (the point, the gradient, the state, masks) and scratch; `lrs`
    has its group's learning rate. Each sum or maximum over coordinates is a loop of its own
    over all pieces, which works out again what it needs; the last loop writes.

    Args:
        code: lines, inputs and outputs, as `record` gives them.
        in_place: write each value to the state, or to scratch, at once; else at the end, which
            torch.compile makes one loop of.
    """
    lines, inputs, outputs = code
    if in_place:
        lines = shorten(lines, {value for _, value in outputs})
    writer = _Writer(lines, inputs, in_place)
    for line in lines:
        if line.name in JOINS:
            writer.loop({}, line)
        elif not line.vector:
            writer.body.append(f"    v{line.at} = {line.name}({line.text})")
    writer.loop(dict(outputs), None)
    given = ", ".join([*(f"v{i}" for i in inputs), *(f"s{k}" for k in range(writer.slots))])
    body = [row.replace("PIECE", given) for row in writer.body]
    joined = ", ".join(f"{line.at}: v{line.at}" for line in lines if not line.vector)
    return "\n".join(
        ["def run(pieces, lrs, n, t):", *body, f"    return {{{joined}}}"]
    ), writer.slots


@lru_cache(maxsize=256)
def composed(code: Any, in_place: bool) -> tuple[Callable, int]:
    """Return the function that `compose` writes, and how many scratch vectors it needs."""
    source, slots = compose(code, in_place)
    space = dict(MEANING)
    exec(source, space)
    return space["run"], slots


class _Writer:
    def __init__(self, lines, inputs, in_place):
        self.lines = {line.at: line for line in lines}
        self.inputs, self.in_place = inputs, in_place
        self.body: list[str] = []
        self.slots = 0

    def needed(self, targets):
        """Return the lines on vectors that lead to these values, in order."""
        found, todo = set(), list(targets)
        while todo:
            at = todo.pop()
            if at in self.lines and at not in found and self.lines[at].vector:
                found.add(at)
                todo += reads(self.lines[at])
        return [self.lines[at] for at in sorted(found)]

    def loop(self, outputs, join):
        """Write a loop over the pieces that ends in writing the outputs, or in joining a value."""
        lines = self.needed(outputs.values() if join is None else reads(join))
        last = {at: line.at for line in [*lines, *([join] if join else [])] for at in reads(line)}
        home = {value: f"v{memory}" for memory, value in outputs.items()}
        place: dict[str, str] = {}  # where values lie, if not under their own name
        free = [f"v{at}" for at in outputs if at not in last]  # memory that may be written to
        late = []  # what could not be written at once

        def text(line):
            return re.sub(r"\bv\d+", lambda v: place.get(v[0], v[0]), line.text)

        if join is not None:
            self.body.append(f"    v{join.at} = None")
        self.body.append("    for (PIECE), lr in zip(pieces, lrs):")
        for line in lines:
            call, at = f"{line.name}({text(line)}", f"v{line.at}"
            done = sorted(i for i in set(reads(line)) if last[i] == line.at)
            free += [place.get(f"v{i}", f"v{i}") for i in done if f"v{i}" in place or i in outputs]
            if line.at in home and self.in_place and home[line.at] in free:
                place[at] = home[line.at]
                free.remove(place[at])
            elif line.at in home:
                late.append((home[line.at], at))
            if line.at in home:
                last[line.at] = inf
            if self.in_place and line.keeps and line.name in TAKE_OUT:
                if at not in place:
                    # A value that is copied at the end does not lie where another one goes.
                    fit = [m for m in free if m[0] == "s" or line.at not in home]
                    if not fit:
                        fit = [f"s{self.slots}"]
                        self.slots += 1
                    place[at] = fit[-1]
                    free = [m for m in free if m != fit[-1]]
                self.body.append(f"        {call}, out={place[at]})")
            elif at in place:
                self.body.append(f"        {place[at]}.copy_({call}))")
            else:
                self.body.append(f"        {at} = {call})")
        for memory, at in late:
            self.body.append(f"        {memory}.copy_({place.get(at, at)})")
        if join is not None:
            at, both = f"v{join.at}", JOINS[join.name]
            self.body.append(f"        part = {join.name}({text(join)})")
            self.body.append(f"        {at} = part if {at} is None else {both}({at}, part)")
