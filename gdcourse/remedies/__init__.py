"""Remedies: what is done against a failure."""

from .clipping import ClipNorm
from .schedules import Constant, Cosine, Schedule, StepDecay, WarmUp

__all__ = ["ClipNorm", "Constant", "Cosine", "Schedule", "StepDecay", "WarmUp"]
