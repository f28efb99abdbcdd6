"""More models and losses for the pulse_ files."""

import torch
import torch.nn.functional as F
from torch import nn


class Told(nn.Module):
    """A transformer's encoder with places, over commands; the mean is read."""

    def __init__(self, width: int = 16):
        super().__init__()
        self.embed, self.place = (
            nn.Embedding(40, width),
            nn.Parameter(0.02 * torch.randn(10, width)),
        )
        self.encoder = nn.TransformerEncoderLayer(width, 2, 32, 0.0, batch_first=True)
        self.head = nn.Linear(width, 5)

    def forward(self, ids):
        return self.head(self.encoder(self.embed(ids) + self.place).mean(dim=1))


class Answer(nn.Module):
    """An S with a middle and a slope, to be fitted."""

    def __init__(self, middle: float):
        super().__init__()
        self.middle = nn.Parameter(middle + 0.3 * torch.randn(()))
        self.slope = nn.Parameter(torch.tensor(2.0))

    def forward(self, dose):
        return torch.sigmoid(self.slope * (dose - self.middle))


class Code(nn.Module):
    """A code of eight numbers for each of three pictures."""

    def __init__(self, spread: float):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(64, 32), nn.Linear(32, 8)
        if spread:
            for fc in (self.fc1, self.fc2):
                nn.init.normal_(fc.weight, std=spread)
                nn.init.zeros_(fc.bias)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


def triplet(o, _):
    near, far = ((o[:, 0] - o[:, 1]) ** 2).sum(1), ((o[:, 0] - o[:, 2]) ** 2).sum(1)
    return F.relu(near - far + 1.0).mean()


class Sums(nn.Module):
    """Every block is given the sum, or the mean, of all that came before."""

    def __init__(self, mean: bool, depth: int = 9, width: int = 16):
        super().__init__()
        self.enter = nn.Linear(20, width)
        self.blocks = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.head, self.mean = nn.Linear(width, 6), mean

    def forward(self, x):
        so_far = [self.enter(x)]
        for block in self.blocks:
            x = torch.stack(so_far).sum(0) / (len(so_far) if self.mean else 1)
            so_far.append(x + F.relu(block(x)))
        return self.head(so_far[-1])


class Scaled(nn.Module):
    """A net that standardises each batch by itself, or by what it was told."""

    def __init__(self, itself: bool):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 24), nn.Tanh(), nn.Linear(24, 2))
        self.itself = itself

    def forward(self, x):
        alone = self.itself and self.training
        return self.net((x - x.mean(0)) / x.std(0) if alone else x / 0.9)


class Pooled(nn.Module):
    """Convolutions and a pooling by a power that is learned."""

    def __init__(self, eps: float):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv1d(1, 12, 5, 2, 2), nn.Conv1d(12, 12, 5, 1, 2)
        self.p, self.fc, self.eps = nn.Parameter(torch.tensor(3.0)), nn.Linear(12, 3), eps

    def forward(self, x):
        x = F.relu(self.conv2(F.relu(self.conv1(x))))
        return self.fc((x.clamp(min=self.eps) ** self.p).mean(2) ** (1 / self.p))


class Mixed(nn.Module):
    """Three bells: their shares, middles and widths, for one number out of one."""

    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(1, 24), nn.Linear(24, 9)

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)))


def bells(o, y):
    """Return minus the logarithm of a sum of bells, by hand: it underflows."""
    share, middle, wide = torch.softmax(o[:, :3], 1), o[:, 3:6], torch.exp(o[:, 6:])
    bell = torch.exp(-0.5 * ((y - middle) / wide) ** 2) / (2.5066 * wide)
    return -torch.log((share * bell).sum(1)).mean()


def bells_by_logarithms(o, y):
    share, middle, wide = F.log_softmax(o[:, :3], 1), o[:, 3:6], o[:, 6:].clamp(min=-4)
    bell = -0.5 * ((y - middle) * torch.exp(-wide)) ** 2 - wide - 0.919
    return -torch.logsumexp(share + bell, 1).mean()
