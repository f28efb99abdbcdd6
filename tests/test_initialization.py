"""Initialization: the distributions, the variance law, and facts 8 to 11."""

from math import sqrt

import numpy as np
import pytest
import torch
from scipy import stats
from torch.nn import BatchNorm1d, Conv2d, Flatten, Linear, ReLU, Sequential, Sigmoid, Tanh, init

from gdcourse import (
    ConstantWeights,
    He,
    LeCun,
    NormalWeights,
    Orthogonal,
    TorchDefault,
    UniformWeights,
    Xavier,
    backward_factor,
    forward_factor,
    initialize,
    lsuv,
)
from gdcourse.remedies.initialization import fans

SEEDS = range(10)
SHAPES = [(300, 200), (80, 700), (64, 32, 5, 5)]
LEAKY = {"mode": "fan_in", "nonlinearity": "leaky_relu"}
# scheme, what torch has for it, and the variance that the paper states for (fan_in, fan_out)
TWINS = [
    (UniformWeights(0.3), lambda w, g: init.uniform_(w, -0.3, 0.3, g), lambda i, o: 0.03),
    (NormalWeights(0.3), lambda w, g: init.normal_(w, 0, 0.3, g), lambda i, o: 0.09),
    (Xavier(), lambda w, g: init.xavier_uniform_(w, generator=g), lambda i, o: 2 / (i + o)),
    (
        Xavier("normal"),
        lambda w, g: init.xavier_normal_(w, generator=g),
        lambda i, o: 2 / (i + o),
    ),
    (
        He(),
        lambda w, g: init.kaiming_normal_(w, nonlinearity="relu", generator=g),
        lambda i, o: 2 / i,
    ),
    (
        He("uniform", fan="out"),
        lambda w, g: init.kaiming_uniform_(w, 0, "fan_out", "relu", generator=g),
        lambda i, o: 2 / o,
    ),
    (
        He(slope=0.5),
        lambda w, g: init.kaiming_normal_(w, 0.5, **LEAKY, generator=g),
        lambda i, o: 1.6 / i,
    ),
    (
        LeCun(),
        lambda w, g: init.kaiming_normal_(w, nonlinearity="linear", generator=g),
        lambda i, o: 1 / i,
    ),
    (
        LeCun("uniform"),
        lambda w, g: init.kaiming_uniform_(w, nonlinearity="linear", generator=g),
        lambda i, o: 1 / i,
    ),
    (
        TorchDefault(),
        lambda w, g: init.kaiming_uniform_(w, sqrt(5), **LEAKY, generator=g),
        lambda i, o: 1 / (3 * i),
    ),
]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("scheme", "twin", "law"), TWINS, ids=[repr(s) for s, *_ in TWINS])
def test_a_scheme_draws_from_torchs_distribution(scheme, twin, law, shape):
    variance = law(*fans(shape))
    assert scheme.variance(shape) == pytest.approx(variance, rel=1e-12)
    ours = scheme.draw(shape, seed=1)
    theirs = twin(torch.empty(shape, dtype=torch.float64), torch.Generator().manual_seed(2))
    assert ours.shape == shape and ours.dtype == np.float64
    # The variance of n draws is off by a share of sqrt(2/n) at most; five of these.
    assert ours.var() == pytest.approx(variance, rel=5 * sqrt(2 / ours.size))
    assert abs(ours.mean()) < 5 * sqrt(variance / ours.size)
    assert stats.ks_2samp(ours.ravel(), theirs.numpy().ravel()).pvalue > 1e-3
    if getattr(scheme, "distribution", "normal") == "uniform":
        assert 0.999 < np.abs(ours).max() / sqrt(3 * variance) <= 1


@pytest.mark.parametrize("shape", [(6, 6), (12, 5), (5, 12), (8, 3, 3, 3), (40, 2, 3, 3)], ids=str)
@pytest.mark.parametrize("gain", [1.0, sqrt(2)])
def test_orthogonal_weights_are_orthogonal(shape, gain):
    for draw in (
        Orthogonal(gain).draw(shape, seed=0),
        init.orthogonal_(torch.empty(shape, dtype=torch.float64), gain).numpy(),
    ):
        w = draw.reshape(shape[0], -1)
        gram = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
        np.testing.assert_allclose(gram, gain**2 * np.eye(len(gram)), atol=1e-12)
        assert (w**2).mean() == pytest.approx(Orthogonal(gain).variance(shape), rel=1e-12)


def test_no_rotation_comes_more_often_than_another():
    draws = np.array([Orthogonal().draw((3, 3), seed) for seed in range(2000)])
    # An entry has mean 0 and variance 1/3; unsigned QR would give entry (0, 0) one sign only.
    assert np.abs(draws.mean(0)).max() < 5 * sqrt(1 / 3 / 2000)
    assert abs(np.linalg.det(draws).mean()) < 5 / sqrt(2000)


def test_a_constant_makes_all_units_alike_and_they_stay_alike():
    model = initialize(Sequential(Linear(3, 4), Tanh(), Linear(4, 1)), ConstantWeights(0.3))
    x = torch.tensor(np.random.default_rng(0).normal(size=(20, 3)), dtype=torch.float32)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for _ in range(50):
        optimizer.zero_grad()
        ((model(x) - x[:, :1] ** 2) ** 2).mean().backward()
        optimizer.step()
    w = model[0].weight.detach()
    assert (w - 0.3).abs().max() > 0.01
    torch.testing.assert_close(w, w[:1].expand(4, 3))
    assert (ConstantWeights().draw((2, 2), 0) == 0).all()


def mlp(depth, width, activation, dtype=torch.float64):
    layers = [m for _ in range(depth) for m in (Linear(width, width), activation())]
    return Sequential(*layers).to(dtype)


def test_initialize_draws_weights_and_clears_biases_and_leaves_the_rest():
    model = Sequential(Linear(5, 4), BatchNorm1d(4), Linear(4, 3), Linear(3, 2))
    with torch.no_grad():
        model[1].weight.fill_(7.0)
        model[1].bias.fill_(7.0)
    frozen = model[3].requires_grad_(False).weight.clone()
    rng = np.random.default_rng(5)
    assert initialize(model, He(), seed=5) is model
    for layer, shape in ((model[0], (4, 5)), (model[2], (3, 4))):
        np.testing.assert_array_equal(
            layer.weight.detach(), He().draw(shape, rng).astype("float32")
        )
        assert (layer.bias == 0).all()
    assert (model[1].weight == 7).all() and (model[1].bias == 0).all()
    assert torch.equal(model[3].weight, frozen)


def test_initialize_keeps_its_seed_to_itself():
    torch.manual_seed(0)
    state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    one, two, other = (
        initialize(mlp(2, 6, ReLU, torch.float32), Xavier(), seed) for seed in (3, 3, 4)
    )
    torch.manual_seed(0)
    assert torch.equal(state, torch.get_rng_state())
    assert np.array_equal(numpy_state, np.random.get_state()[1])
    pairs = zip(one.parameters(), two.parameters(), strict=True)
    assert all(torch.equal(a, b) and a.dtype == torch.float32 for a, b in pairs)
    assert not torch.equal(one[0].weight, other[0].weight)
    assert not torch.equal(one[0].weight, one[2].weight)


def test_what_cannot_be_initialized_is_named():
    with pytest.raises(TypeError, match=r"scheme such as He\(\).*write it with brackets"):
        initialize(Linear(2, 2), He)
    with pytest.raises(TypeError, match="scheme such as"):
        initialize(Linear(2, 2), "he")
    with pytest.raises(ValueError, match="BatchNorm1d has no weight to draw"):
        initialize(BatchNorm1d(2), He())
    with pytest.raises(ValueError, match=r"0\.weight has no shape yet: run the model once"):
        initialize(Sequential(torch.nn.LazyLinear(2)), He())
    for cls, field, value, law in [
        (He, "distribution", "gauss", "'normal' or 'uniform'"),
        (He, "fan", "mean", "'in' or 'out'"),
        (He, "slope", -1, "zero or more"),
        (NormalWeights, "std", 0, "positive"),
        (UniformWeights, "width", -1, "positive"),
        (Orthogonal, "gain", 0, "positive"),
        (ConstantWeights, "value", np.nan, "finite"),
    ]:
        with pytest.raises(ValueError, match=rf"{cls.__name__}\.{field} must .*{law}.*; got"):
            cls(**{field: value})
    for shape in ((3,), (0, 3), ()):
        with pytest.raises(ValueError, match="a weight has shape"):
            He().draw(shape, 0)
    with pytest.raises(ValueError, match="activation must be one of"):
        forward_factor(He(), (2, 2), "swish")
    with pytest.raises(ValueError, match="power must be positive"):
        forward_factor(He(), (2, 2), power=0)
    with pytest.raises(ValueError, match="all alike"):
        backward_factor(ConstantWeights(0.1), (2, 2))


NAMES = {"linear": torch.nn.Identity, "relu": ReLU, "tanh": Tanh, "sigmoid": Sigmoid}


@pytest.mark.parametrize("power", [0.3, 4.0])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scheme", [NormalWeights(0.06), He("uniform"), Orthogonal(1.3)], ids=repr)
def test_the_variance_law_foretells_a_wide_layer(scheme, name, power):
    shape, forward, backward = (600, 400), [], []
    for seed in SEEDS:
        layer = initialize(Linear(400, 600, dtype=torch.float64), scheme, seed)
        rng = np.random.default_rng(100 + seed)
        h = torch.tensor(rng.normal(0, sqrt(power), (50, 400))).requires_grad_()
        after, error = NAMES[name]()(layer(h)), torch.tensor(rng.normal(size=(50, 600)))
        (g,) = torch.autograd.grad(after, h, error)
        forward.append(float((after**2).mean().detach() / (h**2).mean().detach()))
        backward.append(float((g**2).mean() / (error**2).mean()))
    assert np.mean(forward) == pytest.approx(forward_factor(scheme, shape, name, power), rel=0.02)
    assert np.mean(backward) == pytest.approx(backward_factor(scheme, shape, name, power), rel=0.02)


def test_each_scheme_does_what_it_is_for():
    shape = (300, 200)
    assert forward_factor(LeCun(), shape, "linear") == pytest.approx(1)
    assert forward_factor(He(), shape, "relu") == pytest.approx(1)
    assert backward_factor(He(fan="out"), shape, "relu") == pytest.approx(1)
    both = (forward_factor(Xavier(), shape, "linear"), backward_factor(Xavier(), shape, "linear"))
    assert both == pytest.approx((0.8, 1.2))  # between the two, and equal where fans are
    assert forward_factor(TorchDefault(), shape, "relu") == pytest.approx(1 / 6)


@pytest.mark.parametrize("activation", [ReLU, Tanh, Sigmoid], ids=lambda a: a.__name__)
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_lsuv_gives_every_layer_unit_variance(activation, scale):
    model = Sequential(
        Conv2d(2, 8, 3), activation(), Flatten(), torch.nn.Dropout(), Linear(72, 30), activation(),
        Linear(30, 10),
    ).double()  # fmt: skip
    x = torch.tensor(np.random.default_rng(0).normal(3, scale, size=(64, 2, 5, 5)))
    model.eval()
    model[3].train()
    assert lsuv(model, x, seed=1, tolerance=0.01) is model
    assert [m.training for m in model] == [False] * 3 + [True] + [False] * 3
    h = x
    for layer in model.eval():
        h = layer(h)
        if isinstance(layer, (Linear, Conv2d)):
            assert h.detach().var(correction=0).item() == pytest.approx(1, abs=0.01)
            assert (layer.bias == 0).all() and not layer._forward_hooks
            w = layer.weight.detach().flatten(1)
            gram = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
            torch.testing.assert_close(gram, gram[0, 0] * torch.eye(len(gram)).double())


def test_lsuv_leaves_frozen_layers_alone_and_names_a_layer_that_does_not_vary():
    model = Sequential(Linear(3, 3), Linear(3, 3), Linear(3, 1))
    model[1].requires_grad_(False)
    before, x = model[1].weight.clone(), torch.eye(3)
    lsuv(model, x)
    assert torch.equal(before, model[1].weight)
    with pytest.raises(ValueError, match="output of layer '0' has variance 0"):
        lsuv(model, torch.zeros(4, 3))
    with pytest.raises(ValueError, match="output of layer '0' has variance nan"):
        lsuv(model, torch.full((4, 3), torch.nan))
    assert not any(m._forward_hooks for m in model)
    for wrong in ({"tolerance": 0}, {"attempts": 0}):
        with pytest.raises(ValueError, match="tolerance must be positive and attempts 1 or more"):
            lsuv(model, x, **wrong)


def first_over_last(activation, scheme, seed, depth=20, width=64):
    """Return the norm of the first layer's weight gradient over that of the last layer's."""
    model = initialize(mlp(depth, width, activation), scheme, seed)
    rng = np.random.default_rng(1000 + seed)
    x, y = (torch.tensor(rng.normal(size=(32, width))) for _ in range(2))
    ((model(x) - y) ** 2).mean().backward()
    return float(model[0].weight.grad.norm() / model[-2].weight.grad.norm())


def test_8_a_sigmoid_passes_on_a_quarter_of_the_gradient_at_most():
    """Fact 8. LeCun et al. 1998; Glorot & Bengio 2010."""
    z = torch.linspace(-20, 20, 40_001, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.sigmoid(z).sum(), z)
    assert slope.max() == slope[20_000] == 0.25
    assert float(slope.max()) ** 10 == pytest.approx(9.54e-7, rel=1e-3)
    for power in (0.01, 1, 100):  # mean squares: 0.25^2
        assert backward_factor(LeCun(), (64, 64), "sigmoid", power) < 0.25**2
    ratios = {
        name: [first_over_last(activation, scheme, seed) for seed in SEEDS]
        for name, activation, scheme in (
            ("sigmoid", Sigmoid, Xavier()),
            ("tanh", Tanh, Xavier()),
            ("relu", ReLU, He()),
        )
    }
    assert max(ratios["sigmoid"]) < 1e-9
    assert 0.3 < np.median(ratios["relu"]) < 3
    assert 0.3 < np.median(ratios["tanh"]) < 3


def per_layer(draw, depth=30, n=512):
    """Return the geometric mean over layers and seeds of E[h'^2] / E[h^2] in a ReLU network."""
    logs = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        start = h = rng.normal(size=(n, 32))
        for _ in range(depth):
            h = np.maximum(draw((n, n), rng) @ h, 0)
        logs.append(np.log((h**2).mean() / (start**2).mean()) / depth)
    return np.exp(np.mean(logs))


def test_9_he_keeps_the_signal_and_lecun_halves_it_in_each_relu_layer():
    """Fact 9. He et al. 2015."""
    assert per_layer(He().draw) == pytest.approx(1, rel=0.03)
    assert per_layer(LeCun().draw) == pytest.approx(0.5, rel=0.03)
    assert forward_factor(LeCun(), (512, 512)) ** 30 == pytest.approx(9.3e-10, rel=2e-3)


def test_10_torchs_default_keeps_a_sixth_in_each_relu_layer():
    """Fact 10. torch.nn.Linear, kaiming_uniform_(a=sqrt(5))."""
    assert per_layer(TorchDefault().draw) == pytest.approx(1 / 6, rel=0.05)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        theirs = per_layer(lambda shape, _: Linear(*shape).weight.detach().numpy())
    assert theirs == pytest.approx(1 / 6, rel=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_11_a_product_of_rotations_stays_conditioned_and_one_of_gaussians_does_not(seed):
    """Fact 11. Saxe et al. 2014; depth 100."""
    condition = {}
    for scheme in (Orthogonal(), LeCun()):
        rng = np.random.default_rng(seed)
        layers = [scheme.draw((64, 64), rng) for _ in range(100)]
        condition[type(scheme)] = np.linalg.cond(np.linalg.multi_dot(layers))
    assert condition[Orthogonal] == pytest.approx(1, abs=1e-10)
    assert condition[LeCun] > 1e10
