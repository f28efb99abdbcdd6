# ruff: noqa: F811
"""Typical wrong answers to the exercise "doomed-start", and the points that each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 0 of 3: the matrix is not transposed, so the wrong weights are added up
def signals(x, weights):
    h, measured = x, []
    for W in weights:
        h = np.maximum(h @ W, 0)
        measured.append(np.mean(h**2))
    return np.array(measured)


# %% q1 keeps 0 of 3: measured before the ReLU
def signals(x, weights):
    h, measured = x, []
    for W in weights:
        z = h @ W.T
        measured.append(np.mean(z**2))
        h = np.maximum(z, 0)
    return np.array(measured)


# %% q1 keeps 0 of 3: the variance, which leaves out the mean
def signals(x, weights):
    h, measured = x, []
    for W in weights:
        h = np.maximum(h @ W.T, 0)
        measured.append(np.var(h))
    return np.array(measured)


# %% q1 keeps 2 of 3: divided by the wrong count, right only where both are equal
def signals(x, weights):
    h, measured = x, []
    for W in weights:
        h = np.maximum(h @ W.T, 0)
        measured.append(np.sum(h**2) / len(x) ** 2)
    return np.array(measured)


# %% q2 keeps 0 of 3: the variance is returned, not its root
def start_std(fan_in, kept, depth, target):
    return target ** (1 / depth) / (kept * fan_in)


# %% q2 keeps 2 of 3: the target is not spread over the depth
def start_std(fan_in, kept, depth, target):
    return np.sqrt(target / (kept * fan_in))


# %% q2 keeps 0 of 3: the activation is forgotten
def start_std(fan_in, kept, depth, target):
    return np.sqrt(target ** (1 / depth) / fan_in)


# %% q2 keeps 2 of 3: the target is always to keep the signal
def start_std(fan_in, kept, depth, target):
    return np.sqrt(1 / (kept * fan_in))


# %% q3 keeps 3 of 4: the mean square in place of the difference between examples
def diagnose(x, weights):
    h = x
    for W in weights:
        if np.abs(W - W[0]).max() <= 1e-3 * np.abs(W).max():
            return "twins"
        h = np.maximum(h @ W.T, 0)
    ratio = np.mean(h**2) / x.var(axis=0).mean()
    if ratio < 1e-3:
        return "too-small"
    return "too-large" if ratio > 1e3 else "sound"


# %% q3 keeps 3 of 4: twins are never looked for
def diagnose(x, weights):
    h = x
    for W in weights:
        h = np.maximum(h @ W.T, 0)
    ratio = h.var(axis=0).mean() / x.var(axis=0).mean()
    if ratio < 1e-3:
        return "too-small"
    if ratio > 1e3:
        return "too-large"
    return "twins" if np.ptp(weights) == 0 else "sound"


# %% q3 keeps 1 of 4: the scale is judged absolutely, not against the inputs
def diagnose(x, weights):
    h = x
    for W in weights:
        if np.abs(W - W[0]).max() <= 1e-3 * np.abs(W).max():
            return "twins"
        h = np.maximum(h @ W.T, 0)
    size = h.mean()
    if size < 0.03:
        return "too-small"
    return "too-large" if size > 30 else "sound"


# %% q3 keeps 3 of 4: only the first layer is searched for twins
def diagnose(x, weights):
    h, W = x, weights[0]
    if np.abs(W - W[0]).max() <= 1e-3 * np.abs(W).max():
        return "twins"
    for W in weights:
        h = np.maximum(h @ W.T, 0)
    ratio = h.var(axis=0).mean() / x.var(axis=0).mean()
    if ratio < 1e-3:
        return "too-small"
    return "too-large" if ratio > 1e3 else "sound"


# %% q4 keeps 1 of 5: divided by the signal, not by its root
def repair(x, weights):
    h, repaired = x, []
    for W in weights:
        repaired.append(W / np.mean(np.maximum(h @ W.T, 0) ** 2))
        h = np.maximum(h @ repaired[-1].T, 0)
    return np.array(repaired)


# %% q4 keeps 1 of 5: measured first, so later layers are divided by what is repaired already
def repair(x, weights):
    h, repaired = x, []
    for W in weights:
        h = np.maximum(h @ W.T, 0)
        with np.errstate(all="ignore"):
            repaired.append(W / np.sqrt(np.mean(h**2)))
    return np.array(repaired)


# %% q4 keeps 3 of 5: right, but a signal of many powers of ten is lost before it is repaired
def repair(x, weights):
    with np.errstate(all="ignore"):
        h, sizes = x, [1.0]
        for W in weights:
            h = np.maximum(h @ W.T, 0)
            sizes.append(np.sqrt(np.mean(h**2)))
        factors = np.array(sizes[:-1]) / np.array(sizes[1:])
        factors[0] = 1 / sizes[1]
        return weights * factors[:, None, None]


# %% q4 keeps 4 of 5: right, but one factor for each unit, which changes the directions
def repair(x, weights):
    h, repaired = x, []
    for W in weights:
        W = W / np.abs(W).max(axis=1, keepdims=True)
        h = np.maximum(h @ W.T, 0)
        size = np.sqrt(np.mean(h**2))
        h = h / size
        repaired.append(W / size)
    return np.array(repaired)


# %% q4 keeps 4 of 5: right, but written into the array of the caller
def repair(x, weights):
    h = x
    for i in range(len(weights)):
        weights[i] /= np.abs(weights[i]).max()
        h = np.maximum(h @ weights[i].T, 0)
        size = np.sqrt(np.mean(h**2))
        h = h / size
        weights[i] /= size
    return weights
