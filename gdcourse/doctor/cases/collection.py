"""All cases: those of this folder, and those of `blind`, whose authors did not know the rules."""

from typing import Final

from .blind import BLIND_FAULTS, BLIND_HEALTHY, THIRD_FAULTS, THIRD_SOUND
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
FAULTS: Final[tuple[Case, ...]] = (
    *(*OUTPUT, *LOOP, *DATA, *FIT, *FLOW, *START, *PACE),
    *PUBLISHED,
    *BLIND_FAULTS,
    *THIRD_FAULTS,
)
HEALTHY: Final[tuple[Case, ...]] = (
    *(*CLASSIFIERS, *HABITS, *REGRESSIONS, *SEQUENCES),
    *BLIND_HEALTHY,
    *THIRD_SOUND,
)
BLIND: Final = frozenset(case.name for case in (*BLIND_FAULTS, *BLIND_HEALTHY))
TUNED: Final = frozenset(case.name for case in (*PUBLISHED, *THIRD_FAULTS, *THIRD_SOUND))
