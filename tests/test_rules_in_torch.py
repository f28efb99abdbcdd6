"""First-order rules inside TorchOptimizer: checkpoints, long vectors in pieces, compilation."""

import io
import shutil

import pytest
import torch

from gdcourse import (
    EMA,
    L1,
    Chain,
    ClipAdaptive,
    ClipValue,
    Decay,
    GradientNoise,
    Linear,
    PolyakAverage,
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
from gdcourse.rules import in_place

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
    model = net()
    in_pieces = train(model, TorchOptimizer(model.parameters(), rule))
    torch.testing.assert_close(in_pieces, at_once, rtol=1e-12, atol=1e-14)


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # torch's own, as it compiles
@pytest.mark.skipif(shutil.which("g++") is None, reason="no C++ compiler for torch.compile")
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
