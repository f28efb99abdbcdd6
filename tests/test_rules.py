"""Every rule is put through the same laws, on NumPy arrays and on torch tensors."""

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass

import numpy as np
import pytest
import torch
from test_rules_second_order import CASES

import gdcourse
from gdcourse import (
    EMA,
    L1,
    Adadelta,
    Adagrad,
    Adam,
    AMSGrad,
    Chain,
    ClipAdaptive,
    ClipNorm,
    ClipValue,
    Constant,
    Cosine,
    Decay,
    GradientNoise,
    InverseSqrt,
    LearningRate,
    Lion,
    Momentum,
    NAdam,
    Nesterov,
    PolyakAverage,
    RAdam,
    RMSprop,
    Rule,
    ScheduleFree,
    SignDescent,
    SoftThreshold,
    StepDecay,
    WarmUp,
    adadelta,
    adagrad,
    adam,
    adamw,
    amsgrad,
    lion,
    momentum,
    nadam,
    nesterov,
    radam,
    rmsprop,
    schedule_free_adamw,
    sgd,
    sign_descent,
)

RULES = [
    LearningRate(0.1),
    LearningRate(0),
    LearningRate(Cosine(0.1, steps=5)),
    Momentum(),
    Momentum(0),
    Adam(),
    Adam(b1=0, b2=0.5, eps=1e-3),
    ClipNorm(),
    ClipNorm(0.01),
    Chain(),
    sgd(StepDecay(0.1, factor=0.5, every=2)),
    momentum(WarmUp(3, then=0.1), beta=0.5),
    adam(),
    Chain(ClipNorm(0.5), Momentum(), Chain(Adam(), LearningRate(Constant(1e-3)))),
    Nesterov(),
    Nesterov(0),
    nesterov(0.1, beta=0.5),
    Adagrad(),
    adagrad(0.1, start=0.5),
    RMSprop(),
    RMSprop(b2=0.5, centered=True),
    rmsprop(0.1, beta=0.5),
    Adadelta(),
    adadelta(0.5, rho=0.5),
    AMSGrad(),
    amsgrad(0.1, b1=0, b2=0.5),
    NAdam(),
    nadam(0.1, b1=0.5, psi=0.1),
    RAdam(),
    radam(0.1, b2=0.9),
    SignDescent(),
    sign_descent(InverseSqrt(0.1)),
    Lion(),
    lion(0.1, b1=0.5, rate=0.1),
    Decay(),
    adamw(0.1, rate=0.5),
    Chain(Decay(0.5), adam(0.1)),
    L1(),
    SoftThreshold(),
    Chain(sgd(0.1), SoftThreshold(StepDecay(0.1, factor=0.5, every=2))),
    ClipValue(),
    ClipValue(0.01),
    ClipAdaptive(),
    ClipAdaptive(0.5, eps=1),
    GradientNoise(),
    Chain(GradientNoise(eta=1, gamma=0, seed=3), sgd(0.1)),
    PolyakAverage(momentum(0.1)),
    PolyakAverage(sgd(0.1), after=3),
    EMA(adam(0.1), decay=0.5),
    ScheduleFree(Chain(ClipNorm(), Decay(0.1)), lr=0.5),
    ScheduleFree(Chain(), lr=WarmUp(3, then=0.1), beta=0),
    schedule_free_adamw(0.1, rate=0.1),
]
PULLS = {Decay, L1, SoftThreshold, GradientNoise}  # they move without a gradient
SEED, STEPS, RUNS, DIM = 20, 8, 3, 5


@dataclass(frozen=True)
class Backend:
    """Arrays of one library, one dtype and one device."""

    library: str
    dtype: str

    def array(self, values):
        """Return values as an array that this backend's rules may read, and not write."""
        if self.library == "numpy":
            return read_only(np.array(values, dtype=self.dtype))
        device = "cuda" if self.library == "cuda" else "cpu"
        return torch.tensor(np.array(values), dtype=getattr(torch, self.dtype), device=device)

    @property
    def rtol(self):
        return 1e-13 if self.dtype == "float64" else 1e-5


NO_GPU = pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no NVIDIA GPU")
CUDA = (pytest.mark.cuda, NO_GPU)
BACKENDS = [
    pytest.param(Backend(library, dtype), marks=marks, id=f"{library}-{dtype}")
    for library, marks in (("numpy", ()), ("torch", ()), ("cuda", CUDA))
    for dtype in ("float32", "float64")
]
every_rule = pytest.mark.parametrize("rule", RULES, ids=repr)
every_backend = pytest.mark.parametrize("backend", BACKENDS)


def read_only(array):
    array.flags.writeable = False
    return array


def leaves(state):
    """Return what a state is made of, and raise if it holds anything but plain tuples."""
    if type(state) is tuple:
        return [leaf for item in state for leaf in leaves(item)]
    assert type(state) in (int, float, np.ndarray, torch.Tensor), f"{type(state)} in a state"
    return [state]


def arrays(state):
    return [leaf for leaf in leaves(state) if isinstance(leaf, (np.ndarray, torch.Tensor))]


def numpy(array):
    return array.cpu().numpy() if isinstance(array, torch.Tensor) else np.asarray(array)


def draw(backend, shape=(DIM,), steps=STEPS, seed=SEED):
    """Draw a start and a gradient for each step, of sizes from 0.01 to 100."""
    rng = np.random.default_rng(seed)
    gradients = rng.normal(size=(steps, *shape)) * 10 ** rng.uniform(-2, 2, size=(steps, *shape))
    return backend.array(rng.normal(size=shape)), [backend.array(g) for g in gradients]


def drive(rule, x, gradients):
    """Return the steps that a rule makes of these gradients, and its last state."""
    state, steps = rule.init(x), []
    for g in gradients:
        for leaf in arrays(state):
            if isinstance(leaf, np.ndarray):
                read_only(leaf)
        step, state = rule.update(g, state, x)
        steps.append(step)
        x = x - step
        if isinstance(x, np.ndarray):
            read_only(x)
    return steps, state


def rules_within(rule):
    held = [item for item in vars(rule).values() if isinstance(item, Rule)]
    return {type(rule)}.union(*map(rules_within, [*getattr(rule, "rules", ()), *held]))


def test_every_public_rule_stands_in_the_table():
    public = {
        item
        for item in vars(gdcourse).values()
        if inspect.isclass(item) and issubclass(item, Rule) and not inspect.isabstract(item)
    }
    assert len(public) >= 5
    # Rules that need more than a gradient, or matrices, have the same laws in a table of their own.
    tables = [*RULES, *(rule for rule, _ in CASES)]
    assert public == set().union(*map(rules_within, tables))


@every_rule
@every_backend
def test_a_rule_changes_none_of_its_arguments(rule, backend):
    x, gradients = draw(backend)
    state = rule.init(x)
    for g in gradients:  # NumPy's arrays are read-only besides: a write would raise
        for leaf in arrays(state):
            if isinstance(leaf, np.ndarray):
                read_only(leaf)
        before = copy.deepcopy((g, state, x))
        _, after = rule.update(g, state, x)
        pairs = zip(leaves((g, state, x)), leaves(before), strict=True)
        assert all(np.array_equal(numpy(a), numpy(b)) for a, b in pairs if not isinstance(a, int))
        assert [n for n in leaves(state) if isinstance(n, int)] == [
            n for n in leaves(before[1]) if isinstance(n, int)
        ]
        state = after


@every_rule
@every_backend
def test_a_rule_keeps_shape_dtype_and_device(rule, backend):
    x, gradients = draw(backend, (RUNS, DIM))
    steps, state = drive(rule, x, gradients)
    for array in [*steps, *arrays(rule.init(x)), *arrays(state)]:
        assert type(array) is type(x)
        assert (array.shape, array.dtype, array.device) == (x.shape, x.dtype, x.device)


@every_rule
@every_backend
def test_a_rule_is_deterministic(rule, backend):
    (first, state), (second, again) = (drive(rule, *draw(backend)) for _ in range(2))
    assert all(np.array_equal(numpy(a), numpy(b)) for a, b in zip(first, second, strict=True))
    assert all(
        np.array_equal(numpy(a), numpy(b))
        for a, b in zip(*map(arrays, (state, again)), strict=True)
    )


@every_rule
@every_backend
def test_a_chain_of_one_is_the_rule(rule, backend):
    alone, _ = drive(rule, *draw(backend))
    chained, _ = drive(Chain(rule), *draw(backend))
    assert all(np.array_equal(numpy(a), numpy(b)) for a, b in zip(alone, chained, strict=True))


@every_rule
@every_backend
def test_a_nested_chain_is_the_flat_chain(rule, backend):
    flat, _ = drive(Chain(Momentum(0.5), rule, LearningRate(0.1)), *draw(backend))
    for nested in (
        Chain(Chain(Momentum(0.5), rule), LearningRate(0.1)),
        Chain(Momentum(0.5), Chain(rule, LearningRate(0.1))),
        Chain(Chain(), Chain(Chain(Momentum(0.5)), rule), LearningRate(0.1)),
    ):
        steps, _ = drive(nested, *draw(backend))
        assert all(np.array_equal(numpy(a), numpy(b)) for a, b in zip(flat, steps, strict=True))


@every_rule
@every_backend
def test_leading_axes_are_independent_runs(rule, backend):
    if GradientNoise in rules_within(rule):
        return  # each run has noise of its own, so that it differs from the run alone
    x, gradients = draw(backend, (2, RUNS, DIM))
    together, _ = drive(rule, x, gradients)
    for run in np.ndindex(2, RUNS):
        alone, _ = drive(rule, x[run], [g[run] for g in gradients])
        for a, b in zip(together, alone, strict=True):
            np.testing.assert_allclose(numpy(a[run]), numpy(b), rtol=backend.rtol, atol=0)


@every_rule
@every_backend
def test_a_rule_is_elementwise_just_where_it_says_so(rule, backend):
    x, gradients = draw(backend, (7,))
    whole, _ = drive(rule, x, gradients)
    parts = [drive(rule, x[i], [g[i] for g in gradients])[0] for i in (slice(3), slice(3, None))]
    pieces = [np.concatenate([numpy(a), numpy(b)]) for a, b in zip(*parts, strict=True)]
    same = all(np.allclose(numpy(a), b, rtol=1e-4) for a, b in zip(whole, pieces, strict=True))
    assert same == rule.elementwise


@every_rule
@every_backend
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_run_that_blew_up_is_not_hidden_and_harms_no_other(rule, backend, bad):
    x, gradients = draw(backend, (RUNS, DIM))
    spoilt = numpy(gradients[0]).copy()
    spoilt[0] = bad
    with np.errstate(invalid="ignore", over="ignore"):
        steps, _ = drive(rule, x, [backend.array(spoilt), *gradients[1:]])
    clean, _ = drive(rule, x, gradients)
    if ClipValue not in rules_within(rule) or np.isnan(bad):  # an infinite number can be cut
        assert not np.isfinite(numpy(steps[0])[0]).any()
    for a, b in zip(steps, clean, strict=True):
        np.testing.assert_array_equal(numpy(a)[1:], numpy(b)[1:])


@every_rule
@every_backend
def test_no_gradient_at_the_start_means_no_step(rule, backend):
    pulled = bool(PULLS & rules_within(rule))
    x, zeros = backend.array(np.ones(DIM)), backend.array(np.zeros(DIM))
    steps, _ = drive(rule, x, [zeros] * 3)
    assert all((numpy(step) != 0).any() if pulled else (numpy(step) == 0).all() for step in steps)
    if pulled and GradientNoise not in rules_within(rule):  # a pull is towards zero, and ends there
        steps, _ = drive(rule, zeros, [zeros] * 3)
        assert all((numpy(step) == 0).all() for step in steps)


@every_rule
def test_numpy_and_torch_agree(rule):
    one, _ = drive(rule, *draw(Backend("numpy", "float64"), steps=200))
    other, _ = drive(rule, *draw(Backend("torch", "float64"), steps=200))
    for a, b in zip(one, other, strict=True):
        # A step that is a difference of two points, of size 1, carries their rounding.
        np.testing.assert_allclose(numpy(b), a, rtol=1e-12, atol=1e-15)


@NO_GPU
@pytest.mark.cuda
@every_rule
def test_cuda_and_cpu_agree(rule):
    one, _ = drive(rule, *draw(Backend("torch", "float64"), steps=200))
    other, _ = drive(rule, *draw(Backend("cuda", "float64"), steps=200))
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(numpy(b), numpy(a), rtol=1e-11, atol=0)


@every_rule
def test_a_rule_prints_itself_is_frozen_and_compares_by_value(rule):
    again = eval(repr(rule), vars(gdcourse).copy())
    assert again == rule and hash(again) == hash(rule)
    assert pickle.loads(pickle.dumps(rule)) == rule == copy.deepcopy(rule)
    for field in vars(rule):
        with pytest.raises(FrozenInstanceError):
            setattr(rule, field, 0.5)
    assert [a == b for a in RULES for b in RULES].count(True) == len(RULES)


UNIT, POSITIVE = r"lie in \[0, 1\)", "be positive and finite"
NON_NEGATIVE, COUNT = "be zero or more, and finite", "be a whole number, 1 or more"
FIELDS = [
    (Momentum, "beta", {}, UNIT, [1, 1.5, -0.1]),
    (Adam, "b1", {}, UNIT, [1, 1.5, -1e-9]),
    (Adam, "b2", {}, UNIT, [1.0, -1]),
    (Adam, "eps", {}, NON_NEGATIVE, [-1e-8]),
    (ClipNorm, "max_norm", {}, POSITIVE, [0, -1.0]),
    (ClipValue, "limit", {}, POSITIVE, [0, -1.0]),
    (ClipAdaptive, "clipping", {}, POSITIVE, [0, -1.0]),
    (ClipAdaptive, "eps", {}, POSITIVE, [0]),
    (Nesterov, "beta", {}, UNIT, [1, -0.1]),
    (Adagrad, "eps", {}, NON_NEGATIVE, [-1]),
    (Adagrad, "start", {}, NON_NEGATIVE, [-1]),
    (RMSprop, "b2", {}, UNIT, [1, -1]),
    (RMSprop, "eps", {}, NON_NEGATIVE, [-1e-8]),
    (Adadelta, "rho", {}, UNIT, [1]),
    (Adadelta, "eps", {}, POSITIVE, [0]),
    (AMSGrad, "b1", {}, UNIT, [1]),
    (AMSGrad, "b2", {}, UNIT, [1]),
    (AMSGrad, "eps", {}, NON_NEGATIVE, [-1]),
    (NAdam, "b1", {}, UNIT, [1]),
    (NAdam, "b2", {}, UNIT, [1]),
    (NAdam, "psi", {}, NON_NEGATIVE, [-1]),
    (RAdam, "b1", {}, UNIT, [1]),
    (RAdam, "b2", {}, UNIT, [1]),
    (RAdam, "threshold", {}, "be 4 or more, and finite", [3.9]),
    (Lion, "b1", {}, UNIT, [1]),
    (Lion, "b2", {}, UNIT, [1]),
    (Decay, "rate", {}, NON_NEGATIVE, [-0.1]),
    (L1, "rate", {}, NON_NEGATIVE, [-0.1]),
    (SoftThreshold, "threshold", {}, NON_NEGATIVE, [-0.1]),
    (GradientNoise, "eta", {}, NON_NEGATIVE, [-0.1]),
    (GradientNoise, "gamma", {}, NON_NEGATIVE, [-0.1]),
    (PolyakAverage, "after", {"rule": sgd(1)}, "be a whole number, 0 or more", [-1, 0.5]),
    (EMA, "decay", {"rule": sgd(1)}, UNIT, [1]),
    (ScheduleFree, "beta", {"rule": sgd(1)}, UNIT, [1]),
    (LearningRate, "lr", {}, "be zero or more, and finite", [-0.1, np.array([0.1, -0.1])]),
    (Constant, "lr", {}, NON_NEGATIVE, [-0.1]),
    (StepDecay, "lr", {}, NON_NEGATIVE, [-0.1]),
    (StepDecay, "every", {"lr": 0.1}, COUNT, [0, -1, 2.5]),
    (Cosine, "lr", {"steps": 5}, NON_NEGATIVE, [-0.1]),
    (Cosine, "steps", {"lr": 0.1}, COUNT, [0, 0.5]),
    (Cosine, "final", {"lr": 0.1, "steps": 5}, NON_NEGATIVE, [-0.1]),
    (WarmUp, "steps", {"then": 0.1}, COUNT, [0, -3, 1.5]),
]
NOT_NUMBERS = [True, None, "0.1", 0.5j, {}]
every_field = pytest.mark.parametrize(
    ("cls", "field", "rest", "law", "bad"), FIELDS, ids=[f"{c.__name__}.{f}" for c, f, *_ in FIELDS]
)


@every_field
def test_a_bad_value_is_named_with_its_field_and_law(cls, field, rest, law, bad):
    for value in [*bad, np.nan, np.inf, -np.inf]:
        with pytest.raises(ValueError, match=rf"{cls.__name__}\.{field} must {law}; got ") as error:
            cls(**rest, **{field: value})
        assert str(error.value).endswith(f"got {value!r}")


@every_field
def test_what_is_not_a_number_is_named_with_its_field(cls, field, rest, law, bad):
    arrays = [] if cls is LearningRate else [np.array([0.5]), torch.tensor(0.5), [0.5]]
    for value in NOT_NUMBERS + arrays:
        message = rf"{cls.__name__}\.{field} must be a number.*; got "
        with pytest.raises(TypeError, match=message):
            cls(**rest, **{field: value})


@pytest.mark.parametrize("number", [np.float64(0.5), np.float32(0.5)], ids=["f64", "f32"])
@pytest.mark.parametrize(
    "make",
    [
        Momentum,
        Adam,
        Nesterov,
        RMSprop,
        Adadelta,
        Lion,
        NAdam,
        Decay,
        SoftThreshold,
        ClipNorm,
        ClipValue,
        ClipAdaptive,
        GradientNoise,
        LearningRate,
        lambda n: sgd(Cosine(n, 5)),
        lambda n: EMA(sgd(n), n),
        lambda n: ScheduleFree(Chain(), n, n),
    ],
)
def test_a_numpy_number_does_not_widen_float32(make, number):
    x, gradients = draw(Backend("numpy", "float32"))
    steps, state = drive(make(number), x, gradients)
    assert {array.dtype for array in [*steps, *arrays(state)]} == {x.dtype}


def test_an_array_of_rates_gives_each_run_its_own():
    rates = np.array([[0.1], [0.2], [0.4]])
    g = np.ones((3, DIM))
    step, _ = sgd(rates).update(g, sgd(rates).init(g), g)
    np.testing.assert_array_equal(step, rates * g)
    together = torch.tensor(rates)
    step, _ = sgd(together).update(torch.tensor(g), (0,), None)
    np.testing.assert_array_equal(step.numpy(), rates * g)


@pytest.mark.parametrize("item", [Adam, 0.1, None, "adam", Cosine(0.1, 5)])
def test_a_chain_takes_rules_only(item):
    with pytest.raises(TypeError, match="Chain takes rules; got"):
        Chain(LearningRate(0.1), item)


def test_a_chain_says_that_a_class_wants_brackets():
    with pytest.raises(TypeError, match="write it with brackets"):
        Chain(Adam)


def test_a_chain_refuses_a_state_that_is_not_its_own():
    with pytest.raises(ValueError):
        adam().update(np.ones(2), (), np.ones(2))


def test_the_order_of_a_chain_matters():
    x, gradients = draw(Backend("numpy", "float64"))
    before, _ = drive(Chain(ClipNorm(), Momentum()), x, gradients)
    after, _ = drive(Chain(Momentum(), ClipNorm()), x, gradients)
    assert max(np.linalg.norm(step) for step in after) <= 1 + 1e-12
    assert max(np.linalg.norm(step) for step in before) > 1.5


def test_a_rule_without_an_update_cannot_be_made():
    with pytest.raises(TypeError, match="abstract"):
        Rule()


def test_clipping_keeps_short_gradients_to_the_last_bit():
    rng = np.random.default_rng(SEED)
    for g in rng.normal(size=(100, DIM)):
        limit = np.linalg.norm(g) * 1.001
        np.testing.assert_array_equal(ClipNorm(limit).update(g, (), g)[0], g)


@every_backend
@pytest.mark.parametrize("power", [15, -15])
def test_clipping_takes_gradients_of_any_usual_size(backend, power):
    g = backend.array(np.array([3.0, 4.0]) * 10.0**power)
    step, _ = ClipNorm().update(g, (), g)
    expected = [0.6, 0.8] if power > 0 else numpy(g)
    np.testing.assert_allclose(numpy(step), expected, rtol=1e-6)


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_clipping_survives_a_norm_whose_square_does_not_fit(library):
    g = Backend(library, "float32").array([3e25, 4e25])
    np.testing.assert_allclose(numpy(ClipNorm().update(g, (), g)[0]), [0.6, 0.8], rtol=1e-6)
