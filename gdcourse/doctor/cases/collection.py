"""All cases: those of this folder, and those of `blind`, whose authors did not know the rules."""

from typing import Final

from .blind import BLIND_FAULTS, BLIND_HEALTHY
from .blind.fresh import FRESH_FAULTS, FRESH_HEALTHY
from .blind.tuned import TUNED_FAULTS, TUNED_HEALTHY
from .case import Case
from .faults_data import DATA
from .faults_fit import FIT
from .faults_flow import FLOW
from .faults_loop import LOOP
from .faults_output import OUTPUT
from .faults_pace import PACE
from .faults_start import START
from .healthy_classifiers import CLASSIFIERS
from .healthy_habits import HABITS
from .healthy_regressions import REGRESSIONS
from .healthy_sequences import SEQUENCES
from .published_data import PUBLISHED_DATA
from .published_loops import LOOPS
from .published_nets import NETS
from .published_outputs import OUTPUTS

PUBLISHED: Final[tuple[Case, ...]] = (*NETS, *OUTPUTS, *LOOPS, *PUBLISHED_DATA)  # all tuned on
TWINS: Final = {case.name: case.mended() for case in (*BLIND_FAULTS, *FRESH_FAULTS)}
FAULTS: Final[tuple[Case, ...]] = (
    *(*OUTPUT, *LOOP, *DATA, *FIT, *FLOW, *START, *PACE),
    *PUBLISHED,
    *BLIND_FAULTS,
    *TUNED_FAULTS,
    *FRESH_FAULTS,
)
HEALTHY: Final[tuple[Case, ...]] = (
    *(*CLASSIFIERS, *HABITS, *REGRESSIONS, *SEQUENCES),
    *BLIND_HEALTHY,
    *TUNED_HEALTHY,
    *FRESH_HEALTHY,
    *TWINS.values(),
)
FRESH: Final = frozenset(
    case.name
    for case in (*FRESH_FAULTS, *FRESH_HEALTHY, *(TWINS[case.name] for case in FRESH_FAULTS))
)
BLIND: Final = FRESH | frozenset(
    case.name
    for case in (*BLIND_FAULTS, *BLIND_HEALTHY, *(TWINS[case.name] for case in BLIND_FAULTS))
)
TUNED: Final = frozenset(case.name for case in (*PUBLISHED, *TUNED_FAULTS, *TUNED_HEALTHY))
