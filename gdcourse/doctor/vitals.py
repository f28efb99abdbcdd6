"""The vital signs of a run, as time series of bounded length."""

from collections import deque
from typing import Any

import numpy as np

KEPT = 1024  # samples, and entries of the thinned loss; beyond it every other one is dropped
RECENT = 512  # of the last losses are kept step by step


class Vitals:
    """Losses by step, samples by sampled step, validations: kept thin, however long the run.

    Tensors stay on their device until somebody asks for numbers.
    """

    def __init__(self) -> None:
        self.steps = 0
        self.recent: deque[tuple[int, Any]] = deque(maxlen=RECENT)
        self.thinned: list[tuple[int, Any]] = []
        self.stride = 1
        self.samples: list[tuple[int, Any]] = []
        self.sample_stride = 1
        self.taken = 0
        self.validations: list[tuple[int, float]] = []

    def add_loss(self, loss: Any) -> None:
        """Enter the loss of one more step."""
        self.recent.append((self.steps, loss))
        if self.steps % self.stride == 0:
            self.thinned.append((self.steps, loss))
            if len(self.thinned) > KEPT:
                self.thinned = self.thinned[::2]
                self.stride *= 2
        self.steps += 1

    def add_sample(self, sample: Any) -> None:
        """Enter what a probe measured at the step that has just been entered."""
        if self.taken % self.sample_stride == 0:
            self.samples.append((self.steps - 1, sample))
            if len(self.samples) > KEPT:
                self.samples = self.samples[::2]
                self.sample_stride *= 2
        self.taken += 1

    def add_validation(self, loss: float) -> None:
        """Enter a validation loss; of a great many, every other one of the older is dropped."""
        self.validations.append((self.steps, loss))
        if len(self.validations) > 2 * KEPT:
            self.validations = [*self.validations[:-KEPT:2], *self.validations[-KEPT:]]

    def losses(self) -> tuple[np.ndarray, np.ndarray]:
        """Return steps and losses, in order: thinned, then the last ones step by step."""
        first = self.recent[0][0] if self.recent else 0
        entries = [e for e in self.thinned if e[0] < first] + list(self.recent)
        return np.array([t for t, _ in entries]), _numbers([v for _, v in entries])


def _numbers(values: list[Any]) -> np.ndarray:
    """Return losses as numbers, read from their device in one go."""
    import torch

    numbers = np.array([np.nan if isinstance(v, torch.Tensor) else float(v) for v in values])
    there = [i for i, v in enumerate(values) if isinstance(v, torch.Tensor)]
    if there:
        device = values[there[0]].device
        flat = [values[i].detach().reshape(()).to(device, torch.float64) for i in there]
        numbers[there] = torch.stack(flat).cpu().numpy()
    return numbers
