"""The second set of surfaces: torch.func is the oracle of every gradient and Hessian."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gdcourse.problems import (
    Ackley,
    Beale,
    Cliff,
    Himmelblau,
    Lessard,
    Lines,
    MonkeySaddle,
    Noisy,
    Plateau,
    Problem,
    Rastrigin,
    noisy_bowl,
    ravine,
    reddi,
    reddi_rare,
)
from gdcourse.problems.online import Line
from gdcourse.rules import Chain, LearningRate, Momentum, sgd

SEED = 31
SURFACES = {
    "beale": (Beale(), 2),
    "himmelblau": (Himmelblau(), 2),
    "rastrigin": (Rastrigin(), 2),
    "rastrigin in 1": (Rastrigin(1), 1),
    "rastrigin in 6": (Rastrigin(6), 6),
    "ackley": (Ackley(), 2),
    "ackley in 1": (Ackley(1), 1),
    "ackley in 6": (Ackley(6), 6),
    "monkey saddle": (MonkeySaddle(), 2),
    "cliff": (Cliff(), 2),
    "low wide cliff": (Cliff(slope=2.0, height=1.0, width=1.5), 2),
    "plateau": (Plateau(), 2),
    "plateau in 4": (Plateau(4), 4),
    "lessard": (Lessard(), 1),
    "line": (Line(-2.5), 1),
    "noisy ravine": (Noisy(ravine(5), sigma=0.0).at(3), 2),
}
every_surface = pytest.mark.parametrize(("surface", "dim"), SURFACES.values(), ids=list(SURFACES))
WITH_MINIMUM = {
    name: pair for name, pair in SURFACES.items() if getattr(pair[0], "minimum", None) is not None
}


def points(dim, shape=(40,), seed=SEED):
    return np.random.default_rng(seed).normal(size=(*shape, dim)) * 2


@every_surface
@settings(derandomize=True, deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([1e-3, 0.1, 1.0, 3.0]))
def test_gradient_and_hessian_are_those_of_torch_func(surface, dim, seed, scale):
    x = torch.tensor(np.random.default_rng(seed).normal(size=(8, dim)) * scale)
    loss = surface.problem.loss if hasattr(surface, "problem") else surface.loss
    gradient = torch.func.vmap(torch.func.grad(loss))(x)
    hessian = torch.func.vmap(torch.func.jacrev(torch.func.grad(loss)))(x)
    size = 1 + hessian.abs().amax()
    torch.testing.assert_close(surface.gradient(x), gradient, rtol=1e-10, atol=1e-12 * float(size))
    torch.testing.assert_close(surface.hessian(x), hessian, rtol=1e-9, atol=1e-11 * float(size))


@every_surface
def test_numpy_and_torch_agree(surface, dim):
    x = points(dim)
    for name in ("loss", "gradient", "hessian"):
        theirs = getattr(surface, name)(torch.tensor(x)).numpy()
        np.testing.assert_allclose(getattr(surface, name)(x), theirs, rtol=1e-12, atol=1e-12)


@every_surface
@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (0,)], ids=str)
def test_leading_axes_are_points_and_none_is_changed(surface, dim, shape):
    x = points(dim, shape)
    x.flags.writeable = False
    for name, tail in (("loss", ()), ("gradient", (dim,)), ("hessian", (dim, dim))):
        method = getattr(surface, name)
        assert method(x).shape == shape + tail
        assert tuple(method(torch.tensor(x.copy())).shape) == shape + tail
        for index in np.ndindex(shape):
            np.testing.assert_allclose(method(x)[index], method(x[index]), rtol=1e-12, atol=1e-13)


@every_surface
def test_the_dtype_is_kept(surface, dim):
    for x in (torch.ones(3, dim), np.ones((3, dim), dtype="float32")):
        for method in (surface.loss, surface.gradient, surface.hessian):
            assert method(x).dtype == x.dtype
    whole = surface.gradient(np.ones(dim, dtype=int)).astype(float)
    np.testing.assert_allclose(whole, surface.gradient(np.ones(dim)), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", WITH_MINIMUM)
def test_the_minimum_is_a_minimum(name):
    surface, dim = WITH_MINIMUM[name]
    minimum = np.array(surface.minimum)
    assert minimum.shape == (dim,)
    assert surface.loss(minimum) == 0
    np.testing.assert_array_equal(surface.gradient(minimum), 0)
    rng = np.random.default_rng(SEED)
    for scale in (1e-6, 1e-3, 1.0, 10.0):
        assert (surface.loss(minimum + scale * rng.normal(size=(2000, dim))) > 0).all()
    if not isinstance(surface, Ackley):
        assert np.linalg.eigvalsh(surface.hessian(minimum)).min() > 0


@every_surface
def test_the_start_is_not_flat_and_its_loss_is_not_the_least(surface, dim):
    start = np.array(getattr(surface, "start", (1.0,) * dim), dtype=float)
    assert start.shape == (dim,)
    assert np.linalg.norm(surface.gradient(start)) > 1e-3
    if getattr(surface, "minimum", None) is not None:
        assert surface.loss(start) > 0


def test_himmelblau_has_four_minima_and_no_more_below_one():
    surface, minima = Himmelblau(), np.array(Himmelblau().minima)
    published = [(3, 2), (-3.779310, -3.283186), (3.584428, -1.848126), (-2.805118, 3.131312)]
    np.testing.assert_allclose(minima, published, atol=1e-6)
    np.testing.assert_allclose(surface.loss(minima), 0, atol=1e-24)
    np.testing.assert_allclose(surface.gradient(minima), 0, atol=1e-11)
    assert np.linalg.eigvalsh(surface.hessian(minima)).min() > 0
    grid = np.stack(np.meshgrid(*[np.linspace(-6, 6, 601)] * 2), -1).reshape(-1, 2)
    low = grid[surface.loss(grid) < 1]
    distance = np.linalg.norm(low[:, None] - minima, axis=-1)
    assert distance.min(1).max() < 0.5 and set(distance.argmin(1)) == {0, 1, 2, 3}


def test_rastrigin_has_a_local_minimum_near_every_whole_point():
    surface = Rastrigin()
    for whole in ((1, 0), (-2, 3), (4, 4)):
        x = np.array(whole, dtype=float)
        for _ in range(20):
            x = x - np.linalg.solve(surface.hessian(x), surface.gradient(x))
        assert np.abs(x - whole).max() < 0.03
        assert np.linalg.eigvalsh(surface.hessian(x)).min() > 0 and surface.loss(x) > 0.9


def test_ackleys_tip_is_a_cone():
    """The slope beside the tip is 4 / sqrt(d) along an axis, whichever side one comes from."""
    for dim in (1, 2, 5):
        axis = np.eye(dim)[0]
        for side in (1e-7, -1e-7):
            slope = Ackley(dim).gradient(side * axis)[0]
            assert slope == pytest.approx(np.sign(side) * 4 / dim**0.5, rel=1e-4)
        tip = torch.zeros(dim)
        assert torch.equal(Ackley(dim).gradient(tip), tip)
        assert (Ackley(dim).hessian(np.zeros(dim)).diagonal() == np.inf).all()
        assert not np.isnan(Ackley(dim).hessian(np.zeros(dim))).any()


def test_the_cliffs_wall_is_as_steep_as_it_says_and_throws_a_long_step_back():
    cliff = Cliff()
    x = np.stack([np.linspace(-0.3, 0.3, 6001), np.zeros(6001)], -1)
    steepest = np.abs(cliff.gradient(x)).max()
    peak = 3 * (2 / 3) ** (2 / 3) * np.exp(-2 / 3)  # of u^2 exp(-u^3) times 3, at u^3 = 2/3
    assert steepest == pytest.approx(peak * cliff.height / cliff.width, rel=1e-3)
    assert np.abs(cliff.gradient(np.array([0.3, 0.0]))).max() < 1e-3 * steepest
    for far in (np.array([-1e80, 1.0]), np.array([-1e16, 1.0], dtype="float32")):
        assert all(np.isfinite(f(far)).all() for f in (cliff.gradient, cliff.hessian))
    rule, x = sgd(0.5), np.array([-0.05, 0.0])
    assert (x - rule.update(cliff.gradient(x), rule.init(x), x)[0])[0] > 10


def test_the_plateaus_gradient_vanishes_from_afar():
    far = np.array([[1.0, 0.0], [5.0, 0.0], [10.0, 0.0]])
    norm = np.linalg.norm(Plateau().gradient(far), axis=-1)
    assert norm[0] > 0.5 and norm[1] < 1e-4 and norm[2] < 1e-20
    np.testing.assert_allclose(Plateau().hessian(np.zeros(2)), np.eye(2), atol=1e-15)


def test_the_monkey_saddle_is_flat_at_0_and_its_hessian_does_not_show_the_way_down():
    surface, angle = MonkeySaddle(), np.arange(6) * np.pi / 3
    assert not surface.hessian(np.zeros(2)).any() and not surface.gradient(np.zeros(2)).any()
    ring = surface.loss(np.stack([np.cos(angle), np.sin(angle)], -1))
    np.testing.assert_allclose(ring, [1, -1, 1, -1, 1, -1], atol=1e-12)


def test_lessards_pieces_meet_and_its_curvature_lies_between_1_and_25():
    surface = Lessard()
    for joint in (1.0, 2.0):
        for f in (surface.loss, surface.gradient):
            below, above = (f(np.array([x])) for x in (np.nextafter(joint, 0), joint))
            np.testing.assert_allclose(below, above, rtol=1e-12)
    assert set(surface.hessian(np.linspace(-5, 5, 1001)[:, None]).ravel()) == {1, 25}


def test_fact_6_the_heavy_ball_cycles_where_gradient_descent_arrives():
    """Lessard, Recht & Packard 2016: period 3, at -1.802, 2.116, 0.647; lr 1/9, beta 4/9."""
    surface = Lessard()

    def follow(rule, x, steps):
        state, path = rule.init(x), [x]
        for _ in range(steps):
            step, state = rule.update(surface.gradient(x), state, x)
            x = x - step
            path.append(x)
        return np.stack(path)

    starts = np.linspace(3.07, 3.46, 11)[:, None]
    ball = follow(Chain(Momentum(4 / 9), LearningRate(1 / 9)), starts, 600)
    np.testing.assert_allclose(ball[-3:], ball[-6:-3], atol=1e-8)
    last = np.sort(ball[-3:], axis=0)[..., 0].T
    np.testing.assert_allclose(last - np.array([-1.802, 0.647, 2.116]), 0, atol=1e-3)
    descent = follow(sgd(2 / 26), starts, 600)
    np.testing.assert_allclose(descent[-1], 0, atol=1e-8)


@every_surface
@pytest.mark.parametrize("method", ["loss", "gradient", "hessian"])
def test_a_point_of_another_dimension_is_refused(surface, dim, method):
    if isinstance(surface, Line):
        return
    for x in (np.ones(dim + 1), torch.ones(4, dim + 2)):
        with pytest.raises(ValueError, match=r"last axis of x has \d entries"):
            getattr(surface, method)(x)


@pytest.mark.parametrize("cls", [Rastrigin, Ackley, Plateau])
def test_a_dimension_that_cannot_be_is_refused(cls):
    for bad in (0, -1, 1.5):
        with pytest.raises(ValueError, match=rf"{cls.__name__}\.dim must be a whole number"):
            cls(bad)


@pytest.mark.parametrize("field", ["slope", "height", "width"])
def test_a_cliff_that_cannot_be_is_refused(field):
    for bad in (0, -1.0, np.inf):
        with pytest.raises(ValueError, match=rf"Cliff\.{field} must be positive"):
            Cliff(**{field: bad})


def test_surfaces_compare_copy_and_print_by_value():
    for surface, _ in SURFACES.values():
        assert isinstance(surface, Problem)
        assert copy.deepcopy(surface) == surface and hash(copy.deepcopy(surface)) == hash(surface)
        assert type(surface).__name__ in repr(surface)


class TestStreams:
    def test_noise_is_that_of_the_seed_and_the_step_alone(self):
        x = points(2, (3,))
        stream, again, other = noisy_bowl(seed=4), noisy_bowl(seed=4), noisy_bowl(seed=5)
        for t in (7, 0, 7):
            np.testing.assert_array_equal(stream.at(t).gradient(x), again.at(t).gradient(x))
        assert (stream.at(0).gradient(x) != stream.at(1).gradient(x)).all()
        assert (stream.at(0).gradient(x) != other.at(0).gradient(x)).all()
        tensor = stream.at(3).gradient(torch.tensor(x)).numpy()
        np.testing.assert_array_equal(tensor, stream.at(3).gradient(x))

    @pytest.mark.parametrize("sigma", [0.1, 2.0])
    def test_noise_is_unbiased_and_of_the_size_it_says(self, sigma):
        x, stream = points(3, (500,)), noisy_bowl(sigma, dim=3)
        noise = np.stack([stream.at(t).gradient(x) - x for t in range(100)])
        count = noise.size
        assert abs(noise.mean()) < 4 * sigma / count**0.5
        assert noise.std() == pytest.approx(sigma, rel=4 / (2 * count) ** 0.5)
        beside = np.corrcoef(noise[:-1].ravel(), noise[1:].ravel())[0, 1]
        assert abs(beside) < 4 / count**0.5

    @pytest.mark.parametrize("rate", [0.1, 0.5])
    def test_fact_22_the_noise_floor_of_sgd(self, rate):
        """Mandt et al. 2017: the stationary variance is lr sigma^2 / (2 - lr) at curvature 1."""
        stream, x, kept = noisy_bowl(sigma=1.0, dim=1), np.zeros((4000, 1)), []
        for t in range(200):
            x = x - rate * stream.at(t).gradient(x)
            kept += [x] if t >= 100 and t % 10 == 0 else []
        assert np.var(kept) == pytest.approx(rate / (2 - rate), rel=0.03)

    def test_lines_come_round_and_know_their_best_point(self):
        assert [reddi().at(t).slope for t in range(6)] == [3, -1, -1, 3, -1, -1]
        slopes = [reddi_rare().at(t).slope for t in range(202)]
        assert slopes.count(1010) == 2 and slopes[0] == slopes[101] == 1010
        assert reddi().minimum == reddi_rare().minimum == (-1.0,)
        assert Lines((-1.0, 0.5)).minimum == (1.0,)
        assert reddi_rare().regret(-np.ones((101, 1))) == 0
        assert reddi(4.0).regret(np.ones((300, 1))) == pytest.approx(2 * (4 - 2) / 3)

    @pytest.mark.parametrize(
        "make", [lambda: reddi(2), lambda: Lines(()), lambda: Lines((np.nan,))]
    )
    def test_streams_that_cannot_be_are_refused(self, make):
        with pytest.raises(ValueError, match="; got"):
            make()

    def test_noise_below_zero_is_refused(self):
        with pytest.raises(ValueError, match=r"Noisy\.sigma must be zero or more"):
            noisy_bowl(-1.0)
