"""The Explore widget's front end in a real browser."""

import re

import pytest
from test_explore import RATES, figure

from gdcourse.widgets import Explore

pytestmark = pytest.mark.browser


@pytest.fixture
def page(show):
    return show(figure())


def words(page):
    return page.locator("[aria-live]").inner_text()


def heights(page, panel=0, curve=0):
    """Return the heights of a drawn line, in units of the drawing, 0 at the top."""
    line = page.locator(".curves").nth(panel).locator("path[fill=none]").nth(curve)
    return [float(y) for y in re.findall(r",(-?[\d.]+)", line.get_attribute("d"))]


def test_each_control_answers_the_keyboard_and_shows_its_frame(page):
    assert words(page) == "rate 0.1, raw, plain"
    page.get_by_role("slider", name="learning rate").focus()
    page.keyboard.press("End")
    assert words(page) == f"rate {RATES[-1]}, raw, plain"
    page.get_by_role("radio", name="raw").focus()
    page.keyboard.press("ArrowRight")
    assert words(page) == f"rate {RATES[-1]}, scaled, plain"
    page.get_by_role("checkbox", name="clip").focus()
    page.keyboard.press("Space")
    assert words(page) == f"rate {RATES[-1]}, scaled, clipped"
    assert page.evaluate("window.model.get('index')") == [len(RATES) - 1, 1, 1]
    assert page.evaluate("window.saved") == 3


def test_what_is_drawn_is_what_python_computed(page):
    page.evaluate("window.model.set('index', [1, 0, 0])")
    drawn = heights(page)
    widget = figure(start={"learning rate": RATES[1]})
    (panel, _), _ = widget._now()
    low, high = panel.ylim
    from numpy import log10

    curve = panel.curves["loss"].y
    expected = 300 * (log10(high) - log10(curve)) / (log10(high) - log10(low))
    assert drawn == pytest.approx(list(expected), abs=0.06)


def test_a_frame_is_drawn_within_a_tenth_of_a_second(page):
    taken = page.evaluate(
        """() => { const times = [];
        for (let i = 0; i < 30; i++) { const t = performance.now();
          window.model.set('index', [i % 3, i % 2, 0]); document.body.getBoundingClientRect();
          times.push(performance.now() - t); }
        return times.sort((a, b) => a - b)[15]; }"""
    )
    assert taken < 100


def test_gaps_bands_bars_and_dots_are_there(page):
    curves = page.locator(".curves")
    assert curves.nth(0).locator("path[fill-opacity='0.2']").first.get_attribute("d").endswith("Z")
    assert curves.nth(1).locator("path[fill-opacity='0.55']").count() == 1
    gap = curves.nth(0).locator("path[fill=none]").nth(1).get_attribute("d")
    assert gap.count("M") == 2, "what is not a number leaves a gap"


def test_names_are_texts_not_markup(show):
    from gdcourse.widgets import Curve, Panel

    def view(a):
        return Panel({"<b>x</b>": Curve([0, 1], [0, 1])}, x="<i>a</i>", y='"&'), "<u>w</u>"

    page = show(Explore(view, {"<s>control</s>": ["<em>1</em>", "2"]}))
    assert page.locator(".gd-widget :is(i, u, s, em)").count() == 0
    assert words(page) == "<u>w</u>"


def test_two_figures_on_one_page_do_not_share_their_radio_buttons(page):
    page.evaluate("window.model.set('index', [0, 1, 0])")
    assert page.get_by_role("radio", name="scaled").is_checked()
    names = page.evaluate("[...document.querySelectorAll('input[type=radio]')].map(r => r.name)")
    assert len(set(names)) == 1 and re.fullmatch(r"gd-\d+-1", names[0])
