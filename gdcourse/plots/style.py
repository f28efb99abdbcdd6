"""The look of the book's figures, applied to its own axes only."""

from typing import Any

# Okabe & Ito's colours, the ones that stand out on white first; a line style goes with each, so
# that no curve is told from another by its colour alone.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9")
LINES = ("-", "--", "-.", ":")
STYLE: Any = {
    "axes.facecolor": "white",
    "axes.edgecolor": "#333333",
    "axes.labelcolor": "black",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.labelsize": 11,
    "axes.titlesize": 11,
    "grid.color": "#E3E3E3",
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "text.color": "black",
}


def axes(rows: int = 1, columns: int = 1, *, height: float = 3.4, **options: Any) -> Any:
    """Return new axes in the book's style, as wide as the page's text.

    Args:
        rows, columns: the grid; one cell gives one Axes, more give an array of them.
        height: of one row, in inches; the width is 7.2 inches in all.
        options: go to matplotlib's Figure.subplots (sharex, sharey, width_ratios ...).

    Raises:
        ModuleNotFoundError: matplotlib is not installed.

    >>> axes(1, 2).shape
    (2,)
    """
    try:
        import matplotlib as mpl
        from matplotlib import pyplot as plt
    except ModuleNotFoundError as error:
        if error.name != "matplotlib":
            raise
        raise ModuleNotFoundError(
            "plots need matplotlib: install gdcourse with the extra `plots`", name="matplotlib"
        ) from None
    # The figure is made outside the context: a notebook's backend sets itself up in rcParams.
    size = (7.2, height * rows)
    figure = plt.figure(figsize=size, dpi=150, facecolor="white", layout="constrained")
    with mpl.rc_context(STYLE):
        grid: Any = figure.subplots(rows, columns, **options)
    for ax in figure.axes:
        ax.set_prop_cycle(color=COLORS)
    return grid
