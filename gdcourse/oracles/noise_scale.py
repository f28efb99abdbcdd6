"""The gradient noise scale: which batch is large enough."""

from dataclasses import dataclass
from typing import Any, final


@final
@dataclass(frozen=True)
class NoiseScale:
    """The noise of one example's gradient beside the gradient.

    Fields: `trace`, the variance of one example's gradient, tr(Sigma); `square`, the square of
    the true gradient's length, |G|^2. Both are unbiased estimates: few gradients may give
    negative ones.
    """

    trace: Any
    square: Any

    @property
    def batch(self) -> Any:
        """Return tr(Sigma) / |G|^2: the batch size beyond which more examples gain little."""
        return self.trace / self.square


def gradient_noise_scale(small: Any, big: Any, sizes: tuple[int, int]) -> NoiseScale:
    """Estimate the noise scale from gradients of two batch sizes.

    E|G_B|^2 = |G|^2 + tr(Sigma) / B, for two B, is solved for |G|^2 and tr(Sigma)

    Args:
        small, big: gradients (k, ..., d) of k batches of each size, drawn at the same point; the
            k may differ. More gradients give a closer estimate.
        sizes: examples in a small and in a big batch.

    Raises:
        ValueError: the sizes are not in order.

    >>> import numpy as np
    >>> z = np.random.default_rng(0).normal(size=(4000, 100, 2)) + 1  # tr(Sigma) = |G|^2 = 2
    >>> scale = gradient_noise_scale(z[:, 0], z.mean(1), sizes=(1, 100))
    >>> bool(abs(scale.batch - 1) < 0.1)
    True

    Source: McCandlish et al. 2018, arXiv:1812.06162, Appendix A.1.
    """
    b, B = sizes
    if not 1 <= b < B:
        raise ValueError(f"gradient_noise_scale: sizes must be 1 <= small < big; got {sizes!r}")
    squares = [(g**2).sum(-1).mean(0) for g in (small, big)]
    square = (B * squares[1] - b * squares[0]) / (B - b)
    return NoiseScale((squares[0] - squares[1]) / (1 / b - 1 / B), square)
