"""Gradient descent that runs, breaks on purpose, and is cured.

The public names are those of the rooms: rules, remedies, oracles, problems, loops, doctor.
"""

from typing import TYPE_CHECKING

from . import doctor, loops, oracles, problems, remedies, rules
from ._version import __version__
from .device import device
from .doctor import *
from .loops import *
from .oracles import *
from .problems import *
from .remedies import *
from .rules import *

if TYPE_CHECKING:
    from .rules.torch_optimizer import TorchOptimizer


def __getattr__(name: str):
    if name == "TorchOptimizer":  # a subclass of torch's Optimizer: the one name that needs torch
        from .rules.torch_optimizer import TorchOptimizer

        return TorchOptimizer
    raise AttributeError(f"module 'gdcourse' has no attribute {name!r}")


__all__ = ["TorchOptimizer", "__version__", "device"]
for room in (doctor, loops, oracles, problems, remedies, rules):
    __all__ += room.__all__
