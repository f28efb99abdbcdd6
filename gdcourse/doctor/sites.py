"""What goes through the layers: measured by forward hooks, at the steps for which they are on."""

from math import gcd
from typing import Any

import numpy as np
import torch
from torch import nn

from .rows import STATISTICS, Row, fill, note_alive

RECTIFIERS = (nn.ReLU, nn.ReLU6)
SIGMOIDS = (nn.Sigmoid, nn.Hardsigmoid)
TANHS = (nn.Tanh, nn.Hardtanh, nn.Softsign)
RECURRENT = (nn.RNNBase,)
LAYERS = (nn.Linear, nn.Bilinear, nn.modules.conv._ConvNd, *RECURRENT)
DRAWN = 1024  # numbers of a tensor that its spread and its shares are estimated from
TOGETHER = 2**18  # numbers drawn in several samples whose statistics are computed at once


class Sites:
    """Look at what layers are fed, and at what activations give.

    In a hook only what must be seen at once is computed; the rest waits, and is done for several
    samples together: many small operations cost more than a few large ones.
    Least and most are those of all numbers, the rest is estimated from some; a site that saw a
    number that is not finite has the mean infinity, one that saw nothing has NaN everywhere.
    """

    def __init__(self, modules: dict[str, nn.Module]):
        self.modules = modules
        self.has_rectifiers = any(isinstance(m, RECTIFIERS) for m in modules.values())
        self.order: list[str] = []  # of the sites, as the data pass them
        self.fed_by: dict[str, str] = {}  # layers fed with the very output of another layer
        self.again: set[str] = set()  # called more than once in a sample: only the first is seen
        self.idle = False  # look at nothing
        self.mode: bool | None = None  # train or eval: that of the steps; others are not looked at
        self._fired: dict[str, torch.Tensor] = {}  # what each unit summed to, at this sample
        self._last: dict[str, torch.Tensor] = {}  # the last sample at which each unit fired
        self._seen: dict[str, tuple[torch.Tensor, ...]] = {}  # numbers drawn, least, most
        self._output: tuple[str, torch.Tensor, int] | None = None
        self._looked_at: tuple[torch.Tensor, int, tuple] | None = None
        self._places: dict[tuple, torch.Tensor] = {}
        self._waiting: list[Row] = []
        self._hooks = [(module, self._hook(name, module)) for name, module in modules.items()]

    @property
    def alive(self) -> dict[str, torch.Tensor]:
        """Return, for each unit of a rectified site, the last sample at which it fired, or -1."""
        self.compute()
        return self._last

    def hooks(self) -> list[Any]:
        """Put the hooks on and return their handles."""
        return [module.register_forward_hook(hook) for module, hook in self._hooks]

    def forget(self) -> None:
        """Begin a sample anew."""
        self._seen, self._fired, self._output, self._looked_at = {}, {}, None, None

    def _hook(self, name: str, module: nn.Module) -> Any:
        layer = isinstance(module, LAYERS)
        bent = isinstance(module, RECURRENT)
        rectified = isinstance(module, RECTIFIERS) or (layer and not self.has_rectifiers)
        channels = isinstance(module, nn.modules.conv._ConvNd)

        def see(module: nn.Module, inputs: Any, output: Any) -> None:
            if self.idle or not torch.is_grad_enabled():
                return
            if name in self._seen:
                self.again.add(name)
                return
            if torch.compiler.is_compiling():
                return
            if self.mode is not None and module.training != self.mode:
                return
            given, output = main_tensor(inputs), main_tensor(output)
            if output is None:
                return
            if name not in self.order:
                self.order.append(name)
            if layer:
                last = self._output
                if last is not None and given is not None and _same(given, *last[1:]):
                    self.fed_by[name] = last[0]
                self._output = None if bent else (name, output, output._version)
            values = given if layer and not bent else output
            if values is None or not values.is_floating_point() or not values.numel():
                return
            self._look(name, values.detach(), rectified, channels)

        return see

    def _look(self, name: str, values: torch.Tensor, rectified: bool, channels: bool) -> None:
        if values.is_nested or values.layout != torch.strided:
            return
        if self._looked_at is not None and _same(values, *self._looked_at[:2]):
            self._seen[name] = self._looked_at[2]  # what an activation gave, a layer is fed
        else:
            drawn = values.reshape(-1).index_select(0, self._place(values))
            self._seen[name] = (drawn, *torch.aminmax(values))
            self._looked_at = (values, values._version, self._seen[name])
        if rectified and values.ndim == 2:
            self._fired[name] = values.sum(0)
        elif rectified and values.ndim > 2:
            axis = 1 if values.ndim == 4 or channels else values.ndim - 1
            self._fired[name] = values.sum([a for a in range(values.ndim) if a != axis])

    def _place(self, values: torch.Tensor) -> torch.Tensor:
        """Return which numbers are drawn: spread evenly, whatever the shape."""
        key = (values.numel(), values.device)
        if key not in self._places:
            n, jump = values.numel(), max(int(0.6180339887 * values.numel()), 1)
            while gcd(n, jump) != 1:
                jump += 1
            place = torch.arange(DRAWN, device=values.device) * jump % n
            if len(self._places) >= 256:  # batches of any length: the table stays small
                self._places.clear()
            self._places[key] = place
        return self._places[key]

    def take(self, sample: int) -> "Row":
        """Return what the sites saw in a sample, and begin anew."""
        row = Row(sample, self._seen, self._fired)
        self._waiting.append(row)
        if len(self._waiting) * max(len(self._seen), 1) * DRAWN >= TOGETHER:
            self.compute()
        self.forget()
        return row

    def read(self, rows: list["Row"]) -> np.ndarray:
        """Return statistics as numbers, (rows, sites, STATISTICS); NaN where nothing was seen."""
        self.compute()
        numbers = np.full((len(rows), len(self.modules), len(STATISTICS)), np.nan)
        place = {name: i for i, name in enumerate(self.modules)}
        for row, filled in zip(rows, numbers, strict=True):
            if row.table is not None:
                filled[[place[name] for name in row.names]] = row.table.cpu().numpy()
        return numbers

    def compute(self) -> None:
        """Compute the statistics of the samples that wait for it, all at once."""
        rows, self._waiting = self._waiting, []
        note_alive(rows, self._last)
        fill(rows)


def main_tensor(value: Any) -> torch.Tensor | None:
    """Return the tensor that matters in what a module takes or gives."""
    if isinstance(value, torch.Tensor):
        return value
    if isinstance(value, tuple) and value and isinstance(value[0], torch.Tensor):
        return value[0]
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
