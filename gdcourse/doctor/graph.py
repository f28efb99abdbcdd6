"""What stands behind the outputs: the leaves they depend on, and the gradient that reaches them."""

from typing import Any

from torch import Tensor

MOST = 20_000  # nodes that are looked at
PUSHED = 3  # gradients with respect to the outputs that are kept
LARGE = 2**20  # numbers; larger outputs are not kept


class Behind:
    """Look behind the outputs of the first sampled steps.

    Attributes:
        strangers: shapes of learnable leaves that belong neither to the model nor to the
            optimizer; None before the first look.
        pushed: outputs with the gradient that the backward pass brought them.
    """

    def __init__(self) -> None:
        self.strangers: list[tuple[int, ...]] | None = None
        self.pushed: list[tuple[Tensor, Tensor]] = []

    def look(self, inputs: Any, output: Tensor | None, probe: Any) -> None:
        """Look at the outputs of a step that is sampled, before its backward pass."""
        if output is None or not output.requires_grad:
            return
        if self.strangers is None:
            held = [p for group in probe.optimizer.param_groups for p in group["params"]]
            given = [*inputs[0], *inputs[1].values()]
            self.strangers = leaves(output, {id(p) for p in (*probe.parameters, *held, *given)})
        if len(self.pushed) < PUSHED and output.numel() <= LARGE:
            seen = output.detach().clone()
            output.register_hook(lambda gradient: self._push(seen, gradient))

    def _push(self, outputs: Tensor, gradient: Tensor) -> None:
        if len(self.pushed) < PUSHED:
            self.pushed.append((outputs, gradient.detach().clone()))


def leaves(output: Tensor, known: set[int]) -> list[tuple[int, ...]]:
    """Return the shapes of learnable leaves behind an output that are not among `known` ids."""
    seen: set[Any] = set()
    todo: list[Any] = [output.grad_fn]
    shapes = {}
    while todo and len(seen) < MOST:
        node = todo.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        leaf = getattr(node, "variable", None)
        if leaf is not None and id(leaf) not in known:
            shapes[id(leaf)] = tuple(leaf.shape)
        todo += [parent for parent, _ in node.next_functions]
    return list(shapes.values())
