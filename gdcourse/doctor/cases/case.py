"""A case: a training whose ailment is known, and the loop that runs it."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F

from .data import Data

LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "classes": F.cross_entropy,
    "binary": F.binary_cross_entropy_with_logits,
    "numbers": F.mse_loss,
}


@dataclass
class Training:
    """A run that is ready to go.

    Args:
        data: see Data; its kind gives the usual loss.
        model: a torch module.
        optimizer: of the model's parameters.
        loss_fn: (outputs, targets) -> scalar; default: the usual one.
        steps, batch: how many steps, of how many rows; a batch of 0 is all of them.
        validate: steps between validations; 0 is never.
        habit: (training, x, y) -> loss: one step, as the user's loop makes it.
        schedule: called with the optimizer, it gives a learning-rate schedule.
        measure: "score" (accuracy, or explained variance) or "loss", on held-out rows.
    """

    data: Data
    model: torch.nn.Module
    optimizer: Any
    loss_fn: Any = None
    steps: int = 200
    batch: int = 32
    validate: int = 0
    habit: Any = None
    schedule: Callable[[Any], Any] | None = None
    measure: str = "score"

    def __post_init__(self) -> None:
        self.loss_fn = self.loss_fn or LOSSES[self.data.kind]
        self.habit = self.habit or usual
        self.optimizer = (
            self.optimizer(self.model.parameters()) if callable(self.optimizer) else self.optimizer
        )


@dataclass(frozen=True)
class Case:
    """A run by name, and what is wrong with it.

    Args:
        name: in words.
        make: () -> Training, drawing from torch's global generator.
        symptoms: what may be named first, the planted cause leading; empty: it is healthy.
        repaired: the same run without the fault, where that is easy.
    """

    name: str
    make: Callable[[], Training]
    symptoms: tuple[str, ...] = ()
    repaired: Callable[[], Training] | None = None

    def mended(self) -> "Case":
        """Return the repaired twin as a healthy case."""
        assert self.repaired is not None
        return Case(f"mended: {self.name.removeprefix('published: ')}", self.repaired)

    def build(self, seed: int, repaired: bool = False) -> Training:
        """Return the training of one seed, or its repaired twin."""
        torch.manual_seed(seed)
        make = self.repaired if repaired else self.make
        assert make is not None
        return make()


def fault(name: str, symptoms: str, make: Any, repaired: Any = None) -> Case:
    """Return a planted fault; symptoms are separated by blanks, the planted one first."""
    return Case(name, make, tuple(symptoms.split()), repaired)


def usual(t: Training, x: Any, y: Any) -> Any:
    """Make one step as everybody does."""
    t.optimizer.zero_grad()
    loss = t.loss_fn(t.model(x), y)
    loss.backward()
    t.optimizer.step()
    return loss


def train(t: Training, seed: int, doctor: Any = None) -> list[float]:
    """Run a training, watched by a doctor if there is one, and return its losses."""
    generator = torch.Generator().manual_seed(seed)
    x, y = t.data.x, t.data.y
    n = x.shape[0]
    schedule = t.schedule(t.optimizer) if t.schedule else None
    losses = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns of some of the faults that are planted
        for step in range(t.steps):
            rows = torch.randint(n, (t.batch,), generator=generator) if t.batch else slice(None)
            t.model.train()
            loss = t.habit(t, x[rows], y[rows])
            if schedule is not None:
                schedule.step()
            losses.append(float(loss))
            if doctor is not None:
                doctor.step(loss, targets=y[rows])
            if t.validate and (step + 1) % t.validate == 0 and doctor is not None:
                doctor.validation(held_loss(t))
    return losses


@torch.no_grad()
def held_loss(t: Training) -> float:
    """Return the loss on the held-out rows."""
    t.model.eval()
    return float(t.loss_fn(t.model(t.data.x_held), t.data.y_held))


@torch.no_grad()
def quality(t: Training) -> float:
    """Return how good a model is on held-out rows: the larger, the better; at least -1."""
    if t.measure == "loss":
        return -held_loss(t)
    t.model.eval()
    x, y = t.data.x_held, t.data.y_held
    o = t.model(x)
    if not torch.isfinite(o).all():
        return -1.0
    if t.data.kind == "classes":
        whole = y if y.ndim < 2 or y.is_floating_point() is False else y.argmax(1)
        return float((o.argmax(1) == whole).double().mean())
    if o.ndim != y.ndim:
        o = o.reshape(y.shape)
    if t.data.kind == "binary":
        cut = 0.5 if float(o.min()) >= 0 and float(o.max()) <= 1 else 0.0
        return float(((o > cut) == (y > 0.5)).double().mean())
    return max(float(1 - F.mse_loss(o, y) / y.var(correction=0)), -1.0)
