"""The faults of richer tasks by name, each with its repaired twin."""

from functools import partial as p
from typing import Final

import torch
from torch import nn

from ...case import Case, Training, fault
from ...habits import adam, sgd
from .tasks_data import couples, sets
from .tasks_nets import bags, found, siamese
from .tasks_trainings import (
    clubs,
    few,
    flow,
    logarithm,
    months,
    multiplied,
    no_logarithm,
    one_side_kept,
    priced,
    products,
    quantile,
    swing,
    taught,
    translated,
    two,
    two_halves,
    unsigned,
    variational,
    visits,
)

FAULTS_OF_TASKS: Final[tuple[Case, ...]] = (
    fault(
        "published: a variational decoder that ends rectified, half the pixels are negative",
        "wrong-output-activation dead-relu",
        lambda: variational(nn.ReLU()),
        variational,
    ),
    fault(
        "published: a variational autoencoder, Adam at 2e-6, copied from a fine-tuning",
        "learning-rate-too-low",
        lambda: variational(optimizer=adam(2e-6)),
        variational,
    ),
    fault(
        "published: a variational autoencoder, plain descent at a fiftieth",
        "learning-rate-too-low",
        lambda: variational(optimizer=sgd(0.02)),
        lambda: variational(optimizer=sgd(0.6, 0.9)),
    ),
    fault(
        "published: letters to come rolled along the batch instead of the word",
        "label-mismatch",
        p(translated, 0),
        p(translated, 1),
    ),
    fault(
        "published: reader and writer, zero_grad of the reader alone",
        "stale-gradients",
        p(translated, 1, one_side_kept),
        p(translated, 1),
    ),
    fault(
        "published: contrast of two halves, the minus before the logarithm forgotten",
        "ascent wrong-loss",
        lambda: two_halves(unsigned, adam(5e-3)),
        lambda: two_halves(found, adam(5e-3)),
    ),
    fault(
        "published: contrast of two halves, multiplied by the temperature",
        "plateau learning-rate-too-low wrong-loss",
        lambda: two_halves(multiplied, sgd(0.3)),
        lambda: two_halves(found, sgd(0.3)),
    ),
    fault(
        "published: layers of a graph net in a plain list",
        "untrained-parameters",
        p(clubs, True),
        clubs,
    ),
    fault(
        "published: a graph net, Adam with L2 of one half",
        "over-regularized",
        lambda: clubs(optimizer=adam(2e-2, weight_decay=0.5)),
        clubs,
    ),
    fault(
        "published: a graph net averages, and averages again, and nothing bends",
        "missing-nonlinearity",
        lambda: products(lambda h: h),
        lambda: products(torch.relu),
    ),
    fault(
        "published: the smaller instead of the larger term of a quantile's loss",
        "ascent wrong-loss",
        p(quantile, True),
        p(quantile, False),
    ),
    fault(
        "published: an equation whose time is in seconds, eight hundred of them",
        "input-scale saturation",
        p(swing, 800.0),
        p(swing, 1.0),
    ),
    fault(
        "published: a flow of couplings, Adam at one half",
        "learning-rate-too-high exploding-gradients nonfinite",
        p(flow, 0.5),
        p(flow, 1e-2),
    ),
    fault(
        "published: visits [N, 1] against [N], Poisson's likelihood broadcasts",
        "shape-mismatch",
        p(visits, True),
        visits,
    ),
    fault(
        "published: softplus before a likelihood that takes the exponential itself",
        "wrong-output-activation",
        lambda: visits(last=nn.Softplus()),
        visits,
    ),
    fault(
        "published: a number and its doubt in dollars, Gaussian likelihood",
        "target-scale",
        p(priced, 80000.0),
        p(priced, 1.0),
    ),
    fault(
        "published: shares of a teacher, kl_div without the logarithm",
        "wrong-loss wrong-output-activation",
        p(taught, no_logarithm),
        p(taught, logarithm),
    ),
    fault(
        "published: a yes or no and a number in thousands, one loss",
        "target-scale",
        p(two, 3000.0),
        p(two, 1.0),
    ),
    fault(
        "published: lifetimes by months, plain descent at a thousandth",
        "learning-rate-too-low",
        lambda: months(sgd(1e-3)),
        lambda: months(sgd(0.3)),
    ),
    fault(
        "published: the same digit? codes detached before they are compared",
        "untrained-parameters",
        lambda: Training(couples(4000), siamese(True), adam(5e-3), steps=250, batch=64),
        lambda: Training(couples(4000), siamese(), adam(5e-3), steps=250, batch=64),
    ),
    fault(
        "published: the same digit? fifty pairs by heart",
        "overfitting",
        p(few, 50),
        lambda: Training(couples(4000), siamese(), adam(5e-3), steps=250, batch=64, validate=10),
    ),
    fault(
        "published: bags of points, plain means, momentum at one half",
        "learning-rate-too-high exploding-gradients nonfinite dead-relu",
        lambda: Training(sets(), bags(), sgd(0.5, 0.9), batch=128, steps=250),
        lambda: Training(sets(), bags(), sgd(0.012, 0.9), batch=128, steps=250),
    ),
)
