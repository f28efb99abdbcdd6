"""Problems: surfaces with known minima, and real data."""

from .online import Lines, Noisy, Online, noisy_bowl, reddi, reddi_rare
from .quadratic import Quadratic, bowl, ravine, saddle
from .regression import LeastSquares
from .ripples import Ackley, Rastrigin
from .surface import Problem
from .tables import Table, load_sp500
from .terrain import Cliff, Lessard, MonkeySaddle, Plateau
from .valleys import Beale, Himmelblau, Rosenbrock

__all__ = [
    "Ackley",
    "Beale",
    "Cliff",
    "Himmelblau",
    "LeastSquares",
    "Lessard",
    "Lines",
    "MonkeySaddle",
    "Noisy",
    "Online",
    "Plateau",
    "Problem",
    "Quadratic",
    "Rastrigin",
    "Rosenbrock",
    "Table",
    "bowl",
    "load_sp500",
    "noisy_bowl",
    "ravine",
    "reddi",
    "reddi_rare",
    "saddle",
]
