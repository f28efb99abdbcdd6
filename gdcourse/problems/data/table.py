"""What data are: arrays or a text, with where they come from."""

from dataclasses import dataclass
from typing import final

import numpy as np


@final
@dataclass(frozen=True, repr=False)
class Table:
    """Columns with one entry a row, and where they come from.

    `table["close"]` is a NumPy array. A column may have more axes after the rows: recordings are
    (rows, frames, coefficients). `pandas.DataFrame(table.columns)` makes a data frame of others.
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


@final
@dataclass(frozen=True, repr=False)
class Text:
    """A text, and where it comes from; `text.characters` is the string."""

    name: str
    characters: str
    source: str
    licence: str

    def __len__(self) -> int:
        return len(self.characters)

    def __repr__(self) -> str:
        return (
            f"{self.name}: {len(self)} characters\nSource: {self.source}\nLicence: {self.licence}"
        )
