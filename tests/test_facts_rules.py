"""Published facts on the first-order rules: theory's number, at theory's tolerance.

Facts 1, 2, 3, 5 and 13-16 stand in test_facts.py.
"""

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

from gdcourse import (
    Adam,
    AMSGrad,
    Chain,
    GradientNoise,
    InverseSqrt,
    InverseTime,
    LearningRate,
    Lion,
    Nesterov,
    PolyakAverage,
    SoftThreshold,
    adagrad,
    bowl,
    lion,
    minimize,
    momentum,
    nesterov,
    schedule_free,
    sgd,
    sign_descent,
)
from gdcourse.rules.radam import rectification

SEEDS = range(10)


def walk(rule, gradient, x, steps):
    """Follow a rule along (t, x) -> gradient; return the points (steps + 1, ...) and the state."""
    state, path = rule.init(x), [x]
    for t in range(steps):
        step, state = rule.update(gradient(t, x), state, x)
        x = x - step
        path.append(x)
    return np.array(path), state


def nesterov_radius(lr, beta, curvatures):
    """Return the spectral radius of one step (x, v) -> (x, v), read off the rule itself."""
    rule, radii = nesterov(lr, beta), []
    for c in curvatures:
        columns = []
        for x, v in np.eye(2):
            step, ((_, v_new), _) = rule.update(np.array([c * x]), ((1, np.array([v])), 1), None)
            columns.append([x - step[0], v_new[0]])
        radii.append(np.abs(np.linalg.eigvals(np.array(columns).T)).max())
    return max(radii)


@pytest.mark.parametrize("kappa", [4.0, 100.0, 1e4])
def test_4_nesterov_contracts_by_one_minus_the_root(kappa):
    """Fact 4. beta = (sqrt(kappa) - 1) / (sqrt(kappa) + 1), lr = 1 / L. Nesterov 2004."""
    root = sqrt(kappa)
    beta, spectrum = (root - 1) / (root + 1), np.geomspace(1, kappa, 60)
    expected = 1 - 1 / root
    assert nesterov_radius(1 / kappa, beta, spectrum) == pytest.approx(expected, abs=1e-6)
    for b in (0.9 * beta, beta + 0.1 * (1 - beta)):
        assert nesterov_radius(1 / kappa, b, spectrum) > expected + 0.01 / root


def lessard(t, x):
    """Return the gradient of Lessard's function: slope 25, but 1 between 1 and 2."""
    return np.where(x < 1, 25 * x, np.where(x < 2, x + 24, 25 * x - 24))


def test_6_momentum_cycles_on_a_convex_function_where_descent_converges():
    """Fact 6. kappa = 25, heavy ball at its optimum for quadratics. Lessard et al. 2016."""
    lr, beta, start = 1 / 9, 4 / 9, np.array([3.3])
    path, _ = walk(momentum(lr, beta), lessard, start, 3000)
    np.testing.assert_allclose(path[-30:], path[-33:-3], rtol=0, atol=1e-8)
    # p -> q -> r -> p solves three linear equations, with r alone on the upper branch.
    a, b, c = Fraction(4, 9), Fraction(1, 9), Fraction(24, 1)
    middle, last = 1 + a - 25 * b, b * c
    p, q, r = Fraction(792, 1225), Fraction(-2208, 1225), Fraction(2592, 1225)
    assert (q, r, p) == (middle * p - a * r, middle * q - a * p, middle * r + last - a * q)
    cycle = sorted(path[-3:, 0])
    np.testing.assert_allclose(cycle, sorted(map(float, (p, q, r))), rtol=0, atol=1e-8)
    np.testing.assert_allclose(cycle, [-1.802, 0.647, 2.116], rtol=0, atol=1e-3)

    for rule in (sgd(2 / 26), nesterov(1 / 25, 4 / 6)):
        path, _ = walk(rule, lessard, start, 3000)
        assert abs(path[-1, 0]) < 1e-12


@pytest.mark.parametrize("seed", SEEDS)
def test_7_descent_and_fista_keep_their_bounds_at_every_step(seed):
    """Fact 7. Beck & Teboulle 2009, Theorems 3.1 and 4.4."""
    rng, k = np.random.default_rng(seed), np.arange(1, 1001)
    curvatures = np.sort(10 ** rng.uniform(-5, 0, size=20))
    L, x0 = curvatures[-1], rng.normal(size=20)

    def gap(x):
        return (curvatures * x**2).sum(-1) / 2

    plain, _ = walk(sgd(1 / L), lambda t, x: curvatures * x, x0, 1000)
    assert (gap(plain[1:]) <= L * x0 @ x0 / (2 * k)).all()
    fista = Chain(Nesterov(lambda t: max(t - 1, 0) / (t + 2)), LearningRate(1 / L))
    ahead, _ = walk(fista, lambda t, x: curvatures * x, x0, 999)
    x = ahead - curvatures * ahead / L  # the rule walks y; x_k = y_k - lr g(y_k)
    assert (gap(x) <= 2 * L * x0 @ x0 / (k + 1) ** 2).all()


def test_7_descent_breaks_the_bound_that_fista_keeps():
    curvatures = np.array([1.0, 1 / 2000])
    path, _ = walk(sgd(1.0), lambda t, x: curvatures * x, np.array([0.0, 1.0]), 1000)
    assert (curvatures * path[-1] ** 2).sum() / 2 > 10 * 2 / 1001**2


C = 3.0


def reddi(t, x):
    return np.full_like(x, C if t % 3 == 0 else -1.0)


def online(rule, gradient, steps):
    """Walk in [-1, 1] from 0: after each step, back to the nearest end."""
    x, path = np.zeros(1), []
    state = rule.init(x)
    for t in range(steps):
        path.append(x)
        step, state = rule.update(gradient(t, x), state, x)
        x = np.clip(x - step, -1, 1)
    return np.array(path)[:, 0]


def test_17_adam_goes_to_the_worst_point_and_amsgrad_to_the_best():
    """Fact 17. Reddi et al. 2018, Theorem 1: regret 2 (C - 2) / 3 a round."""
    steps, rate = 30_000, LearningRate(InverseSqrt(1.0))
    slopes = np.array([C, -1.0, -1.0])[np.arange(steps) % 3]
    adam = online(Chain(Adam(b1=0, b2=1 / (1 + C**2), eps=0), rate), reddi, steps)
    amsgrad = online(Chain(AMSGrad(b1=0, b2=1 / (1 + C**2), eps=0), rate), reddi, steps)
    assert adam[-1] > 0.99 and amsgrad[-1] < -0.99
    assert (slopes * (adam + 1)).mean() == pytest.approx(2 * (C - 2) / 3, abs=0.01)
    assert (slopes * (amsgrad + 1)).mean() < 0.01


def test_18_adam_forgets_the_rare_large_gradient():
    """Fact 18, the signs alone. Reddi et al. 2018, Section 5."""
    steps, rate = 40_000, LearningRate(InverseSqrt(1.0))

    def rare(t, x):
        return np.full_like(x, 1010.0 if t % 101 == 0 else -10.0)

    adam = online(Chain(Adam(0.9, 0.99), rate), rare, steps)
    amsgrad = online(Chain(AMSGrad(0.9, 0.99), rate), rare, steps)
    assert adam[-1010:].mean() > 0.5
    assert amsgrad[-1010:].mean() < 0


def test_19_radams_length_first_exceeds_four_at_the_fifth_step():
    """Fact 19. Liu et al. 2020, with b2 = 0.999."""
    lengths = [rectification(0.999, t)[0] for t in range(1, 8)]
    assert [length > 4 for length in lengths] == [False] * 4 + [True] * 3
    assert [round(length, 4) for length in lengths[3:5]] == [3.9975, 4.996]
    assert [rectification(0.999, t)[1] > 0 for t in range(1, 8)] == [False] * 4 + [True] * 3


@pytest.mark.parametrize("g", [1e-3, 1.0, -1e4])
def test_20_adagrad_under_a_steady_gradient_travels_like_the_root(g):
    """Fact 20. lr times the sum of 1 / sqrt(t). Duchi et al. 2011."""
    T, lr = 10_000, 0.5
    path, _ = walk(adagrad(lr), lambda t, x: np.full(1, g), np.zeros(1), T)
    travelled = -np.sign(g) * path[-1, 0] / lr
    assert travelled == pytest.approx(2 * sqrt(T) - 1.4604, rel=1e-4)
    assert travelled == pytest.approx(198.54, abs=0.01)


def variance(rule, lr, sigma=1.0, runs=4000, seed=22, eta=None):
    """Return the mean square of x, the minimum at 0, once the start is forgotten."""
    noisy = Chain(GradientNoise(eta or sigma**2, gamma=0, seed=seed), rule)
    burn, between = int(10 / lr), max(1, int(1 / lr))
    x = np.zeros((runs, 1))
    run = minimize(bowl(1), x, noisy, steps=burn + 20 * between, every=between)
    return (run.x[run.step >= burn] ** 2).mean()


@pytest.mark.parametrize("lr", [0.1, 0.5, 1.5])
def test_22_the_noise_floor_of_stochastic_descent(lr):
    """Fact 22, curvature 1. Mandt et al. 2017; Goh 2017."""
    assert variance(sgd(lr), lr) == pytest.approx(lr / (2 - lr), rel=0.03)


@pytest.mark.parametrize(("lr", "beta"), [(0.01, 0.9), (0.1, 0.5), (1.0, 0.5)])
def test_23_momentum_at_a_rate_has_the_floor_of_descent_at_a_larger_one(lr, beta):
    """Fact 23, curvature 1; about that of sgd(lr / (1 - beta)) where lr is small."""
    expected = lr * (1 + beta) / ((1 - beta) * (2 * (1 + beta) - lr))
    assert variance(momentum(lr, beta), lr / (1 - beta)) == pytest.approx(expected, rel=0.03)


def test_24_a_falling_rate_and_an_average_reach_the_least_variance():
    """Fact 24: T times the variance is that of one gradient. Polyak & Juditsky 1992."""
    T, runs, sigma = 2000, 4000, 0.7
    x, noise = np.zeros((runs, 1)), GradientNoise(sigma**2, gamma=0, seed=24)
    falling, _ = walk(Chain(noise, sgd(InverseTime(1.0))), lambda t, x: x, x, T)
    assert T * (falling[-1] ** 2).mean() == pytest.approx(sigma**2, rel=0.1)
    averaged = PolyakAverage(Chain(noise, sgd(0.3)))
    path, state = walk(averaged, lambda t, x: x, x, T)
    assert T * (averaged.average(state) ** 2).mean() == pytest.approx(sigma**2, rel=0.1)
    assert T * (path[-1] ** 2).mean() > 100 * sigma**2


def test_26_eight_times_the_batch_at_eight_times_the_rate_keeps_the_floor():
    """Fact 26, exact for quadratics: the ratio is (2 - lr) / (2 - 8 lr). Goyal et al. 2017."""
    lr, batch = 0.01, 8
    one = variance(sgd(lr), lr, runs=8000)
    eight = variance(sgd(8 * lr), 8 * lr, eta=1 / batch, runs=8000, seed=26)
    assert eight / one == pytest.approx((2 - lr) / (2 - 8 * lr), rel=0.03)
    assert variance(sgd(8 * lr), 8 * lr) / one > 7  # without the larger batch


@pytest.mark.parametrize("seed", SEEDS)
def test_32_ista_is_the_soft_threshold(seed):
    """Fact 32. (x - z)^2 / 2 + rate |x|. Beck & Teboulle 2009."""
    rng = np.random.default_rng(seed)
    z, rate, lr = np.array([1.3, *rng.normal(size=20)]), 0.5, rng.uniform(0.1, 1.5)
    rule = Chain(sgd(lr), SoftThreshold(lr * rate))
    path, _ = walk(rule, lambda t, x: x - z, rng.normal(size=21), 500)
    expected = np.sign(z) * np.maximum(np.abs(z) - rate, 0)
    np.testing.assert_allclose(path[-1], expected, rtol=0, atol=1e-8)
    assert path[-1][0] == pytest.approx(0.8, abs=1e-8)
    assert (path[-1][expected == 0] == 0).all()  # to the last bit


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("recipe", [lion, sign_descent])
def test_56_lion_moves_every_coordinate_by_the_rate(seed, recipe):
    """Fact 56: |step|_2 = lr sqrt(d). Chen et al. 2023."""
    rng, d, lr = np.random.default_rng(seed), 50, 3e-3
    rule = recipe(lr)
    state, x = rule.init(np.zeros(d)), np.zeros(d)
    for _ in range(20):
        g = rng.normal(size=d) * 10 ** rng.uniform(-6, 6, size=d)
        step, state = rule.update(g, state, x)
        np.testing.assert_allclose(np.abs(step), lr, rtol=1e-12)
        assert np.linalg.norm(step) == pytest.approx(lr * sqrt(d), rel=1e-6)


def test_56_lion_steps_by_another_memory_than_it_keeps():
    rule, g = Lion(b1=0.9, b2=0.99), np.ones(1)
    _, m = rule.update(g, 0 * g, g)
    assert m == pytest.approx(0.01)
    assert rule.update(-0.1 * g, 0.012 * g, g)[0] == 1.0  # 0.0108 - 0.01 > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_58_schedule_free_without_momentum_is_polyak_averaging(seed):
    """Fact 58. Defazio et al. 2024."""
    rng = np.random.default_rng(seed)
    x0, lr = rng.normal(size=5), rng.uniform(0.05, 0.5)
    H, noise = np.diag(rng.uniform(0.1, 2, size=5)), rng.normal(size=(300, 5))

    def gradient(t, x):
        return H @ x + noise[t]

    free, averaged = schedule_free(lr, beta=0), PolyakAverage(sgd(lr))
    (one, a), (other, b) = (walk(rule, gradient, x0, 300) for rule in (free, averaged))
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)
    np.testing.assert_allclose(free.average(a), averaged.average(b), rtol=0, atol=1e-12)
    moving, _ = walk(schedule_free(lr, beta=0.9), gradient, x0, 300)
    assert np.abs(moving - other).max() > 1e-2


def test_14_the_first_steps_of_adams_kin_do_not_know_the_gradients_size():
    """Fact 14 for the rules beside Adam that divide by the gradient's own size."""
    g = np.array([1e-3, -1.0, 1e4])
    for rule in (AMSGrad(), adagrad(1.0), Lion()):
        step, _ = rule.update(g, rule.init(g), g)
        np.testing.assert_allclose(step, np.sign(g), rtol=2e-4)
