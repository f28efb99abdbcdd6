"""A diagnosis in words: for the terminal, and as a card in a notebook."""

from base64 import b64encode
from html import escape
from io import BytesIO, StringIO
from typing import Any

from .finding import SYMPTOMS, Diagnosis, Finding
from .thresholds import limit

ROLES = ("cause", "also", "also")


def headline(d: Diagnosis) -> str:
    """Return the verdict in one line."""
    if d.early:
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

    table = Table(show_lines=True, expand=False)
    for column in ("", "finding", "evidence and remedy"):
        table.add_column(column, overflow="fold")
    for role, finding in zip(ROLES, d.findings, strict=False):
        body = "\n".join(f"{name}: {value}" for name, value in _rows(finding))
        table.add_row(role, f"{finding.symptom}\n({finding.severity})", escape_markup(body))
    console = Console(width=100, file=StringIO(), record=True, color_system=None)
    console.print(table)
    return console.export_text().rstrip()


def escape_markup(text: str) -> str:
    """Return text whose square brackets rich leaves alone."""
    from rich.markup import escape as rich_escape

    return rich_escape(text)


def html(d: Diagnosis) -> str:
    """Return the diagnosis as a card with small plots of the evidence."""
    parts = [f"<p><strong>{escape(headline(d))}</strong></p>"]
    parts += [f"<p><em>{escape(note)}</em></p>" for note in d.notes]
    for role, finding in zip(ROLES, d.findings, strict=False):
        rows = "".join(
            f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>'
            for name, value in _rows(finding)
        )
        parts.append(
            f"<p>{role}: <strong>{escape(finding.symptom)}</strong> ({finding.severity})</p>"
            f"<table>{rows}</table>"
        )
    if d.vitals is not None and len(d.vitals.step) > 1:
        parts.append(_picture(d))
    return f'<div class="gd-diagnosis">{"".join(parts)}</div>'


def _picture(d: Diagnosis) -> str:
    """Return the loss and the length of the steps as a small picture, where matplotlib is."""
    try:
        from matplotlib import pyplot as plt

        from .. import plots
    except ModuleNotFoundError:
        return ""
    grid: Any = plots.axes(1, 2, height=2.2)
    shown = (("loss", "loss"), ("update_ratio", "step / weights"))
    for ax, (signal, label) in zip(grid, shown, strict=True):
        values = d.vitals.signals[signal]
        ax.plot(d.vitals.step, values, lw=1.2)
        if (values[values == values] > 0).all() and (values > 0).any():
            ax.set_yscale("log")
        ax.set(xlabel="step", ylabel=label)
    file = BytesIO()
    grid[0].figure.savefig(file, dpi=80)
    plt.close(grid[0].figure)
    source = b64encode(file.getvalue()).decode()
    alt = "Two small curves over the steps: the loss, and the length of a step over the weights'."
    return f'<img alt="{alt}" src="data:image/png;base64,{source}">'
