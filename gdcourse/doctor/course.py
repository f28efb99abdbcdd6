"""The course of a loss: where it began, where it is, and whether it got anywhere."""

from functools import cached_property

import numpy as np

from .thresholds import limit


class Course:
    """A loss by step, against the loss of the best constant answer where that is known.

    Args:
        step, loss: (T,).
        baseline: the loss of the best constant answer, or None.
        skill: the share of it that the last sampled batches save, or None.
    """

    def __init__(
        self,
        step: np.ndarray,
        loss: np.ndarray,
        baseline: float | None = None,
        skill: float | None = None,
    ):
        self.step, self.loss, self.baseline, self.skill = step, loss, baseline, skill

    @cached_property
    def finite(self) -> np.ndarray:
        return self.loss[np.isfinite(self.loss)]

    @cached_property
    def first_bad(self) -> int | None:
        """Return the step of the first loss that is no number."""
        bad = ~np.isfinite(self.loss)
        return int(self.step[np.argmax(bad)]) if bad.any() else None

    def window(self, begin: float, end: float) -> np.ndarray:
        """Return the losses between two shares of the run; one at least."""
        n = len(self.finite)
        low, high = int(begin * n), max(int(end * n), int(begin * n) + 1)
        return self.finite[low : min(high, n)] if n else np.array([np.nan])

    @cached_property
    def first(self) -> float:
        """Return the loss at the start: the first one, or the median of three if that is less."""
        if not len(self.finite):
            return np.nan
        return float(min(np.median(self.finite[:3]), self.finite[0]))

    @cached_property
    def recent(self) -> float:
        """Return the mean loss of late, without the largest twentieth."""
        if self.first_bad is not None:
            return np.inf
        tail = np.sort(self.window(0.85, 1.0))
        return float(np.mean(np.minimum(tail, tail[int(0.95 * (len(tail) - 1))])))

    @cached_property
    def best(self) -> float:
        """Return the least running median of five losses."""
        if len(self.finite) < 5:
            return self.first
        rows = np.lib.stride_tricks.sliding_window_view(self.finite, 5)
        return float(np.median(rows, axis=1).min())

    @cached_property
    def noise(self) -> float:
        """Return the spread of the loss about its own course, lately."""
        tail = self.window(0.6, 1.0)
        return float(np.median(np.abs(np.diff(tail))) / 0.95) if len(tail) > 3 else 0.0

    @cached_property
    def peak(self) -> float:
        """Return the largest loss of the first tenth of the run, or of thirty steps."""
        head = self.finite[: max(30, len(self.finite) // 10)]
        return float(head.max()) if len(head) else np.nan

    def below(self, share: float) -> bool:
        """Is the loss below this share of the best constant's, or, if unknown, of the first?"""
        if not np.isfinite(self.recent):
            return False
        if self.baseline is None:
            return self.recent < self.first - (1 - min(share, 0.5)) * abs(self.first)
        paired = self.skill is None or self.skill > 0.5 * (1 - share)
        return self.recent < share * self.baseline and paired

    @cached_property
    def learned(self) -> bool:
        """Is the loss clearly below that of the best constant answer, or of the start?"""
        return self.below(limit("learned"))

    @cached_property
    def well(self) -> bool:
        """Is it far below?"""
        return self.below(limit("well"))

    @cached_property
    def falling(self) -> bool:
        """Does the loss still fall, by more than its noise?"""
        if not np.isfinite(self.recent) or len(self.finite) < 12:
            return False
        a, b, c = (np.median(self.window(*w)) for w in ((0.3, 0.5), (0.5, 0.75), (0.75, 1.0)))
        spread = self.noise / np.sqrt(max(len(self.finite) / 4, 1)) * 2
        least = limit("falling") * max(abs(a), 1e-12)
        return bool(a - c > max(least, spread) and b - c > 0.2 * (a - c) and a >= b)

    @cached_property
    def progress(self) -> bool:
        """Does the training get anywhere? A loss that falls to chance from above does not yet."""
        return self.learned or (self.falling and not self.above)

    @property
    def above(self) -> bool:
        """Is the loss still above that of the best constant answer?"""
        return self.baseline is not None and self.recent > limit("above") * self.baseline

    @cached_property
    def at_chance(self) -> bool:
        """Is the loss that of the best constant answer, give or take a tenth?"""
        if self.baseline is None or not np.isfinite(self.recent):
            return False
        near = abs(self.recent - self.baseline) < limit("chance") * self.baseline
        return near and (self.skill is None or abs(self.skill) < limit("chance"))

    @cached_property
    def diverged(self) -> bool:
        """Is the loss no number, or far above its start and its least?"""
        if self.first_bad is not None:
            return True
        scale = max(abs(self.first), abs(self.baseline or 0.0), 1e-12)
        if self.best < 0 or self.first < 0:  # a loss without a zero: measured by its own noise
            scale = max(scale, 5 * float(np.std(self.window(0.0, 0.2))))
        return self.recent > self.first + scale and self.recent > 2 * self.best

    @property
    def rebounded(self) -> bool:
        """Is the loss far above its least?"""
        return self.recent - self.best > (limit("rebound") - 1) * abs(self.best)

    @cached_property
    def runaway(self) -> bool:
        """Does the loss fall below zero without end, faster rather than slower?"""
        if len(self.finite) < 30 or not self.recent < -10 * max(self.peak, abs(self.first), 0.1):
            return False
        a, b, c = (float(np.median(self.window(*w))) for w in ((0.3, 0.5), (0.6, 0.7), (0.9, 1.0)))
        return b - c > 0.7 * (a - b) > 0

    @cached_property
    def creeping(self) -> bool:
        """Does the loss fall from third to third, if only a little?"""
        if len(self.finite) < 50:
            return False
        a, b, c = (float(np.mean(self.window(i / 3, (i + 1) / 3))) for i in range(3))
        return a > b > c and a - c > 0.1 * limit("chance") * abs(a)

    @cached_property
    def steady_rise(self) -> bool:
        """Does the loss rise from third to third, by a good part of itself?"""
        if len(self.finite) < 12:
            return False
        a, b, c = (np.median(self.window(i / 3, (i + 1) / 3)) for i in range(3))
        return bool(a < b < c and c > a + 0.3 * abs(a))
