"""The data that ship: what others have published of them holds."""

import re
from importlib.resources import files

import numpy as np
import pytest

from gdcourse import (
    load_concrete,
    load_hamlet,
    load_pima,
    load_sp500,
    load_spoken_digits,
    load_vowels,
)

LOADERS = [load_concrete, load_hamlet, load_pima, load_sp500, load_spoken_digits, load_vowels]


@pytest.mark.parametrize("load", LOADERS)
def test_source_and_licence_are_named(load):
    data = load()
    readme = files("gdcourse.problems.data").joinpath("README.md").read_text()
    assert data.source in repr(data) and data.licence in repr(data)
    assert f"`{load.__name__.removeprefix('load_')}." in readme


@pytest.mark.parametrize("load", [load for load in LOADERS if load is not load_hamlet])
def test_columns_are_whole(load):
    table = load()
    assert {len(column) for column in table.columns.values()} == {len(table)}
    for name, column in table.columns.items():
        if column.dtype.kind == "f":
            assert np.isfinite(column).all(), name


def test_concrete_is_that_of_the_repository():
    """Yeh's figures: 1,030 mixtures, strengths from 2.33 to 82.6 MPa, ages up to a year."""
    table = load_concrete()
    strength = table["compressive_strength"]
    assert (len(table), len(table.columns)) == (1030, 9)
    assert (strength.min(), strength.max()) == (2.33, 82.6)
    assert (table["age"].min(), table["age"].max()) == (1, 365)


def test_pima_has_the_rows_that_mass_documents():
    table = load_pima()
    train, test = (table["part"] == part for part in ("train", "test"))
    assert (train.sum(), test.sum()) == (200, 332)
    assert (table["age"] >= 21).all()  # "at least 21 years old"
    assert table["diabetes"][train].sum() == 68 and table["diabetes"][test].sum() == 109


def test_vowels_have_the_counts_of_the_repository():
    table = load_vowels()
    train, test = (table["part"] == part for part in ("train", "test"))
    assert np.bincount(table["speaker"][train]).tolist() == [30] * 9
    assert np.bincount(table["speaker"][test]).tolist() == [31, 35, 88, 44, 29, 24, 40, 50, 29]
    assert (table["length"].min(), table["length"].max()) == (7, 29)
    frame = np.arange(29)
    after = frame >= table["length"][:, None]
    assert (table["features"][after] == 0).all()
    assert (np.abs(table["features"]).sum(-1)[~after] > 0).all()


def test_spoken_digits_can_be_told_apart_in_unseen_voices():
    """Not noise: the nearest mean of the training voices names most digits of the others."""
    table = load_spoken_digits()
    assert (np.bincount(table["digit"]) == 228).all()
    assert (np.bincount(table["voice"]) == 30).all()
    test = table["voice"] % 4 == 0
    clips = table["features"].reshape(len(table), -1)
    means = np.stack([clips[~test & (table["digit"] == d)].mean(0) for d in range(10)])
    distance = ((clips[test][:, None] - means) ** 2).sum(-1)
    assert np.mean(distance.argmin(1) == table["digit"][test]) > 0.5


def test_hamlet_is_all_there():
    text = load_hamlet()
    assert "To be, or not to be,--that is the question:--" in text.characters
    acts = re.findall(r"^act ([IV]+)\.", text.characters, re.MULTILINE | re.IGNORECASE)
    assert acts == ["I", "II", "III", "IV", "V"] and len(text) > 170_000
