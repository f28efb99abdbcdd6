"""A worker as the grader holds it, however it was sealed and started."""

import os
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Sequence


class Process(ABC):
    """Two pipes to a sealed worker, and its end.

    `pid` is a process on this machine that has the worker among its descendants: what they compute
    is the worker's. It is None where that cannot be seen.
    """

    requests: int
    replies: int
    pid: int | None = None

    @abstractmethod
    def status(self) -> int | None:
        """Return the exit status, minus the signal that ended it, or None when it still runs."""

    @abstractmethod
    def complaint(self) -> str:
        """Return what was said about a start that failed."""

    @abstractmethod
    def kill(self) -> None:
        """End all that runs inside and close the pipes."""


class Command(Process):
    """A worker that is the command line of an engine: bubblewrap, docker or podman."""

    def __init__(self, command: Sequence[str], stop: Sequence[str] = ()):
        pipe = subprocess.PIPE
        environment = {"PATH": os.defpath} if not stop else None
        self._stop = stop
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0, env=environment
        )
        for stream in self._streams():
            os.set_blocking(stream.fileno(), False)
        self.requests, self.replies = (stream.fileno() for stream in self._streams()[:2])
        self.pid = None if stop else self._process.pid

    def _streams(self) -> list:
        return [self._process.stdin, self._process.stdout, self._process.stderr]

    def status(self) -> int | None:
        try:
            status = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return None
        return 128 - status if status > 128 else status

    def complaint(self) -> str:
        self.status()
        return (self._streams()[2].read(4096) or b"").decode(errors="replace").strip()

    def kill(self) -> None:
        """Kill the first process: the end of a process namespace's first one ends them all."""
        if self._stop:
            subprocess.run(self._stop, stdin=-3, stdout=-3, stderr=-3, check=False)
        self._process.kill()
        self._process.wait()
        for stream in self._streams():
            stream.close()
