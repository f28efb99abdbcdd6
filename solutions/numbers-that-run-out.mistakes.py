# ruff: noqa: F811
"""Typical wrong answers to the exercise "numbers-that-run-out", and the points each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 1 of 4: the textbook's formula
def losses(scores, targets):
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-scores))
        return -(targets * np.log(p) + (1 - targets) * np.log(1 - p))


# %% q1 keeps 2 of 4: the probability is clamped
def losses(scores, targets):
    with np.errstate(all="ignore"):
        p = np.clip(1 / (1 + np.exp(-scores)), 1e-15, 1 - 1e-15)
    right = np.where(targets == 1, p, 1 - p)
    return np.where(right > 0.99, np.maximum(-np.log(right) - 2e-15, 0), -np.log(right))


# %% q1 keeps 1 of 4: simplified, but the exponential still overflows
def losses(scores, targets):
    with np.errstate(all="ignore"):
        return np.log(1 + np.exp(scores)) - targets * scores


# %% q1 keeps 3 of 4: stable, but the digits of a small loss are lost in the 1
def losses(scores, targets):
    against = np.where(targets == 1, -scores, scores)
    return np.maximum(against, 0) + np.log(1 + np.exp(-np.abs(scores)))


# %% q1 keeps 0 of 4: right answers are taken for wrong ones
def losses(scores, targets):
    return np.logaddexp(0, np.where(targets == 1, scores, -scores))


# %% q2 keeps 1 of 4: one spacing for all numbers, from 1 on
def round_to(x, digits):
    spacing = 2.0 ** (1 - digits)
    return np.where(x > 0, np.round(np.abs(x) / spacing) * spacing, np.abs(x))


# %% q2 keeps 2 of 4: the same, and negative numbers too
def round_to(x, digits):
    spacing = 2.0 ** (1 - digits)
    return np.round(x / spacing) * spacing


# %% q2 keeps 0 of 4: the digits are cut off, not rounded
def round_to(x, digits):
    fraction, power = np.frexp(x)
    return np.ldexp(np.trunc(fraction * 2.0**digits), power - digits)


# %% q2 keeps 0 of 4: one digit too few
def round_to(x, digits):
    fraction, power = np.frexp(x)
    return np.ldexp(np.round(fraction * 2.0 ** (digits - 1)), power - digits + 1)


# %% q2 keeps 0 of 4: decimal digits
def round_to(x, digits):
    return np.round(x, digits)


# %% q2 keeps 3 of 4: the logarithm of zero and of negative numbers
def round_to(x, digits):
    with np.errstate(all="ignore"):
        spacing = 2.0 ** (np.floor(np.log2(x)) + 1 - digits)
        return np.round(x / spacing) * spacing


# %% q3 keeps 0 of 3: the scale by the smallest gradient, which may overflow the largest
def loss_scale(gradients):
    sizes = np.abs(gradients[np.isfinite(gradients) & (gradients != 0)])
    return float(2.0 ** np.ceil(np.log2(6e-8 / sizes.min()))) if sizes.size else 1.0


# %% q3 keeps 0 of 3: the sign is forgotten
def loss_scale(gradients):
    most = gradients[np.isfinite(gradients)].max(initial=0.0)
    return float(2.0 ** np.floor(np.log2(32752 / most))) if most > 0 else 1.0


# %% q3 keeps 2 of 3: bad entries and zeros are not thought of
def loss_scale(gradients):
    with np.errstate(all="ignore"):
        return float(2.0 ** np.floor(np.log2(32752 / np.abs(gradients).max())))


# %% q3 keeps 0 of 3: rounded to the nearest power, which may be too large
def loss_scale(gradients):
    sizes = np.abs(gradients[np.isfinite(gradients)])
    if sizes.size == 0 or sizes.max() == 0:
        return 1.0
    return float(2.0 ** np.ceil(np.log2(32752 / sizes.max())))


# %% q4 keeps 3 of 5: overshooting is not looked for
def diagnose(loss, gradient_norm, moved):
    first_loss = np.argmin(np.append(np.isfinite(loss), False))
    first_gradient = np.argmin(np.append(np.isfinite(gradient_norm), False))
    if first_gradient < first_loss:
        return "backward"
    if first_loss < len(loss):
        return "forward"
    return "frozen"


# %% q4 keeps 4 of 5: every gradient that is lost early is a fault in the backward pass
def diagnose(loss, gradient_norm, moved):
    first_loss = np.argmin(np.append(np.isfinite(loss), False))
    first_gradient = np.argmin(np.append(np.isfinite(gradient_norm), False))
    if first_gradient < first_loss:
        return "backward"
    if first_loss < len(loss):
        return "overshooting" if loss[first_loss - 1] > 1e6 * loss[0] else "forward"
    return "vanished" if gradient_norm[-1] == 0 else "frozen"


# %% q4 keeps 3 of 5: every nan is a rate that is too large
def diagnose(loss, gradient_norm, moved):
    if not np.isfinite(loss).all():
        return "overshooting"
    return "vanished" if gradient_norm[-1] == 0 else "frozen"


# %% q4 keeps 4 of 5: a small gradient is taken for none
def diagnose(loss, gradient_norm, moved):
    good = np.isfinite(loss)
    if loss[good].max() > 1e6 * loss[0]:
        return "overshooting"
    first_loss = np.argmin(np.append(good, False))
    first_gradient = np.argmin(np.append(np.isfinite(gradient_norm), False))
    if first_gradient < first_loss:
        return "backward"
    if first_loss < len(loss):
        return "forward"
    return "vanished" if moved[-1] < 0.02 else "frozen"


# %% q5 keeps 0 of 4: rounded, and the rest forgotten
def step(weights, owed, update):
    new = np.asarray(weights - update, dtype=np.float16).astype(float)
    return np.array([new, 0 * new])


# %% q5 keeps 1 of 4: the debt is kept and never paid
def step(weights, owed, update):
    new = np.asarray(weights - update, dtype=np.float16).astype(float)
    debt = np.asarray(owed + update, dtype=np.float16).astype(float)
    return np.array([new, debt])


# %% q5 keeps 1 of 4: all that was wanted is owed, even what was subtracted
def step(weights, owed, update):
    wanted = owed + update
    new = np.asarray(weights - wanted, dtype=np.float16).astype(float)
    return np.array([new, np.asarray(wanted, dtype=np.float16).astype(float)])


# %% q5 keeps 0 of 4: the debt has the wrong sign
def step(weights, owed, update):
    wanted = owed + update
    new = np.asarray(weights - wanted, dtype=np.float16).astype(float)
    debt = np.asarray((weights - new) - wanted, dtype=np.float16).astype(float)
    return np.array([new, debt])


# %% q5 keeps 0 of 4: a master copy in full precision, which float16 cannot hold
def step(weights, owed, update):
    new = np.asarray(weights, dtype=float) - owed - update
    return np.array([new, 0 * new])
