"""The syllabus: what it counts is what the masters ask for, and it becomes a table on a page."""

import re
from pathlib import Path

import pytest
import syllabus
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from gdcourse.grading import exercise

ROOT = Path(__file__).resolve().parent.parent
COURSE = sorted((ROOT / "book" / "course").glob("*.md"))
LISTS = [
    (page.stem, found.split())
    for page in COURSE
    for found in re.findall(r"```\{syllabus\}\n(.*?)```", page.read_text(), re.DOTALL)
]


@pytest.mark.parametrize("master", sorted((ROOT / "solutions").glob("*.md")), ids=lambda m: m.stem)
def test_it_counts_what_the_grader_counts(master):
    counted = syllabus.read(master)
    questions = exercise.load(master).questions
    assert counted.questions == len(questions)
    assert counted.points == sum(question.points for question in questions)
    assert f"about {counted.minutes}" in " ".join(master.read_text().split())


@pytest.mark.parametrize("page, names", LISTS)
def test_every_page_that_it_names_is_there_once(page, names):
    assert len(names) == len(set(names))
    for name in names:
        assert (ROOT / "solutions" / f"{name.rpartition('/')[2]}.md").is_file()
        assert "/" not in name or (ROOT / "book" / f"{name}.md").is_file()


def test_a_longer_syllabus_holds_the_shorter():
    day, week, term = (set(names) for page, names in LISTS if page == "how-to-teach-it")
    assert day <= week <= term


def test_a_master_without_minutes_is_an_error(tmp_path):
    (tmp_path / "bad.md").write_text("# BEGIN QUESTION\nname: q1\npoints: 3\n")
    with pytest.raises(ValueError, match="1 questions, 0 with minutes"):
        syllabus.table(["bad"], tmp_path)


def test_it_becomes_a_table_with_links(tmp_path):
    (tmp_path / "foundations").mkdir()
    (tmp_path / "foundations" / "learning-rate.md").write_text("# The learning rate\n")
    lines = "foundations/learning-rate\nloss-shapes\n"
    toc = "```{toctree}\nfoundations/learning-rate\n```\n"
    (tmp_path / "index.md").write_text(f"# A\n\n{toc}\n```{{syllabus}}\n{lines}```\n")
    config = {"extensions": ["myst_parser", "syllabus"]}
    folders = [str(tmp_path), None, str(tmp_path / "out"), str(tmp_path / "doctrees")]
    with docutils_namespace():
        Sphinx(*folders, "html", config, status=None, warningiserror=True).build()
    html = BeautifulSoup((tmp_path / "out" / "index.html").read_text(), "html.parser")
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in html.select("table tr")[1:]]
    assert [row[0] for row in rows] == ["The learning rate", "exercise loss-shapes", "all"]
    assert rows[0][1:] == ["4", "15", "45"]
    assert [float(n) for n in rows[2][1:]] == [
        float(a) + float(b) for a, b in zip(rows[0][1:], rows[1][1:], strict=True)
    ]
    assert html.select_one("table a")["href"] == "foundations/learning-rate.html"
