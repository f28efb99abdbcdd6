"""Hooks that measure a step, armed for the sampled steps only: most steps cost nothing."""

from typing import Any

import torch
from torch import nn

RECTIFIERS = (nn.ReLU, nn.ReLU6)
SIGMOIDS = (nn.Sigmoid, nn.Hardsigmoid)
TANHS = (nn.Tanh, nn.Hardtanh, nn.Softsign)
RECURRENT = (nn.RNNBase,)
LAYERS = (nn.Linear, nn.Bilinear, nn.modules.conv._ConvNd, *RECURRENT)
STATISTICS = ("mean", "variance", "least", "most", "high", "low")  # of what a layer is fed or gives
NEAR = 0.03  # how near to its limit an output counts as saturated


class Probe:
    """Measure parameters, gradients, steps and activations at the steps for which it is armed.

    Nothing here reads a number back to the processor: what was measured stays on the device as
    one vector a sample until the doctor looks at it.

    Args:
        model: a torch module.
        optimizer: the torch optimizer that trains it.
    """

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer):
        self.model, self.optimizer = model, optimizer
        self.names = [name for name, _ in model.named_parameters()]
        self.parameters = [p for _, p in model.named_parameters()]
        compiled = isinstance(model, torch._dynamo.OptimizedModule)
        self.sites = {
            name: module
            for name, module in ([] if compiled else model.named_modules())
            if isinstance(module, (*LAYERS, *RECTIFIERS, *SIGMOIDS, *TANHS))
        }
        self.has_rectifiers = any(isinstance(m, RECTIFIERS) for m in self.sites.values())
        self.order: list[str] = []  # of the sites, as the data pass them
        self.alive: dict[str, torch.Tensor] = {}  # the last sample at which each unit fired
        self.fed_by: dict[str, str] = {}  # layers fed with the very output of another layer
        self.missing = [0] * len(self.parameters)  # samples without a gradient
        self.inputs: Any = None  # of the sampled step
        self.outputs: Any = None
        self.stale: list[torch.Tensor] = []  # was there a gradient before the first backward?
        self._fresh = False
        self.stepped = False  # has the optimizer made a step since the doctor looked?
        self.samples = 0
        self._armed: list[Any] = []
        self._measured: dict[str, torch.Tensor] = {}
        self._last_output: tuple[str, torch.Tensor, int] | None = None
        self._old: list[torch.Tensor] = []
        self._vector: torch.Tensor | None = None
        self._lasting: list[Any] = []
        self.open()

    def open(self) -> None:
        """Put the optimizer's hooks on; they do nothing at a step that is not sampled."""
        self._lasting = [
            self.optimizer.register_step_pre_hook(self._before_step),
            self.optimizer.register_step_post_hook(self._after_step),
        ]

    def arm(self, fresh: bool = True) -> None:
        """Measure the next step; `fresh`: its gradients should begin at zero."""
        if self._armed:
            return
        self._measured, self._vector, self._last_output = {}, None, None
        self.inputs = self.outputs = None
        self._armed = [
            self.model.register_forward_hook(self._seen_model, with_kwargs=True),
            *(
                site.register_forward_hook(lambda m, i, o, name=name: self._seen(name, m, i, o))
                for name, site in self.sites.items()
            ),
        ]
        first = next((p for p in reversed(self.parameters) if p.requires_grad), None)
        if first is not None:
            self._fresh = fresh
            self._armed.append(first.register_hook(lambda g, p=first: self._backward(p)))

    def disarm(self) -> None:
        """Take the hooks of a sampled step off."""
        for handle in self._armed:
            handle.remove()
        self._armed = []

    def close(self) -> None:
        """Take every hook off."""
        self.disarm()
        for handle in self._lasting:
            handle.remove()
        self._lasting = []
        self._old = []

    def take(self) -> torch.Tensor | None:
        """Return the vector of a sampled step that is complete, and disarm; else None."""
        if self._vector is None or not self._armed:
            return None
        self.disarm()
        self.samples += 1
        parts = [self._vector]
        blank = torch.full((len(STATISTICS),), torch.nan, device=self._vector.device)
        for name in self.sites:
            parts.append(self._measured.get(name, blank).to(self._vector))
        self._old = []
        return torch.cat(parts)

    def columns(self) -> list[str]:
        """Return what the entries of a sample's vector are."""
        kinds = ("gradient", "size", "step")
        columns = [f"{kind} {name}" for kind in kinds for name in self.names]
        columns.append("descent")
        return [*columns, *(f"{s} {name}" for name in self.sites for s in STATISTICS)]

    # What the hooks do.

    def _before_step(self, optimizer, args, kwargs) -> None:
        self.stepped = True
        if self._armed:
            self._old = [p.detach().clone() for p in self.parameters]

    @torch.no_grad()
    def _after_step(self, optimizer, args, kwargs) -> None:
        if not self._armed or not self._old:
            return
        new, gradients = [p.detach() for p in self.parameters], []
        for i, p in enumerate(self.parameters):
            g = p.grad
            if g is None:
                self.missing[i] += 1
                g = torch.zeros((), device=p.device, dtype=p.dtype)
            gradients.append(g.coalesce().values() if g.is_sparse else g)
        steps = torch._foreach_sub(new, self._old)
        norms = [torch._foreach_norm(group) for group in (gradients, self._old, steps)]
        device = new[0].device
        dots = [(d * g).sum() for d, g in zip(steps, gradients, strict=True) if d.shape == g.shape]
        everything = [*norms[0], *norms[1], *norms[2]]
        flat = torch.stack([v.to(device, torch.float32) for v in everything])
        along = (
            torch.stack([v.to(device, torch.float32) for v in dots]).sum()
            if dots
            else flat[:1].sum() * 0
        )
        self._vector = torch.cat([flat, along.reshape(1)])
        self._old = []

    def _backward(self, parameter) -> None:
        """Before a gradient is added: was there one already, from before this step?"""
        if self._fresh and parameter.grad is not None:
            self.stale.append(parameter.grad.detach().abs().sum())
        elif self._fresh:
            self.stale.append(torch.zeros((), device=parameter.device))
        self.stale = self.stale[-50:]
        self._fresh = False

    def _seen_model(self, module, args, kwargs, output) -> None:
        if not torch.is_grad_enabled() or self.outputs is not None:
            return
        self.inputs = (args, kwargs)
        self.outputs = main_tensor(output)

    def _seen(self, name, module, inputs, output) -> None:
        output = main_tensor(output)
        if name in self._measured or output is None or not torch.is_grad_enabled():
            return
        if name not in self.order:
            self.order.append(name)
        given = main_tensor(inputs)
        layer = isinstance(module, LAYERS)
        last = self._last_output
        if layer and last is not None and given is not None and _same(given, *last[1:]):
            self.fed_by[name] = last[0]
        if layer:
            bent = isinstance(module, RECURRENT)
            self._last_output = None if bent else (name, output, output._version)
        looked_at = given if layer and not isinstance(module, RECURRENT) else output
        if looked_at is None or not looked_at.is_floating_point() or not looked_at.numel():
            return
        self._measure(name, module, looked_at.detach(), layer)

    @torch.no_grad()
    def _measure(self, name, module, values, layer) -> None:
        variance, mean = torch.var_mean(values, correction=0)
        least, most = torch.aminmax(values)
        size = values.abs()
        high = (size > 1 - NEAR).float().mean()
        low = (size < NEAR).float().mean()
        self._measured[name] = torch.stack(
            [v.float() for v in (mean, variance, least, most, high, low)]
        )
        if isinstance(module, RECTIFIERS) or (layer and not self.has_rectifiers):
            self._note_alive(name, values, module)

    def _note_alive(self, name, values, module) -> None:
        axis = 1 if values.ndim == 4 or isinstance(module, nn.modules.conv._ConvNd) else -1
        if values.ndim < 2:
            return
        axes = [a for a in range(values.ndim) if a != axis % values.ndim]
        fired = (values != 0).any(dim=tuple(axes)) if len(axes) > 1 else (values != 0).any(axes[0])
        last = self.alive.get(name)
        if last is None or last.shape != fired.shape:
            last = torch.full(fired.shape, -1, device=fired.device)
        self.alive[name] = torch.where(fired, self.samples, last)


def main_tensor(value: Any) -> torch.Tensor | None:
    """Return the tensor that matters in what a module takes or gives."""
    if isinstance(value, torch.Tensor):
        return value
    if isinstance(value, dict):
        value = [value[key] for key in ("logits", "last_hidden_state") if key in value] or list(
            value.values()
        )
    if isinstance(value, (tuple, list)):
        return next((v for v in map(main_tensor, value) if v is not None), None)
    return None


def _same(given: torch.Tensor, output: torch.Tensor, version: int) -> bool:
    """Is this the very output, perhaps in another shape, with nothing done to it in place?"""
    here = given.numel() == output.numel() and given.data_ptr() == output.data_ptr()
    return here and given._version == version
