"""Healthy programs as people have them: habits of training that look odd and are sound."""

from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import lr_scheduler

from ...case import Case, Training
from ...data import cancer, digits, friedman, pictures
from ...habits import accumulating, adam, sgd
from ...nets import Attention, conv, mlp
from ...sequences import next_letter, phrases
from .found_gathered import Small, masks, rare, taught_digits


def _distilled(o: Any, y: Any) -> Any:
    """Return the loss of a pupil: the shares of a teacher at heat four, and the label."""
    told = F.softmax(y[:, :10] / 4, 1)
    soft = F.kl_div(F.log_softmax(o / 4, 1), told, reduction="batchmean") * 16
    return 0.7 * soft + 0.3 * F.cross_entropy(o, y[:, 10].long())


class Doubts(nn.Module):
    """Two numbers that share a body; each has a learned doubt by which its loss is weighed."""

    def __init__(self) -> None:
        super().__init__()
        self.body = mlp([10, 32, 24], last=nn.ReLU())
        self.heads = nn.ModuleList(nn.Linear(24, 1) for _ in range(2))
        self.doubt = nn.Parameter(torch.zeros(2))

    def forward(self, x):
        h = self.body(x)
        return torch.cat([head(h) for head in self.heads], 1)


def _weighed(t: Any, x: Any, y: Any) -> Any:
    t.optimizer.zero_grad()
    each = ((t.model(x) - y) ** 2).mean(0)
    loss = (each * torch.exp(-t.model.doubt) + t.model.doubt).sum()
    loss.backward()
    t.optimizer.step()
    return loss


def _two_numbers() -> Training:
    data = friedman()
    second = [(x[:, 3:5].sum(1, keepdim=True) - 1) / 4 for x in (data.x, data.x_held)]
    data = data._replace(
        y=torch.cat([data.y, second[0]], 1), y_held=torch.cat([data.y_held, second[1]], 1)
    )
    return Training(data, Doubts(), adam(1e-2), steps=250, habit=_weighed)


def _rare() -> Training:
    weight = torch.tensor([10.0])

    def loss(o: Any, y: Any) -> Any:
        return F.binary_cross_entropy_with_logits(o, y, pos_weight=weight)

    return Training(rare(), mlp([5, 32, 1]), adam(1e-2), loss, steps=250, measure="loss")


def _mislabelled() -> Training:
    """Return digits of which four in ten are labelled by chance, and decay."""
    g = torch.Generator().manual_seed(0)

    def spoiled(y: Any) -> Any:
        guess = torch.randint(10, y.shape, generator=g)
        return torch.where(torch.rand(y.shape, generator=g) < 0.4, guess, y)

    return Training(
        digits().learned(spoiled), mlp([64, 32, 10]), sgd(0.05, 0.9, weight_decay=5e-3), steps=150
    )


def _dropped() -> Training:
    return Training(digits(), mlp([64, 256, 10], drop=0.8), adam(3e-3), steps=200)


def _pairs_of_rows() -> Training:
    """Return images two at a time, group norm, a small rate."""
    layers = [nn.Conv2d(1, 8, 3, 2), nn.GroupNorm(2, 8), nn.SiLU(), nn.Flatten()]
    model = nn.Sequential(*layers, nn.Linear(72, 10))
    return Training(pictures(), model, adam(3e-3), steps=300, batch=2)


def _in_parts() -> Training:
    return Training(
        next_letter(), Small(12, 10), adam(8e-3), steps=70, batch=48, habit=accumulating(4)
    )


def _restarts() -> Training:
    return Training(
        pictures(),
        conv(norm=True),
        sgd(0.2, 0.9),
        steps=130,
        schedule=lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 20, 2),
    )


def _inverse_root() -> Training:
    """Return a transformer's own schedule: up for sixty steps, then by the root of their number."""
    return Training(
        phrases(),
        Attention(50, drop=0.1),
        adam(6e-3, betas=(0.9, 0.98)),
        steps=160,
        schedule=lambda o: lr_scheduler.LambdaLR(
            o, lambda k: min((k + 1) / 60, (60 / (k + 1)) ** 0.5)
        ),
    )


def _decayed() -> Training:
    def optimizer(p: Any) -> Any:
        return torch.optim.AdamW(p, lr=5e-3, weight_decay=1.0)

    return Training(cancer(), mlp([30, 24, 1], nn.GELU), optimizer, steps=200)


def _overlap(o: Any, y: Any) -> Any:
    """Return cross-entropy and one less the overlap."""
    p = torch.sigmoid(o)
    overlap = (2 * (p * y).sum() + 1) / (p.sum() + y.sum() + 1)
    return F.binary_cross_entropy_with_logits(o, y) + 1 - overlap


def _mask_net() -> nn.Module:
    layers = [nn.Conv2d(1, 10, 3, padding=1), nn.ReLU(), nn.Conv2d(10, 10, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.Conv2d(10, 1, 1))


FOUND_HEALTHY_TWO: Final[tuple[Case, ...]] = (
    Case(
        "a pupil of sixteen units, shares at heat four times sixteen, and the label",
        lambda: Training(
            taught_digits(), mlp([64, 16, 10]), adam(1e-2), _distilled, steps=250, measure="loss"
        ),
    ),
    Case("two numbers weighed by learned doubts, the loss passes nought", _two_numbers),
    Case("one in fifteen, a yes counts ten times", _rare),
    Case("four digits in ten labelled by chance, decay", _mislabelled),
    Case("two hundred and fifty-six units of which four fifths are dropped", _dropped),
    Case("images two at a time, group norm", _pairs_of_rows),
    Case("the next letter, a causal block, batches in four parts", _in_parts),
    Case("images, batch norm, a cosine that restarts after 20 and 60 steps", _restarts),
    Case("sentences, up for sixty steps, then by the inverse root", _inverse_root),
    Case("tumours, AdamW with a decay of one", _decayed),
    Case(
        "discs in noise, cross-entropy and overlap in one loss",
        lambda: Training(masks(), _mask_net(), adam(1e-2), _overlap, steps=120, batch=16),
    ),
)
