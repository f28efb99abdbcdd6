"""Sign descent."""

from dataclasses import dataclass
from typing import Any, final

from .rule import Rule, xp


def sign(g: Any) -> Any:
    """Return -1, 0 or 1 for each entry, and nan for one that is not finite.

    >>> import numpy as np
    >>> sign(np.array([-3.0, 0.0, np.nan]))
    array([-1.,  0., nan])
    """
    return xp(g).sign(g) + 0 * g  # torch.sign(nan) is 0, which would hide a run that blew up


@final
@dataclass(frozen=True)
class SignDescent(Rule):
    """Keep the sign of each coordinate, and forget its size.

    step = sign(g)

    Every coordinate moves by exactly the learning rate. It is Adam with b1 = b2 = 0, and Rprop
    with one fixed step size. Near a minimum it hovers a learning rate away: lower the rate.

    >>> import numpy as np
    >>> SignDescent().update(np.array([1e3, -1e-3, 0.0]), (), None)[0]
    array([ 1., -1.,  0.])

    Source: Bernstein et al. 2018, arXiv:1802.04434, Algorithm 1 (signSGD).
    Book: reference/gallery.
    """

    def update(self, g, state, x):
        return sign(g), state
