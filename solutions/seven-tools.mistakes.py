# ruff: noqa: F811
"""Typical wrong answers to the exercise "seven-tools", and the points that each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 2 of 3: the textbook's sigmoid, which overflows for logits far below zero
def loss_slope(z, y, reduction):
    with np.errstate(over="raise"):
        slope = 1 / (1 + np.exp(-z)) - y
    return slope / len(z) if reduction == "mean" else slope


# %% q1 keeps 1 of 3: always the mean, whatever was asked for
def loss_slope(z, y, reduction):
    small = np.exp(-np.abs(z))
    slope = np.where(z >= 0, 1, small) / (1 + small) - y
    return slope / len(z)


# %% q1 keeps 2 of 3: the mean is forgotten
def loss_slope(z, y, reduction):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small) - y


# %% q1 keeps 0 of 3: the slope of the squared error, with the sigmoid's own slope in it
def loss_slope(z, y, reduction):
    small = np.exp(-np.abs(z))
    probability = np.where(z >= 0, 1, small) / (1 + small)
    slope = 2 * (probability - y) * probability * (1 - probability)
    return slope / len(z) if reduction == "mean" else slope


# %% q1 keeps 0 of 3: the sign is flipped
def loss_slope(z, y, reduction):
    small = np.exp(-np.abs(z))
    slope = y - np.where(z >= 0, 1, small) / (1 + small)
    return slope / len(z) if reduction == "mean" else slope


# %% q2 keeps 3 of 4: Keras has no half before its penalty
def translate_penalty(lam, n):
    return np.array([lam, lam, lam * n, lam, 1 / (lam * n)])


# %% q2 keeps 3 of 4: the network's alpha is taken for a penalty on the mean loss
def translate_penalty(lam, n):
    return np.array([lam, lam / 2, lam, lam, 1 / (lam * n)])


# %% q2 keeps 3 of 4: C without the number of rows, as if it multiplied the mean
def translate_penalty(lam, n):
    return np.array([lam, lam / 2, lam * n, lam, 1 / lam])


# %% q2 keeps 2 of 4: alpha divided by n where it should be multiplied, and C upside down
def translate_penalty(lam, n):
    return np.array([lam, lam / 2, lam / n, lam, lam * n])


# %% q2 keeps 1 of 4: the same number everywhere
def translate_penalty(lam, n):
    return np.array([lam, lam, lam, lam, lam])


# %% q3 keeps 1 of 4: both forms are taken for the same points
def textbook_points(x, beta):
    return np.array(x)


# %% q3 keeps 1 of 4: the tool's own change is subtracted in place of the textbook's
def textbook_points(x, beta):
    w = x.copy()
    w[1:] = x[1:] - beta * (x[1:] - x[:-1])
    return w


# %% q3 keeps 1 of 4: the change is put ahead of the tool's point, not taken off
def textbook_points(x, beta):
    w = [x[0]]
    for point in x[1:]:
        w.append(point + beta * (point - w[-1]))
    return np.array(w)


# %% q3 keeps 3 of 4: a first step is taken for granted
def textbook_points(x, beta):
    w = [x[0], (x[1] + beta * x[0]) / (1 + beta)]
    for point in x[2:]:
        w.append((point + beta * w[-1]) / (1 + beta))
    return np.array(w)


# %% q4 keeps 1 of 4: one form for both
def adam_steps(g, b1, b2, eps, form):
    m = v = np.zeros(g.shape[1])
    steps = []
    for t, now in enumerate(g, start=1):
        m = b1 * m + (1 - b1) * now
        v = b2 * v + (1 - b2) * now**2
        steps.append(m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps))
    return np.array(steps)


# %% q4 keeps 0 of 4: epsilon stands inside the root
def adam_steps(g, b1, b2, eps, form):
    m = v = np.zeros(g.shape[1])
    steps = []
    for t, now in enumerate(g, start=1):
        m = b1 * m + (1 - b1) * now
        v = b2 * v + (1 - b2) * now**2
        root = np.sqrt(v / (1 - b2**t) + eps) if form == "paper" else np.sqrt(v + eps)
        scale = 1 if form == "paper" else np.sqrt(1 - b2**t)
        steps.append(scale * m / (1 - b1**t) / root)
    return np.array(steps)


# %% q4 keeps 0 of 4: the pull of the zero start is never undone
def adam_steps(g, b1, b2, eps, form):
    m = v = np.zeros(g.shape[1])
    steps = []
    for now in g:
        m = b1 * m + (1 - b1) * now
        v = b2 * v + (1 - b2) * now**2
        steps.append(m / (np.sqrt(v) + eps))
    return np.array(steps)


# %% q4 keeps 1 of 4: every step is treated as the first
def adam_steps(g, b1, b2, eps, form):
    m = v = np.zeros(g.shape[1])
    steps = []
    for now in g:
        m = b1 * m + (1 - b1) * now
        v = b2 * v + (1 - b2) * now**2
        if form == "paper":
            steps.append(m / (1 - b1) / (np.sqrt(v / (1 - b2)) + eps))
        else:
            steps.append(np.sqrt(1 - b2) / (1 - b1) * m / (np.sqrt(v) + eps))
    return np.array(steps)


# %% q4 keeps 0 of 4: the two forms are swapped
def adam_steps(g, b1, b2, eps, form):
    m = v = np.zeros(g.shape[1])
    steps = []
    for t, now in enumerate(g, start=1):
        m = b1 * m + (1 - b1) * now
        v = b2 * v + (1 - b2) * now**2
        if form == "hat":
            steps.append(m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps))
        else:
            steps.append(np.sqrt(1 - b2**t) / (1 - b1**t) * m / (np.sqrt(v) + eps))
    return np.array(steps)


# %% q5 keeps 2 of 4: the length of the first step alone, which a penalty lengthens too
def diagnose(x, g, lr, beta):
    ratio = np.linalg.norm(x[0] - x[1]) / np.linalg.norm(lr * g[0])
    if np.isclose(ratio, 1):
        return "momentum"
    return "damped" if np.isclose(ratio, 1 - beta) else "nesterov"


# %% q5 keeps 2 of 4: the tool is believed where no other method is proved
def diagnose(x, g, lr, beta):
    first = (x[0] - x[1]) / lr
    if np.allclose(first, (1 + beta) * g[0]):
        return "nesterov"
    return "damped" if np.allclose(first, (1 - beta) * g[0]) else "momentum"


# %% q5 keeps 0 of 4: the end of the path is compared, as if the nearest were the same
def diagnose(x, g, lr, beta):
    return "momentum"


# %% q5 keeps 2 of 4: nesterov without its second half: the plain gradient is forgotten
def diagnose(x, g, lr, beta):
    first = (x[0] - x[1]) / lr
    if np.allclose(first, g[0]):
        return "momentum"
    if np.allclose(first, beta * g[0]):
        return "nesterov"
    return "damped" if np.allclose(first, (1 - beta) * g[0]) else "decay"
