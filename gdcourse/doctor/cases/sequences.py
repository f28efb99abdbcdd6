"""Synthetic sequences for the cases."""

from functools import cache

import torch

from .data import Data, as_data


@cache
def running_sum(length: int = 12) -> Data:
    """Return sequences of numbers and the sum of each, scaled to unit spread (synthetic)."""
    x = torch.randn(600, length, 1, generator=torch.Generator().manual_seed(0))
    return as_data(x, x.sum(1) / length**0.5, "numbers")


@cache
def majority(length: int = 12) -> Data:
    """Return sequences of bits and whether ones prevail (synthetic), targets (n, 1)."""
    g = torch.Generator().manual_seed(0)
    x = torch.randint(0, 2, (600, length, 1), generator=g).float()
    return as_data(x, (x.mean(1) > 0.5).float(), "binary")


@cache
def phrases(words: int = 50, length: int = 8) -> Data:
    """Return sentences of words and the topic, one of four, that most of them have (synthetic)."""
    g = torch.Generator().manual_seed(0)
    topic = torch.randint(4, (900,), generator=g)
    common = torch.randint(words, (900, length), generator=g)
    of_topic = common - common % 4 + topic[:, None]
    x = torch.where(torch.rand(900, length, generator=g) < 0.6, of_topic, common)
    return as_data(x.clamp(max=words - 1), topic, "classes")


@cache
def next_letter(length: int = 10) -> Data:
    """Return a text of a small Markov chain and its next letters, (n, length) (synthetic)."""
    g = torch.Generator().manual_seed(0)
    chain = torch.softmax(2.5 * torch.randn(12, 12, generator=g), 1)
    text = [torch.randint(12, (500,), generator=g)]
    for _ in range(length):
        text.append(torch.multinomial(chain[text[-1]], 1, generator=g)[:, 0])
    whole = torch.stack(text, 1)
    return as_data(whole[:, :-1], whole[:, 1:], "classes")
