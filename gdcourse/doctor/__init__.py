"""The doctor: names what is wrong with anyone's training run."""

from .doctor import Doctor
from .finding import SYMPTOMS, Diagnosis, Finding

__all__ = ["SYMPTOMS", "Diagnosis", "Doctor", "Finding"]
