"""Labels that left their inputs, as beginners' programs and bug studies have them."""

from typing import Any, Final

import torch
from torch import nn

from ...case import Case, Training, fault
from ...data import Data, digits
from ...habits import adam, sgd
from ...nets import Recurrent, conv, mlp
from ...sequences import phrases
from .told_parts import Axes, Eyes, dice, houses, steps, stripes, tides


def another_seed(y: torch.Tensor) -> torch.Tensor:
    return y[torch.randperm(len(y), generator=dice(31))]


def activity(wrong: bool) -> Training:
    data = steps().learned(another_seed) if wrong else steps()
    return Training(data, Axes(), lambda p: torch.optim.AdamW(p, lr=5e-3), steps=250)


def halves(wrong: bool) -> Training:
    data = stripes()
    x, y, n = data.x, data.y, len(data.x) // 2
    # x_train, x_test, y_test, y_train = train_test_split(x, y, test_size=0.5)
    data = data._replace(x=x[:n], y=y[n : 2 * n] if wrong else y[:n])
    return Training(data, Eyes(), adam(3e-3), steps=200, batch=24)


def tiled(wrong: bool) -> Training:
    data = digits()
    order = data.y.argsort(stable=True)  # the files come folder by folder
    data = data._replace(x=data.x[order], y=data.y[order])
    if wrong:  # np.tile(np.arange(10), ...) for np.repeat
        data = data.learned(lambda y: torch.arange(len(y)) % 10)
    return Training(data, mlp([64, 48, 10], nn.ELU), sgd(0.05, 0.9), steps=250, batch=64)


def header(wrong: bool) -> Training:
    data = houses()
    if wrong:  # the first row of the inputs was taken for the names of the columns
        data = data._replace(x=data.x[1:], y=data.y[:-1])
    return Training(data, mlp([7, 40, 1], nn.Tanh), sgd(0.05, 0.9), steps=250)


def factorized(y: torch.Tensor) -> torch.Tensor:
    """Number the classes of each chunk of 25 rows as they first appear in it."""
    numbers: list[int] = []
    for chunk in y.split(25):
        seen: dict[int, int] = {}
        numbers += [seen.setdefault(int(c), len(seen)) for c in chunk]
    return torch.tensor(numbers)


def chunks(wrong: bool) -> Training:
    data = digits().inputs(lambda x: x.reshape(-1, 1, 8, 8))
    data = data.learned(factorized) if wrong else data
    return Training(data, conv(norm=True), adam(5e-3), steps=120, batch=48)


def time_first(x: torch.Tensor) -> torch.Tensor:
    """Make rows of what was stored hour by hour, by view where permute is meant."""
    n, hours, width = x.shape
    return x.transpose(0, 1).reshape(n, hours, width)


def viewed(wrong: bool) -> Training:
    data = tides().inputs(time_first) if wrong else tides()
    return Training(data, Recurrent(nn.GRU, 1, 16, 1), adam(1e-2), steps=110)


def default_nought(wrong: bool) -> Training:
    data: Data = phrases()
    if wrong:  # numbers.get(topic, 0), and two names of three are written otherwise
        lost = torch.rand(len(data.y), generator=dice(32)) < 0.67
        data = data.learned(lambda y: torch.where(lost, 0, y))
    model: Any = nn.Sequential(
        nn.Embedding(50, 12), nn.Flatten(), nn.Linear(96, 24), nn.ReLU(), nn.Linear(24, 4)
    )
    return Training(data, model, adam(4e-3), steps=200)


def one_byte(wrong: bool) -> Training:
    data = houses().targets(lambda y: 500 + 220 * y)  # prices in thousands
    if wrong:  # astype(np.uint8)
        data = data.learned(lambda y: y.round() % 256)
    mean, spread = data.y.mean(), data.y.std()
    data = data.targets(lambda y: (y - mean) / spread)
    model = mlp([7, 48, 24, 1])
    return Training(data, model, lambda p: torch.optim.RMSprop(p, lr=2e-3), steps=250)


TOLD_LABELS: Final[tuple[Case, ...]] = (
    fault(
        "published: inputs and labels shuffled by two seeds, telephones, AdamW",
        "label-mismatch",
        lambda: activity(True),
        lambda: activity(False),
    ),
    fault(
        "published: the four parts of train_test_split unpacked in another order, stripes",
        "label-mismatch",
        lambda: halves(True),
        lambda: halves(False),
    ),
    fault(
        "published: np.tile for np.repeat, files folder by folder, digits",
        "label-mismatch",
        lambda: tiled(True),
        lambda: tiled(False),
    ),
    fault(
        "published: the first row of the inputs read as a header, houses",
        "label-mismatch",
        lambda: header(True),
        lambda: header(False),
    ),
    fault(
        "published: pd.factorize on each chunk of the file, batch norm",
        "label-mismatch",
        lambda: chunks(True),
        lambda: chunks(False),
    ),
    fault(
        "published: view instead of permute, hours first, tides",
        "label-mismatch shape-mismatch",
        lambda: viewed(True),
        lambda: viewed(False),
    ),
    fault(
        "published: a dictionary that answers nought for the names it lacks, topics",
        "label-mismatch",
        lambda: default_nought(True),
        lambda: default_nought(False),
    ),
    fault(
        "published: prices squeezed into one byte, they wrap at 256",
        "label-mismatch",
        lambda: one_byte(True),
        lambda: one_byte(False),
    ),
)
