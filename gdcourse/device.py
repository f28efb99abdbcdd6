"""The device that the book's torch code runs on."""

import os
from typing import Any


def device() -> Any:
    """Return the torch device that GDCOURSE_DEVICE names: cpu, cuda, or auto (the default).

    Raises:
        ValueError: another word.
        RuntimeError: cuda is asked for and torch sees none; nothing falls back in silence.
    """
    import torch

    name = os.environ.get("GDCOURSE_DEVICE", "auto")
    if name not in ("cpu", "cuda", "auto"):
        raise ValueError(f"GDCOURSE_DEVICE must be cpu, cuda or auto; got {name!r}")
    if name == "cuda" and not torch.cuda.is_available():
        raise RuntimeError(
            "GDCOURSE_DEVICE=cuda, but torch sees no GPU: install a CUDA build of torch, "
            "or set GDCOURSE_DEVICE=cpu"
        )
    return torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")
