"""Train one torch model."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..rules.rule import Rule
from .run import Run


def fit(
    model: Any,
    data: tuple,
    loss: Callable,
    rule: Rule,
    steps: int,
    *,
    batch: int | None = None,
    validation: tuple | None = None,
    every: int = 1,
    seed: int = 0,
) -> Run:
    """Train a model in place, and record the loss and the gradient norm.

    Args:
        model: a torch module.
        data: (inputs, targets), tensors with n rows, on the model's device.
        loss: (outputs, targets) -> scalar tensor.
        rule: what is done with the gradient.
        steps: updates to make.
        batch: examples a step, in a new order every epoch; None is the whole of `data`.
        validation: (inputs, targets) that are measured, not learned from.
        every: measure at every so many steps.
        seed: of the order of the examples.

    Returns:
        A Run with loss (T,), on the batch of that step; gradient_norm (T,); and validation (T,)
        where it was asked for.

    Raises:
        ValueError: shapes that do not fit, a batch larger than the data.

    Book: failures/overshooting-forecast.
    """
    import torch

    from ..rules.torch_optimizer import TorchOptimizer

    check_arguments(data, batch, steps, every)
    inputs, targets = data
    optimizer = TorchOptimizer(model.parameters(), rule)
    order = example_order(len(targets), batch, steps + 1, seed)
    record: dict[str, list] = {"loss": [], "gradient_norm": []}
    for t in range(steps + 1):
        rows = slice(None) if order is None else order[t].to(targets.device)
        model.train()
        optimizer.zero_grad()
        value = loss(model(inputs[rows]), targets[rows])
        check_scalar(value)
        value.backward()
        if t % every == 0:
            gradient = torch.cat([p.grad.reshape(-1) for p in model.parameters()])
            record["loss"].append(value.detach())
            record["gradient_norm"].append((gradient**2).sum() ** 0.5)
            if validation is not None:
                model.eval()
                with torch.no_grad():
                    record.setdefault("validation", []).append(
                        loss(model(validation[0]), validation[1])
                    )
        if t < steps:
            optimizer.step()
    signals = {name: torch.stack(series).cpu().numpy() for name, series in record.items()}
    return Run(np.arange(0, steps + 1, every), signals, rule, (seed,), [model])


def example_order(n: int, batch: int | None, steps: int, seed: int) -> Any:
    """Return which examples each step uses, (steps, batch): a new shuffle every epoch.

    None for the full batch. Examples left over at the end of an epoch wait for the next shuffle.
    """
    import torch

    if batch is None:
        return None
    generator = torch.Generator().manual_seed(seed)
    an_epoch = n // batch
    shuffles = [
        torch.randperm(n, generator=generator)[: an_epoch * batch].view(an_epoch, batch)
        for _ in range(-(-steps // an_epoch))
    ]
    return torch.cat(shuffles)[:steps]


def check_arguments(data: tuple, batch: int | None, steps: int, every: int) -> None:
    """Raise ValueError, naming the argument, if a training cannot start."""
    if len(data) != 2 or len(data[0]) != len(data[1]):
        rows = [len(part) for part in data]
        raise ValueError(f"data must be (inputs, targets) with as many rows; got {rows} rows")
    if batch is not None and not 1 <= batch <= len(data[1]):
        raise ValueError(f"batch must lie in [1, {len(data[1])}], the rows of data; got {batch}")
    if steps < 0 or every < 1:
        raise ValueError(f"steps must be >= 0 and every >= 1; got {steps} and {every}")


def check_scalar(value: Any) -> None:
    """Raise ValueError if a loss is not one number."""
    if value.ndim:
        raise ValueError(
            f"loss must return one number a batch; got shape {tuple(value.shape)}. Take its mean"
        )
