"""What the best constant answer would have cost, under the loss of a run."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from .losses import Identity, Pair, View, scores

PLAIN = {  # an answer that is not held to what an activation can give has these
    "cross-entropy of softmax": "cross-entropy",
    "cross-entropy of sigmoid": "cross-entropy",
    "NLL of log-probabilities": "cross-entropy",
    "binary cross-entropy of sigmoid": "logistic",
}


def best_constant(pairs: list[Pair], name: str) -> Tensor | None:
    """Return the constant outputs, (1, ...), that a loss likes best, or None if unknown."""
    o, t, _ = pairs[0]
    if (
        name.startswith("NLL of s")
        or name.endswith("over the batch")
        or name.startswith("divergence")
        or name.startswith("NLL of p")
        or name in ("hinge", "signed error")
    ):
        return None
    if scores(o, t):
        counts = torch.bincount(
            torch.cat([y.reshape(-1) for _, y, _ in pairs]).clamp(min=0), minlength=o.shape[1]
        )
        share = (counts / counts.sum()).clamp(min=1e-6).to(o)
        return share.log().reshape(1, -1, *[1] * (o.ndim - 2))
    y = torch.cat([t.to(o.dtype).reshape(len(t), -1) for _, t, _ in pairs])
    middle = y.median(0).values if "absolute" in name else y.mean(0)
    if ("cross-entropy" in name and "binary" not in name) or name.startswith("NLL"):
        middle = middle.clamp(min=1e-6).log()
    elif name in ("logistic", "binary cross-entropy of sigmoid"):
        middle = torch.logit(middle.clamp(1e-6, 1 - 1e-6))
    return middle.reshape(1, *o.shape[1:]) if middle.numel() == o[0].numel() else None


def chances(pairs: list[Pair], identity: Identity, view: View) -> list[float] | None:
    """Return what the best constant answer would have cost, batch by batch, or None."""
    constant = best_constant(pairs, identity.name)
    if constant is None or identity.sign < 0:
        return None
    # The best constant is not held to what an activation can give: look at it without one.
    free = View(False, False, False, view.spread, view.targets_inside)
    name = PLAIN.get(identity.name, identity.name)
    if name == "binary cross-entropy":
        free = view
    same = Identity(name, identity.reduction)
    return [float(same.tensor(constant.expand_as(o).contiguous(), t, free)) for o, t, _ in pairs]


def fitted_chances(pairs: list[Pair], loss_fn: Any) -> list[float] | None:
    """Return the same for a loss known only as a function, by fitting the constant to it."""
    o = pairs[0][0]
    start = torch.cat([p[0].reshape(len(p[0]), -1).mean(0, keepdim=True) for p in pairs]).mean(0)
    if o.ndim > 2:
        start = o.mean(tuple(a for a in range(o.ndim) if a != 1))
    shape = (1, -1, *[1] * (o.ndim - 2)) if o.ndim > 1 else (1,)
    constant = torch.nan_to_num(start.detach().clone()).requires_grad_()
    fit = torch.optim.LBFGS([constant], max_iter=40, line_search_fn="strong_wolfe")

    def losses() -> list[Tensor]:
        return [loss_fn(constant.reshape(shape).expand_as(o).contiguous(), t) for o, t, _ in pairs]

    def closure() -> Tensor:
        fit.zero_grad()
        total = torch.stack(losses()).mean()
        total.backward()
        return total

    with torch.enable_grad():
        fit.step(closure)
        values = [float(v) for v in losses()]
    return values if np.isfinite(values).all() else None
