"""The parameters of a torch optimizer as vectors: which make one, and what goes with them."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

import torch

from .rule import Rule


def named(groups: list[dict]) -> Iterator[tuple[str, torch.Tensor]]:
    """Yield each parameter with its name, or a description of where it stands."""
    for i, group in enumerate(groups):
        names = group.get("param_names") or [
            f"parameter {j} of group {i}, shape {tuple(p.shape)}"
            for j, p in enumerate(group["params"])
        ]
        yield from zip(names, group["params"], strict=True)


def learned(groups: list[dict]) -> list[tuple[torch.Tensor, dict]]:
    """Return each parameter that is to be learned, with its group."""
    return [(p, group) for group in groups for p in group["params"] if p.requires_grad]


def blocks(groups: list[dict], room: int | None) -> list[tuple[tuple, tuple]]:
    """Return which parameters make one vector, as (parameters, their groups).

    With room for so many numbers, small parameters of one group share a vector and large ones
    have one of their own. Without, all parameters are one.
    """
    found: list[list] = []
    left, last = 0, None
    for p, group in learned(groups):
        if size := p.numel():
            left -= size
            if not found or (room is not None and (left < 0 or group is not last)):
                found.append([])
                left, last = (room or 0) - size, group
            found[-1].append((p, group))
    if not found:
        raise RuntimeError("TorchOptimizer has nothing to learn: every parameter is frozen")
    return [tuple(zip(*block, strict=True)) for block in found]  # type: ignore[misc]


def flat(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return the tensors as one vector: a view of a tensor that is alone."""
    if len(tensors) == 1:
        return tensors[0].reshape(-1)
    return torch.cat([t.reshape(-1) for t in tensors])


def unflat(x: torch.Tensor, parameters: tuple) -> None:
    """Write a vector that was a copy to its parameters."""
    if x.data_ptr() != parameters[0].data_ptr():
        for p, part in zip(parameters, x.split([p.numel() for p in parameters]), strict=True):
            p.copy_(part.view_as(p))


def rates(parameters: tuple, groups: tuple, x: torch.Tensor) -> Any:
    """Return the groups' factor on the step: a number, or a vector where they differ."""
    found = [float(group["lr"]) for group in groups]
    if found.count(found[0]) == len(found):
        return found[0]
    return torch.cat([x.new_full((p.numel(),), r) for p, r in zip(parameters, found, strict=True)])


def gradient(p: torch.Tensor, groups: list[dict]) -> torch.Tensor:
    """Return the gradient of a parameter of these groups.

    Raises:
        RuntimeError: it has none, or a sparse one.
    """
    if p.grad is not None and not p.grad.is_sparse:
        return p.grad
    name = next(name for name, other in named(groups) if other is p)
    if p.grad is not None:
        raise RuntimeError(f"{name} has a sparse gradient; make it dense, or use torch.optim")
    raise RuntimeError(
        f"{name} has no gradient: call loss.backward() first, or leave the parameter out if it "
        "takes no part in the loss"
    )


def kinds(rule: Rule) -> str:
    """Return the names of a rule and of the rules in it.

    >>> from gdcourse.rules import adam
    >>> kinds(adam())
    'Chain(Adam, LearningRate)'
    """
    values = [getattr(rule, f.name) for f in fields(rule)]
    held = [r for v in values for r in (v if isinstance(v, tuple) else (v,)) if isinstance(r, Rule)]
    return type(rule).__name__ + (f"({', '.join(map(kinds, held))})" if held else "")
