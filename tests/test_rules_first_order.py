"""First-order rules against torch, optax and the authors' own code, whatever their numbers."""

import jax
import numpy as np
import optax
import pytest
import schedulefree
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gdcourse import (
    EMA,
    L1,
    Adam,
    AMSGrad,
    Chain,
    ClipNorm,
    Decay,
    LearningRate,
    Lion,
    Nesterov,
    PolyakAverage,
    RAdam,
    RMSprop,
    ScheduleFree,
    SignDescent,
    SoftThreshold,
    WarmUp,
    adadelta,
    adagrad,
    adam,
    adamw,
    amsgrad,
    lion,
    mask,
    momentum,
    nadam,
    nesterov,
    radam,
    rmsprop,
    schedule_free,
    schedule_free_adamw,
    sgd,
    sign_descent,
)

STEPS, DIM = 300, 6
drawn = settings(derandomize=True, deadline=None, max_examples=20, database=None)
seeds, unit = st.integers(0, 2**31), st.floats(0, 0.999)
rates = st.floats(-4, 0).map(lambda e: 10**e)
small = st.floats(-10, -1).map(lambda e: 10**e)  # for eps
b1s, b2s = st.floats(0, 0.99), st.floats(0, 0.9999)
# Where a gradient depends on x, short memories and large rates are chaotic: rounding doubles.
gentle, long, longer = st.floats(1e-4, 1e-2), st.floats(0.5, 0.95), st.floats(0.9, 0.9999)


@pytest.fixture(scope="module", autouse=True)
def double():
    """torch's NAdam keeps its product of momenta in the default dtype: 1e-9 away in float32."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def gradients_of(seed, closed):
    """Return a function (t, x) -> gradient: drawn sizes from 0.01 to 100, or a noisy convex loss.

    On the open loop a rule meets any gradient; on the closed one it meets what it led to. The
    slope there is at most 1, so that rounding is not doubled at each step.
    """
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(STEPS, DIM, generator=generator, dtype=torch.float64)
    size = 10 ** (4 * torch.rand(STEPS, DIM, generator=generator, dtype=torch.float64) - 2)
    if closed:
        return lambda t, x: torch.tanh(x) + 0.5 * noise[t]
    return lambda t, x: size[t] * noise[t]


def paths(rule, theirs, seed, closed=False):
    """Return where the rule and the reference optimizer lead, each (STEPS, DIM)."""
    gradient = gradients_of(seed, closed)
    x = torch.randn(DIM, generator=torch.Generator().manual_seed(seed + 1), dtype=torch.float64)
    p = x.clone().requires_grad_()
    optimizer, state = theirs([p]), rule.init(x)
    ours, reference = [], []
    for t in range(STEPS):
        step, state = rule.update(gradient(t, x), state, x)
        x = x - step
        p.grad = gradient(t, p.detach())
        optimizer.step()
        ours.append(x)
        reference.append(p.detach().clone())
    return torch.stack(ours), torch.stack(reference)


def assert_same(ours, theirs, rtol=1e-9):
    assert torch.isfinite(theirs).all()
    torch.testing.assert_close(ours, theirs, rtol=rtol, atol=rtol * theirs.abs().max().item())


def check(rule, theirs, seed):
    ours, reference = paths(rule, theirs, seed)
    assert_same(ours, reference)
    assert not torch.equal(ours[0], ours[-1])


def adam_like(cls, **more):
    """Return torch's optimizer for (lr, b1, b2, eps)."""
    return lambda lr, b1, b2, eps: lambda p: cls(p, lr=lr, betas=(b1, b2), eps=eps, **more)


@drawn
@given(lr=rates, beta=st.floats(0.01, 0.99), seed=seeds)
def test_nesterov_is_torchs(lr, beta, seed):
    check(
        nesterov(lr, beta),
        lambda p: torch.optim.SGD(p, lr=lr, momentum=beta, nesterov=True),
        seed,
    )


@drawn
@given(lr=rates, eps=small, start=st.floats(0, 10), decay=st.floats(0, 1), seed=seeds)
def test_adagrad_is_torchs(lr, eps, start, decay, seed):
    check(
        adagrad(lambda t: lr / (1 + decay * t), eps, start),
        lambda p: torch.optim.Adagrad(
            p, lr=lr, eps=eps, initial_accumulator_value=start, lr_decay=decay
        ),
        seed,
    )


@drawn
@given(lr=rates, b2=b2s, eps=small, centered=st.booleans(), beta=st.just(0.0) | b1s, seed=seeds)
def test_rmsprop_is_torchs(lr, b2, eps, centered, beta, seed):
    b2 = max(b2, 0.1) if centered else b2  # v - m^2 is rounding alone where b2 is almost 0
    check(
        rmsprop(lr, b2, eps, centered, beta),
        lambda p: torch.optim.RMSprop(
            p, lr=lr, alpha=b2, eps=eps, centered=centered, momentum=beta
        ),
        seed,
    )


@drawn
@given(lr=st.floats(1e-3, 10), rho=unit, eps=small, seed=seeds)
def test_adadelta_is_torchs(lr, rho, eps, seed):
    check(adadelta(lr, rho, eps), lambda p: torch.optim.Adadelta(p, lr=lr, rho=rho, eps=eps), seed)


@drawn
@given(
    recipe=st.sampled_from(
        [
            (amsgrad, adam_like(torch.optim.Adam, amsgrad=True)),
            (radam, adam_like(torch.optim.RAdam)),
            (adam, adam_like(torch.optim.Adam)),
        ]
    ),
    lr=rates,
    b1=b1s,
    b2=b2s,
    eps=small,
    seed=seeds,
)
def test_adams_kin_are_torchs(recipe, lr, b1, b2, eps, seed):
    ours, theirs = recipe
    check(ours(lr, b1, b2, eps), theirs(lr, b1, b2, eps), seed)


@drawn
@given(lr=rates, b1=b1s, b2=b2s, eps=small, psi=st.floats(0, 1), seed=seeds)
def test_nadam_is_torchs(lr, b1, b2, eps, psi, seed):
    theirs = adam_like(torch.optim.NAdam, momentum_decay=psi)(lr, b1, b2, eps)
    check(nadam(lr, b1, b2, eps, psi), theirs, seed)


@drawn
@given(lr=rates, b1=b1s, b2=b2s, eps=small, rate=st.floats(0, 1), seed=seeds)
def test_decay_after_adam_is_torchs_adamw(lr, b1, b2, eps, rate, seed):
    theirs = adam_like(torch.optim.AdamW, weight_decay=rate)(lr, b1, b2, eps)
    check(adamw(lr, b1, b2, eps, rate), theirs, seed)


@drawn
@given(lr=gentle, b1=long, b2=longer, eps=small, rate=st.floats(0, 0.1), seed=seeds)
def test_decay_before_adam_is_torchs_l2(lr, b1, b2, eps, rate, seed):
    l2 = adam_like(torch.optim.Adam, weight_decay=rate)(lr, b1, b2, eps)
    check(Chain(Decay(rate), Adam(b1, b2, eps), LearningRate(lr)), l2, seed)


@drawn
@given(lr=rates, beta=b1s, rate=st.floats(0, 1), seed=seeds)
def test_decay_before_momentum_is_torchs_sgd(lr, beta, rate, seed):
    check(
        Chain(Decay(rate), momentum(lr, beta)),
        lambda p: torch.optim.SGD(p, lr=lr, momentum=beta, weight_decay=rate),
        seed,
    )


CLOSED = {  # recipe and torch's twin, of lr, b1, b2
    "nesterov": (
        lambda lr, b1, b2: nesterov(lr, b1),
        lambda lr, b1, b2: lambda p: torch.optim.SGD(p, lr=lr, momentum=b1, nesterov=True),
    ),
    "adagrad": (
        lambda lr, b1, b2: adagrad(lr),
        lambda lr, b1, b2: lambda p: torch.optim.Adagrad(p, lr=lr),
    ),
    "rmsprop": (
        lambda lr, b1, b2: rmsprop(lr, b2, beta=b1),
        lambda lr, b1, b2: lambda p: torch.optim.RMSprop(p, lr=lr, alpha=b2, momentum=b1),
    ),
    "centered rmsprop": (
        lambda lr, b1, b2: rmsprop(lr, b2, centered=True),
        lambda lr, b1, b2: lambda p: torch.optim.RMSprop(p, lr=lr, alpha=b2, centered=True),
    ),
    "adadelta": (
        lambda lr, b1, b2: adadelta(100 * lr, b2),
        lambda lr, b1, b2: lambda p: torch.optim.Adadelta(p, lr=100 * lr, rho=b2),
    ),
    "amsgrad": (
        lambda lr, b1, b2: amsgrad(lr, b1, b2),
        lambda *numbers: adam_like(torch.optim.Adam, amsgrad=True)(*numbers, 1e-8),
    ),
    "adamw": (
        lambda lr, b1, b2: adamw(lr, b1, b2),
        lambda *numbers: adam_like(torch.optim.AdamW)(*numbers, 1e-8),
    ),
    "nadam": (
        lambda lr, b1, b2: nadam(lr, b1, b2),
        lambda *numbers: adam_like(torch.optim.NAdam)(*numbers, 1e-8),
    ),
    "radam": (
        lambda lr, b1, b2: radam(lr, b1, b2),
        lambda *numbers: adam_like(torch.optim.RAdam)(*numbers, 1e-8),
    ),
}


@pytest.mark.parametrize("name", CLOSED)
@drawn
@given(lr=gentle, b1=long, b2=longer, seed=seeds)
def test_the_path_is_torchs_where_each_step_makes_the_next_gradient(name, lr, b1, b2, seed):
    ours, theirs = CLOSED[name]
    assert_same(*paths(ours(lr, b1, b2), theirs(lr, b1, b2), seed, closed=True))


def test_the_defaults_of_the_recipes_are_torchs():
    for recipe, cls, more in (
        (adagrad, torch.optim.Adagrad, {}),
        (rmsprop, torch.optim.RMSprop, {}),
        (adadelta, torch.optim.Adadelta, {}),
        (adam, torch.optim.Adam, {}),
        (amsgrad, torch.optim.Adam, {"amsgrad": True}),
        (adamw, torch.optim.AdamW, {}),
        (nadam, torch.optim.NAdam, {}),
        (radam, torch.optim.RAdam, {}),
    ):
        check(recipe(), lambda p, cls=cls, more=more: cls(p, **more), seed=0)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("fista", [False, True])
def test_nesterovs_two_points_of_1983_are_torchs_one(seed, fista):
    """x' = y - lr g(y); y' = x' + beta (x' - x): the rule walks the points y."""
    rng = np.random.default_rng(seed)
    lr, number, curvature = 0.1, rng.uniform(0, 0.95), rng.uniform(0.1, 10, size=DIM)

    def beta(t):
        return max(t - 1, 0) / (t + 2) if fista else number

    x = y = walker = rng.normal(size=DIM)
    rule = nesterov(lr, beta if fista else number)
    state, paths = rule.init(walker), []
    for t in range(STEPS):
        before, x = x, y - lr * curvature * y
        y = x + beta(t + 1) * (x - before)
        step, state = rule.update(curvature * walker, state, walker)
        walker = walker - step
        paths.append((walker, y))
    np.testing.assert_allclose(*zip(*paths, strict=True), rtol=1e-9, atol=1e-12)


def test_a_scheduled_beta_that_is_constant_is_the_number():
    gradient, x = gradients_of(0, closed=False), torch.zeros(DIM, dtype=torch.float64)
    number, schedule = Nesterov(0.7), Nesterov(lambda t: 0.7)
    one, other = number.init(x), schedule.init(x)
    for t in range(20):
        (a, one), (b, other) = (
            rule.update(gradient(t, x), state, x)
            for rule, state in ((number, one), (schedule, other))
        )
        torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_centered_rmsprop_of_a_steady_gradient_is_finite():
    rule, g = RMSprop(b2=0.9, centered=True), np.array([0.1, -3.7, 1e6])
    state = rule.init(g)
    for _ in range(2000):
        step, state = rule.update(g, state, g)
    assert np.isfinite(step).all()


@pytest.mark.parametrize(("threshold", "first"), [(4.0, 5), (5.0, 6)])
def test_radam_uses_its_divisor_from_the_threshold_on(threshold, first):
    rule, g = RAdam(b1=0, threshold=threshold), np.array([1e3])
    state = rule.init(g)
    steps = []
    for _ in range(10):
        step, state = rule.update(g, state, g)
        steps.append(step[0])
    assert steps[: first - 1] == [pytest.approx(1e3)] * (first - 1)
    assert all(0 < step < 1 for step in steps[first - 1 :])


def test_radam_with_a_short_memory_never_divides():
    rule, g = RAdam(b1=0, b2=0.5), np.array([5.0])
    state = rule.init(g)
    for _ in range(50):
        step, state = rule.update(g, state, g)
        assert step == pytest.approx(5.0)


def test_amsgrad_remembers_the_largest_square():
    rule, ones = AMSGrad(b1=0, b2=0.5, eps=0), np.ones(1)
    state = rule.init(ones)
    for size in (100.0, *[1.0] * 60):
        step, state = rule.update(size * ones, state, ones)
    v_max = 0.5 * 100.0**2  # never corrected upwards again, since 0.5^61 is next to nothing
    assert step[0] == pytest.approx(1 / v_max**0.5, rel=1e-12)


def net():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.LayerNorm(3), torch.nn.Linear(3, 1))
    model[2].bias.requires_grad_(False)
    return model.double()


def test_a_mask_of_a_module_is_in_the_order_of_its_parameters():
    chosen = mask(net(), lambda name, p: p.ndim > 1)
    assert chosen.tolist() == [True] * 6 + [False] * (3 + 3 + 3) + [True] * 3
    named = mask(net(), lambda name, p: name.startswith("1."))
    assert named.tolist() == [False] * 9 + [True] * 6 + [False] * 3
    with pytest.raises(ValueError, match="Linear has no parameters to learn"):
        mask(torch.nn.Linear(1, 1).requires_grad_(False), lambda name, p: True)


def test_masked_decay_is_torchs_adamw_with_two_groups():
    from gdcourse import TorchOptimizer

    one, other = net(), net()
    learned = [p for p in other.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in learned if p.ndim > 1], "weight_decay": 0.3},
        {"params": [p for p in learned if p.ndim <= 1], "weight_decay": 0.0},
    ]
    rule = adamw(0.01, rate=0.3, mask=mask(one, lambda name, p: p.ndim > 1))
    pairs = (
        (one, TorchOptimizer([p for p in one.parameters() if p.requires_grad], rule)),
        (other, torch.optim.AdamW(groups, lr=0.01)),
    )
    x = torch.randn(8, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    for _ in range(100):
        for model, optimizer in pairs:
            optimizer.zero_grad()
            (model(x) - x.sum(1, keepdim=True)).square().mean().backward()
            optimizer.step()
    for a, b in zip(one.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("library", [np.array, torch.tensor], ids=["numpy", "torch"])
@pytest.mark.parametrize(
    "pattern",
    [[1, 0, 1, 0], [True, False, True, False], lambda x: x > 0],
    ids=["numbers", "booleans", "function"],
)
def test_masks_pick_where_a_pull_acts(library, pattern):
    x = library([[2.0, -3.0, 0.5, -0.5]])
    g = 0 * x
    for rule, pulled in (
        (Decay(0.1, pattern), 0.1 * x),
        (L1(0.1, pattern), library([[0.1, -0.1, 0.1, -0.1]])),
        (SoftThreshold(1.0, pattern), library([[1.0, -1.0, 0.5, -0.5]])),
    ):
        step, _ = rule.update(g, rule.init(x), x)
        assert step.dtype == x.dtype and not rule.elementwise
        expected = pulled * library([1.0, 0.0, 1.0, 0.0])
        np.testing.assert_allclose(step, expected, rtol=1e-12)


def test_a_mask_keeps_float32():
    x = np.ones(2, dtype="float32")
    assert Decay(0.1, np.array([1.0, 0.0])).update(x, (), x)[0].dtype == x.dtype
    assert Decay().elementwise


def test_a_mask_of_the_wrong_length_is_named():
    x = np.ones(3)
    for rule in (Decay(0.1, [1, 0]), L1(0.1, np.ones(4)), SoftThreshold(1, lambda x: x[..., :1])):
        with pytest.raises(ValueError, match="mask must have one entry a parameter, 3; got shape"):
            rule.update(x, rule.init(x), x)


def test_l1_steps_across_zero_and_the_soft_threshold_stops_there():
    x = y = np.array([1.0, -0.26])
    sub, prox = (
        Chain(L1(1.0), sgd(0.1)),
        Chain(sgd(0.1), SoftThreshold(0.1)),
    )
    a, b = sub.init(x), prox.init(y)
    for _ in range(50):
        step, a = sub.update(0 * x, a, x)
        x = x - step
        step, b = prox.update(0 * y, b, y)
        y = y - step
    assert (y == 0).all() and abs(x[1]) == pytest.approx(0.04, abs=0.03) and x[1] != 0


@drawn
@given(lr=rates, b1=b1s, b2=b1s, rate=st.floats(0, 1), seed=seeds)
def test_lion_is_optaxs(lr, b1, b2, rate, seed):
    check(lion(lr, b1, b2, rate), optax_twin(optax.lion(lr, b1, b2, weight_decay=rate)), seed)


class optax_twin:
    """Drive an optax transformation as if it were a torch optimizer of one parameter."""

    def __init__(self, transformation):
        self.transformation = transformation

    def __call__(self, parameters):
        (self.p,) = parameters
        with jax.enable_x64():
            self.state = self.transformation.init(jax.numpy.asarray(self.p.detach().numpy()))
        return self

    def step(self):
        with jax.enable_x64():
            g, p = (jax.numpy.asarray(a.detach().numpy()) for a in (self.p.grad, self.p))
            step, self.state = self.transformation.update(g, self.state, p)
            assert step.dtype == "float64"
        with torch.no_grad():
            self.p.add_(torch.tensor(np.asarray(step)))


@pytest.mark.parametrize("seed", range(10))
def test_sign_descent_is_adam_without_memory_and_optaxs_sign(seed):
    gradient = gradients_of(seed, closed=False)
    ours, theirs = paths(sign_descent(0.01), optax_twin(optax.sign_sgd(0.01)), seed)
    assert_same(ours, theirs)
    no_memory = Chain(Adam(0, 0, 0), LearningRate(0.01))
    x = torch.zeros(DIM, dtype=torch.float64)
    step, _ = no_memory.update(gradient(0, x), no_memory.init(x), x)
    torch.testing.assert_close(step, sign_descent(0.01).update(gradient(0, x), ((), 0), x)[0])


def test_signs_do_not_hide_what_is_not_finite():
    for library in (np.array, torch.tensor):
        g = library([np.nan, np.inf, -np.inf, -2.0, 0.0])
        for rule in (SignDescent(), Lion()):
            with np.errstate(invalid="ignore"):
                step = np.asarray(rule.update(g, rule.init(g), g)[0])
            np.testing.assert_array_equal(step, [np.nan] * 3 + [-1.0, 0.0])


def author_paths(rule, make, seed, closed):
    """Return (y, average) of a schedule-free rule and of the authors' optimizer."""
    gradient = gradients_of(seed, closed)
    x = torch.randn(DIM, generator=torch.Generator().manual_seed(seed + 1), dtype=torch.float64)
    p, state, ours, theirs = x.clone().requires_grad_(), rule.init(x), [], []
    optimizer = make([p])
    optimizer.train()
    for t in range(STEPS):
        step, state = rule.update(gradient(t, x), state, x)
        x = x - step
        p.grad = gradient(t, p.detach())
        optimizer.step()
        ours.append(torch.cat([x, rule.average(state)]))
        y = p.detach().clone()
        optimizer.eval()
        theirs.append(torch.cat([y, p.detach().clone()]))
        optimizer.train()
    return torch.stack(ours), torch.stack(theirs)


@drawn
@given(
    lr=gentle,
    beta=st.floats(0.1, 0.98),
    warm=st.integers(0, 50),
    rate=st.floats(0, 0.1),
    seed=seeds,
    closed=st.booleans(),
)
def test_schedule_free_sgd_is_the_authors(lr, beta, warm, rate, seed, closed):
    rule = ScheduleFree(Decay(rate), WarmUp(warm, then=lr) if warm else lr, beta)

    def make(parameters):
        return schedulefree.SGDScheduleFree(
            parameters, lr=lr, momentum=beta, weight_decay=rate, warmup_steps=warm
        )

    assert_same(*author_paths(rule, make, seed, closed))


@drawn
@given(
    lr=gentle,
    beta=st.floats(0.1, 0.98),
    b2=longer,
    eps=small,
    rate=st.floats(0, 0.1),
    warm=st.integers(1, 50),
    seed=seeds,
    closed=st.booleans(),
)
def test_schedule_free_adamw_is_the_authors(lr, beta, b2, eps, rate, warm, seed, closed):
    rule = schedule_free_adamw(WarmUp(warm, then=lr), beta, b2, eps, rate)

    def make(parameters):
        return schedulefree.AdamWScheduleFree(
            parameters, lr=lr, betas=(beta, b2), eps=eps, weight_decay=rate, warmup_steps=warm
        )

    assert_same(*author_paths(rule, make, seed, closed))


def test_a_warm_up_from_zero_is_no_division_by_zero():
    rule, x = schedule_free(lambda t: 0.1 * min(t, 3)), np.ones(2)
    state = rule.init(x)
    for t in range(5):
        step, state = rule.update(x, state, x)
        assert (step == 0).all() == (t == 0) and np.isfinite(rule.average(state)).all()


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.array([0.1, -0.1])])
def test_schedule_free_refuses_a_bad_rate(bad):
    with pytest.raises(ValueError, match="lr must be zero or more, and finite; got"):
        schedule_free(bad)


@drawn
@given(lr=st.floats(1e-3, 0.1), decay=st.floats(0, 0.999), seed=seeds)
def test_averages_are_torchs(lr, decay, seed):
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    gradient = gradients_of(seed, closed=True)
    start = torch.randn(DIM, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    holder = torch.nn.ParameterList([start.clone()])
    equal = AveragedModel(holder)
    fading = AveragedModel(holder, multi_avg_fn=get_ema_multi_avg_fn(decay))
    fading.update_parameters(holder)  # ours counts the start
    rules = [PolyakAverage(momentum(lr)), EMA(momentum(lr), decay)]
    x, states = start, [rule.init(start) for rule in rules]
    for t in range(STEPS):
        g = gradient(t, x)
        (step, other), states = zip(
            *(rule.update(g, state, x) for rule, state in zip(rules, states, strict=True)),
            strict=True,
        )
        assert torch.equal(step, other)  # an average does not touch the path
        x = x - step
        holder[0].data.copy_(x)
        equal.update_parameters(holder)
        fading.update_parameters(holder)
        for rule, state, theirs in zip(rules, states, (equal, fading), strict=True):
            ours = rule.average(state)
            torch.testing.assert_close(ours, theirs.module[0].data, rtol=1e-9, atol=1e-11)


def test_an_average_may_begin_late():
    rule, x, seen = PolyakAverage(sgd(0.1), after=5), np.array([1.0, -3.0]), []
    state = rule.init(x)
    for t in range(1, 12):
        step, state = rule.update(x, state, x)
        x = x - step
        seen.append(x)
        expected = x if t <= 5 else np.mean(seen[5:], axis=0)
        np.testing.assert_allclose(rule.average(state), expected, rtol=1e-12)


def test_an_average_and_schedule_free_do_not_hold_on_to_the_start():
    for rule in (PolyakAverage(sgd(1)), EMA(sgd(1)), schedule_free()):
        x = torch.ones(2)
        state = rule.init(x)
        x.fill_(7)  # a loop may write its parameters in place
        assert (rule.average(state) == 1).all()


@pytest.mark.parametrize("wrap", [PolyakAverage, EMA, ScheduleFree])
def test_a_wrapper_takes_a_rule_and_has_its_needs(wrap):
    assert wrap(Adam()).elementwise and not wrap(Adam()).whole
    assert not wrap(Chain(ClipNorm(1.0), Adam())).elementwise
    with pytest.raises(TypeError, match=rf"{wrap.__name__}\.rule must be a rule; got 0\.1"):
        wrap(0.1)


@pytest.mark.parametrize("after", [-1, 0.5])
def test_a_late_start_is_a_count(after):
    with pytest.raises(ValueError, match=r"PolyakAverage\.after must be a whole number, 0 or more"):
        PolyakAverage(sgd(1), after)
