"""Healthy runs whose wiring looks odd: frozen parts, two optimizers, teachers, carried states."""

from functools import cache
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training, usual
from ...data import Data, cancer, digits, friedman, pictures, standardised, waves
from ...habits import adam, sgd
from ...nets import Passing, mlp


def reservoir() -> Training:
    """Return wide random features that stay as they are, and a line on them that learns."""
    body: Any = mlp([1, 200], nn.Tanh, nn.Tanh()).requires_grad_(False)
    with torch.no_grad():
        body[0].weight *= 2
        body[0].bias.uniform_(-4, 4)
    head = nn.Linear(200, 1)
    model = Passing(lambda m, x: m.head(m.body(x)), body=body, head=head)
    return Training(waves(), model, torch.optim.Adam(head.parameters(), lr=1e-2), steps=250)


def two_optimizers() -> Training:
    """Return plain descent for the body and Adam for the head, as two optimizers."""
    model: Any = Passing(
        lambda m, x: m.head(m.body(x)), body=mlp([10, 24], last=nn.ReLU()), head=nn.Linear(24, 1)
    )
    slow = torch.optim.SGD(model.body.parameters(), lr=0.1, momentum=0.5)
    quick = torch.optim.Adam(model.head.parameters(), lr=1e-2)

    def habit(t: Training, x: Any, y: Any) -> Any:
        slow.zero_grad()
        quick.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        loss.backward()
        slow.step()
        quick.step()
        return loss

    return Training(friedman(), model, quick, habit=habit, steps=250)


def with_teacher() -> Training:
    """Return a student that also follows the mean of its own past, which no optimizer holds."""
    teacher = mlp([64, 32, 10], nn.GELU).requires_grad_(False)
    student = mlp([64, 32, 10], nn.GELU)
    teacher.load_state_dict(student.state_dict())
    model: Any = Passing(lambda m, x: m.student(x), student=student, teacher=teacher)

    def habit(t: Training, x: Any, y: Any) -> Any:
        o = model.student(x + 0.2 * torch.randn_like(x))
        with torch.no_grad():
            told = model.teacher(x).softmax(1)
        loss = F.cross_entropy(o, y) + F.mse_loss(o.softmax(1), told)
        t.optimizer.zero_grad()
        loss.backward()
        t.optimizer.step()
        with torch.no_grad():
            for old, new in zip(teacher.parameters(), student.parameters(), strict=True):
                old.lerp_(new, 0.05)
        return loss

    return Training(digits(), model, torch.optim.AdamW(student.parameters(), 5e-3), habit=habit)


def fine_tuned() -> Training:
    """Return a net with norms, learned before; its body is held in eval mode, its head learns."""
    body = nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.ReLU()
    )
    model: Any = Passing(
        lambda m, x: m.head(m.body(x).flatten(1)), body=body, head=nn.Linear(128, 2)
    )
    data = pictures()
    first = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(40):
        rows = torch.randint(len(data.x), (64,))
        first.zero_grad()
        F.cross_entropy(model(data.x[rows]), data.y[rows] % 2).backward()
        first.step()
    model.head = nn.Linear(128, 10)
    body.requires_grad_(False)

    def habit(t: Training, x: Any, y: Any) -> Any:
        body.eval()
        return usual(t, x, y)

    return Training(
        data, model, torch.optim.Adam(model.head.parameters(), 1e-2), habit=habit, steps=120
    )


def unfreezing() -> Training:
    """Return a net whose layers are set free one after the other, the last first."""
    model = mlp([30, 16, 16, 1], nn.ELU)
    model[0].requires_grad_(False)
    model[2].requires_grad_(False)
    count = 0

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal count
        count += 1
        for at, layer in ((60, 2), (100, 0)):
            if count == at:
                model[layer].requires_grad_(True)
        return usual(t, x, y)

    return Training(cancer(), model, sgd(0.03, 0.9), habit=habit, steps=160)


@cache
def one_long_series(length: int = 30) -> Data:
    """Return twenty long series, cut into pieces in their order, and what comes next."""
    g = torch.Generator().manual_seed(0)
    time = torch.arange(length * 60.0)
    phase = 6.28 * torch.rand(20, 1, generator=g)
    y = torch.sin(0.2 * time + phase) + 0.5 * torch.sin(0.083 * time + 2 * phase)
    y = y + 0.1 * torch.randn(y.shape, generator=g)
    whole = y.unfold(1, length + 1, length).transpose(0, 1)
    x, y = whole[..., :-1].reshape(-1, length, 1), whole[..., 1:].reshape(-1, length, 1)
    return Data(x[:1000], y[:1000], x[1000:], y[1000:], "numbers")


def carried() -> Training:
    """Return a recurrent net that reads on where it stopped; its state is carried, detached."""
    model: Any = Passing(
        lambda m, x: m.out(m.cell(x)[0]),
        cell=nn.GRU(1, 12, batch_first=True),
        out=nn.Linear(12, 1),
    )
    state, at = None, 0

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal state, at
        x, y = t.data.x[at : at + 20], t.data.y[at : at + 20]
        state = None if at == 0 else state
        at = (at + 20) % 1000
        t.optimizer.zero_grad()
        h, state = model.cell(x, state)
        state = state.detach()
        loss = t.loss_fn(model.out(h), y)
        loss.backward()
        t.optimizer.step()
        return loss

    return Training(one_long_series(), model, adam(1e-2), habit=habit, steps=65, batch=20)


def spare_head() -> Training:
    """Return a net with an output that is not asked for, though its optimizer holds it."""
    model = Passing(
        lambda m, x: m.price(torch.tanh(m.body(x))),
        body=nn.Linear(10, 24),
        price=nn.Linear(24, 1),
        kind=nn.Linear(24, 5),
    )
    return Training(standardised(friedman()), model, adam(2e-2), steps=200, batch=64)


WIRING_HEALTHY: Final[tuple[Case, ...]] = (
    Case("random features that stay, a line on them, a sine", reservoir),
    Case("two optimizers, of which one is shown", two_optimizers),
    Case("a teacher, the mean of the student's past, in the same module", with_teacher),
    Case("fine-tuning of the head, norms in eval mode", fine_tuned),
    Case("layers set free one after the other, tumours", unfreezing),
    Case("a recurrent state carried from piece to piece, detached", carried),
    Case("an output that nobody asks for", spare_head),
)
