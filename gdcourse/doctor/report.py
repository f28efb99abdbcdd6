"""A diagnosis in words: for the terminal, and as a card in a notebook."""

from html import escape
from io import StringIO

from .finding import SYMPTOMS, Diagnosis, Finding
from .thresholds import limit

ROLES = ("cause", "also", "also")
STYLE = (
    "<style>.gd-diagnosis table{border-collapse:collapse;margin:.3em 0 .8em}"
    ".gd-diagnosis th,.gd-diagnosis td{text-align:left;vertical-align:top;padding:.15em .8em "
    ".15em 0}.gd-diagnosis caption{text-align:left;font-weight:bold;color:inherit}"
    ".gd-diagnosis img{max-width:100%}</style>"
)


def headline(d: Diagnosis) -> str:
    """Return the verdict in one line."""
    if d.early:
        if d.steps >= limit("early"):
            return "No verdict."
        return f"Too early to tell: {d.steps} steps, {limit('early'):g} are needed."
    if d.primary is None:
        return f"Healthy: nothing is wrong, as far as can be seen after {d.steps} steps."
    return f"{d.primary.symptom}: {SYMPTOMS[d.primary.symptom]}."


def _rows(finding: Finding) -> list[tuple[str, str]]:
    place = finding.where or "–"
    since = "–" if finding.since is None else f"step {finding.since}"
    rows = [("where", place), ("since", since)]
    rows += [(name, str(value)) for name, value in finding.evidence.items()]
    return [*rows, ("remedy", finding.remedy), ("chapter", finding.chapter)]


def text(d: Diagnosis) -> str:
    """Return the diagnosis as a table of plain text, by rich where it is installed."""
    lines = [headline(d), *(f"Note: {note}" for note in d.notes)]
    if not d.findings:
        return "\n".join(lines)
    try:
        return "\n".join([*lines, _rich(d)])
    except ModuleNotFoundError:
        for role, finding in zip(ROLES, d.findings, strict=False):
            lines.append(f"[{role}] {finding.symptom} ({finding.severity})")
            lines += [f"    {name}: {value}" for name, value in _rows(finding)]
        return "\n".join(lines)


def _rich(d: Diagnosis) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_lines=True, expand=False)
    for column in ("", "finding", "evidence and remedy"):
        table.add_column(column, overflow="fold")
    for role, finding in zip(ROLES, d.findings, strict=False):
        body = "\n".join(f"{name}: {value}" for name, value in _rows(finding))
        table.add_row(role, f"{finding.symptom}\n({finding.severity})", Text(body))
    console = Console(width=100, file=StringIO(), record=True, color_system=None)
    console.print(table)
    return console.export_text().rstrip()


def html(d: Diagnosis) -> str:
    """Return the diagnosis as a card with small plots of the evidence."""
    parts = [STYLE, f"<p><strong>{escape(headline(d))}</strong></p>"]
    parts += [f"<p><em>Note: {escape(note)}</em></p>" for note in d.notes]
    for role, finding in zip(ROLES, d.findings, strict=False):
        rows = "".join(
            f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>'
            for name, value in _rows(finding)
        )
        caption = f"{role}: {escape(finding.symptom)} ({finding.severity})"
        parts.append(f"<table><caption>{caption}</caption><tbody>{rows}</tbody></table>")
    if d.vitals is not None and len(d.vitals.step) > 1:
        from .picture import picture

        parts.append(picture(d.vitals))
    return f'<div class="gd-diagnosis">{"".join(parts)}</div>'
