"""The last blind cases: no rule was made or changed for any of them, so all of them measure."""

from typing import Final

from ...case import Case
from .mart_healthy import MART_HEALTHY
from .mart_labels import MART_LABELS, MART_STARTS
from .mart_outputs import MART_ENDS, MART_LOSSES, MART_SHAPES
from .mart_scales import MART_INPUTS, MART_TARGETS
from .quay_healthy import QUAY_HEALTHY
from .quay_loop_cases import QUAY_LOOPS
from .quay_net_cases import QUAY_NETS
from .tide_fit import TIDE_BY_HEART, TIDE_FLAT, TIDE_NAN
from .tide_healthy import TIDE_HEALTHY
from .tide_rates import TIDE_SWINGS, TIDE_TOO_HIGH, TIDE_TOO_LOW

FRESH_FAULTS: Final[tuple[Case, ...]] = (
    *MART_LABELS,
    *MART_STARTS,
    *MART_ENDS,
    *MART_LOSSES,
    *MART_SHAPES,
    *MART_TARGETS,
    *MART_INPUTS,
    *QUAY_LOOPS,
    *QUAY_NETS,
    *TIDE_FLAT,
    *TIDE_BY_HEART,
    *TIDE_NAN,
    *TIDE_TOO_HIGH,
    *TIDE_TOO_LOW,
    *TIDE_SWINGS,
)
FRESH_HEALTHY: Final[tuple[Case, ...]] = (
    *MART_HEALTHY,
    *QUAY_HEALTHY,
    *TIDE_HEALTHY,
)
