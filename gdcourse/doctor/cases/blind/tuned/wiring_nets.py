"""Trainings of two parts, of wiring_parameters.py."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Training
from ...data import friedman
from ...habits import adam
from ...nets import Passing, mlp
from ...sequences import next_letter


def translator(both: bool) -> Training:
    """Return an encoder and a decoder with an optimizer each; one of them steps twice."""
    model: Any = Passing(
        lambda m, x: m.out(m.decoder(m.encoder(m.table(x))[0])[0]).transpose(1, 2),
        table=nn.Embedding(12, 3),
        encoder=nn.GRU(3, 3, batch_first=True),
        decoder=nn.GRU(3, 12, batch_first=True),
        out=nn.Linear(12, 12),
    )
    before = [*model.table.parameters(), *model.encoder.parameters()]
    after = [*model.decoder.parameters(), *model.out.parameters()]
    encoding, decoding = torch.optim.Adam(before, 3e-2), torch.optim.Adam(after, 3e-2)

    def habit(t, x, y):
        encoding.zero_grad()
        decoding.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        loss.backward()
        (encoding if both else decoding).step()
        decoding.step()
        return loss

    return Training(next_letter(), model, decoding, habit=habit, steps=75)


def two_questions(added: bool) -> Training:
    """Return a net with two outputs, the loss of the first of which may be overwritten."""
    data = friedman().targets(lambda y: torch.cat([y, -y + 0.5 * y.square()], 1))
    model = Passing(
        lambda m, x: torch.cat([m.a(m.body(x)), m.b(m.body(x))], 1),
        body=mlp([10, 24], last=nn.ReLU()),
        a=nn.Linear(24, 1),
        b=nn.Linear(24, 1),
    )

    def habit(t, x, y):
        t.optimizer.zero_grad()
        o = t.model(x)
        first = F.mse_loss(o[:, 0], y[:, 0])
        loss = F.mse_loss(o[:, 1], y[:, 1])
        loss = loss + first if added else loss
        loss.backward()
        t.optimizer.step()
        return loss

    return Training(data, model, adam(1e-2), habit=habit, measure="loss")


def wrapped(t, x, y):
    """Make a new tensor of the loss, since backward complained that it needs no gradient."""
    t.optimizer.zero_grad()
    loss = torch.tensor(t.loss_fn(t.model(x), y).item(), requires_grad=True)
    loss.backward()
    t.optimizer.step()
    return loss
