"""The command line that seals a worker in bubblewrap; another engine would replace this module."""

import itertools
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WORKER = Path(__file__).with_name("worker.py").read_text(encoding="utf-8")
MB = 2**20
_users = itertools.count()


@dataclass(frozen=True)
class Limits:
    """What one sandbox may use.

    Args:
        seconds: of CPU, for each process; a request may take three times that on the wall's clock.
        memory_mb: address space of each process.
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
        return 3 * self.seconds

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
    yield from ("--perms", "0755", "--dir", "/etc", "--dev", "/dev")
    yield from ("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache")


def as_ordinary_user() -> list[str]:
    """Return a prefix that gives up root before the real sandbox starts; empty for other users.

    The kernel does not count root's processes, so a fork bomb of root's would have no bound. A
    first bubblewrap shows root-only folders (a Python under /root) to a user who owns nothing.
    """
    if os.geteuid() != 0:
        return []
    user = str(1_000_000 + next(_users) % 10_000)
    drop = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--"]
    keep = ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    room = ["--perms", "0755", "--dir", "/tmp", "--proc", "/proc"]
    # A process namespace of its own: the launcher could not signal what has become another user's.
    return ["bwrap", "--unshare-pid", "--die-with-parent", *keep, *room, *_mounts(), *drop]


def command(limits: Limits) -> list[str]:
    """Return the whole command line of one sandboxed worker."""
    seal = ["--unshare-all", "--unshare-user", "--disable-userns", "--new-session"]
    seal += ["--die-with-parent", "--cap-drop", "ALL", "--clearenv"]
    # One BLAS thread each: otherwise N jobs fight for the cores, and NPROC stops the import.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        seal += ["--setenv", name, "1"]
    seal += ["--setenv", "HOME", "/tmp", "--setenv", "MPLBACKEND", "agg"]
    # Before the mounts: a Python that lives under /tmp must stay in sight.
    room = ["--size", str(limits.file_mb * 4 * MB), "--tmpfs", "/tmp", "--chdir", "/tmp"]
    shut = ["--remount-ro", "/dev", "--remount-ro", "/"]
    python = [sys.executable, "-I", "-B", "-c", WORKER, json.dumps(limits.rlimits())]
    return [*as_ordinary_user(), "bwrap", *seal, *room, *_mounts(), *shut, "--", *python]


def missing() -> str | None:
    """Return what to install before `command` can work, or None."""
    if shutil.which("bwrap"):
        return None
    return (
        "bubblewrap (bwrap) is not installed, and a student's code is never run without it. "
        "Install it on Linux: apt-get install bubblewrap"
    )
