"""The Descent widget's front end in a real browser, against the Python rule."""

import base64
import json

import numpy as np
import pytest

from gdcourse import Rosenbrock, bowl, minimize, ravine, saddle, sgd
from gdcourse.widgets import Descent

pytestmark = pytest.mark.browser

MODULE = "data:text/javascript;base64," + base64.b64encode(Descent._esm.encode()).decode("ascii")
RUN = """async ([module, surface, cases]) => {
  const { descend } = await import(module);
  const text = (value) => (Number.isFinite(value) ? value : String(value));
  return cases.map(([lr, start, steps]) => {
    const { path, loss } = descend(surface, lr, start, steps);
    return [path.map((point) => point.map(text)), loss.map(text)];
  });
}"""


def trait(page, name):
    return page.evaluate("name => window.model.get(name)", name)


def words(page):
    return page.locator("[aria-live]").inner_text()


@pytest.mark.parametrize(
    "problem", [bowl(), ravine(100), saddle(), Rosenbrock()], ids=lambda p: f"{p!r:.40}"
)
def test_the_browser_computes_what_the_rule_computes(open_page, problem):
    """To 1e-6, from random rates and starts, runs that blow up included."""
    surface = json.loads(json.dumps(Descent(problem).surface))
    random = np.random.default_rng(seed=11)
    rates = surface["largest"] * 10 ** random.uniform(-2.5, 0.25, size=30)
    starts = random.uniform(-2, 2, size=(30, 2))
    cases = [[lr, list(start), 200] for lr, start in zip(rates, starts, strict=True)]
    results = open_page().evaluate(RUN, [MODULE, surface, cases])
    blown_up = 0
    for (lr, start, steps), (path, loss) in zip(cases, results, strict=True):
        run = minimize(problem, start, sgd(lr), steps)
        # Near its overflow a loss may be infinite in one order of summation and not in another.
        finite = (np.abs(run.loss) < 1e250) & (np.abs(run.x) < 1e250).all(axis=-1)
        path, loss = np.array(path, dtype=float), np.array(loss, dtype=float)
        np.testing.assert_allclose(path[finite], run.x[finite], rtol=1e-6, atol=1e-300)
        np.testing.assert_allclose(loss[finite], run.loss[finite], rtol=1e-6, atol=1e-300)
        if not np.isfinite(run.loss[-1]):
            assert not np.isfinite(loss[-1])
            blown_up += 1
    if isinstance(problem, Rosenbrock):
        assert 0 < blown_up < 30, "the rates do not try both kinds of run"


def test_arrow_keys_move_the_rate_and_the_words_follow(show):
    page = show(Descent(ravine(10), lr=0.19))
    assert "falls" in words(page)
    page.get_by_role("slider", name="Learning rate").focus()
    before = page.locator(".line").first.get_attribute("d")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    lr = trait(page, "lr")
    assert lr > 0.2
    assert "It diverges: the learning rate is above 2/L." in words(page)
    assert page.locator(".line").first.get_attribute("d") != before
    assert page.evaluate("window.saved") == 10
    while trait(page, "lr") > 0.2:
        page.keyboard.press("ArrowLeft")
    assert trait(page, "lr") == 0.2, "2/L itself is a notch of the slider"


def test_arrow_keys_move_the_start(show):
    page = show(Descent(ravine(10), lr=0.15, start=(0.5, 0.5)))
    page.get_by_role("slider", name="Start point").focus()
    page.keyboard.press("ArrowLeft")
    x, y = trait(page, "start")
    assert x < 0.5 and y == 0.5
    page.keyboard.press("Shift+ArrowUp")
    finer = trait(page, "start")[1] - 0.5
    assert 0 < finer < 0.5 - x
    for _ in range(200):
        page.keyboard.press("ArrowDown")
    assert trait(page, "start")[1] == Descent(ravine(10)).surface["box"][2], "it stays on the map"


def test_jupyterlab_leaves_it_the_arrow_keys(show):
    """JupyterLab looks for this attribute on the element that has the focus, and on no other."""
    page = show(Descent(ravine(10)))
    parts = page.locator("input, [tabindex]")
    assert parts.count() == 2
    for part in parts.all():
        assert part.get_attribute("data-lm-suppress-shortcuts") == "true"


@pytest.mark.parametrize("lr", [0.15, 0.3], ids=["stable", "diverging"])
def test_the_start_follows_the_mouse(show, lr):
    """Also while a diverging path reaches far outside the map."""
    page = show(Descent(ravine(10), lr=lr, box=(-2, 2, -2, 2)))
    sheet = page.locator(".sheet").bounding_box()

    def at(x, y):
        return sheet["x"] + sheet["width"] * (x + 2) / 4, sheet["y"] + sheet["height"] * (2 - y) / 4

    page.mouse.move(*at(1, 1))
    page.mouse.down()
    page.mouse.move(*at(-0.5, 0.25), steps=4)
    page.mouse.up()
    assert trait(page, "start") == pytest.approx([-0.5, 0.25], abs=0.02)
    page.mouse.click(*at(1.5, -1))
    assert trait(page, "start") == pytest.approx([1.5, -1], abs=0.02)


def test_the_start_follows_a_finger(show):
    page = show(Descent(ravine(10)), viewport={"width": 390, "height": 844}, has_touch=True)
    sheet = page.locator(".sheet").bounding_box()
    page.touchscreen.tap(sheet["x"] + sheet["width"] / 2, sheet["y"] + sheet["height"] / 4)
    assert trait(page, "start") == pytest.approx([0, 0.625], abs=0.02)


@pytest.mark.parametrize(
    "problem", [ravine(100), Rosenbrock(), saddle()], ids=lambda p: f"{p!r:.30}"
)
def test_it_fits_a_phone(show, problem):
    page = show(Descent(problem), viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_trait_set_in_python_is_drawn(show):
    page = show(Descent(ravine(10), lr=0.15))
    page.evaluate("model.set('lr', 0.25)")
    assert "1.25 × 2/L" in page.locator("label").inner_text()
    assert "diverges" in words(page)


def test_colours_follow_the_page(show):
    page = show(Descent(ravine(10)))
    paper = "getComputedStyle(document.querySelector('.gd-widget')).backgroundColor"
    light = page.evaluate(paper)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert light == "rgb(255, 255, 255)" != page.evaluate(paper)
