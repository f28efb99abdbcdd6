"""The variance law: how far an initialization lets signals grow or fade from layer to layer.

A layer z = W h, h' = phi(z), whose weights are independent with mean 0, has
    E[z^2] = fan_in Var(w) E[h^2]               forward, for the signal
    E[(dL/dh)^2] = fan_out Var(w) E[(dL/dz)^2]  backward, for the gradient
and depth takes the factor of one layer to a power.
"""

from collections.abc import Callable
from math import pi, sqrt

import numpy as np

from .initialization import Initialization, Shape, fans
from .schemes import ConstantWeights

# name -> (phi, phi'); the sigmoid through tanh, which never overflows
ACTIVATIONS: dict[str, tuple[Callable, Callable]] = {
    "linear": (lambda z: z, np.ones_like),
    "relu": (lambda z: np.maximum(z, 0), lambda z: 1.0 * (z > 0)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: (1 + np.tanh(z / 2)) / 2, lambda z: (1 - np.tanh(z / 2) ** 2) / 4),
}


def forward_factor(
    scheme: Initialization, shape: Shape, activation: str = "relu", power: float = 1.0
) -> float:
    """Return E[h'^2] / E[h^2]: by how much a wide layer scales the signal it is given.

    E[phi(z)^2] / power,  z ~ N(0, fan_in Var(w) power)

    Args:
        scheme: how the weights were drawn, with mean 0.
        shape: of the weight, (out, in, *kernel).
        activation: "linear", "relu", "tanh" or "sigmoid".
        power: E[h^2], > 0; it matters for tanh and sigmoid alone.

    Raises:
        ValueError: an unknown activation, a power that is not positive, constant weights.

    >>> from gdcourse.remedies import He, LeCun, TorchDefault
    >>> [round(forward_factor(s, (512, 512)), 4) for s in (He(), LeCun(), TorchDefault())]
    [1.0, 0.5, 0.1667]

    Source: He et al. 2015, arXiv:1502.01852, Eq. 8; Poole et al. 2016, arXiv:1606.05340, Eq. 3.
    """
    phi, _, variance = _law(scheme, shape, activation, power)
    return _mean_square(phi, variance) / power


def backward_factor(
    scheme: Initialization, shape: Shape, activation: str = "relu", power: float = 1.0
) -> float:
    """Return E[(dL/dh)^2] / E[(dL/dh')^2]: by how much a wide layer scales a squared gradient.

    fan_out Var(w) E[phi'(z)^2],  z ~ N(0, fan_in Var(w) power)

    Args and Raises: as in forward_factor.

    >>> from gdcourse.remedies import Xavier
    >>> round(backward_factor(Xavier(), (64, 64), "linear"), 4)
    1.0
    >>> backward_factor(Xavier(), (64, 64), "sigmoid") < 0.25**2  # no slope is above 0.25
    True

    Source: Glorot & Bengio 2010, Eq. 6; He et al. 2015, arXiv:1502.01852, Eq. 12.
    """
    _, slope, variance = _law(scheme, shape, activation, power)
    return fans(shape)[1] * scheme.variance(shape) * _mean_square(slope, variance)


def _law(scheme, shape, activation, power):
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {list(ACTIVATIONS)}; got {activation!r}")
    if not 0 < power < np.inf:
        raise ValueError(f"power must be positive and finite; got {power!r}")
    if isinstance(scheme, ConstantWeights) and scheme.value:
        raise ValueError(f"the law is for weights of mean 0; those of {scheme!r} are all alike")
    return *ACTIVATIONS[activation], fans(shape)[0] * scheme.variance(shape) * power


def _mean_square(function, variance):
    """Return E[function(z)^2], z ~ N(0, variance), by quadrature; exact for linear and ReLU."""
    z, weights = np.polynomial.hermite_e.hermegauss(100)
    return float(weights @ function(sqrt(variance) * z) ** 2 / sqrt(2 * pi))
