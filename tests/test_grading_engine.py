"""The engine: fair time-outs, going on after SIGKILL, a lost zygote, containers, a dask cluster."""

import contextlib
import csv
import itertools
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from gdcourse import cli
from gdcourse.grading import bubblewrap, container, course, engine, exercise
from gdcourse.grading.errors import SandboxError, UserError
from gdcourse.grading.sandbox import Stopped

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))
from classroom import classroom  # noqa: E402

MASTER = ROOT / "solutions" / "learning-rate.md"
LACK = bubblewrap.missing()
sandboxed = pytest.mark.skipif(bool(LACK), reason=f"SANDBOX NOT TESTED: {LACK}")
STEP = "def step(x, gradient, lr):\n    return x - lr * gradient"
SHORT = bubblewrap.Limits(seconds=1)


def book(*sources):
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"nbformat": 4, "cells": cells})


def grade(folder, out, *more):
    return cli.main(["grade", str(folder), "--exercise", str(MASTER), "--out", str(out), *more])


def points(path):
    with open(path, newline="", encoding="utf-8") as file:
        return {r["student"]: r["points"] for r in csv.DictReader(file) if r["question"] == "q1"}


@pytest.fixture(scope="module")
def forking():
    """Skip, loudly, where no zygote can be had."""
    grading = engine.Engine()
    grading.start(SHORT).close()
    grading.close()
    if not grading.forks:
        pytest.skip(f"ZYGOTE NOT TESTED: {grading.note}")


@pytest.fixture(params=["zygote", "bubblewrap"])
def way(request):
    if LACK:
        pytest.skip(f"SANDBOX NOT TESTED: {LACK}")
    if request.param == "zygote":
        request.getfixturevalue("forking")
    grading = engine.Engine(forks=request.param == "zygote")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "shared", lambda: grading)
        yield grading
    grading.close()
    assert grading.forks == (request.param == "zygote"), "the zygote gave up"


# ---- fair -----------------------------------------------------------------------------------


def run(sandbox, source):
    return sandbox.ask({"do": "run", "cells": [[0, source]]}, "errors")["errors"]


@contextlib.contextmanager
def competition(processes):
    """Keep the machine busy, by processes that the kernel holds for as many users' sessions."""
    loop = [sys.executable, "-c", "print(flush=True)\nwhile True: pass"]
    with contextlib.ExitStack() as busy:
        for _ in range(processes):
            process = subprocess.Popen(loop, stdout=subprocess.PIPE, start_new_session=True)
            busy.enter_context(process)
            busy.callback(process.kill)
            process.stdout.readline()  # it is at work
        yield


BUSY = "import time\nwhile time.process_time() < {}: pass"


def test_a_busy_machine_costs_nobody_a_mark(way):
    """Three quarters of the CPU that it may use take longer, on the clock, than it may wait."""
    processes = 3 * (os.cpu_count() or 1)
    sandbox = way.start(SHORT)
    with competition(processes):
        started = time.monotonic()
        assert run(sandbox, BUSY.format(0.75)) == {}
        assert time.monotonic() - started > SHORT.seconds, "the machine was not busy"
    sandbox.close()


@pytest.mark.parametrize(
    "source, told",
    [
        ("import time\ntime.sleep(1e6)", "waited longer than 1 s"),
        ("import time\nwhile True: time.sleep(0.01)", "waited longer than 1 s"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\nos.read(0, 1)\n"
         "import time\ntime.sleep(1e6)", "waited longer than 1 s"),
        ("while True: pass", "more than 1 s of CPU"),
    ],
)  # fmt: skip
def test_what_waits_or_computes_too_long_is_stopped(way, source, told):
    started = time.monotonic()
    with pytest.raises(Stopped, match=told):
        run(way.start(SHORT), source)
    assert time.monotonic() - started < 20


def test_many_processes_that_take_turns_are_counted_together(way):
    limits = bubblewrap.Limits(seconds=1, processes=8)
    turns = "import os, time\nfor _ in range(8):\n    if os.fork() == 0:\n"
    turns += "        while time.process_time() < 0.9: pass\n        os._exit(0)\n    os.wait()"
    with pytest.raises(Stopped, match="more than 1 s of CPU"):
        run(way.start(limits), turns)


def test_random_numbers_and_sets_are_the_same_in_every_sandbox(way):
    source = "import random, numpy as np\nraise RuntimeError((list({'a', 'b', 'c'}), "
    source += "random.random(), np.random.rand()))"
    said = set()
    for _ in range(3):
        sandbox = way.start(SHORT)
        said.add(str(run(sandbox, source)))
        sandbox.close()
    assert len(said) == 1


# ---- a crash of the grader is no mark ----------------------------------------------------------


def family(pid):
    """Return a process and its descendants: of a zygote two bubblewraps, itself, and keepers."""
    found = [pid]
    for one in found:
        with contextlib.suppress(OSError):  # it has just ended
            found += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
    return found


@sandboxed
@pytest.mark.usefixtures("forking")
def test_a_lost_zygote_costs_nobody_a_mark(tmp_path):
    """Kill it while it grades: whoever was in it is graded once more, by the next."""
    tests = exercise.load(MASTER)
    grading = engine.Engine()
    grading.start(SHORT).close()
    (first,) = grading._servers.values()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "shared", lambda: grading)
        slow = book(f"{BUSY.format(0.8)}\n{STEP}").encode()
        zygote = family(first._process.pid)[2]

        def kill_at_work():
            busy = False
            while not busy:
                time.sleep(0.01)
                with contextlib.suppress(OSError):  # one has just ended
                    busy = len(family(zygote)) > 2  # itself, a keeper, and a worker
            time.sleep(0.3)  # now it runs what the student wrote
            os.kill(zygote, signal.SIGKILL)

        threading.Thread(target=kill_at_work, daemon=True).start()
        with pytest.raises(SandboxError, match="keeper"):
            course.grade_one(tests, slow, bubblewrap.Limits(seconds=5))
        assert course.grade_one(tests, slow, bubblewrap.Limits(seconds=5))[0].points == 3
    (second,) = grading._servers.values()
    assert second is not first and grading.forks
    grading.close()


@sandboxed
@pytest.mark.usefixtures("forking")
def test_where_namespaces_cannot_be_nested_each_worker_gets_a_bubblewrap(monkeypatch):
    refused = bubblewrap.ZYGOTE.replace("unshare(NEW_NAMESPACES)", "unshare(-1)")
    monkeypatch.setattr(bubblewrap, "ZYGOTE", refused)
    grading = engine.Engine()
    sandbox = grading.start(SHORT)
    assert not grading.forks
    assert "slower" in grading.note and "namespaces" in grading.note
    assert run(sandbox, "import numpy") == {}
    sandbox.close()
    grading.close()


@sandboxed
@pytest.mark.usefixtures("forking")
def test_an_old_kernel_gets_a_bubblewrap_for_each_worker(monkeypatch):
    old = bubblewrap.ZYGOTE.replace("os.uname().release", "'5.10.0-28-amd64'")
    monkeypatch.setattr(bubblewrap, "ZYGOTE", old)
    grading = engine.Engine()
    grading.start(SHORT).close()
    assert not grading.forks and "Linux 5.10 is older than 5.14" in grading.note
    grading.close()


# ---- killed and started again ------------------------------------------------------------------

KILLS, RUNS = 50, 10


@sandboxed
def test_killed_at_fifty_random_moments_it_ends_with_the_same_csv(tmp_path):
    """Five kills a run, ten runs; each ends as the undisturbed one, and marks nobody twice."""
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(16):
        wrong = STEP.replace("-", "+") if n % 3 == 0 else STEP
        (folder / f"s{n:02d}.ipynb").write_text(book(wrong if n % 2 else "1 / 0", f"# {n}"))
    whole = tmp_path / "whole.csv"
    started = time.monotonic()
    assert child(folder, whole) == 0
    took = time.monotonic() - started
    moments = random.Random(7)
    interrupted = 0
    for turn in range(RUNS):
        out = tmp_path / f"{turn}.csv"
        for _ in range(KILLS // RUNS):
            interrupted += child(folder, out, moments.uniform(0, 0.6 * took)) == -signal.SIGKILL
        before = recorded(out)
        assert child(folder, out) == 0
        assert out.read_bytes() == whole.read_bytes()
        after = recorded(out)
        assert after[: len(before)] == before, "a submission was graded twice"
        assert len({key for _, key in after}) == len(after) == 16
        assert not list(tmp_path.glob("*.partial"))
    assert interrupted > KILLS // 2


def child(folder, out, seconds=None):
    """Grade in a process of its own that has nothing left to import; perhaps kill it."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        status = 70
        try:
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 1)
            os.dup2(null, 2)
            status = grade(folder, out, "--jobs", "2")
        finally:
            os._exit(status)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def recorded(out):
    """Return what a gradebook holds, in the order in which it was written."""
    database = out.with_suffix(".sqlite")
    if not database.exists():
        return []
    with contextlib.closing(sqlite3.connect(database)) as gradebook:
        try:
            return gradebook.execute("SELECT rowid, key FROM marks ORDER BY rowid").fetchall()
        except sqlite3.OperationalError:
            return []  # killed before the table was made


@sandboxed
def test_the_same_file_of_many_students_is_graded_once(tmp_path, monkeypatch):
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(9):
        (folder / f"s{n}.ipynb").write_text(book(STEP))
    graded = []
    real = course.grade_one
    monkeypatch.setattr(course, "grade_one", lambda *a: graded.append(1) or real(*a))
    assert grade(folder, tmp_path / "out.csv") == 0
    assert len(graded) == 1
    assert points(tmp_path / "out.csv") == {f"s{n}": "3" for n in range(9)}


@sandboxed
def test_a_class_of_all_kinds_gets_the_marks_it_deserves(tmp_path):
    """The first sixty of the two thousand that the benchmark grades."""
    deserved = {}
    (tmp_path / "in").mkdir()
    for name, data, given in classroom(60):
        (tmp_path / "in" / f"{name}.ipynb").write_bytes(data)
        deserved[name] = given
    assert grade(tmp_path / "in", tmp_path / "out.csv", "--timeout", "1", "--jobs", "2") == 0
    with open(tmp_path / "out.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 60 * 4
    wrong = [r for r in rows if r["points"] != f"{deserved[r['student']][r['question']]:g}"]
    assert wrong == []


# ---- containers --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["docker", "podman"])
def test_the_command_line_of_a_container(name):
    limits = bubblewrap.Limits(memory_mb=300, processes=4, file_mb=8)
    command = container.command(name, "gdcourse-1", limits)
    assert command[:2] == [name, "run"]
    at = command.index(container.IMAGE)
    options, inside = command[2:at], command[at + 1 :]
    pairs = set(itertools.pairwise(options))
    for pair in [
        ("--network", "none"),
        ("--cap-drop", "ALL"),
        ("--security-opt", "no-new-privileges"),
        ("--pids-limit", "5"),
        ("--memory", "300m"),
        ("--memory-swap", "300m"),
        ("--pull", "never"),
        ("--name", "gdcourse-1"),
    ]:
        assert pair in pairs
    assert "--read-only" in options and "--rm" in options
    assert not {"-v", "--volume", "--mount", "--privileged", "--device"} & set(options)
    user, group = options[options.index("--user") + 1].split(":")
    assert int(user) >= 1_000_000 and int(group) >= 1_000_000
    assert options[options.index("--tmpfs") + 1].endswith(f"size={32 * 2**20}")
    assert inside[:2] == ["timeout", "--signal=KILL"]
    assert json.loads(inside[-1]) == limits.rlimits()


def test_a_container_is_asked_for_only_without_bubblewrap(tmp_path, monkeypatch):
    """A docker that only takes notes: what it is told, and in which order."""
    notes = tmp_path / "notes"
    fake = tmp_path / "docker"
    worker = tmp_path / "worker.py"
    worker.write_text(bubblewrap.WORKER)
    fake.write_text(
        f'#!/bin/sh\necho "$1 $2" >> {notes}\n'
        f'[ "$1" != run ] || exec {sys.executable} {worker} "{{}}"\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/nowhere")
    monkeypatch.setattr(container.shutil, "which", lambda n: str(fake) if n == "docker" else None)
    sandbox = engine.Engine().start(SHORT)
    assert run(sandbox, "x = 1") == {}
    sandbox.close()
    assert notes.read_text().splitlines() == [
        "info ",
        "image inspect",
        "run --rm",
        "rm --force",
    ]
    fake.write_text('#!/bin/sh\n[ "$1" = info ]\n')
    with pytest.raises(SandboxError, match="docker build -t gdcourse-grader"):
        engine.Engine().start(SHORT)
    fake.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(SandboxError, match="podman or docker"):
        engine.Engine().start(SHORT)


def test_a_real_container_grades_and_holds(monkeypatch):
    name = container.engine()
    if not name:
        pytest.skip("CONTAINER NOT TESTED: neither podman nor docker answers here")
    if lack := container.missing(name):
        pytest.skip(f"CONTAINER NOT TESTED: {lack}")
    monkeypatch.setattr(bubblewrap, "missing", lambda: "no bubblewrap")
    grading = engine.Engine()
    monkeypatch.setattr(engine, "shared", lambda: grading)
    marks = course.grade_one(exercise.load(MASTER), book(STEP).encode(), bubblewrap.Limits())
    assert marks[0].points == 3
    for attack, told in [
        ("import socket\nsocket.create_connection(('192.0.2.1', 80), 1)", "unreachable"),
        ("open('/x', 'w')", "Read-only"),
        ("import os\nos.setuid(0)", "not permitted"),
        ("import os\nwhile True: os.fork()", "unavailable"),
    ]:
        sandbox = grading.start(bubblewrap.Limits())
        assert told in str(run(sandbox, attack))
        sandbox.close()
    with pytest.raises(Stopped, match="ran longer"):
        run(grading.start(SHORT), "import time\ntime.sleep(1e6)")
    left = subprocess.run(
        [name, "ps", "--quiet", "--filter", "name=gdcourse-"], capture_output=True
    )
    assert left.stdout == b""


# ---- a cluster ---------------------------------------------------------------------------------


@pytest.fixture
def cluster():
    distributed = pytest.importorskip("distributed", reason="CLUSTER NOT TESTED: no dask")
    options = {
        "n_workers": 2,
        "threads_per_worker": 1,
        "processes": True,
        "dashboard_address": None,
    }
    with distributed.LocalCluster(**options) as local:
        yield local


@sandboxed
@pytest.mark.filterwarnings("ignore")  # what dask's shutdown says
def test_a_cluster_gives_the_same_csv_and_a_killed_worker_changes_nothing(tmp_path, cluster):
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(12):
        slow = f"import time\nwhile time.process_time() < {n % 3 / 5}: pass"
        (folder / f"s{n:02d}.ipynb").write_text(book(f"# {n}\n{slow}", STEP if n % 2 else ""))
    here, there, hurt = (tmp_path / f"{name}.csv" for name in ("here", "there", "hurt"))
    assert grade(folder, here) == 0
    assert grade(folder, there, "--scheduler", cluster.scheduler_address) == 0
    assert there.read_bytes() == here.read_bytes()
    victim = next(iter(cluster.workers.values()))
    threading.Timer(0.8, lambda: os.kill(victim.pid, signal.SIGKILL)).start()
    assert grade(folder, hurt, "--scheduler", cluster.scheduler_address) == 0
    assert hurt.read_bytes() == here.read_bytes()


def test_no_cluster_at_that_address_is_an_error(tmp_path):
    pytest.importorskip("distributed", reason="CLUSTER NOT TESTED: no dask")
    from gdcourse.grading.workforce import workforce

    with pytest.raises(UserError, match="no dask scheduler"), workforce(1, "nonsense://x"):
        pass
