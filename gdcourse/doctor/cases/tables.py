"""The doctor's score as tables, and as files."""

import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from ..finding import SYMPTOMS
from .collection import BLIND, FAULTS, FRESH, HEALTHY, TUNED
from .score import Outcome, halves, score

Outcomes = Mapping[str, Sequence[Outcome]]


def split(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Return outcomes by half."""
    tuning, other = halves()
    return {
        "tuned on": [o for o in outcomes if o.case in tuning],
        "not tuned on": [o for o in outcomes if o.case in other],
        "of these, blind": [o for o in outcomes if o.case in other & BLIND],
        "of these, fresh": [o for o in outcomes if o.case in FRESH],
    }


def by_symptom(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Return outcomes of faults by the planted symptom, in the order of SYMPTOMS."""
    return {s: [o for o in outcomes if o.truth and o.truth[0] == s] for s in SYMPTOMS}


def tables(outcomes: Outcomes) -> str:
    """Return the score as Markdown: by method and half, and by symptom."""
    lines = [
        f"{len(FAULTS)} planted faults and {len(HEALTHY)} healthy runs. {len(BLIND)} are blind: "
        "written by authors who had seen neither the rules nor what they say. "
        f"{len(TUNED)} are all tuned on; {len(FRESH)}, the fresh ones, not at all; the others are "
        "split in halves. "
        f"{len({o.seed for rows in outcomes.values() for o in rows})} seeds each.",
        "",
        "| method | half | faulty runs | detected | cause first | in the first two | healthy runs "
        "| warned | critical |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for method, rows in outcomes.items():
        for half, some in split(rows).items():
            s = score(some)
            shares = " | ".join(f"{x:.1%}" for x in (s.detected, s.first, s.top_two))
            ends = " | ".join(f"{x:.1%}" for x in (s.warned, s.critical))
            lines.append(f"| {method} | {half} | {s.faults} | {shares} | {s.healthy} | {ends} |")
    lines += [
        "",
        "| planted | half | runs | detected | cause first | in the first two |",
        "|---|---|---:|---:|---:|---:|",
    ]
    own = next(iter(outcomes.values()))
    for half, some in split(own).items():
        for symptom, rows in by_symptom(some).items():
            if rows:
                s = score(rows)
                shares = " | ".join(f"{x:.0%}" for x in (s.detected, s.first, s.top_two))
                lines.append(f"| {symptom} | {half} | {s.faults} | {shares} |")
    return "\n".join(lines)


def write(outcomes: Outcomes, folder: Path) -> None:
    """Write doctor.json and doctor.md."""
    folder.mkdir(parents=True, exist_ok=True)
    scores: dict[str, Any] = {}
    for method, rows in outcomes.items():
        scores[method] = {half: score(some).to_dict() for half, some in split(rows).items()}
        scores[method]["by symptom"] = {
            half: {s: score(some).to_dict() for s, some in by_symptom(rows).items() if some}
            for half, rows in split(rows).items()
        }
    where = {
        "processor": platform.machine(),
        "python": platform.python_version(),
        "torch": torch.__version__,
    }
    data = {
        "machine": where,
        "faults": len(FAULTS),
        "all tuned on": len(TUNED),
        "blind": len(BLIND),
        "healthy": len(HEALTHY),
        "scores": scores,
        "wrong": wrong(outcomes),
    }
    text = json.dumps(data, indent=1, ensure_ascii=False).replace("NaN", "null")
    (folder / "doctor.json").write_text(text + "\n")
    (folder / "doctor.md").write_text(tables(outcomes) + "\n")


def wrong(outcomes: Outcomes) -> list[dict[str, Any]]:
    """Return the doctor's mistakes on the half that was tuned on, run by run."""
    rows = [o for method in ("passive", "probes") for o in outcomes.get(method, ())]
    some = split(rows)["tuned on"]
    bad = [o for o in some if (o.named[:1] != () and not o.truth)
           or (o.truth and (not o.named or o.named[0] not in o.truth))]  # fmt: skip
    return [
        {"case": o.case, "method": o.method, "seed": o.seed, "truth": o.truth, "named": o.named}
        for o in bad
    ]
