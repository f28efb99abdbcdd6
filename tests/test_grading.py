"""The grader's trusted side: hostile names and files, messages, the CSV, stopping, going on."""

import csv
import json
import math
import os
from pathlib import Path

import numpy as np
import pytest

from gdcourse import cli
from gdcourse.grading import bubblewrap, course, exercise, message, notebook, submissions
from gdcourse.grading.course import grade_one
from gdcourse.grading.errors import NoSubmissions, SandboxError, UserError
from gdcourse.grading.gradebook import Gradebook, fingerprint, safe_cell
from gdcourse.grading.grader import Mark

ROOT = Path(__file__).parents[1]
LACK = bubblewrap.missing()
sandboxed = pytest.mark.skipif(bool(LACK), reason=f"SANDBOX NOT TESTED: {LACK}")

STEP = "def step(x, gradient, lr):\n    return x - lr * gradient"


def test_the_sandbox_is_here_where_it_can_be_installed(tool):
    tool("bwrap")  # as root on Debian its absence is a failure, not a skip


def book(*sources, **more):
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"nbformat": 4, "cells": cells, **more})


@pytest.fixture(scope="module")
def learning_rate():
    return exercise.load(ROOT / "solutions" / "learning-rate.md")


def grade(folder, out, *more):
    masters = ["--masters", str(ROOT / "solutions")]
    chosen = ["--exercise", "learning-rate", "--out", str(out), *masters]
    return cli.main(["grade", str(folder), *chosen, *more])


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


# ---- names and files ------------------------------------------------------------------------


def test_students_come_from_file_names_or_folders(tmp_path):
    (tmp_path / "zoe.ipynb").write_text(book())
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / "learning-rate.ipynb").write_text(book())
    (tmp_path / "ann.ipynb").write_text(book())
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("no submission")
    (tmp_path / ".ipynb_checkpoints").mkdir()
    found = submissions.find(tmp_path, "learning-rate")
    assert [(s.student, s.problem) for s in found] == [
        ("ann", ""),
        ("ann (2)", ""),
        ("empty", "no learning-rate.ipynb in this folder"),
        ("zoe", ""),
    ]


@pytest.mark.parametrize(
    "name, shown",
    [
        ("\x1b[2J\x1b[31mred", "\\x1b[2J\\x1b[31mred"),
        ("two\nlines\r", "two\\nlines\\r"),
        ("\u202eltr", "\\u202eltr"),
        ("bad\udcff", "bad\\udcff"),
        ("x" * 300, "x" * 79 + "…"),
        ("../../etc", "../../etc"),
        ("Zoë Ω", "Zoë Ω"),
    ],
)
def test_a_name_is_shown_and_never_obeyed(name, shown):
    assert submissions.printable(name, submissions.MAX_NAME) == shown


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", " =1", "\t=1"])
def test_a_formula_does_not_reach_a_spreadsheet(text):
    cell = safe_cell(text)
    assert cell[0] not in "=+-@\t\r "


def test_a_hostile_folder_gives_rows_and_nothing_else(tmp_path, capfd):
    """Every entry is hostile but one; each gets its rows, and no name or text acts on anything."""
    secret = tmp_path / "secret.ipynb"
    secret.write_text(book(STEP))
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "link.ipynb").symlink_to(secret)
    (folder / "linked").symlink_to(tmp_path)
    (folder / "inner").mkdir()
    (folder / "inner" / "learning-rate.ipynb").symlink_to(secret)
    os.mkfifo(folder / "pipe.ipynb")
    (folder / "directory.ipynb").mkdir()
    (folder / "=cmd|'calc'!A0.ipynb").write_text(book(STEP))
    (folder / "\x1b[31m[bold]red.ipynb").write_text("not JSON \x1b[2J")
    (folder / "..%2f..%2fx.ipynb").write_text(book())
    (folder / "binary.ipynb").write_bytes(bytes(range(256)))
    (folder / "deep.ipynb").write_text("[" * 100_000)
    (folder / "digits.ipynb").write_text('{"nbformat": ' + "9" * 100_000 + "}")
    (folder / "list.ipynb").write_text("[]")
    (folder / "old.ipynb").write_text('{"nbformat": 3, "worksheets": []}')
    (folder / "odd.ipynb").write_text('{"nbformat": 4, "cells": [{"source": {"a": 1}}]}')
    with open(folder / "huge.ipynb", "wb") as file:
        file.truncate(100 * 2**20)
    if LACK:
        pytest.skip(f"SANDBOX NOT TESTED: {LACK}")
    assert grade(folder, tmp_path / "out.csv") == 0
    said = "".join(capfd.readouterr())
    assert "\x1b[2J" not in said and "\x1b[31m" not in said
    raw = (tmp_path / "out.csv").read_text("utf-8")
    assert "\x1b" not in raw
    rows = rows_of(tmp_path / "out.csv")
    assert len(rows) == 4 * 15
    errors = {row["student"]: row["error"] for row in rows if row["question"] == "q1"}
    assert "symbolic link" in errors["link"] and "symbolic link" in errors["linked"]
    assert "symbolic link" in errors["inner"]
    assert "not a plain file" in errors["pipe"]
    assert "larger than 10 MB" in errors["huge"]
    for name in ("binary", "deep", "digits", "\\x1b[31m[bold]red"):
        assert "not JSON" in errors[name]
    assert "format 4" in errors["list"] and "format 4" in errors["old"]
    points = {row["student"]: row["points"] for row in rows if row["question"] == "q1"}
    assert points.pop("'=cmd|'calc'!A0") == "3"
    assert set(points.values()) == {"0"}
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "in",
        "out.csv",
        "out.sqlite",
        "secret.ipynb",
    ]


def test_nothing_to_grade_is_an_error(tmp_path):
    with pytest.raises(NoSubmissions, match="should hold"):
        submissions.find(tmp_path, "learning-rate")
    with pytest.raises(NoSubmissions, match="not a folder"):
        submissions.find(tmp_path / "nowhere", "learning-rate")


@pytest.mark.parametrize(
    "source, cells",
    [
        ('{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["a\\n", "b"]}]}', ["a\nb"]),
        ('{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "text"}]}', []),
        ('{"nbformat": 4, "cells": []}', []),
    ],
)
def test_the_code_cells_of_a_notebook(source, cells):
    assert notebook.code_cells(source.encode()) == cells


@pytest.mark.parametrize(
    "source",
    [
        "",
        "null",
        '{"nbformat": 4}',
        '{"nbformat": 4, "cells": {}}',
        '{"nbformat": 4, "cells": [1]}',
        '{"nbformat": 4, "cells": [{"source": [1]}]}',
        book(*["1"] * 1001),
    ],
)
def test_what_is_no_notebook_is_refused(source):
    with pytest.raises(notebook.BadNotebook):
        notebook.code_cells(source.encode())


# ---- messages from the sandbox --------------------------------------------------------------


@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3, 4)])
def test_an_array_crosses_unchanged(shape):
    array = np.random.default_rng(3).normal(size=shape)
    array.flat[:1] = math.inf
    sent = json.loads(message.dump({"cases": [(array,)]}))["cases"][0][0]
    del sent["dtype"]
    (back,) = message.answers({"answers": [{"answer": sent}]}, "array", 1)
    assert back.shape == shape
    np.testing.assert_array_equal(back, array)


@pytest.mark.parametrize(
    "returns, answer",
    [
        ("number", True),
        ("number", "1"),
        ("number", None),
        ("number", [1]),
        ("number", 10**400),
        ("text", 1),
        ("array", [1, 2]),
        ("array", {"array": [1, 2], "shape": [3]}),
        ("array", {"array": [1, "2"], "shape": [2]}),
        ("array", {"array": [1, [2]], "shape": [2]}),
        ("array", {"array": [], "shape": [0, -1]}),
        ("array", {"array": [], "shape": [10**9, 10**9, 0] * 9}),
        ("array", {"array": {}, "shape": []}),
    ],
)
def test_an_answer_of_another_kind_is_an_error_and_not_an_exception(returns, answer):
    (got,) = message.answers({"answers": [{"answer": answer}]}, returns, 1)
    assert isinstance(got, message.BadMessage)


@pytest.mark.parametrize(
    "line", [b"", b"1", b"[]", b"{", b'{"a":' * 30 + b"1" + b"}" * 30, b"\xff\xfe", b"9" * 5000]
)
def test_a_line_that_is_no_message_is_refused(line):
    with pytest.raises(message.BadMessage):
        message.load(line)


def test_brackets_inside_a_text_are_no_nesting():
    assert message.load(b'{"answer": "' + b"[" * 100 + b'\\" [["}') == {
        "answer": "[" * 100 + '" [['
    }


# ---- marks ----------------------------------------------------------------------------------


@sandboxed
def test_a_cell_that_raises_leaves_the_other_questions_alone(learning_rate):
    cells = ["%matplotlib inline\nimport otter\ngrader = otter.Notebook('x')", "1 / 0", STEP]
    cells += ["!ls\ngrader.check('q1')", "def diagnose(losses): syntax error"]
    marks = {m.question: m for m in grade_one(learning_rate, book(*cells).encode(), LIMITS)}
    assert marks["q1"] == Mark("q1", 3, 3, "All tests passed.")
    assert marks["q2"].points == marks["q3"].points == marks["q4"].points == 0
    assert "diagnose is not defined; its cell failed: SyntaxError" in marks["q3"].error


LIMITS = bubblewrap.Limits(seconds=2)


@sandboxed
def test_the_same_file_gets_the_same_marks_whatever_runs_beside_it(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    noisy = "import numpy as np\ndef step(x, gradient, lr):\n    return x - lr * gradient"
    for n in range(6):
        (folder / f"s{n}.ipynb").write_text(book(noisy, f"# {n}"))
    (folder / "loop.ipynb").write_text(book("def step(*a):\n    while True: pass"))
    for jobs in ("1", "3"):
        out = tmp_path / f"{jobs}.csv"
        assert grade(folder, out, "--jobs", jobs, "--timeout", "1") == 0
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "3.csv").read_bytes()
    q1 = {r["student"]: r["points"] for r in rows_of(out) if r["question"] == "q1"}
    assert q1 == {**{f"s{n}": "3" for n in range(6)}, "loop": "0"}


# ---- stopping and going on ------------------------------------------------------------------


@sandboxed
def test_a_re_run_grades_nothing_again_and_a_changed_file_does(tmp_path, monkeypatch):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ann.ipynb").write_text(book(STEP))
    assert grade(folder, tmp_path / "out.csv") == 0
    started = []
    real = course.grade_one
    monkeypatch.setattr(course, "grade_one", lambda *a: started.append(1) or real(*a))
    assert grade(folder, tmp_path / "out.csv") == 0
    assert started == []
    (folder / "ann.ipynb").write_text(book("1", STEP))
    assert grade(folder, tmp_path / "out.csv") == 0
    assert started


@sandboxed
def test_a_failure_of_the_grader_is_tried_twice_and_is_no_zero(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ann.ipynb").write_text(book(STEP))
    (folder / "bob.ipynb").write_text(book(STEP, "# bob"))
    tries = []
    real = course.grade_one

    def failing(exercise, data, limits):
        tries.append(b"bob" in data)
        if b"bob" in data or len(tries) == 1:
            raise SandboxError("no room")
        return real(exercise, data, limits)

    monkeypatch.setattr(course, "grade_one", failing)
    assert grade(folder, tmp_path / "out.csv", "--jobs", "1") == 1
    assert sorted(tries) == [False, False, True, True]
    first = {r["student"]: r for r in rows_of(tmp_path / "out.csv") if r["question"] == "q1"}
    assert (first["ann"]["points"], first["ann"]["error"]) == ("3", "")
    assert (first["bob"]["points"], first["bob"]["error"]) == ("", "SandboxError: no room")
    assert "1 not graded" in capsys.readouterr().out
    monkeypatch.undo()
    assert grade(folder, tmp_path / "out.csv") == 0
    assert all(r["error"] != "SandboxError: no room" for r in rows_of(tmp_path / "out.csv"))


def test_a_fingerprint_knows_where_its_parts_end():
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
    assert fingerprint("a", b"b") == fingerprint(b"a", "b")


def test_the_gradebook_gives_back_what_it_was_given(tmp_path):
    marks = [Mark("q1", 1.5, 2, "So. (Lost: 0.5.)", "an error"), Mark("q2", 0, 1, "", "")]
    with Gradebook(tmp_path / "g.sqlite") as book:
        book.record("key", marks)
        assert book.recall("key") == marks
        assert book.recall("another") is None


def test_a_gradebook_has_one_writer(tmp_path):
    with Gradebook(tmp_path / "g.sqlite") as book:
        with pytest.raises(UserError, match="another `gdcourse grade`"):
            Gradebook(tmp_path / "g.sqlite")
        book.record("key", [])
    with Gradebook(tmp_path / "g.sqlite") as book:
        assert book.recall("key") == []
