"""Every threshold of the doctor, with where it comes from.

`source` names the paper or tool that set a value. MEASURED: on the tuning half of the collection
in `cases`, another value names other causes first. OUTSET: set before. ROUND: a round number;
when it was last tried, halved or doubled (a share above one half: moved halfway to one), it changed
no first cause and no warning on that half, one seed of each run. The book's page about the doctor
shows this table.
"""

from typing import Final, NamedTuple

MEASURED: Final = "measured on the tuning half"
OUTSET: Final = "set before any run was measured"
ROUND: Final = "round number, not critical when tried on the tuning half"


class Threshold(NamedTuple):
    """A limit and its source."""

    value: float
    means: str
    source: str


THRESHOLDS: Final[dict[str, Threshold]] = {
    "early": Threshold(20, "steps before which nothing is said", OUTSET),
    "long": Threshold(60, "steps before which a flat loss alone is no finding", MEASURED),
    "vanishing": Threshold(
        1e-3, "first / last layer's gradient, per entry", "Zhang 2021, AutoTrainer"
    ),
    "exploding": Threshold(10, "gradient norm / its own running median", OUTSET),
    "dead": Threshold(0.5, "share of a layer's units that never fired", "SageMaker Debugger"),
    "saturated": Threshold(
        0.5, "share of a layer's outputs at their limits", "Glorot & Bengio 2010"
    ),
    "update-high": Threshold(0.1, "step / parameter norm", MEASURED),
    "update-low": Threshold(1e-4, "step / parameter norm", OUTSET),
    "rebound": Threshold(2.0, "recent loss / least loss", MEASURED),
    "swing": Threshold(0.6, "share of points of a finished curve at which it turns", OUTSET),
    "rows": Threshold(0.999, "cosine between a layer's rows", OUTSET),
    "first-loss": Threshold(3.0, "first loss / loss of the best constant", OUTSET),
    "ascent": Threshold(0.8, "share of steps that go along the gradient", MEASURED),
    "against": Threshold(0.3, "correlation of late outputs with targets, below zero", ROUND),
    "against-unknown": Threshold(0.5, "the same, under a loss that is not known", MEASURED),
    "lift": Threshold(0.1, "how much rarer than at random a named class is", MEASURED),
    "stale": Threshold(0.8, "share of backward passes that find a gradient", ROUND),
    "frozen": Threshold(0.3, "share of all numbers that are frozen", ROUND),
    "rest": Threshold(0.8, "loss / best constant's, below which the rest learns", MEASURED),
    "zeros": Threshold(0.2, "share of outputs that are exactly zero", ROUND),
    "below": Threshold(0.2, "share of targets below zero, where no output is", OUTSET),
    "outside": Threshold(0.05, "share of targets that no output can reach", ROUND),
    "travel": Threshold(0.1, "length of all steps / weights", MEASURED),
    "path": Threshold(0.05, "length of all steps / weights", MEASURED),
    "straight": Threshold(0.75, "distance from the start / length of all steps", MEASURED),
    "waves": Threshold(0.1, "swing of the loss / its level", ROUND),
    "bursts": Threshold(0.03, "share of losses far above their level", ROUND),
    "jump": Threshold(5.0, "largest early loss / first loss", ROUND),
    "trial": Threshold(0.7, "loss of a trial / loss as it is", OUTSET),
    "steep": Threshold(
        100.0, "first / last layer's gradient, per entry", "Zhang 2021, AutoTrainer: 70"
    ),
    "gradient-start": Threshold(100.0, "first gradient norms / size of the weights", ROUND),
    "nearly-all": Threshold(0.9, "share of a layer's units that never fired", MEASURED),
    "most": Threshold(0.8, "share of a layer's units that never fired", MEASURED),
    "dropout": Threshold(0.75, "share of units dropped", ROUND),
    "penalty": Threshold(0.5, "share of the loss that is penalty", MEASURED),
    "shrunk-words": Threshold(0.1, "max_norm of a table / length of its rows at first", OUTSET),
    "shrunk": Threshold(0.9, "late / first size of the weights", MEASURED),
    "lean": Threshold(4.0, "mean of a weight's entries times fan-in", MEASURED),
    "gain-high": Threshold(4.0, "weight spread times root of fan-in", MEASURED),
    "gain-low": Threshold(0.05, "weight spread times root of fan-in", ROUND),
    "input-mean": Threshold(5.0, "a feature's mean", MEASURED),
    "input-high": Threshold(20.0, "a feature's spread", OUTSET),
    "input-low": Threshold(0.05, "a feature's spread", OUTSET),
    "uneven": Threshold(100.0, "largest spread of a feature / the median one's", ROUND),
    "wild": Threshold(20.0, "a feature's farthest number / its inner nine tenths", ROUND),
    "target-scale": Threshold(10.0, "targets' size / outputs' spread", MEASURED),
    "overfit": Threshold(0.10, "rise of the validation loss above its least", "Prechelt 1998"),
    "still": Threshold(0.9, "training loss now / when validation was best", MEASURED),
    "patience": Threshold(5, "validations since the least", "Prechelt 1998"),
    "decay": Threshold(0.3, "decay's pull / data gradient", MEASURED),
    "noisy": Threshold(1.0, "spread of answers to one row / spread over rows", MEASURED),
    "held": Threshold(0.2, "share of a layer's entries at one bound", ROUND),
    "learned": Threshold(0.9, "loss / loss of the best constant", MEASURED),
    "falling": Threshold(0.02, "fall of the loss over the last third", ROUND),
    "well": Threshold(0.5, "loss / loss of the best constant", MEASURED),
    "above": Threshold(1.3, "loss / loss of the best constant", MEASURED),
    "level": Threshold(0.95, "loss / best constant's, below which something is learned", MEASURED),
    "chance": Threshold(0.1, "how near the loss is to that of the best constant", MEASURED),
    "far-behind": Threshold(
        0.3, "errors that simple rules avoid and a slow model does not", MEASURED
    ),
    "reach": Threshold(0.15, "errors that simple rules avoid and the model does not", MEASURED),
}


def limit(name: str) -> float:
    """Return a threshold's value."""
    return THRESHOLDS[name].value
