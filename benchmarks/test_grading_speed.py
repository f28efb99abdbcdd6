"""How fast a class is graded: `pytest benchmarks/test_grading_speed.py` writes a table.

The same notebook (five questions, PyTorch) goes through this package, otter-grader and nbgrader, on
two cores each, in turns. Otter takes two processes, and so does nbgrader: two courses side by side.
nbgrader is used where NBGRADER names its command, or it is on the path; it may need an environment
of its own. Then a whole class, of 2,000 or of GDCOURSE_CLASS. Nothing is asserted about time.
"""

import contextlib
import csv
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest
from classroom import MASTER, classroom

from gdcourse.grading import bubblewrap, course, engine, exercise, submissions

HERE = Path(__file__).parent
RESULTS = HERE / "results"
TORCH = HERE / "torch-exercise.md"
CLASS = int(os.environ.get("GDCOURSE_CLASS", "2000"))
TURNS, OURS, THEIRS = 3, 40, 4  # submissions in a turn
CORES = 2
RATES: dict[str, float] = {}
FOUND: dict[str, float | str] = {"load of the machine before": round(os.getloadavg()[0], 1)}
pytestmark = pytest.mark.skipif(bool(bubblewrap.missing()), reason=str(bubblewrap.missing()))


@pytest.fixture(scope="module", autouse=True)
def table():
    """Write what was measured when all of it is."""
    yield
    RESULTS.mkdir(exist_ok=True)
    machine = {"machine": platform.machine(), "cores": len(os.sched_getaffinity(0))}
    everything = {**machine, "submissions_per_second": RATES, **FOUND}
    path = RESULTS / "grading.json"
    path.write_text(json.dumps(everything, indent=2) + "\n")
    rows = ["| grader | submissions a second | gdcourse is faster by |", "|---|---:|---:|"]
    for name, rate in RATES.items():
        ratio = f"{RATES['gdcourse'] / rate:.0f} x" if name != "gdcourse" else ""
        rows.append(f"| {name} | {rate:.2f} | {ratio} |")
    rows += ["", *(f"- {key}: {value}" for key, value in FOUND.items())]
    said = f"Five questions that need PyTorch, {CORES} at once, {machine['cores']} cores."
    path.with_suffix(".md").write_text("\n".join([said, "", *rows]) + "\n")


def cells():
    """Return the master's cells: the sources of solutions, tests and the rest, by question."""
    import jupytext

    question, inside = "", ""
    for cell in jupytext.read(TORCH, fmt="md:myst").cells:
        text = cell.source
        if cell.cell_type == "raw":
            question = text.split("name: ")[1].split()[0] if "BEGIN QUESTION" in text else question
            inside = "test" if "BEGIN TESTS" in text else "" if "END TESTS" in text else inside
        elif cell.cell_type == "code" and "hidden-test" not in cell.metadata.get("tags", []):
            yield question, inside, text


def student(number):
    """Return the cells of a submission: all is right, and no two are alike."""
    return [f"# {number}", *(text for _, inside, text in cells() if not inside)]


def notebook(sources):
    import nbformat.v4 as v4

    book = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "3", "language": "python"}
    return book


class Ours:
    name = "gdcourse"
    size = OURS

    def __init__(self, room):
        self.room = room
        self.tests = exercise.load(TORCH)

    def turn(self, number):
        folder = self.room / f"in{number}"
        folder.mkdir()
        for n in range(self.size):
            book = json.dumps(notebook(student(f"{number} {n}")))
            (folder / f"s{n}.ipynb").write_text(book)
        found = submissions.find(folder, self.tests.name)
        out, limits = self.room / f"{number}.csv", bubblewrap.Limits()
        began = time.perf_counter()
        summary = course.grade_all(self.tests, found, out, limits, CORES)
        took = time.perf_counter() - began
        assert all(m.points == 1 for marks in summary.marks.values() for m in marks)
        return took


class Otter:
    name = "otter-grader"
    size = THEIRS
    GRADE = "import sys\nfrom otter.api import grade_submission\nfor path in sys.argv[2:]:\n"
    GRADE += "    print('earned', grade_submission(path, sys.argv[1], quiet=True).total)"

    def __init__(self, room):
        import nbformat

        from gdcourse.grading.generate import _assign

        self.room = room
        import jupytext

        book = jupytext.read(TORCH, fmt="md:myst")
        book.cells = [c for c in book.cells if "hidden-test" not in c.metadata.get("tags", [])]
        nbformat.write(book, room / "torch-exercise.ipynb")
        _assign(room / "torch-exercise.ipynb", room / "out")
        (self.archive,) = (room / "out" / "autograder").glob("*.zip")
        self.student = room / "out" / "student" / "torch-exercise.ipynb"

    def turn(self, number):
        import nbformat

        paths = []
        for n in range(self.size):
            book = nbformat.read(self.student, 4)
            answers = [t for q, inside, t in cells() if q and not inside]
            for cell in book.cells:
                if "otter_answer_cell" in cell.metadata.get("tags", []):
                    cell.source = answers.pop(0)
            paths.append(self.room / f"{number}-{n}.ipynb")
            nbformat.write(book, paths[-1])
        command = [sys.executable, "-c", self.GRADE, str(self.archive)]
        began = time.perf_counter()
        said = together([[*command, *map(str, paths[core::CORES])] for core in range(CORES)])
        took = time.perf_counter() - began
        assert said.count("earned 5") == self.size, said
        return took


class NBGrader:
    name = "nbgrader"
    size = THEIRS

    def __init__(self, room):
        self.room = room
        self.earned = [0] * CORES
        self.command = os.environ.get("NBGRADER") or shutil.which("nbgrader")
        if not self.command:
            pytest.skip("nbgrader is not installed: set NBGRADER to its command")
        for core in range(CORES):
            course_folder = room / f"course{core}"
            source = course_folder / "source" / "ps" / "torch.ipynb"
            source.parent.mkdir(parents=True)
            source.write_text(json.dumps(self.master()))
            self.call("generate_assignment", "ps", folder=course_folder)

    def call(self, *words, folder):
        together([[self.command, *words, f"--CourseDirectory.root={folder}"]])

    @staticmethod
    def master():
        sources, marks = ["import numpy as np\nimport torch"], [{}]
        for question, inside, text in cells():
            if not question:
                continue
            grade = {"grade_id": f"{question}{inside}", "schema_version": 3, "locked": bool(inside)}
            grade |= {"grade": bool(inside), "solution": not inside, "task": False}
            call = f"\n\ntest_{question}({text.split('(')[1].split(')')[0]})" if inside else ""
            sources.append(text.replace("# BEGIN", "### BEGIN").replace("# END", "### END") + call)
            marks.append({"nbgrader": {**grade, **({"points": 1} if inside else {})}})
        book = notebook(sources)
        for cell, mark in zip(book.cells, marks, strict=True):
            cell.metadata.update(mark)
        return book

    def turn(self, number):
        commands = []
        for core in range(CORES):
            root = self.room / f"course{core}"
            shutil.rmtree(root / "submitted", ignore_errors=True)
            for n in range(core, self.size, CORES):
                handed_in = root / "submitted" / f"s{number}n{n}" / "ps" / "torch.ipynb"
                handed_in.parent.mkdir(parents=True)
                handed_in.write_text(json.dumps(self.master()))
            commands.append([self.command, "autograde", "ps", f"--CourseDirectory.root={root}"])
        began = time.perf_counter()
        together(commands)
        took = time.perf_counter() - began
        for core in range(CORES):
            base = self.room / f"course{core}" / "gradebook.db"
            with contextlib.closing(sqlite3.connect(base)) as gradebook:
                (earned,) = gradebook.execute("SELECT sum(auto_score) FROM grade").fetchone()
            self.earned[core] += 5 * self.size // CORES
            assert earned == self.earned[core]
        return took


def together(commands):
    """Run commands side by side, one thread each; return what they said."""
    threads = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    started = [
        subprocess.Popen(
            command,
            env={
                **os.environ,
                **threads,
                "PATH": f"{Path(command[0]).parent}:{os.environ['PATH']}",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for command in commands
    ]
    said = [process.communicate()[0] for process in started]
    assert not any(process.returncode for process in started), "\n".join(said)[-3000:]
    return "\n".join(said)


@pytest.mark.filterwarnings("ignore")
def test_the_same_notebook_through_each(tmp_path):
    rivals = []
    for kind in (Ours, Otter, NBGrader):
        room = tmp_path / kind.name
        room.mkdir()
        try:
            rivals.append(kind(room))
        except pytest.skip.Exception as skip:
            print(f"NOT MEASURED: {skip}")
    rates = {rival.name: [] for rival in rivals}
    for turn in range(TURNS):
        for rival in rivals[:: 1 if turn % 2 else -1]:
            rates[rival.name].append(rival.size / rival.turn(turn))
    for name, measured in rates.items():
        RATES[name] = round(median(measured), 3)
    FOUND["nbgrader"] = "measured" if "nbgrader" in rates else "not installed here"
    print(RATES)


def test_memory_of_a_worker():
    """Count what each process holds of shared pages by its share (PSS), zygote included."""
    grading = engine.Engine()
    code = [text for question, inside, text in cells() if not inside]
    sandboxes = [grading.start(bubblewrap.Limits(), code) for _ in range(CORES)]
    x = "fit(np.linspace(-1, 1, 40), np.linspace(-1, 1, 40))"
    for sandbox in sandboxes:
        work = [[n, source] for n, source in enumerate([*code, x])]
        assert sandbox.ask({"do": "run", "cells": work}, "errors")["errors"] == {}
    assert grading.forks
    (server,) = grading._servers.values()
    family = [server._process.pid]
    for pid in family:
        family += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    held = sum(proportional(pid) for pid in family) / 1024
    for sandbox in sandboxes:
        sandbox.close()
    alone = sum(proportional(pid) for pid in family[:3]) / 1024
    grading.close()
    FOUND["MB a worker, zygote shared among two"] = round(held / CORES)
    FOUND["MB one more worker adds"] = round((held - alone) / CORES)
    assert held / CORES <= 400


def proportional(pid):
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise LookupError(f"process {pid} holds nothing")


def test_a_whole_class(tmp_path):
    """Grade it to the end, with every mark right."""
    folder, deserved = tmp_path / "in", {}
    folder.mkdir()
    for name, data, points in classroom(CLASS):
        (folder / f"{name}.ipynb").write_bytes(data)
        deserved[name] = points
    tests, out = exercise.load(MASTER), tmp_path / "grades.csv"
    found = submissions.find(folder, tests.name)
    began = time.perf_counter()
    course.grade_all(tests, found, out, bubblewrap.Limits(seconds=2), CORES)
    took = time.perf_counter() - began
    with open(out, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    wrong = [r for r in rows if r["points"] != f"{deserved[r['student']][r['question']]:g}"]
    assert wrong == []
    assert len(rows) == CLASS * len(tests.questions)
    FOUND[f"a class of {CLASS}"] = f"all marks right, {CLASS / took:.1f} submissions a second"
