"""Replace Sphinx's roles (citations, references to pages and sections) by plain Markdown."""

import os
import re
from functools import cache
from pathlib import Path

from pybtex.database import Entry, parse_file
from pybtex.richtext import Text

ROLE = re.compile(r"(?<!`)\{(?P<name>[\w:-]+)\}`(?P<body>[^`]+)`")
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>(?!https?:|mailto:)[^)\s]*)\)")
LABELLED = re.compile(r"^(?P<text>.*?)\s*<(?P<target>[^<>]+)>$", re.DOTALL)
FENCED = re.compile(r"^(?:> )?(`{3,}|~{3,}).*?^(?:> )?\1\s*$", re.MULTILINE | re.DOTALL)


EQUATION = re.compile(r"(?m)^(?:.*\$\$\s*\(|:label:\s*)([\w:-]+)\)?\s*$")


def replace(text: str, page: Path, book: Path) -> str:
    """Return Markdown whose roles and inner links read well in plain Jupyter."""
    pieces, start = [], 0
    for code in FENCED.finditer(text):  # code blocks stay as they are
        pieces += [prose(text[start : code.start()], page, book), code[0]]
        start = code.end()
    return "".join([*pieces, prose(text[start:], page, book)])


def prose(text: str, page: Path, book: Path) -> str:
    """Replace roles and links in text that holds no code block."""
    text = re.sub(
        r"\$\$\s*\(([\w:-]+)\)[ \t]*$",
        lambda found: rf"\tag{{{equation_number(found[1], page)}}}$$",
        text,
        flags=re.MULTILINE,
    )
    text = LINK.sub(lambda found: link(found["text"], found["target"], page, book), text)
    return ROLE.sub(lambda found: role(found["name"], found["body"], page, book), text)


def role(name: str, body: str, page: Path, book: Path) -> str:
    """Return the plain form of one role."""
    if name.startswith("cite"):
        keys = [key.strip() for key in body.split(",")]
        cited = [citation(key, name in ("cite:t", "cite:ts"), page, book) for key in keys]
        return "; ".join(cited) if name in ("cite:t", "cite:ts") else f"({'; '.join(cited)})"
    labelled = LABELLED.match(body)
    text, target = (labelled["text"], labelled["target"]) if labelled else ("", body)
    if name == "doc":
        return link(text, f"{target}.md", page, book)
    if name in ("ref", "numref"):
        return link(text, f"#{target}", page, book)
    if name == "eq":
        return f"({equation_number(body, page)})"
    if name == "math":
        return f"${body}$"
    if name in ("term", "download", "abbr", "kbd", "guilabel"):
        return text or body
    raise ValueError(f"{page}: the role {{{name}}} has no plain form in a notebook")


def equation_number(label: str, page: Path) -> int:
    """Return the place of a labelled equation among those of its page."""
    labels = EQUATION.findall(page.read_text())
    if label not in labels:
        raise ValueError(f"{page} refers to the equation {label}, which is not on this page")
    return labels.index(label) + 1


def link(text: str, target: str, page: Path, book: Path) -> str:
    """Return a link to another page as a link to its notebook, and one to a label as words."""
    path, _, label = target.partition("#")
    if not path:
        return text or label_title(label, page, book)
    folder = book if path.startswith("/") else page.parent
    file = (folder / path.lstrip("/")).resolve()
    if not file.is_file():
        raise ValueError(f"{page} links to {target}, which does not exist")
    near = os.path.relpath(file, page.resolve().parent)
    if file.suffix != ".md":
        return f"[{text}]({near})"
    text = text or (label_title(label, page, book) if label else title(file))
    runs = "```{code-cell}" in file.read_text()
    return f"[{text}]({near.removesuffix('.md')}.ipynb)" if runs else text


def title(page: Path) -> str:
    """Return a page's first heading."""
    return re.search(r"^#\s+(.+)$", page.read_text(), re.MULTILINE)[1]


def label_title(label: str, page: Path, book: Path) -> str:
    """Return the heading that a label stands on, or the heading that makes this anchor."""
    for file in [page, *sorted(book.rglob("*.md"))]:
        content = file.read_text()
        marked = re.search(rf"^\({re.escape(label)}\)=\s+#+\s+(.+)$", content, re.MULTILINE)
        if marked:
            return marked[1]
        for heading in re.findall(r"^#+\s+(.+)$", content, re.MULTILINE):
            if re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") == label:
                return heading
    if re.search(rf"^:(name|label): {re.escape(label)}$", page.read_text(), re.MULTILINE):
        return "the one shown here"
    raise ValueError(f"{page} refers to the label {label}, which stands on no heading")


@cache
def references(file: Path) -> dict[str, Entry]:
    """Read the bibliography once."""
    return dict(parse_file(file).entries)


def citation(key: str, in_text: bool, page: Path, book: Path) -> str:
    """Return author and year of a reference, linked to it where it has an address."""
    entry = references(book / "references.bib").get(key)
    if entry is None:
        raise ValueError(f"{page} cites {key}, which references.bib does not hold")
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [str(Text.from_latex(" ".join(p.prelast_names + p.last_names))) for p in people]
    if len(names) > 2:
        names = [f"{names[0]} et al."]
    author, year = " and ".join(names) or entry.fields["title"], entry.fields.get("year", "n.d.")
    text = f"{author} ({year})" if in_text else f"{author}, {year}"
    for field, address in (("doi", "https://doi.org/"), ("eprint", "https://arxiv.org/abs/")):
        if field in entry.fields:
            return f"[{text}]({address}{entry.fields[field]})"
    return f"[{text}]({entry.fields['url']})" if "url" in entry.fields else text
