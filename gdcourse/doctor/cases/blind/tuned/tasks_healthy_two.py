"""Healthy runs that look odd: classes, pairs, lists, graphs, letters, deep and odd nets."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn

from ...case import Case, Training
from ...data import Data, blobs, cancer, digits, pictures, rings
from ...habits import accumulating, adam, sgd
from ...nets import Attention, Passing, conv, mlp
from ...sequences import phrases
from .tasks_data import answers, couples, graph, reversal
from .tasks_nets import Graph, Translator, by, found, halves, siamese


def _tanhs() -> nn.Module:
    """Return twenty-six tanh layers that start as rotations."""
    model = mlp([64, *[24] * 26, 10], nn.Tanh)
    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            nn.init.orthogonal_(layer.weight, 1.1)
            nn.init.zeros_(layer.bias)
    return model


def _margined(o: Any, y: Any) -> Any:
    """Return the loss of cosines of which the right one must lead by three tenths, times 16."""
    return F.cross_entropy(16 * (o - 0.3 * F.one_hot(y, o.shape[1])), y)


def _cosines() -> nn.Module:
    def forward(m: Any, x: Any) -> Any:
        return F.normalize(m.body(x), dim=1) @ F.normalize(m.names, dim=1).T

    model = Passing(forward, body=mlp([64, 48, 16]))
    model.names = nn.Parameter(torch.randn(10, 16))
    return model


def _frozen() -> Training:
    """Return images on convolutions that learned before; they stay in the optimizer, frozen."""
    data, model = pictures(), conv(norm=True)
    optimizer = adam(1e-2)(model.parameters())
    for i in range(25):
        optimizer.zero_grad()
        F.cross_entropy(model(data.x[i % 8 :: 8]), data.y[i % 8 :: 8] // 2).backward()
        optimizer.step()
    model[-1] = nn.Linear(128, 10)
    model[:-1].requires_grad_(False)
    return Training(data, model, sgd(0.05, 0.9), steps=120)


def _lists(o: Any, y: Any) -> Any:
    """Return how far the shares of six answers are from those their worth deserves."""
    return -(torch.softmax(y, 1) * torch.log_softmax(o[..., 0], 1)).sum(1).mean()


def _hinge(o: Any, y: Any) -> Any:
    return F.multi_margin_loss(o, y)


def _drawn() -> Data:
    """Return tumours of which one in ten is benign, drawn so that both come equally often."""
    data = cancer()
    benign, other = ((data.y[:, 0] == k).nonzero()[:, 0] for k in (1, 0))
    rows = torch.cat([benign[:14].repeat(10), other[:140]])
    return data._replace(x=data.x[rows], y=data.y[rows])


def _energies(o: Any, y: Any) -> Any:
    """Return the loss of telling points from noise about them, by an energy."""
    return F.softplus(-o[: len(o) // 2]).mean() + F.softplus(o[len(o) // 2 :]).mean()


def _told(t: Any, x: Any, y: Any) -> Any:
    """Make a step on points of the ring and as many of noise, new at every step."""
    t.optimizer.zero_grad()
    inside = x[y[:, 0] == 1]
    noise = 1.5 * torch.randn_like(inside)
    loss = _energies(t.model(torch.cat([inside, noise])), None)
    loss.backward()
    t.optimizer.step()
    return loss


def _twins(t: Any, x: Any, y: Any) -> Any:
    """Make a step on how two noisy views of a digit correlate: three parts in one loss."""
    t.optimizer.zero_grad()
    a, b = (t.model.body(x + 0.5 * torch.randn_like(x)) for _ in range(2))
    a, b = ((z - z.mean(0)) / z.std(0) for z in (a, b))
    c = (a.T @ b) / len(x) - torch.eye(16)
    loss = (c.diag() ** 2).sum() + 0.1 * (c**2).sum() + F.cross_entropy(t.model(x), y)
    loss.backward()
    t.optimizer.step()
    return loss


def _twin_net() -> nn.Module:
    return Passing(
        lambda m, x: m.head(torch.relu(m.body(x))), body=mlp([64, 64, 16]), head=nn.Linear(16, 10)
    )


def _smooth(o: Any, y: Any) -> Any:
    return F.cross_entropy(o, y, label_smoothing=0.4)


def _graph() -> Training:
    data, x, links = graph()
    return Training(data, Graph(x, links, [4, 16, 16]), adam(2e-2), batch=0, steps=100)


def _one_cycle(o: Any) -> Any:
    return torch.optim.lr_scheduler.OneCycleLR(o, 0.03, total_steps=161)


ODD_AND_WELL_TWO: Final[tuple[Case, ...]] = tuple(
    Case(*entry)
    for entry in (
        (
            "twenty-six layers of tanh that start as rotations",
            lambda: Training(digits(), _tanhs(), adam(1e-3), steps=90),
        ),
        (
            "cosines with a margin: the first loss is thrice that of guessing",
            lambda: Training(digits(), _cosines(), adam(3e-3), _margined),
        ),
        ("frozen convolutions that stay in the optimizer", _frozen),
        (
            "six answers in order: the loss stops far above zero",
            lambda: Training(answers(), mlp([4, 24, 1]), adam(1e-2), _lists, measure="loss"),
        ),
        (
            "hinge over ten classes: soon most rows cost nothing",
            lambda: Training(digits(), mlp([64, 64, 10]), sgd(0.5), _hinge, batch=16),
        ),
        (
            "rare ones drawn as often as the others, three rows at a time",
            lambda: Training(_drawn(), mlp([30, 16, 1]), sgd(0.03, 0.5), batch=3, steps=250),
        ),
        (
            "an energy that tells a disc from new noise at every step",
            lambda: Training(rings(), mlp([2, 32, 32, 1]), adam(5e-3), habit=_told, batch=64),
        ),
        (
            "two noisy views and their correlations: the loss of six is of three parts",
            lambda: Training(digits(), _twin_net(), adam(2e-3), habit=_twins, batch=64),
        ),
        (
            "labels smoothed by four tenths: the loss stops above one",
            lambda: Training(digits(), mlp([64, 64, 10]), adam(3e-3), _smooth),
        ),
        ("neighbours averaged, all nodes at once, neither norm nor batch", _graph),
        (
            "a word turned round, its letters given to the decoder",
            lambda: Training(
                reversal(), Translator(), adam(2e-2), schedule=_one_cycle, steps=90, batch=64
            ),
        ),
        (
            "is it the same digit: two codes, one net",
            lambda: Training(couples(4000), siamese(), adam(5e-3), steps=250, batch=64),
        ),
        (
            "which halves belong together: batch after batch of new rivals",
            lambda: Training(
                digits(), halves(), adam(5e-3), found, batch=32, habit=by(found), measure="loss"
            ),
        ),
        (
            "seven in ten dropped between layers: training is worse than validation",
            lambda: Training(
                digits(), mlp([64, 200, 200, 10], drop=0.7), adam(2e-3), validate=20, steps=250
            ),
        ),
        (
            "descent at one and a half behind batch norm",
            lambda: Training(digits(), mlp([64, 48, 48, 10], norm=nn.BatchNorm1d), sgd(1.5)),
        ),
        (
            "clouds that overlap, in two parts a batch, no biases, RMSprop",
            lambda: Training(
                blobs(6, 0.8),
                nn.Sequential(nn.Linear(2, 32, False), nn.ReLU(), nn.Linear(32, 6, False)),
                lambda p: torch.optim.RMSprop(p, 5e-3),
                habit=accumulating(2),
            ),
        ),
        (
            "words, attention, four sentences a batch",
            lambda: Training(phrases(), Attention(50), adam(3e-3), batch=4, steps=170),
        ),
    )
)
