"""Sphinx extension of the reference: docstrings in plain text, and the help of the command line.

The package's docstrings are plain text, so that they read well in a terminal. Here their
equations become preformatted lines, their names links, and their last lines (Source, Book)
fields; napoleon reads Args, Shapes and Raises.
"""

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Collection
from textwrap import indent

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.ext.napoleon import Config, GoogleDocstring
from sphinx.util.docutils import SphinxDirective

import gdcourse
import gdcourse.arguments

LABEL = re.compile(r"(Args|Args and Raises|Columns|Fields|Raises|Returns|Shapes|Source):(?=\s)")
SENTENCE = re.compile(r"[.?!:]\)?$")
BOOK = re.compile(r"\s+Book: ([\w/,\s-]+)\.?\s*\Z")
SECTIONS = Config(
    napoleon_use_param=False,  # "b1, b2: ..." describes both
    napoleon_custom_sections=[("Raises", "params_style"), ("Shapes", "params_style")],
)


def plain_to_rst(text: str, links: Collection[str] = ()) -> str:
    """Return a docstring of the package as reStructuredText.

    Args:
        text: paragraphs, equations, doctests and labelled sections.
        links: public names, to be linked where they stand in backticks.
    """
    book = BOOK.search(text)
    if book:
        pages = [f":doc:`/{page.strip()}`" for page in book[1].split(",")]
        text = text[: book.start()]
    # "TypeError: this.  ValueError: that." on one line are two errors.
    text = re.sub(r"^( +)(\w+Error: .*\.)  (?=\w+Error: )", r"\1\2\n\1", text, flags=re.MULTILINE)
    text = re.sub(r"^Returns:\n\s+", "Returns: ", text, flags=re.MULTILINE)
    parts = [paragraph(part, links) for part in re.split(r"\n\s*\n", text.strip())]
    return "\n\n".join([*parts, *([f":Book: {', '.join(pages)}"] if book else [])])


def paragraph(text: str, links: Collection[str]) -> str:
    """Return one paragraph; what does not end as a sentence does is an equation."""
    if text.startswith(">>>"):
        return text
    label = LABEL.match(text)
    if not label and not text.startswith(" ") and not SENTENCE.search(text):
        return ".. code-block:: text\n\n" + indent(text.replace("`", ""), "   ")
    text = inline(text, links)
    if label and text[label.end()] == " ":  # "Source: Cauchy 1847" is a field of one paragraph
        return ":" + text.replace("\n", "\n   ")
    return text


def inline(text: str, links: Collection[str]) -> str:
    """Escape what reStructuredText would read as markup; names in backticks become code."""
    pieces = re.split(r"`([^`]+)`", text)
    pieces[::2] = [re.sub(r"([\\*_|`])", r"\\\1", words) for words in pieces[::2]]
    pieces[1::2] = [
        f":py:obj:`~gdcourse.{code}`" if code in links else f"``{code}``" for code in pieces[1::2]
    ]
    return "".join(pieces)


def read_docstring(app: Sphinx, what: str, name: str, item, options, lines: list[str]) -> None:
    """Turn a docstring into what autodoc shows."""
    own = {name.rsplit(".")[-1], *dir(item)}  # a field or parameter that is called like a function
    if callable(item):
        own |= set(inspect.signature(item).parameters)
    text = plain_to_rst("\n".join(lines), set(gdcourse.__all__) - own)
    lines[:] = GoogleDocstring(text, SECTIONS).lines()


class CommandHelp(SphinxDirective):
    """Show what a command of the package prints with --help."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(inspect.getfile(gdcourse.arguments))
        _, *words = self.arguments[0].split()
        command = [sys.executable, "-m", "gdcourse.cli", *words, "--help"]
        environment = os.environ | {"COLUMNS": "80"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        if done.returncode:
            raise self.error(f"`{self.arguments[0]} --help` failed: {done.stderr}")
        text = done.stdout
        return [nodes.literal_block(text, text, language="none", classes=["command-help"])]


def setup(app: Sphinx) -> dict:
    app.add_directive("command-help", CommandHelp)
    app.connect("autodoc-process-docstring", read_docstring)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
