"""The same training over many seeds at once."""

import warnings
from collections.abc import Callable, Iterable
from operator import index
from typing import Any

import numpy as np

from ..device import device as default_device
from ..rules.per_parameter import shaped
from ..rules.rule import Rule
from .fit import check_arguments, check_scalar, example_order, fit
from .flat import flatten
from .minimize import to_numpy
from .run import Run, measured_steps


def replicate(
    build: Callable[[], Any],
    data: tuple,
    loss: Callable,
    rule: Rule,
    steps: int,
    *,
    seeds: Iterable[int] = range(10),
    batch: int | None = None,
    validation: tuple | None = None,
    every: int = 1,
    batched: bool | None = None,
) -> Run:
    """Train one model a seed: all at once where the model allows it, else one by one.

    The seed sets the model's start and the order of its examples. Both ways give the same
    numbers, up to rounding; `Run.batched` says which it was, and `Run.note` why.

    Args:
        build: () -> torch module; called once a seed, with torch's seed set.
        data, loss, rule, steps, batch, validation, every: as in `fit`.
        seeds: one training each.
        batched: True insists on one batched run, False on the loop, None tries the first.

    Returns:
        A Run with loss, gradient_norm and validation, each (T, seeds), and the trained models.

    Raises:
        ValueError: as in `fit`, or no seeds.
        RuntimeError: batched=True and torch.vmap cannot run the model (batch normalization and
            dropout, for two, change or draw things that it does not allow).

    Source: torch.func's "model ensembling".  Book: failures/overshooting-forecast.
    """
    import torch

    seeds = tuple(map(index, seeds))
    check_arguments(data, batch, validation, rule, steps, every)
    if not seeds:
        raise ValueError("replicate needs at least one seed; got none")
    where = default_device()
    data = tuple(part.to(where) for part in data)
    validation = validation and tuple(part.to(where) for part in validation)
    with torch.random.fork_rng():
        models = []
        for seed in seeds:
            torch.manual_seed(seed)
            models.append(build().to(where))
    if len(set(map(id, models))) < len(models):
        raise ValueError("build must return a new model at each call; it returned one twice")

    arguments = (data, loss, rule, steps, batch, validation, every)
    note = "the loop was asked for"
    if batched is not False:
        try:
            with warnings.catch_warnings():  # torch runs such a layer seed by seed, slower than we
                warnings.filterwarnings("error", "There is a performance drop", UserWarning)
                return _all_at_once(models, seeds, *arguments)
        except (RuntimeError, UserWarning) as error:
            if batched:
                raise RuntimeError(str(error)) from error
            note = f"torch.vmap cannot run this model: {str(error).splitlines()[0]}"
    return _one_by_one(models, seeds, note, *arguments)


def _one_by_one(models, seeds, note, data, loss, rule, steps, batch, validation, every):
    import torch

    runs = []
    for model, seed in zip(models, seeds, strict=True):
        with torch.random.fork_rng():
            torch.manual_seed(seed)  # for what a layer draws itself, such as dropout
            runs.append(
                fit(model, data, loss, rule, steps, batch=batch, validation=validation,
                    every=every, seed=seed)
            )  # fmt: skip
    signals = {
        name: np.stack([run.signals[name] for run in runs], axis=1) for name in runs[0].signals
    }
    return Run(runs[0].step, signals, rule, seeds, models=models, batched=False, note=note)


def _check_models(models, value, loss, inputs, targets, rows):
    """Raise RuntimeError if the batched run is not that of these models: they share only code."""
    import torch

    with torch.no_grad():
        picked = [slice(None)] * len(models) if rows is None else rows
        alone = [loss(m(inputs[r]), targets[r]) for m, r in zip(models, picked, strict=True)]
    if not torch.allclose(value, torch.stack(alone), rtol=1e-3, atol=1e-6, equal_nan=True):
        raise RuntimeError("the models differ in more than the parameters they learn")


def _all_at_once(models, seeds, data, loss, rule, steps, batch, validation, every):
    import torch

    inputs, targets = data
    vectors, calls = zip(*map(flatten, models), strict=True)
    call = calls[0]
    if any(True for _ in models[0].buffers()):
        raise RuntimeError("the model has buffers, which may change from step to step")
    x = torch.stack(vectors)  # (seeds, d): to the rule, seeds are independent runs

    def objective(vector, inputs, targets):
        value = loss(call(vector, inputs), targets)
        check_scalar(value)
        return value

    axis = None if batch is None else 0
    oracle = torch.func.vmap(torch.func.grad_and_value(objective), in_dims=(0, axis, axis))
    evaluate = torch.func.vmap(objective, in_dims=(0, None, None))
    orders = batch and torch.stack(
        [example_order(len(targets), batch, steps + 1, seed) for seed in seeds], 1
    ).to(targets.device)

    for model in models:
        model.train()
    rule = shaped(rule, [p.shape for p in models[0].parameters() if p.requires_grad])
    state = rule.init(x)
    record: dict[str, list] = {"loss": [], "gradient_norm": []}
    for t in range(steps + 1):
        rows = slice(None) if batch is None else orders[t]
        g, value = oracle(x, inputs[rows], targets[rows])
        if t == 0:
            _check_models(models, value, loss, inputs, targets, rows if batch else None)
        if t % every == 0:
            record["loss"].append(value)
            record["gradient_norm"].append((g**2).sum(-1) ** 0.5)
            if validation is not None:
                models[0].eval()
                record.setdefault("validation", []).append(evaluate(x, *validation))
                models[0].train()
        if t < steps:
            step, state = rule.update(g, state, x)
            x = x - step
    for model, vector in zip(models, x, strict=True):
        learned = (p for p in model.parameters() if p.requires_grad)
        torch.nn.utils.vector_to_parameters(vector, learned)
    signals = {name: to_numpy(torch.stack(series)) for name, series in record.items()}
    return Run(measured_steps(steps, every), signals, rule, seeds, models=models, batched=True)
