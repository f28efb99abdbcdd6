# ruff: noqa: F811
"""Typical wrong answers to the exercise "gradients", and the points that each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 0 of 4: the sign is flipped, so the step climbs
def logistic_gradient(w, X, y):
    slope = 1 / (1 + np.exp(y * (X @ w)))
    return (slope * y) @ X / len(y)


# %% q1 keeps 3 of 4: the sum over the examples in place of their mean
def logistic_gradient(w, X, y):
    slope = -1 / (1 + np.exp(y * (X @ w)))
    return (slope * y) @ X


# %% q1 keeps 3 of 4: infinity divided by infinity where the margin is far below zero
def logistic_gradient(w, X, y):
    e = np.exp(-y * (X @ w))
    return (-e / (1 + e) * y) @ X / len(y)


# %% q1 keeps 0 of 4: the inner slope is forgotten, the class is missing from the path
def logistic_gradient(w, X, y):
    slope = -1 / (1 + np.exp(y * (X @ w)))
    return slope @ X / len(y)


# %% q1 keeps 3 of 4: central differences of the loss itself, which overflows
def logistic_gradient(w, X, y):
    def loss(w):
        return np.mean(np.log(1 + np.exp(-y * (X @ w))))

    return np.array([loss(w + 1e-20j * axis).imag / 1e-20 for axis in np.eye(len(w))])


# %% q2 keeps 1 of 3: the three is forgotten
def least_error_step(F, M, eps):
    return (eps * F / M) ** (1 / 3) if M > 0 else np.inf


# %% q2 keeps 1 of 3: the square root, as for forward differences
def least_error_step(F, M, eps):
    return 2 * (eps * F / M) ** 0.5 if M > 0 else np.inf


# %% q2 keeps 2 of 3: a parabola is forgotten, and the division fails
def least_error_step(F, M, eps):
    return (3 * eps * F / M) ** (1 / 3)


# %% q2 keeps 1 of 3: where both errors are equal, which is not where their sum is smallest
def least_error_step(F, M, eps):
    return (6 * eps * F / M) ** (1 / 3) if M > 0 else np.inf


# %% q2 keeps 0 of 3: the smaller the better
def least_error_step(F, M, eps):
    return 1e-12 / (1 + M) * (1 + eps)


# %% q3 keeps 2 of 5: a share overwrites the one before it
def slopes(x, tape):
    value = list(x)
    for kind, i, j in tape:
        value.append((value[i] + value[j], value[i] * value[j], np.tanh(value[i]))[kind])
    slope = np.zeros(len(value))
    slope[-1] = 1
    for number in reversed(range(len(tape))):
        kind, i, j = tape[number]
        s = slope[len(x) + number]
        if kind == 0:
            slope[i], slope[j] = s, s
        elif kind == 1:
            slope[i], slope[j] = s * value[j], s * value[i]
        else:
            slope[i] = s * (1 - np.tanh(value[i]) ** 2)
    return slope[: len(x)]


# %% q3 keeps 1 of 5: a product sends each factor its own value, which only a square forgives
def slopes(x, tape):
    value = list(x)
    for kind, i, j in tape:
        value.append((value[i] + value[j], value[i] * value[j], np.tanh(value[i]))[kind])
    slope = np.zeros(len(value))
    slope[-1] = 1
    for number in reversed(range(len(tape))):
        kind, i, j = tape[number]
        s = slope[len(x) + number]
        if kind == 0:
            slope[i] += s
            slope[j] += s
        elif kind == 1:
            slope[i] += s * value[i]
            slope[j] += s * value[j]
        else:
            slope[i] += s * (1 - np.tanh(value[i]) ** 2)
    return slope[: len(x)]


# %% q3 keeps 0 of 5: the tape is walked forwards, so nothing arrives
def slopes(x, tape):
    value = list(x)
    for kind, i, j in tape:
        value.append((value[i] + value[j], value[i] * value[j], np.tanh(value[i]))[kind])
    slope = np.zeros(len(value))
    slope[-1] = 1
    for number in range(len(tape)):
        kind, i, j = tape[number]
        s = slope[len(x) + number]
        if kind == 0:
            slope[i] += s
            slope[j] += s
        elif kind == 1:
            slope[i] += s * value[j]
            slope[j] += s * value[i]
        else:
            slope[i] += s * (1 - np.tanh(value[i]) ** 2)
    return slope[: len(x)] * (len(tape) > 1)


# %% q3 keeps 0 of 5: the slope of tanh is taken without its square
def slopes(x, tape):
    value = list(x)
    for kind, i, j in tape:
        value.append((value[i] + value[j], value[i] * value[j], np.tanh(value[i]))[kind])
    slope = np.zeros(len(value))
    slope[-1] = 1
    for number in reversed(range(len(tape))):
        kind, i, j = tape[number]
        s = slope[len(x) + number]
        if kind == 0:
            slope[i] += s
            slope[j] += s
        elif kind == 1:
            slope[i] += s * value[j]
            slope[j] += s * value[i]
        else:
            slope[i] += s * (1 - np.tanh(value[i]))
    return slope[: len(x)]


# %% q3 keeps 4 of 5: the square is treated as a single path
def slopes(x, tape):
    value = list(x)
    for kind, i, j in tape:
        value.append((value[i] + value[j], value[i] * value[j], np.tanh(value[i]))[kind])
    slope = np.zeros(len(value))
    slope[-1] = 1
    for number in reversed(range(len(tape))):
        kind, i, j = tape[number]
        s = slope[len(x) + number]
        if kind == 2:
            slope[i] += s * (1 - np.tanh(value[i]) ** 2)
            continue
        slope[i] += s * (value[j] if kind == 1 else 1)
        if i != j:
            slope[j] += s * (value[i] if kind == 1 else 1)
    return slope[: len(x)]


# %% q4 keeps 0 of 3: the two lists are compared to the last digit
def diagnose(computed, shown):
    wrong = computed != shown
    if not wrong.any():
        return "right"
    ratio = computed[wrong] / shown[wrong]
    if (ratio == 0).all():
        return "missing"
    if np.allclose(ratio, -1, rtol=1e-5):
        return "sign"
    return "factor" if np.allclose(ratio, np.median(ratio), rtol=1e-5) else "other"


# %% q4 keeps 1 of 3: the right coordinates are mixed in
def diagnose(computed, shown):
    ratio = computed / shown
    if np.allclose(ratio, 1, rtol=1e-5):
        return "right"
    if (ratio == 0).all():
        return "missing"
    if np.allclose(ratio, -1, rtol=1e-5):
        return "sign"
    return "factor" if np.allclose(ratio, np.median(ratio), rtol=1e-5) else "other"


# %% q4 keeps 1 of 3: a sign is taken for any other factor
def diagnose(computed, shown):
    wrong = np.abs(computed - shown) > 1e-5 * np.maximum(np.abs(computed), np.abs(shown))
    if not wrong.any():
        return "right"
    ratio = computed[wrong] / shown[wrong]
    if (ratio == 0).all():
        return "missing"
    return "factor" if np.allclose(ratio, np.median(ratio), rtol=1e-5) else "other"


# %% q4 keeps 0 of 3: an absolute tolerance, which large slopes break and small ones hide under
def diagnose(computed, shown):
    wrong = np.abs(computed - shown) > 1e-8
    if not wrong.any():
        return "right"
    ratio = computed[wrong] / shown[wrong]
    if (ratio == 0).all():
        return "missing"
    if np.allclose(ratio, -1, rtol=1e-5):
        return "sign"
    return "factor" if np.allclose(ratio, np.median(ratio), rtol=1e-5) else "other"


# %% q5 keeps 0 of 4: the sabotaged program as it was
def repaired(X, Y, W1, b1, W2, b2):
    return sabotaged(X, Y, W1, b1, W2, b2)  # noqa: F821


# %% q5 keeps 1 of 4: only the second layer is repaired
def repaired(X, Y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    dP = 2 * (H @ W2 + b2 - Y) / Y.size
    dZ = dP @ W2.T * (1 - H)
    parts = (X.T @ dZ, dZ.sum() * np.ones_like(b1), H.T @ dP, dP.sum(axis=0))
    return np.concatenate([part.ravel() for part in parts])


# %% q5 keeps 3 of 4: the bias of the first layer still shares one number
def repaired(X, Y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    dP = 2 * (H @ W2 + b2 - Y) / Y.size
    dZ = dP @ W2.T * (1 - H**2)
    parts = (X.T @ dZ, dZ.sum() * np.ones_like(b1), H.T @ dP, dP.sum(axis=0))
    return np.concatenate([part.ravel() for part in parts])


# %% q5 keeps 0 of 4: the mean is still taken over the rows
def repaired(X, Y, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    dP = 2 * (H @ W2 + b2 - Y) / len(Y)
    dZ = dP @ W2.T * (1 - H**2)
    parts = (X.T @ dZ, dZ.sum(axis=0), H.T @ dP, dP.sum(axis=0))
    return np.concatenate([part.ravel() for part in parts])


# %% q5 keeps 0 of 4: differences in place of the gradient, good to nine digits and no more
def repaired(X, Y, W1, b1, W2, b2):
    parts = [part.copy() for part in (W1, b1, W2, b2)]
    slopes = []
    for part in parts:
        for place in np.ndindex(part.shape):
            middle, ends = part[place], []
            for h in (6e-6, -6e-6):
                part[place] = middle + h
                ends.append(network_loss(X, Y, *parts))  # noqa: F821
            part[place] = middle
            slopes.append((ends[0] - ends[1]) / 1.2e-5)
    return np.array(slopes)
