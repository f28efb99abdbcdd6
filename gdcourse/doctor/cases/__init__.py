"""Runs whose ailment is known: planted faults, and healthy ones that look odd.

They set the doctor's thresholds and measure it; `python -m gdcourse.doctor.cases` does so. Every
run is tiny, synthetic or on data that scikit-learn ships, and was made for this collection.
"""

from .case import Case, Training, quality, train
from .collection import FAULTS, HEALTHY

__all__ = ["FAULTS", "HEALTHY", "Case", "Training", "quality", "train"]
