"""Oracles: where a loss and its gradient come from.

An oracle is a function x -> (loss, gradient). Shapes: x (..., d), loss (...), gradient (..., d).
"""

from .batches import Batches, full_batch, mini_batch, single_example
from .check import GradientReport, check_gradient
from .curvature import hessian_vector_product, sharpness
from .differences import best_step, complex_step, finite_differences
from .gradients import autograd, exact, oracle_of
from .noise_scale import NoiseScale, gradient_noise_scale

__all__ = [
    "Batches",
    "GradientReport",
    "NoiseScale",
    "autograd",
    "best_step",
    "check_gradient",
    "complex_step",
    "exact",
    "finite_differences",
    "full_batch",
    "gradient_noise_scale",
    "hessian_vector_product",
    "mini_batch",
    "oracle_of",
    "sharpness",
    "single_example",
]
