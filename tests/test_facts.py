"""Published facts that the present rules reach: theory's number, at theory's tolerance."""

from math import sqrt

import numpy as np
import pytest
import torch

from gdcourse import (
    Adam,
    Chain,
    ClipNorm,
    Momentum,
    Quadratic,
    adam,
    minimize,
    momentum,
    ravine,
    sgd,
)

SEEDS = range(10)
KAPPA = 100.0


def start(seed, curvatures):
    """Draw a start away from every axis of the surface: at least 0.5 along each."""
    rng = np.random.default_rng(seed)
    d = len(curvatures)
    return rng.uniform(0.5, 2, size=d) * rng.choice([-1, 1], size=d)


def random_curvatures(seed, d=4):
    return tuple(10 ** np.random.default_rng(100 + seed).uniform(-2, 2, size=d))


def bisect(converges, low, high):
    """Return where a run stops converging, to a hundredth of a percent."""
    assert converges(low) and not converges(high)
    while high / low > 1.0001:
        middle = sqrt(low * high)
        low, high = (middle, high) if converges(middle) else (low, middle)
    return sqrt(low * high)


def iteration_matrix(rule, curvature):
    """Return the linear map (x, memory) -> (x, memory) of one step, read off the rule itself."""
    columns = []
    for x, v in np.eye(2):
        step, ((v,), *_) = rule.update(np.array([curvature * x]), (np.array([v]), 0), None)
        columns.append([x - step[0], v])
    return np.array(columns).T


def radius(rule, curvatures):
    matrices = (iteration_matrix(rule, c) for c in curvatures)
    return max(np.abs(np.linalg.eigvals(m)).max() for m in matrices)


def steps_to(rule, start, accuracy=1e-6):
    x = minimize(ravine(KAPPA), start, rule, steps=2000).x
    distance = np.linalg.norm(x, axis=-1)
    return int(np.argmax(distance <= accuracy * distance[0]))


@pytest.mark.parametrize("seed", SEEDS)
def test_1_descent_converges_up_to_two_over_the_largest_curvature(seed):
    """Fact 1. Nesterov 2004; Goh 2017."""
    curvatures = random_curvatures(seed)
    x0 = start(seed, curvatures)
    sharpest = int(np.argmax(curvatures))

    def converges(lr):
        x = minimize(Quadratic(curvatures, x0), x0, sgd(lr), steps=4000, every=4000).x
        return abs(x[-1, sharpest]) < abs(x[0, sharpest])

    threshold = 2 / max(curvatures)
    assert bisect(converges, 0.1 * threshold, 10 * threshold) == pytest.approx(threshold, rel=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_2_the_best_fixed_rate_contracts_by_kappa_minus_one_over_kappa_plus_one(seed):
    """Fact 2. Polyak 1964; Nesterov 2004."""
    x0, best = start(seed, (1, KAPPA)), 2 / (1 + KAPPA)

    def contraction(lr):
        x = minimize(ravine(KAPPA), x0, sgd(lr), steps=400).x[-2:]
        return np.linalg.norm(x[1]) / np.linalg.norm(x[0])

    assert contraction(best) == pytest.approx((KAPPA - 1) / (KAPPA + 1), abs=1e-6)
    assert all(contraction(best * share) > contraction(best) for share in (0.5, 0.9, 0.99, 1.005))


def test_3_momentum_at_its_optimum_contracts_by_the_root_of_kappa():
    """Fact 3, the spectral radius. Polyak 1964; Goh 2017."""
    root, best = sqrt(KAPPA), 4 / (sqrt(KAPPA) + 1) ** 2
    beta = ((root - 1) / (root + 1)) ** 2
    expected = (root - 1) / (root + 1)
    spectrum = np.linspace(1, KAPPA, 50)
    assert radius(momentum(best, beta), spectrum) == pytest.approx(expected, abs=1e-6)
    for lr, b in ((0.9, 1), (1.1, 1), (1, 0.9), (1, 1.1)):
        assert radius(momentum(best * lr, beta * b), spectrum) > expected + 1e-3


@pytest.mark.parametrize("seed", SEEDS)
def test_3_momentum_needs_seven_times_fewer_steps(seed):
    """Fact 3, the step ratio."""
    x0, root = start(seed, (1, KAPPA)), sqrt(KAPPA)
    heavy = momentum(4 / (root + 1) ** 2, ((root - 1) / (root + 1)) ** 2)
    assert steps_to(sgd(2 / (1 + KAPPA)), x0) >= 7 * steps_to(heavy, x0) > 0


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_5_momentum_is_stable_up_to_two_times_one_plus_beta(beta):
    """Fact 5. Goh 2017."""
    x0, slope = start(5, (1,)), Quadratic((1.0,), (1.0,))

    def converges(lr):
        loss = minimize(slope, x0, momentum(lr, beta), steps=20_000, every=10_000).loss
        return loss[-1] < loss[0]

    threshold = 2 * (1 + beta)
    assert bisect(converges, 0.8 * threshold, 1.2 * threshold) == pytest.approx(threshold, rel=1e-3)


def test_13_clipping_cures_a_slope_without_a_largest_curvature():
    """Fact 13. f = x^4 from 10, rate 0.1. Zhang et al. 2020."""

    def quartic(x):
        return (x**4).sum(-1)

    x0 = torch.tensor([10.0], dtype=torch.float64)
    plain = minimize(quartic, x0, sgd(0.1), steps=2000)
    assert plain.diverged and not np.isfinite(plain.loss[-1])

    run = minimize(quartic, x0, Chain(ClipNorm(1.0), sgd(0.1)), steps=2000)
    path = np.abs(run.x[:, 0])
    free = int(np.argmax(run.gradient_norm <= 1))
    np.testing.assert_allclose(np.diff(path[: free + 1]), -0.1, rtol=1e-9)
    # dx/dt = -4 x^3 has x = (x0^-2 + 8 t)^-1/2; t = 0.1 a step.
    expected = 1 / sqrt(path[free] ** -2 + 0.8 * (2000 - free))
    assert path[-1] == pytest.approx(expected, rel=0.01)
    assert path[-1] == pytest.approx(0.026, abs=5e-4)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", [1e-4, 1.0, 1e4, 1e12])
def test_13_clipping_bounds_the_norm_and_keeps_the_direction(seed, size):
    """Fact 13. Pascanu et al. 2013."""
    g = size * np.random.default_rng(seed).normal(size=20)
    for limit in (0.01, 1.0, 100.0):
        step, _ = ClipNorm(limit).update(g, (), None)
        norm = np.linalg.norm(step)
        assert norm <= limit * (1 + 1e-6)
        assert norm == pytest.approx(min(limit, np.linalg.norm(g)), rel=1e-12)
        assert step @ g / (norm * np.linalg.norm(g)) > 1 - 1e-12


@pytest.mark.parametrize("seed", SEEDS)
def test_14_adams_first_step_is_the_rate_whatever_the_gradient(seed):
    """Fact 14. Kingma & Ba 2015."""
    rng = np.random.default_rng(seed)
    g = 10 ** rng.uniform(-4, 4, size=50) * rng.choice([-1, 1], size=50)
    rule = adam(lr := 0.003)
    step, _ = rule.update(g, rule.init(g), g)
    np.testing.assert_allclose(step, lr * np.sign(g), rtol=2e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_15_without_bias_correction_the_first_step_is_too_large(seed):
    """Fact 15: (1 - b1) / sqrt(1 - b2) times the rate. Kingma & Ba 2015."""
    g = np.random.default_rng(seed).normal(size=20)
    rule = Adam()
    _, (t, m, v) = rule.update(g, rule.init(g), g)
    assert t == 1
    np.testing.assert_allclose(m / np.sqrt(v), 3.16228 * np.sign(g), rtol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_16_adams_path_does_not_depend_on_the_scale_of_the_loss(seed):
    """Fact 16. Kingma & Ba 2015."""
    curvatures, lr = tuple(1 + c for c in random_curvatures(seed)), 1e-3
    scaled = tuple(1000 * c for c in curvatures)
    x0 = start(seed, curvatures)
    paths = [minimize(Quadratic(c, x0), x0, adam(lr), steps=300).x for c in (curvatures, scaled)]
    assert np.abs(paths[0] - paths[1]).max() < 1e-4 * lr
    plain = [minimize(Quadratic(c, x0), x0, sgd(lr), steps=300).x[-1] for c in (curvatures, scaled)]
    assert not np.allclose(*plain, rtol=1e-2)


def test_momentum_of_a_steady_gradient_goes_one_over_one_minus_beta_as_far():
    """Stated in Momentum's docstring: the sum of a geometric series."""
    rule, g = Momentum(0.9), np.ones(1)
    state = rule.init(g)
    for _ in range(500):
        step, state = rule.update(g, state, g)
    assert step[0] == pytest.approx(10, rel=1e-12)
