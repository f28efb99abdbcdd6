"""TensorBoard's event files: the vital signs written to them, and finished runs read."""

from pathlib import Path
from typing import Any

import numpy as np

from .curves import Curves, named

MISSING = "tensorboard is not installed: pip install tensorboard"


def write(doctor: Any, folder: Any) -> None:
    """Write a doctor's vital signs as scalars, and its diagnosis as text."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(MISSING, name="tensorboard") from error
    run = doctor.vital_signs()
    with SummaryWriter(str(folder)) as writer:
        for name, values in run.signals.items():
            for step, value in zip(run.step, values, strict=True):
                writer.add_scalar(f"doctor/{name}", float(value), int(step))
        for step, value in doctor.vitals.validations:
            writer.add_scalar("doctor/validation_loss", value, int(step))
        writer.add_text("doctor/diagnosis", f"<pre>{doctor.diagnose()}</pre>", doctor.vitals.steps)


def read(path: Path) -> Curves:
    """Return the curves in a file of events, or in a folder of them.

    Raises:
        ValueError: there are no scalars, or none is a loss.
    """
    try:
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(MISSING, name="tensorboard") from error
    events = EventAccumulator(str(path), size_guidance={"scalars": 0})
    events.Reload()
    scalars = {}
    for tag in events.Tags()["scalars"]:
        entries = events.Scalars(tag)
        scalars[tag] = np.array([e.step for e in entries]), np.array([e.value for e in entries])
    return named(scalars, str(path), "tags")
