"""Rules that need more than a gradient, and rules that need matrices."""

import copy
import pickle
from itertools import pairwise

import numpy as np
import pytest
import scipy.optimize
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gdcourse import minimize
from gdcourse.problems import (
    Beale,
    Cliff,
    Himmelblau,
    LeastSquares,
    Lessard,
    MonkeySaddle,
    Plateau,
    Quadratic,
    Rastrigin,
    Rosenbrock,
    bowl,
    ravine,
    reddi,
    reddi_rare,
    saddle,
)
from gdcourse.rules import (
    LBFGS,
    SAM,
    Adam,
    AMSGrad,
    Backtrack,
    Chain,
    ConjugateGradient,
    GaussNewton,
    LearningRate,
    Momentum,
    Muon,
    NaturalGradient,
    Newton,
    PerParameter,
    PolyakStep,
    Project,
    Rule,
    Shampoo,
    lbfgs,
    muon,
    newton,
    polyak,
    sam,
    sgd,
    shampoo,
    shaped,
)
from gdcourse.rules.muon import orthogonalize
from gdcourse.rules.shampoo import inverse_root

SEED, STEPS, RUNS = 41, 12, 4
SURFACE = Rosenbrock()
PARTS = ((2, 3), (3,), (), (4, 2))
SIZE = 6 + 3 + 1 + 8
drawn = settings(derandomize=True, deadline=None, max_examples=25)


def rosenbrock_residuals(x):
    """Return J of r = sqrt(2) (1 - x, 10 (y - x^2)), whose half square is Rosenbrock's loss."""
    lib, zero = (torch if isinstance(x, torch.Tensor) else np), 0 * x[..., 0]
    first = lib.stack([zero - 1, zero], -1)
    return 2**0.5 * lib.stack([first, lib.stack([-20 * x[..., 0], zero + 10], -1)], -2)


# Rules on a surface of two coordinates, and rules on a vector that holds matrices.
ON_SURFACE = [
    Newton(SURFACE.hessian),
    Newton(SURFACE.hessian, damping=0.5),
    Newton(SURFACE.hessian, saddle_free=True),
    GaussNewton(rosenbrock_residuals, damping=0.1),
    NaturalGradient(SURFACE.hessian, damping=300.0),
    lbfgs(1e-3, m=3),
    lbfgs(loss=SURFACE.loss),
    Backtrack(Chain(Momentum(0.5), LearningRate(0.1)), SURFACE.loss),
    sam(1e-3, SURFACE.gradient),
    polyak(1.0, SURFACE.loss),
    Chain(LearningRate(1e-3), Project(-2.0, 2.0)),
    ConjugateGradient(lambda x, p: (SURFACE.hessian(x) @ p[..., None])[..., 0]),
]
ON_MATRICES = [
    PerParameter(Muon(), PARTS),
    PerParameter(Muon(0.5, steps=3, nesterov=False), PARTS, rest=Adam()),
    PerParameter(Shampoo(), PARTS),
    PerParameter(Shampoo(1.0), PARTS, rest=Chain(Momentum(), LearningRate(0.1))),
    PerParameter(Momentum(), PARTS),
    shaped(muon(0.01, rest=Adam()), PARTS),
    shaped(shampoo(0.1), PARTS),
]
CASES = [(rule, 2) for rule in ON_SURFACE] + [(rule, SIZE) for rule in ON_MATRICES]
every_rule = pytest.mark.parametrize(
    ("rule", "dim"), CASES, ids=[f"{i}-{type(r).__name__}" for i, (r, _) in enumerate(CASES)]
)
every_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


def draw(dim, lead=(), steps=STEPS, dtype="float64"):
    """Draw a start near (-1, 1) and, where there is no surface, a gradient for each step."""
    rng = np.random.default_rng(SEED)
    x = np.array(rng.normal(size=(*lead, dim)) * 0.3 + 1, dtype=dtype)
    return x, np.array(rng.normal(size=(steps, *lead, dim)), dtype=dtype)


def read_only(state):
    for leaf in leaves(state):
        if isinstance(leaf, np.ndarray):
            leaf.flags.writeable = False
    return state


def leaves(state):
    if type(state) is tuple:
        return [leaf for item in state for leaf in leaves(item)]
    assert type(state) in (int, float, np.ndarray, torch.Tensor), f"{type(state)} in a state"
    return [state]


def drive(rule, x, gradients):
    """Return the steps of a rule, and its states, on its surface or on the gradients given."""
    state, steps, states = rule.init(x), [], []
    for g in gradients:
        g = SURFACE.gradient(x) if x.shape[-1] == 2 else g
        read_only((x, g, state)) if isinstance(x, np.ndarray) else None
        step, state = rule.update(g, state, x)
        x = x - step
        steps.append(step)
        states.append(state)
    return steps, states


@every_rule
@every_dtype
def test_a_rule_changes_no_argument_and_keeps_shape_and_dtype(rule, dim, dtype):
    x, gradients = draw(dim, (RUNS,), dtype=dtype)
    steps, states = drive(rule, x, gradients)  # on read-only arrays
    for step in steps:
        assert (type(step), step.shape, step.dtype) == (type(x), x.shape, x.dtype)
    arrays = [leaf for leaf in leaves(states[-1]) if isinstance(leaf, np.ndarray)]
    assert all(leaf.dtype == x.dtype for leaf in arrays)
    tensor, state = torch.tensor(x), rule.init(torch.tensor(x))
    for g in gradients:
        g = SURFACE.gradient(tensor) if dim == 2 else torch.tensor(g)
        before = copy.deepcopy((tensor, g, state))
        step, after = rule.update(g, state, tensor)
        for a, b in zip(leaves((tensor, g, state)), leaves(before), strict=True):
            assert np.array_equal(a, b)
        assert (step.shape, step.dtype) == (tensor.shape, tensor.dtype)
        assert all(a.dtype == tensor.dtype for a in leaves(after) if isinstance(a, torch.Tensor))
        tensor, state = tensor - step, after


@every_rule
def test_numpy_and_torch_agree(rule, dim):
    """To 1e-12 of the longest step of the run, over one step from each state of the path."""
    x, gradients = draw(dim, (RUNS,))
    state = rule.init(x)
    for g in gradients:
        g = SURFACE.gradient(x) if dim == 2 else g
        step, after = rule.update(g, state, x)
        theirs, _ = rule.update(torch.tensor(g), as_tensors(state), torch.tensor(x))
        size = np.abs(step).max(-1, keepdims=True)
        assert (np.abs(theirs.numpy() - step) <= 1e-12 * size).all()
        x, state = x - step, after


def as_tensors(state):
    if isinstance(state, tuple):
        return tuple(map(as_tensors, state))
    return torch.tensor(state) if isinstance(state, np.ndarray) else state


@every_rule
def test_leading_axes_are_independent_runs(rule, dim):
    x, gradients = draw(dim, (2, RUNS))
    state = rule.init(x)
    for t in range(STEPS):
        g = SURFACE.gradient(x) if dim == 2 else gradients[t]
        step, after = rule.update(g, state, x)
        for run in np.ndindex(2, RUNS):
            one = pick(state, run, (2, RUNS))
            alone, _ = rule.update(g[run], one, x[run])
            np.testing.assert_allclose(step[run], alone, rtol=1e-9, atol=1e-12)
        x, state = x - step, after


def pick(state, run, lead):
    if isinstance(state, tuple):
        return tuple(pick(item, run, lead) for item in state)
    return state[run] if isinstance(state, np.ndarray) else state


@every_rule
@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_a_run_that_blew_up_is_not_hidden_and_harms_no_other(rule, dim, bad, library):
    x, gradients = draw(dim, (RUNS,))
    g = SURFACE.gradient(x) if dim == 2 else gradients[0]
    spoilt, where = g.copy(), x.copy()
    spoilt[0], where[0] = bad, np.nan if dim == 2 else where[0]
    if library == "torch":
        x, g, spoilt, where = map(torch.tensor, (x, g, spoilt, where))
    with np.errstate(invalid="ignore", over="ignore"):
        step, _ = rule.update(spoilt, rule.init(x), where)
    clean, _ = rule.update(g, rule.init(x), x)
    assert not np.isfinite(np.asarray(step)[0]).all()
    np.testing.assert_allclose(np.asarray(step)[1:], np.asarray(clean)[1:], rtol=1e-9)


@every_rule
def test_no_gradient_means_no_step(rule, dim):
    x = np.ones((RUNS, dim))  # the minimum of the surface
    steps, _ = drive(rule, x, np.zeros((3, RUNS, dim)))
    assert all((step == 0).all() for step in steps)


@every_rule
def test_a_rule_is_deterministic_and_its_state_survives_saving(rule, dim, tmp_path):
    x, gradients = draw(dim, (RUNS,))
    one, states = drive(rule, x, gradients)
    two, _ = drive(rule, *draw(dim, (RUNS,)))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    torch.save(as_tensors(states[5]), tmp_path / "state")
    loaded = torch.load(tmp_path / "state")  # plain tuples of tensors: torch's safe loader takes it
    restored = pickle.loads(pickle.dumps(states[5]))
    for a, b, c in zip(*map(leaves, (states[5], restored, loaded)), strict=True):
        assert np.array_equal(a, b) and np.array_equal(a, c)
    assert not rule.elementwise or isinstance(rule, Chain)


class TestNewton:
    @drawn
    @given(st.integers(0, 2**32 - 1), st.floats(1, 1e6))
    def test_fact_36_one_step_solves_a_parabola(self, seed, kappa):
        problem, start = ravine(kappa), np.random.default_rng(seed).normal(size=(5, 2))
        run = minimize(problem, start, newton(1.0, problem.hessian), steps=1)
        np.testing.assert_allclose(run.x[-1], 0, atol=1e-10)

    def test_fact_36_the_error_is_squared_at_every_step(self):
        """For e^x - x the ratio e_{k+1} / e_k^2 tends to f''' / (2 f'') = 1/2."""
        rule, x, errors = Newton(lambda x: np.exp(x)[..., None]), np.array([0.5]), []
        for _ in range(4):
            errors.append(x[0])
            x = x - rule.update(np.exp(x) - 1, (), x)[0]
        ratios = np.array(errors[1:]) / np.array(errors[:-1]) ** 2
        assert ratios[-1] == pytest.approx(0.5, rel=0.02)

    @drawn
    @given(st.integers(0, 2**32 - 1))
    def test_fact_37_it_jumps_to_the_saddle_and_the_saddle_free_one_away(self, seed):
        start = np.random.default_rng(seed).normal(size=2)
        problem = saddle()
        run = minimize(problem, start, newton(1.0, problem.hessian), steps=1)
        np.testing.assert_allclose(run.x[-1], 0, atol=1e-12)
        free = newton(1.0, problem.hessian, saddle_free=True)
        run = minimize(problem, start, free, steps=5)
        np.testing.assert_allclose(run.x[-1], [0, 2**5 * start[1]], rtol=1e-9, atol=1e-12)
        assert run.loss[-1] < run.loss[0]

    def test_damping_is_levenbergs(self):
        rng = np.random.default_rng(SEED)
        x, g = rng.normal(size=(20, 2)), rng.normal(size=(20, 2))
        step, _ = Newton(SURFACE.hessian, damping=3.0).update(g, (), x)
        H = SURFACE.hessian(x) + 3.0 * np.eye(2)
        np.testing.assert_allclose(step, np.linalg.solve(H, g[..., None])[..., 0], rtol=1e-9)

    def test_damping_keeps_the_step_finite_where_the_hessian_is_singular(self):
        x, g = np.zeros((1, 2)), np.ones((1, 2))
        step, _ = Newton(MonkeySaddle().hessian, damping=0.5).update(g, (), x)
        np.testing.assert_allclose(step, 2 * g)
        with np.errstate(divide="ignore", invalid="ignore"):
            step, _ = Newton(MonkeySaddle().hessian).update(g, (), x)
        assert not np.isfinite(step).any()

    @pytest.mark.parametrize("library", ["numpy", "torch"])
    @pytest.mark.parametrize("dim", [3, 5, 30])
    def test_a_hessian_of_nan_harms_no_other_run(self, library, dim):
        """LAPACK gives up on some matrices of nan, which must not end the other runs."""
        surface = Rastrigin(dim)
        x = np.random.default_rng(SEED).normal(size=(3, dim))
        x[1] = np.nan
        x = torch.tensor(x) if library == "torch" else x
        step, _ = Newton(surface.hessian).update(surface.gradient(x), (), x)
        step, x = np.asarray(step), np.asarray(x)
        assert np.isnan(step[1]).all()
        diagonal = np.diagonal(surface.hessian(x), axis1=-2, axis2=-1)
        expected = surface.gradient(x) / diagonal
        np.testing.assert_allclose(step[[0, 2]], expected[[0, 2]], rtol=1e-9)

    def test_it_finds_rosenbrocks_minimum(self):
        run = minimize(SURFACE, SURFACE.start, newton(1.0, SURFACE.hessian), steps=10)
        np.testing.assert_allclose(run.x[-1], SURFACE.minimum, atol=1e-12)


class TestGaussNewtonAndNaturalGradient:
    def test_gauss_newton_is_newton_where_the_residual_is_linear(self):
        rng = np.random.default_rng(SEED)
        X, y = rng.normal(size=(30, 3)), rng.normal(size=30)
        problem, J = LeastSquares(X, y), X * (2 / 30) ** 0.5
        run = minimize(problem, np.ones(3), GaussNewton(lambda w: J), steps=1)
        np.testing.assert_allclose(run.x[-1], np.linalg.lstsq(X, y)[0], rtol=1e-9)

    def test_gauss_newton_fits_a_curve_as_scipys_least_squares_does(self):
        t = np.linspace(0, 3, 20)
        y = 2 * np.exp(-0.7 * t) + 0.05 * np.random.default_rng(SEED).normal(size=20)

        def residual(x):
            return x[0] * np.exp(-x[1] * t) - y

        def jacobian(x):
            return np.stack([np.exp(-x[1] * t), -t * x[0] * np.exp(-x[1] * t)], -1)

        rule, x = GaussNewton(jacobian), np.array([1.0, 0.3])
        for _ in range(20):
            x = x - rule.update(jacobian(x).T @ residual(x), (), x)[0]
        theirs = scipy.optimize.least_squares(residual, [1.0, 0.3], xtol=1e-15, gtol=1e-15).x
        np.testing.assert_allclose(x, theirs, rtol=1e-6)
        np.testing.assert_allclose(jacobian(x).T @ residual(x), 0, atol=1e-12)

    def test_it_solves_rosenbrock_in_two_steps(self):
        """Both residuals are then 0 in turn: y = x^2 is met exactly after x = 1."""
        rule = GaussNewton(rosenbrock_residuals)
        run = minimize(SURFACE, SURFACE.start, rule, steps=2)
        np.testing.assert_allclose(run.x[-1], SURFACE.minimum, atol=1e-12)

    def test_the_natural_gradient_of_logistic_regression_is_newtons_step(self):
        rng = np.random.default_rng(SEED)
        X, y = rng.normal(size=(50, 3)), rng.integers(0, 2, 50)

        def loss(w):
            return torch.nn.functional.binary_cross_entropy_with_logits(
                torch.tensor(X) @ w, torch.tensor(y, dtype=torch.float64)
            )

        def fisher(w):
            p = 1 / (1 + np.exp(-X @ w))
            return X.T @ (X * (p * (1 - p))[:, None]) / len(X)

        w = rng.normal(size=3)
        g = torch.func.grad(loss)(torch.tensor(w)).numpy()
        H = torch.func.jacrev(torch.func.grad(loss))(torch.tensor(w)).numpy()
        step, _ = NaturalGradient(fisher).update(g, (), w)
        np.testing.assert_allclose(step, np.linalg.solve(H, g), rtol=1e-9)

    @drawn
    @given(st.floats(0.05, 0.95), st.floats(0.05, 0.95))
    def test_the_natural_gradient_is_the_same_in_whichever_parameters(self, p, target):
        """A coin as p, and as its log odds z: dp = p (1 - p) dz for the two steps."""
        slope = (p - target) / (p * (1 - p))  # of the cross-entropy along p
        in_p, _ = NaturalGradient(lambda x: 1 / (x * (1 - x))[..., None]).update(
            np.array([slope]), (), np.array([p])
        )
        fisher = p * (1 - p)
        in_z, _ = NaturalGradient(lambda z: np.array([[fisher]])).update(
            np.array([slope * fisher]), (), np.array([np.log(p / (1 - p))])
        )
        np.testing.assert_allclose(in_p, fisher * in_z, rtol=1e-9)


class TestLBFGS:
    @pytest.mark.parametrize(
        "surface", [Rosenbrock(), Himmelblau(), Beale(), ravine(1e4)], ids=repr
    )
    def test_it_ends_where_scipys_ends(self, surface):
        start = np.array(surface.start, dtype=float)
        theirs = scipy.optimize.minimize(
            surface.loss, start, jac=surface.gradient, method="L-BFGS-B",
            options={"gtol": 1e-10, "ftol": 0},
        )  # fmt: skip
        run = minimize(surface, start, lbfgs(loss=surface.loss), steps=200)
        assert run.gradient_norm[-1] < 1e-6
        np.testing.assert_allclose(run.x[-1], theirs.x, atol=1e-6)
        np.testing.assert_allclose(run.x[-1], surface.minimum, atol=1e-6)

    @pytest.mark.parametrize("seed", range(10))
    def test_it_ends_where_scipys_ends_in_twenty_dimensions(self, seed):
        rng = np.random.default_rng(seed)
        A, y = rng.normal(size=(60, 20)), rng.integers(0, 2, 60) * 2.0 - 1

        def loss(w):
            return np.logaddexp(0, -y * (w @ A.T)).sum(-1) + (w**2).sum(-1) / 2

        def gradient(w):
            return w - (y / (1 + np.exp(y * (w @ A.T)))) @ A

        rule, w = Backtrack(LBFGS(), loss), np.zeros(20)
        state = rule.init(w)
        for _ in range(60):
            step, state = rule.update(gradient(w), state, w)
            w = w - step
        theirs = scipy.optimize.minimize(
            loss, np.zeros(20), jac=gradient, method="L-BFGS-B", options={"gtol": 1e-9, "ftol": 0}
        )
        np.testing.assert_allclose(w, theirs.x, atol=1e-6)

    def test_the_two_loops_are_the_bfgs_matrix(self):
        """With all pairs kept, H of the recursion is the matrix that BFGS's update builds."""
        rng, d = np.random.default_rng(SEED), 4
        A = rng.normal(size=(d, d))
        A = A @ A.T + np.eye(d)
        rule, x, H, last = LBFGS(m=20), rng.normal(size=d), None, None
        state, path = rule.init(x), []
        for _ in range(5):
            g = A @ x
            step, state = rule.update(g, state, x)
            path.append((x, g))
            if last is not None:
                pairs = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(path)]
                s, y = pairs[-1]
                H = np.eye(d) * (s @ y) / (y @ y)
                for s, y in pairs:
                    V = np.eye(d) - np.outer(y, s) / (s @ y)
                    H = V.T @ H @ V + np.outer(s, s) / (s @ y)
                np.testing.assert_allclose(step, H @ g, rtol=1e-9)
                np.testing.assert_allclose(H @ y, s, rtol=1e-9)  # the secant equation
            last, x = x, x - 0.1 * step

    def test_fact_38_rosenbrock_takes_gradient_descent_over_100_times_as_many_steps(self):
        lowest = np.linalg.eigvalsh(SURFACE.hessian(np.ones(2)))
        assert lowest[1] / lowest[0] == pytest.approx(2508, rel=1e-3)
        assert 2 / lowest[1] == pytest.approx(0.0019968, rel=1e-3)
        descent = minimize(SURFACE, SURFACE.start, sgd(1e-3), steps=20_000)
        second = minimize(SURFACE, SURFACE.start, lbfgs(loss=SURFACE.loss), steps=100)
        slow, fast = (int(np.flatnonzero(run.loss < 1e-6)[0]) for run in (descent, second))
        assert slow > 100 * fast

    def test_it_forgets_at_negative_curvature_run_by_run(self):
        rule, x = LBFGS(), np.array([[1.0, 1.0], [1.0, 1.0]])
        state = rule.init(x)
        for c in ([[1.0, 2.0], [1.0, 2.0]], [[1.0, 2.0], [1.0, 2.0]], [[1.0, 2.0], [3.0, 5.0]]):
            g = np.array(c) * x
            step, state = rule.update(g, state, x)
            x = x - 0.1 * step
        assert (step[1] == g[1]).all() and (step[0] != g[0]).all()
        (_, pairs) = state
        assert all(rho[1] == 0 for *_, rho in pairs) and all(rho[0] != 0 for *_, rho in pairs)

    def test_it_keeps_m_pairs(self):
        rule, (x, _) = LBFGS(m=3), draw(2)
        state = rule.init(x)
        for t in range(6):
            step, state = rule.update(SURFACE.gradient(x), state, x)
            assert len(state[1]) == min(t, 3)
            x = x - 1e-3 * step

    def test_it_copies_what_a_loop_may_write_over(self):
        rule, x = LBFGS(), torch.tensor([1.0, 2.0], dtype=torch.float64)
        g = 3 * x
        _, state = rule.update(g, rule.init(x), x)
        x.sub_(0.1), g.copy_(3 * x)
        step, _ = rule.update(g, state, x)
        torch.testing.assert_close(step, x)  # the curvature is 3 all over: Newton's step


class TestBacktrack:
    @pytest.mark.parametrize("surface", [Rosenbrock(), Himmelblau(), Beale(), Cliff(), Plateau()])
    @pytest.mark.parametrize("rule", [sgd(1.0), LBFGS(), Chain(Adam(), LearningRate(0.5))])
    def test_the_loss_never_rises(self, surface, rule):
        starts = np.random.default_rng(SEED).normal(size=(30, 2)) * 2
        run = minimize(surface, starts, Backtrack(rule, surface.loss), steps=50)
        assert (np.diff(run.loss, axis=0) <= 0).all() and np.isfinite(run.loss).all()

    def test_every_step_meets_armijos_condition(self):
        x = np.random.default_rng(SEED).normal(size=(200, 2)) * 2
        g = SURFACE.gradient(x)
        step, _ = Backtrack(sgd(1.0), SURFACE.loss, c=0.3).update(g, ((0,)), x)
        gain = SURFACE.loss(x) - SURFACE.loss(x - step)
        assert (gain >= 0.3 * (g * step).sum(-1) - 1e-12).all() and (gain > 0).all()

    def test_it_takes_the_longest_of_its_trials(self):
        x, loss = np.array([1.0]), lambda x: (x**2).sum(-1) / 2  # falls while a lies in (0, 2)
        for lr, expected in ((1.5, 1.5), (2.5, 1.25), (64.0, 1.0)):
            step, _ = Backtrack(sgd(lr), loss).update(x, (0,), x)
            assert step[0] == expected

    def test_a_rule_that_climbs_is_replaced_by_the_gradient(self):
        x = np.array([3.0, 4.0])

        class Climb(Rule):
            def update(self, g, state, x):
                return -g, state

        step, _ = Backtrack(Climb(), bowl().loss).update(x, (), x)
        np.testing.assert_array_equal(step, x)

    def test_where_no_step_helps_the_run_stays(self):
        x = np.array([1.0])  # the gradient points the wrong way
        step, _ = Backtrack(sgd(1.0), lambda x: (x**2).sum(-1)).update(-x, (0,), x)
        assert step[0] == 0

    @pytest.mark.parametrize("shrink", [1.0, 1.5])
    def test_a_factor_that_does_not_shrink_is_refused(self, shrink):
        with pytest.raises(ValueError, match=r"Backtrack\.shrink must lie in \(0, 1\); got"):
            Backtrack(sgd(1.0), bowl().loss, shrink=shrink)

    def test_a_direction_that_is_no_rule_is_refused(self):
        with pytest.raises(TypeError, match=r"Backtrack\.rule must be a rule such as LBFGS\(\)"):
            Backtrack(LBFGS, bowl().loss)


class TestConjugateGradient:
    @pytest.mark.parametrize("seed", range(10))
    def test_fact_39_exact_in_n_steps_and_within_the_bound_before(self, seed):
        """Hestenes & Stiefel 1952; the bound is in the norm of the energy, |e|_A."""
        n, rng = 50, np.random.default_rng(seed)
        Q = np.linalg.qr(rng.normal(size=(n, n))).Q
        A = (Q * np.linspace(1, 100, n)) @ Q.T
        rule, x, kappa = ConjugateGradient(lambda x, p: p @ A), rng.normal(size=n), 100.0
        state, energy = rule.init(x), []
        first = np.linalg.norm(x)
        for _ in range(n):
            energy.append((x @ A @ x) ** 0.5)
            step, state = rule.update(A @ x, state, x)
            x = x - step
        assert np.linalg.norm(x) < 1e-8 * first
        rate = (kappa**0.5 - 1) / (kappa**0.5 + 1)
        assert (np.array(energy) <= 2 * rate ** np.arange(n) * energy[0] * (1 + 1e-9)).all()

    def test_it_solves_as_scipys_cg_does(self):
        rng = np.random.default_rng(SEED)
        A = rng.normal(size=(30, 30))
        A, b = A @ A.T + 30 * np.eye(30), rng.normal(size=30)
        rule, x = ConjugateGradient(lambda x, p: A @ p), np.zeros(30)
        state = rule.init(x)
        for _ in range(8):
            step, state = rule.update(A @ x - b, state, x)
            x = x - step
        theirs, _ = scipy.sparse.linalg.cg(A, b, maxiter=8, rtol=0)
        np.testing.assert_allclose(x, theirs, rtol=1e-9, atol=1e-12)


class TestSAM:
    @pytest.mark.parametrize(("lr", "rho", "curvature"), [(0.5, 0.1, 1.0), (0.3, 0.02, 3.0)])
    def test_fact_55_it_bounces_at_the_minimum(self, lr, rho, curvature):
        problem = Quadratic((curvature,))
        run = minimize(problem, [1.0], sam(lr, problem.gradient, rho), steps=300)
        amplitude = lr * curvature * rho / (2 - lr * curvature)
        np.testing.assert_allclose(np.abs(run.x[-10:, 0]), amplitude, atol=1e-8)
        assert (np.sign(run.x[-10:-1, 0]) == -np.sign(run.x[-9:, 0])).all()

    def test_it_is_the_published_algorithm(self):
        """The authors' code: e_w = rho g / (|g| + 1e-12), then the base optimizer at w + e_w."""
        x = torch.tensor([-1.2, 1.0], dtype=torch.float64)
        w = x.clone().requires_grad_()
        base = torch.optim.SGD([w], lr=1e-3, momentum=0.9)
        rule = Chain(SAM(SURFACE.gradient, 0.05), Momentum(0.9), LearningRate(1e-3))
        state = rule.init(x)
        for _ in range(300):
            g = SURFACE.gradient(w.detach())
            w.grad = SURFACE.gradient(w.detach() + 0.05 * g / (g.norm() + 1e-12))
            base.step()
            step, state = rule.update(SURFACE.gradient(x), state, x)
            x = x - step
        torch.testing.assert_close(x, w.detach(), rtol=1e-9, atol=0)


class TestPolyakStep:
    @pytest.mark.parametrize("problem", [bowl(5), ravine(100), Lessard()], ids=repr)
    def test_each_step_leads_nearer_to_the_minimum(self, problem):
        start = np.random.default_rng(SEED).normal(size=(20, len(problem.start))) * 3
        run = minimize(problem, start, polyak(1.0, problem.loss), steps=200)
        distance = np.linalg.norm(run.x - np.array(problem.minimum), axis=-1)
        assert (np.diff(distance, axis=0) <= 1e-12).all()
        assert (distance[-1] < 0.05 * distance[0]).all()

    def test_on_a_round_bowl_it_halves_the_distance(self):
        run = minimize(bowl(3), [4.0, -2.0, 1.0], polyak(1.0, bowl(3).loss), steps=10)
        np.testing.assert_allclose(run.x[-1], np.array([4.0, -2.0, 1.0]) / 2**10)

    def test_below_the_minimum_it_was_told_it_stays(self):
        step, _ = PolyakStep(bowl().loss, 3.0).update(np.ones(2), (), np.ones(2))
        assert not step.any()

    def test_a_minimum_that_is_no_number_is_refused(self):
        for bad in (np.nan, np.inf, None):
            with pytest.raises(ValueError, match=r"PolyakStep\.minimum must be a finite number"):
                PolyakStep(bowl().loss, bad)


class TestMuon:
    def test_fact_57_five_steps_send_singular_values_into_a_band(self):
        """Jordan 2024: from [0.01, 1] to about [0.68, 1.13]; from 0.001 only to 0.47."""
        sigma = np.geomspace(0.01, 1, 2000)
        # the norm of a 1 x 1 matrix would be sigma itself: divide out no more than the largest
        values = np.array([polynomial(s) for s in sigma])
        assert 0.65 < values.min() < 0.70 and 1.10 < values.max() < 1.25
        assert polynomial(0.001) == pytest.approx(0.47, abs=0.005)

    @drawn
    @given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(1, 8))
    def test_it_acts_on_the_singular_values_alone(self, seed, m, n):
        X = np.random.default_rng(seed).normal(size=(m, n))
        U, S, Vh = np.linalg.svd(X, full_matrices=False)
        expected = (U * polynomial(S / np.linalg.norm(S))) @ Vh
        np.testing.assert_allclose(orthogonalize(X), expected, atol=1e-9)
        np.testing.assert_allclose(orthogonalize(X.T), expected.T, atol=1e-9)

    @drawn
    @given(
        shape=st.sampled_from([(4, 4), (6, 3), (3, 7), (1, 5), (5, 1)]),
        beta=st.floats(0, 0.99),
        nesterov=st.booleans(),
        lr=st.floats(1e-3, 0.1),
        steps=st.integers(1, 7),
    )
    def test_it_is_torchs_muon_in_double_precision(self, shape, beta, nesterov, lr, steps):
        """Torch's code rounds to bfloat16; here that one conversion keeps 64 bits instead."""
        rng = np.random.default_rng(SEED)
        x = torch.tensor(rng.normal(size=shape))
        w = x.clone().requires_grad_()
        theirs = torch.optim.Muon(
            [w], lr=lr, momentum=beta, nesterov=nesterov, weight_decay=0, ns_steps=steps
        )
        rule = Chain(Muon(beta, steps, nesterov), LearningRate(lr))
        state = rule.init(x)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(torch.Tensor, "bfloat16", lambda self: self.clone())
            for g in torch.tensor(rng.normal(size=(100, *shape))):
                w.grad = g
                theirs.step()
                step, state = rule.update(g, state, x)
                x = x - step
        torch.testing.assert_close(x, w.detach(), rtol=1e-9, atol=1e-12)

    def test_it_is_torchs_muon_as_torch_rounds_it(self):
        rng = np.random.default_rng(SEED)
        g = torch.tensor(rng.normal(size=(16, 8)), dtype=torch.float32)
        w = torch.zeros(16, 8, requires_grad=True)
        w.grad = g
        torch.optim.Muon([w], lr=1.0, weight_decay=0).step()
        step, _ = Muon().update(g, Muon().init(g), torch.zeros(16, 8))
        assert (w.detach() + step).norm() < 0.1 * step.norm()  # bfloat16 keeps 8 bits


def polynomial(sigma):
    for _ in range(5):
        sigma = 3.4445 * sigma - 4.7750 * sigma**3 + 2.0315 * sigma**5
    return sigma


class TestShampoo:
    @drawn
    @given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 6), st.floats(1e-4, 10))
    def test_it_is_the_published_algorithm(self, seed, m, n, eps):
        """Gupta et al. 2018, Algorithm 1, with SciPy's general matrix power."""
        rule, x = Shampoo(eps), np.zeros((m, n))
        state, L, R = rule.init(x), eps * np.eye(m), eps * np.eye(n)
        for G in np.random.default_rng(seed).normal(size=(6, m, n)):
            L, R = L + G @ G.T, R + G.T @ G
            power = scipy.linalg.fractional_matrix_power
            expected = power(L, -0.25) @ G @ power(R, -0.25)
            step, state = rule.update(G, state, x)
            np.testing.assert_allclose(step, expected, rtol=1e-6, atol=1e-9)

    def test_on_a_diagonal_it_is_adagrad(self):
        """Entries (i, i) alone: L^(-1/4) G R^(-1/4) divides by (eps + sum of g^2)^(1/2)."""
        rng, rule, x = np.random.default_rng(SEED), Shampoo(1e-3), np.zeros((3, 3))
        state, total = rule.init(x), np.full(3, 1e-3)
        for g in rng.normal(size=(20, 3)):
            step, state = rule.update(np.diag(g), state, x)
            total = total + g**2
            np.testing.assert_allclose(step, np.diag(g / total**0.5), rtol=1e-9, atol=1e-12)

    def test_the_root_of_a_root_is_the_inverse(self):
        rng = np.random.default_rng(SEED)
        A = rng.normal(size=(7, 4, 4))
        A = A @ A.swapaxes(-1, -2) + 0.1 * np.eye(4)
        for p in (1, 2, 4):
            root = np.linalg.matrix_power(inverse_root(A, p), p)
            np.testing.assert_allclose(root @ A, np.broadcast_to(np.eye(4), A.shape), atol=1e-9)


class TestPerParameter:
    def test_each_parameter_goes_its_own_way(self):
        x, gradients = draw(SIZE, (RUNS,))
        rule, cuts = PerParameter(Muon(), PARTS, rest=Adam()), [0, 6, 9, 10, 18]
        steps, _ = drive(rule, x, gradients)
        for i, shape in enumerate(PARTS):
            part = slice(cuts[i], cuts[i + 1])
            alone = Muon() if len(shape) == 2 else Adam()
            seen = shape if len(shape) == 2 else (cuts[i + 1] - cuts[i],)
            state = alone.init(x[..., part].reshape(RUNS, *seen))
            for g, step in zip(gradients, steps, strict=True):
                one, state = alone.update(g[..., part].reshape(RUNS, *seen), state, None)
                np.testing.assert_allclose(step[..., part], one.reshape(RUNS, -1), rtol=1e-12)

    def test_around_a_rule_of_single_coordinates_it_changes_nothing(self):
        x, gradients = draw(SIZE, (RUNS,))
        apart, _ = drive(PerParameter(Adam(), PARTS), x, gradients)
        whole, _ = drive(Adam(), x, gradients)
        assert all(np.array_equal(a, b) for a, b in zip(apart, whole, strict=True))

    def test_a_kernel_is_seen_as_a_matrix_of_its_rows(self):
        g = np.random.default_rng(SEED).normal(size=(4 * 3 * 2 * 2))
        kernel, matrix = (PerParameter(Muon(), (s,)) for s in ((4, 3, 2, 2), (4, 12)))
        np.testing.assert_array_equal(drive(kernel, g, [g])[0], drive(matrix, g, [g])[0])

    def test_shaped_fills_in_shapes_wherever_they_are_wanted(self):
        plain = Chain(Adam(), LearningRate(0.1))
        assert shaped(plain, PARTS) is plain and shaped(Adam(), PARTS) == Adam()
        assert shaped(Muon(), PARTS) == PerParameter(Muon(), PARTS)
        nested = shaped(Chain(Chain(Muon()), LearningRate(0.1)), [list(s) for s in PARTS])
        assert nested == Chain(Chain(PerParameter(Muon(), PARTS)), LearningRate(0.1))
        assert shaped(nested, ((1,),)) is nested
        assert shaped(muon(0.1, rest=Adam()), PARTS).rules[0] == PerParameter(
            Muon(), PARTS, rest=Adam()
        )
        held = shaped(Backtrack(muon(1.0), bowl().loss), PARTS)
        assert held.rule.rules[0].shapes == PARTS

    def test_whole_says_that_shapes_are_wanted(self):
        assert Muon().whole and muon().whole and shampoo().whole and not Adam().whole
        assert not shaped(muon(), PARTS).whole and not PerParameter(Muon(), PARTS).whole
        assert Backtrack(muon(1.0), bowl().loss).whole

    def test_it_asks_for_its_shapes(self):
        with pytest.raises(ValueError, match=r"PerParameter\.shapes must be given.*got None"):
            PerParameter(Muon()).init(np.ones(3))
        with pytest.raises(ValueError, match=r"must fill the vector of 5 numbers; got.*4 numbers"):
            PerParameter(Muon(), ((2, 2),)).init(np.ones(5))

    def test_what_is_no_rule_is_refused(self):
        with pytest.raises(TypeError, match=r"PerParameter\.rule must be a rule; got"):
            PerParameter(Muon)
        with pytest.raises(TypeError, match=r"PerParameter\.rest must be a rule; got"):
            PerParameter(Muon(), PARTS, rest=0.1)


class TestOnline:
    """Adam's two counter-examples (facts 17 and 18): here x is kept in [-1, 1]."""

    @staticmethod
    def follow(stream, rule, steps):
        x, path = np.array(stream.start), []
        state = rule.init(x)
        for t in range(steps):
            path.append(x)
            step, state = rule.update(stream.at(t).gradient(x), state, x)
            x = x - step
        return np.array(path)

    @staticmethod
    def rate(t):
        return 0.5 / (t + 1) ** 0.5

    def test_fact_17_adam_goes_to_the_worst_point_and_amsgrad_to_the_best(self):
        """Reddi et al. 2018, Theorem 1: C = 3, b1 = 0, b2 = 1 / (1 + C^2)."""
        stream, C, box = reddi(3.0), 3.0, Project(-1.0, 1.0)
        rest = {"b1": 0.0, "b2": 1 / (1 + C**2), "eps": 0.0}
        adam = self.follow(stream, Chain(Adam(**rest), LearningRate(self.rate), box), 30_000)
        ams = self.follow(stream, Chain(AMSGrad(**rest), LearningRate(self.rate), box), 30_000)
        assert adam[-1, 0] > 0.99 and ams[-1, 0] < -0.99
        assert stream.regret(adam[-9999:]) == pytest.approx(2 * (C - 2) / 3, abs=0.01)

    def test_fact_18_adam_forgets_the_rare_large_gradient(self):
        stream, box = reddi_rare(), Project(-1.0, 1.0)
        rest = {"b1": 0.9, "b2": 0.99}
        adam = self.follow(stream, Chain(Adam(**rest), LearningRate(self.rate), box), 30_000)
        ams = self.follow(stream, Chain(AMSGrad(**rest), LearningRate(self.rate), box), 30_000)
        assert adam[-101:, 0].mean() > 0.5 and ams[-101:, 0].mean() < 0

    def test_a_box_keeps_x_inside(self):
        rng, rule = np.random.default_rng(SEED), Chain(LearningRate(5.0), Project(-1.0, 2.0))
        x = np.zeros((100, 3))
        for g in rng.normal(size=(20, 100, 3)):
            x = x - rule.update(g, rule.init(x), x)[0]
            assert x.min() >= -1 - 1e-15 and x.max() <= 2 + 1e-15
        with pytest.raises(ValueError, match=r"Project\.low must be below Project\.high; got"):
            Project(1.0, 1.0)


BAD = [
    (lambda: Newton(bowl().hessian, damping=-1), r"Newton\.damping must be zero or more"),
    (lambda: GaussNewton(bowl().hessian, damping=-1), r"GaussNewton\.damping must be zero"),
    (lambda: NaturalGradient(bowl().hessian, np.inf), r"NaturalGradient\.damping must be zero"),
    (lambda: LBFGS(0), r"LBFGS\.m must be a whole number"),
    (lambda: SAM(bowl().gradient, 0), r"SAM\.rho must be positive"),
    (lambda: Muon(1.0), r"Muon\.beta must lie in \[0, 1\)"),
    (lambda: Muon(steps=0), r"Muon\.steps must be a whole number"),
    (lambda: Shampoo(0), r"Shampoo\.eps must be positive"),
    (lambda: Backtrack(LBFGS(), bowl().loss, c=1), r"Backtrack\.c must lie in \[0, 1\)"),
    (lambda: Backtrack(LBFGS(), bowl().loss, trials=0), r"Backtrack\.trials must be a whole"),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[m for _, m in BAD])
def test_a_bad_value_is_named(make, message):
    with pytest.raises(ValueError, match=message + ".*; got"):
        make()
