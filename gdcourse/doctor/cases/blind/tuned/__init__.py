"""Blind cases that all taught the rules something: none of them measures the doctor."""

from typing import Final

from ...case import Case
from .asked_data import ASKED_DATA
from .asked_healthy import ASKED_HEALTHY
from .asked_outputs import ASKED_OUTPUTS
from .asked_shapes import ASKED_SHAPES
from .asked_starts import ASKED_STARTS
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
from .found_healthy_one import FOUND_HEALTHY_ONE
from .found_healthy_three import FOUND_HEALTHY_THREE
from .found_healthy_two import FOUND_HEALTHY_TWO
from .found_numbers import FOUND_NUMBER_FAULTS
from .found_outputs import FOUND_OUTPUT_FAULTS
from .fragile_numbers import FRAGILE
from .healthy import HEALTHY
from .loop_gradients import LOOP_GRADIENTS
from .loop_healthy import LOOP_HEALTHY
from .loop_parameters import LOOP_PARAMETERS
from .loop_schedules import LOOP_SCHEDULES
from .pace import PACE
from .pace_healthy import ODD_PACE
from .pace_rates import TOO_HIGH, TOO_LOW
from .pace_swings import STILL, SWINGS
from .pulse_fit import PULSE_BROKEN, PULSE_FIT
from .pulse_healthy import PULSE_ODD
from .pulse_rates import PULSE_HIGH, PULSE_LOW
from .pulse_swings import PULSE_FLAT, PULSE_SWINGS
from .speed_broken import SPEED_BROKEN
from .speed_depth import SPEED_FADING, SPEED_GROWING, SPEED_STUCK
from .speed_fit import SPEED_HELD_BACK, SPEED_TOO_CLOSE
from .speed_healthy import SPEED_HEALTHY
from .speed_rates import SPEED_TOO_HIGH, SPEED_TOO_LOW
from .speed_swings import SPEED_SWINGS
from .steps_flow import STEPS_FLOW
from .steps_held import STEPS_HEALTHY, STEPS_HELD
from .steps_loops import STEPS_LOOPS
from .tasks_faults import FAULTS_OF_TASKS
from .tasks_faults_more import MORE_FAULTS_OF_TASKS
from .tasks_healthy_one import ODD_AND_WELL_ONE
from .tasks_healthy_three import ODD_AND_WELL_THREE
from .tasks_healthy_two import ODD_AND_WELL_TWO
from .told_healthy import TOLD_HEALTHY
from .told_labels import TOLD_LABELS
from .told_losses import TOLD_LOSSES
from .told_outputs import TOLD_OUTPUTS, TOLD_SHAPES
from .told_scales import TOLD_SCALES, TOLD_STARTS
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
    *ASKED_DATA,
    *ASKED_OUTPUTS,
    *ASKED_SHAPES,
    *ASKED_STARTS,
    *LOOP_GRADIENTS,
    *LOOP_PARAMETERS,
    *LOOP_SCHEDULES,
    *SPEED_BROKEN,
    *SPEED_FADING,
    *SPEED_GROWING,
    *SPEED_STUCK,
    *SPEED_HELD_BACK,
    *SPEED_TOO_CLOSE,
    *SPEED_TOO_HIGH,
    *SPEED_TOO_LOW,
    *SPEED_SWINGS,
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
TUNED_HEALTHY: Final[tuple[Case, ...]] = (
    *HEALTHY,
    *FORUM_HEALTHY,
    *ODD_PACE,
    *ODD_AND_WELL_ONE,
    *ODD_AND_WELL_THREE,
    *ODD_AND_WELL_TWO,
    *WIRING_HEALTHY,
    *ASKED_HEALTHY,
    *LOOP_HEALTHY,
    *SPEED_HEALTHY,
    *FOUND_HEALTHY_ONE,
    *FOUND_HEALTHY_THREE,
    *FOUND_HEALTHY_TWO,
    *PULSE_ODD,
    *STEPS_HEALTHY,
    *TOLD_HEALTHY,
    *(case.mended() for case in TUNED_FAULTS),
)
