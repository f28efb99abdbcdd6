# ruff: noqa: F811
"""Typical wrong answers to the exercise "gradient-descent", and the points that each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 0 of 4: the sign is flipped: data minus prediction
def line_gradient(height, slope, x, y):
    error = y - height - slope * x
    return np.array([np.mean(2 * error), np.mean(2 * error * x)])


# %% q1 keeps 1 of 4: a sum in place of the mean
def line_gradient(height, slope, x, y):
    error = height + slope * x - y
    return np.array([np.sum(2 * error), np.sum(2 * error * x)])


# %% q1 keeps 2 of 4: the 2 of the square is forgotten
def line_gradient(height, slope, x, y):
    error = height + slope * x - y
    return np.array([np.mean(error), np.mean(error * x)])


# %% q1 keeps 0 of 4: the slope first, the height second
def line_gradient(height, slope, x, y):
    error = height + slope * x - y
    return np.array([np.mean(2 * error * x), np.mean(2 * error)])


# %% q1 keeps 1 of 4: the mean of x times the mean error, not the mean of the product
def line_gradient(height, slope, x, y):
    error = height + slope * x - y
    return np.array([2 * np.mean(error), 2 * np.mean(error) * np.mean(x)])


# %% q2 keeps 2 of 4: the formula as it stands, which takes the logarithm of zero
def cross_entropy(z, y):
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-z))
        return -y * np.log(p) - (1 - y) * np.log(1 - p)


# %% q2 keeps 2 of 4: the probability is clipped, so the sure and wrong pay too little
def cross_entropy(z, y):
    p = np.clip(1 / (1 + np.exp(-np.clip(z, -500, 500))), 1e-12, 1 - 1e-12)
    return -y * np.log(p) - (1 - y) * np.log(1 - p)


# %% q2 keeps 2 of 4: without a probability, but e^z still overflows
def cross_entropy(z, y):
    with np.errstate(over="ignore"):
        return np.log(1 + np.exp(z)) - y * z


# %% q2 keeps 0 of 4: the cases where no happened are forgotten
def cross_entropy(z, y):
    return y * np.logaddexp(0, -z)


# %% q2 keeps 0 of 4: the squared error of the probability
def cross_entropy(z, y):
    return (0.5 + 0.5 * np.tanh(z / 2) - y) ** 2


# %% q3 keeps 3 of 4: each slope alone is compared, not their length
def judge(gradient, hessian, tolerance):
    if np.abs(gradient).max() > tolerance:
        return "not-there"
    lowest = np.linalg.eigvalsh(hessian)[0]
    if lowest < -tolerance:
        return "way-down"
    return "minimum" if lowest > tolerance else "unclear"


# %% q3 keeps 1 of 4: the diagonal in place of the eigenvalues
def judge(gradient, hessian, tolerance):
    if np.linalg.norm(gradient) > tolerance:
        return "not-there"
    lowest = np.diag(hessian).min()
    if lowest < -tolerance:
        return "way-down"
    return "minimum" if lowest > tolerance else "unclear"


# %% q3 keeps 1 of 4: the determinant, which two downward directions make positive
def judge(gradient, hessian, tolerance):
    if np.linalg.norm(gradient) > tolerance:
        return "not-there"
    product = np.linalg.det(hessian)
    if product < -tolerance:
        return "way-down"
    return "minimum" if product > tolerance else "unclear"


# %% q3 keeps 3 of 4: a flat direction is taken for a minimum
def judge(gradient, hessian, tolerance):
    if np.linalg.norm(gradient) > tolerance:
        return "not-there"
    return "way-down" if np.linalg.eigvalsh(hessian)[0] < -tolerance else "minimum"


# %% q3 keeps 0 of 4: a short gradient is believed
def judge(gradient, hessian, tolerance):
    return "not-there" if np.abs(gradient).sum() > tolerance * len(gradient) else "minimum"


# %% q4 keeps 0 of 4: the colleague's own rate and rule
def train(X, y, penalty, start, gap):
    w, before = np.array(start), np.inf
    for _ in range(1000):
        z = np.clip(X @ w, -1e6, 1e6)
        loss = np.mean(np.logaddexp(0, z) - y * z) + penalty / 2 * w @ w
        if abs(before - loss) < 1e-4 or not np.isfinite(loss):
            break
        before = loss
        g = X.T @ ((1 + np.tanh(z / 2)) / 2 - y) / len(y) + penalty * w
        w = w - 0.1 * g
    return w


# %% q4 keeps 2 of 4: a constant rate that suits features of scale 1 only
def train(X, y, penalty, start, gap):
    w = np.array(start)
    for _ in range(40_000):
        z = np.clip(X @ w, -1e6, 1e6)
        w = w - 0.5 * (X.T @ ((1 + np.tanh(z / 2)) / 2 - y) / len(y) + penalty * w)
    return w


# %% q4 keeps 0 of 4: the right rate, and a stop at the colleague's small change
def train(X, y, penalty, start, gap):
    L = penalty + np.linalg.eigvalsh(X.T @ X)[-1] / (4 * len(y))
    w, before = np.array(start), np.inf
    for _ in range(100_000):
        z = X @ w
        loss = np.mean(np.logaddexp(0, z) - y * z) + penalty / 2 * w @ w
        if abs(before - loss) < 1e-4:
            break
        before = loss
        w = w - (X.T @ ((1 + np.tanh(z / 2)) / 2 - y) / len(y) + penalty * w) / L
    return w


# %% q4 keeps 0 of 4: the penalty is left out of the gradient
def train(X, y, penalty, start, gap):
    L = penalty + np.linalg.eigvalsh(X.T @ X)[-1] / (4 * len(y))
    w = np.array(start)
    for _ in range(5000):
        w = w - X.T @ ((1 + np.tanh(X @ w / 2)) / 2 - y) / len(y) / L
    return w


# %% q4 keeps 0 of 4: the squared error in place of cross-entropy, which starves
def train(X, y, penalty, start, gap):
    L = penalty + np.linalg.eigvalsh(X.T @ X)[-1] / (4 * len(y))
    w = np.array(start)
    for _ in range(5000):
        p = (1 + np.tanh(X @ w / 2)) / 2
        w = w - (X.T @ (2 * (p - y) * p * (1 - p)) / len(y) + penalty * w) / L
    return w
