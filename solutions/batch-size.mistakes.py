# ruff: noqa: F811
"""Typical wrong answers to the exercise "batch-size", and the points that each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 0 of 3: the sum over the batch, not the mean
def batch_gradient(X, y, w, rows):
    return 2 * X[rows].T @ (X[rows] @ w - y[rows])


# %% q1 keeps 0 of 3: divided by the examples in the table, not in the batch
def batch_gradient(X, y, w, rows):
    return 2 * X[rows].T @ (X[rows] @ w - y[rows]) / len(y)


# %% q1 keeps 0 of 3: the rows are forgotten, so every step is a full batch
def batch_gradient(X, y, w, rows):
    return 2 * X.T @ (X @ w - y) / len(y)


# %% q1 keeps 0 of 3: the 2 of the square is forgotten
def batch_gradient(X, y, w, rows):
    return X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)


# %% q1 keeps 2 of 3: an example that comes twice is counted once
def batch_gradient(X, y, w, rows):
    rows = np.unique(rows)
    return 2 * X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)


# %% q2 keeps 2 of 4: the small-rate formula, in which the floor is in proportion to the rate
def largest_rate(floor, curvature, variance, size):
    return 2 * curvature * floor * size / variance


# %% q2 keeps 3 of 4: the batch is forgotten
def largest_rate(floor, curvature, variance, size):
    return 2 * curvature * floor / (variance + curvature**2 * floor)


# %% q2 keeps 3 of 4: the variance of a sum, not of a mean
def largest_rate(floor, curvature, variance, size):
    return 2 * curvature * floor / (variance * size + curvature**2 * floor)


# %% q2 keeps 3 of 4: the noise, not its variance, is divided by the size
def largest_rate(floor, curvature, variance, size):
    return 2 * curvature * floor / (variance / size**2 + curvature**2 * floor)


# %% q2 keeps 1 of 4: the curvature drops out of the wrong place, right without noise only
def largest_rate(floor, curvature, variance, size):
    return 2 * floor / (variance / size + curvature * floor)


# %% q3 keeps 1 of 4: the noise of the big batches is taken for signal
def noise_scale(small, big, b, B):
    short, long = (small**2).sum(1).mean(), (big**2).sum(1).mean()
    trace = (short - long) / (1 / b - 1 / B)
    return trace / long if long - trace / B > 0 else np.inf


# %% q3 keeps 1 of 4: the two sizes are swapped
def noise_scale(small, big, b, B):
    short, long = (small**2).sum(1).mean(), (big**2).sum(1).mean()
    trace = (short - long) / (1 / b - 1 / B)
    signal = short - trace / B
    return trace / signal if long - trace / B > 0 else np.inf


# %% q3 keeps 2 of 4: without signal a negative scale is returned, and sums pass for means
def noise_scale(small, big, b, B):
    short, long = (small**2).sum(), (big**2).sum()
    trace = (short - long) / (1 / b - 1 / B)
    return trace / (long - trace / B)


# %% q3 keeps 3 of 4: without signal a negative scale is returned
def noise_scale(small, big, b, B):
    short, long = (small**2).sum(1).mean(), (big**2).sum(1).mean()
    trace = (short - long) / (1 / b - 1 / B)
    return trace / (long - trace / B)


# %% q3 keeps 0 of 4: the length of the mean gradient, in place of the mean squared length
def noise_scale(small, big, b, B):
    short, long = (small.mean(0) ** 2).sum(), (big.mean(0) ** 2).sum()
    trace = (short - long) / (1 / b - 1 / B)
    return abs(trace / (long - trace / B))


# %% q4 keeps 3 of 4: only the first pass is looked at for repeats
def diagnose(rows, n):
    passes = rows.reshape(len(rows), -1)
    if len(np.unique(passes[0])) < len(passes[0]):
        return "repeats"
    if len(np.unique(passes)) < n:
        return "missing"
    return "same-order" if (passes == passes[0]).all() else "healthy"


# %% q4 keeps 2 of 4: an example left out of one pass counts as missing
def diagnose(rows, n):
    passes = rows.reshape(len(rows), -1)
    if any(len(np.unique(order)) < len(order) for order in passes):
        return "repeats"
    if any(len(np.unique(order)) < n for order in passes):
        return "missing"
    return "same-order" if (passes == passes[0]).all() else "healthy"


# %% q4 keeps 0 of 4: the same example in two passes counts as a repeat
def diagnose(rows, n):
    if len(np.unique(rows)) < rows.size:
        return "repeats"
    return "missing" if len(np.unique(rows)) < n else "healthy"


# %% q4 keeps 1 of 4: missing is asked before repeats, but draws with replacement lose some too
def diagnose(rows, n):
    passes = rows.reshape(len(rows), -1)
    if len(np.unique(passes)) < n:
        return "missing"
    if any(len(np.unique(order)) < len(order) for order in passes):
        return "repeats"
    return "same-order" if (passes == passes[0]).all() else "healthy"


# %% q4 keeps 3 of 4: the order of the first two passes decides
def diagnose(rows, n):
    passes = rows.reshape(len(rows), -1)
    if any(len(np.unique(order)) < len(order) for order in passes):
        return "repeats"
    if len(np.unique(passes)) < n:
        return "missing"
    return "same-order" if (passes[1] == passes[0]).all() else "healthy"


# %% q5 keeps 0 of 4: the last point, which is at the floor
def averaged_descent(X, y, order, lr):
    w = np.zeros(X.shape[1])
    for i in order:
        w = w - lr * 2 * (X[i] @ w - y[i]) * X[i]
    return w


# %% q5 keeps 2 of 4: the average of all points, the first half included
def averaged_descent(X, y, order, lr):
    w, path = np.zeros(X.shape[1]), []
    for i in order:
        w = w - lr * 2 * (X[i] @ w - y[i]) * X[i]
        path.append(w)
    return np.mean(path, axis=0)


# %% q5 keeps 2 of 4: off by one, the last point is left out and one more at the front is taken
def averaged_descent(X, y, order, lr):
    w, path = np.zeros(X.shape[1]), [np.zeros(X.shape[1])]
    for i in order:
        w = w - lr * 2 * (X[i] @ w - y[i]) * X[i]
        path.append(w)
    kept = len(order) // 2
    return np.mean(path[-kept - 1 : -1], axis=0)


# %% q5 keeps 2 of 4: the gradient of all examples at each step, a budget n times as large
def averaged_descent(X, y, order, lr):
    w, path = np.zeros(X.shape[1]), []
    for _ in order:
        w = w - lr * 2 * X.T @ (X @ w - y) / len(y)
        path.append(w)
    return np.mean(path[-(len(order) // 2) :], axis=0)


# %% q5 keeps 0 of 4: the sign is flipped, so the run climbs
def averaged_descent(X, y, order, lr):
    w, path = np.zeros(X.shape[1]), []
    for i in order:
        w = np.clip(w + lr * 2 * (X[i] @ w - y[i]) * X[i], -1e6, 1e6)
        path.append(w)
    return np.mean(path[-(len(order) // 2) :], axis=0)
