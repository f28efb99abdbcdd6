"""Loops: how often a rule is applied, to what data, and what is recorded."""

from .fit import fit
from .flat import flatten
from .minimize import minimize
from .replicate import replicate
from .run import Run

__all__ = ["Run", "fit", "flatten", "minimize", "replicate"]
