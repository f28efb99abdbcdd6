"""Loops: how often a rule is applied, to what data, and what is recorded."""

from .fit import fit
from .flat import flatten
from .minimize import minimize
from .rate_finder import find_rate, suggest_rate
from .replicate import replicate
from .run import Run

__all__ = ["Run", "find_rate", "fit", "flatten", "minimize", "replicate", "suggest_rate"]
