"""What a sandbox computes: a time-out counts its CPU, not the clock of a busy machine."""

import os
import time
from pathlib import Path

from .bubblewrap import Limits

TICK = 0.25
BLIND = 6
_HZ = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_SEES = Path(f"/proc/self/task/{os.getpid()}/children").exists()


class Meter:
    """Watch a process and its descendants during one request.

    Idle is a time in which none of them wants the processor: nothing is ready to run, and less
    than a tenth of it was spent computing. Where descendants cannot be seen (a container, an odd
    kernel) the clock alone counts, BLIND times as long.
    """

    def __init__(self, pid: int | None, limits: Limits):
        self.limits = limits
        self._pid = pid if _SEES else None
        self._wall = limits.wall if self._pid else BLIND * limits.seconds
        self._spent: dict[int, float] = {}
        self._measure()
        self._before = self._cpu()
        self._began = self._last = time.monotonic()
        self._idle = 0.0

    def over(self) -> str:
        """Return which limit is passed, or nothing."""
        now, cpu = time.monotonic(), self._cpu()
        if now - self._last < TICK:
            return ""
        wants = self._measure()
        elapsed, self._last = now - self._last, now
        if not wants and self._cpu() - cpu < 0.1 * elapsed:
            self._idle += elapsed
        if self._cpu() - self._before > self.limits.rlimits()["CPU"] + 1:
            return f"the code was stopped: more than {self.limits.seconds:g} s of CPU"
        if self._idle > self.limits.seconds:
            return f"the code waited longer than {self.limits.seconds:g} s without computing"
        if now - self._began > self._wall:
            return f"the code ran longer than {self._wall:g} s"
        return ""

    def _cpu(self) -> float:
        return sum(self._spent.values())

    def _measure(self) -> bool:
        """Note the CPU seconds of each process; tell whether one of their threads could run now."""
        if self._pid is None:
            return True
        wants, family = False, [self._pid]
        for pid in family:  # it grows meanwhile
            try:
                times = _stat(Path(f"/proc/{pid}/stat"))
                self._spent[pid] = (int(times[11]) + int(times[12])) / _HZ
                for thread in Path(f"/proc/{pid}/task").iterdir():
                    wants |= _stat(thread / "stat")[0] == "R"
                    family += [int(n) for n in (thread / "children").read_text().split()]
            except (OSError, IndexError):
                continue  # it has just ended
        return wants


def _stat(path: Path) -> list[str]:
    """Return the fields after the name, which may hold anything."""
    return path.read_text(errors="replace").rpartition(")")[2].split()
