"""From the chart to a diagnosis: every rule is asked, and causes are put before their symptoms."""

import warnings
from dataclasses import replace
from typing import Final

from .chart import Chart
from .finding import Diagnosis, Finding
from .rules_code import CODE_RULES
from .rules_data import DATA_RULES
from .rules_fit import FIT_RULES
from .rules_flow import FLOW_RULES
from .rules_loss import LOSS_RULES
from .rules_model import MODEL_RULES
from .rules_output import OUTPUT_RULES
from .rules_pace import PACE_RULES
from .rules_shape import SHAPE_RULES
from .rules_start import START_RULES

RULES: Final = (*CODE_RULES, *MODEL_RULES, *SHAPE_RULES, *OUTPUT_RULES, *LOSS_RULES, *DATA_RULES,
                *FIT_RULES, *FLOW_RULES, *START_RULES, *PACE_RULES)  # fmt: skip
MOST = 3

DIVERGENCE = {"learning-rate-too-high", "exploding-gradients", "nonfinite", "oscillation"}
STARVATION = {"vanishing-gradients", "dead-relu", "saturation", "plateau", "learning-rate-too-low"}
EVERYTHING = DIVERGENCE | STARVATION | {"poor-initialization", "label-mismatch", "overfitting",
                                        "over-regularized", "missing-nonlinearity"}  # fmt: skip

UNSEEN = {"ascent", "overfitting"}  # in a training loss that falls

EXPLAINS: Final[dict[str, set[str]]] = {
    "ascent": EVERYTHING | {"target-scale", "input-scale", "wrong-loss"},
    "stale-gradients": DIVERGENCE | STARVATION | {"overfitting"},
    "shape-mismatch": STARVATION | {"label-mismatch", "target-scale", "oscillation"},
    "untrained-parameters": STARVATION | {"label-mismatch", "poor-initialization"},
    "wrong-output-activation": EVERYTHING | {"target-scale", "wrong-loss", "untrained-parameters"},
    "wrong-loss": EVERYTHING | {"target-scale", "untrained-parameters"},
    "input-scale": EVERYTHING - {"missing-nonlinearity"} | {"target-scale"},
    "target-scale": EVERYTHING - {"missing-nonlinearity"},
    "poor-initialization": DIVERGENCE | STARVATION | {"label-mismatch", "untrained-parameters"},
    "missing-nonlinearity": {"plateau", "label-mismatch", "learning-rate-too-low"},
    "over-regularized": STARVATION | {"label-mismatch", "learning-rate-too-high"},
    "learning-rate-too-high": {"nonfinite", "exploding-gradients", "oscillation", "dead-relu",
                               "saturation", "plateau", "label-mismatch"},
    "exploding-gradients": {"nonfinite", "oscillation", "learning-rate-too-high"},
    "vanishing-gradients": {"plateau", "label-mismatch", "learning-rate-too-low", "saturation",
                            "untrained-parameters"},
    "dead-relu": {"plateau", "vanishing-gradients", "label-mismatch", "learning-rate-too-low",
                  "untrained-parameters"},
    "saturation": {"plateau", "vanishing-gradients", "label-mismatch", "learning-rate-too-low"},
    "label-mismatch": {"plateau", "overfitting", "learning-rate-too-low", "dead-relu",
                       "vanishing-gradients", "saturation"},
    "learning-rate-too-low": {"plateau", "label-mismatch"},
    "oscillation": {"plateau"},
    # By symmetry, or of zeros; else it is the weaker of the two.
    "plateau": {"untrained-parameters", "dead-relu", "learning-rate-too-high"},
}  # fmt: skip


def examine(chart: Chart) -> Diagnosis:
    """Return what is wrong: causes first, their symptoms after them, at most three findings."""
    with warnings.catch_warnings():  # of medians of nothing, where a step was not finite
        warnings.simplefilter("ignore", RuntimeWarning)
        found, lost = [], []
        for rule in RULES:
            try:
                finding = rule(chart)
            except Exception as error:  # a rule that breaks on a strange model costs itself only
                lost.append(f"could not look for {rule.__name__.replace('_', '-')}: {error!r}")
            else:
                found += [finding] if finding else []
    notes = (*chart.notes(), *lost)
    if chart.well and not chart.diverged:
        found = [_milder(finding) for finding in found]
    return Diagnosis(tuple(rank(found)[:MOST]), chart.steps, chart.run(), notes)


def _milder(finding: Finding) -> Finding:
    """Warn only of what a run does well in spite of, if its loss is a witness."""
    return finding if finding.symptom in UNSEEN else replace(finding, severity="warning")


def rank(found: list[Finding]) -> list[Finding]:
    """Return findings with unexplained ones first, each group by strength."""
    present = {finding.symptom for finding in found}

    def explained(finding: Finding) -> bool:
        others = present - {finding.symptom}
        return any(
            finding.symptom in EXPLAINS.get(other, set())
            # Two that explain each other: the stronger one stands.
            and not (
                other in EXPLAINS.get(finding.symptom, set())
                and _strength(found, other) < finding.strength
            )
            and _strength(found, other) >= 0.5 * finding.strength
            for other in others
        )

    causes = sorted((f for f in found if not explained(f)), key=lambda f: -f.strength)
    symptoms = sorted((f for f in found if explained(f)), key=lambda f: -f.strength)
    return [*causes, *symptoms]


def _strength(found: list[Finding], symptom: str) -> float:
    return max(f.strength for f in found if f.symptom == symptom)
