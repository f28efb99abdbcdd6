"""Remedies: what is done against a failure."""

from .accumulation import accumulate
from .adaptive_clipping import ClipAdaptive
from .augmentation import (
    add_noise,
    crop_images,
    cutout,
    flip_images,
    mask_frequency,
    mask_time,
    mixup,
    shift_images,
    shift_time,
)
from .clip_value import ClipValue
from .clipping import ClipNorm
from .cycles import CosineRestarts, OneCycle
from .decay import L1, Decay, SoftThreshold, mask
from .dropout import dropout
from .early_stopping import EarlyStopping
from .initialization import Initialization, initialize
from .label_smoothing import one_hot, smooth_labels
from .loss_scaling import LossScaling
from .lsuv import lsuv
from .noise import GradientNoise
from .normalization import batch_norm, layer_norm, rms_norm
from .plateau import ReduceOnPlateau
from .remedy_table import RemedyTable
from .restarts import best_of, restarts
from .schedules import (
    Constant,
    Cosine,
    Exponential,
    InverseSqrt,
    InverseTime,
    Linear,
    Schedule,
    StepDecay,
)
from .schemes import (
    ConstantWeights,
    He,
    LeCun,
    NormalWeights,
    Orthogonal,
    TorchDefault,
    UniformWeights,
    Xavier,
)
from .standardize import Standardize
from .variance_law import backward_factor, forward_factor
from .warm_up import RectifiedWarmUp, WarmUp, WarmUpStableDecay

__all__ = [
    "L1",
    "ClipAdaptive",
    "ClipNorm",
    "ClipValue",
    "Constant",
    "ConstantWeights",
    "Cosine",
    "CosineRestarts",
    "Decay",
    "EarlyStopping",
    "Exponential",
    "GradientNoise",
    "He",
    "Initialization",
    "InverseSqrt",
    "InverseTime",
    "LeCun",
    "Linear",
    "LossScaling",
    "NormalWeights",
    "OneCycle",
    "Orthogonal",
    "RectifiedWarmUp",
    "ReduceOnPlateau",
    "RemedyTable",
    "Schedule",
    "SoftThreshold",
    "Standardize",
    "StepDecay",
    "TorchDefault",
    "UniformWeights",
    "WarmUp",
    "WarmUpStableDecay",
    "Xavier",
    "accumulate",
    "add_noise",
    "backward_factor",
    "batch_norm",
    "best_of",
    "crop_images",
    "cutout",
    "dropout",
    "flip_images",
    "forward_factor",
    "initialize",
    "layer_norm",
    "lsuv",
    "mask",
    "mask_frequency",
    "mask_time",
    "mixup",
    "one_hot",
    "restarts",
    "rms_norm",
    "shift_images",
    "shift_time",
    "smooth_labels",
]
