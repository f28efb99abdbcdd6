"""Label smoothing."""

from typing import Any

import numpy as np

from ..rules.rule import xp


def one_hot(labels: Any, classes: int) -> Any:
    """Return class numbers (n,) as probabilities (n, classes): 1 for the class, 0 elsewhere.

    Raises:
        TypeError: labels that are no whole numbers.
        ValueError: a label outside 0 ... classes - 1.

    >>> one_hot(np.array([0, 2]), 3)
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    labels = np.asarray(labels) if xp(labels) is np else labels
    lib = xp(labels)
    if labels.dtype.kind not in "iu" if lib is np else labels.is_floating_point():
        raise TypeError(f"one_hot takes whole class numbers; got {labels.dtype}")
    if not bool(((labels >= 0) & (labels < classes)).all()):
        raise ValueError(
            f"one_hot: labels must lie in 0 ... {classes - 1}; got {int(labels.min())} ... "
            f"{int(labels.max())}"
        )
    return lib.eye(classes, device=labels.device)[labels]


def smooth_labels(targets: Any, eps: float = 0.1) -> Any:
    """Take a little probability from the true class and give it to all alike.

    q = (1 - eps) targets + eps / classes

    The best logits for a target of exactly 1 are infinite; for 1 - eps they are finite.

    Args:
        targets: probabilities (..., classes), from `one_hot` or `mixup`.
        eps: in [0, 1].

    Raises:
        ValueError: eps outside [0, 1].

    >>> smooth_labels(one_hot(np.array([1]), 4), eps=0.2)
    array([[0.05, 0.85, 0.05, 0.05]])

    Source: Szegedy et al. 2016, arXiv:1512.00567, Section 7.
    """
    if not 0 <= eps <= 1:
        raise ValueError(f"smooth_labels: eps must lie in [0, 1]; got {eps!r}")
    return (1 - eps) * targets + eps / targets.shape[-1]
