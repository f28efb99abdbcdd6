"""Problems: autograd and NumPy's least squares are the oracles."""

import copy
from importlib.resources import files

import numpy as np
import pytest
import torch

from gdcourse import (
    LeastSquares,
    Problem,
    Quadratic,
    Rosenbrock,
    bowl,
    load_sp500,
    minimize,
    ravine,
    saddle,
    sgd,
)

SEED = 7


def regression(seed=SEED, n=30, d=3):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, d)) * [1.0, 5.0, 0.2]
    return features, features @ [1.0, -2.0, 3.0] + rng.normal(size=n)


PROBLEMS = {
    "bowl": (bowl(), 2),
    "bowl in 5": (bowl(5), 5),
    "ravine": (ravine(), 2),
    "ravine of 7.5": (ravine(7.5), 2),
    "saddle": (saddle(), 2),
    "quadratic": (Quadratic((1, 2.5, -3)), 3),
    "rosenbrock": (Rosenbrock(), 2),
    "least squares": (LeastSquares(*regression()), 3),
}
every_problem = pytest.mark.parametrize(("problem", "dim"), PROBLEMS.values(), ids=list(PROBLEMS))


def on_torch(problem):
    if isinstance(problem, LeastSquares):
        return LeastSquares(torch.tensor(problem.features), torch.tensor(problem.targets))
    return problem


@every_problem
def test_gradient_and_hessian_are_those_of_autograd(problem, dim):
    x = np.random.default_rng(SEED).normal(size=(20, dim)) * 3
    tensor, problem = torch.tensor(x), on_torch(problem)
    gradient = torch.func.vmap(torch.func.grad(problem.loss))(tensor)
    hessian = torch.func.vmap(torch.func.jacrev(torch.func.grad(problem.loss)))(tensor)
    torch.testing.assert_close(problem.gradient(tensor), gradient, rtol=1e-11, atol=1e-11)
    torch.testing.assert_close(problem.hessian(tensor), hessian, rtol=1e-11, atol=1e-11)


@every_problem
def test_numpy_and_torch_agree(problem, dim):
    x = np.random.default_rng(SEED).normal(size=(20, dim)) * 3
    for name in ("loss", "gradient", "hessian"):
        theirs = getattr(on_torch(problem), name)(torch.tensor(x)).numpy()
        np.testing.assert_allclose(getattr(problem, name)(x), theirs, rtol=1e-12, atol=1e-12)


@every_problem
@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (0,)], ids=str)
def test_leading_axes_are_points(problem, dim, shape):
    x = np.random.default_rng(SEED).normal(size=(*shape, dim))
    x.flags.writeable = False
    for name, tail in (("loss", ()), ("gradient", (dim,)), ("hessian", (dim, dim))):
        method = getattr(problem, name)
        assert method(x).shape == shape + tail
        assert tuple(getattr(on_torch(problem), name)(torch.tensor(x.copy())).shape) == shape + tail
        for index in np.ndindex(shape):
            np.testing.assert_allclose(method(x)[index], method(x[index]), rtol=1e-12, atol=1e-13)


@every_problem
def test_torchs_dtype_is_kept(problem, dim):
    if isinstance(problem, LeastSquares):
        problem = LeastSquares(*(torch.tensor(part).float() for part in regression()))
    x = torch.ones(dim)
    assert problem.loss(x).dtype == problem.gradient(x).dtype == problem.hessian(x).dtype == x.dtype


@pytest.mark.parametrize("problem", [bowl(), bowl(4), ravine(), ravine(1), Rosenbrock()], ids=repr)
def test_the_minimum_is_a_minimum(problem):
    minimum = np.array(problem.minimum)
    np.testing.assert_array_equal(problem.gradient(minimum), 0)
    assert np.linalg.eigvalsh(problem.hessian(minimum)).min() > 0
    assert problem.loss(minimum) == 0
    points = minimum + np.random.default_rng(SEED).normal(size=(1000, len(minimum)))
    assert (problem.loss(points) > 0).all()


@pytest.mark.parametrize(
    "problem", [bowl(), bowl(4), ravine(), saddle(), Rosenbrock(), Quadratic((1, 2, 3))], ids=repr
)
def test_the_start_is_a_point_of_the_surface_that_is_not_yet_flat(problem):
    assert np.linalg.norm(problem.gradient(np.array(problem.start, dtype=float))) > 0


def test_the_saddle_has_no_minimum():
    assert saddle().minimum is None
    np.testing.assert_array_equal(saddle().gradient(np.zeros(2)), 0)
    assert np.linalg.eigvalsh(saddle().hessian(np.zeros(2))).tolist() == [-1, 1]


def test_rosenbrocks_curvature_at_the_minimum_is_the_published_one():
    eigenvalues = np.linalg.eigvalsh(Rosenbrock().hessian(np.ones(2)))
    np.testing.assert_allclose(eigenvalues, [0.3994, 1001.6], rtol=1e-3)
    assert eigenvalues[1] / eigenvalues[0] == pytest.approx(2508, rel=1e-3)
    assert Rosenbrock().loss(np.array([-1.2, 1.0])) == pytest.approx(24.2)


@pytest.mark.parametrize("condition_number", [1, 2.5, 1e6])
def test_a_ravine_has_the_condition_number_it_was_asked_for(condition_number):
    assert np.linalg.cond(ravine(condition_number).hessian(np.zeros(2))) == pytest.approx(
        condition_number
    )


def test_curvatures_are_not_rounded_to_a_whole_point():
    point = np.array([1, 1])
    np.testing.assert_array_equal(ravine(2.5).gradient(point), [1, 2.5])
    assert ravine(2.5).loss(point) == 1.75
    np.testing.assert_array_equal(ravine(2.5).gradient(torch.tensor(point)), [1, 2.5])


@pytest.mark.parametrize(
    "make",
    [
        lambda: ravine(0.5),
        lambda: ravine(float("nan")),
        lambda: ravine(float("inf")),
        lambda: bowl(0),
        lambda: bowl(-1),
        lambda: Quadratic(()),
        lambda: Quadratic((1.0, float("nan"))),
        lambda: Quadratic((1.0, 2.0), start=(1.0, 1.0, 1.0)),
    ],
    ids=["k<1", "k nan", "k inf", "dim 0", "dim -1", "no axes", "nan", "start"],
)
def test_a_surface_that_cannot_be_is_refused(make):
    with pytest.raises(ValueError, match=r"(ravine|bowl|Quadratic)\b.*; got"):
        make()


@pytest.mark.parametrize("problem", [bowl(), Rosenbrock()], ids=repr)
@pytest.mark.parametrize("method", ["loss", "gradient", "hessian"])
def test_a_point_of_another_dimension_is_refused(problem, method):
    for x in (np.ones(3), torch.ones(4, 1)):
        with pytest.raises(ValueError, match=r"last axis of x has \d entries"):
            getattr(problem, method)(x)


def test_a_problem_without_its_methods_cannot_be_made():
    with pytest.raises(TypeError, match="abstract"):
        Problem()


def test_surfaces_compare_and_copy_by_value():
    for problem in (bowl(), ravine(), saddle(), Rosenbrock()):
        assert copy.deepcopy(problem) == problem and hash(copy.deepcopy(problem)) == hash(problem)
    assert bowl() == ravine(1) != saddle()


@pytest.mark.parametrize("seed", range(10))
def test_least_squares_is_numpys(seed):
    features, targets = regression(seed)
    problem = LeastSquares(features, targets)
    w, (squares,), *_ = np.linalg.lstsq(features, targets)
    np.testing.assert_allclose(problem.minimum, w, rtol=1e-9)
    np.testing.assert_allclose(problem.gradient(w), 0, atol=1e-12 * np.abs(problem.H @ w).max())
    assert problem.loss(w) == pytest.approx(squares / len(targets), rel=1e-9)
    points = np.random.default_rng(seed).normal(size=(2, 4, 3))
    residuals = np.einsum("nd,abd->abn", features, points) - targets
    np.testing.assert_allclose(problem.loss(points), (residuals**2).mean(-1), rtol=1e-10)
    rate = 1 / np.linalg.eigvalsh(problem.H).max()
    run = minimize(problem, np.zeros(3), sgd(rate), steps=20_000, every=20_000)
    np.testing.assert_allclose(run.x[-1], w, rtol=1e-6)


def test_least_squares_at_an_exact_fit_is_not_negative():
    for seed in range(10):
        rng = np.random.default_rng(seed)
        features, w = 1e3 * rng.normal(size=(50, 3)), rng.normal(size=3)
        assert LeastSquares(features, features @ w).loss(w) >= 0


@pytest.mark.parametrize(
    ("features", "targets"),
    [
        (np.ones(3), np.ones(3)),
        (np.ones((3, 2)), np.ones(2)),
        (np.ones((3, 2)), np.ones((3, 1))),
        (torch.ones(3, 2), torch.ones(3, 1)),
        (np.ones((0, 2)), np.ones(0)),
    ],
    ids=["1-d", "rows", "column", "torch column", "empty"],
)
def test_least_squares_says_which_shapes_it_takes(features, targets):
    with pytest.raises(ValueError, match=r"LeastSquares takes features \(n, d\) and targets"):
        LeastSquares(features, targets)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_least_squares_refuses_what_is_not_finite(bad):
    features, targets = regression()
    targets[3] = bad
    for pair in ((features, targets), (torch.tensor(features), torch.tensor(targets))):
        with pytest.raises(ValueError, match="features and targets must be finite"):
            LeastSquares(*pair)


class TestSp500:
    table = load_sp500()

    def test_it_has_the_rows_and_columns_that_it_promises(self):
        assert len(self.table) == 17_346
        assert list(self.table.columns) == ["date", "open", "high", "low", "close", "volume"]
        assert {len(column) for column in self.table.columns.values()} == {17_346}

    def test_every_row_is_a_later_trading_day(self):
        dates = self.table["date"]
        assert dates.dtype == "datetime64[D]"
        assert (str(dates[0]), str(dates[-1])) == ("1950-01-03", "2018-12-07")
        assert (np.diff(dates) > np.timedelta64(0, "D")).all()
        assert np.is_busday(dates).all()

    def test_prices_and_volumes_are_possible(self):
        for name in ("open", "high", "low", "close"):
            assert self.table[name].dtype == float
            assert np.isfinite(self.table[name]).all() and (self.table[name] > 0).all()
        assert (self.table["high"] >= self.table["low"]).all()
        assert (self.table["volume"] >= 0).all()
        high, low, close = (self.table[name] for name in ("high", "low", "close"))
        assert ((low <= close) & (close <= high)).all()

    def test_the_early_years_have_one_price_a_day(self):
        early = self.table["date"] < np.datetime64("1962-01-01")
        same = self.table["high"] == self.table["low"]
        assert same[early].all() and not same[~early].all()

    def test_black_monday_is_there(self):
        """The index fell by 20.47 % on 19 October 1987: a published figure."""
        day = int(np.flatnonzero(self.table["date"] == np.datetime64("1987-10-19"))[0])
        close = self.table["close"]
        assert close[day] / close[day - 1] - 1 == pytest.approx(-0.2047, abs=5e-5)
        returns = close[1:] / close[:-1] - 1
        assert returns.argmin() == day - 1

    def test_it_names_its_source_and_licence(self):
        for text in (repr(self.table), files("gdcourse.problems.data").joinpath("README.md")):
            text = text if isinstance(text, str) else text.read_text()
            assert "sp500_1950_2018" in text and "openintro" in text and "GPL-3" in text

    def test_a_column_that_is_not_there_is_named(self):
        with pytest.raises(KeyError, match=r"has no column 'Close'; it has \['date', 'open'"):
            self.table["Close"]

    def test_a_change_to_one_copy_leaves_the_next_alone(self):
        load_sp500()["close"][:] = 0
        assert (load_sp500()["close"] > 0).all()
