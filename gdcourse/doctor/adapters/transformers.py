"""The doctor as a callback of Hugging Face's Trainer."""

from typing import Any

import torch
from transformers import TrainerCallback

from ..doctor import EVERY, Doctor
from ..finding import Diagnosis


class TrainerDoctor(TrainerCallback):
    """Watch a Trainer's training and print the diagnosis at its end.

    It reads the loss that the model returns, so labels must be among its inputs, as is usual.
    After `trainer.train`, `.diagnosis` holds it; `.doctor` is the Doctor, whose hooks are off then.

    Args:
        every: steps between samples, as for Doctor.
        report: print the diagnosis at the end of the training.
    """

    def __init__(self, *, every: int = EVERY, report: bool = True):
        self.every, self.report = every, report
        self.doctor: Doctor | None = None
        self.diagnosis: Diagnosis | None = None
        self._seen: tuple[Any, Any, Any] | None = None  # loss, labels, and what it was divided by
        self._hook: Any = None

    def on_train_begin(self, args, state, control, model=None, optimizer=None, **kwargs):
        self.diagnosis = None
        self.doctor = Doctor(model, optimizer, every=self.every)
        self._hook = model.register_forward_hook(self._see, with_kwargs=True)

    def _see(self, module, args, kwargs, output):
        if not torch.is_grad_enabled():
            return
        loss = output.get("loss") if isinstance(output, dict) else getattr(output, "loss", None)
        if loss is not None:
            self._seen = loss.detach(), kwargs.get("labels"), kwargs.get("num_items_in_batch")

    def on_substep_end(self, args, state, control, **kwargs):
        self._step(kwargs["model"])

    def on_step_end(self, args, state, control, **kwargs):
        self._step(kwargs["model"])

    def _step(self, model):
        if self.doctor is None or self._seen is None:
            return
        loss, labels, items = self._seen
        self._seen = None
        outputs = self.doctor._probe.outputs
        shifted = predicts_next(model)
        if items is not None and labels is not None:  # a part of a sum over several batches
            counted = (labels[:, 1:] if shifted and labels.ndim == 2 else labels) != -100
            loss = loss * (items / counted.sum())
        if outputs is not None and labels is not None and outputs.ndim == 3 == labels.ndim + 1:
            outputs, labels = by_token(outputs, labels, shifted)
        self.doctor.step(loss, targets=labels, outputs=outputs)

    def on_evaluate(self, args, state, control, metrics=None, **kwargs):
        if self.doctor is not None and "eval_loss" in (metrics or {}):
            self.doctor.validation(metrics["eval_loss"])

    def on_train_end(self, args, state, control, **kwargs):
        if self.doctor is None:
            return
        self.diagnosis = self.doctor.diagnose()
        self._hook.remove()
        self.doctor.close()
        if self.report and state.is_world_process_zero:
            print(self.diagnosis)


def predicts_next(model: Any) -> bool:
    """Does a model score each token's successor?"""
    name = type(getattr(model, "module", model)).__name__
    return "CausalLM" in name or "LMHead" in name


def by_token(outputs: torch.Tensor, labels: torch.Tensor, shifted: bool) -> tuple[Any, Any]:
    """Return scores and labels token by token, as the loss compares them: (tokens, classes)."""
    if shifted:
        outputs, labels = outputs[:, :-1], labels[:, 1:]
    outputs, labels = outputs.flatten(0, 1), labels.flatten()
    counted = labels != -100
    return outputs[counted], labels[counted]
