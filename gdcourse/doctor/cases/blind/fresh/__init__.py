"""The last blind cases: no rule was made or changed for any of them, so all of them measure."""

from typing import Final

from ...case import Case
from .found_healthy_one import FOUND_HEALTHY_ONE
from .found_healthy_three import FOUND_HEALTHY_THREE
from .found_healthy_two import FOUND_HEALTHY_TWO
from .found_numbers import FOUND_NUMBER_FAULTS
from .found_outputs import FOUND_OUTPUT_FAULTS
from .pulse_fit import PULSE_BROKEN, PULSE_FIT
from .pulse_healthy import PULSE_ODD
from .pulse_rates import PULSE_HIGH, PULSE_LOW
from .pulse_swings import PULSE_FLAT, PULSE_SWINGS
from .steps_flow import STEPS_FLOW
from .steps_held import STEPS_HEALTHY, STEPS_HELD
from .steps_loops import STEPS_LOOPS
from .told_healthy import TOLD_HEALTHY
from .told_labels import TOLD_LABELS
from .told_losses import TOLD_LOSSES
from .told_outputs import TOLD_OUTPUTS, TOLD_SHAPES
from .told_scales import TOLD_SCALES, TOLD_STARTS

FRESH_FAULTS: Final[tuple[Case, ...]] = (
    *FOUND_NUMBER_FAULTS,
    *FOUND_OUTPUT_FAULTS,
    *PULSE_FIT,
    *PULSE_BROKEN,
    *PULSE_HIGH,
    *PULSE_LOW,
    *PULSE_SWINGS,
    *PULSE_FLAT,
    *STEPS_FLOW,
    *STEPS_HELD,
    *STEPS_LOOPS,
    *TOLD_LABELS,
    *TOLD_LOSSES,
    *TOLD_OUTPUTS,
    *TOLD_SHAPES,
    *TOLD_SCALES,
    *TOLD_STARTS,
)
FRESH_HEALTHY: Final[tuple[Case, ...]] = (
    *FOUND_HEALTHY_ONE,
    *FOUND_HEALTHY_THREE,
    *FOUND_HEALTHY_TWO,
    *PULSE_ODD,
    *STEPS_HEALTHY,
    *TOLD_HEALTHY,
)
