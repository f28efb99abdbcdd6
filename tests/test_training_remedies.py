"""Dropout, label smoothing, early stopping, accumulation, loss scaling, restarts; their facts."""

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy, mse_loss

from gdcourse import (
    Adam,
    Chain,
    ClipNorm,
    EarlyStopping,
    He,
    LearningRate,
    LeastSquares,
    LossScaling,
    Rosenbrock,
    Standardize,
    TorchOptimizer,
    accumulate,
    add_noise,
    batch_norm,
    bowl,
    cutout,
    dropout,
    flip_images,
    initialize,
    layer_norm,
    mask_time,
    minimize,
    mixup,
    one_hot,
    replicate,
    restarts,
    rms_norm,
    sgd,
    shift_images,
    smooth_labels,
)
from gdcourse.remedies import best_of

SEEDS = range(10)
TIGHT = {"rtol": 1e-12, "atol": 1e-12}


def normal(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


# Dropout


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_dropout_zeroes_a_share_p_and_keeps_the_mean(p):
    x = 1 + np.abs(normal((400, 500)))
    y = dropout(x, p, seed=3)
    gone, n = y == 0, x.size
    assert gone.mean() == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / n))
    np.testing.assert_allclose(y[~gone], x[~gone] / (1 - p), rtol=1e-12)
    spread = np.sqrt((x**2).mean() * p / (1 - p) / n)
    assert y.mean() == pytest.approx(x.mean(), abs=5 * spread)


def test_dropout_is_seeded_and_alike_on_numpy_and_torch():
    x = normal((20, 30))
    x.flags.writeable = False
    y = dropout(x, 0.3, seed=1)
    np.testing.assert_array_equal(y, dropout(torch.tensor(x), 0.3, seed=1))
    assert not np.array_equal(y, dropout(x, 0.3, seed=2))
    rng, again = np.random.default_rng(1), np.random.default_rng(1)
    pair = [dropout(x, 0.3, rng) for _ in range(2)]
    np.testing.assert_array_equal(pair[0], y)
    assert not np.array_equal(*pair)
    np.testing.assert_array_equal(pair, [dropout(x, 0.3, again) for _ in range(2)])
    assert dropout(x, 0.3, seed=1, training=False) is x
    assert dropout(torch.ones(3), 0.5, seed=0).dtype == torch.float32


def test_the_gradient_of_dropout_is_its_mask():
    x = torch.tensor(normal(100), requires_grad=True)
    y = dropout(x, 0.4, seed=0)
    (g,) = torch.autograd.grad(y.sum(), x)
    torch.testing.assert_close(g, (y != 0) / 0.6, check_dtype=False)


@pytest.mark.parametrize("p", [-0.1, 1, 1.5, np.nan])
def test_dropout_refuses_what_is_no_share(p):
    with pytest.raises(ValueError, match=r"dropout: p must lie in \[0, 1\); got"):
        dropout(np.ones(3), p, seed=0)


@pytest.mark.parametrize("p", [0.2, 0.5])
def test_30_dropout_in_linear_regression_is_ridge(p):
    """Fact 30. Srivastava et al. 2014; Wager et al. 2013."""
    X = normal((30, 4), seed=1) * [1, 2, 3, 4]
    y = X @ [1.0, -1.0, 0.5, 2.0] + normal(30, seed=2)
    rng, masks = np.random.default_rng(0), 20_000
    A, b = np.zeros((4, 4)), np.zeros(4)
    for _ in range(masks):  # the minimum of the mean loss over all masks
        Z = dropout(X, p, rng)
        A, b = A + Z.T @ Z / masks, b + Z.T @ y / masks
    w = np.linalg.solve(A, b)

    gram = X.T @ X
    ridge = np.linalg.solve(gram + p / (1 - p) * np.diag(np.diag(gram)), X.T @ y)
    # Srivastava's form, unscaled masks: penalty p (1 - p), weights larger by 1 / (1 - p).
    q = 1 - p
    unscaled = np.linalg.solve(q**2 * gram + p * q * np.diag(np.diag(gram)), q * X.T @ y)
    np.testing.assert_allclose(ridge, q * unscaled, rtol=1e-12)
    assert np.linalg.norm(w - ridge) <= 0.01 * np.linalg.norm(ridge)
    plain = np.linalg.solve(gram, X.T @ y)
    assert np.linalg.norm(plain - ridge) > 0.05 * np.linalg.norm(ridge)


# Label smoothing


@pytest.mark.parametrize("eps", [0.0, 0.1, 0.7, 1.0])
def test_smoothed_labels_give_torchs_smoothed_cross_entropy(eps):
    labels = torch.tensor(np.random.default_rng(0).integers(0, 7, 50))
    logits = torch.tensor(3 * normal((50, 7)), requires_grad=True)
    ours = cross_entropy(logits, smooth_labels(one_hot(labels, 7).double(), eps))
    theirs = cross_entropy(logits, labels, label_smoothing=eps)
    torch.testing.assert_close(ours, theirs, **TIGHT)
    gradients = [torch.autograd.grad(loss, logits)[0] for loss in (ours, theirs)]
    torch.testing.assert_close(*gradients, **TIGHT)
    array = smooth_labels(one_hot(labels.numpy(), 7), eps)
    np.testing.assert_allclose(array.sum(1), 1, rtol=1e-12)
    np.testing.assert_allclose(array, smooth_labels(one_hot(labels, 7).double(), eps), **TIGHT)


def test_with_smoothed_labels_the_best_logits_are_finite():
    q = smooth_labels(one_hot(torch.tensor([0]), 3).double(), 0.3)
    torch.testing.assert_close(torch.softmax(q.log(), 1), q)
    logits = q.log().requires_grad_()
    (g,) = torch.autograd.grad(cross_entropy(logits, q), logits)
    assert g.abs().max() < 1e-15


def test_labels_that_are_none_are_refused():
    for labels in (np.array([0, 3]), np.array([-1, 0]), torch.tensor([0, 3])):
        with pytest.raises(ValueError, match=r"labels must lie in 0 \.\.\. 2; got"):
            one_hot(labels, 3)
    for labels in (np.array([0.0, 1.0]), torch.tensor([0.0, 1.0])):
        with pytest.raises(TypeError, match="one_hot takes whole class numbers; got"):
            one_hot(labels, 3)
    for eps in (-0.1, 1.1):
        with pytest.raises(ValueError, match=r"eps must lie in \[0, 1\]; got"):
            smooth_labels(np.eye(3), eps)


# Early stopping


def drive(stopping, losses):
    """Return after how many measurements it stops, if it does; the parameters count them."""
    for t, loss in enumerate(losses):
        if stopping.should_stop(loss, np.array([t])):
            return t
    return None


@pytest.mark.parametrize(
    ("patience", "min_delta", "losses", "stop", "best"),
    [
        (2, 0.0, [5, 4, 3, 3, 3, 1], 4, 2),  # equal is no improvement
        (3, 0.0, [5, 4, 3, 3, 3, 1, 1], None, 5),
        (1, 0.0, [5, 4, 4.1, 1], 2, 1),
        (2, 0.5, [5.0, 4.8, 4.6, 1.0], 2, 0),  # each fall is below min_delta
        (2, 0.5, [5.0, 4.8, 4.4, 4.3, 4.2], 4, 2),  # falls add up
        (2, 0.0, [5, np.nan, 4, np.inf, np.nan], 4, 2),
        (2, 0.0, [np.nan, np.nan, 1], 1, None),
        (9, 0.0, [3, 2, 1], None, 2),
    ],
)
def test_early_stopping_waits_and_goes_back(patience, min_delta, losses, stop, best):
    stopping = EarlyStopping(patience, min_delta)
    assert drive(stopping, losses) == stop
    if best is None:
        with pytest.raises(RuntimeError, match="none of 2 losses was finite"):
            stopping.restore()
    else:
        assert stopping.restore() == best == stopping.best_step
        assert stopping.best_loss == losses[best]


def test_early_stopping_keeps_copies():
    stopping, w = EarlyStopping(), np.zeros(3)
    stopping.should_stop(1.0, w)
    w += 1
    first = stopping.restore()
    assert (first == 0).all()
    first += 5
    assert (stopping.restore() == 0).all()
    x = torch.zeros(3, requires_grad=True)
    stopping.should_stop(torch.tensor(0.5), x)
    with torch.no_grad():
        x += 1
    assert (stopping.restore() == 0).all() and not stopping.restore().requires_grad


def test_early_stopping_restores_a_module_with_its_buffers():
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    x, stopping = torch.tensor(normal((8, 2)), dtype=torch.float32), EarlyStopping(patience=2)
    model(x)
    before = {k: v.clone() for k, v in model.state_dict().items()}
    assert not stopping.should_stop(1.0, model)
    optimizer, stopped = torch.optim.SGD(model.parameters(), 0.1), []
    for _ in range(2):
        (model(x) ** 2).sum().backward()
        optimizer.step()
        stopped.append(stopping.should_stop(2.0, model))
    assert stopped == [False, True]
    changed = [k for k, v in model.state_dict().items() if not torch.equal(v, before[k])]
    assert {"0.weight", "1.running_mean", "1.num_batches_tracked"} <= set(changed)
    assert stopping.restore(model) is model
    assert all(torch.equal(v, before[k]) for k, v in model.state_dict().items())


def test_early_stopping_refuses_bad_counts():
    for bad in (0, 1.5, True, -1):
        with pytest.raises(ValueError, match=r"EarlyStopping\.patience must be a whole number"):
            EarlyStopping(patience=bad)
    for bad in (-1, np.nan, np.inf):
        with pytest.raises(ValueError, match=r"EarlyStopping\.min_delta must be zero or more"):
            EarlyStopping(min_delta=bad)


def diagonal(curvatures):
    """Return a linear regression with weights 1 and these curvatures."""
    X = np.diag(np.sqrt(np.asarray(curvatures) * len(curvatures) / 2))
    return LeastSquares(X, X.sum(1))


def test_31_early_stopping_is_close_to_ridge_and_not_equal():
    """Fact 31: sup gap 0.2036 at u = lr t curvature = 2.513. Goodfellow et al. 2016, 7.8."""
    lr, t = 1.0, 1000
    u = np.geomspace(1e-3, 50, 400)
    problem = diagonal(u / (lr * t))
    stopped = minimize(problem, np.zeros(400), sgd(lr), steps=t, every=t).x[-1]
    np.testing.assert_allclose(stopped, 1 - (1 - u / t) ** t, atol=1e-9)
    X, y = problem.features, problem.targets
    ridge = np.linalg.solve(2 / 400 * X.T @ X + np.eye(400) / (lr * t), 2 / 400 * X.T @ y)
    gap = np.abs(stopped - ridge)
    assert gap.max() == pytest.approx(0.2036, abs=0.01)
    assert u[gap.argmax()] == pytest.approx(2.513, rel=0.05)
    # Ali et al. 2019, Theorem 1: risk at most 1.69 times ridge's, bias and variance each.
    assert ((1 - stopped) ** 2 <= (1 - ridge) ** 2 * (1 + 1e-9)).all()
    assert (stopped**2 / ridge**2).max() == pytest.approx(1.69, abs=0.01)


@pytest.mark.parametrize("seed", SEEDS)
def test_33_descent_from_zero_finds_the_smallest_solution(seed):
    """Fact 33: fewer rows than weights, and the pseudo-inverse. Zhang et al. 2017."""
    X, y = normal((10, 30), seed), normal(10, 50 + seed)
    A, b = torch.tensor(X), torch.tensor(y)

    def half_squared_error(w):
        return ((w @ A.T - b) ** 2).sum(-1) / 2

    lr, starts = 1 / np.linalg.norm(X, 2) ** 2, torch.tensor([[0.0], [1.0]]).double().expand(2, 30)
    run = minimize(half_squared_error, starts, sgd(lr), steps=2000, every=2000)
    smallest, other = run.x[-1]
    np.testing.assert_allclose(smallest, np.linalg.pinv(X) @ y, atol=1e-8)
    assert run.loss[-1, 1] < 1e-12  # another start solves it too, farther from 0
    assert np.linalg.norm(other) > np.linalg.norm(smallest) + 0.1


# Gradient accumulation


def mlp(*extra):
    layers = (torch.nn.Linear(5, 8), *extra, torch.nn.Tanh(), torch.nn.Linear(8, 2))
    return initialize(torch.nn.Sequential(*layers).double(), He(), seed=1)


def regression(n=23):
    return torch.tensor(normal((n, 5), 1)), torch.tensor(normal((n, 2), 2))


def gradient_of(model, value):
    return torch.autograd.grad(value, list(model.parameters()))


@pytest.mark.parametrize("size", [1, 5, 22, 23, 99])
@pytest.mark.parametrize("loss", [mse_loss, lambda out, y: cross_entropy(out, y.softmax(1))])
def test_accumulated_pieces_are_the_large_batch(size, loss):
    model, (x, y) = mlp(), regression()
    whole = loss(model(x), y)
    value = accumulate(model, loss, x, y, size)
    torch.testing.assert_close(value, whole.detach(), **TIGHT)
    for p, g in zip(model.parameters(), gradient_of(model, whole), strict=True):
        torch.testing.assert_close(p.grad, g, **TIGHT)


def test_training_with_accumulation_is_training_on_the_large_batch():
    rule, (x, y) = Chain(ClipNorm(0.1), Adam(), LearningRate(0.01)), regression()
    trained = []
    for size in (4, len(x)):
        model = mlp()
        optimizer = TorchOptimizer(model.parameters(), rule)
        for _ in range(20):
            optimizer.zero_grad()
            accumulate(model, mse_loss, x, y, size)
            optimizer.step()
        trained.append(torch.nn.utils.parameters_to_vector(model.parameters()).detach())
    assert (trained[0] - torch.nn.utils.parameters_to_vector(mlp().parameters())).norm() > 0.1
    torch.testing.assert_close(*trained, rtol=1e-9, atol=1e-9)


def test_batch_normalization_sees_the_piece_and_not_the_batch():
    model, (x, y) = mlp(torch.nn.BatchNorm1d(8)), regression()
    whole = gradient_of(model, mse_loss(model(x), y))
    accumulate(model, mse_loss, x, y, 6)
    pieces = [p.grad for p in model.parameters()]
    assert max((a - b).abs().max() for a, b in zip(whole, pieces, strict=True)) > 1e-3


def test_accumulate_refuses_batches_that_do_not_fit():
    model, (x, y) = mlp(), regression()
    for arguments in ((x, y, 0), (x[:-1], y, 2), (x[:0], y[:0], 2)):
        with pytest.raises(ValueError, match="accumulate: size must be 1 or more"):
            accumulate(model, mse_loss, *arguments)


# Loss scaling


def test_46_half_precision_ends_at_2_to_the_minus_24_and_at_65504():
    """Fact 46. Micikevicius et al. 2018."""
    for half in (np.float16, lambda v: torch.tensor(v, dtype=torch.float16)):
        assert float(half(2**-24)) == 2**-24 == pytest.approx(5.96e-8, rel=1e-3)
        assert float(half(2**-26)) == 0
        assert float(half(65504.0)) == 65504
        assert float(torch.tensor(65536.0).half()) == np.inf
    with np.errstate(over="ignore"):
        assert np.float16(65536.0) == np.inf and np.finfo(np.float16).max == 65504


GRADIENTS = [1.0, 1e3, np.inf, 2.0, np.nan, 3.0, 4.0, 5.0, -np.inf, 1.0, 1.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize("every", [1, 2, 3])
def test_the_scale_moves_as_in_torchs_grad_scaler(every):
    scaling = LossScaling(start=2.0**10, growth=3.0, backoff=0.25, every=every)
    theirs = torch.amp.GradScaler(
        "cpu", init_scale=2.0**10, growth_factor=3.0, backoff_factor=0.25, growth_interval=every
    )
    ours, w = np.zeros(1, dtype=np.float32), torch.zeros(1, requires_grad=True)
    optimizer, state = TorchOptimizer([w], sgd(0.1)), scaling.init()
    for value in GRADIENTS:
        scaled = np.array([value * scaling.scale(state)], dtype=np.float32)
        theirs.scale(torch.zeros(()))  # GradScaler wakes up at the first loss
        w.grad = torch.tensor(value * theirs.get_scale()).reshape(1).float()
        theirs.step(optimizer)
        theirs.update()
        g, finite, state = scaling.unscale(scaled, state)
        assert finite == np.isfinite(value)
        if finite:
            ours = ours - np.float32(0.1) * g
        assert scaling.scale(state) == theirs.get_scale()
        np.testing.assert_allclose(ours, w.detach(), rtol=1e-6)
    assert np.isfinite(ours).all() and abs(ours[0]) > 1


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_scaling_saves_gradients_that_half_precision_loses(library):
    half = {
        "numpy": lambda v: np.array(v, dtype=np.float16),
        "torch": lambda v: torch.tensor(v, dtype=torch.float16),
    }[library]
    true = np.ldexp(normal(50), -28)  # far below 2^-24
    assert (np.asarray(half(true)) == 0).mean() > 0.9
    scaling = LossScaling()
    scaled = half(true * scaling.scale(scaling.init()))
    g, finite, _ = scaling.unscale(scaled, scaling.init())
    assert finite and str(g.dtype).endswith("float32")
    # Half a unit in the last place of float16, or of its smallest numbers.
    np.testing.assert_allclose(np.asarray(g), true, rtol=2**-11, atol=2**-25 / 2**16)


def test_training_in_half_precision_needs_scaling():
    """A target 2^-14 away: gradients of 2^-13 / n vanish, unless the loss is scaled."""
    n, x, far = 4096, torch.ones(4096, dtype=torch.float16), 2.0**-14
    ends = []
    for scaling in (LossScaling(start=1.0), LossScaling()):
        w, state = torch.zeros(1), scaling.init()  # the master weight, float32
        for _ in range(60):
            half = w.half().requires_grad_()
            error = half * x - far
            seed = 2 * error.detach() * (scaling.scale(state) / n)  # the scaled loss's gradient
            (g,) = torch.autograd.grad(error, half, seed)
            g, finite, state = scaling.unscale(g, state)
            w = w - 0.2 * g if finite else w
        ends.append(float(w))
    assert ends[0] == 0
    assert ends[1] == pytest.approx(far, rel=2**-9)


def test_loss_scaling_finds_the_largest_scale_that_fits():
    scaling, overflowed = LossScaling(start=2.0**24, every=10), []
    state, g = scaling.init(), 3.0
    for _ in range(200):
        with np.errstate(over="ignore"):
            scaled = np.array([g * scaling.scale(state)], dtype=np.float16)
        _, finite, state = scaling.unscale(scaled, state)
        overflowed.append(not finite)
    assert scaling.scale(state) in (2.0**14, 2.0**15)  # 3 * 2^14 fits below 65504
    assert sum(overflowed[:20]) >= 9 and 0.05 < np.mean(overflowed[20:]) < 0.15


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("start", 0),
        ("growth", 1.0),
        ("growth", 0.5),
        ("backoff", 0.0),
        ("backoff", 1.0),
        ("every", 0),
    ],
)
def test_loss_scaling_refuses_factors_that_lead_nowhere(field, bad):
    with pytest.raises(ValueError, match=rf"LossScaling\.{field} must .*; got {bad}"):
        LossScaling(**{field: bad})


# Restarts


def wells(x):
    """Two valleys along x: the better one, at -1, is found from x < 0 only."""
    return ((x**2 - 1) ** 2 + 0.3 * x).sum(-1)


def test_restarts_find_the_better_valley():
    box = {"low": torch.tensor([-2.0]).double(), "high": torch.tensor([2.0]).double()}
    run = restarts(wells, sgd(0.02), 400, **box, starts=20, seed=0)
    assert run.x.shape == (401, 20, 1) and run.loss.shape == (401, 20)
    start, end = run.x[0, :, 0], run.x[-1, :, 0]
    assert (np.abs(start) <= 2).all() and start.std() > 0.5
    best = best_of(run)
    assert end[best] < 0 < end.max() and run.loss[-1, best] == run.loss[-1].min()
    np.testing.assert_array_equal(run.x, restarts(wells, sgd(0.02), 400, **box, starts=20).x)


def test_the_chance_of_a_good_start_grows_with_their_number():
    """1 - (1 - p)^k, with p the share of the box that leads to the better valley."""
    box = {"low": torch.tensor([-0.5]).double(), "high": torch.tensor([2.0]).double()}
    crest = max(np.roots([4, 0, -4, 0.3]), key=lambda r: -abs(r)).real  # between the valleys
    p, k, trials = (crest + 0.5) / 2.5, 3, 300
    run = restarts(wells, sgd(0.02), 600, **box, starts=k * trials, seed=1)
    found = (run.x[-1, :, 0] < 0).reshape(trials, k).any(1).mean()
    expected = 1 - (1 - p) ** k
    assert found == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / trials))


def test_on_a_convex_problem_restarts_agree():
    X, y = normal((40, 3)), normal(40, 1)
    run = restarts(LeastSquares(X, y), sgd(0.2), 500, low=-5 * np.ones(3), high=5 * np.ones(3))
    assert np.ptp(run.loss[0]) > 1
    assert np.ptp(run.loss[-1]) < 1e-9 and np.ptp(run.x[-1], axis=0).max() < 1e-6


def test_the_best_model_of_a_replicate_is_found():
    x, y = regression()
    run = replicate(mlp, (x, y), mse_loss, sgd(0.05), 5, seeds=range(4), validation=(x, y))
    assert best_of(run, "validation") == run.validation[-1].argmin()
    assert isinstance(run.models[best_of(run)], torch.nn.Module)


def test_best_of_passes_over_runs_that_blew_up():
    x0 = np.array([[1e200, 0.0], [1.0, 1.0], [-1.2, 1.0]])
    run = minimize(Rosenbrock(), x0, sgd(1e-3), steps=50)
    assert np.isnan(run.loss[-1, 0]) and best_of(run) == 1
    with pytest.raises(ValueError, match="no run ends with a finite loss"):
        best_of(minimize(Rosenbrock(), x0[:1], sgd(1e-3), steps=50))


def test_restarts_refuse_a_box_that_is_none():
    for box in (
        {"low": [1.0, 1.0], "high": [0.0, 2.0]},
        {"low": [0.0], "high": [1.0, 1.0]},
        {"low": [np.nan, 0.0], "high": [1.0, 1.0]},
        {"low": [0.0, 0.0], "high": [1.0, 1.0], "starts": 0},
    ):
        with pytest.raises(ValueError, match="restarts needs one start or more and a box"):
            restarts(bowl(), sgd(0.1), 3, **box)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no NVIDIA GPU")
def test_the_remedies_stay_on_the_gpu_and_give_the_same_there():
    x, labels = torch.tensor(normal((6, 3, 8, 8))), torch.tensor([0, 1, 2, 0, 1, 2])
    ways = {
        "dropout": lambda x, y: dropout(x, 0.3, 0),
        "batch norm": lambda x, y: batch_norm(x)[0],
        "layer norm": lambda x, y: layer_norm(x),
        "rms norm": lambda x, y: rms_norm(x),
        "standardize": lambda x, y: Standardize.fit(x.flatten(1))(x.flatten(1)),
        "labels": lambda x, y: smooth_labels(one_hot(y, 3)),
        "mixup": lambda x, y: mixup(x, one_hot(y, 3), 0)[0],
        "flip": lambda x, y: flip_images(x, 0),
        "shift": lambda x, y: shift_images(x, (2, 2), 0),
        "cutout": lambda x, y: cutout(x, 3, 0),
        "mask": lambda x, y: mask_time(x, 3, 0),
        "noise": lambda x, y: add_noise(x, 0.1, 0),
        "unscale": lambda x, y: LossScaling().unscale(x.half(), LossScaling().init())[0],
        "he": lambda x, y: initialize(torch.nn.Linear(4, 3).to(x.device), He()).weight.detach(),
    }
    for name, way in ways.items():
        there = way(x.cuda(), labels.cuda())
        assert there.is_cuda, name
        torch.testing.assert_close(there.cpu(), way(x, labels))
