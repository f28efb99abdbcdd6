"""What a copy of a model answers when it is asked again."""

from copy import deepcopy
from typing import Any

import torch

from .sites import main_tensor
from .untouched import untouched

LARGE = 2**24  # numbers; larger models are not copied to be asked


def ask(model: torch.nn.Module, questions: list[Any], training: bool) -> list[torch.Tensor] | None:
    """Return a copy's answers to (args, kwargs), in float64; None where it cannot be asked.

    A copy, for a model may remember its last call.
    """
    if sum(p.numel() for p in model.parameters()) > LARGE:
        return None
    try:
        with torch.no_grad(), untouched(model):
            copy = deepcopy(model).train(training)
            told = [main_tensor(copy(*args, **kwargs)) for args, kwargs in questions]
    except Exception:  # whatever a model does with inputs that it does not expect
        return None
    return None if any(o is None for o in told) else [o.double() for o in told if o is not None]
