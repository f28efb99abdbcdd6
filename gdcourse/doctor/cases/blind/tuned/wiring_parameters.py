"""Parameters that the optimizer does not hold, or that no module knows of."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault, usual
from ...data import cancer, digits, friedman, pictures
from ...habits import adam, sgd
from ...nets import Passing, mlp
from ...sequences import phrases
from .wiring_nets import translator, two_questions, wrapped


def looked_up(freeze: bool) -> Training:
    """Return a bag of words; from_pretrained freezes its table unless it is told not to."""
    table = nn.Embedding.from_pretrained(0.3 * torch.randn(50, 3), freeze=freeze)
    model = Passing(lambda m, x: m.out(m.table(x).mean(1)), table=table, out=nn.Linear(3, 4))
    wanted = [p for p in model.parameters() if p.requires_grad]
    return Training(phrases(), model, torch.optim.Adam(wanted, lr=3e-2))


class Experts(nn.Module):
    """A mixture of experts, of which the gate is a module and the experts a list."""

    def __init__(self, listed: Any):
        super().__init__()
        self.gate = nn.Linear(10, 4)
        self.experts = listed([mlp([10, 8, 1], nn.Tanh) for _ in range(4)])

    def forward(self, x):
        share = torch.softmax(self.gate(x), 1)
        return (share * torch.cat([e(x) for e in self.experts], 1)).sum(1, keepdim=True)


def new_head(early: bool) -> Training:
    """Return a frozen body with a new head, put on before or after the optimizer was made."""
    body = mlp([64, 64], last=nn.ReLU()).requires_grad_(False)
    model: Any = Passing(lambda m, x: m.fc(m.body(x)), body=body, fc=nn.Linear(64, 1000))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    model.fc = nn.Linear(64, 10)
    if early:
        optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.05, momentum=0.9)
    return Training(digits(), model, optimizer, batch=64, steps=150)


class Doubles(nn.Module):
    """Layers by hand; a parameter that is converted is no parameter any more, but its copy."""

    def __init__(self, converted: bool):
        super().__init__()
        kind = torch.float32 if converted else torch.float64
        w = nn.Parameter(torch.randn(64, 5, dtype=kind) / 8)
        self.w1 = w.double() if converted else w
        self.w2 = nn.Parameter(torch.randn(5, 10, dtype=torch.float64) / 2)
        self.b2 = nn.Parameter(torch.zeros(10, dtype=torch.float64))

    def forward(self, x):
        return torch.tanh(x.double() @ self.w1) @ self.w2 + self.b2


def counted(used_up: bool) -> Training:
    """Return a net with a group for its body, whose generator may be used up by counting."""
    model: Any = Passing(
        lambda m, x: m.head(m.body(x)),
        body=mlp([10, 4, 4], nn.Tanh, nn.Tanh()),
        head=nn.Linear(4, 1),
    )
    of_body = model.body.parameters()
    if used_up:
        sum(p.numel() for p in of_body)  # shown to the user
    groups = [{"params": of_body, "lr": 5e-3}, {"params": model.head.parameters()}]
    return Training(friedman(), model, torch.optim.Adam(groups, lr=1e-2), steps=250)


class Made(nn.Module):
    """A small convolutional net, one of whose layers may be made where it is used."""

    def __init__(self, anew: bool):
        super().__init__()
        self.anew = anew
        self.first = nn.Conv2d(1, 6, 3, padding=1)
        self.second = nn.Conv2d(6, 6, 3, stride=2)
        self.out = nn.Linear(54, 10)

    def forward(self, x):
        x = F.relu(self.first(x))
        x = nn.Conv2d(6, 6, 3, stride=2)(x) if self.anew else self.second(x)
        return self.out(F.relu(x).flatten(1))


WIRING_PARAMETERS: Final[tuple[Case, ...]] = (
    fault(
        "published: Embedding.from_pretrained freezes a table of noise",
        "untrained-parameters",
        lambda: looked_up(True),
        lambda: looked_up(False),
    ),
    fault(
        "published: experts in a Python list, the gate learns alone",
        "untrained-parameters",
        lambda: Training(friedman(), Experts(list), adam(1e-2), steps=250),
        lambda: Training(friedman(), Experts(nn.ModuleList), adam(1e-2), steps=250),
    ),
    fault(
        "published: a new head after the optimizer was made, the body frozen",
        "untrained-parameters learning-rate-too-low",
        lambda: new_head(False),
        lambda: new_head(True),
    ),
    fault(
        "published: nn.Parameter(w).double() in the first layer",
        "untrained-parameters",
        lambda: Training(digits(), Doubles(True), adam(1e-2)),
        lambda: Training(digits(), Doubles(False), adam(1e-2)),
    ),
    fault(
        "published: the body's parameters used up by a count, two groups",
        "untrained-parameters",
        lambda: counted(True),
        lambda: counted(False),
    ),
    fault(
        "published: a convolution made in forward",
        "untrained-parameters plateau",
        lambda: Training(pictures(), Made(True), adam(5e-3), steps=150),
        lambda: Training(pictures(), Made(False), adam(5e-3), steps=150),
    ),
    fault(
        "published: the decoder's optimizer steps twice, the encoder's never",
        "untrained-parameters",
        lambda: translator(False),
        lambda: translator(True),
    ),
    fault(
        "published: the loss of the first output is overwritten by the second's",
        "untrained-parameters",
        lambda: two_questions(False),
        lambda: two_questions(True),
    ),
    fault(
        "published: torch.tensor(loss.item(), requires_grad=True), tumours",
        "untrained-parameters learning-rate-too-low",
        lambda: Training(cancer(), mlp([30, 12, 1], nn.ELU), sgd(0.1, 0.9), habit=wrapped),
        lambda: Training(cancer(), mlp([30, 12, 1], nn.ELU), sgd(0.1, 0.9), habit=usual),
    ),
)
