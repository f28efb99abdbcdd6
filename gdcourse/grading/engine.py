"""Where sandboxes come from: the fastest way that this machine allows, none of them less sealed.

1. a zygote forks workers in namespaces of their own: milliseconds, its libraries being there
2. one bubblewrap for each worker: where namespaces cannot be nested, or no zygote starts
3. one container for each worker: where there is no bubblewrap
"""

import atexit
import functools
import os
import re
import threading
from collections.abc import Sequence
from pathlib import Path

from . import bubblewrap, container
from .bubblewrap import Limits
from .errors import SandboxError
from .forkserver import CannotFork, ForkServer
from .process import Command
from .sandbox import Sandbox

TORCH = re.compile(r"^\s*(?:import|from)\s+torch\b", re.MULTILINE)
# The last is what torch's optimizers import at their first step, which takes as long as torch.
WITH_TORCH = ("numpy", "torch", "torch._dynamo")
AFRESH = "Each sandbox starts afresh, which is slower: "


class Engine:
    """Starts sandboxes, from any thread, and ends what it started when it is closed."""

    def __init__(self, forks: bool = True):
        self.forks = forks and hasattr(os, "pidfd_open")
        self.note = ""  # what whoever runs this should know
        if self.forks and hidden_by_tmp():
            self.forks, self.note = False, AFRESH + "Python lives under /tmp, which each has empty"
        self._container: str | None = None
        self._servers: dict[tuple[str, ...], ForkServer] = {}
        self._lock = threading.Lock()

    def start(self, limits: Limits, cells: Sequence[str] = ()) -> Sandbox:
        """Return a sandbox; what the cells import is there already where that is possible.

        Raises:
            SandboxError: none could be had.
        """
        if lack := bubblewrap.missing():
            return Sandbox(limits, container.start(self._engine(lack), limits))
        libraries = _libraries(cells)
        if self.forks:
            try:
                return self._fork(limits, libraries)
            except CannotFork as why:
                self.forks, self.note = False, f"{AFRESH}{why}"
        return Sandbox(limits, Command(bubblewrap.command(limits)))

    def _engine(self, lack: str) -> str:
        with self._lock:
            if self._container is None:
                name = container.engine()
                if lack := container.missing(name) or "" if name else lack:
                    raise SandboxError(lack)
                self._container = name
            return self._container or ""

    def _fork(self, limits: Limits, libraries: tuple[str, ...]) -> Sandbox:
        for last in (False, True):  # a zygote that has just been killed may still seem alive
            server = self._server(libraries)
            try:
                sandbox = Sandbox(limits, server.fork(limits))
            except SandboxError as error:
                if not server.proved:
                    raise CannotFork(str(error)) from error
                if last or not server.ends():
                    raise
            else:
                server.proved = True
                return sandbox
        raise AssertionError("the last turn returns or raises")

    def _server(self, libraries: tuple[str, ...]) -> ForkServer:
        with self._lock:
            server = self._servers.get(libraries)
            if server is not None and not server.alive:
                self._servers.pop(libraries).close()
                server = None
            if server is None:
                server = self._servers[libraries] = ForkServer(libraries)
            return server

    def close(self) -> None:
        """End every zygote, and with it all that it forked."""
        with self._lock:
            for server in self._servers.values():
                server.close()
            self._servers.clear()


def hidden_by_tmp() -> bool:
    """Return whether Python lives under /tmp: a zygote's workers could import nothing more."""
    return any(path.is_relative_to("/tmp") for path in bubblewrap.system_paths())


def _libraries(cells: Sequence[str]) -> tuple[str, ...]:
    return WITH_TORCH if any(TORCH.search(cell) for cell in cells) else ("numpy",)


@functools.cache
def shared() -> Engine:
    """Return the engine of this process."""
    engine = Engine()
    atexit.register(engine.close)
    return engine


os.register_at_fork(after_in_child=shared.cache_clear)  # a zygote answers one process only


def require(hidden: Sequence[Path] = (), here: bool = True) -> None:
    """Check that a sandbox can be had, and that none of the `hidden` paths would be visible in it.

    `here` is false where the workers of a cluster do the work: they check it for themselves.

    Raises:
        SandboxError: with what to install or to move.
    """
    for path in hidden:
        for seen in bubblewrap.system_paths():
            if path.resolve().is_relative_to(seen):
                raise SandboxError(
                    f"{path} lies under {seen}, which the sandbox shows to students: move it away"
                )
    if here:
        shared().start(Limits()).close()
