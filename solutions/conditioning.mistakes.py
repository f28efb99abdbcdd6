# ruff: noqa: F811
"""Typical wrong answers to the exercise "conditioning", and the points that each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 0 of 4: the statistics of the rows themselves, not of those to learn from
def standardise(learn, rows):
    return (rows - rows.mean(axis=0)) / rows.std(axis=0)


# %% q1 keeps 3 of 4: a spread of exactly 0 is caught, a trace of rounding is not
def standardise(learn, rows):
    spread = learn.std(axis=0)
    return (rows - learn.mean(axis=0)) / np.where(spread == 0, 1, spread)


# %% q1 keeps 2 of 4: columns without spread are divided by zero
def standardise(learn, rows):
    with np.errstate(all="ignore"):
        return (rows - learn.mean(axis=0)) / learn.std(axis=0)


# %% q1 keeps 0 of 4: one mean and one spread for the whole table
def standardise(learn, rows):
    return (rows - learn.mean()) / learn.std()


# %% q1 keeps 2 of 4: divided by n - 1 in place of n
def standardise(learn, rows):
    still = (learn == learn[0]).all(axis=0)
    mean = np.where(still, learn[0], learn.mean(axis=0))
    return (rows - mean) / np.where(still, 1.0, learn.std(axis=0, ddof=1))


# %% q2 keeps 1 of 4: the diagonal in place of the eigenvalues, right only along the axes
def plan(hessian, accuracy):
    smallest, largest = np.diag(hessian).min(), np.diag(hessian).max()
    kappa = largest / smallest
    steps = 1
    if kappa > 1:
        steps = 1 + np.ceil(np.log(accuracy) / np.log((kappa - 1) / (kappa + 1)))
    return np.array([kappa, 2 / (largest + smallest), steps])


# %% q2 keeps 2 of 4: the diagonal again, with the right steps
def plan(hessian, accuracy):
    smallest, largest = np.diag(hessian).min(), np.diag(hessian).max()
    kappa = largest / smallest
    shrink = (kappa - 1) / (kappa + 1)
    steps = 1 if shrink <= accuracy else np.ceil(np.log(accuracy) / np.log(shrink))
    return np.array([kappa, 2 / (largest + smallest), steps])


# %% q2 keeps 3 of 4: the logarithm of 0 on a round bowl gives no step at all
def plan(hessian, accuracy):
    curvatures = np.linalg.eigvalsh(hessian)
    kappa = curvatures[-1] / curvatures[0]
    with np.errstate(all="ignore"):
        steps = np.ceil(np.log(accuracy) / np.log((kappa - 1) / (kappa + 1)))
    return np.array([kappa, 2 / (curvatures[0] + curvatures[-1]), steps])


# %% q2 keeps 1 of 4: the rate 1/L, safe and not the best, with its own number of steps
def plan(hessian, accuracy):
    curvatures = np.linalg.eigvalsh(hessian)
    kappa = curvatures[-1] / curvatures[0]
    steps = 1 if kappa == 1 else np.ceil(np.log(accuracy) / np.log(1 - 1 / kappa))
    return np.array([kappa, 1 / curvatures[-1], steps])


# %% q2 keeps 3 of 4: rounded down, so the worst start is not yet there
def plan(hessian, accuracy):
    curvatures = np.linalg.eigvalsh(hessian)
    kappa = curvatures[-1] / curvatures[0]
    shrink = (kappa - 1) / (kappa + 1)
    steps = 1 if shrink == 0 else np.floor(np.log(accuracy) / np.log(shrink))
    return np.array([kappa, 2 / (curvatures[0] + curvatures[-1]), max(steps, 1)])


# %% q3 keeps 1 of 3: the means are forgotten, so the intercept stays as it was
def own_units(weights, intercept, mean, spread):
    return np.append(weights / spread, intercept)


# %% q3 keeps 0 of 3: multiplied by the spread
def own_units(weights, intercept, mean, spread):
    own = weights * spread
    return np.append(own, intercept - own @ mean)


# %% q3 keeps 1 of 3: the old weights take the means away, not the new ones
def own_units(weights, intercept, mean, spread):
    return np.append(weights / spread, intercept - weights @ mean)


# %% q3 keeps 1 of 3: the sign of the shift is wrong
def own_units(weights, intercept, mean, spread):
    own = weights / spread
    return np.append(own, intercept + own @ mean)


# %% q4 keeps 1 of 4: no memory at all, the best plain descent
def heavy_ball(hessian):
    curvatures = np.linalg.eigvalsh(hessian)
    return np.array([2 / (curvatures[0] + curvatures[-1]), 0.0])


# %% q4 keeps 1 of 4: beta is the factor itself, not its square
def heavy_ball(hessian):
    low, high = np.sqrt(np.linalg.eigvalsh(hessian)[[0, -1]])
    return np.array([4 / (high + low) ** 2, (high - low) / (high + low)])


# %% q4 keeps 1 of 4: the condition number where its root belongs
def heavy_ball(hessian):
    low, high = np.linalg.eigvalsh(hessian)[[0, -1]]
    return np.array([2 / (high + low), ((high - low) / (high + low)) ** 2])


# %% q4 keeps 0 of 4: the usual 0.9, whatever the bowl
def heavy_ball(hessian):
    return np.array([1 / np.linalg.eigvalsh(hessian)[-1], 0.9])


# %% q4 keeps 0 of 4: the two numbers are swapped
def heavy_ball(hessian):
    low, high = np.sqrt(np.linalg.eigvalsh(hessian)[[0, -1]])
    return np.array([((high - low) / (high + low)) ** 2, 4 / (high + low) ** 2])


# %% q5 keeps 1 of 4: the condition number of X, not that of X'X
def lightest(features, limit):
    centred = features - features.mean(axis=0)
    spread = np.where((features == features[0]).all(axis=0), 0, centred.std(axis=0))
    if (spread == 0).any():
        return "dependent"
    standardised = centred / spread
    if np.linalg.matrix_rank(standardised, tol=1e-6) < features.shape[1]:
        return "dependent"
    for way, columns in zip(
        ("raw", "centred", "standardised"), (features, centred, standardised), strict=True
    ):
        if np.linalg.cond(np.column_stack([columns, np.ones(len(columns))])) <= limit:
            return way
    return "whitened"


# %% q5 keeps 2 of 4: the column of ones is forgotten
def lightest(features, limit):
    centred = features - features.mean(axis=0)
    spread = np.where((features == features[0]).all(axis=0), 0, centred.std(axis=0))
    if (spread == 0).any():
        return "dependent"
    standardised = centred / spread
    if np.linalg.matrix_rank(standardised, tol=1e-6) < features.shape[1]:
        return "dependent"
    for way, columns in zip(
        ("raw", "centred", "standardised"), (features, centred, standardised), strict=True
    ):
        if np.linalg.cond(columns) ** 2 <= limit:
            return way
    return "whitened"


# %% q5 keeps 3 of 4: dependent columns are not looked for
def lightest(features, limit):
    centred = features - features.mean(axis=0)
    with np.errstate(all="ignore"):
        standardised = np.nan_to_num(centred / centred.std(axis=0))
    for way, columns in zip(
        ("raw", "centred", "standardised"), (features, centred, standardised), strict=True
    ):
        if np.linalg.cond(np.column_stack([columns, np.ones(len(columns))])) ** 2 <= limit:
            return way
    return "whitened"


# %% q5 keeps 1 of 4: the heaviest cure for everything
def lightest(features, limit):
    return "whitened"


# %% q5 keeps 1 of 4: the rank of the raw table, where every table looks dependent or none
def lightest(features, limit):
    return "dependent"


# %% q6 keeps 0 of 2: the pace of the first steps
answer_6 = 20


# %% q6 keeps 0 of 2: all the steps that are drawn
answer_6 = 400


# %% q6 keeps 0 of 2: half the loss in place of a tenth
answer_6 = 39
