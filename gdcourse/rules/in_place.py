"""Take a step in place: what makes a pure rule fast on long torch vectors.

A rule's lines make one temporary an operation. On a long vector each of them travels to main memory
and back. Cut into pieces that stay in the processor's cache, the same lines run several times as
fast; compiled, they become one loop.
"""

from itertools import groupby
from typing import Any

import torch

from .rule import Chain, Rule

PIECE = 2**17  # numbers; half a megabyte of float32


def begin(rule: Rule, x: Any) -> Any:
    """Return rule.init(x), each tensor with memory of its own, so that it can be written to."""
    return _map(lambda leaf: leaf.clone() if isinstance(leaf, torch.Tensor) else leaf, rule.init(x))


def descend(rule: Rule, gs: list, states: list, xs: list, lrs: list) -> list:
    """Subtract lr times the rule's step from each x, in place, and return the new states.

    Gives what `rule.update` gives. Shapes: each x and g is a vector, (d,); each lr a number or a
    vector. The old states, which came from here or from `begin`, are used up.
    """
    return [_descend(rule, *one) for one in zip(gs, states, xs, lrs, strict=True)]


def _descend(rule, g, state, x, lr):
    def take(at, step):
        if isinstance(lr, float | int):
            x[at].sub_(step, alpha=lr)
        else:
            x[at].sub_(_cut(lr, x, at) * step)

    if rule.elementwise and (len(x) > PIECE or torch.compiler.is_compiling()):
        return _walk(rule, g, state, x, take)
    step, state = _update(rule, g, state, x)
    state = _map(lambda leaf: _own(leaf, (x, g)), state)
    take(slice(None), step)
    return state


def _update(rule, g, state, x):
    """Return (step, state) as rule.update does; elementwise stretches of a chain go in pieces."""
    if not isinstance(rule, Chain):
        return rule.update(g, state, x)
    after: list = []
    for elementwise, stretch in groupby(rule.rules, key=lambda r: r.elementwise):
        rules = tuple(stretch)
        states = state[len(after) : len(after) + len(rules)]
        if elementwise:
            steps = torch.empty_like(g)
            keep = steps.__setitem__
            after += _walk(Chain(*rules), g, states, x, keep)
            g = steps
        else:
            for r, s in zip(rules, states, strict=True):
                g, s = _update(r, g, s, x)
                after.append(s)
    return g, tuple(after)


def _walk(rule, g, state, x, take):
    """Give take(where, step) for each piece of an elementwise rule's step; return the state."""
    whole = x.device.type != "cpu" or torch.compiler.is_compiling()
    size = len(x) if whole else PIECE
    new = state
    for start in range(0, len(x), size):
        at = slice(start, start + size)
        part = _map(lambda leaf, at=at: _cut(leaf, x, at), state)
        here, slope = x[at], g[at]
        step, new = rule.update(slope, part, here)
        # What is about to be overwritten, and is kept as well, is kept as a copy.
        new = _map(lambda leaf, old=(part, here, slope): _apart(leaf, old), new)
        take(at, step)
        new = _write(part, new)
    return _joined(state, new, x)


def _along(leaf, x):
    return isinstance(leaf, torch.Tensor) and leaf.shape == x.shape


def _cut(leaf, x, at):
    return leaf[at] if _along(leaf, x) else leaf


def _own(leaf, others):
    """Return the tensor, or a copy of it if it lies in the memory of one of the others."""
    if not isinstance(leaf, torch.Tensor):
        return leaf
    here = leaf.untyped_storage().data_ptr()
    shared = any(other.untyped_storage().data_ptr() == here for other in others)
    return leaf.clone() if shared else leaf


def _apart(leaf, others):
    """Return the tensor, or a copy of it if it is one of the others."""
    if isinstance(others, tuple):
        for other in others:
            leaf = _apart(leaf, other)
        return leaf
    return leaf.clone() if leaf is others and isinstance(leaf, torch.Tensor) else leaf


def _write(old, new):
    """Write new tensors into the memory of the old ones; return the new state in that memory."""
    if isinstance(new, tuple) and isinstance(old, tuple) and len(old) == len(new):
        return tuple(map(_write, old, new))
    if not isinstance(new, torch.Tensor) or not isinstance(old, torch.Tensor):
        return new
    return old.copy_(new) if (old.shape, old.dtype) == (new.shape, new.dtype) else new


def _joined(state, piece, x):
    """Return the state with what is as long as x, renewed in place, and the last piece's rest."""
    if isinstance(state, tuple) and isinstance(piece, tuple) and len(state) == len(piece):
        return tuple(_joined(s, p, x) for s, p in zip(state, piece, strict=True))
    return state if _along(state, x) else piece


def _map(function, state):
    if isinstance(state, tuple):
        return tuple(_map(function, s) for s in state)
    return function(state)
