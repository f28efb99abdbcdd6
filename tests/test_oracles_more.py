"""Batches, differences, curvature, noise scale and the gradient check."""

from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gdcourse.oracles import (
    autograd,
    best_step,
    check_gradient,
    complex_step,
    exact,
    finite_differences,
    full_batch,
    gradient_noise_scale,
    hessian_vector_product,
    mini_batch,
    oracle_of,
    sharpness,
    single_example,
)
from gdcourse.problems import (
    Ackley,
    Beale,
    Cliff,
    Himmelblau,
    LeastSquares,
    MonkeySaddle,
    Plateau,
    Problem,
    Quadratic,
    Rastrigin,
    Rosenbrock,
    bowl,
    ravine,
    saddle,
)

SEED = 53
SMOOTH = [bowl(), ravine(), saddle(), Rosenbrock(), Beale(), Himmelblau(), Rastrigin(), Plateau()]
SURFACES = [*SMOOTH, Ackley(), Cliff(), MonkeySaddle()]
every_surface = pytest.mark.parametrize("problem", SURFACES, ids=repr)
drawn = settings(derandomize=True, deadline=None, max_examples=25)


def points(dim=2, shape=(20,), seed=SEED):
    return np.random.default_rng(seed).normal(size=(*shape, dim))


def regression(n=24, d=3, seed=SEED):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, d))
    return features, features @ [1.0, -2.0, 3.0][:d] + rng.normal(size=n)


class TestBatches:
    def test_the_full_batch_is_the_problem(self):
        data, w = regression(), points(3, ())
        for ours, theirs in zip(
            full_batch(LeastSquares, data)(w), exact(LeastSquares(*data))(w), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)

    @drawn
    @given(st.integers(1, 24), st.integers(0, 2**32 - 1))
    def test_an_epoch_without_replacement_sees_every_example_once(self, size, seed):
        batches, an_epoch = mini_batch(LeastSquares, regression(), size, seed), 24 // size
        for epoch in range(3):
            steps = range(epoch * an_epoch, (epoch + 1) * an_epoch)
            seen = Counter(int(row) for t in steps for row in batches.rows(t))
            assert set(seen.values()) == {1} and len(seen) == an_epoch * size

    def test_each_epoch_has_its_own_order_and_each_seed_its_own(self):
        orders = [
            tuple(mini_batch(LeastSquares, regression(), 24, seed).rows(epoch))
            for seed in range(10)
            for epoch in range(10)
        ]
        assert len(set(orders)) == 100

    @pytest.mark.parametrize("replacement", [False, True])
    def test_the_same_step_has_the_same_examples_in_whatever_order_it_is_asked(self, replacement):
        one, two = (
            mini_batch(LeastSquares, regression(), 5, seed=3, replacement=replacement)
            for _ in range(2)
        )
        ahead = [one.rows(t).tolist() for t in range(20)]
        assert [two.rows(t).tolist() for t in reversed(range(20))] == ahead[::-1]

    @pytest.mark.parametrize("replacement", [False, True])
    def test_every_example_is_drawn_equally_often(self, replacement):
        batches = mini_batch(LeastSquares, regression(), 8, replacement=replacement)
        count = np.bincount(np.concatenate([batches.rows(t) for t in range(6000)]), minlength=24)
        assert np.abs(count / 2000 - 1).max() < 5 / 2000**0.5

    def test_with_replacement_an_example_may_come_twice(self):
        batches = mini_batch(LeastSquares, regression(), 24, replacement=True)
        assert any(len(set(batches.rows(t).tolist())) < 24 for t in range(10))

    def test_a_batch_is_the_problem_of_its_rows(self):
        (X, y), w = regression(), points(3, ())
        batches = mini_batch(LeastSquares, (X, y), 6)
        rows = batches.rows(2)
        np.testing.assert_array_equal(
            batches.at(2).gradient(w), LeastSquares(X[rows], y[rows]).gradient(w)
        )

    def test_torch_functions_make_batches_too(self):
        X, y = map(torch.tensor, regression())
        batches = mini_batch(lambda X, y: lambda w: ((w @ X.T - y) ** 2).mean(-1), (X, y), 6)
        w = torch.tensor(points(3))
        same = mini_batch(LeastSquares, (X, y), 6)
        for t in range(5):
            theirs = oracle_of(same.at(t))(w)
            for a, b in zip(oracle_of(batches.at(t))(w), theirs, strict=True):
                torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-10)

    def test_the_mean_of_single_gradients_is_the_gradient(self):
        data, w = regression(), points(3, ())
        stream = single_example(LeastSquares, data)
        drawn = np.stack([stream.at(t).gradient(w) for t in range(4000)])
        _, gradient = full_batch(LeastSquares, data)(w)
        assert (np.abs(drawn.mean(0) - gradient) < 5 * drawn.std(0) / 4000**0.5).all()

    def test_fact_25_the_variance_of_the_gradient_falls_as_one_over_the_batch(self):
        data, w, sizes = regression(n=200), np.zeros(3), (1, 2, 4, 8, 16, 32, 64)
        variances = []
        for i, size in enumerate(sizes):
            batches = mini_batch(LeastSquares, data, size, seed=i, replacement=True)
            drawn = np.stack([batches.at(t).gradient(w) for t in range(3000)])
            variances.append(drawn.var(0).sum())
        slope = np.polyfit(np.log(sizes), np.log(variances), 1)[0]
        assert slope == pytest.approx(-1, abs=0.05)

    def test_without_replacement_the_variance_is_smaller_by_the_finite_population(self):
        """By (n - B) / (n - 1), Cochran 1977: at B = n nothing is left."""
        n, size, data, w = 24, 12, regression(), np.zeros(3)
        drawn = {
            replacement: np.stack(
                [
                    mini_batch(LeastSquares, data, size, 5, replacement).at(t).gradient(w)
                    for t in range(0, 8000, 2)
                ]
            )
            for replacement in (False, True)
        }
        ratio = drawn[False].var(0).sum() / drawn[True].var(0).sum()
        assert ratio == pytest.approx((n - size) / (n - 1), rel=0.1)

    @pytest.mark.parametrize("size", [0, -1, 25, 2.5, True])
    def test_a_size_that_cannot_be_is_refused(self, size):
        with pytest.raises(ValueError, match=r"size must be a whole number in \[1, 24\]"):
            mini_batch(LeastSquares, regression(), size)

    def test_data_that_cannot_be_are_refused(self):
        X, y = regression()
        for data in ((), (X, y[:-1]), (X[:0], y[:0])):
            with pytest.raises(ValueError, match="as many rows each, 1 or more; got"):
                mini_batch(LeastSquares, data, 1)
        with pytest.raises(TypeError, match="make must be a function of the rows; got"):
            mini_batch(LeastSquares(X, y), (X, y), 1)

    def test_what_is_no_problem_is_refused(self):
        for bad in (Rosenbrock, 3.0, None):
            with pytest.raises(TypeError, match=r"a Problem such as bowl\(\), or a function; got"):
                oracle_of(bad)


class TestDifferences:
    @every_surface
    @pytest.mark.parametrize(("scheme", "rtol"), [("central", 1e-7), ("forward", 1e-4)])
    def test_they_are_near_the_gradient(self, problem, scheme, rtol):
        x = points(shape=(4, 5))
        loss, gradient = finite_differences(problem, scheme=scheme)(x)
        true = problem.gradient(x)
        np.testing.assert_array_equal(loss, problem.loss(x))
        size = 1 + np.abs(true).max() + np.abs(problem.hessian(x)).max()
        np.testing.assert_allclose(gradient, true, rtol=rtol, atol=rtol * size)
        _, on_torch = finite_differences(problem.loss, scheme=scheme)(torch.tensor(x))
        np.testing.assert_allclose(on_torch, true, rtol=rtol, atol=rtol * size)

    def test_fact_59_the_error_falls_as_h_squared_until_rounding_wins(self):
        """For e^x at 0.5, over ten points near it: the median error at each h."""
        x = 0.5 + 0.1 * points(1, (50,))

        def error(h, scheme="central"):
            _, g = finite_differences(lambda x: np.exp(x).sum(-1), h, scheme)(x)
            return np.median(np.abs(g / np.exp(x) - 1))

        steps = np.geomspace(1e-1, 1e-4, 7)
        slope = np.polyfit(np.log(steps), np.log([error(h) for h in steps]), 1)[0]
        assert slope == pytest.approx(2, abs=0.05)
        once = np.polyfit(np.log(steps), np.log([error(h, "forward") for h in steps]), 1)[0]
        assert once == pytest.approx(1, abs=0.05)
        ladder = np.geomspace(1e-1, 1e-11, 101)
        errors = np.array([error(h) for h in ladder])
        assert 1e-6 < ladder[errors.argmin()] < 1e-4
        rounding = np.polyfit(np.log(ladder[-30:]), np.log(errors[-30:]), 1)[0]
        assert rounding == pytest.approx(-1, abs=0.3)
        assert error(best_step()) < 5 * errors.min()
        forward = np.array([error(h, "forward") for h in ladder])
        assert error(best_step("forward"), "forward") < 5 * forward.min()

    def test_the_best_step_grows_with_the_point_and_with_the_rounding(self):
        assert best_step("central", "float32") > 100 * best_step("central", "float64")
        assert best_step(dtype=torch.float32) == best_step(dtype=np.dtype("float32"))
        x = np.array([1e6, 1e-3])
        _, g = finite_differences(lambda x: (x**2).sum(-1))(x)
        np.testing.assert_allclose(g[0], 2e6, rtol=1e-8)

    @pytest.mark.parametrize("library", ["numpy", "torch"])
    def test_float32_keeps_its_dtype(self, library):
        x = np.array([0.5, -1.0], dtype="float32")
        x = torch.tensor(x) if library == "torch" else x
        for oracle in (finite_differences(ravine()), complex_step(ravine())):
            loss, g = oracle(x)
            assert loss.dtype == g.dtype == x.dtype
            np.testing.assert_allclose(g, ravine().gradient(x), rtol=1e-2)

    @pytest.mark.parametrize("problem", SMOOTH[:-1], ids=repr)
    def test_the_complex_step_is_exact(self, problem):
        x = points(shape=(3, 4))
        for where in (x, torch.tensor(x)):
            loss, g = complex_step(problem)(where)
            true = problem.gradient(x)
            np.testing.assert_allclose(g, true, rtol=1e-12, atol=1e-12 * np.abs(true).max())
            np.testing.assert_array_equal(loss, problem.loss(where))

    def test_the_complex_step_beats_every_difference(self):
        x, f = np.array([0.7]), lambda x: np.exp(np.sin(3 * x)).sum(-1)
        true = np.exp(np.sin(3 * 0.7)) * 3 * np.cos(3 * 0.7)
        assert abs(complex_step(f)(x)[1][0] - true) < 4 * np.spacing(abs(true))
        best = min(abs(finite_differences(f, h)(x)[1][0] - true) for h in np.geomspace(1e-2, 1e-9))
        assert best > abs(complex_step(f)(x)[1][0] - true)

    def test_a_loss_that_drops_the_imaginary_part_is_refused(self):
        with pytest.raises(TypeError, match="dropped the imaginary part"):
            complex_step(lambda x: abs(x).sum(-1))(np.ones(2))

    @pytest.mark.parametrize("step", [0, -1e-6, np.inf, np.array([1e-6, 0.0])])
    def test_a_step_that_cannot_be_is_refused(self, step):
        with pytest.raises(ValueError, match="step must be positive and finite; got"):
            finite_differences(bowl(), step)

    def test_a_scheme_or_dtype_that_is_unknown_is_refused(self):
        with pytest.raises(ValueError, match=r'scheme must be "forward" or "central"; got'):
            finite_differences(bowl(), scheme="backward")
        with pytest.raises(TypeError, match="takes float32 or float64; got"):
            finite_differences(bowl())(np.array([1, 2]))


def matrix(d, seed=SEED, low=-3.0, high=20.0):
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.normal(size=(d, d))).Q
    A = (Q * rng.uniform(low, high, d)) @ Q.T
    return (A + A.T) / 2


class TestCurvature:
    @every_surface
    def test_a_product_is_the_hessian_times_the_vector(self, problem):
        x, v = points(shape=(2, 5)), points(shape=(2, 5), seed=1)
        expected = np.einsum("...ij,...j->...i", problem.hessian(x), v)
        size = np.abs(expected).max()
        np.testing.assert_allclose(
            hessian_vector_product(problem)(x, v), expected, atol=1e-12 * size
        )
        ours = hessian_vector_product(problem.loss)(torch.tensor(x), torch.tensor(v))
        np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=1e-11 * size)

    def test_a_linear_loss_has_no_curvature(self):
        x = torch.ones(3)
        assert not hessian_vector_product(lambda x: x.sum(-1))(x, x).any()

    @every_surface
    def test_sharpness_is_the_largest_eigenvalue(self, problem):
        x = points(shape=(3, 4))
        expected = np.linalg.eigvalsh(problem.hessian(x))[..., -1]
        rtol = 1e-9 * (1 + np.abs(problem.hessian(x)).max())
        np.testing.assert_allclose(sharpness(problem, x), expected, rtol=1e-9, atol=rtol)
        ours = sharpness(problem.loss, torch.tensor(x))
        assert isinstance(ours, torch.Tensor)
        np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=rtol)

    @pytest.mark.parametrize("d", [1, 2, 3, 10, 40])
    @pytest.mark.parametrize("seed", range(5))
    def test_it_is_exact_in_d_products(self, d, seed):
        for low, high in ((-3.0, 20.0), (-9.0, -1.0)):  # the second: all curvature is negative
            A = matrix(d, seed, low, high)
            ours = sharpness(None, np.zeros(d), iterations=d, product=lambda x, v, A=A: v @ A)
            assert ours == pytest.approx(np.linalg.eigvalsh(A)[-1], rel=1e-9)

    def test_thirty_products_are_enough_for_a_spread_spectrum(self):
        A = matrix(400)
        ours = sharpness(None, np.zeros(400), product=lambda x, v: v @ A)
        largest = np.linalg.eigvalsh(A)[-1]
        assert 0.99 * largest < ours <= largest * (1 + 1e-12)

    @pytest.mark.parametrize("curvatures", [(2.0,) * 6, (-2.0,) * 6, (0.0,) * 6, (5, 5, -1, -1)])
    def test_repeated_eigenvalues_end_the_search_early_and_well(self, curvatures):
        problem = Quadratic(tuple(map(float, curvatures)))
        assert sharpness(problem, np.ones((3, len(curvatures)))) == pytest.approx(max(curvatures))

    def test_a_run_that_blew_up_harms_no_other(self):
        x = points(shape=(3,))
        clean = sharpness(Rosenbrock(), x)
        x[1] = np.inf
        with np.errstate(invalid="ignore"):
            spoilt = sharpness(Rosenbrock(), x)
        assert np.isnan(spoilt[1])
        np.testing.assert_array_equal(spoilt[[0, 2]], clean[[0, 2]])

    @pytest.mark.parametrize("library", ["numpy", "torch"])
    def test_a_spoilt_run_among_larger_matrices_harms_no_other(self, library):
        """LAPACK gives up on a matrix of nan, as it does not on 2 x 2: no other run may suffer."""
        x = points(5, (3,))
        x[1] = np.nan
        x = torch.tensor(x) if library == "torch" else x
        ours = np.asarray(sharpness(Rastrigin(5), x))
        expected = np.linalg.eigvalsh(Rastrigin(5).hessian(points(5, (3,))))[:, -1]
        assert np.isnan(ours[1])
        np.testing.assert_allclose(ours[[0, 2]], expected[[0, 2]], rtol=1e-9)

    def test_no_iterations_are_refused(self):
        with pytest.raises(ValueError, match="iterations must be 1 or more; got 0"):
            sharpness(bowl(), np.ones(2), iterations=0)

    def test_it_tells_where_gradient_descent_is_stable(self):
        """Fact 1's threshold, 2 / L, from the loss alone."""
        A = torch.tensor(matrix(10, low=0.5, high=9.0))
        x = torch.ones(10, dtype=torch.float64)

        def loss(x):
            return ((x @ A) * x).sum(-1) / 2

        limit = 2 / sharpness(loss, x)
        norms = []
        for lr in (0.999 * limit, 1.001 * limit):
            w = x
            for _ in range(20_000 // 4):
                w = w - lr * autograd(loss)(w)[1]
            norms.append(float(w.norm()))
        assert norms[0] < 1e-3 and norms[1] > 1e2


class TestNoiseScale:
    def test_fact_28_two_batch_sizes_recover_the_noise_scale(self):
        """McCandlish et al. 2018: tr(Sigma) / |G|^2, here of least squares with n examples."""
        X, y = regression(n=500)
        w = np.array([0.5, -1.5, 2.0])
        each = 2 * (X @ w - y)[:, None] * X
        true = each.var(0).sum() / (each.mean(0) ** 2).sum()
        small, big = (
            np.stack([mini_batch(LeastSquares, (X, y), B, s, True).at(t).gradient(w)
                      for t in range(20_000)])
            for B, s in ((4, 0), (64, 1))
        )  # fmt: skip
        scale = gradient_noise_scale(small, big, (4, 64))
        assert scale.batch == pytest.approx(true, rel=0.05)
        assert scale.trace == pytest.approx(each.var(0).sum(), rel=0.05)
        assert scale.square == pytest.approx((each.mean(0) ** 2).sum(), rel=0.05)

    def test_both_estimates_are_unbiased(self):
        rng, G, d = np.random.default_rng(SEED), np.array([0.3, -0.4]), 2
        z = rng.normal(size=(20_000, 16, d)) + G  # tr(Sigma) = 2, |G|^2 = 0.25
        scale = gradient_noise_scale(z[:, :2].mean(1), z.mean(1), (2, 16))
        assert scale.trace == pytest.approx(2.0, abs=0.05)
        assert scale.square == pytest.approx(0.25, abs=0.02)

    def test_leading_axes_are_runs_and_torch_agrees(self):
        small, big = points(3, (50, 4)), points(3, (30, 4), seed=2) / 4
        ours = gradient_noise_scale(small, big, (1, 16)).batch
        theirs = gradient_noise_scale(torch.tensor(small), torch.tensor(big), (1, 16)).batch
        assert ours.shape == (4,)
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)

    @pytest.mark.parametrize("sizes", [(4, 4), (8, 2), (0, 4)])
    def test_sizes_out_of_order_are_refused(self, sizes):
        with pytest.raises(ValueError, match="sizes must be 1 <= small < big; got"):
            gradient_noise_scale(np.ones((2, 2)), np.ones((2, 2)), sizes)


class TestCheckGradient:
    @every_surface
    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_right_gradients_pass(self, problem, dtype):
        for x in (points(shape=()), points(shape=(30,)), 5 * points(shape=(30,), seed=1)):
            x = x.astype(dtype)
            report = check_gradient(problem, None, x)
            assert report, str(report)
            assert check_gradient(problem.loss, problem.gradient, torch.tensor(x))
        at = getattr(problem, "minimum", None)
        if at is not None and not isinstance(problem, Ackley):  # whose tip has no gradient
            assert check_gradient(problem, None, np.array(at, dtype=dtype))

    @drawn
    @given(
        st.integers(0, 2**32 - 1),
        st.integers(0, 5),
        st.sampled_from([-1.0, 0.0, 0.5, 2.0, 1.001, 0.999]),
    )
    def test_the_wrong_coordinate_is_named(self, seed, which, factor):
        x = np.random.default_rng(seed).normal(size=6) + 3
        factors = np.where(np.arange(6) == which, factor, 1.0)
        report = check_gradient(lambda x: (x**3).sum(-1), lambda x: 3 * x**2 * factors, x)
        assert np.flatnonzero(report.wrong).tolist() == [which] and not report
        line = str(report).splitlines()[1]
        right = 3 * x[which] ** 2
        assert line.startswith(f"  x[{which}]: got ") and len(str(report).splitlines()) == 2
        off = float(line.split("off by ")[1].split(" ")[0])
        assert off == pytest.approx((factor - 1) * right, rel=0.01)

    def test_the_report_reads_as_it_should(self):
        x = np.array([1.0, 2.0, 3.0])
        report = check_gradient(lambda x: (x**2).sum(-1), lambda x: x * [2, 4, -2], x)
        assert str(report).splitlines() == [
            "The gradient is wrong in 2 of 3 coordinates:",
            "  x[2]: got -6, the loss says 6, off by -12 (the sign is wrong)",
            "  x[1]: got 8, the loss says 4, off by 4 (twice too large)",
        ]
        right = check_gradient(bowl(3), None, x)
        assert str(right).startswith("The gradient is right in all 3 coordinates (largest error")

    def test_many_wrong_coordinates_are_counted(self):
        report = check_gradient(lambda x: (x**2).sum(-1), lambda x: x, np.ones((5, 5)))
        lines = str(report).splitlines()
        assert len(lines) == 12 and lines[-1] == "  and 15 more"
        assert "x[0, 0]" in lines[1] and "half of it is missing" in lines[1]

    def test_a_gradient_of_nan_is_wrong(self):
        report = check_gradient(bowl(), lambda x: x * np.nan, np.ones(2))
        assert report.wrong.all() and "got nan" in str(report)

    def test_it_takes_a_torch_loss_and_autograds_gradient(self):
        def loss(x):
            return torch.tanh(x @ torch.arange(4.0, dtype=torch.float64))

        x = torch.tensor(points(4, (3,))) / 4
        assert check_gradient(loss, lambda x: autograd(loss)(x)[1], x)

    def test_it_asks_for_a_gradient_of_the_right_shape(self):
        with pytest.raises(TypeError, match="needs a gradient, a function of x; got None"):
            check_gradient(lambda x: (x**2).sum(-1), None, np.ones(2))
        with pytest.raises(ValueError, match=r"must have the shape of x, \(2,\); got \(\)"):
            check_gradient(bowl(), lambda x: x.sum(), np.ones(2))

    def test_it_finds_the_slip_in_a_surface(self):
        class Slip(Problem):
            def loss(self, x):
                return Rosenbrock().loss(x)

            def gradient(self, x):
                return Rosenbrock().gradient(x) * [1, 1 + 1e-4]

            def hessian(self, x):
                return Rosenbrock().hessian(x)

        report = check_gradient(Slip(), None, np.array([-1.2, 1.0]))
        assert report.wrong.tolist() == [False, True]
