"""Take a step in place: what makes a pure rule fast on long torch vectors.

A rule's lines make one temporary an operation. On a long vector each of them travels to main memory
and back. So the lines are recorded at every step, composed to a function that writes into the state
and into a little scratch, and run on pieces that stay in the processor's cache; or torch.compile
makes one loop of them, with all numbers left open, so that it compiles once.
"""

from functools import cached_property
from typing import Any

import torch

from .compose import composed
from .record import Stand, Unrecordable, is_along, leaves, like, record
from .rule import Rule

PIECE = 2**18  # numbers; a megabyte of float32
ROOM = 2**17  # up to here parameters share a vector: a copy costs less than a piece of one's own
SHORT = 2**14  # up to here recording costs more than it saves
MOST = 8  # programs to compile for a rule whose lines change


def begin(rule: Rule, x: Any) -> Any:
    """Return rule.init(x), each tensor with memory of its own, so that it can be written to."""
    return own(rule.init(x), (x,))


def own(state: Any, others: tuple) -> Any:
    """Return the state, with copies of tensors that share memory with others or with each other."""
    taken = {other.untyped_storage().data_ptr() for other in others}
    new: list[Any] = leaves(state)
    for i, leaf in enumerate(new):
        if isinstance(leaf, torch.Tensor):
            if leaf.untyped_storage().data_ptr() in taken:
                new[i] = leaf.clone()
            taken.add(new[i].untyped_storage().data_ptr())
    return like(state, iter(new))


def recordable(rule: Rule, x: torch.Tensor, size: int) -> bool:
    """Can `Descent` take a long vector, of which x is a part, in blocks?"""
    try:
        if _along_coordinates(rule):
            record(rule, begin(rule, x[:2]), x[:2], size)
            return True
    except Unrecordable:
        pass
    return False


def _along_coordinates(rule):
    held = [r for v in vars(rule).values() for r in (v if isinstance(v, tuple) else (v,))]
    why_not = [r for r in held if isinstance(r, Rule) and not r.elementwise]
    return (
        rule.elementwise or rule.sums or (why_not != [] and all(map(_along_coordinates, why_not)))
    )


class Descent:
    """Subtract lr times a rule's step from vectors, in place.

    Args:
        rule: any rule.
        compile: let torch.compile make one loop of the rule's lines.
    """

    def __init__(self, rule: Rule, compile: bool):
        self.rule, self.compile = rule, compile
        self.compiled: dict[Any, Any] = {}
        self.scratch = torch.empty(0)

    def whole(self, g: torch.Tensor, state: Any, x: torch.Tensor, lr: Any) -> Any:
        """Change x by one step, and return the new state, as rule.update does.

        Shapes: x and g are (d,); lr is a number or (d,).
        """
        return self._update(g, state, x, lr)

    @cached_property
    def _update(self):
        def update(g, state, x, lr):
            step, state = self.rule.update(g, state, x)
            state = own(state, (x, g))
            x.sub_(step, alpha=lr) if isinstance(lr, float | int) else x.sub_(lr * step)
            return state

        return torch.compile(update) if self.compile else update

    def blocks(self, gs: list, states: list, xs: list, lrs: list) -> list:
        """Change all x, which are parts of one vector, by one step; return the new states.

        The rule is `recordable`. The states, which come from here or from `begin`, are used up.

        Shapes: each x and g is a vector, (d,), and each lr a number.
        """
        size = sum(x.numel() for x in xs)
        try:
            made = record(self.rule, states[0], xs[0], size, self.compile)
        except Unrecordable:  # it was recordable at first
            if not self.rule.elementwise:
                raise
            return list(map(self.whole, gs, states, xs, lrs))
        held = [leaves(state) for state in states]
        along = [i for i, leaf in enumerate(held[0]) if is_along(leaf, xs[0])]
        blocks = [[x, g, *[old[i] for i in along]] for x, g, old in zip(xs, gs, held, strict=True)]
        if made.masks:
            sizes = [x.numel() for x in xs]
            for parts in zip(*(mask.split(sizes) for mask in made.masks), blocks, strict=True):
                parts[-1].extend(parts[:-1])
        joined = (self._at_once if self.compile else self._in_pieces)(made, blocks, lrs)
        for i, leaf in enumerate(leaves(made.state)):
            if type(leaf) is not Stand or not leaf.vector:  # vectors were written to
                value = joined[leaf.at] if type(leaf) is Stand else leaf
                for old in held:
                    old[i] = value
        return [like(made.state, iter(old)) for old in held]

    def _in_pieces(self, made, blocks, lrs):
        run, slots = composed(made.code, True)
        x, sizes = blocks[0][0], [block[0].numel() for block in blocks]
        size = min(max(sizes), PIECE if x.device.type == "cpu" else max(sizes))
        if self.scratch.numel() < slots * size:
            self.scratch = x.new_empty(slots * size)
        scratch: dict[int, list] = {}
        pieces, rates = [], []
        for block, numel, lr in zip(blocks, sizes, lrs, strict=True):
            for start in range(0, numel, size):
                part = block if numel <= size else [v[start : start + size] for v in block]
                long = min(size, numel - start)
                if long not in scratch:
                    scratch[long] = [self.scratch[k * size :][:long] for k in range(slots)]
                pieces.append((*part, *scratch[long]))
                rates.append(lr)
        return run(pieces, rates, made.numbers, made.tensors)

    def _at_once(self, made, blocks, lrs):
        run = self.compiled.get(made.code)
        if run is None:
            if len(self.compiled) == MOST:
                return self._in_pieces(made, blocks, lrs)
            # A function of its own, so that optimizers do not share torch.compile's limits.
            one, _ = composed.__wrapped__(made.code, False)

            def all_of(blocks, numbers, tensors):
                return one(blocks, numbers, numbers[len(blocks) :], tensors)

            # Dynamo's guards have seen all sizes; the kernel need not look again.
            options: Any = {"size_asserts": False}
            run = torch.compile(all_of, dynamic=False, options=options)
            self.compiled[made.code] = run
        numbers = torch.tensor(lrs + made.numbers, dtype=torch.float64, device=blocks[0][0].device)
        return run(blocks, numbers, made.tensors)
