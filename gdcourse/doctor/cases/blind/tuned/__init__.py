"""Blind cases that all taught the rules something: none of them measures the doctor."""

from typing import Final

from ...case import Case
from .code import CODE
from .data import DATA
from .healthy import HEALTHY
from .pace import PACE

TUNED_FAULTS: Final[tuple[Case, ...]] = (*DATA, *PACE, *CODE)
TUNED_HEALTHY: Final[tuple[Case, ...]] = (*HEALTHY, *(case.mended() for case in TUNED_FAULTS))
