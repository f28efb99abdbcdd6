"""The laws that every page keeps, read from its text and from the built book."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from clean_notebook import clean_notebook, included
from gdcourse_book import launch_urls
from sphinx.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
PAGES = sorted(BOOK.rglob("*.md"))
NOTEBOOKS = [page for page in PAGES if "```{code-cell}" in page.read_text()]
TEXTS = sorted([*ROOT.glob("*.md"), *PAGES, *(ROOT / "solutions").glob("*.md")])
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
BANNED = ["comprehensive", "delve", "powerful", "seamless", "cutting-edge", "leverag", "unleash"]
FORM = {  # what each page holds, in this order, and the words of a heading that say so
    "the shortest run": "run",
    "the evidence": "evidence|show|see|look",
    "why": "why",
    "what to do": "to do|do and|cure|remed|choose",
    "when that fails": "fail",
    "check yourself": "check yourself|exercise",
    "sources": "sources",
}


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", NOTEBOOKS, ids=name)
def test_page_keeps_the_form(page):
    text = page.read_text()
    lead = text.split("\n# ", 1)[1].split("\n## ", 1)[0]
    assert "?" in lead, "a page begins with a question"
    headings = re.findall(r"^## (.+)$", CELL.sub("", text), re.MULTILINE)
    rest = iter(headings)
    for part, words in FORM.items():
        found = any(re.search(words, heading, re.IGNORECASE) for heading in rest)
        assert found, f"no heading for {part!r} in its place among {headings}"


@pytest.mark.parametrize("page", NOTEBOOKS, ids=name)
def test_page_asserts_what_it_claims(page):
    assert any("assert " in cell for cell in CELL.findall(page.read_text()))


@pytest.mark.parametrize("page", NOTEBOOKS, ids=name)
def test_page_becomes_a_plain_notebook(page):
    notebook = clean_notebook(page, BOOK)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) == len(CELL.findall(page.read_text()))
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    left = re.findall(r"^(?:`{3,}|:{3,})\{.*|\{[\w:-]+\}`[^`]*`", prose, re.MULTILINE)
    assert not left, "Sphinx's markup, which Jupyter does not show"


def test_included_code_is_pasted_into_the_notebook(tmp_path):
    (tmp_path / "references.bib").write_text("")
    (tmp_path / "code.py").write_text("def f():\n    return 1\n\n\ndef g():\n    return 2\n")
    page = tmp_path / "page.md"
    page.write_text("# T\n\n```{literalinclude} code.py\n:pyobject: g\n```\n\n:::{tip}\nDo.\n:::\n")
    source = clean_notebook(page, tmp_path).cells[0].source
    assert "```python\ndef g():\n    return 2\n```" in source
    assert "> **Tip**\n>\n> Do." in source
    with pytest.raises(ValueError, match="does not exist"):
        included(tmp_path / "absent.py", {})
    page.write_text("# T\n\n{cite:t}`nobody1900`\n")
    with pytest.raises(ValueError, match="nobody1900"):
        clean_notebook(page, tmp_path)


def test_notebook_installs_the_package_on_colab_once_there_is_an_address(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# T\n")
    (tmp_path / "references.bib").write_text("")
    first = clean_notebook(page, tmp_path, "https://github.com/some/book", "main").cells[0]
    assert first.cell_type == "code"
    assert "git+https://github.com/some/book@main" in first.source


def test_launch_buttons_follow_the_public_address():
    urls = launch_urls("failures/a-page", "https://github.com/some/book/", "a/branch")
    assert urls == {
        "Colab": "https://colab.research.google.com/github/some/book/blob/gh-pages"
        "/notebooks/failures/a-page.ipynb",
        "Binder": "https://mybinder.org/v2/gh/some/book/a%2Fbranch"
        "?urlpath=lab/tree/book/failures/a-page.md",
    }
    assert launch_urls("failures/a-page", "", "main") == {}
    with pytest.raises(ConfigError, match=r"must be https://github\.com"):
        launch_urls("failures/a-page", "github.com/some", "main")


@pytest.mark.parametrize("text", TEXTS, ids=name)
def test_text_is_plain(text):
    content = text.read_text().lower()
    assert not [word for word in BANNED if re.search(rf"\b{word}", content)]
    assert not re.search(r"/(home|root|users|work)/\w", content), "a path of someone's machine"
    assert not re.search(r"\d", text.stem), "file names carry no numbers"


def test_order_of_pages_stands_in_the_toc_alone():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    listed = [toc["root"], *(c["file"] for part in toc["parts"] for c in part["chapters"])]
    assert sorted(listed) == sorted(p.relative_to(BOOK).with_suffix("").as_posix() for p in PAGES)
    assert len(listed) == len(set(listed))


def test_no_notebook_with_outputs_is_kept():
    kept = [p for folder in ("book", "exercises") for p in (ROOT / folder).rglob("*.ipynb")]
    cells = [cell for p in kept for cell in json.loads(p.read_text())["cells"]]
    assert not [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")]


@pytest.mark.parametrize("page", NOTEBOOKS, ids=name)
def test_figures_have_alternative_text(page, site):
    html = site / page.relative_to(BOOK).with_suffix(".html")
    pictures = re.findall(r"<img\b[^>]*>", html.read_text().split("<article", 1)[1])
    assert pictures
    for picture in pictures:
        alt = re.search(r'alt="([^"]*)"', picture)
        assert alt and len(alt[1]) > 20 and "_build" not in alt[1], picture


@pytest.mark.parametrize("page", NOTEBOOKS, ids=name)
def test_no_page_shows_a_warning(page, site):
    html = (site / page.relative_to(BOOK).with_suffix(".html")).read_text()
    assert not re.findall(r"\.py:\d+: \w*Warning.*", html)


class Links(HTMLParser):
    """Collect the links and the anchors of a built page."""

    def __init__(self, file: Path):
        super().__init__()
        self.links: list[str] = []
        self.anchors = {"", "top"}
        self.feed(file.read_text())

    def handle_starttag(self, tag, attributes):
        for key, value in attributes:
            if key in ("id", "name") and value:
                self.anchors.add(value)
            elif key in ("href", "src") and value:
                self.links.append(value)


def test_links_inside_the_book_resolve(site):
    files = {p.resolve(): Links(p) for p in site.rglob("*.html") if "_static" not in p.parts}
    dead, counted = [], 0
    for file, page in files.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            counted += 1
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            known = files[target].anchors if target in files else {unquote(parts.fragment)}
            if not target.exists() or unquote(parts.fragment) not in known:
                dead.append(f"{file.relative_to(site.resolve())}: {link}")
    assert counted > 50
    assert not dead
