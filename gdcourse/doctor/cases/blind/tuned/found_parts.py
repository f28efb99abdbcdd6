"""Data, nets and habits for the faults that follow published reports."""

from functools import cache
from typing import Any

import torch
from torch import nn

from ...data import Data, as_data, pictures


def _g(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@cache
def payments() -> Data:
    """Return payments by card, 28 standardised columns of six causes, as an autoencoder has it."""
    x = torch.randn(700, 6, generator=_g()) @ torch.randn(6, 28, generator=_g(1)) / 2.4
    x = x + 0.3 * torch.randn(700, 28, generator=_g(2))
    return as_data((x - x.mean(0)) / x.std(0), x[:, :1], "numbers").onto_itself()


@cache
def sheets() -> Data:
    """Return two standardised sensors over ten hours, to be restored (n, 10, 2)."""
    t = torch.arange(10) / 3
    phase = 6.28 * torch.rand(500, 2, 1, generator=_g())
    x = 1.4 * torch.sin(t + phase) + 0.1 * torch.randn(500, 2, 10, generator=_g(1))
    return as_data(x.transpose(1, 2), phase[:, 0], "numbers").onto_itself()


@cache
def step_down() -> Data:
    """Return numbers in [-1, 1] and a smooth step from -1 up to 0."""
    x = torch.rand(300, 1, generator=_g()) * 2 - 1
    return as_data(x, -1 / (torch.exp(10 * x) + 1), "numbers")


@cache
def corner() -> Data:
    """Return points of the unit square, and whether they are beyond a line, (n, 1)."""
    x = torch.rand(500, 2, generator=_g())
    return as_data(x, (x.sum(1, keepdim=True) > 1.0).float(), "binary")


@cache
def peaks() -> Data:
    """Return signals of 24 values and where in twelve places they have a peak, mostly nought."""
    at = torch.randint(12, (600,), generator=_g())
    y = nn.functional.one_hot(at, 12) * (0.4 + 0.6 * torch.rand(600, 1, generator=_g(1)))
    x = y.repeat_interleave(2, 1) * 3 - 0.25
    return as_data(x + 0.2 * torch.randn(600, 24, generator=_g(2)), y, "numbers")


@cache
def words_said() -> Data:
    """Return sounds, twenty frames of eight bands: which of four words was said."""
    y = torch.randint(4, (600,), generator=_g())
    rise = torch.linspace(-1, 1, 20)[None, :, None] * (y - 1.5)[:, None, None]
    band = torch.arange(8.0) - 3.5 - 2.0 * rise
    x = torch.exp(-0.5 * band**2) * 2 - 0.5 + 1.6 * torch.randn(600, 20, 8, generator=_g(1))
    return as_data(x, y, "classes")


@cache
def fourth_power(unit: float = 1.0) -> Data:
    """Return numbers in [-100, 100] and their fourth power, both in a unit of one's choice."""
    x = (torch.rand(600, 1, generator=_g()) * 2 - 1) * 100
    y = x**4
    return as_data(x, y, "numbers") if unit == 1 else as_data(x / unit, y / unit**4, "numbers")


@cache
def straight(widest: float) -> Data:
    """Return y = 5 x + 3 with noise, x from nought to so much."""
    x = torch.rand(500, 1, generator=_g())
    y = 5 * x + 3 + 0.1 * torch.randn(500, 1, generator=_g(1))
    return as_data(x * widest, y, "numbers")


@cache
def districts(raw: bool) -> Data:
    """Return a table of districts (income, age, rooms, people, place), what houses cost there."""
    z = torch.randn(700, 6, generator=_g())
    w = torch.tensor([[0.9, 0.2, 0.3, -0.1, -0.5, -0.4]]).T
    y = z @ w + 0.4 * torch.randn(700, 1, generator=_g(1))
    middle = torch.tensor([3.9, 28.6, 5.4, 1425.0, 35.6, -119.6])
    spread = torch.tensor([1.9, 12.6, 1.2, 420.0, 2.1, 2.0])
    return as_data(z * spread + middle if raw else z, 2 + y if raw else y / y.std(), "numbers")


@cache
def genes() -> Data:
    """Return the logarithms of forty genes' counts, all near ten, to be restored."""
    x = torch.randn(600, 5, generator=_g()) @ torch.randn(5, 40, generator=_g(1)) / 2.2
    x = x + 0.2 * torch.randn(600, 40, generator=_g(2)) + 10
    return as_data(x, x[:, :1], "numbers").onto_itself()


def centred(data: Data) -> Data:
    """Return data to be restored, less its mean."""
    return data.inputs(lambda x: x - data.x.mean(0)).onto_itself()


@cache
def machines(unit: float) -> Data:
    """Return twelve readings of a machine and its hours of work, in a unit of one's choice."""
    x = torch.rand(600, 12, generator=_g())
    y = 2 * x[:, :1] * x[:, 1:2] + x[:, 2:3] - x[:, 3:4] ** 2 + 1.5
    y = y + 0.1 * torch.randn(600, 1, generator=_g(1))
    return as_data(x * 2 - 1, y * unit, "numbers")


@cache
def shares() -> Data:
    """Return thirty days of a share, a wave with noise, and the day after, all standardised."""
    t = torch.rand(500, 1, generator=_g()) * 40 + torch.arange(31) * 0.3
    x = 1.4 * torch.sin(t) + 0.15 * torch.randn(500, 31, generator=_g(1))
    return as_data(x[:, :30, None], x[:, 30:], "numbers")


class Restorer(nn.Module):
    """A recurrent autoencoder: the last state is repeated, unrolled, and mapped back."""

    def __init__(self, last: Any = None):
        super().__init__()
        self.reader = nn.LSTM(2, 24, batch_first=True)
        self.writer = nn.LSTM(24, 24, batch_first=True)
        self.back = nn.Linear(24, 2)
        self.last = last or (lambda x: x)

    def forward(self, x):
        _, (h, _) = self.reader(x)
        states, _ = self.writer(h[-1][:, None].expand(-1, x.shape[1], -1))
        return self.last(self.back(states))


class Listener(nn.Module):
    """Convolution over time, a GRU and a head, as a spotter of keywords has them."""

    def __init__(self) -> None:
        super().__init__()
        self.front = nn.Conv1d(8, 12, 3, stride=2)
        self.body = nn.GRU(12, 16, batch_first=True)
        self.head = nn.Linear(16, 4)

    def forward(self, x):
        h = torch.relu(self.front(x.transpose(1, 2))).transpose(1, 2)
        return self.head(self.body(h)[0][:, -1])


def backbone() -> nn.Sequential:
    layers = [nn.Conv2d(1, 8, 3, 2), nn.ReLU(), nn.Conv2d(8, 6, 3), nn.Tanh()]
    return nn.Sequential(*layers, nn.Flatten())


@cache
def taught() -> dict[str, Any]:
    """Return the weights of a backbone that was trained before, under a wrapper's names."""
    data = pictures()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        body = backbone()
        net = nn.Sequential(body, nn.Linear(6, 10))
        descent = torch.optim.Adam(net.parameters(), lr=0.01)
        for _ in range(200):
            descent.zero_grad()
            rows = torch.randint(len(data.x), (64,))
            nn.functional.cross_entropy(net(data.x[rows]), data.y[rows]).backward()
            descent.step()
    return {f"module.{k}": v.detach().clone() for k, v in body.state_dict().items()}


class Tuned(nn.Module):
    """A backbone whose weights come from a file, held fast, and a head to be learned."""

    def __init__(self, renamed: bool):
        super().__init__()
        self.body = backbone()
        self.head = nn.Linear(6, 10)
        cut = len("module.") if renamed else 0
        self.body.load_state_dict({k[cut:]: v for k, v in taught().items()}, strict=False)
        if renamed:
            self.body.requires_grad_(False)

    def forward(self, x):
        with torch.no_grad():
            h = self.body(x)
        return self.head(h)
