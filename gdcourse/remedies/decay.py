"""Decay: pull the parameters towards zero."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, final

from ..rules.rule import NonNegative, Rule, check_fields, xp
from ..rules.sign import sign

Threshold = Annotated[Any, *NonNegative.__metadata__]  # or a schedule


def mask(model: Any, chosen: Callable[[str, Any], bool]) -> Any:
    """Return which entries of a module's flat parameter vector are to decay.

    Args:
        model: a torch module; its frozen parameters are left out, as in `flatten` and `fit`.
        chosen: (name, parameter) -> bool, asked once for each parameter.

    Returns:
        A tensor of booleans, (d,), on the model's device.

    >>> import torch
    >>> mask(torch.nn.Linear(2, 1), lambda name, p: p.ndim > 1)
    tensor([ True,  True, False])
    """
    import torch

    learned = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    if not learned:
        raise ValueError(f"{type(model).__name__} has no parameters to learn")
    return torch.cat(
        [p.new_full((p.numel(),), bool(chosen(name, p)), dtype=torch.bool) for name, p in learned]
    )


def select(mask: Any, x: Any, pull: Any) -> Any:
    """Return `pull` where the mask holds, else 0; the mask may be a function of `x`."""
    if mask is None:
        return pull
    chosen = xp(x).asarray(mask(x) if callable(mask) else mask, device=x.device)
    if chosen.shape[-1:] != x.shape[-1:]:
        raise ValueError(
            f"mask must have one entry a parameter, {x.shape[-1]}; got shape {tuple(chosen.shape)}"
        )
    return xp(x).where(chosen != 0, pull, 0)


class Masked(Rule):
    """Pull the entries that a mask picks."""

    sums: ClassVar[bool] = True
    mask: Any

    def __post_init__(self):
        # A mask is as long as x: it does not fit a piece of it.
        object.__setattr__(self, "elementwise", self.mask is None)
        check_fields(self)


@final
@dataclass(frozen=True)
class Decay(Masked):
    """Add a share of x to the step: weight decay.

    step = g + rate x

    Where it stands is what it is. Before Adam, it is the gradient of L2, rate |x|^2 / 2, and
    Adam rescales it: Chain(Decay(0.1), Adam(), LearningRate(lr)). After Adam it is decoupled,
    which is AdamW: Chain(Adam(), Decay(0.1), LearningRate(lr)). For plain descent both are one.

    Args:
        rate: >= 0.
        mask: 0/1 for each entry of x, or a function x -> 0/1: where to decay. None: everywhere.

    Raises:
        ValueError: rate negative, or a mask of another length than x.

    >>> import numpy as np
    >>> Decay(0.1, mask=np.array([1, 0])).update(np.zeros(2), (), np.array([2.0, 2.0]))[0]
    array([0.2, 0. ])

    Source: Loshchilov & Hutter 2019, arXiv:1711.05101, Algorithm 2.
    """

    rate: NonNegative = 0.01
    mask: Any = None

    def update(self, g, state, x):
        return g + select(self.mask, x, self.rate * x), state


@final
@dataclass(frozen=True)
class L1(Masked):
    """Add the subgradient of rate |x|_1 to the gradient.

    step = g + rate sign(x)

    It pulls every entry towards zero with the same force, but steps across zero and back:
    for entries that are exactly zero take SoftThreshold.

    Args:
        rate: >= 0.
        mask: as in Decay.

    Raises:
        ValueError: rate negative, or a mask of another length than x.

    >>> import numpy as np
    >>> L1(0.1).update(np.zeros(3), (), np.array([5.0, 0.0, -0.1]))[0]
    array([ 0.1,  0. , -0.1])

    Source: Tibshirani 1996, "Regression shrinkage and selection via the lasso".
    """

    rate: NonNegative = 0.01
    mask: Any = None

    def update(self, g, state, x):
        return g + select(self.mask, x, self.rate * sign(x)), state


@final
@dataclass(frozen=True)
class SoftThreshold(Masked):
    """Shrink what the step leads to by a threshold, and set to zero what is below it.

    u = x - g;  step = x - sign(u) max(|u| - threshold, 0)

    The proximal step of threshold |x|_1. It stands last in a chain: with a threshold of lr * rate,
    Chain(LearningRate(lr), SoftThreshold(lr * rate)) is ISTA for the loss plus rate |x|_1.

    Args:
        threshold: >= 0, or a schedule t -> threshold (of the same form as the learning rate's).
        mask: as in Decay.

    Raises:
        ValueError: threshold negative, or a mask of another length than x.

    >>> import numpy as np
    >>> x = np.array([1.0, -0.2])
    >>> x - SoftThreshold(0.5).update(np.zeros(2), 0, x)[0]
    array([0.5, 0. ])

    Source: Beck & Teboulle 2009, "A fast iterative shrinkage-thresholding algorithm".
    """

    threshold: Threshold = 0.01
    mask: Any = None

    def __post_init__(self):
        if callable(self.threshold):
            object.__setattr__(self, "elementwise", self.mask is None)
        else:
            super().__post_init__()

    def init(self, x):
        return 0

    def update(self, g, state, x):
        t = state
        limit = self.threshold(t) if callable(self.threshold) else self.threshold
        u = x - g
        u = u - select(self.mask, x, u.clip(min=-limit, max=limit))
        return x - u, t + 1
