"""The last blind cases: no rule was made or changed for any of them, so all of them measure."""

from typing import Final

from ...case import Case
from .asked_data import ASKED_DATA
from .asked_healthy import ASKED_HEALTHY
from .asked_outputs import ASKED_OUTPUTS
from .asked_shapes import ASKED_SHAPES
from .asked_starts import ASKED_STARTS
from .loop_gradients import LOOP_GRADIENTS
from .loop_healthy import LOOP_HEALTHY
from .loop_parameters import LOOP_PARAMETERS
from .loop_schedules import LOOP_SCHEDULES
from .speed_broken import BROKEN
from .speed_depth import FADING, GROWING, STUCK
from .speed_fit import HELD_BACK, TOO_CLOSE
from .speed_healthy import HEALTHY
from .speed_rates import TOO_HIGH, TOO_LOW
from .speed_swings import SWINGS

FRESH_FAULTS: Final[tuple[Case, ...]] = (
    *ASKED_DATA,
    *ASKED_OUTPUTS,
    *ASKED_SHAPES,
    *ASKED_STARTS,
    *LOOP_GRADIENTS,
    *LOOP_PARAMETERS,
    *LOOP_SCHEDULES,
    *BROKEN,
    *FADING,
    *GROWING,
    *STUCK,
    *TOO_CLOSE,
    *HELD_BACK,
    *TOO_HIGH,
    *TOO_LOW,
    *SWINGS,
)
FRESH_HEALTHY: Final[tuple[Case, ...]] = (
    *ASKED_HEALTHY,
    *LOOP_HEALTHY,
    *HEALTHY,
)
