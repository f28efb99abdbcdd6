"""The doctor as a callback of Lightning."""

from typing import Any

import torch
from lightning.pytorch import Callback

from ..doctor import EVERY, Doctor
from ..finding import Diagnosis


class LightningDoctor(Callback):
    """Watch a Lightning training and print the diagnosis at its end.

    After `trainer.fit`, `.diagnosis` holds it; `.doctor` is the Doctor, whose hooks are off then.

    Args:
        validation: the name under which the module logs its validation loss.
        every: steps between samples, as for Doctor.
        report: print the diagnosis at the end of the training.

    Raises:
        ValueError (from fit): the module has several optimizers.
    """

    def __init__(self, validation: str = "val_loss", *, every: int = EVERY, report: bool = True):
        self.validation, self.every, self.report = validation, every, report
        self.doctor: Doctor | None = None
        self.diagnosis: Diagnosis | None = None

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        if len(trainer.optimizers) != 1:
            raise ValueError(
                f"LightningDoctor watches a training with one optimizer; {len(trainer.optimizers)} "
                "are configured. Use one gdcourse.Doctor for each in your training_step"
            )
        self.diagnosis = None
        self.doctor = Doctor(pl_module, trainer.optimizers[0], every=self.every)

    def on_train_batch_end(
        self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
        if self.doctor is not None and loss is not None:
            self.doctor.step(loss, targets=targets_of(batch))

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        loss = trainer.callback_metrics.get(self.validation)
        if self.doctor is not None and loss is not None and not trainer.sanity_checking:
            self.doctor.validation(loss)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        if self.doctor is None:
            return
        self.diagnosis = self.doctor.diagnose()
        self.doctor.close()
        if self.report and trainer.is_global_zero:
            print(self.diagnosis)

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        if self.doctor is not None:
            self.doctor.close()


def targets_of(batch: Any) -> Any:
    """Return the second of a pair (inputs, targets); None where a batch is something else."""
    pair = isinstance(batch, (tuple, list)) and len(batch) == 2
    return batch[1] if pair and isinstance(batch[1], torch.Tensor) else None
