"""The patient's chart: what was measured, in numbers that the findings weigh."""

import inspect
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import nn

from ..loops import Run
from .asked import ask
from .inputs import WORDS
from .probes import LAYERS, STATISTICS
from .seen import Seen
from .thresholds import limit


class Chart(Seen):
    """Numbers about one run, computed when they are asked for.

    Axes: losses (T,); samples (S, parameters) or (S, sites).
    """

    def __init__(self, doctor: Any):
        super().__init__(doctor)
        self.model, self.optimizer = doctor.model, doctor.optimizer
        self.steps = doctor.vitals.steps
        self.sampled = np.array([t for t, _ in doctor.vitals.samples], int)
        self.names = self.probe.names
        n = len(self.names)
        wide = self.probe.read([sample for _, sample in doctor.vitals.samples])
        self.gradient, self.size, self.update = (wide[:, i * n : (i + 1) * n] for i in range(3))
        self.descent = wide[:, 3 * n]
        rest = wide[:, 3 * n + 1 :].reshape(len(wide), len(self.probe.sites), len(STATISTICS))
        self.activity = {name: rest[:, i] for i, name in enumerate(self.probe.sites)}
        self.trials: dict[str, float] = {}
        self.validations = doctor.vitals.validations

    @cached_property
    def calm_before_bad(self) -> bool:
        """Was all well until the first loss that is no number came?"""
        if self.first_bad is None or not len(self.finite):
            return self.first_bad is not None
        ratio = self.update_ratio[np.isfinite(self.update_ratio)]
        grew = len(self.finite) > 0 and self.finite.max() > 3 * max(abs(self.first), 1e-12)
        above = self.baseline is not None and self.first > limit("first-loss") * self.baseline
        return not grew and not above and bool((ratio < 5 * limit("update-high")).all())

    # Parameters.

    @cached_property
    def last(self) -> nn.Module | None:
        """Return the last module that has no parts."""
        leaves = [m for m in self.model.modules() if not list(m.children())]
        return leaves[-1] if leaves else None

    def tables(self) -> set[str]:
        """Return the names of the weights of embeddings, whose rows are drawn one by one."""
        return {
            f"{n}.weight" for n, m in self.model.named_modules()
            if isinstance(m, WORDS)
        }  # fmt: skip

    def weights(self) -> list[tuple[int, str]]:
        """Return index and name of weights with two axes or more, of layers, in forward order."""
        layers = {n: m for n, m in self.probe.sites.items() if isinstance(m, LAYERS)}
        owners = {
            f"{n}.{key}" if n else key: n
            for n, layer in layers.items()
            for key, _ in layer.named_parameters(recurse=False)
        }
        place = {name: i for i, name in enumerate(self.probe.order)}
        chosen = [
            (i, name)
            for i, (name, p) in enumerate(zip(self.names, self.probe.parameters, strict=True))
            if p.ndim >= 2 and p.requires_grad and (name in owners or not owners)
        ]
        return sorted(chosen, key=lambda e: place.get(owners.get(e[1], ""), e[0]))

    def entries(self) -> np.ndarray:
        """Return how many numbers each parameter has."""
        return np.array([p.numel() for p in self.probe.parameters], float)

    @cached_property
    def gradient_norm(self) -> np.ndarray:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.sqrt((self.gradient**2).sum(1))

    @cached_property
    def update_ratio(self) -> np.ndarray:
        """Return the length of the step over that of the parameters, by sample."""
        with np.errstate(all="ignore"):
            size = np.sqrt((self.size**2).sum(1))
            ratio = np.sqrt((self.update**2).sum(1)) / np.maximum(size, 1e-12)
            return np.where(size > 1e-6 * np.nanmax(size, initial=0.0), ratio, np.nan)

    @cached_property
    def path(self) -> float:
        """Return the length of all steps over that of the parameters."""
        if not len(self.sampled):
            return 0.0
        ratio = np.interp(np.arange(self.steps), self.sampled, np.nan_to_num(self.update_ratio))
        return float(np.nansum(ratio))

    @cached_property
    def straight(self) -> float:
        """Return how far the parameters are from their start, over the length of all steps."""
        if not len(self.sampled):
            return np.nan
        steps = np.sqrt((np.nan_to_num(self.update) ** 2).sum(1))
        length = float(np.interp(np.arange(self.steps), self.sampled, steps).sum())
        apart = [
            float((p.detach().double() - start.to(p.device)).norm())
            for name, p in zip(self.names, self.probe.parameters, strict=True)
            if (start := self.doctor.start_of(name)) is not None and start.is_floating_point()
        ]
        return float(np.linalg.norm(apart)) / length if length else np.nan

    @cached_property
    def noisy(self) -> float:
        """Return how far the answers to one batch differ from call to call, over their spread."""
        if not self.doctor.batches:
            return 0.0
        told = ask(self.probe.model, [self.doctor.batches[-1][0]] * 4, training=True)
        if told is None or told[0].shape[:1] in ((), (1,)):
            return 0.0  # one row has no spread
        calls = torch.stack(told)
        apart, spread = (float(v.square().mean() ** 0.5)
                         for v in (calls.std(0), calls.mean(0).std(0)))  # fmt: skip
        return apart / max(spread, 1e-12)

    def late(self, values: np.ndarray) -> np.ndarray:
        """Return the second half of samples, all of them when there are few."""
        return values[len(values) // 2 :] if len(values) >= 4 else values

    @property
    def rate(self) -> float:
        """Return the learning rate of the first group, now."""
        return float(self.optimizer.param_groups[0].get("lr", np.nan))

    @property
    def first_rate(self) -> float:
        """Return the learning rate of the first group when the doctor came."""
        return float(self.doctor.start_optimizer[0].get("lr", np.nan))

    @property
    def rate_is_small(self) -> bool:
        """Is the learning rate smaller than the one that its optimizer takes by itself?"""
        kind = type(self.optimizer)
        if hasattr(self.optimizer, "rule"):  # with a rate of its own in the rule
            return False
        usual = {"SGD": 1e-2}.get(kind.__name__)
        parameter = inspect.signature(kind).parameters.get("lr")
        usual = usual or (parameter.default if parameter is not None else None)
        return isinstance(usual, float) and self.rate < usual

    def run(self) -> Run:
        """Return the vital signs at the sampled steps as a Run, for `plots`."""
        place = {int(t): v for t, v in zip(self.step, self.loss, strict=True)}
        signals = {
            "loss": np.array([place.get(int(t), np.nan) for t in self.sampled]),
            "gradient_norm": self.gradient_norm,
            "update_ratio": self.update_ratio,
        }
        return Run(self.sampled, signals)

    def notes(self) -> tuple[str, ...]:
        """Return what could not be examined."""
        notes = list(self.refused)
        if self.probe.compiled:
            parts = ", ".join(self.probe.compiled)
            notes.append(f"compiled ({parts}): the layers in it could not be looked into")
        if self.doctor.too_large:
            notes.append("the batches are too large to keep: not all outputs were looked at")
        elif not any(isinstance(t, torch.Tensor) for _, _, t, _ in self.doctor.batches):
            notes.append("outputs were not compared with targets: give targets to step()")
        if not self.probe.samples:
            notes.append("the optimizer made no step since the doctor came")
        return tuple(notes)
