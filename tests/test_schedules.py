"""Schedules: their ends, their laws, and torch's own schedulers as the oracle."""

import copy
import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import gdcourse
from gdcourse import Constant, Cosine, Schedule, StepDecay, TorchOptimizer, WarmUp, sgd

SCHEDULES = [
    Constant(0.1),
    StepDecay(0.1),
    StepDecay(0.8, factor=0.5, every=2),
    StepDecay(0.8, factor=0, every=3),
    Cosine(0.1, steps=10),
    Cosine(0.1, steps=1),
    Cosine(0.1, steps=10, final=0.02),
    WarmUp(4, then=0.1),
    WarmUp(1, then=Constant(0.1)),
    WarmUp(5, then=Cosine(0.1, steps=10)),
    WarmUp(3, then=WarmUp(3, then=StepDecay(0.1, every=4))),
]
every_schedule = pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
drawn = settings(derandomize=True, deadline=None, max_examples=25, database=None)
rates = st.floats(1e-4, 1.0)


def torch_rates(scheduler, steps, lr):
    """Return the learning rate at each step of a torch scheduler."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler, seen = scheduler(optimizer), []
    for _ in range(steps):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return seen


@every_schedule
def test_a_schedule_is_pure_frozen_and_prints_itself(schedule):
    rates = [schedule(t) for t in range(40)]
    assert rates == [schedule(t) for t in range(40)]
    assert all(isinstance(rate, (int, float)) and 0 <= rate <= 1 for rate in rates)
    assert eval(repr(schedule), vars(gdcourse).copy()) == schedule
    assert pickle.loads(pickle.dumps(schedule)) == schedule == copy.deepcopy(schedule)
    with pytest.raises(FrozenInstanceError):
        schedule.lr = 1.0


@every_schedule
def test_a_schedule_in_a_rule_is_the_rate_of_each_step(schedule):
    rule, g = sgd(schedule), np.ones(2)
    state = rule.init(g)
    for t in range(20):
        step, state = rule.update(g, state, g)
        np.testing.assert_array_equal(step, schedule(t) * g)


@drawn
@given(lr=rates, factor=st.floats(0, 0.99), every=st.integers(1, 30))
def test_step_decay_is_torchs_step_lr(lr, factor, every):
    ours = StepDecay(lr, factor, every)
    theirs = torch_rates(lambda o: torch.optim.lr_scheduler.StepLR(o, every, factor), 100, lr)
    np.testing.assert_allclose([ours(t) for t in range(100)], theirs, rtol=1e-12, atol=1e-300)


@drawn
@given(lr=rates, steps=st.integers(1, 100), share=st.floats(0, 1))
def test_cosine_is_torchs_cosine_annealing(lr, steps, share):
    ours, annealing = Cosine(lr, steps, share * lr), torch.optim.lr_scheduler.CosineAnnealingLR
    theirs = torch_rates(lambda o: annealing(o, steps, share * lr), steps + 1, lr)
    np.testing.assert_allclose([ours(t) for t in range(steps + 1)], theirs, rtol=0, atol=1e-12 * lr)


@drawn
@given(lr=rates, steps=st.integers(2, 50))
def test_warm_up_is_torchs_linear_lr(lr, steps):
    ours, linear = WarmUp(steps, then=lr), torch.optim.lr_scheduler.LinearLR
    theirs = torch_rates(lambda o: linear(o, 1 / steps, total_iters=steps - 1), 2 * steps, lr)
    np.testing.assert_allclose([ours(t) for t in range(2 * steps)], theirs, rtol=1e-12)


@every_schedule
def test_a_schedule_is_a_factor_for_lambda_lr(schedule):
    theirs = torch_rates(lambda o: torch.optim.lr_scheduler.LambdaLR(o, schedule), 30, 0.5)
    np.testing.assert_allclose(theirs, [0.5 * schedule(t) for t in range(30)], rtol=1e-15)


def test_a_torch_scheduler_drives_a_rule_as_our_schedule_does():
    paths = []
    for rule, lr, scheduled in ((sgd(StepDecay(0.3, 0.5, 4)), 1.0, False), (sgd(1), 0.3, True)):
        w = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
        optimizer, path = TorchOptimizer([w], rule, lr), []
        scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 4, 0.5)
        for _ in range(20):
            optimizer.zero_grad()
            (w**2).sum().backward()
            optimizer.step()
            if scheduled:
                scheduler.step()
            path.append(w.detach().clone())
        paths.append(torch.stack(path))
    torch.testing.assert_close(*paths, rtol=1e-14, atol=0)


@drawn
@given(lr=rates, steps=st.integers(1, 50), then=st.integers(2, 50))
def test_the_shapes_that_the_docstrings_promise(lr, steps, then):
    cosine = [Cosine(lr, then, lr / 2)(t) for t in range(2 * then)]
    assert cosine[0] == lr and cosine[then:] == [lr / 2] * then
    assert sorted(cosine, reverse=True) == cosine
    assert Cosine(lr, 2 * then)(then) == pytest.approx(lr / 2, rel=1e-12)
    rise = [WarmUp(steps, then=Cosine(lr, then))(t) for t in range(steps + then)]
    np.testing.assert_allclose(np.diff([0, *rise[:steps]]), lr / steps, rtol=1e-9)
    assert rise[steps:] == [Cosine(lr, then)(t) for t in range(then)]


def test_a_schedule_without_a_call_cannot_be_made():
    with pytest.raises(TypeError, match="abstract"):
        Schedule()


@pytest.mark.parametrize("then", [-1, float("nan"), float("inf")])
def test_warm_up_to_a_bad_rate_is_an_error(then):
    with pytest.raises(ValueError, match="must be zero or more, and finite; got"):
        WarmUp(3, then=then)


@pytest.mark.parametrize("factor", [-0.1, 1.5, float("nan")])
def test_step_decay_does_not_grow(factor):
    with pytest.raises(ValueError, match=r"StepDecay\.factor must lie in .*; got"):
        StepDecay(0.1, factor)
