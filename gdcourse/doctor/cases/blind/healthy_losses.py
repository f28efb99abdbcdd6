"""Healthy runs whose losses look odd: contrasts, likelihoods, rewards, sequences, equations."""

from typing import Final

from torch import nn

from ..case import Case, Training
from ..data import diabetes, digits, waves
from ..habits import adam
from ..nets import mlp
from .odd_letters import fill_in, letters, reader
from .odd_losses import (
    contrast,
    denoising,
    focal,
    gauss,
    margin,
    mixup,
    pairs,
    quantiles,
    rank,
    ranks,
    rare,
    tagging,
    triplets,
    weighing,
)
from .odd_tasks import distilled, equation, reinforce, towers, vae, values


def _embedding():
    return mlp([64, 48, 8])


def _denoiser():
    return Training(digits().onto_itself(), mlp([64, 48, 64]), adam(5e-3), habit=denoising)


def _tags():
    data = rare(20, 12, 0.05)
    return Training(data, mlp([20, 64, 12]), adam(3e-3), tagging, steps=250, measure="loss")


def _two_in_a_hundred():
    data = rare(5, 1, 0.02).targets(lambda y: y[:, 0].long(), "classes")
    return Training(data, mlp([5, 8, 2]), adam(5e-3), weighing, steps=250, measure="loss")


def _noise_too():
    model = mlp([1, 32, 32, 2], nn.Tanh)
    return Training(waves(0.05), model, adam(1e-2), gauss, steps=300, measure="loss")


MORE_HEALTHY: Final[tuple[Case, ...]] = tuple(
    Case(*entry)
    for entry in (
        ("a denoising autoencoder", _denoiser),
        ("a variational autoencoder, its divergence warmed up", vae),
        (
            "pairs, contrastive loss",
            lambda: Training(pairs(), _embedding(), adam(2e-3), contrast, measure="loss"),
        ),
        (
            "triplets: soon most of them cost nothing",
            lambda: Training(triplets(), _embedding(), adam(2e-3), margin, measure="loss"),
        ),
        ("two towers: which halves belong together", towers),
        ("twelve tags, each of them rare, positives weighted", _tags),
        (
            "one in twenty-five, focal loss",
            lambda: Training(
                rare(10, 1, 0.04), mlp([10, 32, 1]), adam(5e-3), focal, measure="loss"
            ),
        ),
        ("two in a hundred, weighted: the loss leaps with each", _two_in_a_hundred),
        (
            "mixtures of rows: training costs more than validation",
            lambda: Training(digits(), mlp([64, 64, 10]), adam(3e-3), habit=mixup, validate=10),
        ),
        ("a small net taught by a larger, at temperature 4", distilled),
        (
            "three quantiles at once",
            lambda: Training(
                diabetes(), mlp([10, 16, 3]), adam(5e-3), quantiles, steps=200, measure="loss"
            ),
        ),
        ("a sine and its noise: the likelihood goes below zero", _noise_too),
        ("letters off frames, unaligned", reader),
        (
            "who fares worse: ranks in pairs",
            lambda: Training(ranks(), mlp([10, 16, 1]), adam(2e-3), rank, measure="loss"),
        ),
        (
            "rewards of actions: a loss about zero",
            lambda: Training(
                digits(), mlp([64, 64, 10]), adam(5e-3), habit=reinforce, batch=64, steps=240
            ),
        ),
        ("values from their own guesses: the loss rises first", values),
        ("hidden letters, the others not asked", fill_in),
        ("three letters and the next, a quiet last layer", letters),
        ("an equation instead of data", equation),
    )
)
