"""The curves of a finished run, from a table: step, loss, validation, rate and gradient norm."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Curve = tuple[np.ndarray, np.ndarray]  # steps and values, both (T,)

STEP = ("step", "global_step", "steps", "iteration", "iter", "batch", "epoch", "epochs")
NAMES = {
    "loss": ("loss", "train_loss", "training_loss", "loss_train", "loss_training", "doctor_loss",
             "train_loss_step", "train_loss_epoch", "loss_step", "loss_epoch"),
    "validation": ("val_loss", "valid_loss", "validation_loss", "loss_val", "loss_validation",
                   "eval_loss", "validation", "val", "test_loss", "loss_test",
                   "doctor_validation_loss", "epoch_val_loss"),
    "rate": ("lr", "learning_rate", "train_lr", "train_learning_rate"),
    "gradient_norm": ("grad_norm", "gradient_norm", "train_grad_norm", "doctor_gradient_norm"),
}  # fmt: skip


@dataclass(frozen=True)
class Curves:
    """What a log tells: each curve has steps and values of its own; absent ones are None."""

    loss: Curve
    validation: Curve | None = None
    rate: Curve | None = None
    gradient_norm: Curve | None = None


def read_csv(path: Path) -> Curves:
    """Return the curves in a CSV file with a line of names; empty cells are skipped.

    Raises:
        ValueError: the file has no lines, or no column is a loss.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        columns = [name for name in reader.fieldnames or [] if name]
    if not rows:
        raise ValueError(f"{path} holds no lines below the names of its columns")
    steps = _column(rows, next((c for c in _ranked(columns, STEP)), None))
    found = {}
    for name in columns:
        values = _column(rows, name)
        there = ~np.isnan(values) | np.array([_is_nan(row.get(name)) for row in rows])
        if there.any():
            at = np.where(np.isnan(steps), np.arange(len(rows)), steps)
            found[name] = at[there], values[there]
    return named(found, str(path), "columns")


def named(found: dict[str, Curve], where: str, what: str) -> Curves:
    """Return curves by what their names say they are."""
    chosen = {}
    for kind, names in NAMES.items():
        match = next(iter(_ranked(list(found), names)), None)
        if match is not None:
            chosen[kind] = found[match]
    if "loss" not in chosen:
        raise ValueError(
            f"{where} has no loss. Its {what}: {', '.join(found) or 'none'}. Name one of them "
            "loss or train_loss; also read are step or epoch, val_loss, lr and grad_norm"
        )
    return Curves(**chosen)


def _ranked(columns: list[str], names: tuple[str, ...]) -> list[str]:
    """Return the columns that have one of these names, in the names' order."""
    plain = {re.sub(r"[^a-z0-9]+", "_", c.lower()).strip("_"): c for c in reversed(columns)}
    return [plain[name] for name in names if name in plain]


def _column(rows: list[dict], name: str | None) -> np.ndarray:
    return np.array([_number(row.get(name)) if name else np.nan for row in rows])


def _number(cell: str | None) -> float:
    try:
        return float(cell or "nan")
    except ValueError:
        return np.nan


def _is_nan(cell: str | None) -> bool:
    return (cell or "").strip().lower() in ("nan", "-nan")
