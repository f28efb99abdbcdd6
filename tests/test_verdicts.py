"""The tables that gather what the pages found."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

EXTENSIONS = Path(__file__).resolve().parent.parent / "book" / "_ext"
PAGES = {
    "index": "# Book\n\n```{toctree}\none\ntwo\nall\n```\n",
    "one": """# First story

| the usual advice | verdict | measured |
|---|---|---|
| Clip *always*. | *does not hold* | 3.5 $x$ |

| remedy | accuracy: median [quartiles] | seeds cured, of 10 | verdict |
|---|---|---|---|
| nothing | 0.1 | 0 | the failing run |
| Adam | 0.1 | 0 | **no effect** |
| Adam + ReLU | 0.9 | 10 | **cures** |
| ReLU | 0.9 | 10 | **cures** |
""",
    "two": """# Second story

| the usual advice | verdict here | measured (loss) |
|---|---|---|
| Use Adam. | *holds* | 1 |

| remedy | loss | verdict |
|---|---|---|
| nothing | 9 | the failing run |
| Adam | 1 | **helps** |
| Adam | 2 | **cures** |
| Lion | 3 | **helps** |

| another | table |
|---|---|
| which is | left alone |
""",
    "all": "# All\n\n```{verdicts}\n```\n\n```{remedy-matrix}\n```\n",
}


def build(folder):
    warnings = (folder / "warnings").open("w")
    options = {"extensions": ["myst_parser", "verdicts"], "myst_enable_extensions": ["dollarmath"]}
    with docutils_namespace():
        app = Sphinx(
            folder / "src", None, folder / "html", folder / "trees", "html", options, None, warnings
        )
        app.build()
    warnings.close()
    page = BeautifulSoup((folder / "html" / "all.html").read_text(), "html.parser")
    rows = [
        [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in body]
        for body in (table.find_all("tr") for table in page.find_all("table"))
    ]
    return rows, page, (folder / "warnings").read_text()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(EXTENSIONS)
    (tmp_path / "src").mkdir()
    for name, text in PAGES.items():
        (tmp_path / "src" / f"{name}.md").write_text(text)
    return tmp_path


def test_advice_and_remedies_are_gathered_from_all_pages(folder):
    (advice, matrix), page, _ = build(folder)
    assert advice == [
        ["The usual advice", "Verdict", "Measured", "Page"],
        ["Clip always .", "does not hold", "3.5 \\(x\\)", "First story"],
        ["Use Adam.", "holds", "1", "Second story"],
    ]
    assert matrix == [
        ["Remedy, alone", "First story", "Second story"],
        ["Adam", "○", "● ◐"],  # ReLU and Lion were tried in one story each
    ]
    told = [mark["title"] for mark in page.select(".gd-matrix abbr")]
    assert told == ["no effect", "cures", "helps"]
    assert {a["href"] for a in page.select("table a")} == {"one.html", "two.html"}


def test_a_page_that_changes_changes_the_table(folder):
    build(folder)
    text = PAGES["two"].replace("**helps**", "**worse**")
    (folder / "src" / "two.md").write_text(text)
    (_, matrix), *_ = build(folder)
    assert matrix[1] == ["Adam", "○", "● ×"]


def test_a_table_without_rows_is_a_warning(folder):
    for name in ("one", "two"):
        (folder / "src" / f"{name}.md").write_text("# Nothing here\n")
    *_, warnings = build(folder)
    assert "no page has a table for {verdicts}" in warnings
    assert "no page has a table for {remedy-matrix}" in warnings
