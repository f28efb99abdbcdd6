"""The doctor as a callback of Keras 3 on the torch backend."""

from typing import Any

import keras
import torch

from ..doctor import EVERY, Doctor
from ..finding import Diagnosis


class KerasDoctor(keras.callbacks.Callback):
    """Watch `model.fit` on the torch backend and print the diagnosis at its end.

    Keras's own train_step runs. Losses, targets, gradients and steps are watched; what goes on
    inside a Keras layer is not. After the fit, `.diagnosis` holds it.

    Args:
        every: steps between samples, as for Doctor.
        report: print the diagnosis at the end of the training.

    Raises:
        RuntimeError: Keras runs on another backend.
    """

    def __init__(self, *, every: int = EVERY, report: bool = True):
        super().__init__()
        if keras.backend.backend() != "torch":
            raise RuntimeError(
                f"KerasDoctor needs Keras on the torch backend; it runs on "
                f"{keras.backend.backend()}. Set KERAS_BACKEND=torch before keras is imported"
            )
        self.every, self.report = every, report
        self.doctor: Doctor | None = None
        self.diagnosis: Diagnosis | None = None
        self._seen: tuple[Any, Any, Any, Any] | None = None  # x, y, prediction, loss
        self._inner: Stepper | None = None

    def on_train_begin(self, logs=None):
        view = torch.nn.Module()  # the model's weights under Keras's names
        for variable in self.model.trainable_variables:
            view.register_parameter(variable.path.replace(".", "_"), variable.value)
        self.diagnosis = None
        self._inner = Stepper(list(view.parameters()), self.model.optimizer)
        self.doctor = Doctor(view, self._inner, every=self.every)
        for name, start in self.doctor.start.items():
            if name.endswith("kernel"):  # inputs first in Keras, outputs first in torch
                self.doctor.start[name] = start.movedim(-1, 0)
        compute, apply = self.model.compute_loss, self.model.optimizer.apply

        def compute_loss(x=None, y=None, y_pred=None, sample_weight=None, training=True, **more):
            loss = compute(x, y, y_pred, sample_weight, training=training, **more)
            if training and torch.is_grad_enabled():
                self._seen = x, y, y_pred, loss.detach()
            return loss

        self.model.compute_loss = compute_loss
        self.model.optimizer.apply = lambda *args, **kwargs: self._inner.make(apply, args, kwargs)

    def on_train_batch_end(self, batch, logs=None):
        if self.doctor is not None and self._seen is not None:
            x, y, prediction, loss = self._seen
            self._seen = None
            self.doctor.step(loss, targets=y, outputs=prediction, inputs=x)

    def on_epoch_end(self, epoch, logs=None):
        if self.doctor is not None and "val_loss" in (logs or {}):
            self.doctor.validation(logs["val_loss"])

    def on_train_end(self, logs=None):
        if self.doctor is None:
            return
        del self.model.compute_loss, self.model.optimizer.apply
        self.diagnosis = self.doctor.diagnose()
        self.doctor.close()
        if self.report:
            print(self.diagnosis)


class Stepper(torch.optim.Optimizer):
    """A torch optimizer by name only: its step is that of Keras's, between torch's hooks."""

    def __init__(self, parameters: list[torch.Tensor], optimizer: Any):
        self.keras = optimizer
        decay = getattr(optimizer, "weight_decay", None) or 0.0
        super().__init__(parameters, {"lr": self._rate(), "weight_decay": float(decay)})

    def _rate(self) -> float:
        return float(self.keras.learning_rate)

    def make(self, apply: Any, args: tuple, kwargs: dict) -> None:
        """Make Keras's step."""
        self.param_groups[0]["lr"] = self._rate()
        self.step(lambda: apply(*args, **kwargs))

    def step(self, closure: Any = None) -> Any:
        """Call the closure: torch's hooks are called before and after it."""
        return closure()
