"""Some of the batches a run saw, kept to compare outputs with targets and to try things on."""

from collections import deque
from collections.abc import Mapping
from typing import Any

import torch

FIRST, LAST = 3, 6  # sampled batches that are kept
ROOM = 2**25  # numbers in all, 128 MB of float32

Batch = tuple[Any, Any, Any, Any]


class Batches:
    """The first and the last sampled (inputs, outputs, targets, loss), copied: bounded memory.

    Copied, for a loop may write the next batch over the last one. Of large batches fewer are
    kept, of very large ones none.
    """

    def __init__(self) -> None:
        self.first: list[Batch] = []
        self.last: deque[Batch] = deque()
        self.too_large = False
        self._held = 0

    def add(self, inputs: Any, outputs: Any, targets: Any, loss: Any) -> None:
        """Keep a batch, if there is room."""
        size = _size((inputs, outputs, targets))
        if 2 * size > ROOM:  # not even one of the start and one of the end
            self.too_large = True
            return
        batch = (*_copy((inputs, outputs, targets)), loss)
        early = len(self.first) < FIRST and not self.last
        if early and (not self.first or 2 * (self._held + size) <= ROOM):
            self.first.append(batch)
        else:
            while self.last and (len(self.last) == LAST or self._held + size > ROOM):
                self._held -= _size(self.last.popleft()[:3])
            self.last.append(batch)
        self._held += size

    def all(self) -> list[Batch]:
        """Return them, the first ones first."""
        return [*self.first, *self.last]


def _size(values: Any) -> int:
    if isinstance(values, torch.Tensor):
        return values.numel()
    if isinstance(values, Mapping):
        values = list(values.values())
    return sum(map(_size, values)) if isinstance(values, (tuple, list)) else 0


def _copy(values: Any) -> Any:
    """Return a copy of all tensors in tuples, lists and dictionaries; the rest as it is."""
    if isinstance(values, torch.Tensor):
        return values.detach().clone()
    if isinstance(values, Mapping):
        return {key: _copy(value) for key, value in values.items()}
    if type(values) in (tuple, list):
        return type(values)(map(_copy, values))
    return values
