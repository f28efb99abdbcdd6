"""What the kept batches say: of the task, of the data, and of the outputs against the targets."""

from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import nn

from .asked import ask
from .course import Course
from .inputs import WORDS, joined, main_input, wild_features
from .neighbours import Reach, reach
from .probes import LAYERS
from .task import read_task
from .thresholds import limit


class Seen(Course):
    """The course of a loss beside the batches that a doctor kept."""

    def __init__(self, doctor: Any):
        self.doctor, self.probe = doctor, doctor._probe
        self.task = read_task(doctor.batches, doctor.loss_fn)
        self.refused: list[str] = []  # what could not be done
        step, loss = doctor.vitals.losses()
        super().__init__(step, loss, self.task.baseline, self.task.skill)

    @cached_property
    def reach(self) -> Reach | None:
        """Return what simple rules make of the data, and what the model makes of them."""
        try:
            rank = self.narrowest if self.copies else None
            if self.copies and rank is None:
                return None  # a plane copies what a narrow net must not
            return reach(self.doctor.batches, self.task.kind, self.task.loss is not None, rank)
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
    def narrowest(self) -> int | None:
        """Return the width of the narrowest place in a net of maps for numbers, or None."""
        layers = [m for m in self.probe.model.modules() if isinstance(m, LAYERS)]
        maps = [m for m in layers if isinstance(m, nn.Linear)]
        plain = bool(maps) and len(maps) == len(layers) and self.task.kind == "numbers"
        return min(min(m.weight.shape) for m in maps) if plain else None

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

    @cached_property
    def diverged(self) -> bool:
        """Did the loss leave, and the answers with it?"""
        right = self.reach.model if self.task.kind == "classes" and self.reach is not None else 0.0
        return super().diverged and (self.first_bad is not None or right < limit("well"))

    @property
    def far_behind(self) -> bool:
        """Did the loss stop where simple rules save most of the errors and the model does not?"""
        if self.well or self.reach is None or (self.task.loss is None and self.below(0.8)):
            return False
        middle, late = (float(np.median(self.window(*w))) for w in ((0.3, 0.5), (0.75, 1.0)))
        if self.falling and late < (1 - limit("chance")) * middle:
            return False  # it is on its way
        return self.reach.simple - max(self.reach.model, 0.0) > limit("far-behind")

    @cached_property
    def affine(self) -> bool | None:
        """Does the model give means of inputs the means of outputs? None: it cannot be asked."""
        given = [(args[0], args, kwargs) for (args, kwargs), *_ in self.doctor.batches[-2:] if args]
        if len(given) < 2 or any(main_input(rest) is not x for x, *rest in given):
            return None
        (a, *_), (b, args, kwargs) = given
        if a.shape != b.shape:
            return None
        asked = [((x, *args[1:]), kwargs) for x in (a, b, (a + b) / 2)]
        told = ask(self.probe.model, asked, training=False)
        if told is None:
            return None
        at_a, at_b, between = told
        wrong = float((between - (at_a + at_b) / 2).abs().max())
        apart, size = float((at_a - at_b).abs().max()), float(at_a.abs().max())
        return wrong < 1e-4 * apart if apart > 1e-2 * size else None

    @property
    def unasked(self) -> int | None:
        """Return the first column of the outputs that never got a gradient, if others did."""
        tables = [g for o, g in self.probe.behind.pushed if o.ndim == 2 and o.shape[1] > 1]
        if len(tables) < 3 or len({g.shape[1] for g in tables}) > 1:
            return None
        idle = torch.stack([(g == 0).all(0) for g in tables]).all(0)
        return int(idle.nonzero()[0]) if idle.any() and not idle.all() else None

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
    def lift(self) -> float | None:
        """Return by how much the classes named of late are truer than the same ones at random."""
        late = [(o.argmax(1), t) for o, t, _ in self.task.pairs[-6:] if o.ndim == 2 and t.ndim == 1]
        if self.task.kind != "classes" or sum(len(t) for _, t in late) < 100:
            return None
        said, true = (torch.cat(part).cpu().long() for part in zip(*late, strict=True))
        share = torch.bincount(true.clamp(min=0), minlength=int(said.max()) + 1) / len(true)
        return float((said == true).double().mean() - share[said].double().mean())

    @cached_property
    def along_targets(self) -> float | None:
        """Return the correlation of late outputs with their targets, if the loss has fallen."""
        late = [(o, t) for o, t, _ in self.task.pairs[-3:] if o.shape == t.shape]
        fallen = self.recent < self.first - (1 - limit("well")) * abs(self.first)
        known = self.task.loss is not None
        if known and self.task.kind != "binary":
            return None
        if not late or not fallen:
            return None
        o, t = (torch.cat([part.reshape(-1).double() for part in side])
                for side in zip(*late, strict=True))  # fmt: skip
        if len(o) < 48 or not bool(torch.isfinite(o).all()):
            return None
        o, t = o - o.mean(), t - t.mean()
        size = float(o.norm() * t.norm())
        return float(o @ t) / size if size > 0 else None

    @cached_property
    def table(self) -> torch.Tensor | None:
        """Return all inputs by feature, (n, features), or None for inputs that are no numbers."""
        given = [main_input(inputs) for inputs, *_ in self.doctor.batches]
        table = joined([x for x in given if x is not None])
        parts = self.probe.model.modules()
        if table is not None and any(isinstance(m, WORDS) for m in parts):
            table = table * (table != table.round()).any(0)  # words by number have no scale
        return table

    @cached_property
    def features(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Return mean and spread of each input feature, or None for inputs that are no numbers."""
        if self.table is None:
            return None
        return self.table.mean(0).cpu().numpy(), self.table.std(0, correction=0).cpu().numpy()

    @cached_property
    def wild(self) -> float:
        """Return the share of input features in which a few numbers lie far from all others."""
        return wild_features(self.table) if self.table is not None else 0.0


def _equal(x: torch.Tensor, t: torch.Tensor) -> bool:
    alike = (x.shape, x.dtype, x.device) == (t.shape, t.dtype, t.device)
    return alike and x.equal(t)
