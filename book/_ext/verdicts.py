"""Sphinx extension: gather what the pages found into one table.

`{verdicts}` collects the rows of every page's table of usual advice; `{remedy-matrix}` makes one
row a remedy and one column a story out of the tables that a RemedyTable drew. Both read what the
pages computed, after all of them have run: nothing is typed twice.
"""

from collections.abc import Iterable, Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

LOGGER = logging.getLogger(__name__)
ADVICE = "the usual advice"
MARKS = {"cures": "●", "helps": "◐", "no effect": "○", "worse": "×"}


class Gathered(nodes.General, nodes.Element):
    """Holds the place of a table that is made when all pages are known."""


class Gather(SphinxDirective):
    """Hold the place."""

    def run(self):
        return [Gathered(kind=self.name)]


def rows_of(table: nodes.table) -> list[list[nodes.entry]]:
    return [list(row.findall(nodes.entry)) for row in table.findall(nodes.row)]


def words(entry: nodes.Element) -> str:
    return entry.astext().strip()


def tables(env: BuildEnvironment, first: str, last: str) -> Iterator[tuple[str, list]]:
    """Yield (page, rows) of each table whose header begins and ends with these words."""
    for page in env.toctree_includes.get(env.config.root_doc, []):
        for table in env.get_doctree(page).findall(nodes.table):
            rows = rows_of(table)
            head = [words(entry).lower() for entry in rows[0]]
            if head and head[0].startswith(first) and head[-1].startswith(last):
                yield page, rows


def title(env: BuildEnvironment, page: str) -> str:
    return env.titles[page].astext()


def link(app: Sphinx, here: str, page: str, text: str) -> nodes.paragraph:
    address = app.builder.get_relative_uri(here, page)
    reference = nodes.reference("", text, internal=True, refuri=address)
    return nodes.paragraph("", "", reference)


def build(
    head: list[str], body: list[list[list[nodes.Node]]], widths: tuple[int, ...] = ()
) -> nodes.table:
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=width) for width in widths or [1] * len(head)]
    for kind, rows in (
        (nodes.thead(), [[[nodes.paragraph(text=cell)] for cell in head]]),
        (nodes.tbody(), body),
    ):
        for cells in rows:
            row = nodes.row()
            row += [nodes.entry("", *cell) for cell in cells]
            kind += row
        group += kind
    return nodes.table("", group, classes=["gd-gathered", *(["colwidths-given"] if widths else [])])


def verdicts(app: Sphinx, here: str) -> nodes.table:
    """Return every page's advice, verdict and measurement, with a link to the page."""
    body = []
    for page, rows in tables(app.env, ADVICE, "measured"):
        for advice, *_, verdict, measured in rows[1:]:
            cells = [[node.deepcopy() for node in entry] for entry in (advice, verdict, measured)]
            body.append([*cells, [link(app, here, page, title(app.env, page))]])
    return build(["The usual advice", "Verdict", "Measured", "Page"], body, widths=(26, 18, 40, 16))


def remedy_matrix(app: Sphinx, here: str) -> nodes.table:
    """Return one row a remedy tried alone in two stories or more, one column a story; verdicts."""
    found: dict[str, dict[str, set[str]]] = {}
    stories: list[str] = []
    for page, rows in tables(app.env, "remedy", "verdict"):
        if page not in stories:
            stories.append(page)
        for remedy, *_, verdict in rows[1:]:
            name = words(remedy)
            if name != "nothing" and " + " not in name:
                found.setdefault(name, {}).setdefault(page, set()).add(words(verdict))
    shared = {name: cells for name, cells in found.items() if len(cells) > 1}
    body = [
        [[nodes.paragraph(text=name)], *(marks(cells.get(page, ())) for page in stories)]
        for name, cells in sorted(shared.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    table = build(["Remedy, alone", *(title(app.env, page) for page in stories)], body)
    table["classes"].append("gd-matrix")
    header = next(table.findall(nodes.thead))
    for entry, page in zip(list(header.findall(nodes.entry))[1:], stories, strict=True):
        entry[:] = [link(app, here, page, title(app.env, page))]
    return table


def marks(said: Iterable[str]) -> list[nodes.Node]:
    """Return a cell's verdicts as marks, each with its word for who points at it or listens."""
    paragraph = nodes.paragraph()
    for verdict in sorted(said, key=[*MARKS].index):
        paragraph += nodes.abbreviation("", MARKS[verdict], explanation=verdict)
        paragraph += nodes.Text(" ")
    return [paragraph]


KINDS = {"verdicts": verdicts, "remedy-matrix": remedy_matrix}


def fill(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put the tables in their places."""
    for place in list(doctree.findall(Gathered)):
        table = KINDS[place["kind"]](app, page)
        if not next(table.findall(nodes.tbody)).children:
            LOGGER.warning("%s: no page has a table for {%s}", page, place["kind"])
        place.replace_self(nodes.container("", table, classes=["gd-wide"]))


def refresh(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages with such a table: they are written anew whenever another one changes."""
    return [page for page in env.found_docs if any(env.get_doctree(page).findall(Gathered))]


def setup(app: Sphinx) -> dict:
    app.add_node(Gathered)
    for kind in KINDS:
        app.add_directive(kind, Gather)
    app.connect("doctree-resolved", fill)
    app.connect("env-updated", refresh)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": False}
