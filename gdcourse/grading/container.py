"""The command line that seals a worker in docker or podman, for machines without bubblewrap."""

import itertools
import json
import os
import shutil
import subprocess
from pathlib import Path

from .bubblewrap import ENVIRONMENT, MB, WORKER, Limits
from .process import Command

IMAGE = "gdcourse-grader"
RECIPE = Path(__file__).with_name("Containerfile")
LIFE = 3600  # seconds after which a container ends itself, should the grader have been killed
_numbers = itertools.count()


def engine() -> str | None:
    """Return the container engine that answers here, if one does."""
    for name in ("podman", "docker"):
        if shutil.which(name) and _answers(name, "info"):
            return name
    return None


def _answers(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def missing(name: str) -> str | None:
    """Return what to do before `start` can work, or None."""
    if _answers(name, "image", "inspect", IMAGE):
        return None
    return (
        f"bubblewrap (bwrap) is not installed, and {name} has no image {IMAGE!r} to grade in. "
        f"Make it: {name} build -t {IMAGE} - < {RECIPE}"
    )


def command(name: str, called: str, limits: Limits) -> list[str]:
    """Return the whole command line of one worker in a container called `called`."""
    user = str(1_000_000 + next(_numbers) % 10_000)
    memory = f"{limits.memory_mb}m"
    seal = ["--rm", "--interactive", "--name", called, "--network", "none", "--read-only"]
    seal += ["--user", f"{user}:{user}", "--cap-drop", "ALL"]
    seal += ["--security-opt", "no-new-privileges", "--ipc", "private", "--log-driver", "none"]
    seal += ["--pids-limit", str(limits.processes + 1), "--memory", memory]
    seal += ["--memory-swap", memory, "--cpus", "1", "--pull", "never", "--workdir", "/tmp"]
    # Not noexec: some libraries load what they unpack there.
    seal += ["--tmpfs", f"/tmp:rw,nosuid,nodev,mode=1777,size={limits.file_mb * 4 * MB}"]
    seal += ["--shm-size", "64k", "--ulimit", "core=0:0"]
    for variable, value in ENVIRONMENT.items():
        seal += ["--env", f"{variable}={value}"]
    python = ["python3", "-s", "-P", "-B", "-c", WORKER, json.dumps(limits.rlimits())]
    bounded = ["timeout", "--signal=KILL", str(LIFE), *python]
    return [name, "run", *seal, IMAGE, *bounded]


def start(name: str, limits: Limits) -> Command:
    """Start a worker in a container of its own."""
    called = f"gdcourse-{os.getpid()}-{next(_numbers)}"
    return Command(command(name, called, limits), stop=[name, "rm", "--force", called])
