"""Keep a run as it is while something is tried beside it."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch


@contextmanager
def untouched(model: torch.nn.Module, *others: Any, seed: int = 0) -> Iterator[None]:
    """Give what is done inside random numbers of its own; put everything back afterwards.

    Put back are the random states of Python, NumPy and torch, and, of the model and of any other
    module given, the gradients, the buffers and the mode. torch.manual_seed is not called: it
    would touch every GPU.
    """
    modules = [model, *(other for other in others if isinstance(other, torch.nn.Module))]
    parameters = [p for module in modules for p in module.parameters()]
    devices = sorted({p.device.index for p in parameters if p.device.type == "cuda"})
    generators = [torch.default_generator]
    generators += [torch.cuda.default_generators[i] for i in devices]
    states = [generator.get_state() for generator in generators]
    python, numpy = random.getstate(), np.random.get_state()
    gradients = [p.grad for p in parameters]
    buffers = [(b, b.detach().clone()) for module in modules for b in module.buffers()]
    modes = [(part, part.training) for module in modules for part in module.modules()]
    for p in parameters:
        p.grad = None
    for generator in generators:
        generator.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed)
    try:
        yield
    finally:
        for generator, state in zip(generators, states, strict=True):
            generator.set_state(state)
        random.setstate(python)
        np.random.set_state(numpy)
        for p, gradient in zip(parameters, gradients, strict=True):
            p.grad = gradient
        with torch.no_grad():
            for buffer, value in buffers:
                buffer.copy_(value)
        for part, mode in modes:
            part.training = mode
