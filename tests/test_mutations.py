"""Small wrong changes of the solutions: they are made as they should be, and the tests see them."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from gdcourse.grading.mutants import mutants

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "benchmarks" / "results" / "mutations.md"
SCRIPT = ROOT / "scripts" / "mutate_exercises.py"


def becomes(line):
    return {mutant.becomes for mutant in mutants(line)}


@pytest.mark.parametrize(
    "line, some",
    [
        ("x = a + b", {"x = a - b", "x = a", "x = b", "pass"}),
        ("x = a - b", {"x = b - a"}),
        ("x = -a", {"x = a"}),
        ("if a < b:\n    c()", {"if a <= b:", "if a >= b:", "if True:", "if False:", "pass"}),
        ("return 3 if a else 2.5", {"return 4 if a else 2.5", "return 3 if a else 5.0"}),
        ("x = a[0]", {"x = a[1]"}),
        ("x = f(a, b, axis=1)", {"x = f(b, a, axis=1)", "x = f(a, b)", "x = f(a, b, axis=0)"}),
        ("x = np.sqrt(a)", {"x = a"}),
        ("x = np.argmin(a)", {"x = np.argmax(a)"}),
        ("x += a", {"x -= a", "pass"}),
        ("x = a and b", {"x = a or b"}),
        ("x = 'word'", {"x = 'word!'"}),
    ],
)
def test_a_line_is_changed_in_each_way(line, some):
    made = becomes(line)
    assert some <= made
    assert line not in made


def test_every_mutant_is_another_program_and_names_its_line():
    source = 'def f(x):\n    """Say."""\n    y = 2 * x\n    return y + 1\n'
    made = list(mutants(source))
    assert len({m.source for m in made}) == len(made) > 8
    for mutant in made:
        compile(mutant.source, "mutant", "exec")
        assert mutant.was in ("y = 2 * x", "return y + 1")
        assert mutant.becomes in mutant.source


def test_of_a_sample_hardly_any_goes_unnoticed():
    """Under 5 % of the mutants that are no equivalents may survive; here a seeded sample."""
    command = [sys.executable, str(SCRIPT), "--sample", "150", "--seed", "1"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| all | 150 |" in done.stdout


def test_the_report_lists_what_survives_and_it_is_little():
    rows = re.findall(
        r"^\| ([\w-]+) \| (\d+) \| \d+ \| (\d+) \| (\d+) \|", REPORT.read_text(), re.M
    )
    assert rows[-1][0] == "all"
    for name, _, killed, survived in rows:
        assert int(survived) <= 0.05 * (int(killed) + int(survived)), name
    total = sum(int(row[1]) for row in rows[:-1])
    assert total == int(rows[-1][1]) > 2000
    assert REPORT.read_text().count("\n- ") == int(rows[-1][3])


def test_every_equivalent_has_a_reason_and_is_a_change():
    with open(ROOT / "solutions" / "equivalents.toml", "rb") as file:
        table = tomllib.load(file)
    for exercise, groups in table.items():
        text = (ROOT / "solutions" / f"{exercise}.md").read_text()
        for group in groups:
            assert f"name: {group['question']}\n" in text
            assert len(group["why"].split()) >= 6, group
            assert all(was != new for was, new in group["changes"])
