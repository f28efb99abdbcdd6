"""Every page and every exercise master runs as a notebook, and each page within its time."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from clean_notebook import clean_notebook, is_notebook
from nbclient import NotebookClient

pytestmark = pytest.mark.notebooks

ROOT = Path(__file__).resolve().parent.parent
SECONDS_A_CELL = 120
SECONDS_A_PAGE = 60  # the book's law: a page runs alone, from a fresh kernel, in a minute
LONGER: dict[str, int] = {  # page -> seconds, for an ablation that truly needs more
    "clinic/how-it-decides": 180,  # 264 cases, three seeds, three methods
    "failures/deep-classifier": 120,  # each remedy and every pair, three rates, ten seeds
    "failures/doomed-start": 120,  # two failing starts, each with its own table
    "foundations/reading-a-run": 90,  # six causes, a second ward, three reflexes on each
    "failures/stuck-disease-model": 120,  # four kinds of trap, twenty seeds
}


def run_notebooks(folder: Path) -> subprocess.CompletedProcess:
    """Run every notebook below a folder, one worker a notebook, two at a time."""
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env", "-ra", "-q"]
    command += [f"--nbval-cell-timeout={SECONDS_A_CELL}", "-n", "2", "--dist", "loadfile"]
    command += ["-p", "no:cacheprovider", "-W", "default", "--rootdir", str(folder), str(folder)]
    environment = os.environ | {"GDCOURSE_DEVICE": os.environ.get("GDCOURSE_DEVICE", "auto")}
    return subprocess.run(
        command, capture_output=True, text=True, cwd=folder, env=environment, timeout=1800
    )


def test_every_notebook_runs(tmp_path, capsys):
    make = [sys.executable, str(ROOT / "scripts" / "make_notebooks.py"), str(tmp_path / "all")]
    subprocess.run(make, check=True, capture_output=True)
    notebooks = sorted((tmp_path / "all").rglob("*.ipynb"))
    cells = sum(cell.cell_type == "code" for n in notebooks for cell in nbformat.read(n, 4).cells)
    result = run_notebooks(tmp_path / "all")
    summary = result.stdout.strip().splitlines()[-1]
    skips = [line for line in result.stdout.splitlines() if line.startswith("SKIPPED")]
    with capsys.disabled():
        print(f"\n{len(notebooks)} notebooks, {cells} code cells under nbval: {summary}")
        print("\n".join(skips) or "no cell was skipped")
    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]
    skipped = sum(int(n) for n in re.findall(r"(\d+) skipped", summary))
    passed = sum(int(n) for n in re.findall(r"(\d+) passed", summary))
    assert passed + skipped == cells, "some cells were neither run nor counted"


def test_a_false_assertion_in_a_notebook_is_seen(tmp_path):
    cells = [nbformat.v4.new_code_cell("assert 1 + 1 == 3")]
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, tmp_path / "false.ipynb")
    result = run_notebooks(tmp_path)
    assert result.returncode == 1
    assert "AssertionError" in result.stdout


def run_alone(page: str) -> float:
    """Run a page's notebook from a fresh kernel and return its seconds."""
    notebook = clean_notebook(ROOT / "book" / f"{page}.md", ROOT / "book")
    start = time.perf_counter()
    NotebookClient(notebook, timeout=SECONDS_A_CELL, kernel_name="python3").execute()
    return time.perf_counter() - start


def test_each_page_runs_in_a_minute_from_a_fresh_kernel(site, capsys):
    seconds = json.loads((site.parent / "seconds.json").read_text())  # measured by the build
    texts = (p for p in (ROOT / "book").rglob("*.md") if is_notebook(p))
    assert set(seconds) == {p.relative_to(ROOT / "book").with_suffix("").as_posix() for p in texts}
    slow = []
    for page, took in seconds.items():
        limit = LONGER.get(page, SECONDS_A_PAGE)
        if took > limit:  # the build may have shared the machine: once more, alone
            took = run_alone(page)
        with capsys.disabled():
            print(f"\n{page}: {took:.1f} s from a fresh kernel", end="")
        if took > limit:
            slow.append(f"{page} took {took:.0f} s; its limit is {limit} s")
    assert not slow
