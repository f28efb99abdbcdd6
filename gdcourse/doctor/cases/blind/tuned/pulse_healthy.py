"""Healthy trainings whose pace looks odd: noise, warm-ups, stairs, late starts, tiny rates."""

from typing import Any, Final

import torch
import torch.nn.functional as F

from ...case import Case, Training
from ...data import pictures
from ...habits import adam, sgd
from ...nets import conv
from .pulse_nets import Told
from .pulse_parts import Beat, Dense, Hour, Mask, beats, bits, cells, commands, traffic


def warm(o: Any) -> Any:
    return torch.optim.lr_scheduler.LambdaLR(o, lambda k: min(1.0, (k + 1) / 90))


def stairs(o: Any) -> Any:
    return torch.optim.lr_scheduler.MultiStepLR(o, milestones=[80, 120], gamma=0.1)


def costs(o, y):
    """Return the cost of all pixels of all pictures, added up."""
    return F.binary_cross_entropy_with_logits(o, y, reduction="sum")


def tuned() -> Training:
    """Go on, with brighter pictures, from a net that knows the usual ones."""
    model = conv()
    known, first = pictures(), torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(60):
        rows = torch.randint(len(known.x), (64,))
        first.zero_grad()
        F.cross_entropy(model(known.x[rows]), known.y[rows]).backward()
        first.step()
    brighter = known.inputs(lambda x: x + 1.0)
    return Training(brighter, model, adam(1e-4), steps=120)


PULSE_ODD: Final[tuple[Case, ...]] = (
    Case(
        "is it the pace: heartbeats one at a time, the loss jumps about and falls late",
        lambda: Training(beats(), Beat(), sgd(0.03), batch=1, steps=300),
    ),
    Case(
        "is it the pace: commands, an encoder, a warm-up of ninety steps of one hundred and fifty",
        lambda: Training(commands(), Told(), adam(1e-2), steps=150, schedule=warm),
    ),
    Case(
        "is it the pace: stairs of a tenth, eight windows at a time, Nesterov",
        lambda: Training(
            traffic(), Hour(), sgd(0.15, 0.9, nesterov=True), batch=8, steps=150, schedule=stairs
        ),
    ),
    Case(
        "is it the pace: the product of bits, nothing for a while, then all at once",
        lambda: Training(bits(4), Dense(4, 24, 1, torch.tanh), adam(5e-3), batch=64, steps=300),
    ),
    Case(
        "is it the pace: pixels of cells added up, a loss of thousands, a rate of 1e-4",
        lambda: Training(cells(), Mask(), sgd(1e-4, 0.9), costs, batch=32, steps=150),
    ),
    Case("is it the pace: fine-tuned at 1e-4, pictures that are brighter", tuned),
)
