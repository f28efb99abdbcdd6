"""Early stopping."""

from copy import deepcopy
from math import inf
from typing import Any, final


@final
class EarlyStopping:
    """Stop when the validation loss has not fallen for a while, and go back to the best.

    stop when `patience` measurements in a row are not below best - min_delta

    Works in any loop, on arrays, tensors, or torch modules (with their buffers). In linear
    regression, t steps shrink the weight along an axis of curvature c by 1 - (1 - lr c)^t: close
    to ridge regression with 1 / (lr t), yet not equal to it.

    Args:
        patience: measurements without improvement that end it, >= 1.
        min_delta: least fall that counts as one, >= 0.

    >>> stopping, w = EarlyStopping(patience=2), "weights"
    >>> [stopping.should_stop(loss, w + str(t)) for t, loss in enumerate([3, 2, 2.5, 2.1])]
    [False, False, False, True]
    >>> stopping.restore(), stopping.best_loss, stopping.best_step
    ('weights1', 2.0, 1)

    Source: Prechelt 1998, "Early stopping -- but when?"; Goodfellow, Bengio & Courville 2016,
    Algorithm 7.1.
    """

    def __init__(self, patience: int = 10, min_delta: float = 0.0):
        if isinstance(patience, bool) or not patience >= 1 or patience % 1:
            raise ValueError(
                f"EarlyStopping.patience must be a whole number, 1 or more; got {patience!r}"
            )
        if not 0 <= min_delta < inf:
            raise ValueError(
                f"EarlyStopping.min_delta must be zero or more, and finite; got {min_delta!r}"
            )
        self.patience, self.min_delta = patience, min_delta
        self.step = -1  # of the last measurement, from 0
        self.best_loss, self.best_step = inf, -1
        self._best: Any = None

    def should_stop(self, loss: float, parameters: Any) -> bool:
        """Take in one measurement, keep a copy of the best parameters; tell whether to stop.

        A loss that is not a number is no improvement.
        """
        self.step += 1
        if float(loss) < self.best_loss - self.min_delta:
            self.best_loss, self.best_step = float(loss), self.step
            self._best = deepcopy(_contents(parameters))
        return self.step - self.best_step >= self.patience

    def restore(self, model: Any = None) -> Any:
        """Return a copy of the best parameters; load them into `model` if one is given.

        Raises:
            RuntimeError: no loss so far was a finite number.
        """
        if self._best is None:
            raise RuntimeError(f"EarlyStopping: none of {self.step + 1} losses was finite")
        if model is None:
            return deepcopy(self._best)
        model.load_state_dict(self._best)
        return model

    def __repr__(self) -> str:
        return (
            f"EarlyStopping(patience={self.patience}, min_delta={self.min_delta}): best loss "
            f"{self.best_loss} at step {self.best_step}, now at step {self.step}"
        )


def _contents(parameters):
    """Return the state of a torch module, or an array or a tensor as it is."""
    if hasattr(parameters, "state_dict"):
        return parameters.state_dict()
    return parameters.detach() if hasattr(parameters, "detach") else parameters
