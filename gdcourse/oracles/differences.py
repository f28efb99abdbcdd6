"""Gradients from losses alone: finite differences and the complex step."""

from collections.abc import Callable
from typing import Any, Literal

from ..problems.surface import Problem
from ..rules.rule import xp
from .gradients import Oracle

Scheme = Literal["forward", "central"]


def loss_of(problem: Problem | Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the loss of a Problem, or the function itself."""
    return problem.loss if isinstance(problem, Problem) else problem


def best_step(scheme: Scheme = "central", dtype: Any = "float64") -> float:
    """Return the step h with the least error, for a function and derivatives of order 1.

    forward: the error h/2 + 2 eps/h is least at h = 2 sqrt(eps);
    central: the error h^2/6 + eps/h is least at h = (3 eps)^(1/3)

    Args:
        scheme: "forward" or "central".
        dtype: of x, NumPy's or torch's, float32 or float64; eps is half its spacing at 1.

    >>> print(f"{best_step('forward'):.1e}  {best_step('central'):.1e}")
    2.1e-08  6.9e-06

    Source: Nocedal & Wright 2006, Section 8.1; LeVeque 2007, Section 1.2.
    """
    eps = {"float64": 2.0**-53, "float32": 2.0**-24}.get(str(dtype).removeprefix("torch."))
    if eps is None:
        raise TypeError(f"best_step takes float32 or float64; got {dtype!r}")
    if scheme not in ("forward", "central"):
        raise ValueError(f'scheme must be "forward" or "central"; got {scheme!r}')
    return 2 * eps**0.5 if scheme == "forward" else (3 * eps) ** (1 / 3)


def finite_differences(
    problem: Problem | Callable[[Any], Any], step: Any = None, scheme: Scheme = "central"
) -> Oracle:
    """Return the oracle that asks for the loss only, d or 2 d times a gradient.

    forward: (f(x + h e_i) - f(x)) / h;  central: (f(x + h e_i) - f(x - h e_i)) / 2h

    Args:
        problem: a Problem, or a function x (..., d) -> (...) that takes any leading axes.
        step: h > 0, a number or an array, one for each coordinate; None is the best step, times
            |x_i| where that is above 1.
        scheme: "central" (error h^2) or "forward" (error h, half the work).

    >>> import numpy as np
    >>> finite_differences(lambda x: (x**3).sum(-1))(np.array([1.0, 2.0]))[1].round(8)
    array([ 3., 12.])

    Source: Nocedal & Wright 2006, Section 8.1.
    """
    loss = loss_of(problem)
    best_step(scheme)
    good: Any = step is None or (step > 0) & (step < float("inf"))
    if not (good.all() if hasattr(good, "all") else good):
        raise ValueError(f"finite_differences: step must be positive and finite; got {step!r}")

    def oracle(x):
        lib, f = xp(x), loss(x)
        usual = best_step(scheme, x.dtype)  # refuses what is no real floating-point x
        h = abs(x).clip(min=1) * usual if step is None else lib.zeros_like(x) + step
        axes = lib.eye(x.shape[-1], dtype=x.dtype, device=x.device) > 0
        here = x[..., None, :]
        above = lib.where(axes, here + h[..., None, :], here)
        below = lib.where(axes, here - h[..., None, :], here) if scheme == "central" else here
        width = (above - below).sum(-1)  # what is left of h after rounding
        low = loss(below) if scheme == "central" else f[..., None]
        return f, (loss(above) - low) / width

    return oracle


def complex_step(problem: Problem | Callable[[Any], Any], step: float = 1e-20) -> Oracle:
    """Return the oracle that looks a tiny step into the imaginary: no difference, no rounding.

    df/dx_i = Im f(x + i h e_i) / h, exact to the last digits, since nothing cancels

    Args:
        problem: a Problem, or a function of analytic operations on x (..., d): no abs, max or
            comparison, which forget the imaginary part.
        step: h, so small that h^2 is lost beside 1.

    >>> import numpy as np
    >>> complex_step(lambda x: np.exp(x).sum(-1))(np.array([0.0, 1.0]))[1] - np.exp([0.0, 1.0])
    array([0., 0.])

    Source: Squire & Trapp 1998; Martins, Sturdza & Alonso 2003.
    """
    loss = loss_of(problem)

    def oracle(x):
        eye = xp(x).eye(x.shape[-1], dtype=x.dtype, device=x.device)
        value = loss(x[..., None, :] + 1j * step * eye)
        if not hasattr(value, "imag") or "complex" not in str(value.dtype):
            raise TypeError("complex_step: the loss dropped the imaginary part; use autograd")
        return loss(x), value.imag / step

    return oracle
