"""The verdicts of a RemedyTable, on outcomes whose verdict is plain."""

import numpy as np
import pytest

from gdcourse import RemedyTable

SEEDS = np.arange(10) / 100  # a spread of 0.09


def accuracy(**options):
    return RemedyTable("stuck", "accuracy", nothing=0.5 + SEEDS, healthy=0.9, **options)


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        (0.91 + SEEDS, "cures"),
        (np.r_[0.95 * np.ones(9), 0.1], "cures"),  # 9 of 10
        (np.r_[0.95 * np.ones(8), 0.1, 0.1], "helps"),
        (0.7 + SEEDS, "helps"),
        (0.5 + SEEDS[::-1], "no effect"),
        (0.53 + SEEDS, "no effect"),  # the middle halves overlap
        (0.3 + SEEDS, "worse"),
        (np.full(10, np.nan), "worse"),
        (np.full(10, -np.inf), "worse"),
    ],
)
def test_verdicts_where_higher_is_better(outcomes, verdict):
    assert accuracy().add("a remedy", outcomes) == verdict


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [(0.05 + SEEDS / 10, "cures"), (1 + SEEDS, "helps"), (9 + SEEDS, "worse")],
)
def test_verdicts_where_lower_is_better(outcomes, verdict):
    table = RemedyTable("slow", "loss", nothing=5 + SEEDS, healthy=0.1, better="lower")
    assert table.add("a remedy", outcomes) == verdict
    np.testing.assert_allclose(table["a remedy"], outcomes)


def test_a_difference_too_small_to_matter_is_no_effect():
    table = RemedyTable("stuck", "accuracy", nothing=np.full(10, 0.5), healthy=0.9)
    assert table.add("tiny", np.full(10, 0.51)) == "no effect"
    assert table.add("tiny, downwards", np.full(10, 0.49)) == "no effect"
    assert table.add("real", np.full(10, 0.53)) == "helps"


def test_from_a_failing_run_that_diverges():
    table = RemedyTable("explodes", "error", nothing=np.full(10, np.inf), healthy=1, better="lower")
    assert table.add("still explodes", np.full(10, np.nan)) == "no effect"
    assert table.add("tamed", np.full(10, 50.0)) == "helps"
    assert table.describe("still explodes") == "diverges"


def test_the_best_rate_is_chosen_by_the_median_and_budgets_are_equal():
    rates = [0.1, 1.0]
    nothing = np.stack([0.5 + SEEDS, 0.4 + SEEDS])
    table = RemedyTable("stuck", "accuracy", nothing=nothing, healthy=0.9, rates=rates)
    assert table.rate("nothing") == 0.1
    outcomes = np.stack([np.r_[np.ones(4), np.zeros(6)], 0.95 * np.ones(10)])
    assert table.add("scaling", outcomes, rates=rates) == "cures"
    assert table.rate("scaling") == 1.0
    with pytest.raises(ValueError, match="equal budgets"):
        table.add("pampered", np.ones((3, 10)))
    with pytest.raises(ValueError, match="equal budgets"):
        table.add("more seeds", np.ones((2, 20)))


def test_the_rate_may_be_chosen_by_another_measure():
    nothing = np.zeros((2, 10))
    table = RemedyTable("f", "test accuracy", nothing=nothing, healthy=0.9, rates=[1, 2])
    validation = np.stack([np.ones(10), np.zeros(10)])
    outcomes = np.stack([0.2 + SEEDS, 0.95 + SEEDS])
    assert table.add("honest", outcomes, rates=[1, 2], by=validation) == "helps"
    assert table.rate("honest") == 1
    gone = np.stack([np.full(10, np.nan), np.zeros(10)])
    table.add("diverging at one rate", outcomes, rates=[1, 2], by=gone)
    assert table.rate("diverging at one rate") == 2


def test_the_table_is_readable():
    table = accuracy()
    table.add("ReLU", 0.91 + SEEDS)
    lines = table._repr_markdown_().splitlines()
    assert lines[0] == "| remedy | accuracy: median [quartiles] | seeds cured, of 10 | verdict |"
    assert lines[2].startswith("| nothing | 0.54 [0.52, 0.57] | 0 | the failing run |")
    assert lines[3].endswith("| 10 | **cures** |")
    assert repr(table) == "RemedyTable(stuck; ReLU: cures)"


def test_mistakes_are_named():
    table = accuracy()
    table.add("a", SEEDS)
    with pytest.raises(ValueError, match="already"):
        table.add("a", SEEDS)
    with pytest.raises(ValueError, match="ten seeds or more"):
        table.add("b", SEEDS[:5])
    with pytest.raises(ValueError, match="by has shape"):
        table.add("b", SEEDS, by=np.zeros((2, 10)))
    with pytest.raises(ValueError, match="2 rates for 1"):
        table.add("b", SEEDS, rates=[1, 2])
    with pytest.raises(KeyError, match="no remedy 'c'"):
        table["c"]
    with pytest.raises(ValueError, match="'higher' or 'lower'"):
        accuracy(better="more")
