"""The command lines that seal a worker in bubblewrap, or a zygote that forks sealed workers."""

import itertools
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

WORKER = Path(__file__).with_name("worker.py").read_text(encoding="utf-8")
ZYGOTE = Path(__file__).with_name("zygote.py").read_text(encoding="utf-8")
# No variable from outside, no module of the current folder; the same order of sets in every run.
PYTHON = [sys.executable, "-s", "-P", "-B"]
DEVICES = ("null", "zero", "full", "random", "urandom")
# One BLAS thread each: otherwise N jobs fight for the cores, and NPROC stops the import.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "HOME": "/tmp",
    "MPLBACKEND": "agg",
    "PYTHONHASHSEED": "0",
}
MB = 2**20
_users = itertools.count()


@dataclass(frozen=True)
class Limits:
    """What one sandbox may use.

    A busy machine makes code slow and not guilty, so what counts is the time it computes.

    Args:
        seconds: of CPU; and of waiting without computing, during one request.
        memory_mb: address space of each process, beyond the libraries that are there already.
        reply_bytes: length of one reply.
        file_mb: size of one file; all of /tmp has four times that.
    """

    seconds: float = 10
    memory_mb: int = 1024
    reply_bytes: int = MB
    file_mb: int = 8
    processes: int = 4
    open_files: int = 64

    @property
    def wall(self) -> float:
        """Return the seconds on the clock after which a request ends, whatever it did."""
        return 60 * self.seconds

    @property
    def tmp_bytes(self) -> int:
        return self.file_mb * 4 * MB

    def rlimits(self) -> dict[str, int]:
        return {
            "CPU": max(1, round(self.seconds)),
            "AS": self.memory_mb * MB,
            "FSIZE": self.file_mb * MB,
            "NOFILE": self.open_files,
            "NPROC": self.processes,
        }


def system_paths() -> list[Path]:
    """Return the folders that Python and its packages live in: all that students see."""
    prefixes = {Path(p) for p in (sys.prefix, sys.base_prefix)}
    prefixes |= {p.resolve() for p in prefixes}
    return [Path("/usr"), *sorted(p for p in prefixes if not p.is_relative_to("/usr"))]


def _mounts() -> Iterator[str]:
    made = {Path("/")}
    for path in system_paths():
        for parent in reversed(path.parents):
            if parent not in made:
                yield from ("--perms", "0755", "--dir", str(parent))
                made.add(parent)
        yield from ("--ro-bind", str(path), str(path))
    for name in ("bin", "sbin", "lib", "lib64"):
        link = Path("/", name)
        if link.is_symlink():
            yield from ("--symlink", str(link.readlink()), str(link))
        elif link.is_dir():
            yield from ("--ro-bind", str(link), str(link))
    yield from ("--perms", "0755", "--dir", "/etc", "--perms", "0755", "--dir", "/dev")
    for name in DEVICES:
        yield from ("--dev-bind", f"/dev/{name}", f"/dev/{name}")
    yield from ("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache")


def _drop() -> list[str]:
    user = str(1_000_000 + next(_users) % 10_000)
    return ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--"]


KEEP = ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]


def as_ordinary_user() -> list[str]:
    """Return a prefix that gives up root before the real sandbox starts; empty for other users.

    The kernel does not count root's processes, so a fork bomb of root's would have no bound. A
    first bubblewrap shows root-only folders (a Python under /root) to a user who owns nothing.
    """
    if os.geteuid() != 0:
        return []
    room = ["--perms", "0755", "--dir", "/tmp", "--proc", "/proc"]
    # A process namespace of its own: the launcher could not signal what has become another user's.
    return ["bwrap", "--unshare-pid", "--die-with-parent", *KEEP, *room, *_mounts(), *_drop()]


def _room(tmp_bytes: int) -> list[str]:
    settings = [word for pair in ENVIRONMENT.items() for word in ("--setenv", *pair)]
    # Before the mounts: a Python that lives under /tmp must stay in sight.
    tmp = ["--perms", "1777", "--size", str(tmp_bytes), "--tmpfs", "/tmp", "--chdir", "/tmp"]
    return ["--clearenv", *settings, *tmp]


def command(limits: Limits) -> list[str]:
    """Return the whole command line of one sandboxed worker."""
    seal = ["--unshare-all", "--unshare-user", "--disable-userns", "--new-session"]
    seal += ["--die-with-parent", "--cap-drop", "ALL"]
    sealed = ["bwrap", *seal, *_room(limits.tmp_bytes), *_mounts(), "--remount-ro", "/"]
    worker = [*PYTHON, "-c", WORKER, json.dumps(limits.rlimits())]
    return [*as_ordinary_user(), *sealed, "--", *worker]


def zygote(libraries: Sequence[str]) -> list[str]:
    """Return the command line of a zygote that has imported the libraries.

    It may make namespaces, for that is how it seals its workers; root is given up here too. It ends
    when its standard input, a socket, is closed.
    """
    seal = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--new-session"]
    root = os.geteuid() == 0
    seal += KEEP if root else ["--unshare-user", "--cap-drop", "ALL"]
    sealed = [
        "bwrap",
        *seal,
        *_room(64 * MB),
        *_mounts(),
        "--proc",
        "/proc",
        "--remount-ro",
        "/",
        "--",
    ]
    return [*sealed, *(_drop() if root else []), *PYTHON, "-c", ZYGOTE, WORKER, *libraries]


def missing() -> str | None:
    """Return what to install before `command` can work, or None."""
    if shutil.which("bwrap"):
        return None
    return (
        "bubblewrap (bwrap) is not installed, and a student's code is never run without a "
        "sandbox. Install it on Linux: apt-get install bubblewrap. On macOS and Windows: install "
        "podman or docker, and start it"
    )
