# ruff: noqa: F811
"""Typical wrong answers to the exercise "text-generator", and the points each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 1 of 4: the slopes of the state that the gradient arrives at
def back_through_time(W, states, last):
    found = [last]
    for h in states[-2::-1]:
        found.append((found[-1] @ W.T) * (1 - h**2))
    return np.array(found[::-1])


# %% q1 keeps 2 of 4: W is not transposed
def back_through_time(W, states, last):
    found = [last]
    for h in states[:0:-1]:
        found.append((found[-1] * (1 - h**2)) @ W)
    return np.array(found[::-1])


# %% q1 keeps 1 of 4: the tanh is forgotten
def back_through_time(W, states, last):
    found = [last]
    for _ in states[:0:-1]:
        found.append(found[-1] @ W.T)
    return np.array(found[::-1])


# %% q1 keeps 0 of 4: from the last letter to the first
def back_through_time(W, states, last):
    found = [last]
    for h in states[:0:-1]:
        found.append((found[-1] * (1 - h**2)) @ W.T)
    return np.array(found)


# %% q2 keeps 3 of 4: squares that are no longer numbers
def clip(g, limit, how):
    if how == "value":
        return np.clip(g, -limit, limit)
    with np.errstate(over="ignore", invalid="ignore"):
        norm = np.sqrt(np.sum(g**2))
        return g if norm <= limit else g * (limit / norm)


# %% q2 keeps 2 of 4: short gradients are made longer
def clip(g, limit, how):
    if how == "value":
        return np.clip(g, -limit, limit)
    unit = np.abs(g).max()
    if unit == 0:
        return g
    return limit * (g / unit) / np.linalg.norm(g / unit)


# %% q2 keeps 1 of 4: by value, whatever was asked
def clip(g, limit, how):
    return np.clip(g, -limit, limit)


# %% q2 keeps 3 of 4: large negative numbers are not cut
def clip(g, limit, how):
    if how == "value":
        return np.minimum(g, limit)
    unit = max(np.abs(g).max(), limit)
    norm = unit * np.linalg.norm(g / unit)
    return g * (limit / max(norm, limit))


# %% q3 keeps 0 of 3: numpy's quantile lies between two recorded norms
def threshold(norms, share):
    return float(np.quantile(norms, 1 - share))


# %% q3 keeps 2 of 3: what is not a number is left out, and so is its share
def threshold(norms, share):
    finite = np.sort(norms[np.isfinite(norms)])
    above = int(np.floor(share * len(finite) + 1e-9))
    return float(finite[len(finite) - above - 1])


# %% q3 keeps 0 of 3: the mean, which one explosion carries away
def threshold(norms, share):
    return float(np.mean(norms[np.isfinite(norms)]))


# %% q3 keeps 0 of 3: one step too many
def threshold(norms, share):
    ordered = np.sort(np.where(np.isnan(norms), np.inf, norms))
    above = int(np.floor(share * len(norms) + 1e-9))
    return float(ordered[len(norms) - above - 2])


# %% q4 keeps 3 of 4: the good pieces at the end, when the network has forgotten them
def diagnose(loss, norms, good, short):
    lowest = np.minimum.accumulate(loss)
    high = loss[1:] > lowest[:-1] + 0.5
    if not high.any() or np.median(high[np.argmax(high) :]) < 0.5:
        return "no jump"
    if good[-1] < good.min() + 0.5:
        return "broken data"
    return "rate too high" if short[-1] > short.min() + 0.5 else "through time"


# %% q4 keeps 3 of 4: every bad batch is a jump
def diagnose(loss, norms, good, short):
    lowest = np.minimum.accumulate(loss)
    at = np.argmax(loss[1:] > lowest[:-1] + 0.5) + 1
    if good[at] < good[:at].min() + 0.5:
        return "broken data"
    return "rate too high" if short[-1] > short.min() + 0.5 else "through time"


# %% q4 keeps 3 of 4: a long gradient is an explosion
def diagnose(loss, norms, good, short):
    if norms.max() < 2 or np.median(loss[-20:]) < loss.min() + 0.5:
        return "no jump"
    return "rate too high" if short[-1] > short.min() + 0.5 else "through time"


# %% q4 keeps 3 of 4: nobody cut the path through time
def diagnose(loss, norms, good, short):
    lowest = np.minimum.accumulate(loss)
    high = loss[1:] > lowest[:-1] + 0.5
    if not high.any() or np.median(high[np.argmax(high) :]) < 0.5:
        return "no jump"
    at = np.argmax(high) + 1
    return "broken data" if good[at] < good[:at].min() + 0.5 else "through time"


# %% q5 keeps 0 of 5: the threshold of somebody else's example
def repair(w, b, goal, m, lr, steps):
    return 1.0


# %% q5 keeps 3 of 5: a threshold that was good at one rate
def repair(w, b, goal, m, lr, steps):
    return 0.1


# %% q5 keeps 0 of 5: so short that the run does not arrive
def repair(w, b, goal, m, lr, steps):
    return 1e-5


# %% q5 keeps 0 of 5: the length of the first gradient
def repair(w, b, goal, m, lr, steps):
    x, change = np.array([w, b]), 1e-6

    def loss(x):
        h = 0.5
        for _ in range(50):
            h = x[0] / (1 + np.exp(-h)) + x[1]
        return (1 / (1 + np.exp(-h)) - goal) ** 2 * m

    g = [(loss(x + d) - loss(x - d)) / 2e-6 for d in change * np.eye(2)]
    return float(np.linalg.norm(g)) + 1e-12
