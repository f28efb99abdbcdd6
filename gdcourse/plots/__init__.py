"""Plots: functions that take a Run and return matplotlib Axes."""

from .curves import loss
from .paths import path
from .style import axes

__all__ = ["axes", "loss", "path"]
