"""Faults re-made after published ones: what slips into loops and model code.

After questions on PyTorch's forum and Stack Overflow, and the bug studies; written anew.
The nets and the data are in code_parts.py.
"""

from typing import Final

from torch import nn

from ...case import Case, Training, fault
from ...data import digits, pictures, rings
from ...habits import adam, sgd
from ...nets import Attention, conv, mlp
from ...sequences import phrases
from .code_losses import (
    angle,
    counted,
    debugged,
    dice,
    four_at_a_time,
    painter,
    rates,
    safe_angle,
    taken_as_rates,
    visits,
)
from .code_parts import (
    Columns,
    bends,
    categories,
    distances,
    phased,
    reversing,
    spots,
    stepping,
    tones,
)
from .loops import curved, grouped, shares, turned, unfrozen, warming

CODE: Final[tuple[Case, ...]] = (
    fault(
        "published: parameter groups, the one with weights left out",
        "untrained-parameters",
        lambda: grouped(False),
        lambda: grouped(True),
    ),
    fault(
        "published: units that fire by comparison, (h > 0).float()",
        "untrained-parameters",
        lambda: Training(rings(), stepping(False), adam(2e-2)),
        lambda: Training(rings(), stepping(True), adam(2e-2)),
    ),
    fault(
        "published: tables of categories in a plain dict",
        "untrained-parameters",
        lambda: Training(categories(), Columns(False), adam(2e-2)),
        lambda: Training(categories(), Columns(True), adam(2e-2)),
    ),
    fault(
        "published: accumulated over four batches, never zeroed, images",
        "stale-gradients",
        lambda: Training(pictures(), conv(), sgd(0.3), habit=four_at_a_time(False), batch=16),
        lambda: Training(pictures(), conv(), sgd(0.3), habit=four_at_a_time(True), batch=16),
    ),
    fault(
        "published: unfrozen for a second optimizer, zero_grad of the first",
        "stale-gradients",
        lambda: unfrozen(False),
        lambda: unfrozen(True),
    ),
    fault(
        "published: zero_grad inside the branch of the warm-up, words",
        "stale-gradients",
        lambda: Training(phrases(), Attention(50), sgd(0.15), habit=warming(False), steps=120),
        lambda: Training(phrases(), Attention(50), sgd(0.15), habit=warming(True), steps=120),
    ),
    fault(
        "published: the overlap itself is minimised, masks",
        "ascent wrong-loss",
        lambda: Training(spots(), painter(), adam(1e-2), dice, steps=120),
        lambda: Training(spots(), painter(), adam(1e-2), lambda o, y: 1 - dice(o, y), steps=120),
    ),
    fault(
        "published: a reversed gradient, meant for the domain, before the classes",
        "ascent",
        lambda: Training(digits(), reversing(True), adam(3e-3), steps=150),
        lambda: Training(digits(), reversing(False), adam(3e-3), steps=150),
    ),
    fault(
        "published: F.relu(h), its result thrown away, tones of any phase",
        "missing-nonlinearity",
        lambda: Training(tones(), phased(False), adam(1e-2)),
        lambda: Training(tones(), phased(True), adam(1e-2)),
    ),
    fault(
        "published: an activation looked up by a misspelt name",
        "missing-nonlinearity",
        lambda: Training(distances(), bends("ReLU"), adam(1e-2)),
        lambda: Training(distances(), bends("relu"), adam(1e-2)),
    ),
    fault(
        "published: a curve through one number, no bends on the way",
        "missing-nonlinearity",
        lambda: curved(nn.Identity),
        lambda: curved(nn.Tanh),
    ),
    fault(
        "published: shares of words, divided by the length of an empty text",
        "nonfinite",
        lambda: Training(counted(), shares(0), adam(1e-2), batch=16),
        lambda: Training(counted(), shares(1), adam(1e-2), batch=16),
    ),
    fault(
        "published: Poisson's likelihood with log_input=False and a linear output",
        "nonfinite wrong-output-activation wrong-loss",
        lambda: Training(visits(), mlp([6, 24, 1]), adam(5e-3), taken_as_rates, measure="loss"),
        lambda: Training(visits(), mlp([6, 24, 1]), adam(5e-3), rates, measure="loss"),
    ),
    fault(
        "published: the arc cosine of a cosine that reaches one",
        "nonfinite",
        lambda: turned(angle),
        lambda: turned(safe_angle),
    ),
    fault(
        "published: a subset for debugging, repeated to fill the epoch",
        "overfitting",
        lambda: Training(debugged(True), mlp([8, 64, 1]), adam(1e-2), validate=10, measure="loss"),
        lambda: Training(debugged(False), mlp([8, 64, 1]), adam(3e-3), validate=10, measure="loss"),
    ),
)
