"""Dynamic loss scaling, for gradients in half precision."""

from dataclasses import dataclass
from typing import Any, final

from ..rules.rule import Positive, PositiveInt, UnitInterval, check_fields, xp


@final
@dataclass(frozen=True)
class LossScaling:
    """Multiply the loss by a large number, and divide the gradient by it in float32.

    Half precision holds 2^-24 = 6e-8 to 65504: small gradients become 0. A scaled loss has scaled
    gradients, which fit. The scale S feels its way:

    overflow (inf or nan in the gradient): skip the step, S <- backoff S;  else, after `every`
    steps in a row, S <- growth S

    Args:
        start: first scale, > 0.
        growth: > 1.
        backoff: in (0, 1).
        every: clean steps before the scale grows, >= 1.

    >>> import numpy as np
    >>> scaling = LossScaling(start=2**10)
    >>> state, small = scaling.init(), 2**-26  # a gradient that float16 cannot hold
    >>> scaled = np.array([small * scaling.scale(state)], dtype=np.float16)
    >>> g, finite, state = scaling.unscale(scaled, state)
    >>> np.float16(small), g == small, finite
    (np.float16(0.0), array([ True]), True)

    Source: Micikevicius et al. 2018, arXiv:1710.03740, Section 3.2, for a fixed scale and for
    skipping; growth and backoff are those of torch.amp.GradScaler.
    """

    start: Positive = 2.0**16
    growth: Positive = 2.0
    backoff: UnitInterval = 0.5
    every: PositiveInt = 2000

    def __post_init__(self) -> None:
        check_fields(self)
        for name, least in (("growth", 1), ("backoff", 0)):
            if (value := getattr(self, name)) <= least:
                raise ValueError(f"LossScaling.{name} must be above {least}; got {value!r}")

    def init(self) -> tuple[float, int]:
        """Return the state before the first step: (scale, clean steps since it changed)."""
        return float(self.start), 0

    def scale(self, state: tuple[float, int]) -> float:
        """Return the number that the loss is multiplied by."""
        return state[0]

    def unscale(self, g: Any, state: tuple[float, int]) -> tuple[Any, bool, tuple[float, int]]:
        """Return (gradient in float32, is it finite?, state); skip the step if it is not."""
        scale, clean = state
        g = xp(g).asarray(g, dtype=xp(g).float32) / scale
        if not bool(xp(g).isfinite(g).all()):
            return g, False, (self.backoff * scale, 0)
        if clean + 1 == self.every:
            return g, True, (self.growth * scale, 0)
        return g, True, (scale, clean + 1)
