# ruff: noqa: F811
"""Typical wrong answers to the exercise "deep-classifier", and the points that each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 0 of 4: the slope of the activation is forgotten
def gradient_norms(weights, x, g, activation):
    h = [x]
    for w in weights:
        z = h[-1] @ w
        h.append(np.maximum(z, 0) if activation == "relu" else 1 / (1 + np.exp(-z)))
    norms = []
    for w, before in zip(weights[::-1], h[-2::-1], strict=True):
        norms.append(np.linalg.norm(before.T @ g))
        g = g @ w.T
    return np.array(norms[::-1])


# %% q1 keeps 1 of 4: on the way back W stands where its transpose should
def gradient_norms(weights, x, g, activation):
    h = [x]
    for w in weights:
        z = h[-1] @ w
        h.append(np.maximum(z, 0) if activation == "relu" else 1 / (1 + np.exp(-z)))
    norms = []
    for w, before, after in zip(weights[::-1], h[-2::-1], h[:0:-1], strict=True):
        d = g * ((after > 0) if activation == "relu" else after * (1 - after))
        norms.append(np.linalg.norm(before.T @ d))
        g = d @ w
    return np.array(norms[::-1])


# %% q1 keeps 1 of 4: the norms come in the order of the way back, last layer first
def gradient_norms(weights, x, g, activation):
    h = [x]
    for w in weights:
        z = h[-1] @ w
        h.append(np.maximum(z, 0) if activation == "relu" else 1 / (1 + np.exp(-z)))
    norms = []
    for w, before, after in zip(weights[::-1], h[-2::-1], h[:0:-1], strict=True):
        d = g * ((after > 0) if activation == "relu" else after * (1 - after))
        norms.append(np.linalg.norm(before.T @ d))
        g = d @ w.T
    return np.array(norms)


# %% q1 keeps 2 of 4: the sigmoid's slope is used for ReLU too
def gradient_norms(weights, x, g, activation):
    h = [x]
    for w in weights:
        z = h[-1] @ w
        h.append(np.maximum(z, 0) if activation == "relu" else 1 / (1 + np.exp(-z)))
    norms = []
    for w, before, after in zip(weights[::-1], h[-2::-1], h[:0:-1], strict=True):
        d = g * after * (1 - after)
        norms.append(np.linalg.norm(before.T @ d))
        g = d @ w.T
    return np.array(norms[::-1])


# %% q2 keeps 0 of 3: variance 1/fan_in forgets the half that ReLU takes
def start(seed, fan_in, fan_out):
    return np.random.default_rng(seed).normal(size=(fan_in, fan_out)) / np.sqrt(fan_in)


# %% q2 keeps 1 of 3: divided by the units that the layer has, not by those that it reads
def start(seed, fan_in, fan_out):
    return np.random.default_rng(seed).normal(size=(fan_in, fan_out)) * np.sqrt(2 / fan_out)


# %% q2 keeps 1 of 3: fan_in and fan_out are averaged
def start(seed, fan_in, fan_out):
    std = np.sqrt(4 / (fan_in + fan_out))
    return np.random.default_rng(seed).normal(size=(fan_in, fan_out)) * std


# %% q2 keeps 0 of 3: the variance is used as the standard deviation
def start(seed, fan_in, fan_out):
    return np.random.default_rng(seed).normal(size=(fan_in, fan_out)) * 2 / fan_in


# %% q3 keeps 3 of 4: the ratio of first to last layer, which a bad scale does not move
def diagnose(losses, norms):
    if not (np.isfinite(losses).all() and np.isfinite(norms).all()) or norms.max() > 1e3:
        return "exploding"
    if losses[-1] < 0.75 * losses[0]:
        return "learning"
    if norms.min() == 0:
        return "dead"
    return "vanishing" if norms[0] < 1e-4 * norms[-1] else "not the gradient"


# %% q3 keeps 3 of 4: nan is not caught, and every comparison with it is False
def diagnose(losses, norms):
    if norms.max() > 1e3:
        return "exploding"
    if losses[-1] < 0.75 * losses[0]:
        return "learning"
    if norms.min() == 0:
        return "dead"
    return "vanishing" if norms.min() < 1e-4 else "not the gradient"


# %% q3 keeps 2 of 4: dead is taken for vanishing
def diagnose(losses, norms):
    if not (np.isfinite(losses).all() and np.isfinite(norms).all()) or norms.max() > 1e3:
        return "exploding"
    if losses[-1] < 0.75 * losses[0]:
        return "learning"
    return "vanishing" if norms.min() < 1e-4 else "not the gradient"


# %% q3 keeps 1 of 4: a flat curve is always said to be vanishing
def diagnose(losses, norms):
    if not (np.isfinite(losses).all() and np.isfinite(norms).all()) or norms.max() > 1e3:
        return "exploding"
    return "learning" if losses[-1] < 0.75 * losses[0] else "vanishing"


# %% q4 keeps 2 of 4: each layer is measured in the sick network, not in the repaired one
def repair(weights, x):
    h, repaired = x, []
    for w in weights:
        h = np.maximum(h @ w, 0)
        repaired.append(w / np.sqrt(np.mean(h**2)))
    return np.array(repaired)


# %% q4 keeps 1 of 4: divided by the mean square, without the root
def repair(weights, x):
    h, repaired = x, []
    for w in weights:
        h = np.maximum(h @ w, 0)
        scale = 1 / np.mean(h**2)
        h = scale * h
        repaired.append(scale * w)
    return np.array(repaired)


# %% q4 keeps 1 of 4: the standard deviation, which takes the mean away
def repair(weights, x):
    h, repaired = x, []
    for w in weights:
        h = np.maximum(h @ w, 0)
        scale = 1 / np.std(h)
        h = scale * h
        repaired.append(scale * w)
    return np.array(repaired)


# %% q4 keeps 0 of 4: new weights are drawn, the network that was given is thrown away
def repair(weights, x):
    rng = np.random.default_rng(0)
    return rng.normal(size=weights.shape) * np.sqrt(2 / weights.shape[1])


# %% q4 keeps 3 of 4: right, but written into the array that was given
def repair(weights, x):
    h = x
    for i in range(len(weights)):
        h = np.maximum(h @ weights[i], 0)
        scale = 1 / np.sqrt(np.mean(h**2))
        h *= scale
        weights[i] *= scale
    return weights
