"""A sealed place to run a student's code: a worker process that is asked and never trusted."""

import os
import selectors
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import bubblewrap, message
from .errors import SandboxError


class Stopped(Exception):
    """The student's code was stopped: why, and in which cell when it was running cells."""

    def __init__(self, why: str, cell: int | None = None):
        super().__init__(why)
        self.cell = cell


class Sandbox:
    """One worker process in its own bubblewrap; usable until `Stopped` is raised."""

    def __init__(self, limits: bubblewrap.Limits):
        self.limits = limits
        self._buffer = b""
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            bubblewrap.command(limits),
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            bufsize=0,
            env={"PATH": os.defpath},
        )
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert stream is not None
            os.set_blocking(stream.fileno(), False)
        try:
            self._line(time.monotonic() + 60)
        except Stopped as stop:
            assert self._process.stderr is not None
            said = (self._process.stderr.read(4096) or b"").decode(errors="replace").strip()
            self.close()
            raise SandboxError(f"bubblewrap did not start: {said or stop}") from stop

    def ask(self, request: dict[str, Any], wanted: str) -> dict[str, Any]:
        """Send a request and return the reply that has the key `wanted`.

        Raises:
            Stopped: time, memory or reply size ran out, or the process ended.
        """
        deadline = time.monotonic() + self.limits.wall
        cell = None
        try:
            self._send(message.dump(request), deadline)
            while True:
                reply = message.load(self._line(deadline))
                if wanted in reply:
                    return reply
                cell = reply.get("cell")
        except (Stopped, message.BadMessage) as why:
            self.close()
            raise Stopped(str(why), cell if type(cell) is int else None) from why

    def close(self) -> None:
        """Kill everything inside: the end of a process namespace's first process ends them all."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()

    def _send(self, data: bytes, deadline: float) -> None:
        assert self._process.stdin is not None
        while data:
            self._wait(self._process.stdin, selectors.EVENT_WRITE, deadline)
            try:
                data = data[os.write(self._process.stdin.fileno(), data[:65536]) :]
            except BrokenPipeError:
                raise Stopped(self._end()) from None

    def _line(self, deadline: float) -> bytes:
        assert self._process.stdout is not None
        while b"\n" not in self._buffer:
            if len(self._buffer) > self.limits.reply_bytes:
                raise Stopped(f"the reply is larger than {self.limits.reply_bytes} bytes")
            self._wait(self._process.stdout, selectors.EVENT_READ, deadline)
            data = os.read(self._process.stdout.fileno(), 65536)
            if not data:
                raise Stopped(self._end())
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line

    def _wait(self, stream: Any, event: int, deadline: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(stream, event)
            if not selector.select(max(0, deadline - time.monotonic())):
                raise Stopped(f"the code ran longer than {self.limits.wall:g} s")

    def _end(self) -> str:
        try:
            status = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return "the code closed its connection to the grader"
        if status in (128 + 9, -9):
            return (
                f"the code was killed: more than {self.limits.seconds:g} s of CPU, or out of memory"
            )
        return f"the code ended its process (exit status {status})"


def require(hidden: Sequence[Path] = ()) -> None:
    """Check that a sandbox can be had, and that none of the `hidden` paths would be visible in it.

    Raises:
        SandboxError: with what to install or to move.
    """
    if lack := bubblewrap.missing():
        raise SandboxError(lack)
    for path in hidden:
        for seen in bubblewrap.system_paths():
            if path.resolve().is_relative_to(seen):
                raise SandboxError(
                    f"{path} lies under {seen}, which the sandbox shows to students: move it away"
                )
    Sandbox(bubblewrap.Limits()).close()
