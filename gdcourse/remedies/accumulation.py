"""Gradient accumulation: a large batch, in pieces that fit into memory."""

from collections.abc import Callable
from typing import Any


def accumulate(model: Any, loss: Callable, inputs: Any, targets: Any, size: int) -> Any:
    """Add the gradient of a batch to .grad piece by piece; return the loss of the whole batch.

    gradient of mean over n rows = sum over pieces of (rows / n) gradient of mean over the piece

    The last piece may be smaller; its weight says so. Memory is that of one piece. Layers that
    mix examples (batch normalization) see the piece, not the batch: there the two differ.

    Args:
        model: a torch module.
        loss: (outputs, targets) -> scalar tensor, a mean over the rows.
        inputs, targets: the batch, n rows each.
        size: rows of a piece, >= 1.

    Raises:
        ValueError: size < 1, no rows, or inputs and targets of different length.

    Before it `optimizer.zero_grad()`, after it `optimizer.step()`, as ever: TorchOptimizer and its
    clipping then see the whole gradient.

    >>> import torch
    >>> model, x = torch.nn.Linear(1, 1, bias=False), torch.arange(5.0)[:, None]
    >>> value = accumulate(model, torch.nn.functional.mse_loss, x, 2 * x, size=2)

    Source: Ott, Edunov, Grangier & Auli 2018, arXiv:1806.00187.
    """
    import torch

    n = len(targets)
    if not size >= 1 or not n == len(inputs) >= 1:
        raise ValueError(
            f"accumulate: size must be 1 or more, and inputs and targets of one length; got size "
            f"{size!r}, {len(inputs)} inputs and {n} targets"
        )
    total = 0
    for rows in torch.arange(n, device=targets.device).split(size):
        value = loss(model(inputs[rows]), targets[rows]) * len(rows) / n
        value.backward()
        total = total + value.detach()
    return total
