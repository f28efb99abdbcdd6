"""Small models for the cases."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import nn


def mlp(
    sizes: Sequence[int],
    act: Callable[[], nn.Module] = nn.ReLU,
    last: nn.Module | None = None,
    init: Callable[[torch.Tensor], Any] | None = None,
    norm: Any = None,
    drop: float = 0.0,
) -> nn.Sequential:
    """Return linear layers of these sizes, bent between; init fills the weights, biases are 0."""
    layers: list[nn.Module] = []
    for i, (a, b) in enumerate(pairwise(sizes)):
        layers.append(nn.Linear(a, b))
        if i < len(sizes) - 2:
            layers += [norm(b)] if norm else []
            layers.append(act())
            layers += [nn.Dropout(drop)] if drop else []
    model = nn.Sequential(*layers, *([last] if last else []))
    if init is not None:
        filled(model, init)
    return model


def filled(model: nn.Module, init: Callable[[torch.Tensor], Any], bias: float = 0.0) -> nn.Module:
    """Return a model whose weights were filled by init and whose biases are all the same."""
    for name, p in model.named_parameters():
        if p.ndim > 1:
            init(p)
        elif "bias" in name:
            nn.init.constant_(p, bias)
    return model


def normal(spread: float, mean: float = 0.0) -> Callable[[torch.Tensor], Any]:
    """Return an initialiser by normal numbers."""
    return lambda w: nn.init.normal_(w, mean, spread)


def conv(
    act: Callable[[], nn.Module] = nn.ReLU, norm: bool = False, depth: int = 2, outputs: int = 10
) -> nn.Sequential:
    """Return a small convolutional net for images of one channel, 8 x 8."""
    layers: list[nn.Module] = []
    for i in range(depth):
        layers.append(nn.Conv2d(1 if i == 0 else 8, 8, 3, padding=1))
        layers += [nn.BatchNorm2d(8)] if norm else []
        layers.append(act())
    return nn.Sequential(*layers, nn.AvgPool2d(2), nn.Flatten(), nn.Linear(128, outputs))


class Recurrent(nn.Module):
    """A recurrent layer, and a linear one on its last state, or on all of them."""

    def __init__(
        self, kind: Any, inputs: int, hidden: int, outputs: int, words: int = 0, every: bool = False
    ):
        super().__init__()
        self.embed = nn.Embedding(words, inputs) if words else None
        self.cell = kind(inputs, hidden, batch_first=True)
        self.head = nn.Linear(hidden, outputs)
        self.every = every

    def forward(self, x):
        x = self.embed(x) if self.embed is not None else x
        states, _ = self.cell(x)
        return self.head(states).transpose(1, 2) if self.every else self.head(states[:, -1])


class Bag(nn.Module):
    """Embedded words, averaged, and a small net on top."""

    def __init__(self, words: int, width: int = 16, outputs: int = 4, hidden: int = 0):
        super().__init__()
        self.embed = nn.Embedding(words, width)
        self.head = mlp([width, hidden, outputs] if hidden else [width, outputs])

    def forward(self, x):
        return self.head(self.embed(x).mean(1))


class Attention(nn.Module):
    """A transformer's encoder of one layer over words, averaged."""

    def __init__(self, words: int, width: int = 16, outputs: int = 4, drop: float = 0.0):
        super().__init__()
        self.embed = nn.Embedding(words, width)
        self.layer = nn.TransformerEncoderLayer(width, 2, 32, drop, batch_first=True)
        self.head = nn.Linear(width, outputs)

    def forward(self, x):
        return self.head(self.layer(self.embed(x)).mean(1))


class Residual(nn.Module):
    """A net whose blocks add to what they are given."""

    def __init__(self, inputs: int, width: int, outputs: int, depth: int, act: Any = torch.relu):
        super().__init__()
        self.first = nn.Linear(inputs, width)
        self.blocks = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.last = nn.Linear(width, outputs)
        self.act = act

    def forward(self, x):
        x = self.first(x)
        for block in self.blocks:
            x = x + self.act(block(x))
        return self.last(x)


class Passing(nn.Module):
    """Any function of x over modules that are given by name."""

    def __init__(self, forward: Callable[[Any, torch.Tensor], torch.Tensor], **modules: nn.Module):
        super().__init__()
        for name, module in modules.items():
            setattr(self, name, module)
        self.through = forward

    def forward(self, x):
        return self.through(self, x)
