"""Short trials on copies: what would happen if one thing were different?

Each trial starts from the run's own start, with a copy of the model and of the optimizer's
settings, and trains on the batches that were sampled. The run itself, and its random numbers, stay
as they are.
"""

from copy import deepcopy
from time import monotonic
from typing import Any

import numpy as np
import torch

from .chart import Chart
from .inputs import main_input
from .untouched import untouched

STEPS = 80


def run_trials(doctor: Any, chart: Chart, seconds: float) -> dict[str, float]:
    """Return the mean of the last losses of each trial that the budget allows, by its name."""
    known = any(targets is not None for _, _, targets, _ in doctor.batches)
    if doctor.loss_fn is None or not known:
        return {}
    results: dict[str, float] = {}
    deadline = monotonic() + seconds
    plans: dict[str, dict[str, Any]] = {
        "as it is": {},
        "rate / 10": {"factor": 0.1},
        "rate x 10": {"factor": 10.0},
        "rate x 100": {"factor": 100.0},
        "labels shuffled": {"shuffled": True},
        "one batch by heart": {"one": True},
    }
    if chart.features is not None:
        plans["inputs standardised"] = {"standardised": True}
    for name, plan in plans.items():
        if monotonic() > deadline:
            break
        if name == "labels shuffled" and not _targets_matter(doctor):
            continue
        try:
            with untouched(doctor.model, doctor.loss_fn):
                results[name] = _trial(doctor, chart, deadline, **plan)
        except Exception as error:  # a model may refuse what a trial does: then it is not done
            chart.refused.append(f"the trial {name!r} could not be made: {error}")
    return results


def _targets_matter(doctor: Any) -> bool:
    """Does the loss change when targets change places?"""
    for _, o, t, _ in reversed(doctor.batches):
        if isinstance(t, torch.Tensor) and t.ndim and len(t) > 1:
            try:
                with torch.no_grad(), untouched(doctor.model, doctor.loss_fn):
                    plain, mixed = (float(doctor.loss_fn(o, y)) for y in (t, t.roll(1, 0)))
            except Exception:  # the trial itself says what is wrong
                return True
            if plain != mixed:
                return True
    return False


def _copy(doctor: Any) -> tuple[Any, Any]:
    """Return a copy of the model at the run's start, and a fresh optimizer of the same kind."""
    probe = doctor._probe
    probe.close()
    try:
        model = deepcopy(doctor.model)
        model.load_state_dict(doctor.start)
        place = {id(p): i for i, p in enumerate(doctor.model.parameters())}
        copies = list(model.parameters())
        groups = []
        for group, settings in zip(
            doctor.optimizer.param_groups, doctor.start_optimizer, strict=False
        ):
            mine = [copies[place[id(p)]] for p in group["params"] if id(p) in place]
            if mine:
                groups.append({"params": mine, **settings})
        kind = type(doctor.optimizer)
        if hasattr(doctor.optimizer, "rule"):
            optimizer = kind(groups, doctor.optimizer.rule)
        elif "lr" in doctor.optimizer.defaults:
            optimizer = kind(groups, lr=doctor.optimizer.defaults["lr"])
        else:
            optimizer = kind(groups)
    finally:
        doctor._reopen()
    return model, optimizer


def _trial(
    doctor: Any,
    chart: Chart,
    deadline: float,
    factor: float = 1.0,
    shuffled: bool = False,
    one: bool = False,
    standardised: bool = False,
) -> float:
    model, optimizer = _copy(doctor)
    model.train()
    if one:
        learned = [p for p in model.parameters() if p.requires_grad]
        optimizer = torch.optim.Adam(learned, lr=3e-3)
    for group in optimizer.param_groups:
        group["lr"] = group["lr"] * factor
    batches = [(inputs, targets) for inputs, _, targets, _ in doctor.batches]
    if one:
        batches = batches[-1:]
    if shuffled:
        batches = [(inputs, y[torch.randperm(len(y))]) for inputs, y in batches]
    scale = chart.features if standardised else None
    losses: list[float] = []
    for step in range(STEPS * (3 if one else 1)):
        (args, kwargs), y = batches[step % len(batches)]
        if scale is not None:
            args, kwargs = _standardise(args, kwargs, scale)
        value: list[float] = []

        def closure(args=args, kwargs=kwargs, y=y, value=value):
            optimizer.zero_grad()
            loss = doctor.loss_fn(model(*args, **kwargs), y)
            loss.backward()
            value.append(float(loss.detach()))
            return loss

        optimizer.step(closure)
        losses.append(value[0])
        if not np.isfinite(losses[-1]):
            return np.inf
        if monotonic() > deadline and len(losses) > 20:
            break
    return float(np.mean(losses[-2 * len(batches) :]))


def _standardise(args: tuple, kwargs: dict, scale: tuple) -> tuple[tuple, dict]:
    mean, spread = scale

    def change(x: Any) -> Any:
        axis = 1 if x.ndim == 4 else -1
        shape = [1] * x.ndim
        shape[axis] = -1
        m = torch.as_tensor(mean, dtype=x.dtype, device=x.device).reshape(shape)
        s = torch.as_tensor(np.where(spread > 0, spread, 1), dtype=x.dtype, device=x.device)
        return (x - m) / s.reshape(shape)

    first = main_input((args, kwargs))
    return (
        tuple(change(a) if a is first else a for a in args),
        {k: change(v) if v is first else v for k, v in kwargs.items()},
    )
