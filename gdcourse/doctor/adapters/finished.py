"""What the curves of a finished run tell, and what they cannot: courses, not causes."""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..thresholds import limit
from .curves import Curves, read_csv

CANNOT = (
    "why: curves show a course, not its cause; attach gdcourse.Doctor to the run for that",
    "whether the loss is good: the loss of the best constant answer is not in a log",
    "anything about inputs, targets, shapes, single layers or parameters",
)


@dataclass(frozen=True)
class Seen:
    """One thing that the curves show: its course, the numbers, what may cause it, where to read."""

    course: str
    evidence: str
    may_be: tuple[str, ...]
    chapter: str


def read(path: Path) -> Curves:
    """Return the curves in a CSV file, or in TensorBoard's event files."""
    if path.suffix.lower() == ".csv":
        return read_csv(path)
    if path.is_dir() or "tfevents" in path.name:
        from .tensorboard import read as read_events

        return read_events(path)
    raise ValueError(f"{path} is neither a .csv file nor a TensorBoard event file or its folder")


def look(curves: Curves) -> tuple[list[Seen], list[str]]:
    """Return what the curves show, and what cannot be said."""
    cannot, seen = list(CANNOT), []
    _, loss = curves.loss
    finite = loss[np.isfinite(loss)]
    if len(finite) < len(loss):
        first = int(curves.loss[0][np.argmax(~np.isfinite(loss))])
        seen.append(Seen("nonfinite", f"the loss is no finite number from step {first}",
                         ("learning-rate-too-high", "exploding-gradients", "nonfinite"),
                         "failures/numbers-that-run-out"))  # fmt: skip
    if len(finite) < limit("early"):
        cannot.insert(0, f"much: {len(finite)} losses, {limit('early'):g} are needed")
        return seen, cannot
    for course in (_diverged, _oscillation, _flat, _slow):
        found = course(finite)
        if found is not None:
            seen.append(found)
            break
    if curves.validation is None:
        cannot.append("whether it overfits: there is no validation loss")
    else:
        seen += [s for s in (_overfitting(curves),) if s]
    if curves.gradient_norm is not None:
        seen += [s for s in (_spikes(curves.gradient_norm[1]),) if s]
    return seen, cannot


def _parts(loss: np.ndarray) -> tuple[float, float, float, float]:
    """Return the medians of the first losses, of two late windows, and the least running one."""
    n = len(loss)
    runs = np.lib.stride_tricks.sliding_window_view(loss, 5)
    middle = float(np.median(loss[n // 2 : 3 * n // 4]))
    return (float(np.median(loss[:3])), middle, float(np.median(loss[-max(n // 7, 3) :])),
            float(np.median(runs, axis=1).min()))  # fmt: skip


def _diverged(loss: np.ndarray) -> Seen | None:
    first, _, last, least = _parts(loss)
    if not (last > first + abs(first) and last > limit("rebound") * abs(least)):
        return None
    said = f"the loss began at {first:.3g} and ended at {last:.3g}"
    causes = ("learning-rate-too-high", "exploding-gradients", "ascent")
    return Seen("diverged", said, causes, "failures/overshooting-forecast")


def _oscillation(loss: np.ndarray) -> Seen | None:
    tail = loss[len(loss) // 2 :]
    change = np.diff(tail)
    turns = float(np.mean(change[1:] * change[:-1] < 0))
    swing = float(np.std(tail)) / max(abs(float(np.median(tail))), 1e-12)
    first, middle, last, _ = _parts(loss)
    if turns < limit("swing") or swing < 0.5 or last < 0.8 * middle or last < 0.2 * first:
        return None
    said = f"it turns at {turns:.0%} of the steps and swings by {swing:.0%} of its level"
    return Seen("oscillates", said, ("oscillation", "learning-rate-too-high"),
                "foundations/batch-size")  # fmt: skip


def _flat(loss: np.ndarray) -> Seen | None:
    first, _, last, _ = _parts(loss)
    moved = (first - last) / max(abs(first), 1e-12)
    if abs(moved) > limit("falling"):
        return None
    said = f"the loss moved by {abs(moved):.2%}, from {first:.4g} to {last:.4g}"
    causes = ("learning-rate-too-low", "plateau", "vanishing-gradients", "untrained-parameters")
    return Seen("flat", said, causes, "failures/stuck-disease-model")


def _slow(loss: np.ndarray) -> Seen | None:
    first, middle, last, _ = _parts(loss)
    late, whole = middle - last, first - last
    if not (whole > 0 and late > 0.25 * whole and last > 0.5 * first):
        return None
    said = f"it still fell at the end: {late / whole:.0%} of its whole fall in the last third"
    return Seen("still falling", said, ("learning-rate-too-low",), "foundations/learning-rate")


def _overfitting(curves: Curves) -> Seen | None:
    steps, values = curves.validation or (np.zeros(0), np.zeros(0))
    values = values[finite := np.isfinite(values)]
    patience = int(limit("patience"))
    if len(values) < patience + 2 or values.min() <= 0:
        return None
    best = int(values.argmin())
    rise = float(np.median(values[-3:])) / values[best] - 1
    at, loss = curves.loss
    before = loss[np.searchsorted(at, steps[finite][best], side="right") - 1]
    fell = np.median(loss[-3:]) < before
    if rise < limit("overfit") or len(values) - 1 - best < patience or not fell:
        return None
    said = f"validation is {rise:.0%} above its least, {len(values) - 1 - best} entries ago"
    return Seen("overfits", said, ("overfitting",), "failures/memorising-model")


def _spikes(norm: np.ndarray) -> Seen | None:
    norm = norm[np.isfinite(norm)]
    if len(norm) < 4:
        return None
    ratio = norm / max(float(np.median(norm)), 1e-30)
    if (ratio > limit("exploding")).sum() < 2:
        return None
    said = f"{(ratio > limit('exploding')).sum()} times above {limit('exploding'):g} x its median"
    return Seen("gradient spikes", said, ("exploding-gradients",), "failures/text-generator")


def to_dict(seen: list[Seen], cannot: list[str]) -> dict[str, Any]:
    """Return them as plain data."""
    return {"seen": [asdict(s) for s in seen], "cannot_say": cannot}


def report(seen: list[Seen], cannot: list[str]) -> str:
    """Return them in words."""
    lines = []
    for s in seen:
        lines += [f"{s.course}: {s.evidence}", f"    may be: {', '.join(s.may_be)}"]
        lines += [f"    chapter: {s.chapter}"]
    lines += [] if seen else ["Nothing stands out in these curves."]
    return "\n".join([*lines, "", "Curves cannot tell", *(f"  - {item}" for item in cannot)])


def command(chosen: argparse.Namespace) -> int:
    """Look at a log and print what it shows; 1 when something stands out."""
    if not chosen.log.exists():
        raise ValueError(f"there is no {str(chosen.log)!r}")
    found = look(read(chosen.log))
    print(json.dumps(to_dict(*found), indent=1) if chosen.json else report(*found))
    return 1 if found[0] else 0
