"""A sealed place to run a student's code: a worker process that is asked and never trusted."""

import os
import selectors
from typing import Any

from . import message
from .bubblewrap import Limits
from .errors import SandboxError
from .meter import TICK, Meter
from .process import Process


class Stopped(Exception):
    """The student's code was stopped: why, and in which cell when it was running cells."""

    def __init__(self, why: str, cell: int | None = None):
        super().__init__(why)
        self.cell = cell


class Sandbox:
    """One sealed worker; usable until `Stopped` is raised.

    Raises:
        SandboxError: the worker did not start.
    """

    def __init__(self, limits: Limits, process: Process):
        self.limits = limits
        self._process = process
        self._buffer = b""
        try:
            self._line(Meter(process.pid, Limits(seconds=60)))
        except (Stopped, SandboxError) as stop:
            said = process.complaint()
            self.close()
            raise SandboxError(f"the sandbox did not start: {said or stop}") from stop

    def ask(self, request: dict[str, Any], wanted: str) -> dict[str, Any]:
        """Send a request and return the reply that has the key `wanted`.

        Raises:
            Stopped: time, memory or reply size ran out, or the process ended.
            SandboxError: the sandbox failed, not the student.
        """
        meter = Meter(self._process.pid, self.limits)
        cell = None
        try:
            self._send(message.dump(request), meter)
            while True:
                reply = message.load(self._line(meter))
                if wanted in reply:
                    return reply
                cell = reply.get("cell")
        except SandboxError:
            self.close()
            raise
        except (Stopped, message.BadMessage) as why:
            self.close()
            raise Stopped(str(why), cell if type(cell) is int else None) from why

    def close(self) -> None:
        """Kill everything inside."""
        self._process.kill()

    def _send(self, data: bytes, meter: Meter) -> None:
        while data:
            self._wait(self._process.requests, selectors.EVENT_WRITE, meter)
            try:
                data = data[os.write(self._process.requests, data[:65536]) :]
            except BrokenPipeError:
                raise Stopped(self._end()) from None

    def _line(self, meter: Meter) -> bytes:
        while b"\n" not in self._buffer:
            if len(self._buffer) > self.limits.reply_bytes:
                raise Stopped(f"the reply is larger than {self.limits.reply_bytes} bytes")
            self._wait(self._process.replies, selectors.EVENT_READ, meter)
            data = os.read(self._process.replies, 65536)
            if not data:
                raise Stopped(self._end())
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line

    def _wait(self, descriptor: int, event: int, meter: Meter) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, event)
            ready = False
            while not ready:  # a drip of bytes does not stop the meter
                ready = bool(selector.select(TICK))
                if why := meter.over():
                    raise Stopped(why)

    def _end(self) -> str:
        status = self._process.status()
        if status is None:
            return "the code closed its connection to the grader"
        if status == -9:
            spent = f"more than {self.limits.seconds:g} s of CPU, or out of memory"
            return f"the code was killed: {spent}"
        return f"the code ended its process (exit status {status})"
