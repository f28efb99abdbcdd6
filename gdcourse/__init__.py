"""Gradient descent that runs, breaks on purpose, and is cured."""

from typing import TYPE_CHECKING

from ._version import __version__
from .device import device
from .loops import Run, fit, flatten, minimize, replicate
from .oracles import autograd, exact
from .problems import (
    LeastSquares,
    Problem,
    Quadratic,
    Rosenbrock,
    Table,
    bowl,
    load_sp500,
    ravine,
    saddle,
)
from .remedies import ClipNorm, Constant, Cosine, Schedule, StepDecay, WarmUp
from .rules import Adam, Chain, LearningRate, Momentum, Rule, adam, momentum, sgd

if TYPE_CHECKING:
    from .rules.torch_optimizer import TorchOptimizer


def __getattr__(name: str):
    if name == "TorchOptimizer":  # a subclass of torch's Optimizer: the one name that needs torch
        from .rules.torch_optimizer import TorchOptimizer

        return TorchOptimizer
    raise AttributeError(f"module 'gdcourse' has no attribute {name!r}")


__all__ = [
    "Adam",
    "Chain",
    "ClipNorm",
    "Constant",
    "Cosine",
    "LearningRate",
    "LeastSquares",
    "Momentum",
    "Problem",
    "Quadratic",
    "Rosenbrock",
    "Rule",
    "Run",
    "Schedule",
    "StepDecay",
    "Table",
    "TorchOptimizer",
    "WarmUp",
    "__version__",
    "adam",
    "autograd",
    "bowl",
    "device",
    "exact",
    "fit",
    "flatten",
    "load_sp500",
    "minimize",
    "momentum",
    "ravine",
    "replicate",
    "saddle",
    "sgd",
]
