"""The Explore widget's Python side: every choice is sent as it was computed."""

import json

import matplotlib

matplotlib.use("Agg")

import numpy as np
import pytest

from gdcourse.widgets import Curve, Explore, Panel

RATES = [0.1, 0.5, 0.9]
T = np.arange(30)


def view(lr, inputs, clip):
    loss = (1 - lr) ** (T / 3)
    broken = np.where(T == 10, np.nan, 0.5)
    panels = [
        Panel(
            {"loss": Curve(T, loss, loss / 2, loss * 2), "floor": Curve(T, broken)},
            x="step",
            y="loss",
            log="y",
            ylim=(1e-8, 2),
        ),
        Panel(
            {
                "weights": Curve([1, 2, 3], [4, 5, 6], style="bars"),
                "one": Curve([2], [lr], style="dots"),
            },
            x="weight",
            y="count",
        ),
    ]
    return panels, f"rate {lr}, {inputs}, {'clipped' if clip else 'plain'}"


def figure(**options):
    controls = {"learning rate": RATES, "inputs": ["raw", "scaled"], "clip": [False, True]}
    return Explore(view, controls, **options)


def test_every_choice_is_sent_in_order():
    data = figure().data
    words = [frame["words"] for frame in data["frames"]]
    assert len(words) == 12
    assert words[0] == "rate 0.1, raw, plain" and words[1] == "rate 0.1, raw, clipped"
    assert words[2] == "rate 0.1, scaled, plain" and words[-1] == "rate 0.9, scaled, clipped"
    assert [c["kind"] for c in data["controls"]] == ["slider", "radio", "box"]
    json.dumps(data, allow_nan=False)


def test_points_are_sent_to_a_tenth_of_a_unit():
    data = figure().data
    sent = data["frames"][4]["curves"][0][0]  # learning rate 0.5
    y = np.array(sent["y"]) / 3000
    loss = 10 ** (np.log10(2) - y * (np.log10(2) - np.log10(1e-8)))
    np.testing.assert_allclose(loss, 0.5 ** (T / 3), rtol=0.004)
    assert data["frames"][0]["curves"][0][1]["y"][10] is None
    bars = data["frames"][0]["curves"][1][0]
    assert bars["right"][0] == pytest.approx(bars["left"][1], abs=1)


def test_choice_is_read_and_set():
    widget = figure(start={"inputs": "scaled"})
    assert widget.choice == {"learning rate": 0.1, "inputs": "scaled", "clip": False}
    widget.index = [2, 0, 1]
    assert widget.choice == {"learning rate": 0.9, "inputs": "raw", "clip": True}
    assert "rate 0.9, raw, clipped" in repr(widget)
    with pytest.raises(ValueError, match="below"):
        widget.index = [3, 0, 0]


def test_still_picture_follows_the_choice():
    widget = figure()
    before = widget.picture()
    widget.index = [2, 0, 0]
    assert before[:4] == b"\x89PNG" and widget.picture() != before
    assert "rate 0.9" in widget.still().data


def test_long_curves_are_thinned_and_keep_their_ends():
    t = np.arange(1, 100_001)

    def long(which):
        panel = {"fall": Curve(t, 1 / t)}
        return Panel(panel, x="step", y="loss", log="xy"), which

    sent = Explore(long, {"which": ["a", "b"]}).data["frames"][0]["curves"][0][0]
    assert 50 < len(sent["x"]) <= 120
    assert (np.diff(sent["x"]) > 0).all()
    axis = Explore(long, {"which": ["a", "b"]})._axes[0][0]
    assert sent["x"][-1] == round(3000 * float(axis.place(np.array(1e5))))


def test_axes_hold_all_choices_and_survive_infinities():
    def rising(lr):
        y = np.array([1.0, lr, np.inf, np.nan, 0.0])
        return Panel({"loss": Curve(np.arange(5), y)}, x="step", y="loss", log="y"), "w"

    widget = Explore(rising, {"lr": [0.01, 1, 1e6]})
    _, y = widget._axes[0]
    assert y.low < 0.01 and y.high > 1e6 and y.high < 1e7
    sent = widget.data["frames"][0]["curves"][0][0]["y"]
    assert sent[2] < -3000 and sent[3] is None and sent[4] > 6000
    assert len(y.ticks()) >= 3 and all(power for *_, power in y.ticks())


@pytest.mark.parametrize(
    ("controls", "error", "says"),
    [
        ({}, TypeError, "controls must be a dict"),
        ({"a": [1]}, ValueError, "two or more"),
        ({"a": [1, 1]}, ValueError, "different"),
        ({"a": [None, 1]}, TypeError, "numbers, texts or booleans"),
        ({"a": list(range(30)), "b": list(range(30))}, ValueError, "at most 400"),
    ],
)
def test_controls_that_cannot_be_drawn_are_named(controls, error, says):
    with pytest.raises(error, match=says):
        Explore(lambda *a: None, controls)


def test_views_that_do_not_fit_are_named():
    two = {"a": [1, 2]}
    panel = Panel({"c": Curve([0, 1], [0, 1])}, x="x", y="y")
    with pytest.raises(TypeError, match="panels, sentence"):
        Explore(lambda a: panel, two)
    with pytest.raises(TypeError, match="must return Panels"):
        Explore(lambda a: ([1], "w"), two)
    with pytest.raises(ValueError, match="same panels"):
        Explore(lambda a: (Panel({str(a): Curve([0], [0])}, x="x", y="y"), "w"), two)
    with pytest.raises(ValueError, match="shape of x"):
        Curve([0, 1], [0])
    with pytest.raises(ValueError, match="both low and high"):
        Curve([0], [0], low=[0])
    with pytest.raises(ValueError, match=r"Panel\.ylim"):
        Panel({"c": Curve([0], [0])}, x="x", y="y", ylim=(1, 0))
    with pytest.raises(ValueError, match="above 0"):
        Panel({"c": Curve([0], [0])}, x="x", y="y", log="y", ylim=(0, 1))
    with pytest.raises(ValueError, match="start names"):
        Explore(lambda a: (panel, "w"), two, start={"b": 1})
    with pytest.raises(ValueError, match="must be one of"):
        Explore(lambda a: (panel, "w"), two, start={"a": 3})
    with pytest.raises(ValueError, match="nothing to draw"):
        Explore(lambda a: (Panel({"c": Curve([], [])}, x="x", y="y"), "w"), two)
