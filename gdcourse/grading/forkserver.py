"""The grader's end of a zygote: ask it for sealed workers."""

import json
import os
import select
import socket
import struct
import subprocess
from collections.abc import Sequence

from . import bubblewrap
from .bubblewrap import Limits
from .errors import SandboxError
from .process import Process

CREDENTIALS = struct.Struct("3i")
START_SECONDS = 120  # importing torch, on a busy machine


class CannotFork(SandboxError):
    """This machine does not let a zygote seal its workers."""


class Forked(Process):
    """A worker that a zygote forked; its keeper holds the other end of `_control`."""

    def __init__(self, requests: int, replies: int, control: socket.socket):
        self.requests, self.replies, self._control = requests, replies, control
        self._said: list[str] = []
        for descriptor in (requests, replies):
            os.set_blocking(descriptor, False)

    def meet(self) -> None:
        """Learn the keeper's number: the kernel translates it to what this process would see."""
        if self._control not in select.select([self._control], [], [], START_SECONDS)[0]:
            return
        data, extra, _, _ = self._control.recvmsg(256, socket.CMSG_SPACE(CREDENTIALS.size))
        if data == b"keeper" and extra:
            self.pid = CREDENTIALS.unpack(extra[0][2])[0] or None
        elif data:
            self._said.append(data.decode(errors="replace"))

    def _listen(self, seconds: float) -> bool:
        """Take down what the keeper says until it is silent or gone; return whether it is gone."""
        while select.select([self._control], [], [], seconds)[0]:
            try:
                said = self._control.recv(4096)
            except ConnectionResetError:  # gone before it had read all
                return True
            if not said:
                return True
            self._said.append(said.decode(errors="replace"))
        return False

    def status(self) -> int | None:
        gone = self._listen(1)
        ends = [int(said.split()[1]) for said in self._said if said.startswith("ended ")]
        if gone and not ends:  # nothing that a student can do
            raise SandboxError(f"the keeper ended first: {'; '.join(self._said) or 'silently'}")
        return ends[0] if ends else None

    def complaint(self) -> str:
        self._listen(1)
        return "; ".join(self._said)

    def kill(self) -> None:
        if self._control.fileno() < 0:
            return
        try:
            self._control.shutdown(socket.SHUT_WR)
            self._listen(60)  # the keeper goes when the last process inside is gone
        except OSError:  # the keeper is gone, and what it kept with it
            pass
        finally:
            self._control.close()
            os.close(self.requests)
            os.close(self.replies)


class ForkServer:
    """One zygote, with its libraries imported.

    Raises:
        CannotFork: it does not start here.
    """

    def __init__(self, libraries: Sequence[str]):
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            bubblewrap.zygote(libraries),
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={"PATH": os.defpath},
        )
        theirs.close()
        self.proved = False
        ready = select.select([self._socket], [], [], START_SECONDS)[0]
        if not ready or self._socket.recv(16) != b"ready":
            raise CannotFork(f"no zygote starts here ({self._last_words()})")

    def _last_words(self) -> str:
        assert self._process.stderr is not None
        self._end()
        lines = self._process.stderr.read(4096).decode(errors="replace").split("\n")
        self._process.stderr.close()
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ends(self) -> bool:
        """Return whether the zygote is gone, or goes within a second."""
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            return False
        return True

    def fork(self, limits: Limits) -> Forked:
        """Return a new worker.

        Raises:
            SandboxError: the zygote is gone.
        """
        requests, replies = os.pipe(), os.pipe()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        order = json.dumps({"limits": limits.rlimits(), "tmp": limits.tmp_bytes}).encode()
        forked = Forked(requests[1], replies[0], ours)
        try:
            given = [requests[0], replies[1], theirs.fileno()]
            socket.send_fds(self._socket, [order], given)
        except OSError as error:
            forked.kill()
            raise SandboxError(f"the zygote is gone ({error})") from error
        finally:
            os.close(requests[0])
            os.close(replies[1])
            theirs.close()
        forked.meet()
        return forked

    def close(self) -> None:
        """End the zygote, and with it whatever it forked."""
        self._end()
        if self._process.stderr:
            self._process.stderr.close()

    def _end(self) -> None:
        self._socket.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
