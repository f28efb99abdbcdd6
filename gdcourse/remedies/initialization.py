"""Initialization: the numbers that the weights of a network start from.

A weight has the shape (out, in, *kernel), as in torch's linear and convolution layers.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import prod, sqrt
from typing import Any

import numpy as np

from ..rules.rule import check_fields

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Initialization(ABC):
    """Say how weights are drawn, and with what variance."""

    def __post_init__(self) -> None:
        check_fields(self)
        choices = {"distribution": ("normal", "uniform"), "fan": ("in", "out")}
        for name in choices.keys() & vars(self):
            if (value := getattr(self, name)) not in choices[name]:
                law = " or ".join(map(repr, choices[name]))
                raise ValueError(f"{type(self).__name__}.{name} must be {law}; got {value!r}")

    @abstractmethod
    def variance(self, shape: Shape) -> float:
        """Return the variance of one weight of a matrix of this shape."""

    def draw(self, shape: Shape, seed: int | np.random.Generator) -> np.ndarray:
        """Return weights of this shape; a generator goes on from where it is."""
        rng, std = np.random.default_rng(seed), sqrt(self.variance(shape))
        if getattr(self, "distribution", "normal") == "uniform":
            return rng.uniform(-sqrt(3) * std, sqrt(3) * std, shape)  # U(-a, a): variance a^2 / 3
        return rng.normal(0, std, shape)


def fans(shape: Shape) -> tuple[int, int]:
    """Return (fan_in, fan_out): how many inputs a unit adds up, how many units an input reaches.

    >>> fans((10, 784)), fans((32, 3, 5, 5))
    ((784, 10), (75, 800))
    """
    if len(shape) < 2 or min(shape) < 1:
        raise ValueError(f"a weight has shape (out, in, ...), no axis empty; got {tuple(shape)}")
    return shape[1] * prod(shape[2:]), shape[0] * prod(shape[2:])


def initialize(model: Any, scheme: Initialization, seed: int = 0) -> Any:
    """Draw every weight of a torch module anew, in place, and set every bias to zero.

    Weights are the parameters with two axes or more. Frozen parameters stay as they are, and so
    do other vectors, such as the scales of a normalization. The numbers are the same on every
    device; no global generator is touched.

    Args:
        model: a torch module.
        scheme: how weights are drawn, such as He().
        seed: of the draw, >= 0.

    Returns:
        The same module.

    Raises:
        TypeError: scheme is no Initialization.
        ValueError: the module has no weight to draw, or one whose shape is not known yet.

    >>> import torch
    >>> from gdcourse.remedies import ConstantWeights
    >>> initialize(torch.nn.Linear(3, 1), ConstantWeights(0.5))(torch.ones(3)).detach()
    tensor([1.5000])
    """
    import torch

    if not isinstance(scheme, Initialization):
        hint = " (write it with brackets)" if isinstance(scheme, type) else ""
        raise TypeError(f"initialize takes a scheme such as He(); got {scheme!r}{hint}")
    learned = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    for name, p in learned:
        if torch.nn.parameter.is_lazy(p):
            raise ValueError(f"{name} has no shape yet: run the model once on a batch first")
    if not any(p.ndim >= 2 for _, p in learned):
        raise ValueError(f"{type(model).__name__} has no weight to draw")
    rng = np.random.default_rng(seed)
    with torch.no_grad():
        for name, p in learned:
            if p.ndim >= 2:
                p.copy_(torch.from_numpy(scheme.draw(tuple(p.shape), rng)))
            elif "bias" in name.split(".")[-1]:
                p.zero_()
    return model
