"""Plots: what is drawn is what the Run holds, and what cannot be drawn is said."""

import subprocess
import sys

import matplotlib

matplotlib.use("Agg")

import numpy as np
import pytest
from matplotlib import pyplot as plt

from gdcourse import LeastSquares, bowl, minimize, plots, ravine, saddle, sgd
from gdcourse.loops import Run


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def run_of(losses, **signals):
    losses = np.asarray(losses, dtype=float)
    return Run(np.arange(len(losses)), {"loss": losses, **signals})


def starts(runs=10):
    return np.random.default_rng(seed=0).normal(size=(runs, 2))


def test_importing_plots_leaves_matplotlib_alone():
    code = "import sys, gdcourse.plots; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_style_stays_on_its_own_axes():
    before = matplotlib.rcParams.copy()
    plots.loss(run_of([1, 0.5]))
    assert matplotlib.rcParams == before


def test_many_runs_give_the_median_and_the_middle_half():
    run = minimize(ravine(), starts(), sgd(0.01), steps=20)
    ax = plots.loss(run)
    (line,) = ax.get_lines()
    assert np.array_equal(line.get_ydata(), run.median())
    band = ax.collections[0].get_paths()[0].vertices
    low, high = run.quartiles()
    for step in (0, 7, 20):
        assert set(band[band[:, 0] == step][:, 1]) == {low[step], high[step]}


def test_one_run_has_no_band():
    assert not plots.loss(minimize(bowl(), [1.0, 1.0], sgd(0.1), steps=5)).collections


def test_the_scale_is_logarithmic_unless_a_value_is_negative():
    assert plots.loss(run_of([4, 2, 0])).get_yscale() == "log"
    falling = minimize(saddle(), [1.0, 0.1], sgd(0.5), steps=20)
    assert falling.loss.min() < 0
    assert plots.loss(falling).get_yscale() == "linear"


def test_a_run_that_leaves_ends_at_the_ceiling_and_is_named():
    run = minimize(ravine(), starts(), sgd(0.03), steps=2000)
    assert not np.isfinite(run.loss[-1]).any()
    ax = plots.loss(run, label="lr = 0.03", ceiling=100)
    line, triangle = ax.get_lines()
    top = 100 * run.median()[0]
    assert line.get_ydata().max() == top == triangle.get_ydata()[0]
    left = np.flatnonzero(run.median() > top)[0]
    assert line.get_xdata()[-1] == triangle.get_xdata()[0] == left
    assert ax.get_legend_handles_labels()[1] == ["lr = 0.03 (10 of 10 diverge)"]


def test_a_run_that_comes_back_is_drawn_to_its_end():
    ax = plots.loss(run_of([1, 1e5, 1e5, 0.1]))
    (line,) = ax.get_lines()
    assert list(line.get_ydata()) == [1, 1000, 1000, 0.1]


def test_a_single_run_that_diverges_says_so():
    ax = plots.loss(run_of([1, 2, np.nan]), label="a")
    assert ax.get_legend_handles_labels()[1] == ["a (diverges)"]


def test_curves_on_the_same_axes_differ_in_colour_and_in_line():
    ax = None
    for label in "abcd":
        ax = plots.loss(run_of([1, 0.5]), ax, label=label)
    lines = ax.get_lines()
    assert len({line.get_color() for line in lines}) == 4
    assert len({line.get_linestyle() for line in lines}) == 4


def test_a_diverging_curve_uses_up_one_colour_only():
    ax = plots.loss(run_of([1, 1e9]), label="a")
    plots.loss(run_of([1, 0.5]), ax, label="b")
    a, b = (line for line in ax.get_lines() if line.get_gid() == "curve")
    assert (a.get_color(), b.get_color()) == ("#0072B2", "#D55E00")


def test_axes_are_labelled_with_the_unit():
    norm = np.array([3.0, 2.0])
    ax = plots.loss(run_of([1, 0.5], gradient_norm=norm), signal="gradient_norm", unit="per weight")
    assert ax.get_xlabel() == "step"
    assert ax.get_ylabel() == "gradient norm (per weight)"
    assert np.array_equal(ax.get_lines()[0].get_ydata(), norm)


def test_what_cannot_be_drawn_is_an_error():
    run = minimize(bowl(), [1.0, 1.0], sgd(0.1), steps=5)
    with pytest.raises(ValueError, match=r"'x' has shape \(6, 2\)"):
        plots.loss(run, signal="x")
    with pytest.raises(AttributeError, match="no 'validation'"):
        plots.loss(run, signal="validation")
    with pytest.raises(ValueError, match="never finite"):
        plots.loss(run_of([np.nan, np.inf]))
    with pytest.raises(ValueError, match="ceiling must be above 1"):
        plots.loss(run, ceiling=1)


def test_a_path_is_drawn_over_contours_that_are_drawn_once():
    problem = ravine(10)
    run = minimize(problem, [1.0, 1.0], sgd(0.15), steps=30)
    ax = plots.path(run, problem, label="a")
    assert np.array_equal(ax.get_lines()[0].get_xydata(), run.x)
    before = len(ax.collections)
    plots.path(minimize(problem, starts(3), sgd(0.1), steps=30), problem, ax, label="b")
    assert len(ax.collections) == before
    assert ax.get_legend_handles_labels()[1] == ["a", "b"]


def test_a_path_that_leaves_does_not_move_the_map():
    problem = ravine(10)
    ax = plots.path(minimize(problem, [1.0, 1.0], sgd(0.3), steps=3000), problem)
    ax.figure.canvas.draw()
    assert max(np.abs(ax.get_xlim() + ax.get_ylim())) < 2


def test_a_path_of_three_numbers_is_an_error():
    with pytest.raises(ValueError, match="two numbers; x has 3"):
        plots.path(minimize(bowl(3), [1.0, 1.0, 1.0], sgd(0.1), steps=2), bowl(3))


def test_a_path_from_the_origin_to_a_distant_minimum_is_drawn_whole():
    far = LeastSquares(np.eye(2), np.array([200.0, 100.0]))
    run = minimize(far, [0.0, 0.0], sgd(0.2), steps=50)
    line = plots.path(run, far).get_lines()[0]
    assert np.isfinite(line.get_xydata()).all() and len(line.get_xydata()) == 51
