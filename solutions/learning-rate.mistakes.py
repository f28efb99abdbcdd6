# ruff: noqa: F811
"""Typical wrong answers to the exercise "learning-rate", and the points that each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 0 of 3: the sign is flipped, so the point climbs
def step(x, gradient, lr):
    return x + lr * gradient


# %% q1 keeps 2 of 3: right, but written into the array of the caller
def step(x, gradient, lr):
    x -= lr * gradient
    return x


# %% q1 keeps 0 of 3: the step is returned, not the point it leads to
def step(x, gradient, lr):
    return -lr * gradient


# %% q1 keeps 0 of 3: the gradient is normalised, so the steps never shrink
def step(x, gradient, lr):
    return x - lr * gradient / np.linalg.norm(gradient)


# %% q1 keeps 1 of 3: a loop over one axis, so a point without axes fails
def step(x, gradient, lr):
    return np.array([x[i] - lr * gradient[i] for i in range(len(x))])


# %% q1 keeps 0 of 3: the learning rate is forgotten
def step(x, gradient, lr):
    return x - gradient


# %% q2 keeps 1 of 4: 1/L, the rate that is safe and quick, is only half of the threshold
def largest_stable_lr(hessian):
    sharpness = np.linalg.eigvalsh(hessian)[-1]
    return 1 / sharpness if sharpness > 0 else np.inf


# %% q2 keeps 2 of 4: the largest diagonal entry, right only along the axes
def largest_stable_lr(hessian):
    sharpness = np.diag(hessian).max()
    return 2 / sharpness if sharpness > 0 else np.inf


# %% q2 keeps 1 of 4: the trace, the sum of all eigenvalues
def largest_stable_lr(hessian):
    trace = np.trace(hessian)
    return 2 / trace if trace > 0 else np.inf


# %% q2 keeps 1 of 4: the smallest eigenvalue in place of the largest
def largest_stable_lr(hessian):
    flattest = np.linalg.eigvalsh(hessian)[0]
    return 2 / flattest if flattest > 0 else np.inf


# %% q2 keeps 3 of 4: the flat surface is forgotten, and the division fails
def largest_stable_lr(hessian):
    return 2 / float(np.linalg.eigvalsh(hessian)[-1])


# %% q2 keeps 1 of 4: the root of the eigenvalue, as for a singular value of the features
def largest_stable_lr(hessian):
    sharpness = np.linalg.eigvalsh(hessian)[-1]
    return 2 / np.sqrt(sharpness) if sharpness > 0 else np.inf


# %% q3 keeps 3 of 4: nan is not caught, and every comparison with it is False
def diagnose(losses):
    first, half, last = losses[0], losses[len(losses) // 2], losses[-1]
    if last > first:
        return "too-high"
    return "too-low" if half - last > 0.1 * (first - last) else "healthy"


# %% q3 keeps 3 of 4: the loss is compared with zero, a floor that nobody promised
def diagnose(losses):
    if not np.isfinite(losses[-1]) or losses[-1] > losses[0]:
        return "too-high"
    return "too-low" if losses[-1] > 0.01 * losses[0] else "healthy"


# %% q3 keeps 1 of 4: a falling curve is taken for a healthy one
def diagnose(losses):
    return "healthy" if np.isfinite(losses[-1]) and losses[-1] <= losses[0] else "too-high"


# %% q3 keeps 1 of 4: too high and too low are swapped, the endings in inf are right
def diagnose(losses):
    first, half, last = losses[0], losses[len(losses) // 2], losses[-1]
    if not np.isfinite(last):
        return "too-high"
    if last > first:
        return "too-low"
    return "too-high" if half - last > 0.1 * (first - last) else "healthy"


# %% q3 keeps 2 of 4: the last step decides, but a curve that sinks to zero never stands still
def diagnose(losses):
    if not np.isfinite(losses[-1]) or losses[-1] > losses[0]:
        return "too-high"
    return "too-low" if losses[-1] < losses[-2] else "healthy"


# %% q4 keeps 3 of 4: off by one, the warm-up starts at a rate of zero
def schedule(t, peak, warmup, every):
    if t < warmup:
        return peak * t / warmup
    return peak * 0.5 ** ((t - warmup) // every)


# %% q4 keeps 2 of 4: the stairs are counted from step 0, not from the end of the warm-up
def schedule(t, peak, warmup, every):
    if t < warmup:
        return peak * (t + 1) / warmup
    return peak * 0.5 ** (t // every)


# %% q4 keeps 1 of 4: / in place of //, so the stairs become a slide
def schedule(t, peak, warmup, every):
    if t < warmup:
        return peak * (t + 1) / warmup
    return peak * 0.5 ** ((t - warmup) / every)


# %% q4 keeps 1 of 4: off by one, each stair ends a step too early
def schedule(t, peak, warmup, every):
    if t < warmup:
        return peak * (t + 1) / warmup
    return peak * 0.5 ** ((t - warmup + 1) // every)


# %% q4 keeps 3 of 4: without a warm-up the division fails
def schedule(t, peak, warmup, every):
    rise = (t + 1) / warmup
    return peak * rise if rise <= 1 else peak * 0.5 ** ((t - warmup) // every)


# %% q4 keeps 1 of 4: one halving for good, not one for each stair
def schedule(t, peak, warmup, every):
    if t < warmup:
        return peak * (t + 1) / warmup
    return peak if t < warmup + every else peak / 2
