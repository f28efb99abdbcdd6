"""Widgets: pictures that answer the reader's hand, in a notebook and in the static page."""

from .descent import Descent
from .race import Race

__all__ = ["Descent", "Race"]
