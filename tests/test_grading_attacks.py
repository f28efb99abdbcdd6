"""Attacks on the grader: each must earn nothing, hurt nobody and leave nothing behind.

The attacked exercise is small: `first` must double a number, `second` must add one to it. Every
hostile notebook answers `second` rightly, so its point shows that the rest was graded all the same.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gdcourse.grading import bubblewrap, exercise, message, sandbox
from gdcourse.grading.course import grade_one
from gdcourse.grading.errors import SandboxError

ROOT = Path(__file__).parents[1]
LACK = bubblewrap.missing()
pytestmark = pytest.mark.skipif(bool(LACK), reason=f"SANDBOX NOT TESTED: {LACK}")

MASTER = """\
```{raw-cell}
# BEGIN QUESTION
name: first
points: 1
```
```{code-cell} ipython3
:tags: [hidden-test]
hidden_test = dict(question="first", calls="first", returns="number", points=1, tells="Double it.")
def cases(rng):
    return [(float(x),) for x in rng.normal(size=5)]  # canary-of-the-master
def check(arguments, answer):
    return abs(answer - 2 * arguments[0]) < 1e-9
```
```{raw-cell}
# BEGIN QUESTION
name: second
points: 1
```
```{code-cell} ipython3
:tags: [hidden-test]
hidden_test = dict(question="second", calls="second", returns="number", points=1, tells="Add one.")
def cases(rng):
    return [(float(x),) for x in rng.normal(size=5)]
def check(arguments, answer):
    return abs(answer - 1 - arguments[0]) < 1e-9
```
"""
RIGHT = "def second(x):\n    return x + 1\n"
FAST = bubblewrap.Limits(seconds=1, memory_mb=512)
TRACE = '"NPROC": 4'  # in the command line of every sandbox


@pytest.fixture(autouse=True)
def nothing_is_left_running():
    before = set(running(TRACE))
    yield
    assert gone(TRACE, before) == set()


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    path = tmp_path_factory.mktemp("masters") / "attacked.md"
    path.write_text(MASTER)
    return exercise.load(path)


def marks_of(tests, *cells, limits=FAST):
    book = {"nbformat": 4, "cells": [{"cell_type": "code", "source": c} for c in (*cells, RIGHT)]}
    return grade_one(tests, json.dumps(book).encode(), limits)


def told(tests, body, limits=FAST):
    """Run a body inside `first` and return what it raises with: the one way out for an attacker."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    first, second = marks_of(tests, f"def first(x):\n{lines}", limits=limits)
    assert first.points == 0
    assert second.points == 1
    return first.error


def running(marker):
    """Return the processes on this machine whose command line holds the marker."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if marker.encode() in path.read_bytes():
                found.append(path)
        except OSError:
            continue
    return found


def gone(marker, before=frozenset()):
    """Wait until only processes of `before` hold the marker; return those that stay."""
    deadline = time.monotonic() + 3
    while (left := set(running(marker)) - before) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


IGNORE = (
    "import signal\nfor s in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:\n"
    "    signal.signal(s, signal.SIG_IGN)\n"
)

ATTACKS = {
    "endless loop that ignores signals": (f"{IGNORE}while True: pass", "more than 1 s of CPU"),
    "sleeps for ever": (f"{IGNORE}import time\ntime.sleep(1e6)", "ran longer than 3 s"),
    "ends the process": ("import os\nos._exit(0)", "ended its process (exit status 0)"),
    "exits politely": ("raise SystemExit(0)", "SystemExit"),
    "kills all it can see": ("import os\nos.kill(-1, 9)", "No such process"),
    "crashes": ("import ctypes\nctypes.string_at(0)", "ended its process"),
    "3 GB of memory": ("x = bytearray(3 * 2**30)", "MemoryError"),
    "recursion without end": (
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nf()",
        "",
    ),
    "closes every file": ("import os\nos.closerange(0, 999)", "ended its process"),
    "raises its own limits": (
        "import resource as r\nr.setrlimit(r.RLIMIT_CPU, (999, 999))",
        "ValueError",
    ),
}


@pytest.mark.parametrize("where", ["cell", "function"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_costs_its_own_question_only(attacked, attack, where):
    body, expected = ATTACKS[attack]
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    cells = {
        "cell": [f"{body}\ndef first(x):\n    return 2 * x"],
        "function": [f"def first(x):\n{lines}    return x"],
    }[where]
    started = time.monotonic()
    first, second = marks_of(attacked, *cells)
    assert (first.points, second.points) == (0, 1), (first, second)
    assert expected in first.error
    assert time.monotonic() - started < 12


FORGED = {
    "an object equal to everything": """
class Equal(float):
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    __gt__ = __le__ = __ge__ = __lt__
    def __sub__(self, other): return self
    def __abs__(self): return self
    def __float__(self): return 0.0
def first(x): return Equal(7)
""",
    "patched comparisons": """
import numpy, math, builtins
numpy.allclose = numpy.isclose = math.isclose = lambda *a, **k: True
builtins.abs = lambda x: 0
def first(x): return 7.0
""",
    "replies written by hand": """
import os, json
for fd in range(64):
    try: os.write(fd, (json.dumps({"answers": [{"answer": 7}] * 5}) + "\\n").encode())
    except OSError: pass
def first(x): return 7.0
""",
    "marks written by hand": """
def first(x): return {"points": 99, "question": "second"}
""",
    "a pickle": """
class Evil:
    def __reduce__(self): return (exec, ("open('/tmp/canary-pickle', 'w').write('x')",))
def first(x):
    import os, pickle
    for fd in range(3, 64):
        try: os.write(fd, pickle.dumps(Evil()))
        except OSError: pass
    return Evil()
""",
    "a reply of 1 GB": """
import os
def first(x):
    for fd in range(3, 64):
        try:
            for _ in range(1024): os.write(fd, b"x" * 2**20)
        except OSError: pass
""",
    "a reply nested 10,000 deep": """
import os
def first(x):
    line = b'{"answers": ' + b"[" * 10_000 + b"]" * 10_000 + b"}\\n"
    for fd in range(3, 64):
        try: os.write(fd, line)
        except OSError: pass
""",
    "a number of a million digits": """
import os
def first(x):
    line = b'{"answers": [{"answer": ' + b"9" * 900_000 + b"}]}\\n"
    for fd in range(3, 64):
        try: os.write(fd, line)
        except OSError: pass
""",
    "nan, which is neither below nor above": "def first(x): return float('nan')",
    "a drip of bytes without an end": """
import os, time
def first(x):
    while True:
        time.sleep(0.2)
        for fd in range(3, 64):
            try: os.write(fd, b" ")
            except OSError: pass
""",
}


@pytest.mark.parametrize("forgery", FORGED)
def test_a_forged_answer_earns_nothing(attacked, forgery):
    first, second = marks_of(attacked, FORGED[forgery])
    assert (first.points, second.points) == (0, 1), (first, second)
    assert not Path("/tmp/canary-pickle").exists()


def test_hidden_tests_and_other_submissions_cannot_be_read(attacked, tmp_path, monkeypatch):
    (tmp_path / "other.ipynb").write_text("canary-of-another-student")
    monkeypatch.setenv("GDCOURSE_SECRET", "canary-of-the-environment")
    body = f"""\
import os
seen = []
for path in [{str(tmp_path)!r}, {str(ROOT / "solutions")!r}, {str(ROOT / "tests")!r}, "/proc"]:
    seen.append(os.path.exists(path) and bool(os.listdir(path)))
wanted = {{"attacked.md", "other.ipynb", "learning-rate.md", "learning-rate.mistakes.py"}}
found = [n for _, _, names in os.walk("/") for n in names if n in wanted]
raise RuntimeError(repr((seen, found, "canary" in repr(dict(os.environ)))))"""
    slow = bubblewrap.Limits(seconds=20)
    told_by = told(attacked, body, slow)
    assert told_by == "RuntimeError: ([False, False, False, False], [], False)"


def test_no_frame_and_no_object_inside_holds_what_is_expected(attacked):
    body = """\
import gc, sys
words = ["Double" + " it", "canary-of-the-" + "master"]
found = [o for o in gc.get_objects() if type(o) in (dict, list, tuple)
         for part in (o.values() if type(o) is dict else o) if type(part) is str
         for word in words if word in part and part != word]
frame = sys._getframe()
while frame:
    found += [name for name in frame.f_locals if name in ("check", "expected", "tells")]
    frame = frame.f_back
raise RuntimeError(found)"""
    assert told(attacked, body) == "RuntimeError: []"


def test_what_is_sent_holds_inputs_only(attacked, monkeypatch):
    sent = []
    dump = message.dump
    monkeypatch.setattr(message, "dump", lambda request: sent.append(request) or dump(request))
    marks_of(attacked, "def first(x): return 2 * x")
    assert {key for request in sent for key in request} == {
        *("do", "cells"),
        *("name", "returns", "read_only", "cases"),
    }


def test_the_network_is_out_of_reach(attacked):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.2)
        port = server.getsockname()[1]
        body = f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 1)"
        assert "OSError" in told(attacked, body) or "ConnectionRefused" in told(attacked, body)
        with pytest.raises(TimeoutError):
            server.accept()
    assert "Network is unreachable" in told(
        attacked, "import socket\nsocket.create_connection(('192.0.2.1', 80), 1)"
    )


def test_a_fork_bomb_is_bounded_and_no_orphan_survives(attacked):
    marker = f"{os.getpid()}98765"
    body = f"""\
import os
born = 0
try:
    while True:
        if os.fork() == 0:
            os.setsid()
            os.execv("/usr/bin/sleep", ["sleep", "{marker}"])
        born += 1
except OSError:
    raise RuntimeError(f"{{born}} born")"""
    error = told(attacked, body)
    assert 0 <= int(error.split()[1]) <= FAST.processes
    assert gone(marker) == set()


def test_a_bomb_that_never_stops_forking_ends_with_its_time(attacked):
    started = time.monotonic()
    body = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    told(attacked, body)
    assert time.monotonic() - started < 12


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm", "/dev", "/", "/usr", sys.prefix])
def test_no_disk_can_be_filled(attacked, folder):
    body = f"""\
import os
written = 0
try:
    for n in range(1000):
        with open(os.path.join({folder!r}, str(n)), "wb") as file:
            written += file.write(b"x" * 2**20)
except OSError: pass
raise RuntimeError(written // 2**20)"""
    megabytes = int(told(attacked, body).split()[1])
    assert megabytes <= (4 * FAST.file_mb if folder == "/tmp" else 0)


def test_nothing_inside_gives_back_power(attacked):
    body = """\
import ctypes, os
libc = ctypes.CDLL(None)
tries = [libc.unshare(0x10000000), libc.unshare(0x00020000)]
tries.append(libc.mount(b"x", b"/tmp", b"tmpfs", 0, 0))
try: os.setuid(0); tries.append("root")
except OSError: tries.append(-1)
raise RuntimeError(repr((tries, os.getuid() == 0)))"""
    assert told(attacked, body) == "RuntimeError: ([-1, -1, -1, -1], False)"


def test_a_restart_loop_has_an_end(attacked):
    started = time.monotonic()
    marks = marks_of(attacked, *["import os\nos._exit(1)"] * 50)
    assert time.monotonic() - started < 10
    assert [m.points for m in marks] == [0, 0]
    assert "too often" in marks[0].error


def test_a_path_that_the_sandbox_shows_is_refused(tmp_path):
    sandbox.require(hidden=[tmp_path])
    with pytest.raises(SandboxError, match="move it away"):
        sandbox.require(hidden=[Path(sys.prefix) / "submissions"])


def test_without_bubblewrap_nothing_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxError, match="apt-get install bubblewrap"):
        sandbox.require()


def test_a_killed_grader_takes_its_sandboxes_along(tmp_path):
    (tmp_path / "attacked.md").write_text(MASTER)
    (tmp_path / "in").mkdir()
    sleeper = {"cell_type": "code", "source": f"{IGNORE}import time\ntime.sleep(1e6)"}
    (tmp_path / "in" / "s.ipynb").write_text(json.dumps({"nbformat": 4, "cells": [sleeper]}))
    marker = f'"AS": {777 * 2**20}'
    command = [sys.executable, "-m", "gdcourse.cli", "grade", str(tmp_path / "in")]
    command += ["--exercise", str(tmp_path / "attacked.md"), "--out", str(tmp_path / "out.csv")]
    with subprocess.Popen([*command, "--memory", "777"], cwd=ROOT, stdout=-3, stderr=-3) as grader:
        deadline = time.monotonic() + 30
        while not running(marker) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        assert running(marker)
        grader.kill()
    assert gone(marker) == set()


@pytest.mark.skipif(os.geteuid() != 0, reason="this run is already an ordinary user's")
def test_an_ordinary_user_grades_as_root_does(attacked, tmp_path):
    """Give up root (by the prefix that every sandbox of root's uses), then grade there."""
    shutil.copytree(
        ROOT / "gdcourse", tmp_path / "gdcourse", ignore=shutil.ignore_patterns("__py*")
    )
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "attacked.md").write_text(MASTER)
    (tmp_path / "in").mkdir()
    good = f"def first(x): return 2 * x\n{RIGHT}"
    bad = f"import os\ndef first(x): os._exit(3)\n\n{RIGHT}"
    worse = f"import socket\nsocket.create_connection(('192.0.2.1', 80))\n\n{RIGHT}"
    sleep = f"import time\ndef first(x): time.sleep(1e6)\n\n{RIGHT}"
    bomb = f"import os\ndef first(x):\n    while True: os.fork()\n{RIGHT}"
    sources = {"bad": bad, "bomb": bomb, "good": good, "sleep": sleep, "worse": worse}
    for name, source in sources.items():
        book = {
            "nbformat": 4,
            "cells": [{"cell_type": "code", "source": s} for s in source.split("\n\n")],
        }
        (tmp_path / "in" / f"{name}.ipynb").write_text(json.dumps(book))
    here = [tmp_path, *tmp_path.rglob("*")]
    for path in here:
        path.chmod(0o777 if path.is_dir() else 0o666)
    prefix = bubblewrap.as_ordinary_user()
    at = prefix.index("setpriv")
    shown = ["--bind", str(tmp_path), "/room", "--chdir", "/room"]
    grade = """\
import glob, os, time
from gdcourse import cli
assert os.getuid() > 0
status = cli.main()
time.sleep(0.5)
left = [p for p in glob.glob("/proc/[0-9]*/cmdline") if b"NPRO" b"C" in open(p, "rb").read()]
raise SystemExit(f"still running: {left}" if left else status)"""
    python = [sys.executable, "-c", grade, "grade", "in", "--exercise", "attacked"]
    done = subprocess.run(
        [*prefix[:at], *shown, *prefix[at:], *python, "--out", "out.csv", "--timeout", "1"],
        capture_output=True,
        text=True,
        env={"PATH": os.defpath, "PYTHONPATH": "/room"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split(",")[:3] for line in (tmp_path / "out.csv").read_text().splitlines()[1:]]
    assert rows == [
        ["bad", "first", "0"],
        ["bad", "second", "1"],
        ["bomb", "first", "0"],
        ["bomb", "second", "1"],
        ["good", "first", "1"],
        ["good", "second", "1"],
        ["sleep", "first", "0"],
        ["sleep", "second", "1"],
        ["worse", "first", "0"],
        ["worse", "second", "1"],
    ]
