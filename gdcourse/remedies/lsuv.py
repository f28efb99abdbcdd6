"""LSUV: an initialization that looks at the data."""

from typing import Any

from .initialization import initialize
from .schemes import Orthogonal


def lsuv(
    model: Any, inputs: Any, *, seed: int = 0, tolerance: float = 0.1, attempts: int = 10
) -> Any:
    """Draw orthogonal weights, then scale each layer until its output has variance 1.

    W <- W / sqrt(Var(W h)), layer after layer, h being what the layers before make of `inputs`

    The law of every other scheme assumes an activation; this one measures. Linear and
    convolution layers are scaled, in the order in which the model calls them; biases are zero.

    Args:
        model: a torch module; it is changed in place.
        inputs: one batch of real inputs, on the model's device.
        seed: of the orthogonal draw.
        tolerance: of the variance, > 0.
        attempts: scalings of one layer at most, >= 1.

    Returns:
        The same module.

    Raises:
        ValueError: tolerance or attempts out of range, or a layer whose output does not vary.

    Source: Mishkin & Matas 2016, arXiv:1511.06422, Algorithm 1.
    """
    import torch

    if not tolerance > 0 or not attempts >= 1:
        raise ValueError(
            f"lsuv: tolerance must be positive and attempts 1 or more; got {tolerance!r}, "
            f"{attempts!r}"
        )
    initialize(model, Orthogonal(), seed)
    kinds = (torch.nn.Linear, torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d)
    layers = {
        module: name
        for name, module in model.named_modules()
        if isinstance(module, kinds) and module.weight.requires_grad
    }
    order: dict[Any, float] = {}  # layer -> variance of its output, in the order of the calls

    def measure(layer, _, output):
        order.setdefault(layer, float(output.var(correction=0)))

    hooks = [layer.register_forward_hook(measure) for layer in layers]
    was_training = [(module, module.training) for module in model.modules()]
    model.eval()  # dropout would blur the measurement
    try:
        with torch.no_grad():
            model(inputs)
            for layer in list(order):
                for _ in range(attempts):
                    order.clear()
                    model(inputs)
                    if abs(order[layer] - 1) < tolerance:
                        break
                    if not 0 < order[layer] < float("inf"):
                        raise ValueError(
                            f"lsuv: the output of layer {layers[layer]!r} has variance "
                            f"{order[layer]}; do its inputs vary, and are they finite?"
                        )
                    layer.weight.div_(order[layer] ** 0.5)
    finally:
        for hook in hooks:
            hook.remove()
        for module, training in was_training:
            module.training = training
    return model
