"""Every threshold of the doctor, with where it comes from.

`source` names the paper or tool that set a value, or "measured" where the collection of faulty and
healthy runs did; the book's page about the doctor shows this table.
"""

from typing import Final, NamedTuple


class Threshold(NamedTuple):
    """A limit and its source."""

    value: float
    means: str
    source: str


THRESHOLDS: Final[dict[str, Threshold]] = {
    "early": Threshold(20, "steps before which nothing is said", "contract"),
    "long": Threshold(100, "steps before which a flat loss alone is no finding", "measured"),
    "vanishing": Threshold(
        1e-3, "first / last layer's gradient, per entry", "Zhang 2021, AutoTrainer"
    ),
    "exploding": Threshold(10, "gradient norm / its own running median", "measured"),
    "dead": Threshold(0.5, "share of a layer's units that never fired", "SageMaker Debugger"),
    "saturated": Threshold(
        0.5, "share of a layer's outputs at their limits", "Glorot & Bengio 2010"
    ),
    "update-high": Threshold(0.1, "step / parameter norm", "measured"),
    "update-low": Threshold(1e-4, "step / parameter norm", "measured"),
    "rebound": Threshold(2.0, "recent loss / least loss", "measured"),
    "swing": Threshold(0.6, "share of steps at which the loss turns", "measured"),
    "rows": Threshold(0.999, "cosine between a layer's rows", "measured"),
    "first-loss": Threshold(3.0, "first loss / loss of the best constant", "Karpathy 2019"),
    "ascent": Threshold(0.8, "share of steps that go along the gradient", "contract"),
    "stale": Threshold(0.8, "share of backward passes that find a gradient", "contract"),
    "frozen": Threshold(0.3, "share of all numbers that are frozen", "measured"),
    "rest": Threshold(0.8, "loss / best constant's, below which the rest learns", "measured"),
    "zeros": Threshold(0.2, "share of outputs that are exactly zero", "measured"),
    "outside": Threshold(0.05, "share of targets that no output can reach", "measured"),
    "travel": Threshold(0.1, "length of all steps / weights", "measured"),
    "path": Threshold(0.05, "length of all steps / weights", "measured"),
    "waves": Threshold(0.1, "swing of the loss / its level", "measured"),
    "bursts": Threshold(0.03, "share of losses far above their level", "measured"),
    "jump": Threshold(5.0, "largest early loss / first loss", "measured"),
    "trial": Threshold(0.7, "loss of a trial / loss as it is", "measured"),
    "steep": Threshold(100.0, "first / last layer's gradient, per entry", "AutoTrainer: 70"),
    "gradient-start": Threshold(100.0, "first gradient norms / size of the weights", "measured"),
    "nearly-all": Threshold(0.9, "share of a layer's units that never fired", "measured"),
    "dropout": Threshold(0.75, "share of units dropped", "measured"),
    "penalty": Threshold(0.5, "share of the loss that is penalty", "measured"),
    "shrunk": Threshold(0.9, "late / first size of the weights", "measured"),
    "lean": Threshold(4.0, "mean of a weight's entries times fan-in", "measured"),
    "gain-high": Threshold(4.0, "weight spread times root of fan-in", "He 2015"),
    "gain-low": Threshold(0.05, "weight spread times root of fan-in", "He 2015"),
    "input-mean": Threshold(5.0, "a feature's mean", "measured"),
    "input-high": Threshold(20.0, "a feature's spread", "measured"),
    "input-low": Threshold(0.05, "a feature's spread", "measured"),
    "target-scale": Threshold(10.0, "targets' size / outputs' spread", "measured"),
    "overfit": Threshold(0.10, "rise of the validation loss above its least", "Prechelt 1998"),
    "still": Threshold(0.9, "training loss now / when validation was best", "measured"),
    "patience": Threshold(5, "validations since the least", "Prechelt 1998"),
    "decay": Threshold(1.0, "decay's pull / data gradient", "measured"),
    "learned": Threshold(0.9, "loss / loss of the best constant", "measured"),
    "falling": Threshold(0.02, "fall of the loss over the last third", "measured"),
    "well": Threshold(0.5, "loss / loss of the best constant", "measured"),
    "above": Threshold(1.3, "loss / loss of the best constant", "measured"),
    "chance": Threshold(0.1, "how near the loss is to that of the best constant", "measured"),
    "reach": Threshold(0.15, "errors that simple rules avoid and the model does not", "measured"),
}


def limit(name: str) -> float:
    """Return a threshold's value."""
    return THRESHOLDS[name].value
