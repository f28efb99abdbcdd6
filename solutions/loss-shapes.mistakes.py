# ruff: noqa: F811
"""Typical wrong answers to the exercise "loss-shapes", and the points that each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 1 of 3: the determinant, whose sign two ways down do not change
def kind(hessian):
    determinant = np.linalg.det(hessian / (np.abs(hessian).max() or 1))
    if abs(determinant) < 1e-9:
        return "undecided"
    if determinant < 0:
        return "maximum" if len(hessian) == 1 else "saddle"
    return "minimum" if hessian[0, 0] > 0 else "maximum"


# %% q1 keeps 2 of 3: flat directions are not considered
def kind(hessian):
    curvatures = np.linalg.eigvalsh(hessian)
    border = 1e-9 * np.abs(curvatures).max()
    if curvatures[0] >= -border:
        return "minimum"
    return "maximum" if curvatures[-1] <= border else "saddle"


# %% q1 keeps 1 of 3: the diagonal entries in place of the eigenvalues
def kind(hessian):
    curvatures = np.diag(hessian)
    if (curvatures > 0).all():
        return "minimum"
    return "maximum" if (curvatures < 0).all() else "undecided"


# %% q1 keeps 2 of 3: rounding errors are taken for curvature
def kind(hessian):
    curvatures = np.linalg.eigvalsh(hessian)
    if curvatures[0] < 0 < curvatures[-1]:
        return "saddle"
    if curvatures[0] > 0:
        return "minimum"
    return "maximum" if curvatures[-1] < 0 else "undecided"


# %% q1 keeps 2 of 3: the border does not grow with the Hessian, so a small unit looks flat
def kind(hessian):
    curvatures = np.linalg.eigvalsh(hessian)
    above, below = (curvatures > 1e-9).sum(), (curvatures < -1e-9).sum()
    if above and below:
        return "saddle"
    if above == len(curvatures):
        return "minimum"
    return "maximum" if below == len(curvatures) else "undecided"


# %% q2 keeps 2 of 4: the factor is exp(lr c), true only of infinitely small steps
def escape_steps(curvature, lr, y0, distance):
    if abs(y0) >= distance:
        return 0
    if y0 == 0:
        return np.inf
    return np.ceil(np.log(distance / abs(y0)) / (-lr * curvature))


# %% q2 keeps 2 of 4: rounded down, one step short
def escape_steps(curvature, lr, y0, distance):
    if abs(y0) >= distance:
        return 0
    if y0 == 0:
        return np.inf
    return np.floor(np.log(distance / abs(y0)) / np.log1p(-lr * curvature))


# %% q2 keeps 3 of 4: the exact start is forgotten, and the division fails
def escape_steps(curvature, lr, y0, distance):
    steps = np.log(distance / abs(y0)) / np.log1p(-lr * curvature)
    return max(0, np.ceil(steps))


# %% q2 keeps 3 of 4: ln(1 + u) without log1p loses its digits
def escape_steps(curvature, lr, y0, distance):
    if abs(y0) >= distance:
        return 0
    if y0 == 0:
        return np.inf
    return np.ceil(np.log(distance / abs(y0)) / np.log(1 - lr * curvature))


# %% q2 keeps 1 of 4: the sign of y0 is forgotten, so half of all logarithms fail
def escape_steps(curvature, lr, y0, distance):
    if abs(y0) >= distance:
        return 0
    if y0 <= 0:
        return np.inf
    return np.ceil(np.log(distance / y0) / np.log1p(-lr * curvature))


# %% q3 keeps 1 of 4: the outgoing weights are multiplied as well
def twin(units, n_in, order, factors):
    return units[order] * factors[:, None]


# %% q3 keeps 1 of 4: the bias is forgotten, so the kink moves
def twin(units, n_in, order, factors):
    rows, column = units[order], factors[:, None]
    return np.hstack(
        [rows[:, :n_in] * column, rows[:, n_in : n_in + 1], rows[:, n_in + 1 :] / column]
    )


# %% q3 keeps 3 of 4: the factors are reordered along with the rows
def twin(units, n_in, order, factors):
    column = factors[:, None]
    return np.hstack([units[:, : n_in + 1] * column, units[:, n_in + 1 :] / column])[order]


# %% q3 keeps 2 of 4: the order is turned round: where a row goes, not where it comes from
def twin(units, n_in, order, factors):
    rows, column = units[np.argsort(order)], factors[:, None]
    return np.hstack([rows[:, : n_in + 1] * column, rows[:, n_in + 1 :] / column])


# %% q3 keeps 2 of 4: only the incoming part is reordered
def twin(units, n_in, order, factors):
    column = factors[:, None]
    return np.hstack([units[order, : n_in + 1] * column, units[:, n_in + 1 :] / column])


# %% q4 keeps 1 of 4: the row of the matrix of axes is taken, not the column
def push(hessian, radius):
    curvatures, axes = np.linalg.eigh(hessian)
    if curvatures[0] >= 0:
        return np.zeros(len(hessian))
    return radius * axes[0]


# %% q4 keeps 1 of 4: a random push, which gets away too late
def push(hessian, radius):
    if np.linalg.eigvalsh(hessian)[0] >= 0:
        return np.zeros(len(hessian))
    x = np.random.default_rng(0).normal(size=len(hessian))
    return radius * x / np.linalg.norm(x)


# %% q4 keeps 3 of 4: pushes at a minimum too
def push(hessian, radius):
    return radius * np.linalg.eigh(hessian)[1][:, 0]


# %% q4 keeps 1 of 4: the radius is forgotten, so the push is too long
def push(hessian, radius):
    curvatures, axes = np.linalg.eigh(hessian)
    return axes[:, 0] * (curvatures[0] < 0)


# %% q4 keeps 1 of 4: the largest curvature, which leads up
def push(hessian, radius):
    curvatures, axes = np.linalg.eigh(hessian)
    if curvatures[0] >= 0:
        return np.zeros(len(hessian))
    return radius * axes[:, -1]


# %% q5 keeps 0 of 2: whatever is flat is taken for a minimum
answer_5 = "a local minimum"


# %% q5 keeps 0 of 2: what the loss alone shows
answer_5 = "plateau"


# %% q5 keeps 0 of 2: the lowest eigenvalue below zero is taken for all of them
answer_5 = "Maximum."
