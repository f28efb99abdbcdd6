"""Rules: what is done with a gradient."""

from .adadelta import Adadelta
from .adagrad import Adagrad
from .adam import Adam
from .amsgrad import AMSGrad
from .averaging import EMA, PolyakAverage
from .backtrack import Backtrack
from .conjugate_gradient import ConjugateGradient
from .gauss_newton import GaussNewton, NaturalGradient
from .lbfgs import LBFGS
from .lion import Lion
from .momentum import Momentum
from .muon import Muon
from .nadam import NAdam
from .nesterov import Nesterov
from .newton import Newton
from .per_parameter import PerParameter, shaped
from .polyak_step import PolyakStep
from .project import Project
from .radam import RAdam
from .recipes import (
    adadelta,
    adagrad,
    adam,
    adamw,
    amsgrad,
    lion,
    momentum,
    nadam,
    nesterov,
    radam,
    rmsprop,
    schedule_free,
    schedule_free_adamw,
    sgd,
    sign_descent,
)
from .recipes_second import lbfgs, muon, newton, polyak, sam, shampoo
from .rmsprop import RMSprop
from .rule import Chain, LearningRate, Rule
from .sam import SAM
from .schedule_free import ScheduleFree
from .shampoo import Shampoo
from .sign import SignDescent

__all__ = [
    "EMA",
    "LBFGS",
    "SAM",
    "AMSGrad",
    "Adadelta",
    "Adagrad",
    "Adam",
    "Backtrack",
    "Chain",
    "ConjugateGradient",
    "GaussNewton",
    "LearningRate",
    "Lion",
    "Momentum",
    "Muon",
    "NAdam",
    "NaturalGradient",
    "Nesterov",
    "Newton",
    "PerParameter",
    "PolyakAverage",
    "PolyakStep",
    "Project",
    "RAdam",
    "RMSprop",
    "Rule",
    "ScheduleFree",
    "Shampoo",
    "SignDescent",
    "adadelta",
    "adagrad",
    "adam",
    "adamw",
    "amsgrad",
    "lbfgs",
    "lion",
    "momentum",
    "muon",
    "nadam",
    "nesterov",
    "newton",
    "polyak",
    "radam",
    "rmsprop",
    "sam",
    "schedule_free",
    "schedule_free_adamw",
    "sgd",
    "shampoo",
    "shaped",
    "sign_descent",
]
