"""Sphinx extension: a table of pages and their exercises, with points and minutes of the masters.

    ```{syllabus}
    foundations/learning-rate
    failures/overshooting-forecast
    ```

Each line names a page; its exercise is the master of the same name. A name without a folder is an
exercise that belongs to no page.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parent.parent.parent
MINUTES = re.compile(r"^\*[\d.]+ points?, about (\d+) minutes?\.\*$", re.MULTILINE)
POINTS = re.compile(r"^# BEGIN QUESTION\nname: \w+\npoints: ([\d.]+)$", re.MULTILINE)
HEAD = "| page | questions | points | minutes |\n|---|--:|--:|--:|\n"


@dataclass(frozen=True)
class Exercise:
    """How much an exercise asks for."""

    questions: int
    points: float
    minutes: int


def read(master: Path) -> Exercise:
    """Return the counts of a master; each of its questions says its points and its minutes."""
    text = master.read_text("utf-8")
    points = [float(number) for number in POINTS.findall(text)]
    minutes = [int(number) for number in MINUTES.findall(text)]
    if not points or len(points) != len(minutes):
        raise ValueError(f"{master}: {len(points)} questions, {len(minutes)} with minutes")
    return Exercise(len(points), sum(points), sum(minutes))


def table(pages: list[str], masters: Path = ROOT / "solutions") -> str:
    """Return the table as Markdown: a row a page, and the sum."""
    rows, all_of_them = [], []
    for page in pages:
        folder, _, name = page.rpartition("/")
        found = read(masters / f"{name}.md")
        all_of_them.append(found)
        shown = f"{{doc}}`/{page}`" if folder else f"exercise *{name}*"
        rows.append(f"| {shown} | {found.questions} | {found.points:g} | {found.minutes} |\n")
    if len(rows) > 1:
        sums = [sum(getattr(e, of) for e in all_of_them) for of in Exercise.__dataclass_fields__]
        rows.append("| all | " + " | ".join(f"{total:g}" for total in sums) + " |\n")
    return HEAD + "".join(rows)


class Syllabus(SphinxDirective):
    """Show the table."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        pages = [line.strip() for line in self.content if line.strip()]
        for page in pages:
            self.env.note_dependency(str(ROOT / "solutions" / f"{page.rpartition('/')[2]}.md"))
        try:
            text = table(pages)
        except (ValueError, OSError) as error:
            raise self.error(f"syllabus: {error}") from error
        place = nodes.container()
        self.state.nested_parse(text.splitlines(), self.content_offset, place)
        return list(place.children)


def setup(app: Sphinx) -> dict:
    app.add_directive("syllabus", Syllabus)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
