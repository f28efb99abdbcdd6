"""Curvature without the Hessian: its products with vectors, and its largest eigenvalue."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..problems.surface import Problem
from ..rules.lbfgs import dot
from ..rules.rule import xp

Product = Callable[[Any, Any], Any]


def hessian_vector_product(problem: Problem | Callable[[Any], Any]) -> Product:
    """Return the function (x, v) -> H(x) v, for the price of two gradients.

    H v = d/dx (g(x)' v). A Problem multiplies by the Hessian that it knows.

    Args:
        problem: a Problem, or a torch function x (..., d) -> (...) as `autograd` takes.

    Shapes: x, v and the result are (..., d).

    >>> import torch
    >>> product = hessian_vector_product(lambda x: (x**3).sum(-1))
    >>> product(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 1.0]))
    tensor([ 6., 12.])

    Source: Pearlmutter 1994, "Fast exact multiplication by the Hessian".
    """
    if isinstance(problem, Problem):
        return lambda x, v: (problem.hessian(x) @ v[..., None])[..., 0]

    def product(x, v):
        import torch

        with torch.enable_grad():
            x = x.detach().requires_grad_()
            (g,) = torch.autograd.grad(problem(x).sum(), x, create_graph=True)
            if not g.requires_grad:  # the loss is linear in x
                return torch.zeros_like(v)
            (Hv,) = torch.autograd.grad((g * v).sum(), x)
        return Hv

    return product


def sharpness(
    problem: Problem | Callable[[Any], Any] | None,
    x: Any,
    iterations: int = 30,
    *,
    product: Product | None = None,
    seed: int = 0,
) -> Any:
    """Return the largest eigenvalue of the Hessian at `x`, by Lanczos's method.

    Gradient descent is stable on the local parabola where lr < 2 / sharpness.

    Args:
        problem: as in `hessian_vector_product`, or None where `product` is given.
        x: (..., d); each point has a sharpness of its own.
        iterations: products at most; d of them give the eigenvalue exactly, up to rounding.
        product: (x, v) -> H(x) v.
        seed: of the first vector.

    Returns:
        (...), the largest, not the largest in size: negative where all curvature is.

    >>> from gdcourse.problems import ravine
    >>> round(float(sharpness(ravine(50), np.zeros(2))), 9)
    50.0

    Source: Lanczos 1950; Golub & Van Loan 2013, Section 10.1; Cohen et al. 2021, arXiv:2103.00065.
    """
    if not iterations >= 1:
        raise ValueError(f"sharpness: iterations must be 1 or more; got {iterations!r}")
    lib = xp(x)
    product = product or hessian_vector_product(problem)  # type: ignore[arg-type]
    draw = np.random.default_rng(seed).normal(size=tuple(x.shape))
    v = lib.asarray(draw, dtype=x.dtype, device=x.device)
    v = v / dot(v, v) ** 0.5
    diagonal: list[Any] = []
    basis, beside, alive = [v], [], lib.ones_like(v[..., :1]) > 0
    for _ in range(min(iterations, x.shape[-1])):
        w = product(x, basis[-1])
        a = dot(basis[-1], w)
        # A run whose vectors are used up has found all it can: its later rows repeat the first
        # diagonal entry, which lies among the eigenvalues, and couple to nothing.
        diagonal.append(lib.where(alive, a, diagonal[0]) if diagonal else a)
        size = dot(w, w) ** 0.5
        for u in basis:  # all of them: rounding brings the first vectors back
            w = w - dot(u, w) * u
        b = dot(w, w) ** 0.5
        alive = alive & (b > 1e3 * lib.finfo(x.dtype).eps * size)  # less is rounding alone
        beside.append(lib.where(alive, b, 0))
        basis.append(lib.where(alive, w / lib.where(alive, b, 1), 0))
    T = _tridiagonal(lib, lib.concat(diagonal, -1), lib.concat(beside, -1)[..., :-1])
    whole = lib.isfinite(T).all(-1).all(-1)  # eigvalsh raises where one run has blown up
    largest = lib.linalg.eigvalsh(lib.where(whole[..., None, None], T, 0))[..., -1]
    return lib.where(whole, largest, lib.nan)


def _tridiagonal(lib, diagonal, beside):
    k = diagonal.shape[-1]
    eye = lib.eye(k + 1, dtype=diagonal.dtype, device=diagonal.device)
    upper = beside[..., None] * eye[1:k, :k]
    lower = beside[..., None] * eye[: k - 1, :k]
    T = diagonal[..., None] * eye[:k, :k]
    pad = lib.zeros_like(T[..., :1, :])
    return T + lib.concat([pad, lower], -2) + lib.concat([upper, pad], -2)
