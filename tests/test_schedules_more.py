"""Every schedule against torch's own, or against its law; plateaus; the rate finder."""

import copy
import math
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler

import gdcourse
from gdcourse import (
    Adam,
    Constant,
    Cosine,
    CosineRestarts,
    Exponential,
    InverseSqrt,
    InverseTime,
    Linear,
    Momentum,
    OneCycle,
    RectifiedWarmUp,
    ReduceOnPlateau,
    Schedule,
    StepDecay,
    TorchOptimizer,
    WarmUp,
    WarmUpStableDecay,
    adam,
    find_rate,
    fit,
    sgd,
    suggest_rate,
)

SCHEDULES = [
    Exponential(0.1),
    Exponential(0.1, factor=0),
    InverseTime(0.1),
    InverseTime(0.1, decay=0),
    InverseSqrt(0.1, decay=0.5),
    Linear(0.1, steps=7),
    Linear(0.0, steps=7, final=0.2),
    CosineRestarts(0.1, steps=3),
    CosineRestarts(0.1, steps=1, growth=3, final=0.05),
    OneCycle(0.1, steps=20),
    OneCycle(0.1, steps=1),
    OneCycle(0.1, steps=5, rise=0.1),
    RectifiedWarmUp(0.1),
    RectifiedWarmUp(Cosine(0.1, steps=20), b2=0.9),
    WarmUpStableDecay(0.1, rise=3, stable=4, fall=5),
    WarmUp(3, then=InverseSqrt(0.1)),
]
every_schedule = pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
drawn = settings(derandomize=True, deadline=None, max_examples=25, database=None)
rates = st.floats(1e-4, 1.0)
counts = st.integers(1, 60)


def torch_rates(scheduler, steps, lr):
    """Return the learning rate at each step of a torch scheduler."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler, seen = scheduler(optimizer), []
    for _ in range(steps):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return seen


def assert_torchs(schedule, scheduler, steps, lr):
    ours = [schedule(t) for t in range(steps)]
    theirs = torch_rates(scheduler, steps, lr)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-14)


def test_every_public_schedule_is_put_through_the_laws():
    public = {
        item
        for item in vars(gdcourse).values()
        if isinstance(item, type) and issubclass(item, Schedule) and item is not Schedule
    }
    assert public == {type(s) for s in SCHEDULES} | {Constant, Cosine, StepDecay}


@every_schedule
def test_a_schedule_is_pure_frozen_and_prints_itself(schedule):
    seen = [schedule(t) for t in range(60)]
    assert seen == [schedule(t) for t in range(60)]
    assert all(isinstance(rate, (int, float)) and 0 <= rate <= 0.2 for rate in seen)
    assert eval(repr(schedule), vars(gdcourse).copy()) == schedule
    assert pickle.loads(pickle.dumps(schedule)) == schedule == copy.deepcopy(schedule)
    with pytest.raises(AttributeError, match="cannot assign"):
        schedule.lr = 1.0


@every_schedule
def test_a_schedule_in_a_rule_is_the_rate_of_each_step(schedule):
    rule, g = sgd(schedule), np.ones(2, dtype="float32")
    state = rule.init(g)
    for t in range(30):
        step, state = rule.update(g, state, g)
        np.testing.assert_array_equal(step, np.float32(schedule(t)) * g)
        assert step.dtype == g.dtype


@drawn
@given(lr=rates, factor=st.floats(0.01, 0.999))
def test_exponential_is_torchs(lr, factor):
    schedule = Exponential(lr, factor)
    assert_torchs(schedule, lambda o: lr_scheduler.ExponentialLR(o, factor), 100, lr)


@drawn
@given(lr=rates, share=st.floats(0, 1), steps=counts)
def test_linear_is_torchs(lr, share, steps):
    def theirs(optimizer):
        return lr_scheduler.LinearLR(optimizer, 1.0, share, total_iters=steps)

    assert_torchs(Linear(lr, steps, share * lr), theirs, 2 * steps, lr)


@drawn
@given(lr=rates, share=st.floats(0, 1), steps=counts, growth=st.integers(1, 3))
def test_cosine_restarts_are_torchs(lr, share, steps, growth):
    def theirs(optimizer):
        cls = lr_scheduler.CosineAnnealingWarmRestarts
        return cls(optimizer, steps, growth, eta_min=share * lr)

    assert_torchs(CosineRestarts(lr, steps, growth, share * lr), theirs, 200, lr)


@drawn
@given(
    lr=rates,
    steps=st.integers(10, 200),
    rise=st.floats(0.15, 0.9),
    div=st.floats(1, 100),
    final_div=st.floats(1, 1e5),
)
def test_one_cycle_is_torchs(lr, steps, rise, div, final_div):
    def theirs(optimizer):
        return lr_scheduler.OneCycleLR(
            optimizer,
            lr,
            total_steps=steps,
            pct_start=rise,
            div_factor=div,
            final_div_factor=final_div,
            cycle_momentum=False,
        )

    ours = OneCycle(lr, steps, rise, div, final_div)
    assert_torchs(ours, theirs, steps, lr)
    assert ours(steps + 10) == ours(steps - 1)


@drawn
@given(lr=rates, decay=st.floats(0, 10), t=st.integers(0, 10**6))
def test_the_two_inverse_laws(lr, decay, t):
    """Stated through their inverses: 1/lr grows in a line, 1/lr^2 does."""
    assert 1 / InverseTime(lr, decay)(t) == pytest.approx(1 / lr + decay * t / lr, rel=1e-12)
    square = (1 + decay * t) / lr**2
    assert InverseSqrt(lr, decay)(t) ** -2 == pytest.approx(square, rel=1e-12)


@drawn
@given(lr=rates, rise=counts, stable=counts, fall=counts, share=st.floats(0, 1))
def test_the_trapezoid_is_numpys_interpolation(lr, rise, stable, fall, share):
    ours = WarmUpStableDecay(lr, rise, stable, fall, share * lr)
    end = rise + stable + fall
    corners = [-1, rise - 1, rise + stable, end, end + 10]
    heights = [0, lr, lr, share * lr, share * lr]
    t = np.arange(end + 5)
    expected = np.interp(t, corners, heights)
    np.testing.assert_allclose([ours(int(i)) for i in t], expected, rtol=1e-9, atol=1e-15)


@drawn
@given(b2=st.floats(0.61, 0.9999), t=st.integers(0, 10_000))
def test_the_rectified_warm_up_is_lius_equation(b2, t):
    """Liu et al. 2020: rho is the length of a simple average with the same centre of mass."""
    n = np.arange(1, t + 2)
    weights = b2 ** (t + 1.0 - n)
    length = 2 * (weights * (t + 2 - n)).sum() / weights.sum() - 1  # rho: a simple average's f
    limit = 2 / (1 - b2) - 1
    expected = 0.0
    if length > 4:
        square = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
        expected = math.sqrt(square)
    elif length > 4 - 1e-6:
        return  # rounding decides
    assert RectifiedWarmUp(1.0, b2)(t) == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_the_rectified_warm_up_ends_at_its_schedule():
    assert RectifiedWarmUp(0.3, b2=0.9)(2000) == pytest.approx(0.3, rel=1e-9)
    line, steps = RectifiedWarmUp(1.0), np.arange(5, 20_000)
    assert (np.diff([line(int(t)) for t in steps]) >= 0).all()


@pytest.mark.parametrize("b2", [0.6, 0.0])
def test_a_memory_too_short_to_rectify_is_refused(b2):
    with pytest.raises(ValueError, match=r"RectifiedWarmUp\.b2 must lie in \(0\.6, 1\); got"):
        RectifiedWarmUp(0.1, b2)


losses = st.lists(st.floats(0.01, 10), min_size=30, max_size=80)


@drawn
@given(
    series=losses,
    factor=st.floats(0.1, 0.9),
    patience=st.integers(0, 5),
    threshold=st.floats(0, 0.5),
    cooldown=st.integers(0, 4),
    least=st.floats(0, 0.01),
)
def test_reduce_on_plateau_is_torchs(series, factor, patience, threshold, cooldown, least):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    theirs = lr_scheduler.ReduceLROnPlateau(
        optimizer,
        factor=factor,
        patience=patience,
        threshold=threshold,
        cooldown=cooldown,
        min_lr=least,
        eps=0,
    )
    plateau = ReduceOnPlateau(0.5, factor, patience, threshold, cooldown, least)
    state = plateau.init()
    for loss in series:
        theirs.step(loss)
        rate, state = plateau.observe(loss, state)
        assert rate == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12)


def test_a_plateau_of_nan_cuts_and_old_states_stay_as_they_were():
    plateau = ReduceOnPlateau(1.0, factor=0.5, patience=1)
    first = state = plateau.init()
    rates = []
    for loss in (1.0, float("nan"), float("inf"), 1.0, 1.0, 0.5, torch.tensor(0.1)):
        rate, state = plateau.observe(loss, state)
        rates.append(rate)
    assert rates == [1, 1, 0.5, 0.5, 0.25, 0.25, 0.25]
    assert plateau.init() == first
    assert type(state) is tuple and all(type(leaf) in (int, float) for leaf in state)


def test_a_plateau_drives_a_torch_optimizer():
    w = torch.tensor([1.0], requires_grad=True)
    optimizer, plateau = TorchOptimizer([w], sgd(1), lr=2.5), ReduceOnPlateau(2.5, 0.5, 0)
    state = plateau.init()  # 2.5 is above 2 / curvature: the loss rises until the rate is cut
    for _ in range(60):
        optimizer.zero_grad()
        loss = (w**2).sum() / 2
        loss.backward()
        optimizer.step()
        optimizer.param_groups[0]["lr"], state = plateau.observe(loss.detach(), state)
    assert loss < 1e-6


@pytest.mark.parametrize(
    ("cls", "field", "arguments"),
    [
        (Exponential, "factor", (0.1, 1.0)),
        (InverseTime, "decay", (0.1, -1)),
        (InverseSqrt, "lr", (-0.1,)),
        (Linear, "steps", (0.1, 0)),
        (CosineRestarts, "growth", (0.1, 5, 1.5)),
        (OneCycle, "div", (0.1, 5, 0.3, 0.5)),
        (OneCycle, "rise", (0.1, 5, 1.0)),
        (WarmUpStableDecay, "fall", (0.1, 5, 5, 0)),
        (ReduceOnPlateau, "factor", (0.1, 1.0)),
        (ReduceOnPlateau, "patience", (0.1, 0.5, -1)),
    ],
)
def test_a_bad_number_is_named(cls, field, arguments):
    with pytest.raises(ValueError, match=rf"{cls.__name__}\.{field} must .*; got "):
        cls(*arguments)


SEEDS = range(10)


def regression(seed, noise=0.1):
    """Draw a linear regression; return the model, its data, and the largest curvature."""
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(64, 5, generator=generator) * torch.tensor([1.0, 2.0, 0.5, 1.0, 3.0])
    y = X @ torch.randn(5, 1, generator=generator) + noise * torch.randn(64, 1, generator=generator)
    torch.manual_seed(seed)
    model = torch.nn.Linear(5, 1, bias=False)
    return model, (X, y), float(torch.linalg.eigvalsh(2 * X.T @ X / 64)[-1])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rate_finder_stays_below_the_edge_and_trains_a_model(seed):
    model, data, L = regression(seed)
    before = copy.deepcopy(model.state_dict())
    run = find_rate(model, data, torch.nn.functional.mse_loss)
    assert all(
        torch.equal(a, b) for a, b in zip(before.values(), model.state_dict().values(), strict=True)
    )
    assert all(len(signal) == len(run.rate) < 100 for signal in run.signals.values())
    assert 2 / L < run.rate[-1] < 10  # it went over the edge, and stopped
    rate = suggest_rate(run)
    assert 0.01 * 2 / L < rate < 2 / L
    trained = fit(model, data, torch.nn.functional.mse_loss, sgd(rate), 200)
    untrained = fit(regression(seed)[0], data, torch.nn.functional.mse_loss, sgd(rate / 100), 200)
    assert trained.loss[-1] < 0.1 * trained.loss[0] and trained.loss[-1] < untrained.loss[-1]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rate_finder_knows_the_rule_and_takes_batches(seed):
    model, data, _ = regression(seed)
    plain = suggest_rate(find_rate(model, data, torch.nn.functional.mse_loss))
    heavy = suggest_rate(find_rate(model, data, torch.nn.functional.mse_loss, Momentum(0.9)))
    assert heavy < plain
    batches = find_rate(
        model, data, torch.nn.functional.mse_loss, Adam(), batch=16, seed=seed, high=100.0
    )
    fitted = fit(
        model, data, torch.nn.functional.mse_loss, adam(suggest_rate(batches)), 300, batch=16
    )
    assert fitted.loss[-1] < fitted.loss[0]


def test_the_rates_of_the_finder_are_those_of_the_steps():
    """On |w|, a step of descent moves w by the rate: the loss tells which rate it was."""
    model = torch.nn.Linear(1, 1, bias=False).double()
    torch.nn.init.constant_(model.weight, 50.0)
    data = (torch.ones(1, 1, dtype=torch.float64), torch.zeros(1, 1, dtype=torch.float64))
    run = find_rate(model, data, torch.nn.functional.l1_loss, low=1e-3, high=1.0, memory=0)
    np.testing.assert_allclose(-np.diff(run.loss), run.rate[1:], rtol=1e-9)
    np.testing.assert_allclose(run.rate[1:] / run.rate[:-1], 1000 ** (1 / 99), rtol=1e-12)
    np.testing.assert_array_equal(run.smoothed, run.loss)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"low": 1.0, "high": 0.1}, "needs 0 < low < high; got low=1.0, high=0.1"),
        ({"low": 0.0}, "needs 0 < low < high"),
        ({"steps": 9}, "steps must be a whole number, 10 or more; got 9"),
        ({"memory": 1.0}, r"memory must lie in \[0, 1\); got 1.0"),
    ],
)
def test_the_rate_finder_refuses_what_it_cannot_do(arguments, message):
    model, data, _ = regression(0)
    with pytest.raises(ValueError, match=message):
        find_rate(model, data, torch.nn.functional.mse_loss, **arguments)


def test_a_range_without_an_answer_is_an_error():
    model, data, _ = regression(0)
    with pytest.raises(ValueError, match="fell by less than 1% in 100 steps"):
        flat = torch.nn.functional.mse_loss
        suggest_rate(find_rate(model, data, lambda a, b: 0 * flat(a, b) + 1))
    with pytest.raises(ValueError, match=r"fell by less than 1%.*begin with a lower rate"):
        suggest_rate(find_rate(model, data, torch.nn.functional.mse_loss, low=10.0, high=1e3))
