"""The reference: every public name once, its docstring shown whole, its links alive."""

import importlib
import inspect
import json
import re
from collections import Counter
from pathlib import Path
from urllib.parse import urljoin

import api_reference
import pytest
from bs4 import BeautifulSoup

import gdcourse
import gdcourse.plots
import gdcourse.widgets
from gdcourse import cli

BOOK = Path(__file__).resolve().parent.parent / "book"
PAGES = sorted((BOOK / "reference").glob("*.md"))
NAMES = [
    f"{room.__name__}.{name}"
    for room in (gdcourse, gdcourse.plots, gdcourse.widgets)
    for name in room.__all__
]
DIRECTIVE = re.compile(r"^\.\. (?:currentmodule|autoclass|autofunction|py:data):: (\S+)$", re.M)


def thing(name: str):
    """Return what a public name stands for."""
    room, _, last = name.rpartition(".")
    return getattr(importlib.import_module(room), last)


def listed(page: Path) -> list[str]:
    """Return the full names that a page's source asks autodoc for."""
    names, text = [], page.read_text()
    for name in DIRECTIVE.findall(text):
        if f"currentmodule:: {name}" not in text:
            names.append(name if "." in name else f"gdcourse.{name}")
    return names


@pytest.fixture(scope="module")
def entries(site):
    """Return the signature and the description of each name in the built pages."""
    found = {}
    for page in PAGES:
        html = BeautifulSoup((site / "reference" / f"{page.stem}.html").read_text(), "html.parser")
        for signature in html.select("dl.py > dt[id]"):
            assert signature["id"] not in found, "documented twice"
            found[signature["id"]] = signature, signature.find_next_sibling("dd")
    return found


def test_every_public_name_is_listed_exactly_once():
    counted = Counter(name for page in PAGES for name in listed(page))
    assert counted == Counter(NAMES)
    assert len(NAMES) > 150


def test_every_public_name_is_built_with_its_docstring(entries):
    for name in NAMES:
        _, description = entries[name]
        if name != "gdcourse.__version__":
            first = inspect.getdoc(thing(name)).split("\n\n")[0]
            assert words(description.p.get_text()) == words(first), name


def words(text: str) -> list[str]:
    """Return the letters and digits, since quotes and dots are set as in print."""
    return re.findall(r"\w+", text)


def test_no_word_of_a_docstring_is_lost(entries):
    for name in NAMES:
        text = inspect.getdoc(thing(name)).partition("Book:")[0]
        if name != "gdcourse.__version__":
            text = re.sub(r"^(Args|Returns)(?=:)", "", text, flags=re.MULTILINE)
            missing = Counter(words(text)) - Counter(words(entries[name][1].get_text()))
            assert not missing, (name, missing)


def test_nothing_of_the_markup_is_left(entries):
    for name, (_, description) in entries.items():
        prose = [p.get_text() for p in description.select("p")]
        assert prose, name
        assert not [p for p in prose if re.search(r"`|\*\*\w|^:\w+:|^\.\. |>>>|^\w+:$", p)], name


def test_every_book_line_is_a_link_to_its_page(entries, site):
    linked = 0
    for name in NAMES:
        doc = inspect.getdoc(thing(name)) or ""
        if "Book:" not in doc:
            continue
        pages = re.findall(r"[\w-]+/[\w-]+", doc.split("Book:")[1])
        assert pages, name
        links = [urljoin("reference/", a["href"]) for a in entries[name][1].select("a.reference")]
        for page in pages:
            assert (site / f"{page}.html").is_file()
            assert f"{page}.html" in links, name
            linked += 1
    assert linked >= 6


def test_defaults_are_in_the_signature_and_annotations_are_not(entries):
    assert "Adam(b1=0.9, b2=0.999, eps=1e-08)" in entries["gdcourse.Adam"][0].get_text()
    assert not [name for name in NAMES if ":" in entries[name][0].get_text()]


@pytest.mark.parametrize(
    "words", [[], ["grade"], ["exercises"], ["doctor"]], ids=lambda w: " ".join(w) or "-"
)
def test_the_help_of_each_command_is_shown(words, site, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        cli.main([*words, "--help"])
    html = (site / "reference" / "command-line.html").read_text()
    shown = [pre.get_text() for pre in BeautifulSoup(html, "html.parser").select("article pre")]
    assert capsys.readouterr().out.strip() in [text.strip() for text in shown]
    commands = cli.parser()._subparsers._group_actions[0].choices
    assert len(shown) == 1 + len(commands), "a command is missing"


@pytest.mark.parametrize("name", ["Adam", "adam", "minimize"])
def test_the_search_knows_the_names(name, site):
    text = (site / "searchindex.js").read_text()
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    entry = next(e for e in index["objects"]["gdcourse"] if e[4] == name)
    assert index["docnames"][entry[0]].startswith("reference/")


def test_a_plain_docstring_becomes_restructured_text():
    text = """Do it with *args and x_.

x_1 = |g| * `a`

Args:
    a, b: as in `fit`, or `b`.

Raises:
    TypeError: no a.  ValueError: no b.

>>> 1
1

Source: Cauchy 1847,
"Méthode".  Book: foundations/learning-rate, failures/overshooting-forecast."""
    assert api_reference.plain_to_rst(text, {"fit"}).split("\n") == [
        r"Do it with \*args and x\_.",
        "",
        ".. code-block:: text",
        "",
        "   x_1 = |g| * a",
        "",
        "Args:",
        "    a, b: as in :py:obj:`~gdcourse.fit`, or ``b``.",
        "",
        "Raises:",
        "    TypeError: no a.",
        "    ValueError: no b.",
        "",
        ">>> 1",
        "1",
        "",
        ":Source: Cauchy 1847,",
        '   "Méthode".',
        "",
        ":Book: :doc:`/foundations/learning-rate`, :doc:`/failures/overshooting-forecast`",
    ]
