"""Attacks on the grader: each must earn nothing, hurt nobody and leave nothing behind.

The attacked exercise is small: `first` must double a number, `second` must add one to it. Every
hostile notebook answers `second` rightly, so its point shows that the rest was graded all the same.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gdcourse.grading import bubblewrap, engine, exercise, message, sandbox
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
TRACE = f"sealed by test run {os.getpid()}"  # in the command line of every sandbox


@pytest.fixture(scope="module", params=["zygote", "bubblewrap"])
def way(request):
    """Attack both kinds of sandbox."""
    grading = engine.Engine(forks=request.param == "zygote")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bubblewrap, "WORKER", f"{bubblewrap.WORKER}# {TRACE}\n")
        patch.setattr(engine, "shared", lambda: grading)
        grading.start(FAST).close()
        grading.start(FAST, ["import torch"]).close()
        if request.param == "zygote" and not grading.forks:
            pytest.skip(f"ZYGOTE NOT TESTED: {grading.note}")
        yield request.param
    grading.close()
    assert grading.forks == (request.param == "zygote"), "the zygote gave up"
    assert gone(TRACE) == set()


@pytest.fixture(autouse=True)
def nothing_is_left_running(way):
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
    for path in (Path("/proc", pid, "cmdline") for pid in os.listdir("/proc") if pid.isdigit()):
        try:  # a process may end at any moment, and a glob would stumble over it
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
    "sleeps for ever": (f"{IGNORE}import time\ntime.sleep(1e6)", "waited longer than 1 s"),
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
    engine.require(hidden=[tmp_path])
    with pytest.raises(SandboxError, match="move it away"):
        engine.require(hidden=[Path(sys.prefix) / "submissions"])


def test_without_bubblewrap_nothing_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxError, match="apt-get install bubblewrap"):
        engine.require()


def test_a_killed_grader_takes_its_sandboxes_along(tmp_path, way):
    (tmp_path / "attacked.md").write_text(MASTER)
    (tmp_path / "in").mkdir()
    before = set(running(TRACE))
    sleeper = {"cell_type": "code", "source": f"{IGNORE}import time\ntime.sleep(1e6)"}
    (tmp_path / "in" / "s.ipynb").write_text(json.dumps({"nbformat": 4, "cells": [sleeper]}))
    grade = f"""\
from gdcourse import cli
from gdcourse.grading import bubblewrap, engine
bubblewrap.WORKER += "# {TRACE}"
grading = engine.Engine(forks={way == "zygote"})
engine.shared = lambda: grading
cli.main()"""
    command = [sys.executable, "-c", grade, "grade", str(tmp_path / "in"), "--exercise"]
    command += [str(tmp_path / "attacked.md"), "--out", str(tmp_path / "out.csv")]
    with subprocess.Popen(command, cwd=ROOT, stdout=-3, stderr=-3) as grader:
        before.add(Path(f"/proc/{grader.pid}/cmdline"))
        deadline = time.monotonic() + 60
        enough = 5 if way == "zygote" else 3  # bubblewraps, zygote, keeper, worker
        stays = 0
        while stays < 5 and time.monotonic() < deadline:  # not the trial at its start
            time.sleep(0.2)
            stays = stays + 1 if len(set(running(TRACE)) - before) >= enough else 0
        assert stays == 5
        grader.kill()
    assert gone(TRACE, before) == set()


# ---- what the zygote adds: nothing may pass from one submission to the next -------------------


def inside(sandbox, *lines):
    """Run lines as a cell in a sandbox, and return what they left in `said`."""
    done = sandbox.ask({"do": "run", "cells": [[0, "\n".join(lines)]]}, "errors")
    assert done["errors"] == {}
    request = {"do": "read", "name": "said", "returns": "text", "read_only": False}
    return sandbox.ask({**request, "cases": [[]]}, "answers")["answers"][0]["answer"]


@pytest.fixture
def two(way):
    """Give two sandboxes that live at the same time."""
    pair = [engine.shared().start(bubblewrap.Limits(seconds=5)) for _ in range(2)]
    yield pair
    for one in pair:
        one.close()


def zygote():
    """Return the process that has imported NumPy and waits for orders, after those around it.

    Not its keepers: they end by themselves, some time after their last order.
    """
    (server,) = (s for names, s in engine.shared()._servers.items() if names == ("numpy",))
    family = [server._process.pid]
    while Path(f"/proc/{family[-1]}/comm").read_text() == "bwrap\n":
        pid = family[-1]
        (inner,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        family.append(int(inner))
    return family


def test_five_files_are_open_and_none_leads_outside(two):
    body = """\
import os, stat
said = ""
for fd in range(1024):
    try: kind = os.fstat(fd).st_mode
    except OSError: continue
    said += f"{fd}{'p' if stat.S_ISFIFO(kind) else 'c' if stat.S_ISCHR(kind) else '?'} "\
"""
    assert inside(two[0], body) == "0c 1c 2c 3p 4p "


def test_no_other_process_can_be_named(two, way):
    """Signals and ptrace go by number: in there, no number but its own means anything."""
    body = """\
import ctypes, os
libc = ctypes.CDLL(None)
def there(pid):
    try: os.kill(pid, 0)
    except ProcessLookupError: return False
    except PermissionError: pass
    return True
seen = [pid for pid in range(1, 70_000) if there(pid) and pid != os.getpid()]
traced = [pid for pid in range(1, 5000) if pid != os.getpid() and libc.ptrace(16, pid, 0, 0) == 0]
said = repr((seen, [pid for pid in traced if pid not in seen]))"""
    family = zygote() if way == "zygote" else []
    own_first = [] if way == "zygote" else [1]  # bubblewrap's, made for this worker alone
    assert inside(two[0], body) == repr((own_first, []))
    assert inside(two[1], "said = 'alive'") == "alive"
    assert way != "zygote" or set(family) <= set(zygote())


def test_uid_games_win_nothing(two):
    body = """\
import ctypes, os
libc = ctypes.CDLL(None)
won = []
for name, arguments in [("setuid", [0]), ("setgid", [0]), ("setgroups", [[0]]),
                        ("setresuid", [0, 0, 0]), ("setresuid", [os.getuid() + 1] * 3),
                        ("chroot", ["/"]), ("nice", [-5]), ("setpriority", [0, 0, -5])]:
    try: getattr(os, name)(*arguments); won.append(name)
    except OSError: pass
for bit in (7, 17, 25, 26, 27, 28, 29, 30):  # a namespace each
    won += [f"namespace {bit}"] if libc.unshare(1 << bit) == 0 else []
pid = libc.syscall({"x86_64": 56, "aarch64": 220}[os.uname().machine], 0x10000011, 0, 0, 0, 0)
if pid == 0: os._exit(0)
won += ["clone"] if pid > 0 else []
won += ["umount"] if libc.umount2(b"/tmp", 2) == 0 else []
won += ["mount"] if libc.mount(b"/", b"/proc", None, 0x5000, None) == 0 else []
won += ["remount"] if libc.mount(None, b"/", None, 0x1020, None) == 0 else []
won += ["pivot"] if libc.syscall(155, b"/", b"/tmp") == 0 else []
said = repr((won, os.getuid() == os.geteuid() > 0))"""
    assert inside(two[0], body) == "([], True)"


LEAVE = """\
import ctypes, os, socket
libc = ctypes.CDLL(None, use_errno=True)
open("/tmp/left", "w").write("for the next")
open("/tmp/numpy.py", "w").write("raise SystemExit")
segment = libc.shmget(4711, 4096, 0o1666)
name = socket.socket(socket.AF_UNIX); name.bind("\\0left"); name.listen()
port = socket.socket(); port.bind(("0.0.0.0", 4711)); port.listen()
queue = libc.mq_open(b"/left", os.O_CREAT | os.O_RDWR, 0o666, None)
add_key = {"x86_64": 248, "aarch64": 217}[os.uname().machine]
keys = [libc.syscall(add_key, b"user", b"left", b"x", 1, ring) for ring in (-3, -4, -5)]
if os.fork() == 0:
    os.setsid(); socket.socket().accept()
said = repr((segment, queue, keys))"""
TEMPORARY = [path for path in bubblewrap.system_paths() if path.is_relative_to("/tmp")]
SHOWN = sorted({path.parts[2] for path in TEMPORARY})  # where Python lives, if it lives there
LOOK = """\
import ctypes, os, socket
libc = ctypes.CDLL(None)
found = os.listdir("/tmp")
found += ["segment"] if libc.shmget(4711, 4096, 0o666) >= 0 else []
for family, where in [(socket.AF_UNIX, "\\0left"), (socket.AF_INET, ("127.0.0.1", 4711))]:
    try: socket.socket(family).connect(where); found.append(where)
    except OSError: pass
found += ["queue"] if libc.mq_open(b"/left", os.O_RDWR) >= 0 else []
request_key = {"x86_64": 249, "aarch64": 218}[os.uname().machine]
found += ["key"] if libc.syscall(request_key, b"user", b"left", None, 0) >= 0 else []
said = repr(found)"""


def test_nothing_is_left_for_a_neighbour_or_for_the_next(two):
    assert inside(two[0], LEAVE) == repr((-1, -1, [-1] * 3))
    assert inside(two[1], LOOK) == repr(SHOWN)
    two[0].close()
    third = engine.shared().start(FAST)
    assert inside(third, LOOK) == repr(SHOWN)
    third.close()


def test_a_patched_library_is_patched_for_nobody_else(two, attacked):
    body = """\
import ctypes, json, os, sys, numpy as np
np.asarray = np.array = np.add = None
json.loads = json.dumps = os.getpid = lambda *a, **k: {}
np.random.seed = np.random.normal = None
ctypes.memset(id(7) + 24, 8, 1)  # the number seven, for the whole process
said = "done"
json.dumps = None"""
    with pytest.raises((sandbox.Stopped, KeyError)):
        inside(two[0], body)
    look = "import numpy as np\nsaid = repr((np.array([7]).tolist(), 6 + 1, float(np.add(3, 4))))"
    assert inside(two[1], look) == "([7], 7, 7.0)"
    first, second = marks_of(attacked, "def first(x): return 2 * x")
    assert (first.points, second.points) == (1, 1)


def test_a_patched_torch_is_patched_for_nobody_else(way):
    """In place, where a shallow copy would not help: a default, a buffer, a compiled function."""
    body = """\
import torch
torch.set_default_dtype(torch.float16)
torch.optim.SGD.step = torch.Tensor.backward = torch.allclose = lambda *a, **k: True
torch.default_generator.manual_seed(1)"""
    look = """\
import torch
w = torch.ones(1, requires_grad=True)
rule = torch.optim.SGD([w], lr=0.5)
(w**2).sum().backward()
rule.step()
said = repr((w.item(), w.dtype, torch.initial_seed() > 1))"""
    pair = [engine.shared().start(bubblewrap.Limits(seconds=20), ["import torch"]) for _ in "ab"]
    assert pair[0].ask({"do": "run", "cells": [[0, body]]}, "errors")["errors"] == {}
    assert inside(pair[1], look) == "(0.0, torch.float32, True)"
    for one in pair:
        one.close()


def test_no_memory_can_be_had_that_no_limit_counts(two):
    body = """\
import ctypes, os
libc = ctypes.CDLL(None)
tries = {"shmget": libc.shmget(0, 2**30, 0o1600), "msgget": libc.msgget(0, 0o1600)}
try: tries["memfd"] = os.memfd_create("x")
except OSError: tries["memfd"] = -1
said = repr(tries)"""
    assert inside(two[0], body) == repr({"shmget": -1, "msgget": -1, "memfd": -1})


def test_one_who_takes_every_process_takes_none_from_others(two, attacked):
    bomb = "import os\nfor _ in range(50):\n    try:\n        if os.fork() == 0: os.abort()\n"
    bomb += "    except OSError: pass\n"
    hold = "import os, time\nsaid = '0'\nfor n in range(9):\n    try:\n"
    hold += "        if os.fork() == 0: time.sleep(60)\n        said = str(n + 1)\n"
    hold += "    except OSError: pass"
    assert int(inside(two[0], hold)) <= FAST.processes
    assert inside(two[1], bomb, "said = 'alive'") == "alive"
    assert [m.points for m in marks_of(attacked, "def first(x): return 2 * x")] == [1, 1]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may look into another process")
def test_the_zygote_never_holds_what_a_student_wrote(attacked, way):
    if way != "zygote":
        pytest.skip("this way has no zygote")
    canary = "canary" + "-of-a-submission"
    marks_of(attacked, f"# {canary}\ndef first(x): return 2 * x")
    for pid in zygote():
        maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
        assert not [line for line in maps if line.split()[1] == "rw-s"]
        with open(f"/proc/{pid}/mem", "rb") as memory:
            for line in maps:
                where, rights = line.split()[:2]
                if rights.startswith("rw"):
                    begin, end = (int(part, 16) for part in where.split("-"))
                    memory.seek(begin)
                    assert canary.encode() not in memory.read(end - begin)


# ---- and all of it once more, by somebody who is not root ---------------------------------------


@pytest.mark.skipif(os.geteuid() != 0, reason="this run is already an ordinary user's")
def test_every_attack_fails_where_an_ordinary_user_grades(tmp_path, way):
    """Give up root as every sandbox of root's does, in sight of all processes; run this file."""
    leave_out = shutil.ignore_patterns("__py*")
    shutil.copytree(ROOT / "gdcourse", tmp_path / "gdcourse", ignore=leave_out)
    (tmp_path / "tests").mkdir()
    shutil.copy(__file__, tmp_path / "tests")
    for path in [tmp_path, *tmp_path.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    prefix = bubblewrap.as_ordinary_user()
    prefix.remove("--unshare-pid")
    prefix[prefix.index("--proc")] = "--bind"
    prefix.insert(prefix.index("/proc"), "/proc")
    at = prefix.index("setpriv")
    shown = ["--bind", str(tmp_path), "/room", "--chdir", "/room"]
    # Attacks in a function are enough here: those in a cell differ for the grader alone.
    check = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", "/room"]
    check += [
        "-n",
        "2",
        "-p",
        "no:cacheprovider",
        "--basetemp",
        "/room/tmp",
        "-k",
        f"{way} and not cell",
    ]
    done = subprocess.run(
        [*prefix[:at], *shown, *prefix[at:], *check, "tests/test_grading_attacks.py"],
        capture_output=True,
        text=True,
        env={"PATH": os.defpath, "PYTHONPATH": "/room", "HOME": "/room"},
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed and int(passed[1]) > 35
