"""Rules: what is done with a gradient."""

from .adam import Adam
from .momentum import Momentum
from .recipes import adam, momentum, sgd
from .rule import Chain, LearningRate, Rule

__all__ = ["Adam", "Chain", "LearningRate", "Momentum", "Rule", "adam", "momentum", "sgd"]
