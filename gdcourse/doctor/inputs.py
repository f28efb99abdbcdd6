"""What a model is given: the numbers among its inputs, feature by feature."""

from typing import Any, Final

import torch
from torch import nn

from .thresholds import limit

WORDS: Final = (nn.Embedding, nn.EmbeddingBag)


def main_input(inputs: Any) -> torch.Tensor | None:
    """Return the first floating-point tensor of two axes or more among a model's inputs."""
    args, kwargs = inputs
    for value in (*args, *kwargs.values()):
        if isinstance(value, torch.Tensor) and value.is_floating_point() and value.ndim >= 2:
            return value
    return None


def joined(batches: list[torch.Tensor]) -> torch.Tensor | None:
    """Return all numbers by feature, (n, features), or None for batches that cannot be joined."""
    if not batches or (len({x.shape[1:] for x in batches}) > 1 and batches[0].ndim < 2):
        return None
    axis = 1 if batches[0].ndim == 4 else -1
    try:
        return torch.cat(
            [x.detach().double().movedim(axis, -1).reshape(-1, x.shape[axis]) for x in batches]
        )
    except RuntimeError:
        return None


def wild_features(table: torch.Tensor) -> float:
    """Return the share of features in which a few numbers lie far from all others."""
    if len(table) < 48:
        return 0.0
    table = table[:: -(-len(table) // 2000)].cpu()
    low, middle, high = torch.quantile(table, torch.tensor([0.05, 0.5, 0.95]).double(), dim=0)
    far = (table - middle).abs().amax(0)
    return float(((high > low) & (far > limit("wild") * (high - low))).double().mean())
