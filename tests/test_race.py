"""The Race widget's Python side: its data are the paths of minimize, its words are true."""

import inspect
import json
import re
from dataclasses import replace
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import numpy as np
import pytest

from gdcourse import Rosenbrock, adam, bowl, lbfgs, minimize, newton, ravine, saddle, sgd
from gdcourse.rules import recipes, recipes_second
from gdcourse.widgets import Race

PROBLEMS = {"ravine": ravine(100), "Rosenbrock": Rosenbrock(), "saddle": saddle()}
BOXES = {"ravine": (-2, 2, -2, 2), "Rosenbrock": (-2, 2, -1, 3), "saddle": (-1, 3, -1, 1)}
STEPS = 60


def rules(problem):
    return {
        "sgd": sgd(0.015),
        "adam": adam(0.1),
        "wild": sgd(5.0),
        "lbfgs": lbfgs(0.5, loss=problem.loss),
        "newton": newton(1.0, problem.hessian),
    }


def descend():
    return {
        name: {
            rule: minimize(problem, problem.start, chain, STEPS)
            for rule, chain in rules(problem).items()
        }
        for name, problem in PROBLEMS.items()
    }


@pytest.fixture(scope="module")
def runs():
    return descend()


@pytest.fixture
def race(runs):
    return Race(PROBLEMS, runs, boxes=BOXES)


def test_the_data_are_the_paths_of_minimize(race, runs):
    """To half a unit of the last digit sent; a run at rest is cut where it rests."""
    surfaces = json.loads(json.dumps(race.data, allow_nan=False))["surfaces"]
    gone = rested = 0
    for name, (left, right, bottom, top) in BOXES.items():
        for rule, sent in surfaces[name]["runs"].items():
            run = runs[name][rule]
            end = STEPS + 1 if sent["gone"] is None else sent["gone"]
            index = np.minimum(np.arange(end), len(sent["loss"]) - 1)
            path = np.reshape(sent["path"], (-1, 2))[index] / 3000
            x = left + (right - left) * path[:, 0]
            y = top - (top - bottom) * path[:, 1]
            far = 100.01 * np.array([right - left, top - bottom])
            near = (np.abs(run.x[:end] - (left, bottom)) < 0.98 * far).all(-1)
            assert near[0]
            assert np.abs(x - run.x[:end, 0])[near].max() <= (right - left) / 6000 + 1e-9
            assert np.abs(y - run.x[:end, 1])[near].max() <= (top - bottom) / 6000 + 1e-9
            losses = np.array(sent["loss"])[index]
            np.testing.assert_allclose(losses, run.loss[:end], rtol=0.005)
            if sent["gone"] is not None:
                whole = np.isfinite(run.x).all(-1) & np.isfinite(run.loss)
                assert whole[:end].all() and not whole[end]
                gone += 1
            rested += len(sent["loss"]) < end
    assert gone and rested, "the runs do not try both kinds of end"


def test_the_rate_stands_beside_the_rule(race):
    rates = {name: run["rate"] for name, run in race.data["surfaces"]["ravine"]["runs"].items()}
    assert rates == {"sgd": 0.015, "adam": 0.1, "wild": 5.0, "lbfgs": 0.5, "newton": 1.0}


def test_bad_input_is_named(runs):
    one = {"ravine": PROBLEMS["ravine"]}
    many = minimize(ravine(), np.ones((3, 2)), sgd(0.01), STEPS)
    short = minimize(ravine(), [1.0, 1.0], sgd(0.01), 5)
    line = minimize(bowl(3), [1.0, 1.0, 1.0], sgd(0.01), STEPS)
    blind = replace(short, signals={"loss": short.loss})
    cases = [
        (TypeError, "problems must be a dict", (ravine(), runs), {}),
        (TypeError, "problems must be a dict", ({}, {}), {}),
        (ValueError, r"must have the surfaces \['ravine'\]", (one, runs), {}),
        (TypeError, "'ravine' is 3", ({"ravine": 3}, {"ravine": runs["ravine"]}), {}),
        (TypeError, "'sgd' is 3", (one, {"ravine": {"sgd": 3}}), {}),
        (ValueError, "the same rules on each surface", (one, {"ravine": {}}), {}),
        (ValueError, r"'sgd' on 'ravine' has \(61, 3, 2\)", (one, {"ravine": {"sgd": many}}), {}),
        (ValueError, r"has \(61, 3\)", (one, {"ravine": {"sgd": line}}), {}),
        (ValueError, "has None", (one, {"ravine": {"sgd": blind}}), {}),
        (ValueError, "of the same steps", (one, {"ravine": runs["ravine"] | {"sgd": short}}), {}),
        (ValueError, "'Rome'", (PROBLEMS, runs), {"boxes": {"Rome": (0, 1, 0, 1)}}),
        (ValueError, "must be .left, right", (PROBLEMS, runs), {"boxes": {"ravine": (1, 0, 0, 1)}}),
        (ValueError, "must be .left, right", (PROBLEMS, runs), {"boxes": {"ravine": "wide"}}),
        (ValueError, "rules must be among", (PROBLEMS, runs), {"rules": ["sdg"]}),
    ]
    for error, message, arguments, options in cases:
        with pytest.raises(error, match=message):
            Race(*arguments, **options)


def test_a_choice_that_is_none_is_refused(race):
    for name, value in (("surface", "Rome"), ("rules", ["sdg"]), ("step", 61), ("step", -1)):
        with pytest.raises(ValueError, match=f"Race.{name} must"):
            setattr(race, name, value)


def test_where_no_widget_runs_there_is_a_picture_with_words(race, runs):
    race.surface, race.rules, race.step = "Rosenbrock", ["adam"], 10
    assert f"after 10 steps: adam {runs['Rosenbrock']['adam'].loss[10]:.3g}." in repr(race)
    assert race.picture().startswith(b"\x89PNG")
    assert race.still().data.startswith('<noscript class="gd-still"><img alt="Contour map of the')
    race.rules = []
    assert "no rule is chosen" in repr(race)


def test_the_gallery_shows_every_recipe():
    page = Path(__file__).resolve().parent.parent / "book" / "reference" / "gallery.md"
    shown = set(re.findall(r"\bgd\.(\w+)", page.read_text()))
    for module in (recipes, recipes_second):
        made_here = inspect.getmembers(module, inspect.isfunction)
        names = {name for name, f in made_here if f.__module__ == module.__name__}
        assert not {name for name in names if name[0] != "_"} - shown
