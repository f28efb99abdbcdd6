"""Problems: surfaces with known minima, and real data."""

from .regression import LeastSquares
from .surface import Problem, Quadratic, Rosenbrock, bowl, ravine, saddle
from .tables import Table, load_sp500

__all__ = [
    "LeastSquares",
    "Problem",
    "Quadratic",
    "Rosenbrock",
    "Table",
    "bowl",
    "load_sp500",
    "ravine",
    "saddle",
]
