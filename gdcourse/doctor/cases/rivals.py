"""The published rules of AUTOTRAINER and SageMaker Debugger, re-stated, on the same runs.

Both look at every step here; where a rule speaks of accuracy over epochs, the loss over tenths of
the run stands for it. Sources: Zhang et al. 2021; the documentation of SageMaker Debugger.
"""

from typing import Any

import numpy as np
import torch

TENTHS = 10


class Watch:
    """What the rules need: gradients, weights and losses, step by step."""

    def __init__(self, model: torch.nn.Module):
        self.model = model
        self.weights = [p for p in model.parameters() if p.ndim > 1]
        self.ratio: list[float] = []  # of the first layer's mean gradient to the last one's
        self.zero: list[float] = []  # the largest share of a layer's gradients that are zero
        self.mean: list[float] = []  # the least mean size of a layer's gradient
        self.update: list[float] = []  # largest and least step over weight
        self.small: list[float] = []
        self.dead: list[float] = []
        self.loss: list[float] = []
        self.validations: list[float] = []
        self._old = [p.detach().clone() for p in self.weights]
        self._silent: dict[Any, Any] = {}
        self._hooks = [
            module.register_forward_hook(self._seen)
            for module in model.modules()
            if isinstance(module, torch.nn.ReLU)
        ]

    def close(self) -> None:
        """Take the hooks off the model."""
        for hook in self._hooks:
            hook.remove()

    def _seen(self, module: Any, inputs: Any, output: Any) -> None:
        self._silent[module] = float((output == 0).double().mean())

    @torch.no_grad()
    def step(self, loss: Any, targets: Any = None) -> None:
        """Look at a step that was made."""
        grads = [p.grad for p in self.weights if p.grad is not None]
        self.loss.append(float(loss))
        if not grads:
            return
        grads = [g.to_dense() if g.is_sparse else g for g in grads]
        means = [float(g.abs().mean()) for g in grads]
        self.ratio.append(means[0] / means[-1] if means[-1] else np.nan)
        self.zero.append(max(float((g == 0).double().mean()) for g in grads))
        self.mean.append(min(means))
        moves = [
            float((p - q).norm() / q.norm().clamp(min=1e-12))
            for p, q in zip(self.weights, self._old, strict=True)
        ]
        self.update.append(max(moves))
        self.small.append(min(moves))
        self.dead.append(max(self._silent.values(), default=0.0))
        self._old = [p.detach().clone() for p in self.weights]

    def validation(self, loss: float) -> None:
        """Enter a validation loss."""
        self.validations.append(loss)

    def tenths(self) -> np.ndarray:
        """Return the mean loss of each tenth of the run."""
        with np.errstate(all="ignore"):
            return np.array([np.mean(part) for part in np.array_split(self.loss, TENTHS)])


def autotrainer(w: Watch) -> list[str]:
    """Return AUTOTRAINER's findings, in the order in which it looks for them."""
    found = []
    loss = w.tenths()
    if not np.isfinite(w.loss).all():
        found.append("exploding-gradients")
    ratio = _middle(w.ratio)
    if ratio < 1e-3 or _middle(w.mean) == 0:
        found.append("vanishing-gradients")
    if ratio > 70:
        found.append("exploding-gradients")
    if _middle(w.zero) >= 0.7:
        found.append("dead-relu")
    change = np.diff(loss) / max(abs(loss[0]), 1e-12)
    if np.sum((change[1:] * change[:-1] < 0) & (np.abs(change[1:]) >= 0.03)) >= 3:
        found.append("oscillation")
    if abs(loss[-1] - loss[0]) < 0.01 * max(abs(loss[0]), 1e-12):
        found.append("learning-rate-too-low")
    return found


def sagemaker(w: Watch) -> list[str]:
    """Return the findings of SageMaker Debugger's built-in rules."""
    found = []
    if not np.isfinite(w.loss).all():
        found.append("nonfinite")
    if _middle(w.mean) < 1e-7:
        found.append("vanishing-gradients")
    if _middle(w.dead) > 0.5:
        found.append("dead-relu")
    if _middle(w.update) > 10:
        found.append("learning-rate-too-high")
    if _middle(w.small) < 1e-8:
        found.append("learning-rate-too-low")
    values = w.validations
    if len(values) > 2 and values[-1] - w.loss[-1] > 0.1 * abs(values[-1]):
        found.append("overfitting")
    return found


def _middle(values: list[float]) -> float:
    kept = np.array(values[len(values) // 2 :], float)
    kept = kept[~np.isnan(kept)]
    return float(np.median(kept)) if len(kept) else np.nan


RIVALS = {"AUTOTRAINER's rules": autotrainer, "SageMaker Debugger's rules": sagemaker}
