# ruff: noqa: F811
"""Typical wrong answers to the exercise "silent-mistakes", and the points that each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 1 of 3: the very mistake, everything is compared with everything
def mean_squared_error(out, y):
    return float(((out - y) ** 2).mean()) if len(out) == len(y) and out.ndim == y.ndim else 0.0


# %% q1 keeps 2 of 3: one axis for both, but a single answer is stretched over all targets
def mean_squared_error(out, y):
    out, y = np.ravel(out), np.ravel(y)
    if len(out) != len(y) and min(len(out), len(y)) > 1:
        return np.nan
    return float(np.mean((out - y) ** 2))


# %% q1 keeps 1 of 3: the sum in place of the mean; the numbers are compared
def mean_squared_error(out, y):
    out, y = np.ravel(out), np.ravel(y)
    return float(np.sum((out - y) ** 2)) if out.shape == y.shape else np.nan


# %% q2 keeps 3 of 4: any column of any row, so a shared number is enough
def leaked(train, validation):
    same = np.abs(validation[:, None, :] - train[None, :, :]) <= 1e-9
    return same.any(axis=(1, 2))


# %% q2 keeps 3 of 4: compared with ==, so twins that went through a file are missed
def leaked(train, validation):
    return (validation[:, None, :] == train[None, :, :]).all(axis=-1).any(axis=1)


# %% q2 keeps 3 of 4: each column on its own, so a row that agrees in all but one is a twin
def leaked(train, validation):
    near = np.abs(validation[:, None, :] - train[None, :, :]) <= 1e-9
    return (near.sum(axis=-1) >= max(1, train.shape[1] - 1)).any(axis=1)


# %% q2 keeps 0 of 4: row by row, as if both tables had the same order
def leaked(train, validation):
    n = min(len(train), len(validation))
    answer = np.zeros(len(validation), dtype=bool)
    answer[:n] = np.abs(train[:n] - validation[:n]).max(axis=1) <= 1e-9
    return answer


# %% q3 keeps 0 of 5: the curve falls, so all is well
def diagnose(losses, outputs, targets, moved):
    return "healthy" if losses[-1] < losses[0] else "shuffled"


# %% q3 keeps 4 of 5: between 0 and 1 is taken for shares, without a look at their sum
def diagnose(losses, outputs, targets, moved):
    classes = outputs.shape[1]
    if losses[0] > 2 * np.log(classes):
        return "sum"
    if np.min(moved) < 1e-9:
        return "frozen"
    if (outputs >= 0).all() and (outputs <= 1).all():
        return "softmax-twice"
    right = np.mean(outputs.argmax(axis=1) == targets)
    return "shuffled" if right < 2 / classes else "healthy"


# %% q3 keeps 4 of 5: slow weights are called frozen
def diagnose(losses, outputs, targets, moved):
    classes = outputs.shape[1]
    if losses[0] > 2 * np.log(classes):
        return "sum"
    if np.min(moved) < 5e-4:
        return "frozen"
    if np.allclose(outputs.sum(axis=1), 1):
        return "softmax-twice"
    right = np.mean(outputs.argmax(axis=1) == targets)
    return "shuffled" if right < 2 / classes else "healthy"


# %% q3 keeps 3 of 5: only the first array of weights is looked at
def diagnose(losses, outputs, targets, moved):
    classes = outputs.shape[1]
    if losses[0] > 2 * np.log(classes):
        return "sum"
    if moved[0] < 1e-9:
        return "frozen"
    if np.allclose(outputs.sum(axis=1), 1):
        return "softmax-twice"
    right = np.mean(outputs.argmax(axis=1) == targets)
    return "shuffled" if right < 2 / classes else "healthy"


# %% q3 keeps 3 of 5: shuffled labels are looked for in the training loss
def diagnose(losses, outputs, targets, moved):
    classes = outputs.shape[1]
    if losses[0] > 2 * np.log(classes):
        return "sum"
    if np.min(moved) < 1e-9:
        return "frozen"
    if np.allclose(outputs.sum(axis=1), 1):
        return "softmax-twice"
    return "shuffled" if losses[-1] > 0.9 * losses[0] else "healthy"


# %% q4 keeps 0 of 4: column against row, so the mean is learned
def predict(X, y, X_val, lr, epochs):
    mean, spread = X.mean(axis=0), X.std(axis=0)
    Z, Z_val = (X - mean) / spread, (X_val - mean) / spread
    w, b = np.zeros((X.shape[1], 1)), 0.0
    for _ in range(epochs):
        error = (Z @ w + b - y).mean(axis=1, keepdims=True)
        w, b = w - lr * 2 * Z.T @ error / len(y), b - lr * 2 * error.mean()
    return (Z_val @ w + b)[:, 0]


# %% q4 keeps 2 of 4: scaled with the validation rows, too: a long training hides it
def predict(X, y, X_val, lr, epochs):
    everything = np.concatenate([X, X_val])
    mean, spread = everything.mean(axis=0), everything.std(axis=0)
    Z, Z_val = (X - mean) / spread, (X_val - mean) / spread
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = Z @ w + b - y
        w, b = w - lr * 2 * Z.T @ error / len(y), b - lr * 2 * error.mean()
    return Z_val @ w + b


# %% q4 keeps 0 of 4: the gradients are added up from step to step
def predict(X, y, X_val, lr, epochs):
    mean, spread = X.mean(axis=0), X.std(axis=0)
    Z, Z_val = (X - mean) / spread, (X_val - mean) / spread
    w, b, gradient_w, gradient_b = np.zeros(X.shape[1]), 0.0, 0.0, 0.0
    for _ in range(epochs):
        error = Z @ w + b - y
        gradient_w = gradient_w + 2 * Z.T @ error / len(y)
        gradient_b = gradient_b + 2 * error.mean()
        w, b = w - lr * gradient_w, b - lr * gradient_b
    return Z_val @ w + b


# %% q4 keeps 0 of 4: sums in place of means, so the rate grows with the table
def predict(X, y, X_val, lr, epochs):
    mean, spread = X.mean(axis=0), X.std(axis=0)
    Z, Z_val = (X - mean) / spread, (X_val - mean) / spread
    w, b = np.zeros(X.shape[1]), 0.0
    with np.errstate(all="ignore"):
        for _ in range(epochs):
            error = Z @ w + b - y
            w, b = w - lr * 2 * Z.T @ error, b - lr * 2 * error.sum()
        return Z_val @ w + b


# %% q4 keeps 2 of 4: half the gradient: the loss was halved to be rid of the 2
def predict(X, y, X_val, lr, epochs):
    mean, spread = X.mean(axis=0), X.std(axis=0)
    Z, Z_val = (X - mean) / spread, (X_val - mean) / spread
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = Z @ w + b - y
        w, b = w - lr * Z.T @ error / len(y), b - lr * error.mean()
    return Z_val @ w + b
