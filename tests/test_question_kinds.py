"""Choices, short answers, texts that a human marks, and tasks that are one student's own."""

import csv
import json
from pathlib import Path

import pytest

from gdcourse.grading import bubblewrap, by_hand, exercise, identity, notebook
from gdcourse.grading.course import grade_one
from gdcourse.grading.errors import BadMaster, UserError
from gdcourse.grading.grader import Mark
from gdcourse.grading.question import HiddenTest, Question, plain, written

ROOT = Path(__file__).resolve().parent.parent
LACK = bubblewrap.missing()
sandboxed = pytest.mark.skipif(bool(LACK), reason=f"SANDBOX NOT TESTED: {LACK}")
LIMITS = bubblewrap.Limits(seconds=5)

MASTER = """\
```{raw-cell}
# BEGIN QUESTION
name: q1
points: 2
```

```{code-cell} ipython3
:tags: [hidden-test]

hidden_test = dict(
    question="q1",
    reads="answer_1",
    points=2,
    right="b",
    tells={"a": "Look again at A.", "c": "C is flat."},
)
```

```{raw-cell}
# BEGIN QUESTION
name: q2
points: 1
```

```{code-cell} ipython3
:tags: [hidden-test]

hidden_test = dict(
    question="q2", reads="answer_2", returns="number", points=1, tells="Read it below the turn."
)


def check(arguments, answer):
    return 40 <= answer <= 60
```

```{raw-cell}
# BEGIN QUESTION
name: q3
points: 3
```

```{code-cell} ipython3
:tags: [hidden-test]

hidden_test = dict(
    question="q3", reads="answer_3", by_hand=True, points=3, tells="Two causes, one number."
)
```

```{raw-cell}
# BEGIN QUESTION
name: q4
points: 4
```

```{code-cell} ipython3
:tags: [hidden-test]

hidden_test = dict(question="q4", calls="report", points=4, names_student=True, tells="Half.")


def cases(rng):
    return [()]


def check(arguments, answer):
    return 0.5 if "half" in answer else 1
```
"""


@pytest.fixture
def tests(tmp_path):
    path = tmp_path / "kinds.md"
    path.write_text(MASTER)
    return exercise.load(path)


def marks(tests, *cells):
    book = {"nbformat": 4, "cells": [{"cell_type": "code", "source": c} for c in cells]}
    return {m.question: m for m in grade_one(tests, json.dumps(book).encode(), LIMITS)}


REPORT = "def report():\n    return 'ann: all'"


@sandboxed
def test_a_right_answer_of_each_kind(tests):
    got = marks(tests, "answer_1 = ' (B) '", "answer_2 = 50", "answer_3 = 'so'", REPORT)
    assert [(m.points, m.error) for m in got.values()] == [(2, ""), (1, ""), (None, ""), (4, "")]
    assert got["q3"].by_hand and got["q3"].answer == "so" and "by hand" in got["q3"].feedback
    assert got["q4"].answer == "ann: all" and not got["q4"].by_hand


@sandboxed
def test_a_wrong_choice_is_told_what_to_look_at(tests):
    for letter, told in (("a", "Look again at A."), ("c", "C is flat."), ("z", "one of a, b, c")):
        mark = marks(tests, f"answer_1 = '{letter}'")["q1"]
        assert mark.points == 0 and told in mark.feedback and "(Lost: 2.)" in mark.feedback


@sandboxed
def test_a_share_of_the_points(tests):
    mark = marks(tests, "def report():\n    return 'ann: half'")["q4"]
    assert (mark.points, mark.feedback) == (2, "Half. (Lost: 2.)")


@sandboxed
def test_what_is_missing_or_of_another_kind_is_an_error_and_a_zero(tests):
    got = marks(tests, "answer_1 = ...", "answer_2 = 'fifty'", "answer_3 = ' \\n'")
    assert all(m.points == 0 and m.error for m in got.values())
    assert "Two causes" not in got["q3"].feedback, "that is for whoever marks"
    assert "answer_3 is empty" in got["q3"].error


@sandboxed
def test_an_answer_that_is_an_object_of_the_student_s_own_does_not_cross(tests):
    equal = (
        "class Any(str):\n    def __eq__(self, other):\n        return True\nanswer_1 = Any('q')"
    )
    number = "class N(float):\n    def __le__(self, other):\n        return True\nanswer_2 = N(9)"
    got = marks(tests, equal, number)
    assert got["q1"].points == got["q2"].points == 0


def test_a_figure_s_cell_is_left_out_while_grading():
    drawn = {"cell_type": "code", "source": "draw()", "metadata": {"tags": ["figure"]}}
    odd = [{**drawn, "metadata": m} for m in (None, [], {"tags": "figure"}, {"tags": [["figure"]]})]
    book = {"nbformat": 4, "cells": [drawn, *odd]}
    assert notebook.code_cells(json.dumps(book).encode()) == ["draw()"] * 4


@pytest.mark.parametrize("text", ["B", " b.", "(b)", '"b"', "b)\n"])
def test_short_answers_are_compared_without_what_does_not_matter(text):
    assert plain(text) == "b"


def test_a_text_keeps_its_lines_and_nothing_that_acts():
    assert written("  a\r\n\x1b[31mb\tc ") == "a\n\N{REPLACEMENT CHARACTER}[31mb c"
    assert len(written("x" * 10**6)) == 5000


@pytest.mark.parametrize(
    "change, message",
    [
        (('right="b",', ""), "must define check"),
        (('"a": "Look', '"b": "Look'), "'b' is right"),
        (('reads="answer_1"', 'calls="f"'), "must define cases"),
        (('reads="answer_3", by_hand=True', 'reads="answer_3"'), "must define check"),
        (('calls="report"', 'calls="report", reads="x"'), "either the function"),
    ],
)
def test_a_malformed_kind_is_an_error(tmp_path, change, message):
    path = tmp_path / "kinds.md"
    assert change[0] in MASTER
    path.write_text(MASTER.replace(*change))
    with pytest.raises(BadMaster, match=message):
        exercise.load(path)


# ---- the sheet for a human -------------------------------------------------------------------


def handed_in(text):
    return [Mark("q1", 2, 2, "All tests passed."), Mark("q3", None, 3, "Handed in.", "", text)]


def sheet(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def fill(path, points):
    rows = sheet(path)
    for row in rows:
        row["points"] = points.get(row["student"], row["points"])
    with open(path, "w", newline="", encoding="utf-8-sig") as file:  # as spreadsheets write it
        writer = csv.DictWriter(file, by_hand.COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def test_points_that_a_human_gave_come_back(tests, tmp_path):
    path = by_hand.sheet(tmp_path / "grades.csv")
    class_ = {"ann": handed_in("one\ntwo"), "bob": handed_in("=1+1"), "zoe": handed_in("z")}
    assert by_hand.settle(tests, class_, path) == class_
    assert [(r["student"], r["looks_for"]) for r in sheet(path)] == [
        (name, "Two causes, one number.") for name in ("ann", "bob", "zoe")
    ]
    assert sheet(path)[1]["answer"] == "'=1+1"
    fill(path, {"ann": "2,5", "bob": "0"})
    again = by_hand.settle(tests, class_, path)
    assert [again[s][1].points for s in again] == [2.5, 0, None]
    assert again["ann"][1].feedback == by_hand.MARKED and again["ann"][0] == class_["ann"][0]
    anew = by_hand.settle(tests, {**class_, "ann": handed_in("three")}, path)
    assert [anew[s][1].points for s in anew] == [None, 0, None], "a new text has no points yet"


@pytest.mark.parametrize("points", ["4", "-1", "good", "nan", "inf"])
def test_points_that_cannot_be_given_are_an_error(tests, tmp_path, points):
    path = by_hand.sheet(tmp_path / "grades.csv")
    by_hand.settle(tests, {"ann": handed_in("one")}, path)
    fill(path, {"ann": points})
    with pytest.raises(UserError, match="ann, q3: points must be a number from 0 to 3"):
        by_hand.settle(tests, {"ann": handed_in("one")}, path)


def test_no_sheet_where_nothing_is_marked_by_hand(tmp_path):
    tests = exercise.load(ROOT / "solutions" / "learning-rate.md")
    path = by_hand.sheet(tmp_path / "grades.csv")
    assert by_hand.settle(tests, {"ann": []}, path) == {"ann": []}
    assert not path.exists()


# ---- whose submission it is ------------------------------------------------------------------


def own(name):
    return [Mark("q1", 2, 2, "All tests passed."), Mark("q4", 4, 4, "", "", f"{name}: all")]


def test_a_neighbour_s_id_earns_nothing(tests, tmp_path):
    path = identity.map_beside(tmp_path / "grades.csv")
    class_ = {"Ann": own(" ann "), "bob": own("ann"), "zoe": [Mark("q4", 0, 4, "", "no report")]}
    settled = identity.settle(tests, class_, path)
    assert settled["Ann"] == class_["Ann"] and settled["zoe"] == class_["zoe"]
    assert [m.points for m in settled["bob"]] == [0, 0]
    assert all("'ann'; expected 'bob'" in m.error for m in settled["bob"])
    path.write_text("student,id\nbob,ann\n")
    assert identity.settle(tests, class_, path)["bob"] == class_["bob"]
    path.write_text("name,id\nbob,ann\n")
    with pytest.raises(UserError, match="columns student and id"):
        identity.settle(tests, class_, path)


def test_a_hidden_test_is_of_one_kind():
    with pytest.raises(ValueError, match="a text"):
        HiddenTest("q1", 1, "t", calls="f", returns="number", names_student=True)
    assert Question("q1", 1, [HiddenTest("q1", 1, "t", reads="a", by_hand=True)]).by_hand
