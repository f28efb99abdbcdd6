"""The built book in a real browser that cannot reach the net."""

import io
import json
import re
from collections import Counter
from pathlib import Path

import nbformat
import numpy as np
import pytest
import yaml
from PIL import Image

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text())
PAGES = [TOC["root"], *(c["file"] for part in TOC["parts"] for c in part["chapters"])]
TEXT = {page: (ROOT / "book" / f"{page}.md").read_text() for page in PAGES}
NOTEBOOKS = [page for page in PAGES if "```{code-cell}" in TEXT[page]]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def chromium(tool):
    path = tool("chromium")
    if not (ROOT / "_assets" / "complete.json").exists():
        tool("npm")  # says why the pages would reach for the net
        pytest.fail("the page assets are missing: run `make book`")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, address):
    """Return a function that opens a page and waits until its scripts rest.

    Afterwards no request may have left, none failed, and no error stand in the console.
    """
    contexts, faults = [], []

    def open_page(name: str, theme: str = "light", size: dict = DESK):
        context = chromium.new_context(viewport=size, color_scheme=theme)
        contexts.append(context)

        def guard(route):
            if route.request.url.startswith((address, "data:", "blob:")):
                route.continue_()
            else:
                faults.append(f"left the machine: {route.request.url}")
                route.abort()

        context.route("**/*", guard)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.on("response", lambda r: faults.append(f"{r.status} {r.url}") if not r.ok else None)
        page.goto(f"{address}/{name}", wait_until="networkidle")
        page.evaluate("document.fonts.ready")
        if page.locator("script[src*='mathjax']").count():
            page.evaluate("MathJax.startup.promise")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults


def luminance(pixels: np.ndarray) -> np.ndarray:
    """Return the relative luminance (WCAG 2) of sRGB colours in [0, 255]."""
    part = pixels / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def colours(shot: bytes) -> tuple[np.ndarray, float]:
    """Return the luminance of the pixels and of the ground, the commonest colour at the edge."""
    pixels = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    ground = Counter(map(tuple, edge.tolist())).most_common(1)[0][0]
    return luminance(pixels.reshape(-1, 3)), float(luminance(np.array(ground)))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", [*PAGES, "search"])
def test_page_is_accessible_and_needs_no_network(visit, name, theme, size):
    page = visit(f"{name}.html", theme, size)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= size["width"], f"the page scrolls sideways: {width} px wide"
    page.add_script_tag(path=ROOT / "_assets" / "test" / "axe.min.js")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    grave = [v for v in found if v["impact"] in ("serious", "critical")]
    report = [(v["id"], v["help"], [n["html"][:200] for n in v["nodes"]]) for v in grave]
    assert not grave, json.dumps(report, indent=1)


@pytest.mark.parametrize("name", [page for page in PAGES if "$" in TEXT[page]])
def test_mathematics_is_rendered(visit, name):
    page = visit(f"{name}.html")
    formulas = page.locator("article span.math, article div.math")
    assert formulas.count() > 0
    for formula in formulas.all():
        box = formula.locator("mjx-container").first.bounding_box()
        assert box["width"] > 3
        assert box["height"] > 3
    assert page.locator("mjx-merror").count() == 0
    prose = page.locator("article p, article td, article li, article figcaption").all_inner_texts()
    assert not [text for text in prose if re.search(r"\$[^$\n]+\$", text)], "left as source"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_figures_are_legible(visit, name, theme):
    page = visit(f"{name}.html", theme)
    figures = page.locator("article .cell_output img")
    assert figures.count() > 0
    for figure in figures.all():
        assert len(figure.get_attribute("alt") or "") > 20, "a figure without alternative text"
        if not figure.is_visible():
            continue
        light, ground = colours(figure.screenshot())
        assert ground > 0.8 if theme == "light" else ground < 0.1
        contrast = (np.maximum(light, ground) + 0.05) / (np.minimum(light, ground) + 0.05)
        assert contrast.max() > 12, "text and axes do not stand out"
        assert np.mean(contrast > 4.5) > 0.005, "next to nothing can be read"


def test_widget_answers_mouse_and_keyboard(visit):
    page = visit("foundations/learning-rate.html")
    widget = page.locator(".gd-widget").first
    widget.wait_for(state="visible")
    widget.scroll_into_view_if_needed()
    slider = widget.locator("input[type=range]").first

    def state():
        drawings = widget.locator("svg, canvas").all()
        drawn = [d.evaluate("e => e.outerHTML + (e.toDataURL?.() ?? '')") for d in drawings]
        return widget.inner_text(), drawn

    before = state()
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    typed = state()
    assert typed[0] != before[0], "the read-out does not follow the keyboard"
    assert typed[1] != before[1], "the drawing does not follow the keyboard"
    box = slider.bounding_box()
    page.mouse.click(box["x"] + 0.15 * box["width"], box["y"] + box["height"] / 2)
    clicked = state()
    assert clicked[0] != typed[0], "the read-out does not follow the mouse"
    assert clicked[1] != typed[1], "the drawing does not follow the mouse"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_widget_draws_itself_in_both_modes(visit, theme):
    page = visit("foundations/learning-rate.html", theme)
    widget = page.locator(".gd-widget").first
    widget.scroll_into_view_if_needed()
    filters = widget.evaluate(
        "e => { let all = []; for (; e; e = e.parentElement) all.push(getComputedStyle(e).filter); "
        "return all.filter(f => f != 'none'); }"
    )
    assert not filters, "the figures' inversion reaches the widget"
    _, ground = colours(widget.screenshot())
    assert ground > 0.5 if theme == "light" else ground < 0.2


def test_search_finds_overshoot(visit):
    page = visit("search.html?q=overshoot")
    hit = page.locator("#search-results li a[href*='failures/overshooting-forecast.html']").first
    hit.wait_for(timeout=10_000)
    assert page.locator("#search-results li").count() >= 1


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_page_offers_its_clean_notebook(visit, name):
    page = visit(f"{name}.html")
    link = page.locator("a[href$='.ipynb']").first
    answer = page.request.get(link.evaluate("a => a.href"))
    assert answer.status == 200
    notebook = nbformat.reads(answer.text(), as_version=4)
    nbformat.validate(notebook)
    assert sum(cell.cell_type == "code" for cell in notebook.cells) == TEXT[name].count(
        "```{code-cell}"
    )


@pytest.mark.parametrize("name", [page for page in PAGES if page not in NOTEBOOKS])
def test_pages_without_widgets_load_no_widget_code(visit, name):
    page = visit(f"{name}.html")
    assert page.locator("script[src*='require'], script[src*='embed-amd']").count() == 0
