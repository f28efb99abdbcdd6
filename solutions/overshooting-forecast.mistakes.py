# ruff: noqa: F811
"""Typical wrong answers to "overshooting-forecast", and the points that each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 2 of 4: the newest lag is also the first day of the target
def lagged(series, lags, ahead):
    windows = np.lib.stride_tricks.sliding_window_view(series, lags + ahead)
    return np.column_stack([windows[:, :lags], windows[:, lags - 1 : -1].mean(axis=1)])


def worth(series, lags, ahead, border, forecast):
    windows = np.lib.stride_tricks.sliding_window_view(series, lags + ahead)
    target, today = windows[:, lags:].mean(axis=1), np.arange(len(windows)) + lags - 1
    test = today >= border
    guesses = (forecast, target[today + ahead < border].mean(), windows[:, lags - 1])
    errors = [np.mean((guess - target)[test] ** 2) for guess in guesses]
    return np.array([errors[0] / errors[1], errors[0] / errors[2]])


# %% q1 keeps 2 of 4: the target is the value `ahead` days later, not the mean until then
def lagged(series, lags, ahead):
    windows = np.lib.stride_tricks.sliding_window_view(series, lags + ahead)
    return np.column_stack([windows[:, :lags], windows[:, -1]])


def worth(series, lags, ahead, border, forecast):
    windows = np.lib.stride_tricks.sliding_window_view(series, lags + ahead)
    target, today = windows[:, lags:].mean(axis=1), np.arange(len(windows)) + lags - 1
    test = today >= border
    guesses = (forecast, target[today + ahead < border].mean(), windows[:, lags - 1])
    errors = [np.mean((guess - target)[test] ** 2) for guess in guesses]
    return np.array([errors[0] / errors[1], errors[0] / errors[2]])


# %% q1 keeps 2 of 4: the newest day first
def lagged(series, lags, ahead):
    windows = np.lib.stride_tricks.sliding_window_view(series, lags + ahead)
    return np.column_stack([windows[:, :lags][:, ::-1], windows[:, lags:].mean(axis=1)])


def worth(series, lags, ahead, border, forecast):
    windows = np.lib.stride_tricks.sliding_window_view(series, lags + ahead)
    target, today = windows[:, lags:].mean(axis=1), np.arange(len(windows)) + lags - 1
    test = today >= border
    guesses = (forecast, target[today + ahead < border].mean(), windows[:, lags - 1])
    errors = [np.mean((guess - target)[test] ** 2) for guess in guesses]
    return np.array([errors[0] / errors[1], errors[0] / errors[2]])


# %% q2 keeps 2 of 4: the training rows reach into the test
def worth(series, lags, ahead, border, forecast):
    rows = lagged(series, lags, ahead)
    test = np.arange(len(rows)) + lags - 1 >= border
    target = rows[:, -1]
    errors = [
        np.mean((guess - target)[test] ** 2)
        for guess in (forecast, target[~test].mean(), rows[:, -2])
    ]
    return np.array([errors[0] / errors[1], errors[0] / errors[2]])


# %% q2 keeps 2 of 4: the mean of all targets, those of the test included
def worth(series, lags, ahead, border, forecast):
    rows = lagged(series, lags, ahead)
    test = np.arange(len(rows)) + lags - 1 >= border
    target = rows[:, -1]
    errors = [
        np.mean((guess - target)[test] ** 2) for guess in (forecast, target.mean(), rows[:, -2])
    ]
    return np.array([errors[0] / errors[1], errors[0] / errors[2]])


# %% q2 keeps 0 of 4: the border counts rows, not days
def worth(series, lags, ahead, border, forecast):
    rows = lagged(series, lags, ahead)
    row, target = np.arange(len(rows)), rows[:, -1]
    test = row >= border
    errors = [
        np.mean((guess - target)[test] ** 2)
        for guess in (forecast, target[row + ahead < border].mean(), rows[:, -2])
    ]
    return np.array([errors[0] / errors[1], errors[0] / errors[2]])


# %% q2 keeps 0 of 4: roots of the errors
def worth(series, lags, ahead, border, forecast):
    rows = lagged(series, lags, ahead)
    today, target = np.arange(len(rows)) + lags - 1, rows[:, -1]
    test = today >= border
    errors = [
        np.mean((guess - target)[test] ** 2) ** 0.5
        for guess in (forecast, target[today + ahead < border].mean(), rows[:, -2])
    ]
    return np.array([errors[0] / errors[1], errors[0] / errors[2]])


# %% q3 keeps 0 of 4: the growth of the loss is taken for that of the distance
def stable_rate(losses, lr):
    finite = losses[np.isfinite(losses)]
    return 2 * lr / (1 + finite[-1] / finite[-2])


# %% q3 keeps 0 of 4: the bracket is taken for positive
def stable_rate(losses, lr):
    finite = losses[np.isfinite(losses)]
    return 2 * lr / (np.sqrt(finite[-1] / finite[-2]) - 1)


# %% q3 keeps 2 of 4: the last two losses, finite or not
def stable_rate(losses, lr):
    with np.errstate(all="ignore"):
        return 2 * lr / (1 + np.sqrt(losses[-1] / losses[-2]))


# %% q3 keeps 0 of 4: the first two losses, where all directions still speak
def stable_rate(losses, lr):
    return 2 * lr / (1 + np.sqrt(losses[1] / losses[0]))


# %% q4 keeps 0 of 2: the steepest and calmest curve
answer_4 = "a"


# %% q4 keeps 0 of 2: all that does not fly apart
answer_4 = "c"


# %% q4 keeps 0 of 2: clipping will do
answer_4 = "D"


# %% q5 keeps 3 of 5: a column that never changes is divided by its spread
def rescue(features, targets, steps):
    shift, scale = features.mean(axis=0), features.std(axis=0) + 1e-300
    with np.errstate(all="ignore"):
        Z = np.column_stack([(features - shift) / scale, np.ones(len(features))])
        Z = np.nan_to_num(Z)
        curvatures = np.linalg.eigvalsh(2 * Z.T @ Z / len(Z))
    return np.concatenate([shift, scale, [2 / (curvatures[0] + curvatures[-1])]])


# %% q5 keeps 0 of 5: no shift and no scale, only a lower rate
def rescue(features, targets, steps):
    d = features.shape[1]
    Z = np.column_stack([features, np.ones(len(features))])
    highest = np.linalg.eigvalsh(2 * Z.T @ Z / len(Z))[-1]
    return np.concatenate([np.zeros(d), np.ones(d), [1 / highest]])


# %% q5 keeps 0 of 5: scaled, but not shifted
def rescue(features, targets, steps):
    d = features.shape[1]
    scale = np.where((features == features[0]).all(axis=0), 1.0, features.std(axis=0))
    Z = np.column_stack([features / scale, np.ones(len(features))])
    highest = np.linalg.eigvalsh(2 * Z.T @ Z / len(Z))[-1]
    return np.concatenate([np.zeros(d), scale, [1.9 / highest]])


# %% q5 keeps 0 of 5: a rate of 0.01, as always
def rescue(features, targets, steps):
    scale = np.where((features == features[0]).all(axis=0), 1.0, features.std(axis=0))
    return np.concatenate([features.mean(axis=0), scale, [0.01]])
