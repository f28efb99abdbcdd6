"""A torch module as a function of one flat vector of parameters."""

from collections.abc import Callable
from typing import Any


def flatten(model: Any) -> tuple[Any, Callable]:
    """Return the parameters of a module as one vector, and the module as a function of it.

    A surface is a loss of one vector; so is a network, seen this way.

    Args:
        model: a torch module; buffers and frozen parameters keep their present values.

    Returns:
        vector (d,), and call(vector, *inputs), which gives what model(*inputs) would give with
        these parameters. torch.func transforms apply: grad, hessian, vmap over many vectors.

    >>> import torch
    >>> vector, call = flatten(torch.nn.Linear(3, 1))
    >>> vector.shape
    torch.Size([4])
    """
    import torch

    learned = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    if not learned:
        raise ValueError(f"{type(model).__name__} has no parameters to learn")
    names, parameters = zip(*learned, strict=True)
    sizes, shapes = [p.numel() for p in parameters], [p.shape for p in parameters]
    vector = torch.cat([p.detach().reshape(-1) for p in parameters])

    def call(vector, *inputs):
        parts = zip(names, shapes, torch.split(vector, sizes), strict=True)
        named = {name: part.view(shape) for name, shape, part in parts}
        return torch.func.functional_call(model, named, inputs)

    return vector, call
