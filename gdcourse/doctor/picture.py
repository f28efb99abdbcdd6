"""Small plots of a run's vital signs, with words that say what they show."""

from base64 import b64encode
from html import escape
from io import BytesIO
from typing import Any

import numpy as np

from ..loops import Run

SHOWN = {
    "loss": "loss",
    "gradient_norm": "gradient norm",
    "update_ratio": "step / weights",
}


def picture(run: Run) -> str:
    """Return an <img> of the vital signs over the steps; nothing where matplotlib is missing."""
    try:
        from matplotlib import pyplot as plt

        from .. import plots
    except ModuleNotFoundError:
        return ""
    shown = {signal: label for signal, label in SHOWN.items() if signal in run.signals}
    grid: Any = np.atleast_1d(plots.axes(1, len(shown), height=2.0))
    for ax, (signal, label) in zip(grid, shown.items(), strict=True):
        values = run.signals[signal]
        finite = np.isfinite(values)
        ax.plot(run.step[finite], values[finite], ".-", lw=1.2, ms=3)
        if finite.any() and (values[finite] > 0).all():
            ax.set_yscale("log")
        for step in run.step[~finite]:
            ax.axvline(step, color="#D55E00", ls=":", lw=1)
        ax.set_xlabel("step")
        ax.set_title(label)
    file = BytesIO()
    figure = grid[0].figure
    figure.savefig(file, dpi=80)
    plt.close(figure)
    words = "; ".join(_course(label, run.signals[name]) for name, label in shown.items())
    source = b64encode(file.getvalue()).decode()
    return f'<img alt="{escape(f"Over the steps: {words}.")}" src="data:image/png;base64,{source}">'


def _course(label: str, values: np.ndarray) -> str:
    """Return in words how a signal went."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return f"the {label} is never a finite number"
    said = f"the {label} goes from {finite[0]:.2g} to {finite[-1]:.2g}"
    bad = len(values) - len(finite)
    return said + (f", and {bad} times it is no finite number" if bad else "")
