"""How the parameters move in a step: lengths of gradient, parameter and step, one by one."""

from collections.abc import Sequence
from typing import Any

import torch

DENSE = 12  # samples at the start that are complete; later only every fourth is
SMALL = 2**22  # numbers; the room for a copy of the parameters is kept when it is smaller


class Movement:
    """Measure an optimizer's step against a copy made before it.

    Args:
        parameters: of the model.
    """

    def __init__(self, parameters: Sequence[torch.Tensor]):
        self.parameters = parameters
        self.missing = [0] * len(parameters)  # samples without a gradient
        self.room: list[torch.Tensor] = []  # for the next copy
        self._sizes: torch.Tensor | None = None

    @torch.no_grad()
    def copy(self) -> list[torch.Tensor]:
        """Return a copy of the parameters as they are."""
        now = [p.detach() for p in self.parameters]
        kept = self.room
        if not kept or kept[0].dtype != now[0].dtype or kept[0].device != now[0].device:
            copies = [p.clone() for p in now]
            self.room = copies if sum(p.numel() for p in now) <= SMALL else []
            return copies
        torch._foreach_copy_(self.room, now)
        return self.room

    @torch.no_grad()
    def measure(self, old: list[torch.Tensor], optimizer: Any, sample: int) -> torch.Tensor:
        """Return in one vector the lengths of gradients, parameters, steps, and step x gradient.

        `old`, the copy, is used up.
        """
        new = [p.detach() for p in self.parameters]
        gradients, dense = [], []
        for i, p in enumerate(self.parameters):
            g = p.grad
            if g is None:
                self.missing[i] += 1
                g = torch.zeros((), device=p.device, dtype=p.dtype)
            elif g.layout == torch.strided:
                dense.append(i)
            else:
                g = g.coalesce().values()
            gradients.append(g)
        slow = sample < DENSE or sample % 4 == 0  # what changes slowly, less often
        norms = [_norms(gradients), _norms(old) if slow or self._sizes is None else self._sizes]
        self._sizes = norms[1]
        torch._foreach_sub_(old, new)  # against the step
        norms.append(_norms(old))
        if getattr(optimizer, "grad_scale", None) is not None:  # AMP: the optimizer undoes it
            norms[0] = norms[0] / optimizer.grad_scale.to(norms[0])
        along = norms[0].new_zeros(())  # unknown
        if slow and dense:
            along = -torch.stack([_dot(old[i], gradients[i]).to(along) for i in dense]).sum()
        return torch.cat([*norms, along.reshape(1)])


def _norms(tensors: list[torch.Tensor]) -> torch.Tensor:
    """Return the norms as one vector of float32, on the first tensor's device."""
    norms = list(torch._foreach_norm(tensors))
    device = norms[0].device
    if any(n.dtype != torch.float32 or n.device != device for n in norms):
        norms = [n.to(device, torch.float32) for n in norms]
    return torch.stack(norms)


def _dot(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    if a.is_complex() or a.dtype != b.dtype or a.device != b.device:
        return (a * b.conj()).sum().real
    return torch.dot(a.reshape(-1), b.reshape(-1))
