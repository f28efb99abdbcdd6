"""Small nets for the programs of mart_*.py."""

import torch
import torch.nn.functional as F
from torch import nn

from ...nets import mlp


class Motion(nn.Module):
    """Two convolutions over time, pooled, and a linear map."""

    def __init__(self, channels: int, outputs: int, width: int = 16, norm: bool = False):
        super().__init__()
        self.conv1 = nn.Conv1d(channels, width, 5, padding=2)
        self.conv2 = nn.Conv1d(width, width, 5, padding=2)
        self.norm1 = nn.BatchNorm1d(width) if norm else nn.Identity()
        self.norm2 = nn.BatchNorm1d(width) if norm else nn.Identity()
        self.out = nn.Linear(width, outputs)

    def forward(self, x):
        x = F.relu(self.norm1(self.conv1(x)))
        x = F.relu(self.norm2(self.conv2(x)))
        return self.out(x.amax(2))


class Onset(nn.Module):
    """A convolution over time, halved, flattened, and two linear maps."""

    def __init__(self, outputs: int = 1):
        super().__init__()
        self.conv = nn.Conv1d(1, 8, 7, padding=3)
        self.fc1 = nn.Linear(160, 24)
        self.fc2 = nn.Linear(24, outputs)

    def forward(self, x):
        x = F.max_pool1d(torch.relu(self.conv(x)), 2)
        return self.fc2(torch.relu(self.fc1(x.flatten(1))))


class Motif(nn.Module):
    """Letters, embedded, and a search for motifs."""

    def __init__(self, filters: int = 24):
        super().__init__()
        self.embed = nn.Embedding(4, 6)
        self.search = nn.Conv1d(6, filters, 5)
        self.out = nn.Linear(filters, 1)

    def forward(self, x):
        return self.out(F.relu(self.search(self.embed(x).transpose(1, 2))).amax(2))


class Dishes(nn.Module):
    """Dishes, embedded and added up, and two maps."""

    def __init__(self, words: int = 60):
        super().__init__()
        self.table = nn.EmbeddingBag(words, 16, mode="sum")
        self.head = mlp([16, 32, 1])

    def forward(self, x):
        return self.head(self.table(x))
