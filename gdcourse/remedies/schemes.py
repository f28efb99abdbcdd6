"""Schemes of initialization, each with its variance law."""

from dataclasses import dataclass
from math import inf
from typing import Annotated, final

import numpy as np

from ..rules.rule import NonNegative, Positive
from .initialization import Initialization, fans

Finite = Annotated[float, "be finite", lambda v: -inf < v < inf]


@final
@dataclass(frozen=True)
class ConstantWeights(Initialization):
    """Give every weight the same value.  Var(w) = 0.

    All units of a layer then compute the same, get the same gradient, and stay alike for ever.
    """

    value: Finite = 0.0

    def variance(self, shape):
        return 0.0

    def draw(self, shape, seed):
        return np.full(shape, float(self.value))


@final
@dataclass(frozen=True)
class UniformWeights(Initialization):
    """Draw from U(-width, width), whatever the size of the layer.  Var(w) = width^2 / 3."""

    width: Positive = 0.05
    distribution = "uniform"

    def variance(self, shape):
        return self.width**2 / 3


@final
@dataclass(frozen=True)
class NormalWeights(Initialization):
    """Draw from N(0, std^2), whatever the size of the layer.  Var(w) = std^2."""

    std: Positive = 0.05

    def variance(self, shape):
        return self.std**2


@final
@dataclass(frozen=True)
class LeCun(Initialization):
    """Keep the size of a signal in a linear layer.  Var(w) = 1 / fan_in.

    Source: LeCun, Bottou, Orr & Müller 1998, "Efficient BackProp", Section 4.6.
    """

    distribution: str = "normal"

    def variance(self, shape):
        return 1 / fans(shape)[0]


@final
@dataclass(frozen=True)
class Xavier(Initialization):
    """Keep signals (1 / fan_in) and gradients (1 / fan_out) about as they are, for tanh.

    Var(w) = 2 / (fan_in + fan_out)

    Source: Glorot & Bengio 2010, Eq. 12; the uniform draw is Eq. 16.
    """

    distribution: str = "uniform"

    def variance(self, shape):
        return 2 / sum(fans(shape))


@final
@dataclass(frozen=True)
class He(Initialization):
    """Keep the mean square of a signal where a ReLU cuts half of it away.

    Var(w) = 2 / ((1 + slope^2) fan)

    Args:
        distribution: "normal" or "uniform".
        fan: "in" keeps the signal, "out" the gradient.
        slope: of a leaky ReLU below zero, >= 0.

    Source: He et al. 2015, arXiv:1502.01852, Eq. 10, 14 and 15.
    """

    distribution: str = "normal"
    fan: str = "in"
    slope: NonNegative = 0.0

    def variance(self, shape):
        fan_in, fan_out = fans(shape)
        return 2 / ((1 + self.slope**2) * (fan_in if self.fan == "in" else fan_out))


@final
@dataclass(frozen=True)
class TorchDefault(Initialization):
    """Draw as torch.nn.Linear and Conv do, from U(-1/sqrt(fan_in), 1/sqrt(fan_in)).

    Var(w) = 1 / (3 fan_in)

    A sixth of He's variance: each ReLU layer keeps a sixth of the signal. (Torch draws the biases
    from the same range; `initialize` sets them to zero.)

    Source: torch/nn/modules/linear.py, kaiming_uniform_(a=sqrt(5)).
    """

    distribution = "uniform"

    def variance(self, shape):
        return 1 / (3 * fans(shape)[0])


@final
@dataclass(frozen=True)
class Orthogonal(Initialization):
    """Draw a rotation: W'W = gain^2 I, or W W' = gain^2 I where there are fewer rows than columns.

    Var(w) = gain^2 / max(out, fan_in)

    A product of rotations is a rotation: no direction of the signal fades or grows with depth.

    Args:
        gain: > 0; sqrt(2) before a ReLU.

    >>> W = Orthogonal().draw((3, 3), seed=0)
    >>> (W @ W.T).round(9) + 0.0
    array([[1., 0., 0.],
           [0., 1., 0.],
           [0., 0., 1.]])

    Source: Saxe, McClelland & Ganguli 2014, arXiv:1312.6120.
    """

    gain: Positive = 1.0

    def variance(self, shape):
        return self.gain**2 / max(shape[0], fans(shape)[0])

    def draw(self, shape, seed):
        rows, columns = shape[0], fans(shape)[0]
        tall = np.random.default_rng(seed).normal(size=(max(rows, columns), min(rows, columns)))
        q, r = np.linalg.qr(tall)
        q = q * np.sign(np.diag(r))  # without the signs, some rotations would come more often
        return self.gain * (q if rows >= columns else q.T).reshape(shape)
