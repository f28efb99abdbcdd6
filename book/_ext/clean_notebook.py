"""Turn a page (MyST Markdown) into a notebook that reads well in plain Jupyter.

Jupyter shows neither Sphinx's directives nor its roles, so included code is pasted in,
references become links or plain words, and admonitions become block quotes.
"""

import re
from pathlib import Path

import jupytext
import nbformat
import plain_roles
import yaml
from sphinx.directives.code import LiteralIncludeReader

FENCE = re.compile(r"^(?P<mark>`{3,}|:{3,})\{(?P<name>[\w:-]+)\}[ \t]*(?P<argument>.*)$")
CODE = re.compile(r"^(`{3,}|~{3,})(?!\{)")
OPTION = re.compile(r"^:(?P<key>[\w-]+):[ \t]*(?P<value>.*)$")
BOXES = ["admonition", "attention", "caution", "danger", "error", "hint", "important", "note"]
BOXES += ["seealso", "tip", "warning"]
WRAPPERS = ("dropdown", "margin", "sidebar", "topic", "container", "div")
HIDDEN = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
COLAB = """\
# On Colab, install the package that these pages use; elsewhere this does nothing.
import sys

if "google.colab" in sys.modules:
    %pip install --quiet "gdcourse[torch,plots,widgets] @ git+{url}@{branch}\""""


def is_notebook(page: Path) -> bool:
    """Say whether a page holds code that runs."""
    return "```{code-cell}" in page.read_text()


def clean_notebook(page: Path, book: Path, url: str = "", branch: str = "main"):
    """Return the notebook of a page, without outputs and without Sphinx's markup.

    Args:
        page: the Markdown file; book: the folder that holds all pages and references.bib.
        url, branch: the repository's public address; empty where there is none.

    Raises:
        ValueError: a directive or role without a plain form here, or a missing file or label.
    """
    notebook = jupytext.read(page, fmt="md:myst")
    cells = [nbformat.v4.new_code_cell(COLAB.format(url=url, branch=branch))] if url else []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            lines = plain_lines(cell.source.split("\n"), page, book)
            source = plain_roles.replace("\n".join(lines), page, book).strip()
            new = nbformat.v4.new_markdown_cell(source)
        else:
            new = nbformat.v4.new_code_cell(cell.source)
            if HIDDEN & set(cell.metadata.get("tags", [])):
                new.metadata["jupyter"] = {"source_hidden": True}
        if tags := cell.metadata.get("tags"):
            new.metadata["tags"] = tags
        if new.source:
            cells.append(new)
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # the same page gives the same file
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(notebook)
    return notebook


def plain_lines(lines: list[str], page: Path, book: Path) -> list[str]:
    """Replace the directives among a cell's lines, and those within them."""
    result: list[str] = []
    rest = iter(lines)
    for line in rest:
        if re.match(r"^\([\w:.-]+\)=\s*$|^%", line):  # a label, a comment: nothing to show
            continue
        if opened := FENCE.match(line):
            body = block(rest, opened["mark"])
            result.extend(directive(opened["name"], opened["argument"], body, page, book))
        elif opened := CODE.match(line):
            result.extend([line, *block(rest, opened[1]), opened[1]])
        else:
            result.append(line)
    return result


def block(rest, mark: str) -> list[str]:
    """Take the lines up to the closing mark."""
    body = []
    for line in rest:
        if line.strip() == mark:
            break
        body.append(line)
    return body


def directive(name: str, argument: str, body: list[str], page: Path, book: Path) -> list[str]:
    """Return the plain Markdown of one directive."""
    options: dict = {}
    if body and body[0].strip() == "---":
        end = body.index("---", 1)
        options, body = yaml.safe_load("\n".join(body[1:end])), body[end + 1 :]
    while body and (option := OPTION.match(body[0])):
        options[option["key"]] = option["value"]
        body = body[1:]
    if name == "literalinclude":
        folder = book if argument.startswith("/") else page.parent
        code = included(folder / argument.lstrip("/"), options)
        return [f"```{options.get('language', 'python')}", *code, "```"]
    if name in ("code", "code-block"):
        return [f"```{argument}", *body, "```"]
    if name == "math":
        label = f" ({options['label']})" if "label" in options else ""
        return ["$$", *([argument] if argument else []), *body, f"$${label}"]
    if name in ("bibliography", "tableofcontents"):
        return []
    text = plain_lines(body, page, book)
    if name in ("figure", "image"):
        return [f"![{options.get('alt', '')}]({argument})", "", *text]
    if name in BOXES or name in WRAPPERS:
        title = name.capitalize() if name in BOXES and name != "admonition" else argument
        if name in BOXES and name != "admonition" and argument:
            text = [argument, *text]
        text = [f"**{title}**", "", *text] if title else text
        return [f"> {line}".rstrip() for line in text]
    raise ValueError(f"{page}: the directive {{{name}}} has no plain form in a notebook")


def included(file: Path, options: dict) -> list[str]:
    """Return the lines of a file that a literalinclude shows, as Sphinx itself picks them."""
    if not file.is_file():
        raise ValueError(f"literalinclude names {file}, which does not exist")
    picked = {key: value or None for key, value in options.items() if key != "language"}
    if picked.get("dedent"):
        picked["dedent"] = int(picked["dedent"])

    class Settings:
        source_encoding = "utf-8-sig"

    text, _ = LiteralIncludeReader(str(file), picked, Settings()).read()
    return text.rstrip().split("\n")
