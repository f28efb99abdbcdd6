"""Cases written by authors who had seen neither the rules nor what they say.

Faults re-made after published ones, their repaired twins, and healthy runs that look odd. A second
collection, that is split in halves, and a third one, that is all tuned on.
"""

from typing import Final

from ..case import Case
from .conv import MORE_CONV
from .dense import MORE_DENSE
from .healthy_losses import MORE_HEALTHY
from .healthy_nets import EVEN_MORE_HEALTHY
from .loops import MORE_LOOPS
from .third_code import THIRD_CODE
from .third_data import THIRD_DATA
from .third_healthy import THIRD_HEALTHY
from .third_pace import THIRD_PACE

BLIND_FAULTS: Final[tuple[Case, ...]] = (*MORE_DENSE, *MORE_CONV, *MORE_LOOPS)
BLIND_TWINS: Final[tuple[Case, ...]] = tuple(case.mended() for case in BLIND_FAULTS)
THIRD_FAULTS: Final[tuple[Case, ...]] = (*THIRD_DATA, *THIRD_PACE, *THIRD_CODE)
THIRD_SOUND: Final[tuple[Case, ...]] = (
    *THIRD_HEALTHY,
    *(case.mended() for case in THIRD_FAULTS),
)
BLIND_HEALTHY: Final[tuple[Case, ...]] = (*MORE_HEALTHY, *EVEN_MORE_HEALTHY, *BLIND_TWINS)
