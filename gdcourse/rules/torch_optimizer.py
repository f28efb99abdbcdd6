"""TorchOptimizer: any rule as a torch.optim.Optimizer."""

import copy
from functools import cached_property
from typing import Any, final

import torch

from .blocks import blocks, flat, gradient, kinds, learned, named, rates, unflat
from .in_place import ROOM, SHORT, Descent, begin, recordable
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
        parameters = list(named(self.param_groups))
        for name, p in parameters:
            first = parameters[0][1]
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
        vectors = self._blocks()
        # All gradients first: a step is made whole or not at all.
        gs = [flat([gradient(p, self.param_groups) for p in ps]) for ps, _ in vectors]
        xs = [flat(ps) for ps, _ in vectors]
        homes = [self.state[ps[0]] for ps, _ in vectors]  # with its first
        self._begin(homes, xs)
        lrs = [rates(ps, their, xs[0]) for ps, their in vectors]
        if len(xs) == 1 and (not self._in_blocks or (xs[0].numel() <= SHORT and not self.compile)):
            homes[0]["rule"] = self._descent.whole(gs[0], homes[0]["rule"], xs[0], lrs[0])
        else:
            for step in {home["step"] for home in homes}:  # a group that was added counts anew
                at = [i for i, home in enumerate(homes) if home["step"] == step]
                parts = ([v[i] for i in at] for v in (gs, [h["rule"] for h in homes], xs, lrs))
                for i, state in zip(at, self._descent.blocks(*parts), strict=True):
                    homes[i]["rule"] = state
        for home, x, (ps, _) in zip(homes, xs, vectors, strict=True):
            home["step"] += 1
            unflat(x, ps)
        return loss

    def _blocks(self):
        return blocks(self.param_groups, ROOM if self._in_blocks else None)

    def _begin(self, homes, xs):
        """Make the state of vectors that have none."""
        began = [home["size"] if home else 0 for home in homes]
        sizes = [x.numel() for x in xs]
        if not self.rule.elementwise or not self._in_blocks:  # all of them, or none
            began, sizes = [sum(began)], [sum(sizes)]
        for old, new in zip(began, sizes, strict=True):
            if old not in (0, new):
                raise RuntimeError(
                    f"TorchOptimizer began with {old} numbers and now has {new}; make a new "
                    "optimizer when parameters are added or unfrozen"
                )
        for home, x in zip(homes, xs, strict=True):
            if not home:
                home.update(rule=begin(self._descent.rule, x), size=x.numel(), step=0)

    @cached_property
    def _in_blocks(self):
        ps = [p for p, _ in learned(self.param_groups)]
        return bool(ps) and recordable(self.rule, ps[0].new_zeros(2), sum(p.numel() for p in ps))

    @cached_property
    def _descent(self):
        shapes = [p.shape for p, _ in learned(self.param_groups) if p.numel()]
        return Descent(shaped(self.rule, shapes), self.compile)

    def gradient(self) -> torch.Tensor:
        """Return the gradients of all parameters as one vector, as the rule sees them."""
        ps = [p for p, _ in learned(self.param_groups)]
        return torch.cat([gradient(p, self.param_groups).reshape(-1) for p in ps])

    def average(self) -> list[torch.Tensor]:
        """Return the averaged parameters, for a rule that keeps an average (EMA, ScheduleFree).

        One tensor for each learned parameter, in their order and shapes: what to evaluate.

        Raises:
            TypeError: the rule keeps none.  RuntimeError: no step has been made.
        """
        if not hasattr(self.rule, "average"):
            raise TypeError(f"{self.rule!r} keeps no average; wrap it, as in EMA({self.rule!r})")
        means: list[torch.Tensor] = []
        for ps, _ in self._blocks():
            if not self.state[ps[0]]:
                raise RuntimeError("there is no average before the first step")
            parts = self.rule.average(self.state[ps[0]]["rule"]).split([p.numel() for p in ps])
            means += [part.view_as(p) for part, p in zip(parts, ps, strict=True)]
        return means

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint needs: the state, the groups, and what the rule is made of."""
        return super().state_dict() | {"rule": kinds(self.rule)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from a checkpoint; its state is copied.

        Raises:
            ValueError: it is the checkpoint of another rule.
        """
        saved, own = state_dict.get("rule", "another class of optimizer"), kinds(self.rule)
        if saved != own:
            raise ValueError(
                f"TorchOptimizer.load_state_dict: the checkpoint is of {saved}, and the rule here "
                f"is {own}; make the optimizer with the rule that was saved, or begin without it"
            )
        super().load_state_dict(state_dict | {"state": copy.deepcopy(state_dict["state"])})

    def __repr__(self) -> str:
        return f"TorchOptimizer with {self.rule!r}, {super().__repr__()}"

    def __getstate__(self):
        return super().__getstate__() | {
            "rule": self.rule,
            "compile": self.compile,
        }  # torch copies what it knows only
