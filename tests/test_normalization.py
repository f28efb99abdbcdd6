"""Normalization against torch.nn, standardising, and fact 29."""

import numpy as np
import pytest
import torch

from gdcourse import LeastSquares, Standardize, batch_norm, layer_norm, rms_norm

SEEDS = range(10)
TIGHT = {"rtol": 1e-12, "atol": 1e-12}


def normal(shape, seed=0):
    return torch.tensor(np.random.default_rng(seed).normal(2, 3, size=shape))


def same_with_gradients(ours, theirs, *inputs, seed=9):
    """Assert that two functions of the same tensors agree, and their gradients too."""
    inputs = [x.detach().requires_grad_() for x in inputs]
    a, b = ours(*inputs), theirs(*inputs)
    torch.testing.assert_close(a, b, **TIGHT)
    weight = normal(a.shape, seed)
    gradients = (torch.autograd.grad((y * weight).sum(), inputs) for y in (a, b))
    for g, h in zip(*gradients, strict=True):
        torch.testing.assert_close(g, h, **TIGHT)


BATCHES = {
    "table": (torch.nn.BatchNorm1d, (12, 5)),
    "sequence": (torch.nn.BatchNorm1d, (6, 5, 7)),
    "images": (torch.nn.BatchNorm2d, (4, 5, 3, 6)),
    "pair": (torch.nn.BatchNorm1d, (2, 5)),
}


@pytest.mark.parametrize("momentum", [0.1, 0.7, 1.0])
@pytest.mark.parametrize(("module", "shape"), BATCHES.values(), ids=BATCHES)
def test_batch_norm_is_torchs_in_training_and_in_evaluation(module, shape, momentum):
    norm = module(5, momentum=momentum, eps=1e-3).double()
    with torch.no_grad():
        gamma, beta = norm.weight.copy_(normal(5, 1)), norm.bias.copy_(normal(5, 2))
    running = None
    for seed in range(4):
        x = normal(shape, 10 + seed)
        y, running = batch_norm(x, gamma, beta, running, rate=momentum, eps=1e-3)
        torch.testing.assert_close(y, norm(x), **TIGHT)
    torch.testing.assert_close(running[0], norm.running_mean, **TIGHT)
    torch.testing.assert_close(running[1], norm.running_var, **TIGHT)

    norm.eval()
    x = normal(shape, 20)
    y, after = batch_norm(x, gamma, beta, running, training=False, eps=1e-3)
    torch.testing.assert_close(y, norm(x), **TIGHT)
    assert all(a is b for a, b in zip(after, running, strict=True))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("module", "shape"), BATCHES.values(), ids=BATCHES)
def test_batch_norms_gradients_are_torchs(module, shape, training):
    norm = module(5).double().train(training)
    running = (norm.running_mean.clone(), norm.running_var.clone())
    kept = []

    def ours(x, gamma, beta):
        y, after = batch_norm(x, gamma, beta, running, training=training)
        kept.extend(after)
        return y

    def theirs(x, gamma, beta):
        return torch.func.functional_call(norm, {"weight": gamma, "bias": beta}, (x,))

    same_with_gradients(ours, theirs, normal(shape), normal(5, 1), normal(5, 2))
    assert len(kept) == 2 and not any(part.requires_grad for part in kept)


def test_batch_norm_starts_from_mean_0_and_variance_1():
    x = normal((6, 5))
    y, running = batch_norm(x, training=False, eps=0.0)
    assert torch.equal(x, y)
    assert torch.equal(torch.stack(running), torch.tensor([[0.0] * 5, [1.0] * 5]).double())


@pytest.mark.parametrize("axes", [1, 2])
def test_layer_norm_is_torchs(axes):
    shape = (3, 4, 6)[-axes:]
    module = torch.nn.LayerNorm(shape, eps=1e-3).double()

    def theirs(x, gamma, beta):
        return torch.func.functional_call(module, {"weight": gamma, "bias": beta}, (x,))

    same_with_gradients(
        lambda x, gamma, beta: layer_norm(x, gamma, beta, axes=tuple(range(-axes, 0)), eps=1e-3),
        theirs, normal((2, 3, 4, 6)), normal(shape, 1), normal(shape, 2),
    )  # fmt: skip


@pytest.mark.parametrize("axes", [1, 2])
def test_rms_norm_is_torchs(axes):
    shape = (3, 4, 6)[-axes:]
    module = torch.nn.RMSNorm(shape, eps=1e-3).double()
    same_with_gradients(
        lambda x, gamma: rms_norm(x, gamma, axes=tuple(range(-axes, 0)), eps=1e-3),
        lambda x, gamma: torch.func.functional_call(module, {"weight": gamma}, (x,)),
        normal((2, 3, 4, 6)), normal(shape, 1),
    )  # fmt: skip


def test_numpy_and_torch_normalize_alike_and_change_no_argument():
    x, gamma, beta = normal((7, 5, 3)), normal(5, 1), normal(5, 2)
    arrays = [a.numpy().copy() for a in (x, gamma, beta)]
    for a in arrays:
        a.flags.writeable = False
    running = tuple(a.numpy().copy() for a in (normal(5, 3), normal(5, 4) ** 2))
    for r in running:
        r.flags.writeable = False
    y, after = batch_norm(x, gamma, beta, tuple(map(torch.tensor, running)))
    z, later = batch_norm(*arrays, running)
    for a, b in [(y, z), *zip(after, later, strict=True)]:
        np.testing.assert_allclose(a.numpy(), b, **TIGHT)
    np.testing.assert_allclose(layer_norm(x).numpy(), layer_norm(arrays[0]), **TIGHT)
    np.testing.assert_allclose(rms_norm(x).numpy(), rms_norm(arrays[0]), **TIGHT)
    for f in (lambda x: batch_norm(x)[0], layer_norm, rms_norm):
        assert f(x.float()).dtype == torch.float32 and f(arrays[0].astype("f4")).dtype == "f4"


def test_batch_norm_refuses_what_has_no_features_or_no_variance():
    with pytest.raises(ValueError, match=r"shape \(n, features, ...\); got \(5,\)"):
        batch_norm(torch.zeros(5))
    with pytest.raises(ValueError, match="1 numbers a feature have no variance"):
        batch_norm(torch.zeros(1, 5))
    batch_norm(torch.zeros(1, 5), training=False)


@pytest.mark.parametrize("seed", SEEDS)
def test_29_under_batch_norm_the_size_of_the_weights_does_not_matter(seed):
    """Fact 29: loss(a w) = loss(w), gradient 1/a, w . gradient = 0. van Laarhoven 2017."""
    x, y, w = normal((40, 6), seed), normal((40, 4), 50 + seed), normal((4, 6), 100 + seed)

    def loss_and_gradient(w):
        w = w.requires_grad_()
        h, _ = batch_norm(x @ w.T, eps=0.0)
        loss = ((torch.tanh(h) - y) ** 2).mean()
        return loss.detach(), *torch.autograd.grad(loss, w)

    loss, g = loss_and_gradient(w.clone())
    scaled, h = loss_and_gradient(10 * w)
    assert float(scaled) == pytest.approx(float(loss), rel=1e-6)
    assert float(g.norm() / h.norm()) == pytest.approx(10, rel=1e-6)
    torch.testing.assert_close(g, 10 * h, rtol=1e-6, atol=1e-9)
    # No unit's gradient points along its weights: each step, across them, makes them longer.
    assert ((w * g).sum(1).abs() <= 1e-6 * w.norm(dim=1) * g.norm(dim=1)).all()
    assert float((w - 0.1 * g).norm()) > float(w.norm())


TABLE = np.random.default_rng(0).normal([5, -3e4, 0.02], [2, 1e3, 1e-3], size=(200, 3))


@pytest.mark.parametrize("library", [np.asarray, torch.tensor], ids=["numpy", "torch"])
def test_standardised_columns_have_mean_0_and_deviation_1(library):
    train, test = library(TABLE[:150]), library(TABLE[150:])
    scaler = Standardize.fit(train)
    z = scaler(train)
    assert type(z) is type(train) and scaler.constant == ()
    np.testing.assert_allclose(z.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose((z**2).mean(0), 1, rtol=1e-12)
    expected = (TABLE[150:] - TABLE[:150].mean(0)) / TABLE[:150].std(0)
    np.testing.assert_allclose(scaler(test), expected, atol=1e-12)
    np.testing.assert_allclose(scaler.inverse(scaler(test)), test, rtol=1e-12)
    y = scaler.fit(train[:, 1])
    assert tuple(y.mean.shape) == ()
    np.testing.assert_allclose(y.inverse(y(test[:, 1])), test[:, 1], rtol=1e-12)


@pytest.mark.parametrize("library", [np.array, torch.tensor], ids=["numpy", "torch"])
def test_a_column_that_never_changes_is_named_and_becomes_zero(library):
    rows = library([[1.0, 0.1, 7.0], [2.0, 0.1, 7.0], [6.0, 0.1, 7.0]] * 7)
    scaler = Standardize.fit(rows, names=("size", "fee", "rooms"))
    assert scaler.constant == ("fee", "rooms")
    z = scaler(rows)
    assert (z[:, 1:] == 0).all() and float(z[:, 0].max()) > 1
    np.testing.assert_allclose(scaler.inverse(z), rows, rtol=1e-12)
    assert Standardize.fit(rows).constant == (1, 2)
    assert Standardize.fit(rows[:1]).constant == (0, 1, 2)
    assert Standardize.fit(rows[:, 1]).constant == (0,)


@pytest.mark.parametrize("dtype", ["float32", "int64"])
def test_standardising_keeps_floats_and_makes_them_of_whole_numbers(dtype):
    rows = np.array([[1, 2], [3, 4], [5, 9]], dtype=dtype)
    z, t = Standardize.fit(rows)(rows), Standardize.fit(torch.tensor(rows))(torch.tensor(rows))
    assert z.dtype == ("float32" if dtype == "float32" else "float64")
    assert t.dtype == torch.float32
    np.testing.assert_allclose(z, t, rtol=1e-5, atol=1e-6)
    assert Standardize.fit([[1, 2], [3, 4]])([[2, 3]]).tolist() == [[0, 0]]


def test_standardize_says_what_is_wrong_with_the_rows():
    for rows in (np.zeros((0, 3)), np.zeros((2, 2, 2)), np.float64(3)):
        with pytest.raises(ValueError, match=r"takes rows \(n, d\) or targets \(n,\); got"):
            Standardize.fit(rows)
    for bad in (np.nan, np.inf):
        with pytest.raises(ValueError, match="column 'b' holds a value that is not finite"):
            Standardize.fit(np.array([[1.0, 2.0], [3.0, bad]]), names="ab")
    with pytest.raises(ValueError, match="3 columns, but names"):
        Standardize.fit(TABLE, names="ab")
    scaler = Standardize.fit(TABLE)
    with pytest.raises(ValueError, match=r"fitted on 3 columns; got \(5, 2\)"):
        scaler(TABLE[:5, :2])
    with pytest.raises(TypeError, match="fitted on numpy, and is given a Tensor"):
        scaler(torch.tensor(TABLE))


def test_standardising_turns_a_ravine_into_a_bowl():
    y = TABLE @ [1.0, 1e-3, 100.0]

    def condition(features):
        curvatures = np.linalg.eigvalsh(LeastSquares(features, y).H)
        return curvatures[-1] / curvatures[0]

    assert condition(TABLE) > 1e10
    # Independent columns: the correlation of 200 draws is about 1 / sqrt(200).
    assert condition(Standardize.fit(TABLE)(TABLE)) < 2
