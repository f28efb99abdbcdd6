"""Faults after reports that are named with each: last layers, losses, gradients, schedules."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault
from ...data import digits, pictures
from ...habits import adam, never_zeroed, sgd
from ...nets import Attention, Passing, conv, mlp
from ...sequences import phrases
from .found_parts import (
    Listener,
    Restorer,
    Tuned,
    corner,
    payments,
    peaks,
    sheets,
    step_down,
    words_said,
)


def _fraud(last: Any) -> nn.Module:
    """Return 28 - 14 - 7 - 7 - 28, tanh and rectified in turn."""

    def forward(m: Any, x: Any) -> Any:
        h = torch.relu(m.two(torch.tanh(m.one(x))))
        return last(m.four(torch.tanh(m.three(h))))

    return Passing(
        forward,
        one=nn.Linear(28, 14),
        two=nn.Linear(14, 7),
        three=nn.Linear(7, 7),
        four=nn.Linear(7, 28),
    )


def _diverse(o: Any, y: Any) -> Any:
    return ((y - o) ** 2).sum() - 100 * o.std()


def _one_unit(o: Any, y: Any) -> Any:
    return F.binary_cross_entropy_with_logits(o, y[:, None].float())


def _dropped(last: Any) -> nn.Module:
    return mlp([2, 64, 64, 1], nn.Tanh, last=last, drop=0.5)


def _square(o: Any, y: Any) -> Any:
    return F.mse_loss(o, y)


def _warmed(each: int) -> Any:
    """Return a linear warm-up and decay over 240 steps, counted so many times a step."""

    def schedule(optimizer: Any) -> Any:
        def factor(step: int) -> float:
            k = step * each
            return min((k + 1) / 20, max(1 - k / 240, 0.0))

        return torch.optim.lr_scheduler.LambdaLR(optimizer, factor)

    return schedule


def _sentences(each: int) -> Training:
    model = Attention(50, drop=0.1)
    return Training(phrases(), model, adam(2e-3), steps=160, schedule=_warmed(each))


def _analog(habit: Any = None) -> Training:
    """Return one layer of four to two, ten rows at once."""
    x = torch.rand(10, 4, generator=torch.Generator().manual_seed(3))
    y = x @ torch.tensor([[0.4, -0.3], [0.2, 0.5], [-0.6, 0.1], [0.3, 0.3]]) + 0.1
    data = peaks()._replace(x=x, y=y, x_held=x.flip(0), y_held=y.flip(0))
    return Training(data, nn.Linear(4, 2), sgd(0.3), batch=0, steps=150, habit=habit)


FOUND_OUTPUT_FAULTS: Final[tuple[Case, ...]] = (
    # curiousily/Credit-Card-Fraud-Detection-using-Autoencoders-in-Keras, issue 1
    fault(
        "published: card payments standardised, the autoencoder ends rectified",
        "wrong-output-activation dead-relu",
        lambda: Training(payments(), _fraud(torch.relu), adam(3e-3), steps=250),
        lambda: Training(payments(), _fraud(lambda x: x), adam(3e-3), steps=250),
    ),
    # cran2367/lstm_autoencoder_classifier, issue 2
    fault(
        "published: an LSTM restores standardised sensors, rectified at the end",
        "wrong-output-activation dead-relu",
        lambda: Training(sheets(), Restorer(torch.relu), adam(1e-2), steps=120),
        lambda: Training(sheets(), Restorer(), adam(1e-2), steps=120),
    ),
    # Stack Overflow 58887284, why is the neural network not learning the curve
    fault(
        "published: one neuron with a sigmoid, the curve is below nought",
        "wrong-output-activation",
        lambda: Training(step_down(), mlp([1, 1], last=nn.Sigmoid()), adam(0.1), steps=200),
        lambda: Training(
            step_down().targets(lambda y: -y), mlp([1, 1], last=nn.Sigmoid()), adam(0.1), steps=200
        ),
    ),
    # datascience.stackexchange 38604, too low accuracy on MNIST (loss: -55)
    fault(
        "published: ten digits, one unit, the loss of yes or no falls far below nought",
        "wrong-loss label-mismatch ascent",
        lambda: Training(digits("unit"), mlp([64, 64, 1]), adam(3e-3), _one_unit, steps=200),
        lambda: Training(digits("unit"), mlp([64, 64, 10]), adam(3e-3), steps=200),
    ),
    # keras-team/keras, issue 126, MLP example doesn't make progress
    fault(
        "published: beyond a line, softmax over one unit, squared error, half dropped",
        "wrong-output-activation",
        lambda: Training(
            corner(), _dropped(nn.Softmax(1)), sgd(0.1, 0.9, nesterov=True), _square, batch=16
        ),
        lambda: Training(
            corner(), _dropped(nn.Sigmoid()), sgd(0.1, 0.9, nesterov=True), _square, batch=16
        ),
    ),
    # discuss.pytorch.org 188664, loss function finding extreme local minimum
    fault(
        "published: squares summed, less a hundred spreads of what is predicted",
        "wrong-loss",
        lambda: Training(peaks(), mlp([24, 32, 12]), adam(3e-3), _diverse, steps=200),
        lambda: Training(
            peaks(), mlp([24, 32, 12]), adam(3e-3), lambda o, y: ((y - o) ** 2).sum(), steps=200
        ),
    ),
    # IBM/aihwkit, issue 446, missing zero_grad call: the loss falls and comes back
    fault(
        "published: an example of one simple layer, zero_grad left out",
        "stale-gradients oscillation",
        lambda: _analog(never_zeroed),
        _analog,
    ),
    # wenet-e2e/wekws, issue 72 and pull request 73
    fault(
        "published: a spotter of keywords in noise, zero_grad left out",
        "stale-gradients oscillation",
        lambda: Training(words_said(), Listener(), sgd(0.3), steps=120, habit=never_zeroed),
        lambda: Training(words_said(), Listener(), sgd(0.3), steps=120),
    ),
    # huggingface/accelerate, issue 963; axolotl, issue 157: N times too fast
    fault(
        "published: a schedule stepped by each of sixteen workers, sentences",
        "learning-rate-too-low plateau",
        lambda: _sentences(16),
        lambda: _sentences(1),
    ),
    # Trusted-AI/adversarial-robustness-toolbox, pull request 1960: integer labels and argmax;
    # mrdbourke/tensorflow-deep-learning, issue 621: argmax of an integer is always 0
    fault(
        "published: labels are whole numbers already and pass through argmax",
        "label-mismatch",
        lambda: Training(
            pictures().learned(lambda y: y[:, None].argmax(1)), conv(), adam(3e-3), steps=150
        ),
        lambda: Training(pictures(), conv(), adam(3e-3), steps=150),
    ),
    # the forum's threads on load_state_dict(strict=False) and names that begin with module.
    fault(
        "published: no name in the file fits, strict=False, the body is passed under no_grad",
        "untrained-parameters",
        lambda: Training(pictures(), Tuned(False), adam(1e-2), steps=250),
        lambda: Training(
            pictures(), (m := Tuned(True)), torch.optim.Adam(m.head.parameters(), 1e-2), steps=250
        ),
    ),
)
