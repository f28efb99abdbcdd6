"""What goes into the grader and comes out: downloads of platforms, hostile zips, the reports."""

import argparse
import csv
import io
import itertools
import json
import os
import re
import stat
import zipfile
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup

from gdcourse import cli
from gdcourse.arguments import moment
from gdcourse.grading import (
    archive,
    bubblewrap,
    canvas,
    exercise,
    feedback,
    gradescope,
    page,
    report,
    similarity,
    submissions,
    summary,
)
from gdcourse.grading.errors import NoSubmissions
from gdcourse.grading.grader import Mark, ungraded, unread
from gdcourse.grading.result import Result, names_asked, told
from gdcourse.grading.submissions import Submission

ROOT = Path(__file__).parents[1]
MASTER = ROOT / "solutions" / "learning-rate.md"
LACK = bubblewrap.missing()
sandboxed = pytest.mark.skipif(bool(LACK), reason=f"SANDBOX NOT TESTED: {LACK}")

FILE = "assignsubmission_file"
STEP = "def step(x, gradient, lr):\n    return x - lr * gradient"


def book(*sources):
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"nbformat": 4, "cells": cells})


def zipped(path, members):
    """Write a zip; a member is a name or a ZipInfo, and its text or bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members:
            file.writestr(name, text, zipfile.ZIP_DEFLATED)
    return path


def dated(name, day):
    return zipfile.ZipInfo(name, (2026, 11, day, 12, 0, 0))


def found_in(path, name="learning-rate"):
    """Return what is found, with the text of each file that can be read."""
    with submissions.opened(path, name) as found:
        texts = [s.path.read_text("utf-8") if not s.problem else "" for s in found]
    return {s.student: (s, text) for s, text in zip(found, texts, strict=True)}


@pytest.fixture(scope="module")
def learning_rate():
    return exercise.load(MASTER)


# ---- downloads of platforms -----------------------------------------------------------------


def moodle(folders):
    sep = "/" if folders else "_"
    return [
        (dated(f"Ann Lee_12_{FILE}{sep}learning-rate.ipynb", 3), book("ann")),
        (dated(f"Ann Lee_13_{FILE}{sep}learning-rate.ipynb", 3), book("the other Ann")),
        (dated(f"Bob O'Neil_14_{FILE}{sep}learning-rate.ipynb", 2), book("first")),
        (dated(f"Bob O'Neil_14_{FILE}{sep}learning-rate (1).ipynb", 4), book("last")),
        (dated(f"Bob O'Neil_14_{FILE}{sep}trial.ipynb", 5), book("of another name")),
        (dated(f"Zoë Ω_15_{FILE}{sep}my answers.ipynb", 3), book("renamed")),
        (dated(f"Pip_16_{FILE}{sep}essay.pdf", 3), b"%PDF"),
        (dated(f"Pip_16_assignsubmission_onlinetext{sep}onlinetext.html", 3), "<p>hello"),
        (dated(f"Sub_17_{FILE}{sep}a.zip", 3), b"PK"),
        (dated("__MACOSX/._learning-rate.ipynb", 3), b"\0"),
    ]


@pytest.mark.parametrize("folders", [True, False], ids=["folders", "flat"])
@pytest.mark.parametrize("unpacked", [True, False], ids=["unpacked", "zip"])
def test_a_download_from_moodle(tmp_path, folders, unpacked):
    path = zipped(tmp_path / "all.zip", moodle(folders))
    if unpacked:
        path = tmp_path / "all"
        for info, text in moodle(folders):
            name = path / info.filename
            name.parent.mkdir(parents=True, exist_ok=True)
            name.write_bytes(text.encode() if isinstance(text, str) else text)
            os.utime(name, (info.date_time[2] * 86400,) * 2)
    found = found_in(path)
    assert set(found) == {
        "Ann Lee (12)",
        "Ann Lee (13)",
        "Bob O'Neil (14)",
        "Pip (16)",
        "Sub (17)",
        "Zoë Ω (15)",
    }
    assert found["Ann Lee (13)"][1] == book("the other Ann")
    bob, text = found["Bob O'Neil (14)"]
    assert text == book("last")
    assert [name.split(FILE)[1][1:] for name in bob.others] == [
        "learning-rate.ipynb",
        "trial.ipynb",
    ]
    assert found["Zoë Ω (15)"][1] == book("renamed")
    assert "no notebook was handed in, only: " in found["Pip (16)"][0].problem
    assert "essay.pdf" in found["Pip (16)"][0].problem
    sub = found["Sub (17)"][0].problem
    assert ("an archive inside the zip" in sub) != unpacked and sub
    assert not any(s.late or s.number for s, _ in found.values())


CANVAS = [
    ("leeann_123_456_learning-rate.ipynb", book("ann")),
    ("oneilbob_LATE_124_460_learning-rate-1.ipynb", book("bob, late")),
    ("foxeve_125_100_learning-rate-10.ipynb", book("eve, last")),
    ("foxeve_125_99_learning-rate-9.ipynb", book("eve, before")),
    ("ωzoë_126_471_learning-rate.ipynb", book("zoe")),
    ("anon_x7Qpz_480_learning-rate.ipynb", book("nobody")),
    ("textonly_127_text.html", "<p>text"),
]


def test_a_download_from_canvas(tmp_path):
    found = found_in(zipped(tmp_path / "submissions.zip", CANVAS))
    assert {name: text for name, (_, text) in found.items()} == {
        "anon_x7Qpz": book("nobody"),
        "foxeve (125)": book("eve, last"),
        "leeann (123)": book("ann"),
        "oneilbob (124)": book("bob, late"),
        "textonly (127)": "",
        "ωzoë (126)": book("zoe"),
    }
    assert [name for name, (s, _) in found.items() if s.late] == ["oneilbob (124)"]
    assert found["foxeve (125)"][0].others == ("foxeve_125_99_learning-rate-9.ipynb",)
    assert {s.number for s, _ in found.values()} == {"", "123", "124", "125", "126", "127"}


def test_a_name_like_canvas_s_among_others_is_a_name(tmp_path):
    members = [("group_1_2_a.ipynb", book("a")), ("ann.ipynb", book("b"))]
    assert set(found_in(zipped(tmp_path / "x.zip", members))) == {"ann", "group_1_2_a"}


def nbgrader(top):
    return [
        (f"{top}ann/hw1/learning-rate.ipynb", book("ann")),
        (f"{top}ann/hw1/timestamp.txt", "2026-11-03 10:00:00.000001 UTC"),
        (f"{top}bob/hw1/learning-rate.ipynb", book("bob, before")),
        (f"{top}bob/hw1/timestamp.txt", "2026-11-03 10:00:00.000000 UTC"),
        (f"{top}bob/hw0/learning-rate.ipynb", book("bob, last")),
        (f"{top}bob/hw0/timestamp.txt", "2026-11-04 09:00:00.000000 UTC"),
        (f"{top}cy/hw2/gradients.ipynb", book("of another assignment")),
        (f"{top}dee/learning-rate/answers.ipynb", book("dee")),
    ]


@pytest.mark.parametrize("top", ["", "submitted/"])
def test_a_tree_of_nbgrader(tmp_path, top):
    for name, text in nbgrader(top):
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for source in (zipped(tmp_path / "x.zip", nbgrader(top)), tmp_path / "tree" / top):
        found = found_in(source)
        assert {name: text for name, (_, text) in found.items()} == {
            "ann": book("ann"),
            "bob": book("bob, last"),
            "cy": "",
            "dee": book("dee"),
        }
        assert found["bob"][0].others == ("bob/hw1/learning-rate.ipynb",)
        assert "no learning-rate.ipynb" in found["cy"][0].problem


def test_no_two_students_get_the_same_name(tmp_path):
    names = ["ann.ipynb", "ann (2).ipynb", "ann/learning-rate.ipynb", "x" * 90 + ".ipynb"]
    members = [(name, book(name)) for name in [*names, "x" * 91 + ".ipynb"]]
    path = zipped(tmp_path / "x.zip", members)
    with submissions.opened(path, "learning-rate") as found:
        assert len({s.student for s in found}) == len(found) == len(members)


@pytest.mark.parametrize(
    "due, late",
    [
        ("2026-11-04T08:59Z", {"bob"}),
        ("2026-11-04T10:00:01+01:00", set()),
        ("2026-11-03T10:00Z", {"ann", "bob"}),
    ],
)
def test_what_nbgrader_collected_after_the_time_is_late(tmp_path, due, late):
    path = zipped(tmp_path / "x.zip", nbgrader("submitted/"))
    with submissions.opened(path, "learning-rate", moment(due)) as found:
        assert {s.student for s in found if s.late} == late


def test_one_student_s_folder_in_a_zip_is_that_student_s(tmp_path):
    members = [("ann/learning-rate.ipynb", book("a"))]
    assert set(found_in(zipped(tmp_path / "x.zip", members))) == {"ann"}
    members = [("class/ann.ipynb", book("a")), ("class/bob.ipynb", book("b"))]
    assert set(found_in(zipped(tmp_path / "y.zip", members))) == {"ann", "bob"}


def test_an_exercise_whose_name_ends_in_a_number(tmp_path):
    members = [(f"Ann_1_{FILE}/week-2.ipynb", "2"), (f"Ann_1_{FILE}/week-3.ipynb", "3")]
    assert found_in(zipped(tmp_path / "x.zip", members), "week-2")["Ann (1)"][1] == "2"


# ---- hostile zips ---------------------------------------------------------------------------


def linked(name, target):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info, target


def test_a_hostile_zip_gives_rows_and_no_file_elsewhere(tmp_path):
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    pipe = zipfile.ZipInfo("pipe.ipynb")
    pipe.create_system, pipe.external_attr = 3, (stat.S_IFIFO | 0o777) << 16
    members = [
        ("../../out.ipynb", book("out")),
        ("/etc/gdcourse.ipynb", book("out")),
        ("..\\..\\back.ipynb", book("out")),
        ("in/../../../x/learning-rate.ipynb", book("out")),
        linked("link.ipynb", "/etc/passwd"),
        linked("linked", "/etc"),
        (pipe, ""),
        ("\x1b[31mred.ipynb", book("red")),
        ("=cmd|'calc'!A0.ipynb", book("formula")),
        ("nested.zip", b"PK\x05\x06" + bytes(18)),
        ("CON.ipynb", book("con")),
        ("x" * 5000 + ".ipynb", book("long")),
        ("ok.ipynb", book("ok")),
    ]
    found = found_in(zipped(folder / "hostile.zip", members))
    problems = {name: s.problem for name, (s, _) in found.items()}
    good = {name for name, problem in problems.items() if not problem}
    assert good == {"\\x1b[31mred", "=cmd|'calc'!A0", "CON", "x" * 79 + "…", "ok"}
    outside = {name for name, problem in problems.items() if "leads out" in problem}
    assert {"../../out", "/etc/gdcourse"} <= outside and len(outside) == 4
    assert "symbolic link" in problems["link"] and "symbolic link" in problems["linked"]
    assert "not a plain file" in problems["pipe"]
    assert "an archive inside" in problems["nested.zip"]
    assert [p.name for p in tmp_path.rglob("*")] == ["a", "b", "hostile.zip"]
    assert not Path("/etc/gdcourse.ipynb").exists()


def test_a_bomb_is_stopped_member_by_member_and_in_all(tmp_path, monkeypatch):
    big = b"\0" * (3 * archive.MAX_BYTES)
    path = zipped(tmp_path / "bomb.zip", [("bomb.ipynb", big), ("ok.ipynb", book("ok"))])
    assert path.stat().st_size < 100_000
    unpacked, read = [], zipfile.ZipExtFile.read
    monkeypatch.setattr(
        zipfile.ZipExtFile, "read", lambda *a: unpacked.append(read(*a)) or unpacked[-1]
    )
    found = found_in(path)
    assert sum(map(len, unpacked)) < archive.MAX_BYTES + 2 * archive.CHUNK
    assert "larger than 10 MB" in found["bomb"][0].problem and found["ok"][1] == book("ok")
    monkeypatch.setattr(archive, "MAX_TOTAL", archive.MB)
    with pytest.raises(NoSubmissions, match="more than 1 MB: unpack it"):
        found_in(path)


def test_too_many_members_are_refused_before_they_are_listed(tmp_path, monkeypatch):
    path = zipped(tmp_path / "many.zip", [(f"{n}.ipynb", "") for n in range(30)])
    monkeypatch.setattr(archive, "MAX_MEMBERS", 20)
    with pytest.raises(NoSubmissions, match="more than 20 files"):
        found_in(path)
    monkeypatch.setattr(archive, "MAX_DIRECTORY", 1000)
    with pytest.raises(NoSubmissions, match="list of members is too long"):
        found_in(path)


def test_a_lie_about_the_size_does_not_help(tmp_path):
    """The directory says ten bytes; what comes out is counted all the same."""
    path = zipped(tmp_path / "lie.zip", [("a.ipynb", b"\0" * (archive.MAX_BYTES * 2))])
    data = path.read_bytes()
    start = data.rindex(b"PK\x01\x02")
    path.write_bytes(data[: start + 24] + (10).to_bytes(4, "little") + data[start + 28 :])
    assert found_in(path)["a"][0].problem == "the file in the zip is damaged"


def test_a_damaged_or_locked_member_is_a_row(tmp_path):
    path = zipped(tmp_path / "x.zip", [("a.ipynb", book(*map(str, range(99)))), ("b.ipynb", "b")])
    data = bytearray(path.read_bytes())
    data[60:70] = bytes(10)
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    problems = [s.problem for s, _ in found_in(path).values()]
    assert problems == ["the file in the zip is damaged", "the file is locked with a password"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as file:
        file.writestr("a.ipynb", book("a"))
    assert "use an ordinary zip" in found_in(path)["a"][0].problem


@pytest.mark.parametrize(
    "data, said",
    [
        (b"", "not a zip that can be opened"),
        (b"Rar!\x1a\x07\x00", "as it was downloaded"),
        (b"PK\x05\x06" + b"\xff" * 18, "not a zip that can be opened"),
        (b"PK\x05\x06" + bytes(18), "no submissions in"),
    ],
)
def test_what_is_no_zip_of_submissions_is_an_error_that_says_what_to_give(tmp_path, data, said):
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    with pytest.raises(NoSubmissions, match=said):
        found_in(path)


def test_no_random_damage_to_a_zip_is_an_exception_of_another_kind(tmp_path):
    whole = zipped(tmp_path / "x.zip", moodle(True)).read_bytes()
    rng = np.random.default_rng(11)
    for number in range(300):
        data = bytearray(whole)
        for place in rng.integers(len(data), size=rng.integers(1, 6)):
            data[place] = rng.integers(256)
        (tmp_path / "x.zip").write_bytes(data[: rng.integers(1, len(data))] if number % 3 else data)
        try:
            found_in(tmp_path / "x.zip")
        except (NoSubmissions, UnicodeDecodeError):
            continue


# ---- what a student may read ----------------------------------------------------------------

CANARY = "0.7306 canary"


@pytest.mark.parametrize(
    "error, shown",
    [
        (f"ValueError: {CANARY}", "Your code failed on an input of a test: ValueError."),
        ("E0_7306canary: x", "Your code failed on an input of a test: an error."),
        (CANARY, "Your code failed on an input of a test: an error."),
        (f"the code was killed {CANARY}", "Your code used more time or memory than it may."),
        (
            f"the code ended its process {CANARY}",
            "Your code ended Python itself: by exit(), quit(),",
        ),
        (
            f"NameError: {CANARY} is not defined",
            "Your code failed on an input of a test: NameError.",
        ),
        ("NameError: step is not defined", "step is not defined."),
        (
            "NameError: step is not defined; its cell failed: SyntaxError: canary",
            "step is not defined; its cell failed: SyntaxError.",
        ),
        (
            "TypeError: step must give an array; it gave NoneType",
            "step must give an array; it gave",
        ),
        ("TypeError: step must give an array; it gave canary", "it gave something else."),
        ("TypeError: step must give a canary; it gave list", "Your code failed on an input"),
    ],
)
def test_of_an_error_a_student_reads_only_which_one_it_was(learning_rate, error, shown):
    text = told(Mark("q1", 0, 3, "So. (Lost: 3.)", error), names_asked(learning_rate))
    assert shown in text
    assert "canary" not in text and "0.7306" not in text


def result(student="Ann", points=(3, 2, 0, 4), **more):
    names, of = ("q1", "q2", "q3", "q4"), (3, 4, 4, 4)
    marks = [
        Mark(n, p, m, "All tests passed." if p == m else "A & <b>. (Lost: 1.) B. (Lost: 2.)")
        for n, p, m in zip(names, points, of, strict=True)
    ]
    return Result(Submission(student, Path("x"), **more), marks)


def standalone(html):
    """Return the page, after a check that it asks for nothing and runs nothing."""
    soup = BeautifulSoup(html, "html.parser")
    assert soup.html["lang"] == "en" and soup.title.string
    assert soup.find("meta", {"name": "viewport"})
    assert "default-src 'none'" in html and "prefers-color-scheme: dark" in html
    assert not soup.find_all(["script", "link", "img", "iframe", "object", "embed", "form", "a"])
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name in ("src", "href")]
    assert "url(" not in html and "@import" not in html
    return soup


def plain(soup):
    return re.sub(r"\s+", " ", soup.get_text(" "))


def test_a_feedback_page_has_one_student_s_marks_and_reasons():
    hostile = "<script>alert(1)</script>"
    soup = standalone(feedback.page("learning-rate", result(hostile, late=True), []))
    assert hostile in soup.text
    assert "9 of 15" in soup.text and "Handed in late." in soup.text
    cards = [card.get_text(" ", strip=True) for card in soup.find_all("section")]
    assert cards[0] == "q1 3 of 3 All tests passed."
    assert cards[1] == "q2 2 of 4 A & <b>. −1 B. −2"


def test_a_page_for_what_could_not_be_read_or_graded(learning_rate):
    lost = Result(Submission("Ann", Path("x")), unread(learning_rate, "not a notebook"))
    text = standalone(feedback.page("learning-rate", lost, [])).text
    assert "could not be marked: not a notebook." in text
    failed = Result(Submission("Ann", Path("x")), ungraded(learning_rate, "SandboxError: inside"))
    text = standalone(feedback.page("learning-rate", failed, [])).text
    assert "The grader failed, not you" in text and "SandboxError" not in text
    assert "0 of" not in text
    waits = result(points=(3, None, 0, 4))
    text = plain(standalone(feedback.page("learning-rate", waits, [])))
    assert "So far 7 of 15" in text and "4 of these points" in text


def test_file_names_are_safe_and_tell_students_apart():
    names = ["../../etc", "CON", "a/b", "Ann", "ann", "Zoë Ω", "", "\x1b[2J", "x" * 500, "‮", "a.b "]
    safe = [page.safe_name(name) for name in names]
    assert len(set(safe)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]{1,60}", name) and name[0] != "-" for name in safe)


# ---- Gradescope and Canvas ------------------------------------------------------------------

VISIBLE = {"hidden", "after_due_date", "after_published", "visible"}
NUMBER = (int, float)
WHOLE = {"score": NUMBER, "execution_time": NUMBER, "output": str, "visibility": str}
WHOLE |= {"stdout_visibility": str, "extra_data": dict, "tests": list, "leaderboard": list}
TEST = {"score": NUMBER, "max_score": NUMBER, "status": str, "name": str, "number": str}
TEST |= {"output": str, "tags": list, "visibility": str, "extra_data": dict}


@pytest.mark.parametrize("points", [(3, 2, 0, 4), (3, None, 0, 4)])
def test_results_json_is_what_gradescope_documents(points):
    whole = json.loads(gradescope.results(result(points=points), []))
    for fields, known in [(whole, WHOLE), *[(test, TEST) for test in whole["tests"]]]:
        for name, value in fields.items():
            assert isinstance(value, known[name]) and not isinstance(value, bool)
    assert whole["stdout_visibility"] in VISIBLE
    assert whole["score"] == sum(p for p in points if p is not None)
    for test, earned in zip(whole["tests"], points, strict=True):
        assert test["visibility"] in VISIBLE
        assert test.get("score") == earned
        assert test.get("status") in ("passed", "failed", None)
        assert earned is None or 0 <= test["score"] <= test["max_score"]


def test_a_failure_of_the_grader_is_no_zero_in_any_report(learning_rate, tmp_path):
    marks = {"ann": ungraded(learning_rate, "SandboxError: no room")}
    chosen = argparse.Namespace(feedback=None, summary=None)
    chosen.gradescope, chosen.canvas = tmp_path / "gradescope", tmp_path / "canvas.csv"
    old = chosen.gradescope / page.safe_name("ann") / "results.json"
    old.parent.mkdir(parents=True)
    old.write_text("of the run before")
    report.write_all(chosen, MASTER, learning_rate, [Submission("ann", Path("x"))], marks)
    assert not old.exists()
    assert rows_of(chosen.canvas)[1]["learning-rate"] == ""


def test_canvas_s_importer_would_take_the_csv():
    rows = [result("leeann (12)", number="12"), result("=cmd()", (0, 0, 0, 0))]
    rows += [result("bob, jr", (3, None, 0, 0))]
    table = list(csv.reader(io.StringIO(canvas.table("learning-rate", rows, 15))))
    head = table[0]
    assert "Student" in head[0] and "ID" in head[1]  # what Canvas looks for, in this order
    assert (head[2], head[3], head[4]) == ("SIS User ID", "SIS Login ID", "Section")
    assert table[1][0].strip() == "Points Possible" and table[1][5] == "15"
    assert {len(row) for row in table} == {6}
    assert table[2] == ["leeann (12)", "12", "", "", "", "9"]
    assert table[3][0] == "'=cmd()" and table[3][5] == "0"
    assert table[4] == ["bob, jr", "", "", "bob, jr", "", ""]  # no sum while one is not marked


# ---- the summary ----------------------------------------------------------------------------


def test_discrimination_is_the_correlation_with_the_rest():
    rng = np.random.default_rng(5)
    item, rest = rng.normal(size=(2, 40))
    assert summary.discrimination(item, rest) == pytest.approx(np.corrcoef(item, rest)[0, 1])
    assert summary.discrimination([1, 1, 1], [1, 2, 3]) is None
    assert summary.discrimination([1], [1]) is None


def test_each_total_is_in_one_bar():
    bars = summary.histogram([0, 1.4, 1.5, 14.9, 15], 15)
    assert [bar["count"] for bar in bars] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert summary.histogram([], 0)[0]["count"] == 0


def test_the_summary_says_what_to_look_at(learning_rate):
    rows = [result(f"s{n}", (n % 4, n % 5, 4 - n % 5, 4)) for n in range(30)]
    rows += [result("late <i>", late=True), result("twice", others=("before.ipynb",))]
    rows += [Result(Submission("bad", Path("x")), unread(learning_rate, "not JSON"))]
    rows += [Result(Submission("odd", Path("x")), ungraded(learning_rate, "SandboxError: no"))]
    rows[0].marks[0] = Mark("q1", 0, 3, "So. (Lost: 3.)", "ValueError: <b>")
    pairs = [similarity.Pair("s1", "s2", 0.9), similarity.Pair("s2", "s3", 0.7)]
    soup = standalone(summary.page(learning_rate, rows, pairs))
    text = plain(soup)
    assert "34 submissions, 32 of them read" in text
    assert "late <i>: late" in text and "kept and not graded: before.ipynb" in text
    assert "bad: could not be read: not JSON" in text and "odd: the grader failed" in text
    assert "0.70–0.90 s1, s2, s3" in text
    assert "ValueError: <b>" in text
    assert len(soup.find_all("rect")) == 10 and soup.svg["aria-label"]
    shares = [row.find_all("td")[1].text.strip() for row in soup.find("table").tbody.find_all("tr")]
    assert shares[3] == "100 %"
    marked = np.array([[mark.points for mark in row.marks] for row in rows[:32]], dtype=float)
    told_of = [row.find_all("td")[3].text for row in soup.find("table").tbody.find_all("tr")]
    for item, text in zip(marked.T[:3], told_of, strict=False):
        value = np.corrcoef(item, marked.sum(axis=1) - item)[0, 1]
        assert text.split()[0].replace("−", "-") == f"{value:.2f}"
        assert ("look" in text) == (value < 0.1)
    assert told_of[3] == "–" and "look" in told_of[2]
    assert summary.page(learning_rate, [], [])  # nobody there is no crash


HOSTILE = "E: <b>\ud800\x1b[2J\u202egnp\0"


def test_hostile_text_in_an_error_breaks_no_page(learning_rate, tmp_path):
    row = Result(Submission("Ann", Path("x")), [Mark("q1", 0, 3, "So. (Lost: 3.)", HOSTILE)] * 4)
    odd = Result(Submission("Bob", Path("x")), unread(learning_rate, HOSTILE))
    pages = [summary.page(learning_rate, [row, odd], [])]
    pages += [feedback.page("learning-rate", r, names_asked(learning_rate)) for r in (row, odd)]
    for html in pages:
        page.write(tmp_path / "page.html", html)
        text = standalone((tmp_path / "page.html").read_text("utf-8")).text
        assert not set("\ud800\x1b\u202e\0") & set(text)
    page.write(tmp_path / "page.html", "\ud800")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1000])
def test_both_pages_can_be_read_by_everybody(open_page, learning_rate, scheme, width):
    """Contrast, names and structure by axe, and nothing wider than the screen."""
    rows = [result(f"s{n}", (n % 4, n % 5, None if n == 7 else 0, 4)) for n in range(9)]
    rows[1].marks[0] = Mark("q1", 0, 3, "So. (Lost: 3.)", "ValueError: " + "x" * 200)
    pairs = [similarity.Pair("s1", "s2", 0.9)]
    axe = (ROOT / "_assets" / "test" / "axe.min.js").read_text("utf-8")
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    for html in (summary.page(learning_rate, rows, pairs), feedback.page("x", rows[7], [])):
        shown = open_page(**options, bypass_csp=True)
        shown.set_content(html)
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        shown.evaluate(axe)
        faults = shown.evaluate("axe.run()")["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == []


# ---- likeness -------------------------------------------------------------------------------

HONEST = [
    """
def largest_stable_lr(hessian):
    sharpness = np.linalg.eigvalsh(hessian).max()
    if sharpness <= 0:
        return np.inf
    return 2 / sharpness
def diagnose(losses):
    losses = np.asarray(losses)
    if not np.all(np.isfinite(losses)) or losses[-1] > losses[0]:
        return "too-high"
    middle = losses[len(losses) // 2]
    if middle - losses[-1] > 0.1 * (losses[0] - losses[-1]):
        return "too-low"
    return "healthy"
def schedule(t, peak, warmup, every):
    if t < warmup:
        return peak * (t + 1) / warmup
    return peak * 0.5 ** ((t - warmup) // every)
""",
    """
def largest_stable_lr(hessian):
    eigenvalues, _ = np.linalg.eigh(hessian)
    top = float(max(eigenvalues))
    return 2.0 / top if top > 0 else float("inf")
def diagnose(losses):
    start, end = losses[0], losses[-1]
    for l in losses:
        if np.isnan(l) or np.isinf(l):
            return "too-high"
    if end > start:
        return "too-high"
    half = len(losses) // 2
    remaining = (losses[half] - end) / (start - end)
    return "too-low" if remaining > 0.1 else "healthy"
def schedule(t, peak, warmup, every):
    lr = peak
    if t < warmup:
        lr = peak / warmup * (t + 1)
    else:
        for _ in range(int((t - warmup) / every)):
            lr = lr / 2
    return lr
""",
    """
def largest_stable_lr(hessian):
    lam = sorted(np.linalg.eigvalsh(hessian))[-1]
    if lam > 0:
        return 2 / lam
    else:
        return np.inf
def diagnose(losses):
    if np.isfinite(losses).all() == False:
        return "too-high"
    if losses[0] < losses[-1]:
        return "too-high"
    total = losses[0] - losses[-1]
    late = losses[len(losses)//2] - losses[-1]
    if late / total > 1/10:
        return "too-low"
    else:
        return "healthy"
def schedule(t, peak, warmup, every):
    if t < warmup:
        return peak * (t + 1) / warmup
    steps_after = t - warmup
    halvings = steps_after // every
    return peak * (1 / 2) ** halvings
""",
]


def likeness(first, second, others=()):
    """Return the likeness of two notebooks in a class, however low."""
    _, blank = similarity.master_cells(MASTER)
    cells = {"first": [STEP, first], "second": [STEP, second]}
    cells |= {f"other {n}": [STEP, text] for n, text in enumerate(others)}
    pairs = similarity.alike(cells, blank, threshold=0)
    return next(p.likeness for p in pairs if {p.first, p.second} == {"first", "second"})


def test_independent_answers_are_far_from_alike():
    for first, second in itertools.combinations(HONEST, 2):
        assert likeness(first, second) < similarity.THRESHOLD / 3


@pytest.mark.parametrize("others", [[], HONEST[1:]], ids=["two", "class"])
def test_a_copy_is_found_whatever_its_names_comments_and_order(others):
    copy = re.sub(r"\b(losses|hessian|sharpness|middle|warmup)\b", r"my_\1", HONEST[0])
    copy = copy.replace("\n    if ", "\n\n    # my own idea\n    if ").replace('"', "'")
    functions = re.split(r"^(?=def )", copy, flags=re.M)
    cells = "".join(functions[::-1])
    assert likeness(HONEST[0], cells, others) > 0.75
    assert likeness(HONEST[0], copy + "\nprint('hello', 1 + 2)\n", others) > similarity.THRESHOLD


def planted():
    """Return the ways there are to answer each question: the solution and the typical mistakes."""
    solved, _ = similarity.master_cells(MASTER)
    text = MASTER.with_suffix(".mistakes.py").read_text("utf-8")
    answers: dict[str, list[str]] = {}
    for cell in [*re.split(r"^# %% .*$", text, flags=re.M)[2:], *solved]:
        if name := re.search(r"^def (\w+)", cell, re.M):
            answers.setdefault(name[1], []).append(cell)
    return list(answers.values())


def test_in_a_class_only_those_who_share_most_answers_are_listed():
    """Students draw each answer from the same few texts: a hard case, for no two own a word."""
    rng, ways = np.random.default_rng(3), planted()
    draws = [[int(rng.integers(len(texts))) for texts in ways] for _ in range(40)]
    draws += [draws[0]]
    cells = {
        str(n): [texts[d] for texts, d in zip(ways, draw, strict=True)]
        for n, draw in enumerate(draws)
    }
    pairs = similarity.alike(cells, similarity.master_cells(MASTER)[1])
    assert ("0", "40") in {(p.first, p.second) for p in pairs}
    for pair in pairs:
        first, second = draws[int(pair.first)], draws[int(pair.second)]
        assert sum(a == b for a, b in zip(first, second, strict=True)) >= 2, pair
    assert len(pairs) < 0.03 * 41 * 40 / 2


@pytest.mark.parametrize("path", sorted((ROOT / "exercises").glob("*.ipynb")), ids=lambda p: p.stem)
def test_blank_answers_are_like_nobody(path):
    cells = [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == "code"]
    blank = ["".join(cell["source"]) for cell in cells]
    _, given = similarity.master_cells(ROOT / "solutions" / f"{path.stem}.md")
    assert similarity.shingles(blank) <= similarity.shingles([*given, *similarity.OTTER])
    assert similarity.alike({"a": blank, "b": blank}, given) == []


def test_very_short_answers_are_like_nobody():
    _, given = similarity.master_cells(MASTER)
    assert similarity.alike({"a": [STEP], "b": [STEP], "c": []}, given) == []


def test_a_name_that_may_be_chosen_is_no_mark_and_any_other_is():
    first = similarity.tokens("total = np.linalg.norm(v)  # mine\nprint('a', total)")
    assert first == similarity.tokens('s=np.linalg.norm( vector )\nprint("b",s)')
    assert first != similarity.tokens("total = np.linalg.det(v)\nprint('a', total)")
    assert first != similarity.tokens("total = np.linalg.norm(v)\nrepr('a', total)")


@pytest.mark.parametrize(
    "text", ["'''" * 9999, '\\"' * 99999, "#" * 99999, "\0\ud800", "'" * 99999]
)
def test_hostile_text_is_taken_apart_in_no_time(text):
    assert isinstance(similarity.shingles([text]), set)


# ---- the command ----------------------------------------------------------------------------

FAILING = f"def step(x, gradient, lr):\n    raise ValueError('{CANARY} <script>' + repr(x))"


@sandboxed
def test_the_command_takes_a_zip_and_writes_every_report(tmp_path, capsys):
    blank = (ROOT / "exercises" / "learning-rate.ipynb").read_text("utf-8")
    members = [
        ("leeann_11_21_learning-rate.ipynb", book("import numpy as np", STEP, HONEST[0])),
        ("oneilbob_LATE_12_22_learning-rate-1.ipynb", book("import numpy as np", HONEST[0], STEP)),
        ("foxeve_13_24_learning-rate-1.ipynb", book(FAILING)),
        ("foxeve_13_23_learning-rate.ipynb", book("before")),
        ("rusivo_14_25_learning-rate.ipynb", blank),
        ("aminfarid_15_26_essay.pdf", "%PDF"),
    ]
    path = zipped(tmp_path / "submissions.zip", members)
    out = tmp_path / "out"
    out.mkdir()
    options = ["--feedback", out / "feedback", "--gradescope", out / "gradescope"]
    options += ["--canvas", out / "canvas.csv", "--summary", out / "summary.html"]
    command = ["grade", path, "--exercise", MASTER, "--out", out / "grades.csv", *options]
    assert cli.main([str(word) for word in command]) == 0
    said = capsys.readouterr().out
    assert "1 late, 1 with more than one notebook" in said

    points = {row["Student"]: row["learning-rate"] for row in rows_of(out / "canvas.csv")}
    assert points["leeann (11)"] == points["oneilbob (12)"] == "15"
    assert points["foxeve (13)"] == points["rusivo (14)"] == points["aminfarid (15)"] == "0"

    students = {"leeann (11)", "oneilbob (12)", "foxeve (13)", "rusivo (14)", "aminfarid (15)"}
    pages = {
        student: (out / "feedback" / f"{page.safe_name(student)}.html").read_text("utf-8")
        for student in students
    }
    assert len(list((out / "feedback").iterdir())) == len(students)
    for student, html in pages.items():
        text = standalone(html).text
        assert student in text
        assert not [other for other in students - {student} if other.split()[0] in html]
        nothing_hidden(html)
        results = out / "gradescope" / page.safe_name(student) / "results.json"
        nothing_hidden(results.read_text("utf-8"))
        assert json.loads(results.read_text("utf-8"))["tests"]
    assert "ValueError" in pages["foxeve (13)"] and "More than one notebook" in pages["foxeve (13)"]
    assert "no notebook was handed in, only: aminfarid_15_26_essay.pdf" in pages["aminfarid (15)"]

    html = (out / "summary.html").read_text("utf-8")
    text = plain(standalone(html))
    assert re.search(r"1\.00 leeann \(11\), oneilbob \(12\)", text)
    assert "oneilbob (12): late" in text and CANARY in text and "<script>" not in html
    nothing_hidden(html)


def nothing_hidden(text):
    """Check that no line of a hidden test or a solution got through, and no input of a test."""
    import jupytext

    secret = []
    for cell in jupytext.read(MASTER, fmt="md:myst").cells:
        if exercise.tagged(cell, "hidden-test"):
            secret += [line for line in cell.source.splitlines() if "tells=" not in line]
        elif cell.cell_type == "code" and "BEGIN SOLUTION" in cell.source:
            secret += cell.source.split("BEGIN SOLUTION")[1].splitlines()
    secret = [line.strip() for line in secret if len(line.strip()) > 14]
    assert len(secret) > 20
    shown = BeautifulSoup(text, "html.parser").text if text.startswith("<") else text
    assert [line for line in secret if line in shown or line in text] == []
    if "For instructors only" not in text:
        assert CANARY not in text


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "options, message",
    [
        (["--canvas", "x.txt"], "--canvas must end in .csv"),
        (["--summary", "x.pdf"], "--summary must end in .html"),
        (["--canvas", "no/x.csv"], "there is no folder 'no'"),
        (["--canvas", "g.csv"], "name the same file"),
        (["--feedback", "no/where"], "must name a folder"),
        (["--gradescope", "pyproject.toml"], "must name a folder"),
        (["--due", "tomorrow"], "it looks like 2026-11-22T23:59"),
    ],
)
def test_a_report_that_cannot_be_written_is_an_error_before_grading(
    monkeypatch, capsys, options, message
):
    monkeypatch.chdir(ROOT)
    command = ["grade", "x", "--exercise", "learning-rate", "--out", "g.csv", *options]
    try:
        status = cli.main(command)
    except SystemExit as stop:
        status = stop.code
    assert status == 2
    assert message in capsys.readouterr().err
