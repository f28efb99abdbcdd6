"""The patient's chart: what was measured, in numbers that the findings weigh."""

from functools import cached_property
from typing import Any

import numpy as np
import torch

from ..loops import Run
from .probes import LAYERS, STATISTICS
from .task import Task, read_task
from .thresholds import limit


class Chart:
    """Numbers about one run, computed when they are asked for.

    Axes: losses (T,); samples (S, parameters) or (S, sites).
    """

    def __init__(self, doctor: Any):
        self.doctor = doctor
        self.model, self.optimizer = doctor.model, doctor.optimizer
        self.probe = doctor._probe
        self.steps = doctor.vitals.steps
        self.step, self.loss = doctor.vitals.losses()
        self.sampled, table = doctor.vitals.table()
        self.names = self.probe.names
        n = len(self.names)
        wide = table if table.size else np.zeros((0, 3 * n + 1 + 6 * len(self.probe.sites)))
        self.gradient, self.size, self.update = (wide[:, i * n : (i + 1) * n] for i in range(3))
        self.descent = wide[:, 3 * n]
        rest = wide[:, 3 * n + 1 :].reshape(len(wide), -1, len(STATISTICS))
        self.activity = {name: rest[:, i] for i, name in enumerate(self.probe.sites)}
        self.trials: dict[str, float] = {}
        self.refused: list[str] = []
        self.validations = doctor.vitals.validations

    # The loss.

    @cached_property
    def finite(self) -> np.ndarray:
        return self.loss[np.isfinite(self.loss)]

    @cached_property
    def first_bad(self) -> int | None:
        """Return the step of the first loss that is no number."""
        bad = ~np.isfinite(self.loss)
        return int(self.step[np.argmax(bad)]) if bad.any() else None

    def _window(self, begin: float, end: float) -> np.ndarray:
        n = len(self.finite)
        low, high = int(begin * n), max(int(end * n), int(begin * n) + 1)
        return self.finite[low : min(high, n)] if n else np.array([np.nan])

    @cached_property
    def first(self) -> float:
        return float(np.median(self.finite[:3])) if len(self.finite) else np.nan

    @cached_property
    def recent(self) -> float:
        if self.first_bad is not None:
            return np.inf
        return float(np.median(self._window(0.85, 1.0)))

    @cached_property
    def best(self) -> float:
        """Return the least running median of five losses."""
        if len(self.finite) < 5:
            return self.first
        rows = np.lib.stride_tricks.sliding_window_view(self.finite, 5)
        return float(np.median(rows, axis=1).min())

    @cached_property
    def noise(self) -> float:
        """Return the spread of the loss about its own course, lately."""
        tail = self._window(0.6, 1.0)
        if len(tail) < 4:
            return 0.0
        return float(np.median(np.abs(np.diff(tail))) / 0.95)

    @cached_property
    def task(self) -> Task:
        return read_task(self.doctor.batches)

    @cached_property
    def baseline(self) -> float | None:
        return self.task.baseline

    @cached_property
    def learned(self) -> bool:
        """Is the loss clearly below that of the best constant answer, or of the start?"""
        if not np.isfinite(self.recent):
            return False
        if self.baseline is not None and self.baseline > 0:
            return self.recent < limit("learned") * self.baseline
        reference = self.first
        return self.recent < reference - 0.5 * abs(reference)

    @cached_property
    def falling(self) -> bool:
        """Does the loss still fall, by more than its noise?"""
        if not np.isfinite(self.recent) or len(self.finite) < 12:
            return False
        a, b, c = (np.median(self._window(*w)) for w in ((0.3, 0.5), (0.5, 0.75), (0.75, 1.0)))
        spread = self.noise / np.sqrt(max(len(self.finite) / 4, 1)) * 2
        least = limit("falling") * max(abs(a), 1e-12)
        return bool(a - c > max(least, spread) and b - c > 0.2 * (a - c) and a >= b)

    @cached_property
    def progress(self) -> bool:
        """Does the training get anywhere?"""
        return self.learned or self.falling

    @cached_property
    def diverged(self) -> bool:
        if self.first_bad is not None:
            return True
        scale = max(abs(self.first), abs(self.baseline or 0.0), 1e-12)
        return self.recent > self.first + scale and self.recent > 2 * self.best

    # Parameters.

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
            return np.sqrt((self.update**2).sum(1)) / np.maximum(size, 1e-12)

    def late(self, values: np.ndarray) -> np.ndarray:
        """Return the second half of samples, all of them when there are few."""
        return values[len(values) // 2 :] if len(values) >= 4 else values

    # The data.

    @cached_property
    def features(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Return mean and spread of each input feature, or None for inputs that are no numbers."""
        given = [main_input(inputs) for inputs, *_ in self.doctor.batches]
        batches = [x for x in given if x is not None]
        if not batches or (len({x.shape[1:] for x in batches}) > 1 and batches[0].ndim < 2):
            return None
        axis = 1 if batches[0].ndim == 4 else -1
        try:
            flat = torch.cat(
                [x.detach().double().movedim(axis, -1).reshape(-1, x.shape[axis]) for x in batches]
            )
        except RuntimeError:
            return None
        return flat.mean(0).cpu().numpy(), flat.std(0, correction=0).cpu().numpy()

    @property
    def rate(self) -> float:
        """Return the learning rate of the first group, now."""
        return float(self.optimizer.param_groups[0].get("lr", np.nan))

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
        if isinstance(self.model, torch._dynamo.OptimizedModule):
            notes.append("the model is compiled: its layers could not be looked into")
        if not self.doctor.batches:
            notes.append("no targets were given to step(): outputs were not compared with them")
        return tuple(notes)


def main_input(inputs: Any) -> torch.Tensor | None:
    """Return the first floating-point tensor of two axes or more among a model's inputs."""
    args, kwargs = inputs
    for value in (*args, *kwargs.values()):
        if isinstance(value, torch.Tensor) and value.is_floating_point() and value.ndim >= 2:
            return value
    return None
