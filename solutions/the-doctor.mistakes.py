# ruff: noqa: F811
"""Typical wrong answers to the exercise "the-doctor", and the points that each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 2 of 3: ln C for every table, whatever the sizes of the classes
def blind_loss(targets, loss):
    if loss == "cross-entropy":
        return np.log(len(np.unique(targets)))
    return np.var(targets) if loss == "squared" else np.mean(np.abs(targets - np.median(targets)))


# %% q1 keeps 2 of 3: the mean as the best constant for the absolute error
def blind_loss(targets, loss):
    if loss != "cross-entropy":
        apart = np.abs(targets - targets.mean())
        return np.mean(apart**2 if loss == "squared" else apart)
    shares = np.unique(targets, return_counts=True)[1] / len(targets)
    return -np.sum(shares * np.log(shares))


# %% q1 keeps 1 of 3: the spread in place of the variance, and logarithms of base 2
def blind_loss(targets, loss):
    if loss == "squared":
        return np.std(targets)
    if loss == "absolute":
        return np.mean(np.abs(targets - np.median(targets)))
    shares = np.unique(targets, return_counts=True)[1] / len(targets)
    return -np.sum(shares * np.log2(shares))


# %% q2 keeps 0 of 4: the first that rings
def first_cause(ringing, explains):
    return int(np.argmax(ringing))


# %% q2 keeps 0 of 4: the graph is read the other way round
def first_cause(ringing, explains):
    reach = np.array(explains, dtype=bool).T
    for _ in range(len(reach)):
        reach = reach | (reach.astype(int) @ reach.astype(int) > 0)
    rings = np.array(ringing, dtype=bool)
    counts = np.where(rings & ~reach[rings].any(axis=0), reach[:, rings].sum(axis=1), -1)
    return int(np.argmax(counts))


# %% q2 keeps 3 of 4: the lowest number of those that nobody explains, whatever they explain
def first_cause(ringing, explains):
    reach = np.array(explains, dtype=bool)
    for _ in range(len(reach)):
        reach = reach | (reach.astype(int) @ reach.astype(int) > 0)
    rings = np.array(ringing, dtype=bool)
    return int(np.argmax(rings & ~reach[rings].any(axis=0)))


# %% q2 keeps 2 of 4: no chains
def first_cause(ringing, explains):
    reach, rings = np.array(explains, dtype=bool), np.array(ringing, dtype=bool)
    counts = np.where(rings & ~reach[rings].any(axis=0), reach[:, rings].sum(axis=1), -1)
    return int(np.argmax(counts))


# %% q3 keeps 0 of 4: the measurement that comes out positive most often
def second_measurement(suspects, positive):
    return int(np.argmax(positive @ suspects))


# %% q3 keeps 0 of 4: only the positive outcome is thought of
def second_measurement(suspects, positive):
    return int(np.argmax((suspects * positive).max(axis=1)))


# %% q3 keeps 0 of 4: all suspects are taken for equally likely
def second_measurement(suspects, positive):
    return int(np.argmax(positive.max(axis=1) + (1 - positive).max(axis=1)))


# %% q3 keeps 0 of 4: the measurement on which the suspects disagree most, likely or not
def second_measurement(suspects, positive):
    return int(np.argmax(positive.std(axis=1)))


# %% q4 keeps 2 of 6: any fall of the loss is learning
def name_cause(training, held_out, blind, ten_times, by_heart, same_scale):
    if training[-1] > 0.95 * training[0]:
        return "model broken"
    if same_scale < 2 / 3 * held_out[-1]:
        return "scaled otherwise"
    return "overfitting" if held_out[-1] > 1.1 * min(held_out) else "healthy"


# %% q4 keeps 2 of 6: overfitting is asked for before the scale
def name_cause(training, held_out, blind, ten_times, by_heart, same_scale):
    learned = 2 / 3 * blind
    if training[-1] >= learned:
        if ten_times < learned:
            return "rate too small"
        return "labels shuffled" if by_heart < learned else "model broken"
    if held_out[-1] > 1.1 * min(held_out):
        return "overfitting"
    return "scaled otherwise" if same_scale < 2 / 3 * held_out[-1] else "healthy"


# %% q4 keeps 2 of 6: by heart is asked for before ten times the rate
def name_cause(training, held_out, blind, ten_times, by_heart, same_scale):
    learned = 2 / 3 * blind
    if training[-1] >= learned:
        if by_heart < learned:
            return "labels shuffled"
        return "rate too small" if ten_times < learned else "model broken"
    if same_scale < 2 / 3 * held_out[-1]:
        return "scaled otherwise"
    return "overfitting" if held_out[-1] > 1.1 * min(held_out) else "healthy"


# %% q4 keeps 4 of 6: ln 2 in place of what blind guessing costs here
def name_cause(training, held_out, blind, ten_times, by_heart, same_scale):
    learned = 2 / 3 * np.log(2)
    if training[-1] >= learned:
        if ten_times < learned:
            return "rate too small"
        return "labels shuffled" if by_heart < learned else "model broken"
    if same_scale < 2 / 3 * held_out[-1]:
        return "scaled otherwise"
    return "overfitting" if held_out[-1] > 1.1 * min(held_out) else "healthy"


# %% q5 keeps 0 of 2: more of the same
answer_5 = "a"


# %% q5 keeps 0 of 2: by heart, at a rate that may be the very fault
answer_5 = "c"


# %% q5 keeps 0 of 2: another drawing of the same numbers
answer_5 = "d"


# %% q6 keeps 0 of 3: nothing was written
answer_6 = ""
