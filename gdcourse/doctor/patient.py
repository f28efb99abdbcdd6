"""Who may be examined: what the doctor is given, checked, and its state at the start."""

from typing import Any

import torch


def admit(model: Any, optimizer: Any, loss_fn: Any, every: Any) -> torch.optim.Optimizer:
    """Return the optimizer, out of a wrapper if it is in one; refuse what cannot be examined."""
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"Doctor.model must be a torch.nn.Module; got {type(model).__name__}")
    optimizer = getattr(optimizer, "optimizer", optimizer)
    if not isinstance(optimizer, torch.optim.Optimizer):
        several = isinstance(optimizer, (list, tuple))
        raise TypeError(
            f"Doctor.optimizer must be a torch.optim.Optimizer; got {type(optimizer).__name__}"
            + (". Make one Doctor for each optimizer, with the part it trains" if several else "")
        )
    if isinstance(every, bool) or not isinstance(every, int) or every < 1:
        raise ValueError(f"Doctor.every must be a whole number, 1 or more; got {every!r}")
    if loss_fn is not None and not callable(loss_fn):
        raise TypeError(f"Doctor.loss_fn must be callable, or None; got {loss_fn!r}")
    lazy = [name for name, p in model.named_parameters() if torch.nn.parameter.is_lazy(p)]
    if lazy:
        raise ValueError(
            f"Doctor.model: {lazy[0]!r} has no shape yet; run one batch through the model first"
        )
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    if not any(id(p) in held for p in model.parameters()):
        raise ValueError(
            "Doctor: model and optimizer do not belong together: the optimizer holds none of the "
            "model's parameters. Make it of model.parameters(), after the model was moved or copied"
        )
    return optimizer


def as_number(loss: Any, where: str) -> Any:
    """Return a loss as a number: a float, or on another device a tensor of its own, not read."""
    if isinstance(loss, torch.Tensor):
        if loss.numel() != 1:
            raise ValueError(
                f"{where} takes one number as loss; got shape {tuple(loss.shape)}. Give the mean "
                "that you call backward() on"
            )
        return loss.item() if loss.is_cpu else loss.detach().clone()
    try:
        return float(loss)
    except (TypeError, ValueError):
        raise TypeError(
            f"{where} takes the loss as a number or a tensor; got {type(loss).__name__}"
        ) from None


def state(model: torch.nn.Module) -> dict[str, Any]:
    """Return a copy of the model's parameters and buffers, by name."""
    items = model.state_dict().items()
    return {k: v.detach().clone() if isinstance(v, torch.Tensor) else v for k, v in items}


def settings(optimizer: torch.optim.Optimizer) -> list[dict[str, Any]]:
    """Return the optimizer's settings, group by group, without its parameters."""
    return [{k: v for k, v in group.items() if k != "params"} for group in optimizer.param_groups]


def silent_rank() -> str:
    """Return why this process says nothing: of several that train one model, the first speaks."""
    if not torch.distributed.is_available() or not torch.distributed.is_initialized():
        return ""
    rank, world = torch.distributed.get_rank(), torch.distributed.get_world_size()
    return f"this is process {rank} of {world}: process 0 speaks" if rank else ""
