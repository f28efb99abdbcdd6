"""Problems: surfaces with known minima, and real data."""

from .data import (
    Table,
    Text,
    load_concrete,
    load_hamlet,
    load_pima,
    load_sp500,
    load_spoken_digits,
    load_vowels,
)
from .online import Lines, Noisy, Online, noisy_bowl, reddi, reddi_rare
from .quadratic import Quadratic, bowl, ravine, saddle
from .regression import LeastSquares
from .ripples import Ackley, Rastrigin
from .surface import Problem
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
    "Text",
    "bowl",
    "load_concrete",
    "load_hamlet",
    "load_pima",
    "load_sp500",
    "load_spoken_digits",
    "load_vowels",
    "noisy_bowl",
    "ravine",
    "reddi",
    "reddi_rare",
    "saddle",
]
