"""The capstone: every student's program truly fails, is another one, and can be repaired."""

import base64
import itertools
import re
import zlib
from pathlib import Path

import numpy as np
import pytest

from gdcourse.grading import exercise

MASTER = Path(__file__).resolve().parent.parent / "solutions" / "capstone.md"
STUDENTS = [f"student {n}" for n in range(100)]


@pytest.fixture(scope="module")
def repair():
    """Return question 2, and the names that its hidden tests define."""
    question = exercise.load(MASTER).questions[1]
    return question, question.tests[0].check.__globals__


def points(repair, names):
    """Return what the program with these faults earns, as the grader would count."""
    question, clinic = repair
    scope, total = {"np": np}, 0.0
    exec(clinic["script"](names), scope)
    with np.errstate(all="ignore"):
        for test in question.tests:
            share = 1.0
            for case in test.cases:
                share = min(share, test.share(case, scope["train"](*case)))
                if share == 0:
                    break
            total += share * test.points
    return total


def test_the_program_without_faults_earns_all(repair):
    assert points(repair, []) == repair[0].points


def test_each_fault_alone_costs_points(repair):
    faults = repair[1]["FAULTS"]
    assert len(faults) >= 10
    for name in faults:
        assert points(repair, [name]) <= 0.75 * repair[0].points, name


@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
def test_what_a_student_gets_earns_next_to_nothing(repair):
    draw = repair[1]["faults"]
    drawn = {student: draw(student) for student in STUDENTS}
    for student, names in drawn.items():
        places = {repair[1]["FAULTS"][name][0] for name in names}
        assert len(names) == len(places) == 5, student
        assert points(repair, names) <= 0.1 * repair[0].points, (student, names)
    assert len({tuple(names) for names in drawn.values()}) > 90
    assert all(drawn[a] != drawn[b] for a, b in itertools.pairwise(STUDENTS))


def test_the_draw_is_the_same_for_the_same_id(repair):
    draw = repair[1]["faults"]
    assert draw("Ada  Lovelace") == draw(" ada lovelace") == draw("ADA LOVELACE ")


def test_the_repaired_program_is_right_on_a_hundred_other_tables(repair):
    _, clinic = repair
    scope, rng = {"np": np}, np.random.default_rng(11)
    exec(clinic["script"]([]), scope)
    for n in range(100):
        X, y, X_new, y_new = clinic["table"](rng, ("plain", "sorted", "alike")[n % 3])
        right = np.mean(scope["train"](X, y, X_new, 4, n).argmax(axis=1) == y_new)
        assert right >= 0.95, n


def test_the_packed_program_is_the_grader_s_own(repair):
    text = MASTER.read_text("utf-8")
    packed = re.search(r'PACKED = """\n(.*?)"""', text, re.DOTALL)[1].replace("\n", "")
    student, grader = {}, repair[1]
    exec(zlib.decompress(base64.b85decode(packed)), student)
    assert student["FAULTS"] == grader["FAULTS"]
    assert student["RIGHT"] == grader["RIGHT"]
    assert student["script_for"]("ada") == grader["script"](grader["faults"]("ada"))
    assert "Set STUDENT_ID" in student["script_for"](...)


def test_every_fault_is_in_the_list_that_the_student_reads(repair):
    text = MASTER.read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z-]+)` \| ", text, re.MULTILINE)) == set(repair[1]["FAULTS"])


def test_causes_earn_points_and_false_names_cost(repair):
    question = exercise.load(MASTER).questions[2]
    (test,) = question.tests
    own, all_ = repair[1]["faults"]("ada"), list(repair[1]["FAULTS"])
    others = [name for name in all_ if name not in own]

    def earned(names):
        return question.points * test.share((), "ada: " + ", ".join(names))

    assert earned(own) == 5 and earned(own[:3]) == 3
    assert earned([*own, others[0]]) == 4.5
    assert earned(all_) == earned([]) == earned(others) == 0
