"""The patient's chart: what was measured, in numbers that the findings weigh."""

import inspect
from functools import cached_property
from typing import Any

import numpy as np
import torch

from ..loops import Run
from .course import Course
from .neighbours import Reach, reach
from .probes import LAYERS, STATISTICS
from .task import read_task
from .thresholds import limit


class Chart(Course):
    """Numbers about one run, computed when they are asked for.

    Axes: losses (T,); samples (S, parameters) or (S, sites).
    """

    def __init__(self, doctor: Any):
        self.doctor = doctor
        self.model, self.optimizer = doctor.model, doctor.optimizer
        self.probe = doctor._probe
        self.steps = doctor.vitals.steps
        self.task = read_task(doctor.batches, doctor.loss_fn)
        step, loss = doctor.vitals.losses()
        super().__init__(step, loss, self.task.baseline, self.task.skill)
        self.sampled = np.array([t for t, _ in doctor.vitals.samples], int)
        self.names = self.probe.names
        n = len(self.names)
        wide = self.probe.read([sample for _, sample in doctor.vitals.samples])
        self.gradient, self.size, self.update = (wide[:, i * n : (i + 1) * n] for i in range(3))
        self.descent = wide[:, 3 * n]
        rest = wide[:, 3 * n + 1 :].reshape(len(wide), len(self.probe.sites), len(STATISTICS))
        self.activity = {name: rest[:, i] for i, name in enumerate(self.probe.sites)}
        self.trials: dict[str, float] = {}
        self.refused: list[str] = []
        self.validations = doctor.vitals.validations

    @cached_property
    def reach(self) -> Reach | None:
        """Return what simple rules make of the data, and what the model makes of them."""
        try:
            if self.copies:
                return None  # a plane copies what a narrow net must not
            return reach(self.doctor.batches, self.task.kind)
        except RuntimeError as error:  # too much rests on it to fail with it
            self.refused.append(f"simple rules could not be asked: {error}")
            return None

    @cached_property
    def copies(self) -> bool:
        """Are the targets the inputs themselves, as an autoencoder's are?"""
        pairs = [(main_input(inputs), t) for inputs, _, t, _ in self.doctor.batches]
        return bool(pairs) and all(
            x is not None and isinstance(t, torch.Tensor) and _equal(x, t) for x, t in pairs
        )

    @property
    def could_do_better(self) -> bool | None:
        """Do simple rules say the targets much better than the model? None: nobody knows."""
        if self.reach is None:
            return None
        return self.reach.simple - max(self.reach.model, 0.0) > limit("reach")

    @cached_property
    def learned(self) -> bool:
        """Is the loss clearly below that of the best constant, and not far from what is easy?"""
        return super().learned and not self.far_behind

    @property
    def far_behind(self) -> bool:
        """Did the loss stop where simple rules save most of the errors and the model does not?"""
        if self.well or self.reach is None:
            return False
        middle, late = (float(np.median(self.window(*w))) for w in ((0.3, 0.5), (0.75, 1.0)))
        if self.falling and late < (1 - limit("chance")) * middle:
            return False  # it is on its way
        return self.reach.simple - max(self.reach.model, 0.0) > limit("far-behind")

    @cached_property
    def bad_data(self) -> str | None:
        """Return which of the kept "inputs" or "targets" hold numbers that are none, or None."""
        for inputs, _, targets, _ in self.doctor.batches:
            x = main_input(inputs)
            if x is not None and not bool(torch.isfinite(x).all()):
                return "inputs"
            if isinstance(targets, torch.Tensor) and not bool(torch.isfinite(targets).all()):
                return "targets"
        return None

    @cached_property
    def against_loss(self) -> float | None:
        """Return the cosine of the outputs' gradient with that of the loss, or None if unknown."""
        for outputs, gradient in self.probe.behind.pushed:
            for o, t, _ in self.task.pairs:
                if o.shape == outputs.shape and torch.equal(o, outputs.float()):
                    wanted = self.task.gradient(o, t)
                    if wanted is not None and float(wanted.norm()) > 0:
                        both = wanted.flatten(), gradient.float().flatten().to(wanted.device)
                        return float(torch.cosine_similarity(*both, dim=0))
        return None

    @cached_property
    def along_targets(self) -> float | None:
        """Return the correlation of late outputs with their targets, if the loss has fallen."""
        late = [(o, t) for o, t, _ in self.task.pairs[-3:] if o.shape == t.shape]
        if self.task.kind != "binary" or not late or not self.recent < limit("well") * self.first:
            return None
        o, t = (torch.cat([part.reshape(-1).double() for part in side])
                for side in zip(*late, strict=True))  # fmt: skip
        if len(o) < 48 or not bool(torch.isfinite(o).all()):
            return None
        o, t = o - o.mean(), t - t.mean()
        size = float(o.norm() * t.norm())
        return float(o @ t) / size if size > 0 else None

    @cached_property
    def calm_before_bad(self) -> bool:
        """Was all well until the first loss that is no number came?"""
        if self.first_bad is None:
            return False
        ratio = self.update_ratio[np.isfinite(self.update_ratio)]
        grew = len(self.finite) > 0 and self.finite.max() > 3 * max(abs(self.first), 1e-12)
        above = self.baseline is not None and self.first > limit("first-loss") * self.baseline
        return not grew and not above and bool((ratio < 5 * limit("update-high")).all())

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


def _equal(x: torch.Tensor, t: torch.Tensor) -> bool:
    alike = (x.shape, x.dtype, x.device) == (t.shape, t.dtype, t.device)
    return alike and x.equal(t)


def main_input(inputs: Any) -> torch.Tensor | None:
    """Return the first floating-point tensor of two axes or more among a model's inputs."""
    args, kwargs = inputs
    for value in (*args, *kwargs.values()):
        if isinstance(value, torch.Tensor) and value.is_floating_point() and value.ndim >= 2:
            return value
    return None
