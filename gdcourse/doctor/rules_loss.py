"""The loss: is it one for these targets?"""

from typing import Final

import torch
from torch import nn

from .chart import Chart
from .finding import Finding
from .losses import several
from .rules_code import found

SIGNS: Final = (nn.CosineEmbeddingLoss, nn.HingeEmbeddingLoss, nn.MarginRankingLoss,
                nn.SoftMarginLoss)  # fmt: skip


def wrong_loss(c: Chart) -> Finding | None:
    loss, kind = c.task.loss or "", c.task.kind
    if not c.task.pairs or "broadcast" in loss:
        return None
    said, strength = None, 0.9
    values = torch.cat([t.reshape(-1).double() for _, t, _ in c.task.pairs])
    outside = float(values.min()) < 0 or float(values.max()) > 1
    if loss.endswith("NLL of scores"):
        said = "the negative log-likelihood takes log-probabilities, and is given plain scores"
    elif loss.endswith("divergence from probabilities"):
        said = "the divergence takes logarithms of probabilities, and is given probabilities"
    elif loss == "cross-entropy" and several(c.task.pairs):
        said = "cross-entropy for labels of which several may hold: it lets one win"
    elif loss.endswith("without class 0"):
        said = "cross-entropy that leaves out class 0 (ignore_index?), which is one of the classes"
    elif loss.startswith("square of"):
        said = "the square of the mean error: errors of both signs cancel"
    elif loss.endswith("one column"):
        said = "cross-entropy over a single column is always zero"
    elif kind in ("numbers", "labels") and outside and ("logistic" in loss or "entropy" in loss):
        said = f"the {loss} for targets from {float(values.min()):.3g} to {float(values.max()):.3g}"
    elif isinstance(c.doctor.loss_fn, SIGNS) and c.task.kind == "binary" and (values == 0).any():
        said = f"{type(c.doctor.loss_fn).__name__} for targets 0 and 1; it takes -1 and 1"
    elif loss.endswith("signed error"):
        said = "the error itself, neither squared nor absolute: it falls without end"
    elif loss.endswith("hinge") and float(values.min()) == 0:
        said = "the hinge loss for targets 0 and 1; it takes -1 and 1"
    elif loss.endswith(("squared error", "absolute error", "Huber")) and not c.well:
        if kind == "classes" and not c.learned:
            said, strength = f"the {loss} for targets that are classes", 0.8
        elif kind == "labels" and _whole_numbers(c):
            said, strength = f"the {loss} for whole numbers, as classes have", 0.75
        elif kind == "binary" and not c.learned:
            said, strength = f"the {loss} for yes or no", 0.5
    elif kind == "classes" and loss.endswith("binary cross-entropy") and not c.well:
        if float((c.task.outputs.sum(1) - 1).abs().max()) < 1e-3:
            said, strength = "the binary cross-entropy for one class of several", 0.85
    elif not loss and kind == "labels" and _whole_numbers(c) and not c.well:
        said, strength = "one output for whole numbers, as classes have", 0.75
    elif "summed" in loss and "row" not in loss and (not c.progress or c.diverged):
        said, strength = f"the {loss}: it grows with the batch", 0.85
    if said is None:
        return None
    critical = strength > 0.8 and (c.diverged or not c.learned)
    return found("wrong-loss", strength, {"loss": said}, since=0, critical=critical)


def _whole_numbers(c: Chart) -> bool:
    """Are the targets stored as whole numbers, as class numbers are, for a single output?"""
    o, t, _ = c.task.pairs[-1]
    return not t.is_floating_point() and t.dtype != torch.bool and o.numel() == len(o)


LOSS_RULES: Final = (wrong_loss,)
