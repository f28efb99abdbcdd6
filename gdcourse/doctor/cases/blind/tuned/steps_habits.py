"""Loops and trainings for steps_loops.py, each with a switch between wrong and right."""

import copy
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.checkpoint import checkpoint

from ...case import Training, usual
from ...habits import adam, sgd
from ...nets import Bag, Passing, mlp
from .steps_parts import Gratings, arm, board, gratings, mails, smooth_pictures


def zeroes_the_copy(wrong: bool) -> Any:
    """Zero the gradient of the copy that is kept as a target, or that of the net itself."""
    kept: Any = None

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal kept
        kept = kept or copy.deepcopy(t.model)
        (kept if wrong else t.model).zero_grad()
        loss = F.smooth_l1_loss(t.model(x), y)
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


def detaches(zero: bool) -> Any:
    """Zero by hand as old optimizers did, detach_() and then zero_(), which may be missing."""

    def habit(t: Training, x: Any, y: Any) -> Any:
        for p in t.model.parameters():
            if p.grad is not None:
                p.grad.detach_()
                if zero:
                    p.grad.zero_()
        loss = t.loss_fn(t.model(x), y)
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


def reports(every: int) -> Any:
    """Zero in the branch that prints the loss, made once in so many batches."""
    count = -1

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal count
        count += 1
        if count % every == 0:
            t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y)
        loss.backward()
        t.optimizer.step()
        return loss

    return habit


def thawed(right: bool) -> Training:
    """Freeze the body for ten batches; thaw the parameters, or set an attribute of the module."""
    body: Any = mlp([2, 16, 16], last=nn.Tanh()).requires_grad_(False)
    model = nn.Sequential(body, nn.Linear(16, 2))
    count = 0

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal count
        count += 1
        if count == 10:
            if right:
                body.requires_grad_(True)
            else:
                body.requires_grad = True
        return usual(t, x, y)

    return Training(arm(), model, adam(1e-2), steps=300, habit=habit)


class _Affine(torch.autograd.Function):
    """A map of one's own; its backward may leave out the gradient of what came in."""

    @staticmethod
    def forward(ctx, x, w, whole):
        ctx.save_for_backward(x, w)
        ctx.whole = whole
        return x @ w

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        return g @ w.T if ctx.whole else torch.zeros_like(x), x.T @ g, None


class Own(nn.Module):
    def __init__(self, inputs: int, outputs: int, whole: bool):
        super().__init__()
        self.w = nn.Parameter(torch.randn(inputs, outputs) / inputs**0.5)
        self.whole = whole

    def forward(self, x):
        return _Affine.apply(x, self.w, self.whole)


def own_map(whole: bool) -> Training:
    model = nn.Sequential(nn.Linear(2, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU())
    model.extend([Own(12, 12, whole), nn.ReLU(), nn.Linear(12, 1)])
    return Training(board(), model, adam(1e-2), steps=300)


def saves_memory(reentrant: bool) -> Training:
    """Recompute the body in backward; the reentrant kind wants an input with a gradient."""

    def forward(m: Any, x: Any) -> Any:
        if not m.training:
            return m.head(m.body(x))
        return m.head(checkpoint(m.body, x, use_reentrant=reentrant))

    body = mlp([2, 24, 12], last=nn.ReLU())
    return Training(arm(), Passing(forward, body=body, head=nn.Linear(12, 2)), adam(1e-2))


def freezes(forever: bool) -> Training:
    """Switch the convolutions' gradients off for a look at the accuracy, and on again or not."""
    count = 0

    def habit(t: Training, x: Any, y: Any) -> Any:
        nonlocal count
        count += 1
        if count == 3:
            for part in (t.model.conv1, t.model.conv2):
                part.requires_grad_(False)
            t.model(t.data.x_held)
            for part in (t.model.conv1, t.model.conv2):
                part.requires_grad_(not forever)
        return usual(t, x, y)

    model = Gratings(lambda h: torch.tanh(h))
    return Training(gratings(), model, sgd(0.1), steps=150, habit=habit)


def denoised(loss: Any) -> Training:
    model = mlp([100, 48, 100], nn.ELU)
    return Training(smooth_pictures(), model, sgd(0.05, 0.9), loss, 150, 16)


def stale(habit: Any) -> Training:
    return Training(arm(), mlp([2, 32, 32, 2]), sgd(0.1), F.smooth_l1_loss, 250, 64, habit=habit)


def spam(habit: Any) -> Training:
    return Training(mails(), Bag(60, 8, 1, 16), sgd(0.3), None, 250, habit=habit, measure="loss")


def printed(every: int) -> Training:
    rule = sgd(0.05, 0.9)
    return Training(gratings(), Gratings(), rule, None, 150, 48, habit=reports(every))


def looked_up(by_data: bool) -> Training:
    """Look words up in a narrow table, by its data or by itself."""

    def forward(m: Any, x: Any) -> Any:
        table = m.table.weight.data if by_data else m.table.weight
        return m.head(F.embedding(x, table).mean(1))

    model = Passing(forward, table=nn.Embedding(60, 4), head=mlp([4, 8, 1]))
    return Training(mails(), model, adam(1e-2), steps=250)
