# ruff: noqa: F811
"""Typical wrong answers to the exercise "reading-a-run", and the points that each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
from math import comb

import numpy as np


# %% q1 keeps 1 of 3: the mean of the rows' ratios, so a small layer counts as much as a large one
def update_ratio(before, after):
    if before.ndim == 1:
        return np.linalg.norm(after - before) / np.linalg.norm(before)
    axes = tuple(range(1, before.ndim))
    step, length = np.sum((after - before) ** 2, axes), np.sum(before**2, axes)
    return np.mean(np.sqrt(step / length))


# %% q1 keeps 0 of 3: the root is forgotten
def update_ratio(before, after):
    return np.sum((after - before) ** 2) / np.sum(before**2)


# %% q1 keeps 0 of 3: the mean of the entries' ratios
def update_ratio(before, after):
    return np.mean(np.abs((after - before) / before))


# %% q1 keeps 0 of 3: the sum is taken before the square
def update_ratio(before, after):
    return np.abs(np.sum(after - before)) / np.abs(np.sum(before))


# %% q1 keeps 1 of 3: np.linalg.norm, which takes two axes for a matrix and fails on three
def update_ratio(before, after):
    return np.linalg.norm(after - before, 2) / np.linalg.norm(before, 2)


# %% q2 keeps 1 of 3: the share of zeros in the whole array
def silent_share(answers):
    return np.mean(answers == 0)


# %% q2 keeps 1 of 3: the wrong axis, so it finds examples to which no unit answers
def silent_share(answers):
    return np.mean(np.all(answers == 0, axis=1))


# %% q2 keeps 2 of 3: a small answer is taken for silence
def silent_share(answers):
    return np.mean(answers.max(axis=0) < 0.01)


# %% q2 keeps 1 of 3: any zero makes a unit silent
def silent_share(answers):
    return np.mean(np.any(answers == 0, axis=0))


# %% q2 keeps 1 of 3: the number of units, not their share
def silent_share(answers):
    return np.sum(np.all(answers == 0, axis=0))


# %% q3 keeps 2 of 4: a gap is called overfitting
def read_curves(training, held_out):
    best = np.argmin(held_out)
    if held_out[-1] <= 1.5 * training[-1]:
        return "no rise"
    return "overfitting" if training[-1] < training[best] else "both worse"


# %% q3 keeps 3 of 4: the training curve is not looked at
def read_curves(training, held_out):
    return "no rise" if held_out[-1] <= 1.1 * held_out.min() else "overfitting"


# %% q3 keeps 1 of 4: the two kinds of rise are swapped
def read_curves(training, held_out):
    best = np.argmin(held_out)
    if held_out[-1] <= 1.1 * held_out[best]:
        return "no rise"
    return "both worse" if training[-1] < training[best] else "overfitting"


# %% q3 keeps 2 of 4: the end is compared with the start, not with the lowest value
def read_curves(training, held_out):
    if held_out[-1] <= 1.1 * held_out[0]:
        return "no rise"
    return "overfitting" if training[-1] < training[0] else "both worse"


# %% q4 keeps 0 of 4: the seeds are mixed, as if they were not the same
def chance_of_wrong_winner(worse, better, k):
    p = np.mean(worse[:, None] <= better)
    most = range(k // 2 + 1, k + 1)
    return sum(comb(k, m) * p**m * (1 - p) ** (k - m) for m in most)


# %% q4 keeps 3 of 4: a difference of 0 is taken for right
def chance_of_wrong_winner(worse, better, k):
    p = np.mean(worse < better)
    most = range(k // 2 + 1, k + 1)
    return sum(comb(k, m) * p**m * (1 - p) ** (k - m) for m in most)


# %% q4 keeps 0 of 4: off by one, one wrong draw fewer is enough
def chance_of_wrong_winner(worse, better, k):
    p = np.mean(worse <= better)
    most = range(k // 2, k + 1)
    return sum(comb(k, m) * p**m * (1 - p) ** (k - m) for m in most)


# %% q4 keeps 0 of 4: all draws must be wrong, where most of them suffice
def chance_of_wrong_winner(worse, better, k):
    return np.mean(worse <= better) ** k


# %% q4 keeps 0 of 4: a simulation, near but not exact
def chance_of_wrong_winner(worse, better, k):
    i = np.random.default_rng(0).integers(len(worse), size=(2000, k))
    return np.mean(np.median(worse[i] - better[i], axis=1) <= 0)


# %% q5 keeps 0 of 6: the update ratio is asked first, and the fall of the loss is taken for health
def diagnose(losses, start, before, after, gradients, hidden, by_heart):
    def length(a):
        return np.sqrt(np.sum(a**2, axis=(-2, -1)))

    if losses[-1] < losses[0] / 2:
        return "healthy"
    if np.sum((after - before) ** 2) < 1e-8 * np.sum(before**2):
        return "rate too small"
    if np.all(hidden == 0, axis=1).mean(axis=1).max() > 0.9:
        return "dead units"
    if np.min(length(after) / length(start)) < 0.1:
        return "too much decay"
    if length(gradients[0]) < 1e-3 * length(gradients[-1]):
        return "vanishing gradients"
    rows = after[:-1] / np.linalg.norm(after[:-1], axis=-1, keepdims=True)
    if np.max(((rows @ rows.transpose(0, 2, 1)).sum(axis=(1, 2)) - 10) / 90) > 0.99:
        return "symmetric start"
    return "shuffled labels"


# %% q5 keeps 4 of 6: the gradient ratio is asked before the cosines, so two causes are mistaken
def diagnose(losses, start, before, after, gradients, hidden, by_heart):
    def length(a):
        return np.sqrt(np.sum(a**2, axis=(-2, -1)))

    if losses[-1] < np.log(10) / 2:
        return "healthy"
    if np.all(hidden == 0, axis=1).mean(axis=1).max() > 0.9:
        return "dead units"
    if np.min(length(after) / length(start)) < 0.1:
        return "too much decay"
    if length(gradients[0]) < 1e-3 * length(gradients[-1]):
        return "vanishing gradients"
    rows = after[:-1] / np.linalg.norm(after[:-1], axis=-1, keepdims=True)
    if np.max(((rows @ rows.transpose(0, 2, 1)).sum(axis=(1, 2)) - 10) / 90) > 0.99:
        return "symmetric start"
    if np.sum((after - before) ** 2) < 1e-8 * np.sum(before**2):
        return "rate too small"
    return "shuffled labels"


# %% q5 keeps 1 of 6: only the loss is looked at, and the rate is blamed for all that is flat
def diagnose(losses, start, before, after, gradients, hidden, by_heart):
    return "healthy" if losses[-1] < 1.15 else "rate too small"


# %% q5 keeps 1 of 6: the rows' cosines with themselves are counted, and divided by all pairs
def diagnose(losses, start, before, after, gradients, hidden, by_heart):
    def length(a):
        return np.sqrt(np.sum(a**2, axis=(-2, -1)))

    if losses[-1] < np.log(10) / 2:
        return "healthy"
    if np.all(hidden == 0, axis=1).mean(axis=1).max() > 0.9:
        return "dead units"
    if np.min(length(after) / length(start)) < 0.1:
        return "too much decay"
    rows = after[:-1] / np.linalg.norm(after[:-1], axis=-1, keepdims=True)
    if np.max((rows @ rows.transpose(0, 2, 1)).max(axis=(1, 2))) > 0.99:
        return "symmetric start"
    if length(gradients[0]) < 1e-3 * length(gradients[-1]):
        return "vanishing gradients"
    if np.sum((after - before) ** 2) < 1e-8 * np.sum(before**2):
        return "rate too small"
    return "shuffled labels"


# %% q5 keeps 0 of 6: the fall of the loss is taken for health, so dead units pass
def diagnose(losses, start, before, after, gradients, hidden, by_heart):
    return "healthy" if losses[-1] < losses[0] / 2 else "shuffled labels"


# %% q6 keeps 0 of 2: the widest gap
answer_6 = "a"


# %% q6 keeps 0 of 2: the highest held-out loss
answer_6 = "C."


# %% q6 keeps 0 of 2: no curve looks wild enough
answer_6 = "d"


# %% q7 keeps 0 of 1: the last step
answer_7 = 300


# %% q7 keeps 0 of 1: where the curves part
answer_7 = 8


# %% q7 keeps 0 of 1: the step in text
answer_7 = "at 45"
