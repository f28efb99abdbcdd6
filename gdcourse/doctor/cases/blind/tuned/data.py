"""Faults re-made after published ones: inputs, targets and labels (see losses.py).

After questions on forums and the bug studies; written anew, on small data.
"""

from typing import Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import moons, pictures
from ...habits import adam, sgd
from ...nets import Attention, Recurrent, conv, mlp
from ...sequences import majority, phrases, running_sum
from .losses import LOSSES
from .sounds import (
    _by_name,
    _dropped_from_inputs,
    _standing,
    hearing,
    in_photograph,
    locating,
    mirrored,
    pressures,
    restored,
    spots,
    stamped,
    tones,
)

DATA: Final[tuple[Case, ...]] = (
    fault(
        "published: air pressure in hectopascal, an LSTM",
        "input-scale saturation",
        lambda: Training(pressures(), Recurrent(nn.LSTM, 1, 12, 1), adam(1e-2), steps=120),
        lambda: Training(
            pressures().inputs(lambda x: (x - 1013) / 7),
            Recurrent(nn.LSTM, 1, 12, 1),
            adam(1e-2),
            steps=120,
        ),
    ),
    fault(
        "published: the seconds since 1970 among the inputs",
        "input-scale",
        lambda: Training(stamped(), mlp([7, 32, 32, 2]), torch.optim.AdamW, F.smooth_l1_loss),
        lambda: Training(
            stamped().inputs(_standing), mlp([7, 32, 32, 2]), adam(1e-2), F.smooth_l1_loss
        ),
    ),
    fault(
        "published: images divided by 255 twice",
        "input-scale learning-rate-too-low",
        lambda: Training(
            pictures("unit").inputs(lambda x: x / 255), conv(), sgd(0.1, 0.9), steps=120
        ),
        lambda: Training(pictures("unit"), conv(), sgd(0.1, 0.9), steps=120),
    ),
    fault(
        "published: sounds as whole numbers of sixteen bits",
        "input-scale",
        lambda: Training(tones(), hearing(), sgd(0.01, 0.9)),
        lambda: Training(tones().inputs(lambda x: x / 32768), hearing(), adam(1e-2)),
    ),
    fault(
        "published: where the spot is, in pixels of the photograph",
        "target-scale",
        lambda: Training(in_photograph(spots()), locating(), adam(1e-3), F.smooth_l1_loss),
        lambda: Training(spots(), locating(), adam(5e-3), F.smooth_l1_loss),
    ),
    fault(
        "published: the year of a text, attention",
        "target-scale",
        lambda: Training(
            phrases().targets(lambda y: 1960.0 + 15 * y[:, None].double(), "numbers"),
            Attention(50, 16, 1),
            torch.optim.RMSprop,
            steps=150,
        ),
        lambda: Training(
            phrases().targets(lambda y: (y[:, None].double() - 1.5) / 1.1, "numbers"),
            Attention(50, 16, 1),
            adam(5e-3),
            steps=150,
        ),
    ),
    fault(
        "published: inputs divided by 255, the pictures to be restored not",
        "target-scale",
        lambda: Training(restored(255.0), mlp([64, 48, 64]), adam(1e-3), F.l1_loss),
        lambda: Training(restored(1.0), mlp([64, 48, 64]), adam(5e-3), F.l1_loss),
    ),
    fault(
        "published: returns of a fifth of a percent a day, GRU",
        "target-scale learning-rate-too-low",
        lambda: Training(
            running_sum(8).targets(lambda y: 0.002 * y),
            Recurrent(nn.GRU, 1, 12, 1),
            sgd(0.03, 0.9),
            steps=120,
        ),
        lambda: Training(running_sum(8), Recurrent(nn.GRU, 1, 12, 1), sgd(0.03, 0.9), steps=120),
    ),
    fault(
        "published: labels one and two for the logistic loss",
        "label-mismatch wrong-loss target-scale",
        lambda: Training(moons().learned(lambda y: y + 1), mlp([2, 16, 16, 1]), adam(3e-3)),
        lambda: Training(moons(), mlp([2, 16, 16, 1]), adam(1e-2)),
    ),
    fault(
        "published: images turned over by chance, their positions not",
        "label-mismatch",
        lambda: Training(spots(), locating(), adam(5e-3), habit=mirrored(False)),
        lambda: Training(spots(), locating(), adam(5e-3), habit=mirrored(True)),
    ),
    fault(
        "published: images in the order of their names, labels in that of their numbers",
        "label-mismatch",
        lambda: Training(pictures().learned(_by_name), conv(), adam(3e-3), steps=120, batch=64),
        lambda: Training(pictures(), conv(), adam(3e-3), steps=120, batch=64),
    ),
    fault(
        "published: incomplete rows dropped from the inputs alone, bits to a GRU",
        "label-mismatch",
        lambda: Training(
            _dropped_from_inputs(majority(8)), Recurrent(nn.GRU, 1, 12, 1), adam(2e-2), steps=120
        ),
        lambda: Training(majority(8), Recurrent(nn.GRU, 1, 12, 1), adam(2e-2), steps=120),
    ),
    *LOSSES,
)
