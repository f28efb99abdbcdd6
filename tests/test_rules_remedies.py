"""Clipping by value, adaptive clipping and gradient noise."""

import jax
import numpy as np
import optax
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gdcourse import Chain, ClipAdaptive, ClipValue, GradientNoise, TorchOptimizer, sgd
from gdcourse.rules.per_parameter import shaped

drawn = settings(derandomize=True, deadline=None, max_examples=25, database=None)
seeds = st.integers(0, 2**31)


@drawn
@given(limit=st.floats(1e-3, 10), seed=seeds)
def test_clipping_by_value_is_torchs(limit, seed):
    g = np.random.default_rng(seed).normal(size=50)
    p = torch.zeros(50, dtype=torch.float64, requires_grad=True)
    p.grad = torch.tensor(g)
    torch.nn.utils.clip_grad_value_([p], limit)
    np.testing.assert_array_equal(ClipValue(limit).update(g, (), g)[0], p.grad.numpy())


def test_clipping_by_value_turns_the_gradient_and_shows_nan():
    g = np.array([10.0, 0.1, np.nan, np.inf])
    np.testing.assert_array_equal(ClipValue(1.0).update(g, (), g)[0], [1.0, 0.1, np.nan, 1.0])


@drawn
@given(
    clipping=st.floats(1e-3, 1),
    eps=st.floats(1e-4, 1),
    scale=st.floats(1e-3, 1e3),
    seed=seeds,
)
def test_adaptive_clipping_is_optaxs(clipping, eps, scale, seed):
    """optax keeps a layer's weights as (inputs, outputs), torch and we as (outputs, inputs)."""
    rng = np.random.default_rng(seed)
    rule = ClipAdaptive(clipping, eps)
    for shape in ((4, 3), (7,)):
        w, g = rng.normal(size=shape), scale * rng.normal(size=shape)
        with jax.enable_x64():
            theirs = optax.adaptive_grad_clip(clipping, eps)
            step, _ = theirs.update(
                jax.numpy.asarray(g.T), theirs.init(w.T), jax.numpy.asarray(w.T)
            )
            expected = np.asarray(step).T
        np.testing.assert_allclose(rule.update(g, (), w)[0], expected, rtol=1e-9)
        as_torch = rule.update(torch.tensor(g), (), torch.tensor(w))[0]
        np.testing.assert_allclose(as_torch.numpy(), expected, rtol=1e-9)


def test_adaptive_clipping_bounds_the_share_by_which_a_units_weights_change():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(5, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
    parameters = list(model.parameters())
    rule = Chain(ClipAdaptive(0.02), sgd(0.5))
    optimizer = TorchOptimizer(parameters, shaped(rule, [p.shape for p in parameters]))
    before = [p.detach().clone() for p in parameters]
    (1e6 * model(torch.randn(8, 5)).square().sum()).backward()
    optimizer.step()
    for old, new in zip(before, parameters, strict=True):
        old, new = (a.reshape(len(a) if a.ndim > 1 else 1, -1) for a in (old, new))
        share = (new - old).norm(dim=1) / old.norm(dim=1)
        torch.testing.assert_close(share, torch.full_like(share, 0.01), rtol=1e-4, atol=0)


def test_adaptive_clipping_survives_a_norm_whose_square_does_not_fit():
    g, w = np.array([[3e25, 4e25]], dtype="float32"), np.array([[0.6, 0.8]], dtype="float32")
    step, _ = ClipAdaptive(0.5).update(g, (), w)
    np.testing.assert_allclose(step, [[0.3, 0.4]], rtol=1e-6)


N, RUNS = 2000, 50


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("t", [0, 9, 999])
def test_the_noise_has_the_variance_of_the_paper(seed, t):
    eta, gamma = 0.3, 0.55
    g = np.full((RUNS, N), 5.0)
    noise = GradientNoise(eta, gamma, seed).update(g, t, g)[0] - g
    expected = eta / (1 + t) ** gamma
    standard_error = expected * np.sqrt(2 / noise.size)
    assert abs((noise**2).mean() - expected) < 5 * standard_error
    assert abs(noise.mean()) < 5 * np.sqrt(expected / noise.size)


def test_runs_steps_seeds_and_coordinates_have_noise_of_their_own():
    g = np.zeros((RUNS, N))
    rule, other = GradientNoise(1.0, 0.0, seed=3), GradientNoise(1.0, 0.0, seed=4)
    draws = np.concatenate(
        [rule.update(g, 0, g)[0], rule.update(g, 1, g)[0], other.update(g, 0, g)[0]]
    )
    correlations = np.corrcoef(draws)[np.triu_indices(len(draws), k=1)]
    assert np.abs(correlations).max() < 6 / np.sqrt(N)  # 11 175 pairs: 4.3 is to be expected
    assert len(np.unique(draws)) == draws.size


def test_the_first_run_of_many_has_the_noise_of_a_run_alone():
    together, alone = np.zeros((3, 7)), np.zeros(7)
    rule = GradientNoise(seed=5)
    np.testing.assert_array_equal(
        rule.update(together, 4, together)[0][0], rule.update(alone, 4, alone)[0]
    )


@pytest.mark.parametrize("seed", [-1, 0.5, 2**64])
def test_a_seed_that_names_no_noise_is_refused(seed):
    with pytest.raises(ValueError, match=r"GradientNoise\.seed must be a whole number in"):
        GradientNoise(seed=seed)


def test_the_largest_seed_is_a_seed():
    g = np.zeros(3)
    assert np.isfinite(GradientNoise(seed=2**64 - 1).update(g, 0, g)[0]).all()
