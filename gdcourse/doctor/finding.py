"""What the doctor says: findings, and the diagnosis that ranks them."""

import json
from dataclasses import dataclass, field
from typing import Any, final

import numpy as np

from ..loops import Run

SYMPTOMS = {
    "nonfinite": "a number is NaN or infinite",
    "vanishing-gradients": "the gradient hardly reaches the first layers",
    "exploding-gradients": "the gradient grows without bound",
    "dead-relu": "most units of a layer are silent, whatever the input",
    "saturation": "most units of a layer sit at their limits",
    "learning-rate-too-high": "the steps are too long",
    "learning-rate-too-low": "the steps are too short",
    "oscillation": "the loss jumps up and down and does not settle",
    "plateau": "the loss is flat away from a minimum",
    "poor-initialization": "the weights start at a bad scale",
    "input-scale": "the inputs are far from zero mean and unit spread",
    "target-scale": "the targets are far from the scale of the outputs",
    "wrong-output-activation": "the last layer cannot give what the task asks for",
    "wrong-loss": "the loss does not belong to the task",
    "shape-mismatch": "outputs and targets have shapes that broadcast",
    "label-mismatch": "the labels have nothing to do with the inputs",
    "ascent": "the training climbs",
    "overfitting": "the model learns the training data by heart",
    "over-regularized": "the penalty is stronger than the data",
    "untrained-parameters": "parameters that should learn do not",
    "stale-gradients": "gradients of earlier steps are still there",
    "missing-nonlinearity": "linear layers follow each other",
}
SEVERITIES = ("warning", "critical")


@final
@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a run.

    Args:
        symptom: a name of SYMPTOMS.
        severity: "critical" where the run fails by it, else "warning".
        evidence: what was measured against its threshold, name -> text.
        remedy: what to change, as code where it can be.
        chapter: the book's page about it.
        where: module or parameter, if it has a place.
        since: the step at which it was first seen.
        strength: how sure, 0 to 1; it ranks findings that no cause explains.

    Raises:
        ValueError: symptom or severity is none of these.

    Book: clinic/the-doctor.
    """

    symptom: str
    severity: str
    evidence: dict[str, str]
    remedy: str
    chapter: str
    where: str | None = None
    since: int | None = None
    strength: float = 0.5

    def __post_init__(self):
        if self.symptom not in SYMPTOMS:
            raise ValueError(
                f"Finding.symptom must be one of {sorted(SYMPTOMS)}; got {self.symptom!r}"
            )
        if self.severity not in SEVERITIES:
            raise ValueError(f"Finding.severity must be one of {SEVERITIES}; got {self.severity!r}")

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain data, of which Finding can be made again."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@final
@dataclass(frozen=True)
class Diagnosis:
    """What the doctor found: at most three findings, the cause first; none is good news.

    Args:
        findings: ranked.
        steps: of the run so far.
        vitals: a Run of what was measured, for `plots`.
        notes: what could not be examined, and why.
        early: nothing can be said yet.

    Printed it is a table, in a notebook a card; `to_dict` and `to_json` give it to tools.

    Book: clinic/the-doctor.
    """

    findings: tuple[Finding, ...]
    steps: int
    vitals: Any = field(default=None, compare=False)
    notes: tuple[str, ...] = ()
    early: bool = False

    @property
    def healthy(self) -> bool:
        """Is nothing wrong, as far as can be seen? Too early to tell is not healthy."""
        return not self.findings and not self.early

    @property
    def primary(self) -> Finding | None:
        """Return the cause, or None."""
        return self.findings[0] if self.findings else None

    def to_dict(self) -> dict[str, Any]:
        """Return the diagnosis as plain data, fit for JSON; what is no finite number is None."""
        return {
            "healthy": self.healthy,
            "too_early": self.early,
            "steps": self.steps,
            "findings": [finding.to_dict() for finding in self.findings],
            "notes": list(self.notes),
            "vitals": None if self.vitals is None else _plain(self.vitals),
        }

    def to_json(self) -> str:
        """Return the diagnosis as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False, indent=1)

    @staticmethod
    def from_dict(data: dict[str, Any]) -> "Diagnosis":
        """Return the diagnosis that `to_dict` gave."""
        findings = tuple(Finding(**finding) for finding in data["findings"])
        vitals = data.get("vitals")
        if vitals is not None:
            step, *signals = (np.array(vitals[name], float) for name in vitals)
            names = list(vitals)[1:]
            vitals = Run(step.astype(int), dict(zip(names, signals, strict=True)))
        return Diagnosis(findings, data["steps"], vitals, tuple(data["notes"]), data["too_early"])

    @staticmethod
    def from_json(text: str) -> "Diagnosis":
        """Return the diagnosis that `to_json` gave."""
        return Diagnosis.from_dict(json.loads(text))

    def __str__(self) -> str:
        from .report import text

        return text(self)

    def _repr_html_(self) -> str:
        from .report import html

        return html(self)


def _plain(run: Run) -> dict[str, list]:
    """Return a run's steps and signals as lists, without numbers that JSON does not have."""
    signals = {
        name: [float(v) if np.isfinite(v) else None for v in values]
        for name, values in run.signals.items()
    }
    return {"step": [int(t) for t in run.step], **signals}
