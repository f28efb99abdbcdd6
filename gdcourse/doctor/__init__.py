"""The doctor: names what is wrong with anyone's training run."""

from .doctor import Doctor
from .finding import SYMPTOMS as SYMPTOMS
from .finding import Diagnosis, Finding

__all__ = ["Diagnosis", "Doctor", "Finding"]
