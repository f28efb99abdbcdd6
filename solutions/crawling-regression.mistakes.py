# ruff: noqa: F811
"""Typical wrong answers to the exercise "crawling-regression", and the points each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 0 of 3: the law of gentle directions, used for all
def left(rates, curvatures):
    return np.exp(-np.sum(rates) * curvatures)


# %% q1 keeps 2 of 3: the sign of the distance is kept
def left(rates, curvatures):
    return np.prod(1 - np.outer(rates, curvatures), axis=0)


# %% q1 keeps 0 of 3: one constant rate with the same mean
def left(rates, curvatures):
    return np.abs(1 - np.mean(rates) * curvatures) ** len(rates)


# %% q1 keeps 2 of 3: what jumps over the minimum is counted as arrived
def left(rates, curvatures):
    return np.prod(np.maximum(1 - np.outer(rates, curvatures), 0), axis=0)


# %% q2 keeps 2 of 4: the factor per step of the long run, without the two
def steps_needed(kappa, share):
    if kappa == 1:
        return np.array([1, 1])
    root = np.sqrt(kappa)
    constant = np.log(share) / np.log((kappa - 1) / (kappa + 1))
    chebyshev = np.log(1 / share) / np.log((root + 1) / (root - 1))
    return np.maximum(np.ceil([constant, chebyshev]), 1)


# %% q2 keeps 3 of 4: the round bowl divides by zero
def steps_needed(kappa, share):
    root = np.sqrt(kappa)
    with np.errstate(all="ignore"):
        constant = np.log(share) / np.log((kappa - 1) / (kappa + 1))
        chebyshev = np.arccosh(1 / share) / np.log((root + 1) / (root - 1))
        steps = np.ceil([constant, chebyshev]) * (kappa - 1) / (kappa - 1)
    return np.maximum(steps, 1)


# %% q2 keeps 1 of 4: the rules of thumb for a large condition number
def steps_needed(kappa, share):
    if kappa == 1:
        return np.array([1, 1])
    constant = kappa / 2 * np.log(1 / share)
    chebyshev = np.sqrt(kappa) / 2 * np.log(2 / share)
    return np.maximum(np.ceil([constant, chebyshev]), 1)


# %% q2 keeps 1 of 4: rounded down, so the goal is missed by a step
def steps_needed(kappa, share):
    if kappa == 1:
        return np.array([1, 1])
    root = np.sqrt(kappa)
    constant = np.log(share) / np.log((kappa - 1) / (kappa + 1))
    chebyshev = np.arccosh(1 / share) / np.log((root + 1) / (root - 1))
    return np.maximum(np.floor([constant, chebyshev]), 1)


# %% q3 keeps 1 of 4: zeros spread evenly over the curvatures
def chebyshev_rates(low, high, steps):
    return 1 / np.linspace(low, high, steps)


# %% q3 keeps 1 of 4: the best constant rate, again and again
def chebyshev_rates(low, high, steps):
    return np.full(steps, 2 / (low + high))


# %% q3 keeps 1 of 4: the rates themselves are spread like Chebyshev's zeros
def chebyshev_rates(low, high, steps):
    zeros = np.cos(np.pi * (np.arange(steps) + 0.5) / steps)
    return (1 / high + 1 / low + (1 / low - 1 / high) * zeros) / 2


# %% q3 keeps 1 of 4: the angles begin at zero, so the ends are zeros
def chebyshev_rates(low, high, steps):
    zeros = np.cos(np.pi * np.arange(steps) / max(steps - 1, 1))
    return 2 / (high + low + (high - low) * zeros)


# %% q3 keeps 0 of 4: the curvatures in place of the rates
def chebyshev_rates(low, high, steps):
    zeros = np.cos(np.pi * (np.arange(steps) + 0.5) / steps)
    return (high + low + (high - low) * zeros) / 2


# %% q4 keeps 3 of 4: whatever explodes at ten times the rate is a noise floor
def diagnose(same, tenfold, tenth):
    if np.ptp([same[-1], tenfold[-1], tenth[-1]]) < 1e-4 * same[0]:
        return "no signal"
    return "rate too small" if tenfold[-1] < same[-1] else "noise floor"


# %% q4 keeps 3 of 4: the smaller rate is never tried
def diagnose(same, tenfold, tenth):
    if np.ptp([same[-1], tenfold[-1], tenth[-1]]) < 1e-4 * same[0]:
        return "no signal"
    return "rate too small" if tenfold[-1] < same[-1] else "gentle directions"


# %% q4 keeps 3 of 4: a change in the last digits is taken for a signal
def diagnose(same, tenfold, tenth):
    now, up, down = (np.mean(run[25:]) for run in (same, tenfold, tenth))
    if same[0] == now == up == down:
        return "no signal"
    if up < now:
        return "rate too small"
    return "noise floor" if down < now else "gentle directions"


# %% q4 keeps 1 of 4: a slow run has a rate that is too small
def diagnose(same, tenfold, tenth):
    return "rate too small"


# %% q5 keeps 0 of 5: the best constant rate, without memory
def repair(features, targets, steps):
    curvatures = np.linalg.eigvalsh(2 * features.T @ features / len(targets))
    return np.array([2 / (curvatures[0] + curvatures[-1]), 0.0])


# %% q5 keeps 3 of 5: the formula, with a smallest curvature that does not matter
def repair(features, targets, steps):
    curvatures = np.linalg.eigvalsh(2 * features.T @ features / len(targets))
    low, high = np.sqrt(np.maximum(curvatures[[0, -1]], 1e-14))
    beta = ((high - low) / (high + low)) ** 2
    return np.array([4 / (high + low) ** 2, min(beta, 0.999999)])


# %% q5 keeps 0 of 5: more memory is better
def repair(features, targets, steps):
    curvatures = np.linalg.eigvalsh(2 * features.T @ features / len(targets))
    return np.array([1 / curvatures[-1], 0.99])


# %% q5 keeps 0 of 5: the usual values, for any table
def repair(features, targets, steps):
    return np.array([0.01, 0.9])
