"""The doctor beside other libraries: each name is imported when it is asked for."""

from importlib import import_module
from typing import Any

PLACES = {
    "KerasDoctor": "keras",
    "LightningDoctor": "lightning",
    "TrainerDoctor": "transformers",
}
__all__ = ["KerasDoctor", "LightningDoctor", "TrainerDoctor"]


def __getattr__(name: str) -> Any:
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{PLACES[name]}", __name__), name)
