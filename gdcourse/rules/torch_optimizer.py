"""TorchOptimizer: any rule as a torch.optim.Optimizer."""

from functools import cached_property
from typing import Any, final

import torch

from .in_place import PIECE, begin, descend
from .per_parameter import shaped
from .rule import Rule


@final
class TorchOptimizer(torch.optim.Optimizer):
    """Drive any PyTorch training loop with a Rule.

    All parameters are one vector to the rule, as a point on a surface is, so that clipping sees
    the whole gradient. Each group's `lr` multiplies its part of the step: torch's schedulers and
    parameter groups work as usual. A checkpoint holds the rule's state.

    Args:
        params: tensors, named tensors, or groups, as for any torch optimizer. All on one device
            and of one dtype.
        rule: what is done with the gradient.
        lr: factor on the step, >= 0. Leave it at 1 when the rule has its own LearningRate.
        compile: let torch.compile make one loop of the rule's lines: seconds of work at first, then
            several times as fast on long vectors. It needs a C++ compiler, or a GPU with Triton.

    Raises:
        TypeError: rule is not a Rule, or a parameter is complex.
        ValueError: lr is negative; parameters differ in dtype or device.
        RuntimeError (from step): a parameter has no gradient, or a sparse one; groups were added
            after the first step.

    >>> from gdcourse import adam
    >>> w = torch.tensor([1.0], requires_grad=True)
    >>> optimizer = TorchOptimizer([w], adam(0.1))
    >>> (w**2).sum().backward(); optimizer.step(); w.detach()
    tensor([0.9000])
    """

    def __init__(self, params: Any, rule: Rule, lr: float = 1.0, compile: bool = False):
        if not isinstance(rule, Rule):
            raise TypeError(f"TorchOptimizer takes a rule such as adam(1e-3); got {rule!r}")
        self.rule, self.compile = rule, compile
        super().__init__(params, {"lr": lr})
        if not any(group["params"] for group in self.param_groups):
            raise ValueError("TorchOptimizer has no parameters: every group is empty")

    def add_param_group(self, param_group: dict) -> None:
        super().add_param_group(param_group)
        try:
            self._check_groups()
        except (TypeError, ValueError):
            self.param_groups.pop()  # a group that is refused takes no part later
            raise

    def _check_groups(self):
        lr = self.param_groups[-1]["lr"]
        if isinstance(lr, bool) or not isinstance(lr, (int, float, torch.Tensor)):
            raise TypeError(f"TorchOptimizer.lr must be a number; got {lr!r}")
        if not 0 <= lr < float("inf"):
            raise ValueError(f"TorchOptimizer.lr must be zero or more, and finite; got {lr!r}")
        named = list(self._named())
        for name, p in named:
            first = named[0][1]
            if p.is_complex():
                raise TypeError(f"{name} is complex; split it into real and imaginary parts")
            if (p.dtype, p.device) != (first.dtype, first.device):
                raise ValueError(
                    f"{name} is {p.dtype} on {p.device}, the first parameter {first.dtype} on "
                    f"{first.device}; TorchOptimizer needs one dtype and one device"
                )

    @torch.no_grad()
    def step(self, closure=None):
        """Make one update; return the closure's loss, if there is a closure."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        blocks = [tuple(zip(*block, strict=True)) for block in self._blocks()]
        # All gradients first: a step is made whole or not at all.
        gradients = [list(map(self._gradient, names, ps)) for names, ps, _ in blocks]
        xs = [self._flat(parameters) for _, parameters, _ in blocks]
        gs = [self._flat(gradient) for gradient in gradients]
        rule = shaped(self.rule, [p.shape for p in blocks[0][1]])
        homes = [self.state[parameters[0]] for _, parameters, _ in blocks]  # with its first
        states = [self._begun(rule, home, x) for home, x in zip(homes, xs, strict=True)]
        lrs = [self._rates(parameters, groups, xs[0]) for _, parameters, groups in blocks]
        states = self._descend(rule, gs, states, xs, lrs)
        for (_, parameters, _), home, state, x in zip(blocks, homes, states, xs, strict=True):
            home["rule"], home["size"] = state, len(x)
            for p, part in zip(parameters, x.split([p.numel() for p in parameters]), strict=True):
                if part.data_ptr() != p.data_ptr():  # x was a copy
                    p.copy_(part.view_as(p))
        return loss

    def _blocks(self):
        """Return which parameters make one vector: all, or fewer where the rule does not mind."""
        learned = [item for item in self._learned() if item[1].numel()]
        if not learned:
            raise RuntimeError("TorchOptimizer has nothing to learn: every parameter is frozen")
        if not self.rule.elementwise:
            return [learned]
        blocks: list[list] = []
        room, last = 0, None
        for name, p, group in learned:
            room -= p.numel()
            if room < 0 or group is not last:
                blocks.append([])
                room, last = PIECE - p.numel(), group
            blocks[-1].append((name, p, group))
        return blocks

    @staticmethod
    def _begun(rule, home, x):
        if home and home["size"] != len(x):
            raise RuntimeError(
                f"TorchOptimizer began with {home['size']} numbers and now has {len(x)}; make "
                "a new optimizer when parameters are added or unfrozen"
            )
        return home["rule"] if home else begin(rule, x)

    @staticmethod
    def _rates(parameters, groups, x):
        """Return the factor on the step: a number, or a vector where groups of a block differ."""
        rates = [group["lr"] for group in groups]
        if all(rate == rates[0] for rate in rates):
            return rates[0]
        pairs = zip(parameters, rates, strict=True)
        return torch.cat([x.new_full((p.numel(),), rate) for p, rate in pairs])

    @staticmethod
    def _flat(tensors):
        flat = [t.reshape(-1) for t in tensors]
        return flat[0] if len(flat) == 1 else torch.cat(flat)

    def gradient(self) -> torch.Tensor:
        """Return the gradients of all parameters as one vector, as the rule sees them."""
        return torch.cat([self._gradient(name, p).reshape(-1) for name, p, _ in self._learned()])

    def average(self) -> list[torch.Tensor]:
        """Return the averaged parameters, for a rule that keeps an average (EMA, ScheduleFree).

        One tensor for each learned parameter, in their order and shapes: what to evaluate.

        Raises:
            TypeError: the rule keeps none.  RuntimeError: no step has been made.
        """
        if not hasattr(self.rule, "average"):
            raise TypeError(f"{self.rule!r} keeps no average; wrap it, as in EMA({self.rule!r})")
        means: list[torch.Tensor] = []
        for block in self._blocks():
            _, parameters, _ = zip(*block, strict=True)
            if not self.state[parameters[0]]:
                raise RuntimeError("there is no average before the first step")
            mean = self.rule.average(self.state[parameters[0]]["rule"])
            parts = mean.split([p.numel() for p in parameters])
            means += [m.view_as(p) for m, p in zip(parts, parameters, strict=True)]
        return means

    @cached_property
    def _descend(self):
        return torch.compile(descend) if self.compile else descend

    def __repr__(self) -> str:
        return f"TorchOptimizer with {self.rule!r}, {super().__repr__()}"

    def __getstate__(self):
        return super().__getstate__() | {
            "rule": self.rule,
            "compile": self.compile,
        }  # torch copies what it knows only

    def _named(self):
        for i, group in enumerate(self.param_groups):
            names = group.get("param_names") or [
                f"parameter {j} of group {i}, shape {tuple(p.shape)}"
                for j, p in enumerate(group["params"])
            ]
            yield from zip(names, group["params"], strict=True)

    def _learned(self):
        groups = [group for group in self.param_groups for _ in group["params"]]
        named = zip(self._named(), groups, strict=True)
        return [(name, p, group) for (name, p), group in named if p.requires_grad]

    @staticmethod
    def _gradient(name, p):
        if p.grad is None:
            raise RuntimeError(
                f"{name} has no gradient: call loss.backward() first, or leave the parameter out "
                "if it takes no part in the loss"
            )
        if p.grad.is_sparse:
            raise RuntimeError(f"{name} has a sparse gradient; make it dense, or use torch.optim")
        return p.grad
