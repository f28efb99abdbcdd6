"""Data that ship with the package: they load offline, with their source and licence."""

from .loaders import (
    load_concrete,
    load_hamlet,
    load_pima,
    load_sp500,
    load_spoken_digits,
    load_vowels,
)
from .table import Table, Text

__all__ = [
    "Table",
    "Text",
    "load_concrete",
    "load_hamlet",
    "load_pima",
    "load_sp500",
    "load_spoken_digits",
    "load_vowels",
]
