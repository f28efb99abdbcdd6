"""Models inside models: what torch.compile and the parallel wrappers put around a module."""

from collections.abc import Iterator

import torch
from torch import nn


def bare(model: nn.Module) -> nn.Module:
    """Return the module that the user wrote, without compile's and the parallel wrappers."""
    while True:
        if isinstance(model, torch._dynamo.OptimizedModule):
            model = model._orig_mod
        elif isinstance(model, (nn.DataParallel, nn.parallel.DistributedDataParallel)):
            model = model.module
        else:
            return model


def is_compiled(model: nn.Module) -> bool:
    """Was it compiled, by torch.compile(model) or model.compile()?"""
    here = isinstance(model, torch._dynamo.OptimizedModule)
    return here or getattr(model, "_compiled_call_impl", None) is not None


def compiled_parts(model: nn.Module) -> list[str]:
    """Return the names of what was compiled, the model itself being "the model"."""
    return [name or "the model" for name, m in model.named_modules() if is_compiled(m)]


def in_the_open(model: nn.Module, prefix: str = "") -> Iterator[tuple[str, nn.Module]]:
    """Yield name and module of what runs as it was written: nothing inside compiled parts.

    A hook inside a compiled part would be compiled with it, or not be called at all.
    """
    if is_compiled(model):
        return
    yield prefix, model
    for key, child in model.named_children():
        yield from in_the_open(child, f"{prefix}.{key}" if prefix else key)


def chain(model: nn.Module) -> list[nn.Module]:
    """Return the model and the modules in it that hold all of its parameters, from the outside.

    A class around a network is often trained without being called itself: then the network is.
    """
    found = [model]
    everything = len(list(model.parameters()))
    while not is_compiled(found[-1]):
        whole = [c for c in found[-1].children() if len(list(c.parameters())) == everything]
        if len(whole) != 1:
            break
        found.append(whole[0])
    return found
