"""Widgets: pictures that answer the reader's hand, in a notebook and in the static page."""

from .descent import Descent
from .explore import Explore
from .panel import Curve, Panel
from .race import Race

__all__ = ["Curve", "Descent", "Explore", "Panel", "Race"]
