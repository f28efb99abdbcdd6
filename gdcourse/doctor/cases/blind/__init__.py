"""Cases written by authors who had seen neither the rules nor what they say.

Faults re-made after published ones, their repaired twins, and healthy runs that look odd. Those of
`tuned` all served to tune the rules; those of `fresh` served none, they only measure. The others
are split in halves.
"""

from typing import Final

from ..case import Case
from .conv import MORE_CONV
from .dense import MORE_DENSE
from .healthy_losses import MORE_HEALTHY
from .healthy_nets import EVEN_MORE_HEALTHY
from .loops import MORE_LOOPS

BLIND_FAULTS: Final[tuple[Case, ...]] = (*MORE_DENSE, *MORE_CONV, *MORE_LOOPS)
BLIND_HEALTHY: Final[tuple[Case, ...]] = (*MORE_HEALTHY, *EVEN_MORE_HEALTHY)
