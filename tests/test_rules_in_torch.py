"""First-order rules inside TorchOptimizer: checkpoints, long vectors in pieces, compilation."""

import io
import shutil

import pytest
import torch

from gdcourse import (
    EMA,
    L1,
    Adam,
    Chain,
    ClipAdaptive,
    ClipNorm,
    ClipValue,
    Decay,
    GradientNoise,
    Linear,
    PolyakAverage,
    Rule,
    ScheduleFree,
    SoftThreshold,
    TorchOptimizer,
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
    schedule_free,
    schedule_free_adamw,
    sgd,
    sign_descent,
)
from gdcourse.rules import in_place, torch_optimizer

RULES = [
    nesterov(0.05),
    adagrad(0.1),
    rmsprop(0.01, centered=True, beta=0.5),
    adadelta(),
    amsgrad(0.01),
    adamw(0.01),
    nadam(0.01),
    radam(0.01, b2=0.9),
    lion(0.01, rate=0.1),
    sign_descent(Linear(0.1, steps=20)),
    Chain(Decay(0.1), L1(0.01), momentum(0.05)),
    Chain(sgd(0.1), SoftThreshold(0.01)),
    Chain(ClipValue(0.1), sgd(0.1)),
    Chain(ClipAdaptive(0.1), sgd(0.1)),
    Chain(GradientNoise(seed=2), sgd(0.1)),
    PolyakAverage(momentum(0.05), after=3),
    EMA(adam(0.01)),
    schedule_free(0.1),
    schedule_free_adamw(0.01, rate=0.1),
]
every_rule = pytest.mark.parametrize("rule", RULES, ids=repr)
STEPS = 20


def needs_compiler(test):
    test = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")(test)  # torch's own
    reason = "no C++ compiler for torch.compile"
    return pytest.mark.skipif(shutil.which("g++") is None, reason=reason)(test)


def net():
    torch.manual_seed(7)
    return torch.nn.Sequential(
        torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 2)
    ).double()


def train(model, optimizer, steps=STEPS):
    x = torch.randn(16, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    for _ in range(steps):
        optimizer.zero_grad()
        (model(x) - torch.sin(x[:, :2])).square().mean().backward()
        optimizer.step()
    return torch.nn.utils.parameters_to_vector(model.parameters()).detach()


@every_rule
def test_a_checkpoint_goes_on_as_if_nothing_had_happened(rule):
    model = net()
    straight = train(model, TorchOptimizer(model.parameters(), rule), 2 * STEPS)
    model = net()
    optimizer = TorchOptimizer(model.parameters(), rule)
    train(model, optimizer)
    file = io.BytesIO()
    torch.save((model.state_dict(), optimizer.state_dict()), file)
    file.seek(0)
    weights, state = torch.load(file)  # with torch's default: plain tuples and tensors only
    model = net()
    model.load_state_dict(weights)
    optimizer = TorchOptimizer(model.parameters(), rule)
    optimizer.load_state_dict(state)
    assert torch.equal(train(model, optimizer), straight)


@every_rule
def test_a_long_vector_in_pieces_goes_the_same_way(rule, monkeypatch):
    model = net()
    at_once = train(model, TorchOptimizer(model.parameters(), rule))
    monkeypatch.setattr(in_place, "PIECE", 7)
    monkeypatch.setattr(torch_optimizer, "SHORT", 0)
    model = net()
    in_pieces = train(model, TorchOptimizer(model.parameters(), rule))
    torch.testing.assert_close(in_pieces, at_once, rtol=1e-12, atol=1e-14)


@needs_compiler
@pytest.mark.parametrize(
    "rule", [nadam(0.01), radam(0.01, b2=0.9), schedule_free_adamw(0.01, rate=0.1)], ids=repr
)
def test_compiled_rules_go_the_same_way(rule):
    """The rules whose state or branches could mislead torch.compile."""
    model = net()
    plain = train(model, TorchOptimizer(model.parameters(), rule))
    model = net()
    compiled = train(model, TorchOptimizer(model.parameters(), rule, compile=True))
    torch.testing.assert_close(compiled, plain, rtol=1e-12, atol=1e-14)


SEES_ALL = [
    Chain(ClipNorm(0.1), *adam(0.01).rules),
    Chain(momentum(0.05), ClipNorm(0.01)),
    EMA(Chain(Decay(0.1), ClipNorm(0.1), adam(0.01))),
    ScheduleFree(Chain(ClipNorm(0.1), Adam(0.0)), lr=0.05),
    Chain(GradientNoise(seed=2), adam(0.01)),
    adamw(0.01, rate=0.5, mask=torch.arange(32) % 3),
]
BY_COORDINATES = [r for r in RULES if r.elementwise] + SEES_ALL


@pytest.mark.parametrize("rule", BY_COORDINATES, ids=repr)
def test_every_rule_on_coordinates_goes_in_pieces(rule):
    """None of them falls back to the slow way without anyone noticing."""
    assert in_place.recordable(rule, torch.zeros(2), 32)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("rule", BY_COORDINATES, ids=repr)
def test_pieces_give_what_the_whole_gives(rule, dtype, monkeypatch):
    """Several groups, with rates of their own, empty and not contiguous parameters."""
    monkeypatch.setattr(in_place, "PIECE", 5)
    rng = torch.Generator().manual_seed(5)
    start = [torch.randn(s, generator=rng).to(dtype) for s in [(3, 4), (0,), (11,), (), (4, 2)]]
    parameters = [s.clone().requires_grad_() for s in start]
    parameters[-1] = start[-1].t().clone().t().requires_grad_()
    optimizer = TorchOptimizer(
        [{"params": parameters[:2]}, {"params": parameters[2:], "lr": 0.5}], rule
    )
    x = torch.cat([s.reshape(-1) for s in start])
    lr = torch.cat([torch.ones(12), 0.5 * torch.ones(20)]).to(dtype)
    state = rule.init(x)
    for _ in range(6):
        for p in parameters:
            p.grad = torch.randn(p.shape, generator=rng).to(dtype)
        optimizer.step()
        step, state = rule.update(torch.cat([p.grad.reshape(-1) for p in parameters]), state, x)
        x = x - lr * step
    found = torch.cat([p.detach().reshape(-1) for p in parameters])
    rtol = {torch.float64: 1e-11, torch.float32: 1e-3, torch.bfloat16: 0.2}[dtype]
    torch.testing.assert_close(found, x, rtol=rtol, atol=rtol)


@needs_compiler
@pytest.mark.parametrize(
    "rule",
    [*SEES_ALL, adamw(0.01), Chain(sgd(0.1), SoftThreshold(Linear(0.01, steps=9)))],
    ids=repr,
)
def test_a_rule_that_sees_all_compiles_and_a_rate_may_change(rule):
    """torch's schedulers turn the groups' rates; no new rate is a new compilation."""
    paths = []
    for compiled in (False, True):
        model = net()
        groups = [{"params": model[0].parameters()}, {"params": model[2].parameters(), "lr": 0.5}]
        optimizer = TorchOptimizer(groups, rule, compile=compiled)
        scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.8)
        for _ in range(8):
            paths.append(train(model, optimizer, 1))
            scheduler.step()
    torch.testing.assert_close(paths[8:], paths[:8], rtol=1e-11, atol=1e-13)
    assert len(optimizer._descent.compiled) == 1


def test_what_cannot_go_in_pieces_goes_as_a_whole():
    """A rule that calls what is not known, or branches on its numbers, is not guessed at."""

    class Sorted(Rule):
        def update(self, g, state, x):
            return g.sort().values, state

    class Branching(Rule):
        def update(self, g, state, x):
            return (g if (g > 0).all() else -g), state

    class Late(Rule):
        def init(self, x):
            return 0

        def update(self, g, state, x):
            return (g if state < 2 else g.cumsum(-1)), state + 1

    for rule, known in ((Sorted(), False), (Branching(), False), (Late(), True)):
        w = torch.zeros(in_place.PIECE + 3, requires_grad=True)
        w.grad = torch.randn(w.shape, generator=torch.Generator().manual_seed(3))
        x, state = torch.zeros_like(w), rule.init(w)
        assert in_place.recordable(rule, w.detach()[:2], len(w)) == known
        optimizer = TorchOptimizer([w], rule)
        for _ in range(4):
            optimizer.step()
            step, state = rule.update(w.grad, state, x)
            x = x - step
        torch.testing.assert_close(w.detach(), x.detach())


@every_rule
def test_the_checkpoint_of_another_rule_is_refused(rule):
    model = net()
    other = TorchOptimizer(model.parameters(), Chain(ClipNorm(), rule))
    train(model, other, 2)
    optimizer = TorchOptimizer(model.parameters(), rule)
    message = r"load_state_dict: the checkpoint is of Chain\(ClipNorm, .* rule here is .*; make the"
    with pytest.raises(ValueError, match=message):
        optimizer.load_state_dict(other.state_dict())
    theirs = torch.optim.Adam(model.parameters())
    with pytest.raises(ValueError, match="the checkpoint is of another class of optimizer"):
        optimizer.load_state_dict(theirs.state_dict())


def test_two_optimizers_do_not_share_the_state_of_a_checkpoint():
    model = net()
    one = TorchOptimizer(model.parameters(), adam(0.01))
    train(model, one, 2)
    other = TorchOptimizer(model.parameters(), adam(0.01))
    other.load_state_dict(one.state_dict())
    before = str(one.state_dict())
    train(model, other, 2)
    assert str(one.state_dict()) == before
