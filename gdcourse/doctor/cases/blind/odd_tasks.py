"""Whole trainings that are sound and look odd: helpers of healthy_losses.py."""

import copy
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ..case import Training
from ..data import Data, digits
from ..habits import adam
from ..nets import Passing, mlp


def vae():
    """Return a variational autoencoder's training; its divergence is warmed up."""

    def through(m, x):
        mean, spread = m.encode(x).chunk(2, 1)
        noise = torch.randn_like(mean) if m.training else 0
        return torch.cat([m.decode(mean + (spread / 2).exp() * noise), mean, spread], 1)

    def bound(o, y, weight=1.0):
        pixels, mean, spread = o[:, :64], o[:, 64:70], o[:, 70:]
        divergence = 0.5 * (mean**2 + spread.exp() - 1 - spread).sum(1)
        entropy = F.binary_cross_entropy_with_logits(pixels, y, reduction="none").sum(1)
        return (entropy + weight * divergence).mean()

    count = 0

    def habit(t, x, y):
        nonlocal count
        count += 1
        t.optimizer.zero_grad()
        loss = t.loss_fn(t.model(x), y, min(count / 120, 1))
        loss.backward()
        t.optimizer.step()
        return loss

    model = Passing(through, encode=mlp([64, 48, 12]), decode=mlp([6, 48, 64]))
    data = digits("unit").onto_itself()
    return Training(data, model, adam(5e-3), bound, steps=220, measure="loss", habit=habit)


def towers():
    """Return two encoders, for the halves of an image: which halves belong together?"""

    def through(m, x):
        return F.normalize(torch.stack([m.upper(x[:, :32]), m.lower(x[:, 32:])], 1), dim=2)

    def match(o, y):
        alike = o[:, 0] @ o[:, 1].T / 0.1
        own = torch.arange(len(o))
        return (F.cross_entropy(alike, own) + F.cross_entropy(alike.T, own)) / 2

    model = Passing(through, upper=mlp([32, 64, 16]), lower=mlp([32, 64, 16]))
    return Training(digits(), model, adam(3e-3), match, batch=48, steps=200, measure="loss")


def distilled():
    """Return a small net that learns from a teacher's softened answers, at temperature 4."""
    data, teacher = digits(), mlp([64, 64, 10])
    optimizer = adam(1e-2)(teacher.parameters())
    for i in range(60):
        optimizer.zero_grad()
        F.cross_entropy(teacher(data.x[i % 4 :: 4]), data.y[i % 4 :: 4]).backward()
        optimizer.step()

    def habit(t, x, y):
        t.optimizer.zero_grad()
        with torch.no_grad():
            soft = F.softmax(teacher(x) / 4, 1)
        out = t.model(x)
        loss = 16 * F.kl_div(F.log_softmax(out / 4, 1), soft, reduction="batchmean")
        loss = 0.9 * loss + 0.1 * F.cross_entropy(out, y)
        loss.backward()
        t.optimizer.step()
        return loss

    return Training(data, mlp([64, 16, 10]), adam(5e-3), habit=habit)


def reinforce(t: Training, x: Any, y: Any) -> Any:
    """Choose an action at random, be rewarded if it was right; the loss has any sign."""
    t.optimizer.zero_grad()
    chance = torch.distributions.Categorical(logits=t.model(x))
    action = chance.sample()
    reward = (action == y).float()
    loss = -((reward - reward.mean()) * chance.log_prob(action)).mean()
    loss = loss - 0.03 * chance.entropy().mean()  # keep on trying
    loss.backward()
    t.optimizer.step()
    return loss


def values():
    """Return the learning of a walk's value from its own guesses; a frozen copy is renewed."""

    def reward(x):
        return 1 + (3 * x).sin()

    g = torch.Generator().manual_seed(0)
    x = torch.rand(600, 1, generator=g) * 2 - 1
    held = torch.linspace(-1, 1, 200)[:, None]
    value = sum(0.9**k * reward(held + 0.1 * k) * (held + 0.1 * k <= 1) for k in range(21))
    data = Data(x, reward(x) + 0.1 * torch.randn(600, 1, generator=g), held, value, "numbers")
    model = mlp([1, 32, 32, 1], nn.Tanh)
    frozen, count = copy.deepcopy(model), 0

    def habit(t, x, y):
        nonlocal count
        if count % 15 == 0:
            frozen.load_state_dict(t.model.state_dict())
        count += 1
        t.optimizer.zero_grad()
        with torch.no_grad():
            ahead = 0.9 * frozen(x + 0.1) * (x + 0.1 <= 1)
        loss = F.mse_loss(t.model(x), y + ahead)
        loss.backward()
        t.optimizer.step()
        return loss

    return Training(data, model, adam(1e-2), habit=habit, steps=300)


def equation():
    """Return a net that solves u' + u = cos 3x, u(0) = 1; the targets are the right-hand side."""
    x = torch.rand(500, 1, generator=torch.Generator().manual_seed(0)) * 2
    held = torch.linspace(0, 2, 100)[:, None]
    u = ((3 * held).cos() + 3 * (3 * held).sin()) / 10 + 0.9 * (-held).exp()
    data = Data(x, (3 * x).cos(), held, u, "numbers")

    def habit(t, x, y):
        t.optimizer.zero_grad()
        x = x.clone().requires_grad_()
        u = t.model(x)
        (slope,) = torch.autograd.grad(u.sum(), x, create_graph=True)
        loss = F.mse_loss(slope + u, y)
        loss.backward()
        t.optimizer.step()
        return loss

    model = Passing(lambda m, x: 1 + x * m.inner(x), inner=mlp([1, 32, 32, 1], nn.Tanh))
    return Training(data, model, adam(5e-3), habit=habit, steps=200)
