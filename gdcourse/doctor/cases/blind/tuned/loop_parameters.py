"""Parameters that never move or hardly, wholly or in part."""

import copy
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, fault, usual
from ...data import cancer, digits, friedman, wine
from ...habits import adam, sgd
from ...nets import Passing, Residual, mlp
from ...sequences import phrases, running_sum


class ByHand(nn.Module):
    """Layers by hand: tensors that require a gradient, though they may be no parameters."""

    def __init__(self, kept: Any):
        super().__init__()
        self.w1 = kept(0.01 * torch.randn(30, 2))
        self.b1 = kept(torch.zeros(2))
        self.out = nn.Linear(2, 1)

    def forward(self, x):
        return self.out(torch.tanh(x @ self.w1 + self.b1))


class Listener(nn.Module):
    """A GRU over numbers, whose last state may be made a new tensor from its numbers."""

    def __init__(self, anew: bool):
        super().__init__()
        self.gru = nn.GRU(1, 3, batch_first=True)
        self.fc = nn.Linear(3, 1)
        self.anew = anew

    def forward(self, x):
        _, h = self.gru(x)
        h = h[-1]
        if self.anew:
            h = torch.tensor(h.tolist())
        return self.fc(h)


def share_of_errors(t: Training, x: Any, y: Any) -> Any:
    """Count the errors, and make the count require a gradient since backward complained."""
    t.optimizer.zero_grad()
    wrong = (t.model(x).argmax(1) != y).float().mean().requires_grad_()
    wrong.backward()
    t.optimizer.step()
    return wrong


def two_losses(as_number: bool) -> Training:
    """Return a net that tells a number and its size; one loss may be added as a number."""
    data = friedman().targets(lambda y: torch.cat([y, y.abs()], 1))
    model = Passing(
        lambda m, x: torch.cat([m.value(m.one(x)), m.size(m.two(x))], 1),
        one=mlp([10, 16], last=nn.ReLU()),
        two=mlp([10, 16], last=nn.ReLU()),
        value=nn.Linear(16, 1),
        size=nn.Linear(16, 1),
    )

    def habit(t: Training, x: Any, y: Any) -> Any:
        o = t.model(x)
        value, size = F.mse_loss(o[:, 0], y[:, 0]), F.l1_loss(o[:, 1], y[:, 1])
        loss = size + (value.item() if as_number else value)
        t.optimizer.zero_grad()
        loss.backward()
        t.optimizer.step()
        return loss

    return Training(data, model, adam(1e-2), habit=habit, batch=64)


def by_index(encoder: int) -> Training:
    """Return an encoder and a head in one Sequential; an index may meet the tanh between them."""
    net = nn.Sequential(nn.Linear(64, 5), nn.Tanh(), nn.Linear(5, 10))
    wanted = [*net[encoder].parameters(), *net[2].parameters()]
    return Training(digits(), net, torch.optim.Adam(wanted, lr=1e-2))


def unfreezing(known: bool) -> Training:
    """Return a frozen table of words, freed after twenty batches; the optimizer may not know."""
    model: Any = Passing(
        lambda m, x: m.out(m.table(x).mean(1)), table=nn.Embedding(50, 3), out=nn.Linear(3, 4)
    )
    model.table.weight.requires_grad = False
    free = list(model.parameters()) if known else [p for p in model.parameters() if p.requires_grad]
    seen = 0

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == 20:
            model.table.weight.requires_grad = True
        return usual(t, x, y)

    return Training(phrases(), model, torch.optim.AdamW(free, lr=3e-2), habit=habit)


def rolled_back(wrong_way: bool) -> Any:
    """Return to the best state when ten steps brought nothing; the comparison may be inverted."""
    best: Any = None
    at = 0

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal best, at
        if best is None:
            best = (float("inf"), copy.deepcopy(t.model.state_dict()))
        loss = usual(t, x, y)
        at += 1
        if at % 10 == 0:
            with torch.no_grad():
                now = float(t.loss_fn(t.model(t.data.x_held), t.data.y_held))
            if (now > best[0]) if wrong_way else (now < best[0]):
                best = (now, copy.deepcopy(t.model.state_dict()))
            else:
                t.model.load_state_dict(best[1])
        return loss

    return habit


def by_depth(factor: float) -> Training:
    """Return a residual net, whose rates fall by this factor from each layer to that before it."""
    net = Residual(64, 12, 10, 4, torch.tanh)
    layers = [net.last, *reversed(list(net.blocks)), net.first]
    groups = [{"params": m.parameters(), "lr": 3e-3 * factor**i} for i, m in enumerate(layers)]
    return Training(digits(), net, torch.optim.Adam(groups), steps=150)


LOOP_PARAMETERS: Final[tuple[Case, ...]] = (
    fault(
        "published: tensors that require a gradient and are no parameters, tumours",
        "untrained-parameters",
        lambda: Training(cancer(), ByHand(lambda w: w.requires_grad_()), sgd(0.1, 0.9), steps=150),
        lambda: Training(cancer(), ByHand(nn.Parameter), sgd(0.1, 0.9), steps=150),
    ),
    fault(
        "published: the last state of a GRU put into torch.tensor(h.tolist()), sums",
        "untrained-parameters",
        lambda: Training(running_sum(), Listener(True), adam(2e-2), steps=150),
        lambda: Training(running_sum(), Listener(False), adam(2e-2), steps=150),
    ),
    fault(
        "published: the share of errors as a loss that is made to require a gradient",
        "untrained-parameters wrong-loss",
        lambda: Training(wine(), mlp([13, 16, 3]), adam(1e-2), habit=share_of_errors),
        lambda: Training(wine(), mlp([13, 16, 3]), adam(1e-2), habit=usual),
    ),
    fault(
        "published: of two losses one is added by item()",
        "untrained-parameters",
        lambda: two_losses(True),
        lambda: two_losses(False),
    ),
    fault(
        "published: the optimizer's list names net[1], a tanh, instead of net[0]",
        "untrained-parameters",
        lambda: by_index(1),
        lambda: by_index(0),
    ),
    fault(
        "published: a table of words set free, but filtered out of the optimizer before",
        "untrained-parameters",
        lambda: unfreezing(False),
        lambda: unfreezing(True),
    ),
    fault(
        "published: back to the best state, which by a wrong comparison is the first",
        "untrained-parameters plateau learning-rate-too-low",
        lambda: Training(digits(), mlp([64, 32, 10]), adam(2e-3), habit=rolled_back(True)),
        lambda: Training(digits(), mlp([64, 32, 10]), adam(2e-3), habit=rolled_back(False)),
    ),
    fault(
        "published: rates layer by layer, each a hundredth of that after it",
        "learning-rate-too-low untrained-parameters",
        lambda: by_depth(0.01),
        lambda: by_depth(0.9),
    ),
)
