"""Blind cases that all taught the rules something: none of them measures the doctor."""

from typing import Final

from ...case import Case
from .code import CODE
from .data import DATA
from .depth_signals import DEAD, EXPLODING, SATURATED, VANISHING
from .fit_validation import HELD_BACK, TOO_CLOSE
from .forum_data import FORUM_DATA
from .forum_healthy import FORUM_HEALTHY
from .forum_labels import FORUM_LABELS
from .forum_outputs import FORUM_OUTPUTS
from .forum_shapes import FORUM_SHAPES
from .forum_starts import FORUM_STARTS
from .fragile_numbers import FRAGILE
from .healthy import HEALTHY
from .pace import PACE
from .pace_healthy import ODD_PACE
from .pace_rates import TOO_HIGH, TOO_LOW
from .pace_swings import STILL, SWINGS
from .tasks_faults import FAULTS_OF_TASKS
from .tasks_faults_more import MORE_FAULTS_OF_TASKS
from .tasks_healthy_one import ODD_AND_WELL_ONE
from .tasks_healthy_three import ODD_AND_WELL_THREE
from .tasks_healthy_two import ODD_AND_WELL_TWO
from .wiring_gradients import WIRING_GRADIENTS
from .wiring_healthy import WIRING_HEALTHY
from .wiring_loops import WIRING_LOOPS
from .wiring_more import WIRING_MORE
from .wiring_parameters import WIRING_PARAMETERS
from .wiring_paths import WIRING_PATHS

TUNED_FAULTS: Final[tuple[Case, ...]] = (
    *DATA,
    *PACE,
    *CODE,
    *VANISHING,
    *EXPLODING,
    *SATURATED,
    *DEAD,
    *TOO_CLOSE,
    *HELD_BACK,
    *FORUM_DATA,
    *FORUM_LABELS,
    *FORUM_OUTPUTS,
    *FORUM_SHAPES,
    *FORUM_STARTS,
    *FRAGILE,
    *TOO_HIGH,
    *TOO_LOW,
    *SWINGS,
    *STILL,
    *FAULTS_OF_TASKS,
    *MORE_FAULTS_OF_TASKS,
    *WIRING_GRADIENTS,
    *WIRING_LOOPS,
    *WIRING_MORE,
    *WIRING_PARAMETERS,
    *WIRING_PATHS,
)
TUNED_HEALTHY: Final[tuple[Case, ...]] = (
    *HEALTHY,
    *FORUM_HEALTHY,
    *ODD_PACE,
    *ODD_AND_WELL_ONE,
    *ODD_AND_WELL_THREE,
    *ODD_AND_WELL_TWO,
    *WIRING_HEALTHY,
    *(case.mended() for case in TUNED_FAULTS),
)
