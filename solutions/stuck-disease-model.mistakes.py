# ruff: noqa: F811
"""Typical wrong answers to the exercise "stuck-disease-model", and the points that each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 2 of 3: the gradient is not looked at, so a slope passes for a minimum
def place(gradient, hessian, tolerance):
    lowest = np.linalg.eigvalsh(hessian)[0]
    if lowest < -tolerance:
        return "saddle"
    return "minimum" if lowest > tolerance else "plain"


# %% q1 keeps 2 of 3: flat directions count as "no way down"
def place(gradient, hessian, tolerance):
    if np.linalg.norm(gradient) > tolerance:
        return "moving"
    return "saddle" if np.linalg.eigvalsh(hessian)[0] < -tolerance else "minimum"


# %% q1 keeps 1 of 3: flat directions are asked for before ways down, in the wrong order
def place(gradient, hessian, tolerance):
    if np.linalg.norm(gradient) > tolerance:
        return "moving"
    e = np.linalg.eigvalsh(hessian)
    if e[0] > tolerance:
        return "minimum"
    return "saddle" if e[0] < -tolerance and e[-1] > tolerance else "minimum"


# %% q1 keeps 1 of 3: the diagonal in place of the eigenvalues
def place(gradient, hessian, tolerance):
    if np.linalg.norm(gradient) > tolerance:
        return "moving"
    lowest = np.diag(hessian).min()
    if lowest < -tolerance:
        return "saddle"
    return "minimum" if lowest > tolerance else "plain"


# %% q2 keeps 1 of 4: the largest z itself, as if the weights were z
def distance_to_life(X, W, b):
    return np.maximum(0, -(X @ W + b)).min(axis=0)


# %% q2 keeps 1 of 4: the bias is forgotten in the length
def distance_to_life(X, W, b):
    return np.maximum(0, -(X @ W + b) / np.linalg.norm(X, axis=1)[:, None]).min(axis=0)


# %% q2 keeps 1 of 4: the patient with the largest z is taken for the nearest
def distance_to_life(X, W, b):
    z = X @ W + b
    best = z.argmax(axis=0)
    lengths = np.sqrt((X**2).sum(axis=1) + 1)
    return np.maximum(0, -z[best, np.arange(len(b))] / lengths[best])


# %% q2 keeps 0 of 4: a unit counts as dead if it is off for one patient
def distance_to_life(X, W, b):
    lengths = np.sqrt((X**2).sum(axis=1) + 1)
    return np.maximum(0, -(X @ W + b) / lengths[:, None]).max(axis=0)


# %% q3 keeps 1 of 3: the expected number of starts, 1 / p
def starts_needed(healthy, wanted):
    p = np.mean(healthy)
    return np.ceil(1 / p) if p > 0 else np.inf


# %% q3 keeps 1 of 3: rounded down
def starts_needed(healthy, wanted):
    p = np.mean(healthy)
    if p in (0, 1):
        return 1 if p else np.inf
    return np.floor(np.log(1 - wanted) / np.log(1 - p))


# %% q3 keeps 1 of 3: the probability that all starts end healthy
def starts_needed(healthy, wanted):
    p = np.mean(healthy)
    if p in (0, 1):
        return 1 if p else np.inf
    return np.ceil(np.log(wanted) / np.log(p))


# %% q3 keeps 2 of 3: no healthy run, and the division by log(1) goes unnoticed
def starts_needed(healthy, wanted):
    p = min(np.mean(healthy), 1 - 1e-12)
    return max(1, np.ceil(np.log(1 - wanted) / np.log(1 - max(p, 1e-12))))


# %% q4 keeps 3 of 5: weights drawn anew, the inputs left raw
def repair(X, W, b, v, c):
    d, u = W.shape
    if np.ptp(W, axis=1).max() == 0 or (X @ W + b <= 0).all(axis=0).any():
        rng = np.random.default_rng(0)
        W, v = rng.normal(size=(d, u)) * np.sqrt(2 / d), rng.normal(size=u) * np.sqrt(1 / u)
        b, c = np.zeros(u), 0.0
    return np.concatenate([np.zeros(d), np.ones(d), W.ravel(), b, v, [c]])


# %% q4 keeps 1 of 5: the inputs standardised where raw, the dead and the equal units kept
def repair(X, W, b, v, c):
    d = len(W)
    mean, scale = X.mean(axis=0), X.std(axis=0)
    if np.abs(mean).max() < 0.5:
        mean, scale = np.zeros(d), np.ones(d)
    return np.concatenate([mean, scale, W.ravel(), b, v, [c]])


# %% q4 keeps 4 of 5: everything repaired, the healthy run too
def repair(X, W, b, v, c):
    d, u = W.shape
    rng = np.random.default_rng(0)
    W, v = rng.normal(size=(d, u)) * np.sqrt(2 / d), rng.normal(size=u) * np.sqrt(1 / u)
    return np.concatenate([X.mean(axis=0), X.std(axis=0), W.ravel(), np.zeros(u), v, [0.0]])


# %% q4 keeps 1 of 5: a fresh start of zeros, equal units again
def repair(X, W, b, v, c):
    d, u = W.shape
    mean, scale = X.mean(axis=0), X.std(axis=0)
    raw = np.abs(mean).max() > 0.5
    if not raw:
        mean, scale = np.zeros(d), np.ones(d)
    if raw or np.ptp(W, axis=1).max() == 0:
        W, b, v, c = np.zeros((d, u)), np.zeros(u), np.zeros(u), 0.0
    return np.concatenate([mean, scale, W.ravel(), b, v, [c]])
