"""Nets, data and loops that are sound and look odd: helpers of healthy_nets.py."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ....rules.rule import Rule
from ....rules.torch_optimizer import TorchOptimizer
from ..case import Training
from ..data import digits
from ..habits import adam
from ..nets import Passing, mlp


def ours(rule: Rule) -> Any:
    """Return one of our rules as an optimizer, to be given parameters."""
    return lambda p: TorchOptimizer(p, rule)


def adapted() -> Training:
    """Return a net trained on digits, frozen, and adapters of rank four for mirrored digits."""
    data, net = digits(), mlp([64, 64, 64, 10])
    optimizer = adam(1e-2)(net.parameters())
    for i in range(60):
        optimizer.zero_grad()
        F.cross_entropy(net(data.x[i % 4 :: 4]), data.y[i % 4 :: 4]).backward()
        optimizer.step()
    net.requires_grad_(False)
    down = nn.ModuleList(nn.Linear(64, 4, bias=False) for _ in range(3))
    up: Any = nn.ModuleList(nn.Linear(4, out, bias=False) for out in (64, 64, 10))
    for layer in up:
        nn.init.zeros_(layer.weight)

    def through(m, x):
        for i in range(3):
            x = m.net[2 * i](x) + m.up[i](m.down[i](x))
            x = torch.relu(x) if i < 2 else x
        return x

    model = Passing(through, net=net, down=down, up=up)
    mirrored = data.inputs(lambda x: x.reshape(-1, 8, 8).flip(2).reshape(-1, 64))
    return Training(mirrored, model, adam(1e-2)([*down.parameters(), *up.parameters()]))


def grouped(depth: int) -> nn.Module:
    """Return deep convolutions with group norm and SiLU."""
    layers: list[nn.Module] = [nn.Conv2d(1, 8, 3, padding=1), nn.MaxPool2d(2)]
    for _ in range(depth):
        layers += [nn.Conv2d(8, 8, 3, padding=1), nn.GroupNorm(2, 8), nn.SiLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(128, 10))


class Rezero(nn.Module):
    """Residual blocks whose factors start at zero: at first no block has a gradient."""

    def __init__(self, depth: int, width: int = 32):
        super().__init__()
        self.first, self.last = nn.Linear(64, width), nn.Linear(width, 10)
        self.blocks = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.factors = nn.Parameter(torch.zeros(depth))

    def forward(self, x):
        x = self.first(x)
        for block, factor in zip(self.blocks, self.factors, strict=True):
            x = x + factor * torch.relu(block(x))
        return self.last(x)


def selu(depth: int) -> nn.Sequential:
    """Return a self-normalising net: SELU, LeCun's start, alpha dropout."""
    layers: list[nn.Module] = []
    for i in range(depth):
        layers += [nn.Linear(64 if i == 0 else 40, 40), nn.SELU(), nn.AlphaDropout(0.02)]
    model = nn.Sequential(*layers, nn.Linear(40, 10))
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, 0, layer.in_features**-0.5)
            nn.init.zeros_(layer.bias)
    return model


def pre_norm(words: int = 50, width: int = 16) -> nn.Module:
    """Return a transformer, norm first, GELU, branches that end in zeros."""
    layers: Any = nn.ModuleList(
        nn.TransformerEncoderLayer(width, 2, 32, 0.0, F.gelu, batch_first=True, norm_first=True)
        for _ in range(2)
    )
    for layer in layers:
        nn.init.zeros_(layer.linear2.weight)
        nn.init.zeros_(layer.self_attn.out_proj.weight)

    def through(m, x):
        x = m.embed(x)
        for layer in m.layers:
            x = layer(x)
        return m.head(m.norm(x).mean(1))

    norm, head = nn.LayerNorm(width), nn.Linear(width, 4)
    return Passing(through, embed=nn.Embedding(words, width), layers=layers, norm=norm, head=head)


def two_exits() -> Training:
    """Return a net with a second head half-way, which counts a third and only in training."""

    def through(m, x):
        x = m.lower(x)
        whole = m.head(m.upper(x))
        return (whole, m.early(x)) if m.training else whole

    def loss_fn(o, y):
        if isinstance(o, tuple):
            return F.cross_entropy(o[0], y) + 0.3 * F.cross_entropy(o[1], y)
        return F.cross_entropy(o, y)

    lower, upper = (nn.Sequential(*(nn.Linear(64, 64), nn.ReLU()) * 2) for _ in range(2))
    head, early = nn.Linear(64, 10), nn.Linear(64, 10)
    model = Passing(through, lower=lower, upper=upper, head=head, early=early)
    return Training(digits(), model, adam(2e-3), loss_fn)


def class_and_ink() -> Training:
    """Return a net that tells a digit's class and how much ink it took, in two heads."""
    whole = digits()
    x, held = whole.x.mean(1), whole.x_held.mean(1)
    ink, inked = ((z - x.mean()) / x.std() for z in (x, held))
    y, y_held = torch.stack([whole.y, ink], 1), torch.stack([whole.y_held, inked], 1)
    data = whole._replace(y=y, y_held=y_held)

    def loss_fn(o, y):
        return F.cross_entropy(o[:, :10], y[:, 0].long()) + F.mse_loss(o[:, 10], y[:, 1])

    def through(m, x):
        x = torch.relu(m.body(x))
        return torch.cat([m.kind(x), m.ink(x)], 1)

    model = Passing(through, body=nn.Linear(64, 64), kind=nn.Linear(64, 10), ink=nn.Linear(64, 1))
    return Training(data, model, adam(3e-3), loss_fn, measure="loss")


def experts() -> nn.Module:
    """Return four experts of which each row asks one; those not asked have no gradient."""

    def through(m, x):
        share = m.gate(x).softmax(1)
        best = share.argmax(1)
        return sum(
            (share[:, [i]] * (best == i)[:, None]) * expert(x) for i, expert in enumerate(m.all)
        )

    some = nn.ModuleList(mlp([64, 32, 10]) for _ in range(4))
    return Passing(through, gate=nn.Linear(64, 4), all=some)
