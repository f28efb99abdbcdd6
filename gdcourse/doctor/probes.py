"""Hooks that measure a step, armed for the sampled steps only: most steps cost nothing."""

from collections import deque
from typing import Any

import numpy as np
import torch
from torch import nn

from .graph import Behind
from .movement import Movement
from .sites import LAYERS, RECTIFIERS, RECURRENT, SIGMOIDS, STATISTICS, TANHS, Sites, main_tensor
from .wrappers import bare, chain, compiled_parts, in_the_open, is_compiled

__all__ = ["LAYERS", "RECTIFIERS", "RECURRENT", "SIGMOIDS", "STATISTICS", "TANHS", "Probe",
           "main_tensor"]  # fmt: skip
DENSE = 12  # samples at the start that are complete; later every other leaves the layers out
NOTHING = torch.zeros(())
PUSHED = 3  # gradients of the outputs that are kept
SMALL = 2**16  # numbers; larger outputs are not kept


class Probe:
    """Measure parameters, gradients, steps and activations at the steps for which it is armed.

    Nothing here reads a number back to the processor: what was measured stays on the device as
    one vector a sample until the doctor looks at it.

    Args:
        model: a torch module, as it is called in training: compiled, parallel or plain.
        optimizer: the torch optimizer that trains it.
    """

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer):
        self.model, self.optimizer = bare(model), optimizer
        self.names = [name for name, _ in self.model.named_parameters()]
        self.parameters = [p for _, p in self.model.named_parameters()]
        self.compiled = sorted({*compiled_parts(model), *compiled_parts(self.model)})
        kinds = (*LAYERS, *RECTIFIERS, *SIGMOIDS, *TANHS)
        seen = {} if is_compiled(model) else dict(in_the_open(self.model))
        self.activity = Sites({n: m for n, m in seen.items() if isinstance(m, kinds)})
        self.sites = self.activity.modules
        # A module compiled in place runs its hooks compiled too: leave it without.
        outer = chain(model if is_compiled(model) else self.model)
        self._callable = [m for m in outer if getattr(m, "_compiled_call_impl", None) is None]
        self.behind = Behind()
        self.movement = Movement(self.parameters)
        self.inputs: Any = None  # of the sampled step
        self.outputs: Any = None
        # Was there a gradient before the first backward? Of each parameter asked, in a sample.
        self.stale: deque[list[torch.Tensor]] = deque(maxlen=50)
        self.stepped = False  # has the optimizer made a step since the doctor looked?
        self.samples = 0
        self._fresh: set[int] = set()  # parameters still to be asked in this sample
        self._inside = False  # the optimizer's step: a closure may call the model there
        self._depth = len(self._callable)  # of the module whose inputs were recorded
        self._armed: list[Any] = []  # hooks of a sampled step
        self._looking: list[Any] = []  # and those of the layers
        self._old: list[torch.Tensor] = []
        self._vector: torch.Tensor | None = None
        self._lasting: list[Any] = []
        self.open()

    @property
    def order(self) -> list[str]:
        """Return the sites as the data pass them."""
        return self.activity.order

    @property
    def alive(self) -> dict[str, torch.Tensor]:
        """Return the last sample at which each unit fired, by rectified site."""
        return self.activity.alive

    @property
    def fed_by(self) -> dict[str, str]:
        """Return the layers that are fed with the very output of another one."""
        return self.activity.fed_by

    @property
    def has_rectifiers(self) -> bool:
        """Has the model ReLU modules?"""
        return self.activity.has_rectifiers

    def open(self) -> None:
        """Put the optimizer's hooks on; they do nothing at a step that is not sampled."""
        self._lasting = [
            self.optimizer.register_step_pre_hook(self._before_step),
            self.optimizer.register_step_post_hook(self._after_step),
        ]

    def arm(self, fresh: bool = True) -> None:
        """Measure the next step; `fresh`: its gradients should begin at zero."""
        asked = self._asked()
        self._fresh = set(map(id, asked)) if fresh else set()
        if fresh:
            self.stale.append([])
        wanted = self.samples < DENSE or self.samples % 2 == 0
        self.activity.idle = not wanted
        if wanted and not self._looking:
            self._looking = self.activity.hooks()
        if self._armed:
            return
        self.activity.forget()
        self._vector = None
        self.forget_batch()
        for depth, module in enumerate(self._callable):
            hook = module.register_forward_hook(self._called(depth), with_kwargs=True)
            self._armed.append(hook)
        self._armed += [p.register_hook(lambda g, p=p: self._backward(p)) for p in asked]

    def disarm(self) -> None:
        """Take the hooks of a sampled step off."""
        for handle in (*self._armed, *self._looking):
            handle.remove()
        self._armed, self._looking = [], []
        self._vector, self._old = None, []
        self.activity.forget()
        self.forget_batch()

    def close(self) -> None:
        """Take every hook off."""
        self.disarm()
        for handle in self._lasting:
            handle.remove()
        self._lasting, self.movement.room = [], []

    def forget_batch(self) -> None:
        """Let go of the inputs and outputs."""
        self.inputs = self.outputs = None
        self._depth = len(self._callable)

    def take(self) -> tuple[torch.Tensor, Any] | None:
        """Return what a sampled step gave, when it is complete, and begin anew; else None."""
        if self._vector is None:
            return None
        vector, self._vector = self._vector, None
        self.samples += 1
        return vector, self.activity.take(self.samples - 1)

    def read(self, samples: list[tuple[torch.Tensor, Any]]) -> np.ndarray:
        """Return samples as numbers, (samples, columns)."""
        if not samples:
            return np.zeros((0, len(self.columns())))
        vectors = torch.stack([vector for vector, _ in samples]).double().cpu().numpy()
        rows = self.activity.read([row for _, row in samples])
        return np.concatenate([vectors, rows.reshape(len(samples), -1)], 1)

    def columns(self) -> list[str]:
        """Return what the entries of a sample's vector are."""
        kinds = ("gradient", "size", "step")
        columns = [f"{kind} {name}" for kind in kinds for name in self.names]
        columns.append("descent")
        return [*columns, *(f"{s} {name}" for name in self.sites for s in STATISTICS)]

    # What the hooks do.

    def _before_step(self, optimizer: Any, args: Any, kwargs: Any) -> None:
        self.stepped = self._inside = True
        if self._armed:
            self.activity.mode = self.model.training
            self._old = self.movement.copy()

    def _after_step(self, optimizer: Any, args: Any, kwargs: Any) -> None:
        self._inside = False
        if self._armed and self._old:
            self._vector = self.movement.measure(self._old, optimizer, self.samples)
            self._old = []

    def _backward(self, parameter: torch.Tensor) -> None:
        """Before a gradient is added: was there one already, from before this step?"""
        if id(parameter) not in self._fresh:
            return
        self._fresh.discard(id(parameter))
        g = parameter.grad
        self.stale[-1].append(NOTHING if g is None else g.detach().abs().sum())

    def _asked(self) -> list[torch.Tensor]:
        """Return the first and the last parameter that the optimizer trains."""
        held = {id(p) for group in self.optimizer.param_groups for p in group["params"]}
        learned = [p for p in self.parameters if p.requires_grad and id(p) in held]
        return [learned[0], *learned[1:][-1:]] if learned else []

    def _called(self, depth: int) -> Any:
        def see(module: nn.Module, args: Any, kwargs: Any, output: Any) -> None:
            if not torch.is_grad_enabled() or torch.compiler.is_compiling():
                return
            if self.activity.mode is not None and module.training != self.activity.mode:
                return
            if self._inside and depth >= self._depth:
                return  # a closure is called several times; the loss is that of its first call
            self.see((args, kwargs), output)
            self._depth = depth

        return see

    def see(self, inputs: Any, outputs: Any) -> None:
        """Record what the model was given, (args, kwargs), and what it gave."""
        self.inputs, self.outputs = inputs, main_tensor(outputs)
        self.behind.look(inputs, self.outputs, self)
