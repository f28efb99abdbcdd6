"""The Race widget's front end in a real browser."""

import pytest
from test_race import BOXES, PROBLEMS, STEPS, descend

from gdcourse import ravine
from gdcourse.widgets import Race

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def runs():
    return descend()


@pytest.fixture
def race(runs):
    return Race(PROBLEMS, runs, boxes=BOXES)


def words(page):
    return page.locator("[aria-live]").inner_text()


def drawn(page):
    return page.locator(".map .paths path").count(), page.locator(".curve .paths path").count()


def test_play_runs_to_the_end_and_tells(show, race):
    page = show(race)
    page.evaluate("window.model.set('step', 0)")
    assert words(page).startswith("At the start on ravine")
    play = page.get_by_role("button", name="Play")
    play.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("window.model.get('step') > 5")
    assert words(page).startswith("At the start"), "the words wait until the race stands"
    page.get_by_role("button", name="Pause").click()
    stopped = page.evaluate("window.model.get('step')")
    assert 5 < stopped < STEPS and words(page).startswith(f"After {stopped} steps")
    play.click()
    page.wait_for_function(f"window.model.get('step') === {STEPS}", timeout=20_000)
    assert words(page).startswith(f"After {STEPS} steps on ravine the loss is: ")
    assert play.is_visible()


def test_nothing_glides_for_those_who_asked_for_rest(show, race):
    page = show(race, reduced_motion="reduce")
    assert page.evaluate("window.model.get('step')") == STEPS, "nothing plays by itself"
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("window.model.get('step') > 0")
    assert page.evaluate("window.model.get('step')") == STEPS // 10
    page.get_by_role("button", name="Pause").click()


def test_slider_and_boxes_answer_the_keyboard(show, race, runs):
    page = show(race)
    assert drawn(page) == (3, 3)
    page.get_by_role("slider", name="Step").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("window.model.get('step')") == 1
    assert words(page).startswith("After 1 step on ravine")
    assert f"sgd {runs['ravine']['sgd'].loss[1]:.3g}" in words(page)
    page.get_by_role("checkbox", name="lbfgs").focus()
    page.keyboard.press("Space")
    assert drawn(page) == (4, 4) and "lbfgs" in words(page)
    page.get_by_role("checkbox", name="sgd").click()
    assert page.evaluate("window.model.get('rules')") == ["adam", "wild", "lbfgs"]
    assert drawn(page) == (3, 3) and "sgd" not in words(page)
    assert page.evaluate("window.saved") == 4


def test_another_surface_is_drawn_with_its_own_paths(show, race):
    page = show(race)
    before = page.locator(".map .contours").get_attribute("d")
    page.evaluate("window.model.set('step', 10)")
    assert "(off the map)" in words(page)
    page.get_by_role("combobox", name="Surface").select_option("Rosenbrock")
    assert page.locator(".map .contours").get_attribute("d") != before
    assert "wild: no longer a number" in words(page)
    page.get_by_role("combobox", name="Surface").select_option("saddle")
    assert "This surface has no lowest point." in words(page)


def test_it_fits_a_phone_and_follows_the_page(show, race):
    page = show(race, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    inside = page.locator("fieldset label").evaluate_all(
        "labels => labels.every((label) => label.scrollWidth <= label.clientWidth)"
    )
    assert inside, "a rule's name runs out of its place"
    paper = "getComputedStyle(document.querySelector('.gd-widget')).backgroundColor"
    stroke = "getComputedStyle(document.querySelector('.map .paths path')).stroke"
    light = page.evaluate(paper), page.evaluate(stroke)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert light[0] != page.evaluate(paper) and light[1] != page.evaluate(stroke)


def test_every_rule_has_a_colour_and_a_line_of_its_own(show, runs):
    names = [f"rule {i}" for i in range(25)]
    run = runs["ravine"]["sgd"]
    page = show(Race({"ravine": ravine()}, {"ravine": dict.fromkeys(names, run)}, rules=names))
    styles = page.locator(".map .paths path").evaluate_all(
        "paths => paths.map(getComputedStyle).map((style) => style.stroke + style.strokeDasharray)"
    )
    assert len(set(styles)) == 25
    assert "20 others higher" in words(page)
