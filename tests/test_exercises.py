"""Every exercise: solutions earn all, blanks nothing, mistakes what they should; nothing leaks."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gdcourse import StepDecay, WarmUp
from gdcourse.grading import bubblewrap, exercise, generate, notebook
from gdcourse.grading.course import grade_one
from gdcourse.grading.errors import BadMaster

ROOT = Path(__file__).parents[1]
MASTERS = sorted((ROOT / "solutions").glob("*.md"))
HEADING = re.compile(
    r"# %% (?P<question>\w+) keeps (?P<keeps>[\d.]+) of (?P<of>[\d.]+): (?P<why>.+)"
)

sandboxed = pytest.mark.skipif(
    bool(bubblewrap.missing()), reason="SANDBOX NOT TESTED: " + (bubblewrap.missing() or "")
)


def solution_cells(master):
    import jupytext

    cells = jupytext.read(master, fmt="md:myst").cells
    left_out = ("hidden-test", "figure")
    return [
        c.source
        for c in cells
        if c.cell_type == "code" and not any(exercise.tagged(c, tag) for tag in left_out)
    ]


def as_notebook(sources):
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"nbformat": 4, "cells": cells}).encode()


def mistakes(master):
    text = master.with_suffix(".mistakes.py").read_text("utf-8")
    for cell in re.split(r"^(?=# %% )", text, flags=re.M)[1:]:
        if heading := HEADING.match(cell):
            yield heading, cell


PLANTED = [
    pytest.param(m, heading, cell, id=f"{heading['question']}: {heading['why']}")
    for m in MASTERS
    for heading, cell in mistakes(m)
]


@pytest.fixture(scope="module", params=MASTERS, ids=lambda m: m.stem)
def master(request):
    return request.param


@sandboxed
def test_the_solution_earns_full_marks(master):
    tests = exercise.load(master)
    marks = grade_one(tests, as_notebook(solution_cells(master)), bubblewrap.Limits())
    full = [(None if q.by_hand else q.points, "") for q in tests.questions]
    assert [(m.points, m.error) for m in marks] == full
    assert all(m.answer and m.by_hand for m in marks if m.points is None)


@sandboxed
def test_the_blank_exercise_earns_nothing(master):
    blank = (ROOT / "exercises" / f"{master.stem}.ipynb").read_bytes()
    marks = grade_one(exercise.load(master), blank, bubblewrap.Limits())
    assert [m.points for m in marks] == [0] * len(marks)
    assert all(m.error for m in marks), "a blank answer is an error that the feedback names"


@sandboxed
@pytest.mark.parametrize("master, heading, cell", PLANTED)
def test_a_planted_mistake_keeps_exactly_its_points(master, heading, cell):
    sources = [*solution_cells(master), cell]
    marks = grade_one(exercise.load(master), as_notebook(sources), bubblewrap.Limits())
    for mark in marks:
        of = mark.max_points
        if mark.by_hand:
            continue
        kept = float(heading["keeps"]) if mark.question == heading["question"] else of
        assert mark.points == kept, (mark.question, mark.feedback, mark.error)
        if mark.question == heading["question"]:
            assert of == float(heading["of"])
            assert kept < of and "Lost" in mark.feedback


def test_each_question_has_three_planted_mistakes(master):
    for question in exercise.load(master).questions:
        planted = [h for h, _ in mistakes(master) if h["question"] == question.name]
        assert len(planted) >= 3 or question.by_hand, question.name


def test_each_question_keeps_the_form(master):
    """What to do, signature, points, minutes, marking, hint, worked solution, one visible check."""
    text = master.read_text("utf-8")
    lead, *parts = re.split(r"(?m)^# BEGIN QUESTION$", text)
    tests = exercise.load(master)
    assert len(parts) == len(tests.questions)
    minutes = 0
    for number, (part, question) in enumerate(zip(parts, tests.questions, strict=True), 1):
        where = f"{master.name}, {question.name}"
        part = part.split("# END QUESTION")[0]
        assert question.name == f"q{number}", where
        said = re.search(r"\*([\d.]+) points?, about (\d+) minutes?\.\*", part)
        assert said and float(said[1]) == question.points, where
        minutes += int(said[2])
        row = rf"\| `{question.name}` \|.+\| {question.points:g} \| {said[2]} \|"
        assert re.search(row, lead), f"{where}: its row in the table"
        before, after = part.split("# BEGIN SOLUTION", 1)
        prose = " ".join(before.split())
        assert "*How it is marked:*" in prose, where
        assert re.search(r"<details><summary>Hint</summary> \S.{40,} </details>", prose), where
        worked = after.split("**Worked solution.**")
        assert len(worked) == 2 and len(worked[1].split("```")[0].split()) >= 30, where
        shown = re.search(r"# BEGIN TESTS\n```\n(.*?)# END TESTS", after, re.DOTALL)
        assert shown and shown[1].count("def test_") == 1, where
        asserted = [n for n in ast.walk(ast.parse(code_of(shown[1]))) if isinstance(n, ast.Assert)]
        assert asserted and all(n.msg for n in asserted), f"{where}: each assert says what to do"
        for test in question.tests:
            assert f"`{test.asks}" in prose, f"{where}: {test.asks} is not introduced"
            assert all(len(t) > 20 for t in [test.told(), *dict_of(test.tells)]), where
            if test.calls:
                signature = re.search(rf"`{test.calls}\((.*?)\) -> [^`]+`", prose)
                assert signature, f"{where}: the signature"
                assert prose.count("- returns: ") == 1, where
                names = [name for name in re.split(r"\W+", signature[1]) if name]
                missing = [n for n in names if not re.search(rf"- [^:]*`{n}`|`{n}`[^:.]*:", prose)]
                assert not missing or "as in question" in prose, (where, missing)
    total = sum(q.points for q in tests.questions)
    assert re.search(rf"{total:g}\s+points\s+and\s+about\s+{minutes}\s+minutes", lead), (
        total,
        minutes,
    )


def code_of(cells):
    return "\n".join(re.findall(r"```\{code-cell\}[^\n]*\n(.*?)```", cells, re.DOTALL))


def dict_of(tells):
    return list(tells.values()) if isinstance(tells, dict) else []


def test_checks_take_any_answer_of_the_right_kind(master):
    rng = np.random.default_rng(20)
    arrays = [rng.normal(size=shape) for shape in [(), (0,), (3,), (2, 3), (1, 1, 1, 1)]]
    arrays += [np.full(4, np.nan), np.full((2, 2), np.inf)]
    numbers = [0.0, -1.0, 1e308, float("nan"), float("inf"), -float("inf")]
    hostile = {"array": arrays, "number": numbers, "text": ["", "healthy", "x" * 1000, "\x1b[2J"]}
    for question in exercise.load(master).questions:
        for test in question.tests:
            for answer in hostile[test.returns]:
                assert isinstance(test.passes(test.cases[0], answer), bool)


def test_exercises_are_what_the_masters_generate(master):
    committed = (ROOT / "exercises" / f"{master.stem}.ipynb").read_text("utf-8")
    assert generate.student_notebook(master) == committed, "run: gdcourse exercises"


def test_nothing_secret_is_in_the_student_notebook(master):
    import jupytext

    text = (ROOT / "exercises" / f"{master.stem}.ipynb").read_text("utf-8")
    student = json.loads(text)
    assert generate.find_leak(student) is None
    plain = "\n".join(["".join(cell["source"]) for cell in student["cells"]] + [text])
    secret, inside = [], False
    for cell in jupytext.read(master, fmt="md:myst").cells:
        if exercise.tagged(cell, "hidden-test"):
            secret += cell.source.splitlines()
        for line in cell.source.splitlines() if cell.cell_type != "raw" else []:
            inside = (inside or "BEGIN SOLUTION" in line) and "END SOLUTION" not in line
            secret += [line] if inside else []
    told = [line.strip() for line in secret if len(line.strip()) > 14]
    told = [line for line in told if line != "import numpy as np"]
    assert len(told) > 20
    assert [line for line in told if line in plain] == []


@pytest.mark.parametrize(
    "leak",
    [
        {"metadata": {"otter": {"tests": {"q1": "# HIDDEN TEST"}}}},
        {"cells": [{"source": ["x = 1 # SOLU", "TION\n"]}]},
        {"cells": [{"metadata": {"tags": ["hidden-test"]}}]},
        {"cells": [{"source": "def cases(rng):"}]},
    ],
)
def test_a_leak_is_found_wherever_it_is(leak):
    assert generate.find_leak(leak)


def test_the_schedule_is_the_package_s_own():
    scope = {"np": np}
    exec("\n".join(solution_cells(ROOT / "solutions" / "learning-rate.md")), scope)
    package = WarmUp(5, StepDecay(0.8, factor=0.5, every=3))
    rates = [scope["schedule"](t, 0.8, 5, 3) for t in range(30)]
    np.testing.assert_allclose(rates, [package(t) for t in range(30)], rtol=1e-12)


def test_no_loss_curve_lies_near_a_border():
    """What the text of question 3 promises: a tenth may be a twentieth or a fifth, to no effect."""
    tests = exercise.load(ROOT / "solutions" / "learning-rate.md").questions[2].tests
    curves = [losses for test in tests for (losses,) in test.cases]
    falling = [c for c in curves if np.isfinite(c[-1]) and c[-1] <= c[0]]
    assert 0 < len(falling) < len(curves)
    for losses in falling:
        middle = len(losses) // 2
        shares = (losses[middle - 1 : middle + 2] - losses[-1]) / (losses[0] - losses[-1])
        assert (shares < 0.05).all() or (shares > 0.2).all()
    assert all(c[-1] > 2 * c[0] for c in curves if np.isfinite(c[-1]) and c[-1] > c[0])


def test_the_student_notebook_gives_feedback_at_once(master, tmp_path):
    """Run it as JupyterLab would: blank it must teach, with the solutions it must pass."""
    blank = json.loads((ROOT / "exercises" / f"{master.stem}.ipynb").read_text("utf-8"))
    solved = json.loads(json.dumps(blank))
    answers = iter(s for s in solution_cells(master) if "SOLUTION" in s)
    for cell in solved["cells"]:
        if "otter_answer_cell" in cell["metadata"].get("tags", []):
            cell["source"] = next(answers)
    for name, book in {"blank": blank, "solved": solved}.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{master.stem}.ipynb").write_text(json.dumps(book))
        said = execute(folder, master.stem)
        checks = [s for s in said if "passed!" in s or "results:" in s]
        assert len(checks) == len(exercise.load(master).questions)
        assert all(("passed!" in s) == (name == "solved") for s in checks), checks


def execute(folder, name):
    """Return the text of every result of a fresh kernel started in the notebook's folder."""
    python = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute"]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    command = [*python, f"{name}.ipynb", "--output", "ran.ipynb"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    ran = json.loads((folder / "ran.ipynb").read_text("utf-8"))
    outputs = [o for cell in ran["cells"] for o in cell.get("outputs", [])]
    return ["".join(o.get("data", {}).get("text/html", [])) for o in outputs]


def test_generating_twice_and_removing_a_stale_notebook(tmp_path):
    masters, out = tmp_path / "solutions", tmp_path / "exercises"
    masters.mkdir()
    shutil.copy(ROOT / "solutions" / "learning-rate.md", masters)
    assert generate.generate(masters, out, check=True) == [out / "learning-rate.ipynb"]
    assert not out.exists()
    generate.generate(masters, out, check=False)
    (out / "old.ipynb").write_text("{}")
    assert generate.generate(masters, out, check=True) == [out / "old.ipynb"]
    generate.generate(masters, out, check=False)
    assert generate.generate(masters, out, check=True) == []
    assert notebook.code_cells((out / "learning-rate.ipynb").read_bytes())


@pytest.mark.parametrize(
    "change, message",
    [
        (("points: 3", "points: 5"), "q1 has 5 points, its hidden tests 3"),
        (('returns="array"', 'returns="object"'), "returns must be one of"),
        (("def check(arguments, answer)", "def chekc(arguments, answer)"), "must define check"),
        (("# BEGIN QUESTION", "# BEGIN"), "no question 'q1' before it"),
        (("points=2,", "points=2, colour=3,"), "colour"),
    ],
)
def test_a_malformed_master_is_an_error_that_says_where(tmp_path, change, message):
    text = (ROOT / "solutions" / "learning-rate.md").read_text("utf-8")
    path = tmp_path / "broken.md"
    path.write_text(text.replace(*change))
    with pytest.raises(BadMaster, match=re.escape(message)):
        exercise.load(path)
