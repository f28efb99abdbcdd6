"""Train one torch model."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..rules.rule import Rule
from .minimize import to_numpy
from .run import Run, measured_steps


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
        TypeError, ValueError: data that are not tensors or do not fit, a batch larger than they.
        RuntimeError: a parameter takes no part in the loss; freeze it (requires_grad_(False)).

    Book: failures/overshooting-forecast.
    """
    import torch

    from ..rules.torch_optimizer import TorchOptimizer

    measured = check_arguments(data, batch, validation, rule, steps, every)
    inputs, targets = data
    learned = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    optimizer = TorchOptimizer(learned, rule)
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
            gradient = optimizer.gradient()
            record["loss"].append(value.detach())
            record["gradient_norm"].append((gradient**2).sum() ** 0.5)
            if validation is not None:
                model.eval()
                with torch.no_grad():
                    record.setdefault("validation", []).append(
                        loss(model(validation[0]), validation[1])
                    )
                model.train()
        if t < steps:
            optimizer.step()
    signals = {name: to_numpy(torch.stack(series)) for name, series in record.items()}
    return Run(measured, signals, rule, (seed,), models=[model])


def example_order(n: int, batch: int | None, steps: int, seed: int) -> Any:
    """Return which examples each step uses, (steps, batch): a new shuffle every epoch.

    None for the full batch. Examples left over at the end of an epoch wait for the next shuffle.
    """
    import torch

    if batch is None:
        return None
    generator = torch.Generator().manual_seed(int(seed))
    an_epoch = n // batch
    shuffles = [
        torch.randperm(n, generator=generator)[: an_epoch * batch].view(an_epoch, batch)
        for _ in range(-(-steps // an_epoch))
    ]
    return torch.cat(shuffles)[:steps]


def check_arguments(data, batch, validation, rule, steps, every) -> np.ndarray:
    """Raise, naming the argument, if a training cannot start; return the steps to measure at."""
    import torch

    if not isinstance(rule, Rule):
        raise TypeError(f"training takes a rule such as adam(1e-3); got {rule!r}")
    for name, pair in (("data", data), ("validation", validation)):
        if name == "validation" and pair is None:
            continue
        if not all(isinstance(part, torch.Tensor) for part in pair):
            raise TypeError(f"{name} must be tensors; got {[type(p).__name__ for p in pair]}")
        rows = [len(part) for part in pair]
        if len(rows) != 2 or rows[0] != rows[1] or rows[0] == 0:
            raise ValueError(
                f"{name} must be (inputs, targets), as many rows each; got {rows} rows"
            )
    n, whole = len(data[1]), isinstance(batch, (int, np.integer)) and not isinstance(batch, bool)
    if batch is not None and not (whole and 1 <= batch <= n):
        raise ValueError(f"batch must be a whole number in [1, {n}], the rows; got {batch!r}")
    return measured_steps(steps, every)


def check_scalar(value: Any) -> None:
    """Raise ValueError if a loss is not one number."""
    if value.ndim:
        raise ValueError(
            f"loss must return one number a batch; got shape {tuple(value.shape)}. Take its mean"
        )
