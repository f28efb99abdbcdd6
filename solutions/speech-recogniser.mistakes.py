# ruff: noqa: F811
"""Typical wrong answers to the exercise "speech-recogniser", and the points each one keeps.

Each cell takes the place of the solution to one question; all other questions stay right.
"""

# %% setup
import numpy as np


# %% q1 keeps 1 of 3: the slopes of the units are forgotten
def reach(W, states, last):
    g, norms = np.array(last, dtype=float), []
    for _ in states:
        norms.append(np.linalg.norm(g))
        g = W.T @ g
    return np.array(norms[::-1])


# %% q1 keeps 0 of 3: the matrix as on the way forward, not transposed
def reach(W, states, last):
    g, norms = np.array(last, dtype=float), []
    for h in states[::-1]:
        norms.append(np.linalg.norm(g))
        g = W @ (g * (1 - h**2))
    return np.array(norms[::-1])


# %% q1 keeps 1 of 3: first the matrix, then the slopes
def reach(W, states, last):
    g, norms = np.array(last, dtype=float), []
    for h in states[::-1]:
        norms.append(np.linalg.norm(g))
        g = (W.T @ g) * (1 - h**2)
    return np.array(norms[::-1])


# %% q1 keeps 0 of 3: the largest singular value, a bound, for the factor
def reach(W, states, last):
    sigma = np.linalg.svd(W, compute_uv=False)[0]
    slopes = np.append(np.mean(1 - states[1:] ** 2, axis=1), 1.0)
    factors = np.append(sigma * slopes[:-1], 1.0)
    return np.linalg.norm(last) * np.cumprod(factors[::-1])[::-1]


# %% q2 keeps 2 of 3: 1 - f loses its digits
def forget_bias(frames, share):
    f = share ** (1 / frames)
    return np.log(f / (1 - f)) if f < 1 else np.inf


# %% q2 keeps 0 of 3: the rule of thumb for a share of 1/e
def forget_bias(frames, share):
    return np.log(frames)


# %% q2 keeps 0 of 3: the rule for long delays, used for all
def forget_bias(frames, share):
    return np.log(frames) - np.log(-np.log(share))


# %% q2 keeps 0 of 3: the share is divided among the frames
def forget_bias(frames, share):
    f = 1 - (1 - share) / frames
    return np.log(f / (1 - f))


# %% q3 keeps 2 of 4: zeros in front, whatever the filling was
def silence_in_front(clips, lengths):
    new = np.zeros_like(clips)
    for i, length in enumerate(lengths):
        new[i, -length:] = clips[i, :length]
    return new


# %% q3 keeps 2 of 4: a word that fills its clip is lost in an empty slice
def silence_in_front(clips, lengths):
    new = np.zeros_like(clips)
    for i, length in enumerate(lengths):
        rest = clips.shape[1] - length
        word = clips[i, :-rest]
        new[i] = clips[i, -1]
        if len(word):
            new[i, rest:] = word
    return new


# %% q3 keeps 0 of 4: the clips are reversed
def silence_in_front(clips, lengths):
    return clips[:, ::-1].copy()


# %% q3 keeps 0 of 4: turned the wrong way
def silence_in_front(clips, lengths):
    turned = [np.roll(c, n, axis=0) for c, n in zip(clips, lengths, strict=True)]
    return np.array(turned)


# %% q4 keeps 3 of 4: the slopes are not looked at
def diagnose(states, norms, word, tenfold):
    if norms[word] < 1e-3 * norms[-1]:
        return "forgets"
    fallen = np.mean(tenfold[-10:]) < 0.9 * tenfold[0]
    return "rate too small" if fallen else "no signal"


# %% q4 keeps 3 of 4: one lucky step is taken for a fall
def diagnose(states, norms, word, tenfold):
    if norms[word] < 1e-3 * norms[-1]:
        slope = np.mean(1 - states[word + 1 :] ** 2)
        return "saturated" if slope < 0.1 else "forgets"
    return "rate too small" if np.min(tenfold) < 0.9 * tenfold[0] else "no signal"


# %% q4 keeps 3 of 4: the units are judged before the gradient
def diagnose(states, norms, word, tenfold):
    if np.mean(1 - states[word + 1 :] ** 2) < 0.1:
        return "saturated"
    if norms[word] < 1e-3 * norms[-1]:
        return "forgets"
    fallen = np.mean(tenfold[-10:]) < 0.9 * tenfold[0]
    return "rate too small" if fallen else "no signal"


# %% q4 keeps 2 of 4: the loss curve is asked first
def diagnose(states, norms, word, tenfold):
    if np.mean(tenfold[-10:]) < 0.9 * tenfold[0]:
        return "rate too small"
    if norms[word] < 1e-3 * norms[-1]:
        slope = np.mean(1 - states[word + 1 :] ** 2)
        return "saturated" if slope < 0.1 else "forgets"
    return "no signal"


# %% q5 keeps 0 of 5: divided by the spectral radius
def repair(W):
    return W / np.abs(np.linalg.eigvals(W)).max()


# %% q5 keeps 0 of 5: divided by the largest singular value
def repair(W):
    return W / np.linalg.svd(W, compute_uv=False)[0]


# %% q5 keeps 3 of 5: an orthogonal matrix, but not the closest
def repair(W):
    return np.linalg.qr(W)[0]


# %% q5 keeps 3 of 5: the identity keeps every length too
def repair(W):
    return np.eye(len(W))


# %% q5 keeps 2 of 5: the closest one by a formula that needs an inverse
def repair(W):
    values, vectors = np.linalg.eigh(W.T @ W)
    with np.errstate(all="ignore"):
        root = vectors / np.sqrt(values) @ vectors.T
    return W @ root
