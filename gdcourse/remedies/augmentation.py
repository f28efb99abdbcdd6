"""Augmentation: new examples from those at hand, changed in ways that leave the label true.

Every function takes a batch, NumPy or torch, examples along the first axis, and a seed or a NumPy
generator that goes on from call to call. Each example gets its own draw; a new batch is returned.
Images are (n, ..., height, width), spectrograms (n, ..., frequency, time).
"""

from typing import Any

import numpy as np

from ..rules.rule import xp

Seed = int | np.random.Generator


def flip_images(images: Any, seed: Seed, p: float = 0.5) -> Any:
    """Mirror each image from left to right with probability p.

    >>> flip_images(np.array([[[1, 2, 3]]]), seed=0, p=1.0)
    array([[[3, 2, 1]]])
    """
    if not 0 <= p <= 1:
        raise ValueError(f"flip_images: p must lie in [0, 1]; got {p!r}")
    chosen = np.random.default_rng(seed).random(len(images)) < p
    return xp(images).where(_each(chosen, images), xp(images).flip(images, (-1,)), images)


def crop_images(images: Any, size: tuple[int, int], seed: Seed) -> Any:
    """Cut a window of `size` (height, width) out of each image, at a place drawn evenly.

    >>> crop_images(np.zeros((10, 3, 32, 32)), (28, 28), seed=0).shape
    (10, 3, 28, 28)
    """
    (h, w), (height, width) = size, images.shape[-2:]
    if not (1 <= h <= height and 1 <= w <= width):
        raise ValueError(f"crop_images: size must fit into {(height, width)}; got {size!r}")
    rng = np.random.default_rng(seed)
    top = rng.integers(0, height - h + 1, len(images))
    left = rng.integers(0, width - w + 1, len(images))
    return xp(images).stack(
        [
            image[..., i : i + h, j : j + w]
            for image, i, j in zip(images, top.tolist(), left.tolist(), strict=True)
        ]
    )


def shift_images(images: Any, most: tuple[int, int], seed: Seed) -> Any:
    """Move each image by up to `most` (rows, columns) either way; zeros come in from the edge.

    >>> images = np.array([[[1, 2]]] * 99)
    >>> np.unique(shift_images(images, (0, 1), seed=0), axis=0).tolist()
    [[[0, 1]], [[1, 2]], [[2, 0]]]
    """
    (rows, columns), (height, width) = most, images.shape[-2:]
    if min(most) < 0:
        raise ValueError(f"shift_images: most must be zero or more; got {most!r}")
    shape = (*images.shape[:-2], height + 2 * rows, width + 2 * columns)
    padded = xp(images).zeros(shape, dtype=images.dtype, device=images.device)
    padded[..., rows : rows + height, columns : columns + width] = images
    return crop_images(padded, (height, width), seed)


def cutout(images: Any, size: int, seed: Seed) -> Any:
    """Black out a square of side `size` around a pixel drawn evenly; it may reach over the edge.

    Source: DeVries & Taylor 2017, arXiv:1708.04552.
    """
    n, (height, width) = len(images), images.shape[-2:]
    if size < 0:
        raise ValueError(f"cutout: size must be zero or more; got {size!r}")
    rng = np.random.default_rng(seed)
    top = rng.integers(0, height, (n, 1)) - size // 2
    left = rng.integers(0, width, (n, 1)) - size // 2
    in_rows = (np.arange(height) >= top) & (np.arange(height) < top + size)
    in_columns = (np.arange(width) >= left) & (np.arange(width) < left + size)
    return _blank(images, in_rows[:, :, None] & in_columns[:, None, :])


def mask_time(spectrograms: Any, most: int, seed: Seed) -> Any:
    """Blank out a stretch of 0 to `most` time steps in each spectrogram.

    Source: Park et al. 2019 (SpecAugment), arXiv:1904.08779, Section 2. Call it again for a
    second mask.
    """
    return _blank(spectrograms, _stretch("mask_time", spectrograms, -1, most, seed)[:, None, :])


def mask_frequency(spectrograms: Any, most: int, seed: Seed) -> Any:
    """Blank out a band of 0 to `most` neighbouring frequencies in each spectrogram.

    Source: Park et al. 2019 (SpecAugment), arXiv:1904.08779, Section 2.
    """
    return _blank(
        spectrograms, _stretch("mask_frequency", spectrograms, -2, most, seed)[:, :, None]
    )


def shift_time(spectrograms: Any, most: int, seed: Seed) -> Any:
    """Let each spectrogram begin up to `most` time steps sooner or later; zeros fill the gap."""
    return shift_images(spectrograms, (0, most), seed)


def add_noise(x: Any, std: Any, seed: Seed) -> Any:
    """Add N(0, std^2) to every number of images, spectrograms or rows of a table.

    For linear regression this is ridge regression on average: E|y - (X + noise) w|^2 =
    |y - X w|^2 + n std^2 |w|^2.

    Args:
        x: (n, ...), floating-point.
        std: a number, or one for each column.

    Source: Bishop 1995, "Training with noise is equivalent to Tikhonov regularization".
    """
    noise = np.random.default_rng(seed).normal(size=tuple(x.shape))
    return x + std * xp(x).asarray(noise, dtype=_float("add_noise", x), device=x.device)


def mixup(x: Any, targets: Any, seed: Seed, alpha: float = 0.2) -> tuple[Any, Any]:
    """Blend each example with another one of the batch, and their targets likewise.

    x~ = lam x_i + (1 - lam) x_j,  y~ = lam y_i + (1 - lam) y_j,  lam ~ Beta(alpha, alpha)

    Args:
        x: (n, ...), floating-point.
        targets: (n, ...), floating-point: numbers, or probabilities (see `one_hot`).
        alpha: > 0; small values leave most examples nearly as they are.

    Raises:
        TypeError: targets are class numbers, which cannot be blended.
        ValueError: alpha is not positive, or x and targets differ in length.

    Source: Zhang et al. 2018, arXiv:1710.09412, Eq. 1; lam is drawn for each pair.
    """
    if not 0 < alpha < np.inf or len(x) != len(targets):
        raise ValueError(
            "mixup: alpha must be positive and finite, x and targets of one length; got alpha "
            f"{alpha!r}, {len(x)} and {len(targets)} rows"
        )
    rng = np.random.default_rng(seed)
    partner, lam = rng.permutation(len(x)), rng.beta(alpha, alpha, len(x))

    def blend(a):
        weight = xp(a).asarray(lam, dtype=_float("mixup", a), device=a.device)
        weight = weight.reshape(-1, *[1] * (a.ndim - 1))
        return weight * a + (1 - weight) * a[xp(a).asarray(partner, device=a.device)]

    return blend(x), blend(targets)


def _float(name, x):
    """Return the dtype of x, if it is one of real numbers."""
    if not (x.dtype.kind == "f" if xp(x) is np else x.is_floating_point()):
        hint = "; turn class numbers into probabilities by one_hot" if name == "mixup" else ""
        raise TypeError(f"{name} needs floating-point numbers; got {x.dtype}{hint}")
    return x.dtype


def _each(values, x):
    """Return one value an example so that it broadcasts against x of (n, ...)."""
    return xp(x).asarray(values, device=x.device).reshape(-1, *[1] * (x.ndim - 1))


def _stretch(name, x, axis, most, seed):
    """Return (n, length): True on a stretch of each example, 0 to `most` long."""
    n, length = len(x), x.shape[axis]
    if not 0 <= most <= length:
        raise ValueError(f"{name}: most must lie in [0, {length}], the length; got {most!r}")
    rng = np.random.default_rng(seed)
    long = rng.integers(0, most, (n, 1), endpoint=True)
    start = rng.integers(0, length - long, endpoint=True)
    return (np.arange(length) >= start) & (np.arange(length) < start + long)


def _blank(x, where):
    """Return x with zeros where the mask (n, rows, columns) says so, in every channel."""
    mask = xp(x).asarray(where, device=x.device)
    mask = mask.reshape(len(x), *[1] * (x.ndim - 3), *mask.shape[1:])
    return xp(x).where(mask, xp(x).zeros_like(x), x)
