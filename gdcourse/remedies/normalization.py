"""Normalization: the signals between layers, brought to mean 0 and size 1.

The functions take NumPy arrays and torch tensors; torch's autograd goes through them.
"""

from math import prod
from typing import Any

import numpy as np

from ..rules.rule import xp


def batch_norm(
    x: Any,
    gamma: Any = 1.0,
    beta: Any = 0.0,
    running: tuple[Any, Any] | None = None,
    *,
    training: bool = True,
    rate: float = 0.1,
    eps: float = 1e-5,
) -> tuple[Any, tuple[Any, Any]]:
    """Normalize each feature over the examples of the batch.

    y = gamma (x - mean) / sqrt(var + eps) + beta

    In training, mean and var are the batch's, and running <- (1 - rate) running + rate (mean,
    var n/(n-1)). In evaluation they are the running ones, which stay.

    Args:
        x: (n, features) or (n, features, ...), as in torch.
        gamma, beta: learned scale and shift: numbers, or (features,).
        running: (mean, var), each (features,); None is the start, (0, 1).
        training: training or evaluation?
        rate: share of the batch in the running values, in [0, 1] (momentum in torch).
        eps: keeps the division finite, >= 0.

    Returns:
        (y, running).

    Raises:
        ValueError: x has no axis of features, or one number a feature in training.

    Source: Ioffe & Szegedy 2015, arXiv:1502.03167, Algorithms 1 and 2.
    """
    if x.ndim < 2:
        raise ValueError(f"batch_norm takes x of shape (n, features, ...); got {tuple(x.shape)}")
    axes, n = (0, *range(2, x.ndim)), prod(x.shape) // max(x.shape[1], 1)
    if training and n < 2:
        raise ValueError(f"batch_norm: {n} numbers a feature have no variance; train on more")
    mean = x.mean(axes)
    old_mean, old_var = running or (xp(x).zeros_like(mean), xp(x).ones_like(mean))
    if training:
        var = ((x - _column(mean, x)) ** 2).mean(axes)
        running = (
            (1 - rate) * old_mean + rate * _value(mean),
            (1 - rate) * old_var + rate * _value(var) * n / (n - 1),
        )
    else:
        mean, var = running = old_mean, old_var
    y = (x - _column(mean, x)) / (_column(var, x) + eps) ** 0.5
    return _column(gamma, x) * y + _column(beta, x), running


def layer_norm(
    x: Any, gamma: Any = 1.0, beta: Any = 0.0, *, axes: int | tuple = -1, eps: float = 1e-5
) -> Any:
    """Normalize each example over its own features.

    y = gamma (x - mean) / sqrt(var + eps) + beta,  mean and var over `axes`

    No example knows of another: training and evaluation are alike, and a batch may be small.

    Args:
        x: (..., features).
        gamma, beta: learned scale and shift, numbers or of the shape of `axes`.
        axes: which axes hold the features of one example.
        eps: >= 0.

    >>> layer_norm(np.array([[1.0, 3.0], [10.0, 30.0]]), eps=0.0)
    array([[-1.,  1.],
           [-1.,  1.]])

    Source: Ba, Kiros & Hinton 2016, arXiv:1607.06450, Eq. 3.
    """
    mean = x.mean(axes, keepdims=True)
    var = ((x - mean) ** 2).mean(axes, keepdims=True)
    return gamma * (x - mean) / (var + eps) ** 0.5 + beta


def rms_norm(x: Any, gamma: Any = 1.0, *, axes: int | tuple = -1, eps: float = 1e-6) -> Any:
    """Divide each example by the root mean square of its features; no mean is taken away.

    y = gamma x / sqrt(mean(x^2) + eps)

    Args:
        x: (..., features).
        gamma: learned scale, a number or of the shape of `axes`.
        axes: which axes hold the features of one example.
        eps: >= 0.

    >>> rms_norm(np.array([3.0, 3.0]), eps=0.0)
    array([1., 1.])

    Source: Zhang & Sennrich 2019, arXiv:1910.07467, Eq. 4.
    """
    return gamma * x / ((x**2).mean(axes, keepdims=True) + eps) ** 0.5


def _column(feature, x):
    """Return one number a feature so that it broadcasts against x of (n, features, ...)."""
    return feature.reshape(-1, *[1] * (x.ndim - 2)) if getattr(feature, "ndim", 0) else feature


def _value(x):
    return x if xp(x) is np else x.detach()
