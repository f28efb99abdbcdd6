"""Augmentation: what each function may change, and what it must not."""

import numpy as np
import pytest
import torch

from gdcourse import (
    add_noise,
    crop_images,
    cutout,
    flip_images,
    mask_frequency,
    mask_time,
    mixup,
    one_hot,
    shift_images,
    shift_time,
    smooth_labels,
)

N, H, W = 60, 7, 9
WAYS = {
    "flip": lambda x, seed: flip_images(x, seed),
    "crop": lambda x, seed: crop_images(x, (5, 6), seed),
    "shift": lambda x, seed: shift_images(x, (2, 3), seed),
    "cutout": lambda x, seed: cutout(x, 3, seed),
    "mask time": lambda x, seed: mask_time(x, 4, seed),
    "mask frequency": lambda x, seed: mask_frequency(x, 4, seed),
    "shift time": lambda x, seed: shift_time(x, 4, seed),
    "noise": lambda x, seed: add_noise(x, 0.1, seed),
    "mixup": lambda x, seed: mixup(x, x, seed)[0],
}
every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def images(*channels, seed=0):
    """Return a batch whose numbers are all different and none zero, not to be written to."""
    x = 1 + np.random.default_rng(seed).random((N, *channels, H, W))
    x.flags.writeable = False
    return x


@every_way
@pytest.mark.parametrize("channels", [(), (3,)], ids=["grey", "colour"])
def test_it_is_seeded_and_alike_on_numpy_and_torch(way, channels):
    x = images(*channels)
    y = way(x, 1)
    np.testing.assert_allclose(y, way(torch.tensor(x), 1), rtol=1e-12)
    np.testing.assert_array_equal(y, way(x, np.random.default_rng(1)))
    assert not np.array_equal(y, way(x, 2))
    rng = np.random.default_rng(1)
    assert not np.array_equal(way(x, rng), way(x, rng))
    assert not np.shares_memory(x, y)
    for small in (x.astype("float32"), torch.tensor(x, dtype=torch.float32)):
        assert way(small, 1).dtype == small.dtype
    assert y.shape == (N, *channels, *((5, 6) if y.shape[-1] == 6 else (H, W)))


@every_way
def test_each_example_gets_its_own_draw(way):
    y = way(np.repeat(images()[:1], N, axis=0) + np.arange(N)[:, None, None] * 0, 1)
    if way is not WAYS["mixup"]:  # blends of equal images are equal
        assert len(np.unique(y, axis=0)) > 1


@pytest.mark.parametrize("name", ["flip", "crop", "shift", "cutout", "mask time"])
def test_whole_numbers_stay_whole_numbers(name):
    x = (100 * images(3)).astype("uint8")
    y = WAYS[name](x, 0)
    assert y.dtype == np.uint8 and WAYS[name](torch.tensor(x), 0).dtype == torch.uint8


def test_flips_are_mirror_images():
    x = images(3)
    np.testing.assert_array_equal(flip_images(x, 0, p=1.0), x[..., ::-1])
    np.testing.assert_array_equal(flip_images(x, 0, p=0.0), x)
    y, chosen = flip_images(x, 0, p=0.3), 0
    for before, after in zip(x, y, strict=True):
        mirrored = np.array_equal(after, before[..., ::-1])
        assert mirrored or np.array_equal(after, before)
        chosen += mirrored
    assert chosen / N == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / N))
    with pytest.raises(ValueError, match="p must lie in"):
        flip_images(x, 0, p=1.5)


def test_crops_are_windows_and_every_window_comes():
    x = np.broadcast_to(np.arange(H * W).reshape(H, W), (2000, H, W))
    y, corners = crop_images(x, (5, 6), 0), set()
    for window in y:
        i, j = divmod(int(window[0, 0]), W)
        np.testing.assert_array_equal(window, x[0, i : i + 5, j : j + 6])
        corners.add((i, j))
    assert corners == {(i, j) for i in range(3) for j in range(4)}
    np.testing.assert_array_equal(crop_images(x, (H, W), 0), x)
    for size in ((0, 3), (H + 1, 3), (3, W + 1)):
        with pytest.raises(ValueError, match="crop_images: size must fit"):
            crop_images(x, size, 0)


def test_shifts_move_and_fill_with_zeros():
    x, seen = images(3), set()
    for before, after in zip(x, shift_images(x, (2, 1), 0), strict=True):
        rows, columns = np.nonzero(after[0])
        i, j = rows.min() - (H - 1 - rows.max()), columns.min() - (W - 1 - columns.max())
        expected = np.zeros_like(before)
        expected[:, max(i, 0) : H + min(i, 0), max(j, 0) : W + min(j, 0)] = before[
            :, max(-i, 0) : H + min(-i, 0), max(-j, 0) : W + min(-j, 0)
        ]
        np.testing.assert_array_equal(after, expected)
        seen.add((int(i), int(j)))
    assert {i for i, _ in seen} == {-2, -1, 0, 1, 2} and {j for _, j in seen} == {-1, 0, 1}
    np.testing.assert_array_equal(shift_images(x, (0, 0), 0), x)
    np.testing.assert_array_equal(shift_time(x, 3, 0), shift_images(x, (0, 3), 0))
    with pytest.raises(ValueError, match="most must be zero or more"):
        shift_images(x, (0, -1), 0)


def test_cutout_blanks_one_square_in_all_channels():
    x, areas = images(3), set()
    for before, after in zip(x, cutout(x, 3, 0), strict=True):
        gone = after == 0
        assert (gone == gone[:1]).all()
        rows, columns = np.nonzero(gone[0])
        box = (np.ptp(rows) + 1, np.ptp(columns) + 1)
        assert gone[0].sum() == box[0] * box[1] and 2 <= min(box) <= max(box) <= 3
        np.testing.assert_array_equal(after[~gone], before[~gone])
        areas.add(int(gone[0].sum()))
    assert areas == {4, 6, 9}  # whole, over an edge, over a corner
    np.testing.assert_array_equal(cutout(x, 0, 0), x)
    with pytest.raises(ValueError, match="size must be zero or more"):
        cutout(x, -1, 0)


@pytest.mark.parametrize(("mask", "axis"), [(mask_time, -1), (mask_frequency, -2)])
def test_spectrogram_masks_blank_one_stretch_across_the_other_axis(mask, axis):
    x, lengths = images(2), []
    for before, after in zip(x, mask(x, 4, 0), strict=True):
        gone = np.moveaxis(after == 0, axis, -1)
        assert (gone == gone[:1, :1]).all()
        places = np.nonzero(gone[0, 0])[0]
        lengths.append(len(places))
        assert len(places) == 0 or np.ptp(places) + 1 == len(places)
        np.testing.assert_array_equal(after[after != 0], before[after != 0])
    assert set(lengths) == {0, 1, 2, 3, 4}
    # Every length from 0 to all of it, equally often: none is cut short by the edge.
    n, most = 5000, x.shape[axis]
    gone = (mask(np.ones((n, H, W)), most, 0) == 0).any(-2 if axis == -1 else -1).sum(1)
    share = np.bincount(gone, minlength=most + 1) / n
    np.testing.assert_allclose(share, 1 / (most + 1), atol=5 * np.sqrt(1 / (most + 1) / n))
    for most in (-1, 10):
        with pytest.raises(
            ValueError, match=rf"{mask.__name__}: most must lie in \[0, {(H, W)[axis]}"
        ):
            mask(x, most, 0)


def test_noise_has_the_deviation_asked_for_in_each_column():
    x, std = np.random.default_rng(3).normal(size=(20_000, 3)), np.array([0.0, 0.1, 5.0])
    noise = add_noise(x, std, 0) - x
    np.testing.assert_allclose(noise.std(0), std, rtol=0.03)
    assert np.abs(np.corrcoef(noise[:, 1], noise[:, 2])[0, 1]) < 5 / np.sqrt(20_000)
    with pytest.raises(TypeError, match="add_noise needs floating-point numbers; got int64"):
        add_noise(np.arange(3), 0.1, 0)


def test_noise_on_the_inputs_of_linear_regression_is_ridge():
    """Bishop 1995: penalty n std^2."""
    rng = np.random.default_rng(0)
    X, std, copies = rng.normal(size=(30, 4)), 0.5, 20_000
    y = X @ [1.0, -1.0, 0.5, 2.0]
    A, b = np.zeros((4, 4)), np.zeros(4)
    for _ in range(copies):
        Z = add_noise(X, std, rng)
        A, b = A + Z.T @ Z / copies, b + Z.T @ y / copies
    ridge = np.linalg.solve(X.T @ X + 30 * std**2 * np.eye(4), X.T @ y)
    assert np.linalg.norm(np.linalg.solve(A, b) - ridge) < 0.01 * np.linalg.norm(ridge)


def test_mixup_blends_examples_and_targets_with_the_same_weights():
    labels = np.random.default_rng(1).integers(0, 4, N)
    x, targets = images(3), one_hot(labels, 4)
    # Each image carries its own number, so that a blend tells who was blended, and how.
    numbers = np.eye(N)[:, None, :] + np.zeros((N, 2, N))
    z, t = mixup(numbers, targets, seed=5, alpha=1.0)
    share = z[:, 0]
    np.testing.assert_allclose(share.sum(1), 1, rtol=1e-12)
    assert ((share > 1e-12).sum(1) <= 2).all() and (np.diag(share) > 0).all()
    np.testing.assert_allclose(share @ targets, t, rtol=1e-12, atol=1e-15)
    blended, _ = mixup(x, targets, seed=5, alpha=1.0)
    np.testing.assert_allclose(blended, np.tensordot(share, x, 1), rtol=1e-12)
    np.testing.assert_allclose(smooth_labels(t, 0.1).sum(1), 1, rtol=1e-12)


@pytest.mark.parametrize("alpha", [0.2, 1.0, 5.0])
def test_mixups_weights_are_beta_distributed(alpha):
    n = 4000
    lam = np.diag(mixup(np.eye(n), np.zeros(n), seed=0, alpha=alpha)[0])
    lam = lam[lam < 1]  # an example may meet itself
    # Beta(a, a): mean 1/2, variance 1 / (4 (2a + 1))
    assert lam.mean() == pytest.approx(0.5, abs=5 * lam.std() / np.sqrt(n))
    assert lam.var() == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.05)


def test_mixup_refuses_what_cannot_be_blended():
    x = images()
    with pytest.raises(TypeError, match=r"mixup needs .*; got int64; turn class numbers into"):
        mixup(x, np.arange(N), 0)
    with pytest.raises(ValueError, match=r"x and targets of one length; got .* 60 and 59 rows"):
        mixup(x, np.ones(N - 1), 0)
    for alpha in (0, -1, np.inf):
        with pytest.raises(ValueError, match="alpha must be positive"):
            mixup(x, np.ones(N), 0, alpha)
