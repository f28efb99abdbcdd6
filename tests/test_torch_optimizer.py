"""TorchOptimizer: as good an optimizer as torch's own, and in agreement with them."""

import copy
import io
import pickle
import shutil

import numpy as np
import pytest
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from torch import nn

from gdcourse import (
    Adam,
    Chain,
    ClipNorm,
    Cosine,
    LearningRate,
    Momentum,
    PolyakAverage,
    Rule,
    TorchOptimizer,
    WarmUp,
    adam,
    momentum,
    sgd,
)
from gdcourse.rules import in_place

STEPS = 200
drawn = settings(
    derandomize=True,
    deadline=None,
    max_examples=8,
    database=None,
    phases=[Phase.generate],  # a smaller example of a rounding error would explain nothing
)
seeds, betas = st.integers(0, 2**31), st.floats(0, 0.95)
RULES = [
    sgd(0.1),
    momentum(WarmUp(4, then=0.1)),
    Chain(ClipNorm(0.1), Adam(), LearningRate(Cosine(0.05, steps=20))),
]
every_rule = pytest.mark.parametrize("rule", RULES, ids=repr)


def network(seed=0, dtype=torch.float64):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2)).to(dtype)


def batch(seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(16, 3, generator=generator, dtype=dtype)
    return x, torch.sin(x[:, :2]) + 0.1


def descend(model, optimizer, steps=1, seed=0, before=lambda: None, after=lambda: None):
    """Train on a small regression; return where every step led, (steps, d)."""
    x, y = batch(seed, next(model.parameters()).dtype)
    path = []
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x), y).backward()
        before()
        optimizer.step()
        after()
        path.append(nn.utils.parameters_to_vector(model.parameters()).detach().clone())
    return torch.stack(path)


def vector(*values, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, requires_grad=True)


def with_gradient(parameter, gradient=None):
    parameter.grad = torch.ones_like(parameter) if gradient is None else gradient
    return parameter


def assert_same_path(ours, theirs, rtol=1e-10):
    start = theirs[0].abs().max().item()
    torch.testing.assert_close(ours, theirs, rtol=rtol, atol=rtol * start)


def compare(rule, theirs, seed, clip=None):
    one, other = network(seed % 1000), network(seed % 1000)
    optimizer, reference = TorchOptimizer(one.parameters(), rule), theirs(other.parameters())
    ours = descend(one, optimizer, STEPS, seed)
    assert_same_path(ours, descend(other, reference, STEPS, seed, before=clip or (lambda: None)))
    assert not torch.equal(ours[0], ours[-1])


@drawn
@given(lr=st.floats(1e-4, 0.3), seed=seeds)
def test_sgd_is_torchs(lr, seed):
    compare(sgd(lr), lambda p: torch.optim.SGD(p, lr=lr), seed)


@drawn
@given(lr=st.floats(1e-4, 0.05), beta=betas, seed=seeds)
def test_momentum_is_torchs(lr, beta, seed):
    compare(momentum(lr, beta), lambda p: torch.optim.SGD(p, lr=lr, momentum=beta), seed)


@drawn
@given(
    lr=st.floats(1e-4, 5e-3),
    b1=st.floats(0.8, 0.95),  # a shorter memory makes Adam chaotic: rounding doubles at each step
    b2=st.floats(0.9, 0.9999),
    eps=st.floats(1e-8, 1e-3),
    seed=seeds,
)
def test_adam_is_torchs(lr, b1, b2, eps, seed):
    def theirs(parameters):
        return torch.optim.Adam(parameters, lr=lr, betas=(b1, b2), eps=eps)

    compare(adam(lr, b1, b2, eps), theirs, seed)


@drawn
@given(
    lr=st.floats(1e-4, 1),
    b1=st.floats(0, 0.99),
    b2=st.floats(0, 0.9999),
    eps=st.floats(1e-10, 1),
    seed=seeds,
)
def test_adam_is_torchs_on_the_same_gradients_whatever_its_numbers(lr, b1, b2, eps, seed):
    generator = torch.Generator().manual_seed(seed)
    ours, theirs = vector(*range(6)), vector(*range(6))
    optimizers = (
        TorchOptimizer([ours], adam(lr, b1, b2, eps)),
        torch.optim.Adam([theirs], lr=lr, betas=(b1, b2), eps=eps),
    )
    for _ in range(STEPS):
        scale = 10 ** (4 * torch.rand(6, generator=generator, dtype=torch.float64) - 2)
        g = scale * torch.randn(6, generator=generator, dtype=torch.float64)
        ours.grad, theirs.grad = g, g.clone()
        for optimizer in optimizers:
            optimizer.step()
    assert_same_path(ours.detach()[None], theirs.detach()[None])


@drawn
@given(lr=st.floats(1e-3, 0.1), limit=st.floats(0.01, 1), beta=betas, seed=seeds)
def test_clipped_momentum_is_the_formula_and_torchs_sgd(lr, limit, beta, seed):
    model, other = network(seed % 1000), network(seed % 1000)
    rule = Chain(ClipNorm(limit), Momentum(beta), LearningRate(lr))
    ours = descend(model, TorchOptimizer(model.parameters(), rule), STEPS, seed)

    def clip_by_formula():
        gradients = [p.grad for p in other.parameters()]
        norm = sum((g**2).sum() for g in gradients) ** 0.5
        for g in gradients:
            g.mul_(min(1.0, limit / norm.item()))

    theirs = torch.optim.SGD(other.parameters(), lr=lr, momentum=beta)
    assert_same_path(ours, descend(other, theirs, STEPS, seed, before=clip_by_formula))


@pytest.mark.parametrize("limit", [0.01, 0.1, 1.0])
def test_clipping_is_torchs_but_for_the_millionth_that_torch_adds_to_the_norm(limit):
    for seed in range(10):
        model = network(seed)
        x, y = batch(seed)
        (10 * nn.functional.mse_loss(model(x), y)).backward()
        g = torch.cat([p.grad.reshape(-1) for p in model.parameters()])
        ours, _ = ClipNorm(limit).update(g, (), None)
        norm = nn.utils.clip_grad_norm_(model.parameters(), limit)
        theirs = torch.cat([p.grad.reshape(-1) for p in model.parameters()])
        assert norm > 1.01
        torch.testing.assert_close(ours * norm / (norm + 1e-6), theirs, rtol=1e-12, atol=0)


@every_rule
def test_many_parameters_are_one_vector_to_the_rule(rule):
    together, apart = network(), network()
    x = nn.utils.parameters_to_vector(apart.parameters()).detach()
    state, optimizer = rule.init(x), TorchOptimizer(together.parameters(), rule)
    for _ in range(10):
        apart.zero_grad()
        inputs, targets = batch()
        nn.functional.mse_loss(apart(inputs), targets).backward()
        g = torch.cat([p.grad.reshape(-1) for p in apart.parameters()])
        step, state = rule.update(g, state, x)
        x = x - step
        nn.utils.vector_to_parameters(x, apart.parameters())
        assert torch.equal(descend(together, optimizer)[-1], x)


def by_deepcopy(model, optimizer):
    return copy.deepcopy((model, optimizer))


def by_pickle(model, optimizer):
    return pickle.loads(pickle.dumps((model, optimizer)))


def by_checkpoint(model, optimizer):
    """Save and load as PyTorch's guide says, with torch.load's safe default."""
    file = io.BytesIO()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, file)
    file.seek(0)
    saved, fresh = torch.load(file), network(seed=99)
    fresh.load_state_dict(saved["model"])
    again = TorchOptimizer(fresh.parameters(), optimizer.rule)
    again.load_state_dict(saved["optimizer"])
    return fresh, again


@every_rule
@pytest.mark.parametrize("save", [by_deepcopy, by_pickle, by_checkpoint])
@pytest.mark.parametrize("done", [0, 7])
def test_a_training_that_was_saved_goes_on_to_the_last_bit(rule, save, done):
    model = network()
    optimizer = TorchOptimizer(model.parameters(), rule)
    if done:
        descend(model, optimizer, done)
    fresh, again = save(model, optimizer)
    assert again.rule == rule and repr(again) == repr(optimizer)
    going_on = descend(model, optimizer, 10)
    assert torch.equal(descend(fresh, again, 10), going_on)


@pytest.mark.parametrize(
    "make",
    [
        lambda o: torch.optim.lr_scheduler.StepLR(o, 3),
        lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 10),
        lambda o: torch.optim.lr_scheduler.LambdaLR(o, WarmUp(5, then=1)),
        lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.9),
        lambda o: torch.optim.lr_scheduler.OneCycleLR(o, 0.2, 20, cycle_momentum=False),
    ],
    ids=["StepLR", "CosineAnnealingLR", "LambdaLR", "ExponentialLR", "OneCycleLR"],
)
def test_torchs_schedulers_drive_it_as_they_drive_torchs_sgd(make):
    one, other = network(), network()
    ours = TorchOptimizer(one.parameters(), sgd(1), lr=0.1)
    theirs = torch.optim.SGD(other.parameters(), lr=0.1)
    schedulers = make(ours), make(theirs)
    path = descend(one, ours, 20, after=schedulers[0].step)
    assert_same_path(path, descend(other, theirs, 20, after=schedulers[1].step), rtol=1e-13)


def test_groups_have_rates_of_their_own():
    def groups(model):
        return [{"params": model[0].parameters()}, {"params": model[2].parameters(), "lr": 0.02}]

    one, other, still = network(), network(), network()
    ours = TorchOptimizer(groups(one), Momentum(0.5), lr=0.1)
    theirs = torch.optim.SGD(groups(other), lr=0.1, momentum=0.5)
    assert_same_path(descend(one, ours, 20), descend(other, theirs, 20), rtol=1e-13)

    ours = TorchOptimizer(groups(still), Momentum(0.5), lr=0)
    descend(still, ours, 3)
    assert torch.equal(still[0].weight, network()[0].weight)
    assert not torch.equal(still[2].weight, network()[2].weight)


def test_groups_added_before_the_first_step_take_part():
    w, b = with_gradient(vector(1, 1)), with_gradient(vector(2))
    optimizer = TorchOptimizer([w], sgd(0.5))
    optimizer.add_param_group({"params": [b], "lr": 0.5})
    optimizer.step()
    assert w.tolist() == [0.5, 0.5] and b.tolist() == [1.75]


def test_groups_added_after_the_first_step_begin_afresh():
    w, b = with_gradient(vector(1, 1)), with_gradient(vector(2))
    optimizer = TorchOptimizer([w], adam())
    optimizer.step()
    optimizer.add_param_group({"params": [b]})
    optimizer.step()
    assert torch.allclose(b.detach(), torch.full_like(b, 2 - 1e-3))  # Adam's first step


def test_groups_added_to_a_rule_that_sees_all_of_them_are_an_error():
    w, b = with_gradient(vector(1, 1)), with_gradient(vector(2))
    optimizer = TorchOptimizer([w], Chain(ClipNorm(1.0), *adam().rules))
    optimizer.step()
    optimizer.add_param_group({"params": [b]})
    with pytest.raises(RuntimeError, match="began with 2 numbers and now has 3; make a new"):
        optimizer.step()


class Keeper(Rule):
    """Keep, and return, the very arrays it was given: what an update in place could spoil."""

    def init(self, x):
        return (x, x, 0, 0 * x)

    def update(self, g, state, x):
        last, before, t, slope = state
        return before - x + g + slope, (x, last, t + 1, g)


@pytest.mark.parametrize("elementwise", [True, False])
@pytest.mark.parametrize("sizes", [[5], [3, 4], [in_place.PIECE + 7, 2]])
@pytest.mark.parametrize(
    "rule", [Keeper(), adam(0.1), Chain(Keeper(), ClipNorm(1.0), *adam(0.1).rules)]
)
def test_in_place_and_in_pieces_give_what_update_gives(monkeypatch, rule, sizes, elementwise):
    if isinstance(rule, Keeper):
        monkeypatch.setattr(Keeper, "elementwise", elementwise)
    torch.manual_seed(3)
    parameters = [torch.nn.Parameter(torch.randn(n, dtype=torch.float64)) for n in sizes]
    optimizer = TorchOptimizer(parameters, rule)
    x = torch.cat([p.detach() for p in parameters])
    state = rule.init(x)
    for p in parameters:
        p.grad = torch.zeros_like(p)  # the same memory in every step
    for _ in range(4):
        g = torch.randn_like(x)
        for p, part in zip(parameters, g.split(sizes), strict=True):
            p.grad.copy_(part)
        optimizer.step()
        step, state = rule.update(g, state, x)
        x = x - step
        torch.testing.assert_close(torch.cat([p.detach() for p in parameters]), x)


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # torch's own, as it compiles
@pytest.mark.skipif(shutil.which("g++") is None, reason="no C++ compiler for torch.compile")
@pytest.mark.parametrize("lr", [0.1, Cosine(0.1, steps=9)])
def test_compiled_gives_what_the_lines_give(lr):
    paths = []
    for compiled in (False, True):
        torch.manual_seed(0)
        model = torch.nn.Linear(6, 4)
        rule = Chain(Adam(), LearningRate(lr))
        optimizer = TorchOptimizer(model.parameters(), rule, compile=compiled)
        for _ in range(12):
            optimizer.zero_grad()
            (model(torch.ones(2, 6)) ** 2).sum().backward()
            optimizer.step()
        paths.append(model.weight.detach())
    torch.testing.assert_close(*paths, rtol=1e-5, atol=1e-6)


def test_hooks_are_called_around_the_step():
    w, calls = with_gradient(vector(1.0)), []
    optimizer = TorchOptimizer([w], sgd(0.5))
    optimizer.register_step_pre_hook(lambda o, args, kwargs: calls.append(("pre", w.item())))
    optimizer.register_step_post_hook(lambda o, args, kwargs: calls.append(("post", w.item())))
    optimizer.step()
    assert calls == [("pre", 1.0), ("post", 0.5)]


def test_a_closure_is_evaluated_with_gradients_and_its_loss_returned():
    w = vector(3.0)
    optimizer = TorchOptimizer([w], sgd(0.5))

    def closure():
        optimizer.zero_grad()
        loss = (w**2).sum()
        loss.backward()
        return loss

    with torch.no_grad():
        assert optimizer.step(closure).item() == 9.0
    assert w.item() == 0.0 and optimizer.step() is None


def test_the_gradient_scaler_of_mixed_precision_works_on_it():
    w, plain = vector(1.0, -2.0, dtype=torch.float32), vector(1.0, -2.0, dtype=torch.float32)
    scaler, optimizer = torch.amp.GradScaler("cpu"), TorchOptimizer([w], sgd(0.125))
    for _ in range(5):
        optimizer.zero_grad()
        scaler.scale((w**2).sum()).backward()
        scaler.step(optimizer)
        scaler.update()
    with torch.no_grad():
        assert torch.equal(w, plain * 0.75**5)


def test_a_step_changes_neither_gradients_nor_what_requires_them():
    model = network()
    optimizer = TorchOptimizer(model.parameters(), RULES[2])
    descend(model, optimizer)
    gradients = [p.grad.clone() for p in model.parameters()]
    homes = [p.data_ptr() for p in model.parameters()]
    optimizer.step()
    assert all(torch.equal(p.grad, g) for p, g in zip(model.parameters(), gradients, strict=True))
    assert [p.data_ptr() for p in model.parameters()] == homes
    assert all(p.requires_grad and p.is_leaf for p in model.parameters())
    state = optimizer.state_dict()["state"][0]["rule"]
    assert not any(leaf.requires_grad for leaf in state[1] if isinstance(leaf, torch.Tensor))


@pytest.mark.parametrize("rule", [momentum(0.1), adam(0.1), Chain(Momentum())], ids=repr)
def test_the_state_does_not_hang_on_the_gradient(rule):
    w = with_gradient(vector(1.0, 2.0))
    optimizer = TorchOptimizer([w], rule)
    optimizer.step()
    before = copy.deepcopy(optimizer.state_dict()["state"])
    w.grad.fill_(100.0)
    assert str(before) == str(optimizer.state_dict()["state"])


def test_layouts_that_are_not_contiguous_keep_their_places():
    w = torch.arange(6.0).reshape(2, 3).t().requires_grad_()
    w.grad = torch.arange(6.0).reshape(3, 2)
    expected = w.detach() - 0.5 * w.grad
    TorchOptimizer([w], sgd(0.5)).step()
    assert torch.equal(w, expected)

    torch.manual_seed(0)
    one = nn.Conv2d(3, 4, 3, dtype=torch.float64)
    other = copy.deepcopy(one).to(memory_format=torch.channels_last)
    x = torch.randn(2, 3, 5, 5, dtype=torch.float64)
    for model in (one, other):
        (model(x) ** 2).mean().backward()
        TorchOptimizer(model.parameters(), adam(0.1)).step()
    torch.testing.assert_close(other.weight, one.weight.detach(), rtol=1e-10, atol=1e-12)


def test_parameters_without_entries_and_without_axes_are_fine():
    w, empty, scalar = vector(1.0), vector(), torch.tensor(2.0, dtype=torch.float64)
    for p in (w, empty, scalar.requires_grad_()):
        with_gradient(p)
    TorchOptimizer([w, empty, scalar], sgd(0.5)).step()
    assert (w.item(), empty.tolist(), scalar.item()) == (0.5, [], 1.5)


def test_tied_weights_move_once():
    model = network().append(nn.Linear(2, 5)).append(nn.Linear(5, 2)).double()
    model[4].weight = model[2].weight
    other = copy.deepcopy(model)
    ours = descend(model, TorchOptimizer(model.parameters(), momentum(0.05)), 30)
    theirs = torch.optim.SGD(other.parameters(), lr=0.05, momentum=0.9)
    assert_same_path(ours, descend(other, theirs, 30), rtol=1e-12)
    assert model[4].weight is model[2].weight


def test_the_same_tensor_twice_gets_torchs_warning():
    w = vector(1.0)
    with pytest.warns(UserWarning, match="duplicate parameters"):
        TorchOptimizer([w, w], sgd(0.1))


def test_frozen_parameters_that_are_left_out_stay():
    one, other = network(), network()
    for model in (one, other):
        model[0].requires_grad_(False)
    ours = TorchOptimizer((p for p in one.parameters() if p.requires_grad), adam(0.01))
    theirs = torch.optim.Adam((p for p in other.parameters() if p.requires_grad), lr=0.01)
    assert_same_path(descend(one, ours, 20), descend(other, theirs, 20))
    assert torch.equal(one[0].weight, network()[0].weight)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_gradient_that_is_no_number_is_not_hidden(bad):
    for rule in RULES:
        w = with_gradient(vector(1.0, 2.0), torch.tensor([bad, 1.0], dtype=torch.float64))
        TorchOptimizer([w], rule).step()
        assert not torch.isfinite(w[0])


def test_a_missing_gradient_is_named():
    model = network()
    optimizer = TorchOptimizer(model.named_parameters(), adam())
    with_gradient(model[0].weight)
    before = model[0].weight.detach().clone()
    message = r"^0\.bias has no gradient: call loss\.backward\(\) first, or leave"
    with pytest.raises(RuntimeError, match=message):
        optimizer.step()
    assert torch.equal(model[0].weight, before)

    optimizer = TorchOptimizer(network().parameters(), adam())
    with pytest.raises(RuntimeError, match=r"^parameter 0 of group 0, shape \(5, 3\) has no grad"):
        optimizer.step()


def test_a_sparse_gradient_is_refused():
    model = nn.Embedding(4, 2, sparse=True)
    optimizer = TorchOptimizer(model.named_parameters(), adam())
    model(torch.tensor([1])).sum().backward()
    with pytest.raises(RuntimeError, match=r"weight has a sparse gradient; make it dense"):
        optimizer.step()


def test_complex_and_mixed_parameters_are_refused():
    complex_one = torch.ones(2, dtype=torch.complex64, requires_grad=True)
    with pytest.raises(TypeError, match=r"parameter 0 of group 0, shape \(2,\) is complex; split"):
        TorchOptimizer([complex_one], adam())
    with pytest.raises(ValueError, match=r"parameter 1 .* is torch\.float32 on cpu, the first"):
        TorchOptimizer([vector(1.0), vector(1.0, dtype=torch.float32)], adam())


def test_a_group_that_is_refused_is_not_kept():
    w = with_gradient(vector(1.0))
    optimizer = TorchOptimizer([w], sgd(0.5))
    with pytest.raises(ValueError, match="needs one dtype and one device"):
        optimizer.add_param_group({"params": [vector(1.0, dtype=torch.float32)]})
    optimizer.step()
    assert w.item() == 0.5 and len(optimizer.param_groups) == 1


@pytest.mark.parametrize("parameters", [[], [{"params": []}]])
def test_no_parameters_are_an_error(parameters):
    with pytest.raises(ValueError, match=r"empty parameter list|no parameters"):
        TorchOptimizer(parameters, adam())


def test_an_empty_group_beside_a_full_one_is_fine():
    w = with_gradient(vector(1.0))
    TorchOptimizer([{"params": []}, {"params": [w]}], sgd(0.5)).step()
    assert w.item() == 0.5


@pytest.mark.parametrize("rule", [Adam, 0.1, torch.optim.SGD, None])
def test_what_is_not_a_rule_is_refused(rule):
    with pytest.raises(TypeError, match=r"TorchOptimizer takes a rule such as adam\(1e-3\); got"):
        TorchOptimizer([vector(1.0)], rule)


@pytest.mark.parametrize("lr", [-0.1, float("nan"), float("inf")])
def test_a_bad_rate_is_refused_alone_and_in_a_group(lr):
    message = r"TorchOptimizer\.lr must be zero or more, and finite; got"
    with pytest.raises(ValueError, match=message):
        TorchOptimizer([vector(1.0)], adam(), lr)
    with pytest.raises(ValueError, match=message):
        TorchOptimizer([{"params": [vector(1.0)], "lr": lr}], adam())


@pytest.mark.parametrize("lr", ["0.1", None, True])
def test_a_rate_that_is_not_a_number_is_refused(lr):
    with pytest.raises(TypeError, match=r"TorchOptimizer\.lr must be a number; got"):
        TorchOptimizer([vector(1.0)], adam(), lr)


def test_a_rate_may_be_a_tensor_as_in_torch():
    w = with_gradient(vector(1.0))
    TorchOptimizer([w], sgd(1), torch.tensor(0.5, dtype=torch.float64)).step()
    assert w.item() == 0.5


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no NVIDIA GPU")
@every_rule
def test_cuda_walks_the_same_path(rule):
    one, other = network(), network().cuda()
    x, y = (part.cuda() for part in batch())
    ours = descend(one, TorchOptimizer(one.parameters(), rule), 20)
    optimizer = TorchOptimizer(other.parameters(), rule)
    for _ in range(20):
        optimizer.zero_grad()
        nn.functional.mse_loss(other(x), y).backward()
        optimizer.step()
    theirs = nn.utils.parameters_to_vector(other.parameters()).detach().cpu()
    np.testing.assert_allclose(theirs, ours[-1], rtol=1e-9, atol=1e-12)
    states = [s for s in optimizer.state.values() if s]
    assert len(states) == 1


def test_the_average_of_the_path_has_the_shapes_of_the_parameters():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 500), nn.Linear(500, 400), nn.Linear(400, 1)).double()
    optimizer = TorchOptimizer(model.parameters(), PolyakAverage(sgd(0.01)))
    with pytest.raises(RuntimeError, match="no average before the first step"):
        optimizer.average()
    points = []
    for _ in range(5):
        optimizer.zero_grad()
        model(torch.ones(2, 3, dtype=torch.float64)).square().mean().backward()
        optimizer.step()
        points.append([p.detach().clone() for p in model.parameters()])
    means = [torch.stack(path).mean(0) for path in zip(*points, strict=True)]
    for mean, average in zip(means, optimizer.average(), strict=True):
        torch.testing.assert_close(average, mean)
    with pytest.raises(TypeError, match="keeps no average; wrap it, as in EMA"):
        TorchOptimizer(model.parameters(), sgd(0.1)).average()


def test_a_step_is_made_whole_or_not_at_all():
    big, small = with_gradient(torch.ones(in_place.PIECE, dtype=torch.float64)), vector(1)
    optimizer = TorchOptimizer([big, small], sgd(0.1))
    with pytest.raises(RuntimeError, match="has no gradient"):
        optimizer.step()
    assert (big == 1).all()
