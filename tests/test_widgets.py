"""The Descent widget's Python side: the surface as data, the traits, the still picture."""

import base64

import matplotlib

matplotlib.use("Agg")

import numpy as np
import pytest

from gdcourse import LeastSquares, Problem, Rosenbrock, bowl, minimize, ravine, saddle, sgd
from gdcourse.widgets import Descent
from gdcourse.widgets.polynomial import polynomial

PARABOLA = LeastSquares(np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 1.0]]), np.array([1.0, 2.0, 3.0]))
SURFACES = [bowl(), ravine(100), saddle(), Rosenbrock(), PARABOLA]


class Wave(Problem):
    """Not a polynomial."""

    def loss(self, x):
        return np.cos(x).sum(-1)

    def gradient(self, x):
        return -np.sin(x)

    def hessian(self, x):
        return -np.cos(x)[..., None] * np.eye(2)


class Fifth(Wave):
    def loss(self, x):
        return x[..., 0] ** 2 + 1e-3 * x[..., 1] ** 5


@pytest.mark.parametrize("problem", SURFACES, ids=lambda p: type(p).__name__)
def test_the_polynomial_is_the_problem(problem):
    minimum = getattr(problem, "minimum", None)
    center = (0.0, 0.0) if minimum is None else tuple(minimum)
    terms = polynomial(problem, center)
    points = np.random.default_rng(seed=5).uniform(-3, 3, (200, 2))
    u, v = (points - center).T
    values = sum(c * u**i * v**j for i, j, c in terms)
    assert np.allclose(values, problem.loss(points), rtol=1e-9, atol=1e-9)


def test_terms_that_a_surface_does_not_have_are_dropped():
    assert polynomial(Rosenbrock(), (0.0, 0.0)) == [
        [0, 0, 1.0], [0, 2, 100.0], [1, 0, -2.0], [2, 0, 1.0], [2, 1, -200.0], [4, 0, 100.0],
    ]  # fmt: skip  # (1 - x)^2 + 100 (y - x^2)^2, multiplied out


def test_a_surface_that_cannot_travel_is_an_error():
    with pytest.raises(TypeError, match="takes a problem such as"):
        Descent("ravine")
    with pytest.raises(ValueError, match="a problem of two numbers"):
        Descent(bowl(3))
    with pytest.raises(ValueError, match="a problem of two numbers: Quadratic has 3 curvatures"):
        Descent(type(bowl())((1.0, -1.0, 1.0)))
    for problem in (Wave(), Fifth()):
        with pytest.raises(ValueError, match="degree 4 or less"):
            Descent(problem)


@pytest.mark.parametrize(
    ("argument", "value", "error", "message"),
    [
        ("lr", -1.0, ValueError, "lr must be positive and finite; got -1"),
        ("lr", float("nan"), ValueError, "lr must be positive and finite; got nan"),
        ("steps", 0, ValueError, r"steps must lie in \[1, 1000\]; got 0"),
        ("start", (np.nan, 1.0), ValueError, "start must be two finite numbers"),
        ("start", (1.0, 1.0, 1.0), ValueError, "start must be two finite numbers"),
        ("box", (1, -1, 0, 1), ValueError, r"box must be \(left, right, bottom, top\)"),
    ],
)
def test_a_bad_argument_is_named(argument, value, error, message):
    with pytest.raises(error, match=message):
        Descent(ravine(), **{argument: value})


def test_a_flat_surface_is_an_error():
    with pytest.raises(ValueError, match="the Hessian there is zero"):
        Descent(type(ravine())((0.0, 0.0)))


def test_what_the_reader_chose_is_what_runs():
    widget = Descent(ravine(10), lr=0.15)
    widget.lr, widget.start, widget.steps = 0.05, [0.3, -0.7], 12
    expected = minimize(ravine(10), [0.3, -0.7], sgd(0.05), steps=12)
    assert np.array_equal(widget.run().x, expected.x)
    with pytest.raises(ValueError, match=r"lr must be positive"):
        widget.lr = 0.0


def test_the_mark_is_two_over_the_largest_curvature():
    assert Descent(ravine(100)).surface["largest"] == 2 / 100
    assert Descent(Rosenbrock()).surface["largest"] == pytest.approx(0.0019968, rel=1e-4)
    assert Descent(saddle()).surface["minimum"] is None


def test_contours_stay_on_the_map():
    for problem in SURFACES:
        path = Descent(problem).surface["contours"]
        numbers = np.array(path.replace("M", ",").replace("L", ",").strip(",").split(","), float)
        assert len(numbers) > 100
        assert numbers.min() >= 0 and numbers.max() <= 300


def test_where_no_widget_runs_there_is_a_picture_with_words():
    widget = Descent(ravine(10), lr=0.15)
    data = widget._repr_mimebundle_()[0]
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert "learning rate 0.15 from (1, 1)" in data["text/plain"]
    still = widget.still().data
    assert still.startswith('<noscript class="gd-still"><img alt="Contour map of Quadratic')
