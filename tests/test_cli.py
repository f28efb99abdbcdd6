"""The command line: quick to start, helpful, and clear when it is used wrongly."""

import subprocess
import sys
from pathlib import Path

import pytest

from gdcourse import cli
from gdcourse._version import __version__
from gdcourse.grading import bubblewrap

ROOT = Path(__file__).parents[1]


def said(capsys, *arguments):
    """Return exit status, standard output and standard error of the command."""
    try:
        status = cli.main(arguments)
    except SystemExit as stop:
        status = stop.code
    return status, *capsys.readouterr()


def test_version(capsys):
    assert said(capsys, "--version") == (0, f"gdcourse {__version__}\n", "")


@pytest.mark.parametrize(
    "command, holds",
    [
        ([], "grade"),
        (["grade"], "gdcourse grade submitted/"),
        (["exercises"], "--check"),
        (["doctor"], "gdcourse doctor log.csv"),
    ],
)
def test_help_shows_an_example(capsys, command, holds):
    status, out, _ = said(capsys, *command, "--help")
    assert status == 0
    assert holds in out


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "COMMAND"),
        (["grade"], "SUBMISSIONS"),
        (
            ["grade", "x", "--exercise", "y", "--out", "z.csv", "--jobs", "0"],
            "positive whole number",
        ),
        (
            ["grade", "x", "--exercise", "y", "--out", "z.csv", "--timeout", "nan"],
            "positive number",
        ),
        (["grade", "x", "--exercise", "y", "--out", "z.txt"], "must end in .csv"),
        (["grade", "x", "--exercise", "y", "--out", "no/z.csv"], "there is no folder 'no'"),
        (["grade", "x", "--exercise", "../y", "--out", "z.csv"], "(found: "),
        (["grade", "x", "--exercise", "learning-rate", "--out", "z.csv"], "x is not a folder"),
        (["exercises", "--masters", "nowhere"], "no masters (*.md) in nowhere"),
    ],
)
def test_wrong_use_says_what_and_exits_with_2(capsys, monkeypatch, arguments, message):
    monkeypatch.chdir(ROOT)
    status, out, err = said(capsys, *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_without_bubblewrap_grading_is_refused(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    (tmp_path / "ann.ipynb").write_text("{}")
    arguments = ["grade", tmp_path, "--exercise", "learning-rate", "--out", tmp_path / "o.csv"]
    status, _, err = said(capsys, *map(str, arguments))
    assert status == 2
    assert "apt-get install bubblewrap" in err
    assert not (tmp_path / "o.csv").exists()


def test_a_missing_extra_is_named(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "rich", None)
    monkeypatch.setitem(sys.modules, "rich.console", None)
    monkeypatch.delitem(sys.modules, "gdcourse.grading.command", raising=False)
    import gdcourse.grading

    monkeypatch.delattr(gdcourse.grading, "command", raising=False)
    status, _, err = said(capsys, "exercises")
    assert status == 2
    assert 'pip install "gdcourse[grade]"' in err


def test_exercises_check_fails_when_a_notebook_is_out_of_date(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    assert said(capsys, "exercises", "--check")[0] == 0
    status, out, _ = said(capsys, "exercises", "--check", "--out", str(tmp_path))
    assert status == 1
    assert "out of date" in out and "run: gdcourse exercises" in out
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_starts_without_its_extras():
    heavy = {"rich", "otter", "jupytext", "nbformat", "yaml", "torch", "matplotlib", "sqlite3"}
    code = f"import sys, gdcourse.cli; print({heavy} & sys.modules.keys())"
    python = [sys.executable, "-c", code]
    done = subprocess.run(python, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
