"""Loops: one training, many trainings, one record."""

import copy
import pickle
import warnings

import numpy as np
import pytest
import torch
from torch import nn

from gdcourse import (
    Chain,
    ClipNorm,
    Cosine,
    LeastSquares,
    Momentum,
    Rosenbrock,
    Run,
    adam,
    bowl,
    device,
    fit,
    flatten,
    minimize,
    momentum,
    ravine,
    replicate,
    saddle,
    sgd,
)

SEEDS = (3, 1, 4, 15)
mse = nn.functional.mse_loss


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch):
    monkeypatch.setenv("GDCOURSE_DEVICE", "cpu")


def regression(dtype=torch.float64, n=30, seed=0):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n, 3, generator=generator, dtype=dtype)
    return x, torch.sin(x.sum(1, keepdim=True))


def of(dtype, *layers):
    return lambda: nn.Sequential(*(make() for make in layers)).to(dtype)


class Recurrent(nn.Module):
    """A forecaster that reads its features one after the other."""

    def __init__(self, cell):
        super().__init__()
        self.cell, self.out = cell(1, 4, batch_first=True), nn.Linear(4, 1)

    def forward(self, x):
        return self.out(self.cell(x[..., None])[0][:, -1])


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.out = nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 1)
        self.b.weight = self.a.weight

    def forward(self, x):
        return self.out(torch.tanh(self.b(torch.tanh(self.a(x)))))


HIDDEN = (lambda: nn.Linear(3, 6), nn.Tanh, lambda: nn.Linear(6, 1))
MODELS = {
    "linear": (lambda: nn.Linear(3, 1),),
    "one hidden layer": HIDDEN,
    "layer norm": (lambda: nn.Linear(3, 6), lambda: nn.LayerNorm(6), *HIDDEN[1:]),
    "convolution": (
        lambda: nn.Unflatten(1, (1, 3)),
        lambda: nn.Conv1d(1, 4, 2),
        nn.ReLU,
        nn.Flatten,
        lambda: nn.Linear(8, 1),
    ),
    "tied weights": (Tied,),
    "no bias": (lambda: nn.Linear(3, 1, bias=False),),
}
RULES = [sgd(0.1), momentum(Cosine(0.05, steps=20)), Chain(ClipNorm(0.1), Momentum(), adam(0.01))]


def parameters(models):
    return torch.stack([nn.utils.parameters_to_vector(m.parameters()).detach() for m in models])


def assert_same_run(one, other, rtol):
    assert one.signals.keys() == other.signals.keys() and one.seeds == other.seeds
    np.testing.assert_array_equal(one.step, other.step)
    for name, series in one.signals.items():
        assert series.shape == other.signals[name].shape
        np.testing.assert_allclose(series, other.signals[name], rtol=rtol, atol=rtol)
    torch.testing.assert_close(
        parameters(one.models), parameters(other.models), rtol=rtol, atol=rtol
    )


class TestMinimize:
    @pytest.mark.parametrize("rule", RULES, ids=repr)
    @pytest.mark.parametrize("problem", [bowl(), ravine(10), saddle()], ids=repr)
    def test_it_is_the_loop_that_its_docstring_writes(self, problem, rule):
        x = np.array([0.5, -0.3])
        run, state = minimize(problem, x, rule, steps=15), rule.init(x)
        for t in range(16):
            g = problem.gradient(x)
            np.testing.assert_array_equal(run.x[t], x)
            assert run.loss[t] == problem.loss(x)
            assert run.gradient_norm[t] == pytest.approx(np.linalg.norm(g), rel=1e-14)
            step, state = rule.update(g, state, x)
            x = x - step

    @pytest.mark.parametrize("rule", RULES, ids=repr)
    def test_many_starts_are_many_runs(self, rule):
        starts = np.random.default_rng(1).normal(size=(2, 3, 2))
        together = minimize(Rosenbrock(), 0.5 * starts, rule, steps=30)
        for i in np.ndindex(2, 3):
            alone = minimize(Rosenbrock(), 0.5 * starts[i], rule, steps=30)
            np.testing.assert_allclose(together.x[(slice(None), *i)], alone.x, rtol=1e-9)
        assert together.loss.shape == (31, 2, 3) and together.x.shape == (31, 2, 3, 2)

    def test_numpy_torch_and_autograd_agree(self):
        x0 = [-1.2, 1.0]
        ours = minimize(Rosenbrock(), x0, adam(0.1), steps=100)
        tensor = torch.tensor(x0, dtype=torch.float64)
        for problem in (Rosenbrock(), Rosenbrock().loss):
            theirs = minimize(problem, tensor, adam(0.1), steps=100)
            np.testing.assert_allclose(theirs.x, ours.x, rtol=1e-10)
            assert type(theirs.x) is np.ndarray

    @pytest.mark.parametrize(("steps", "every"), [(0, 1), (6, 2), (7, 3), (2, 5)])
    def test_it_measures_at_every_so_many_steps(self, steps, every):
        full = minimize(bowl(), [1.0, 2.0], sgd(0.1), steps)
        run = minimize(bowl(), [1.0, 2.0], sgd(0.1), steps, every=every)
        np.testing.assert_array_equal(run.step, full.step[::every])
        for name in ("x", "loss", "gradient_norm"):
            np.testing.assert_array_equal(run.signals[name], full.signals[name][::every])

    def test_it_leaves_the_start_alone_and_the_record_does_not_hang_on_it(self):
        for x0 in (np.ones(2), torch.ones(2)):
            run = minimize(bowl(), x0, sgd(0.5), steps=2)
            assert x0.tolist() == [1, 1]
            x0[:] = 7
            assert run.x[0].tolist() == [1, 1]

    def test_a_run_in_bfloat16_is_recorded_as_float32(self):
        def loss(x):
            return (x**2).sum(-1)

        run = minimize(loss, torch.ones(2, dtype=torch.bfloat16), sgd(0.25), steps=2)
        assert {signal.dtype for signal in run.signals.values()} == {np.dtype("float32")}
        assert run.x[:, 0].tolist() == [1, 0.5, 0.25]  # these bfloat16 can hold

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_it_keeps_the_precision_of_the_start(self, dtype):
        for x0 in (np.ones(2, dtype), torch.ones(2, dtype=getattr(torch, dtype))):
            run = minimize(ravine(), x0, adam(0.1), steps=3)
            assert {signal.dtype for signal in run.signals.values()} == {np.dtype(dtype)}

    @pytest.mark.parametrize("x0", [[-1.2, 1.0], torch.tensor([-1.2, 1.0])], ids=["np", "torch"])
    @pytest.mark.parametrize("rule", [sgd(1), adam(1e200)], ids=repr)
    def test_a_run_that_blows_up_is_recorded_without_a_warning(self, x0, rule):
        run = minimize(Rosenbrock(), x0, rule, steps=20)
        assert run.diverged and not np.isfinite(run.loss[-1])

    def test_adam_without_eps_is_recorded_without_a_warning(self):
        x0 = np.array([[0.0, 0.0], [1e-170, 1.0]])
        run = minimize(bowl(), x0, adam(0.1, eps=0), steps=3)
        assert run.loss.shape == (4, 2)

    def test_each_run_may_have_a_rate_of_its_own(self):
        rates = np.array([[0.1], [0.5], [2.5]])
        run = minimize(bowl(), np.ones((3, 2)), sgd(rates), steps=10)
        np.testing.assert_allclose(run.x[-1], (1 - rates) ** 10 * np.ones(2), rtol=1e-12)
        assert run.diverged.tolist() == [False, False, True]

    @pytest.mark.parametrize(
        ("x0", "error"),
        [
            (1.0, "x0 must be finite numbers of shape"),
            ([1.0, float("nan")], "x0 must be finite numbers of shape"),
            (torch.tensor([1.0, float("inf")]), "x0 must be finite numbers of shape"),
            ("ab", "x0 must be finite numbers of shape"),
            ([1.0, 1.0, 1.0], "last axis of x has 3 entries"),
        ],
    )
    def test_a_bad_start_is_named(self, x0, error):
        with pytest.raises(ValueError, match=error):
            minimize(bowl(), x0, sgd(0.1), steps=3)

    @pytest.mark.parametrize(
        "bad", [{"steps": -1}, {"every": 0}, {"steps": 2.5}, {"every": 1.5}], ids=str
    )
    def test_bad_counts_are_named(self, bad):
        (name,) = bad
        with pytest.raises((TypeError, ValueError), match=rf"{name}.* must .*got"):
            minimize(bowl(), [1.0, 1.0], sgd(0.1), **({"steps": 3} | bad))

    @pytest.mark.parametrize("rule", [0.1, sgd, "adam", None])
    def test_what_is_not_a_rule_is_refused(self, rule):
        with pytest.raises(TypeError, match=r"minimize takes a rule such as sgd\(0\.1\); got"):
            minimize(bowl(), [1.0, 1.0], rule, steps=3)

    @pytest.mark.parametrize("problem", [Rosenbrock, "bowl", None])
    def test_what_is_not_a_problem_is_refused(self, problem):
        with pytest.raises(TypeError, match=r"minimize takes a Problem.*got"):
            minimize(problem, [1.0, 1.0], sgd(0.1), steps=3)

    def test_a_function_wants_a_tensor(self):
        with pytest.raises(TypeError, match="autograd needs a floating-point torch tensor"):
            minimize(lambda x: (x**2).sum(-1), [1.0, 1.0], sgd(0.1), steps=3)


class TestRun:
    def run(self, last):
        loss = np.array([np.ones(len(last)), last], dtype=float)
        return Run(np.arange(2), {"loss": loss, "gradient_norm": loss})

    def test_median_and_quartiles_are_over_the_runs(self):
        run = self.run([1, 2, 3, 4, 5])
        assert run.median().tolist() == [1, 3]
        assert [q.tolist() for q in run.quartiles("gradient_norm")] == [[1, 2], [1, 4]]

    def test_a_run_that_is_no_longer_a_number_counts_as_infinite(self):
        run = self.run([1, 2, np.nan, np.inf, 5])
        assert run.median()[1] == 5
        low, high = run.quartiles()
        assert (low[1], high[1]) == (2, np.inf)
        assert self.run([np.nan, np.nan, 1]).median()[1] == np.inf
        assert not np.isnan(self.run([np.nan] * 4).quartiles()).any()

    def test_one_run_is_its_own_median(self):
        run = minimize(bowl(), [1.0, 1.0], sgd(0.1), steps=5)
        np.testing.assert_array_equal(run.median(), run.loss)
        np.testing.assert_array_equal(run.quartiles("gradient_norm")[0], run.gradient_norm)

    def test_diverged_is_told_for_each_run(self):
        run = self.run([0.5, 1, 1.5, np.nan, np.inf])
        assert run.diverged.tolist() == [False, False, True, True, True]
        assert minimize(saddle(), [1.0, 0.0], sgd(0.1), steps=5).diverged.tolist() is False

    def test_a_signal_that_was_not_measured_is_named(self):
        run = minimize(bowl(), [1.0, 1.0], sgd(0.1), steps=5)
        message = r"no 'sharpness'; it measured \['gradient_norm', 'loss', 'x'\]"
        for ask in (lambda: run.sharpness, lambda: run.median("sharpness")):
            with pytest.raises(AttributeError, match=message):
                ask()

    def test_it_prints_pickles_and_copies(self):
        run = minimize(bowl(), np.ones((3, 2)), sgd(0.1), steps=5)
        assert repr(run) == "Run(5 steps, 3 runs, ['gradient_norm', 'loss', 'x'])"
        for again in (pickle.loads(pickle.dumps(run)), copy.deepcopy(run)):
            np.testing.assert_array_equal(again.x, run.x)
            assert again.rule == run.rule


class TestFlatten:
    def test_the_module_is_a_function_of_its_vector(self):
        model, (x, _) = of(torch.float64, *HIDDEN)(), regression()
        vector, call = flatten(model)
        assert torch.equal(call(vector, x), model(x))
        gradient = torch.func.grad(lambda v: call(v, x).sum())(vector)
        model(x).sum().backward()
        expected = torch.cat([p.grad.reshape(-1) for p in model.parameters()])
        torch.testing.assert_close(gradient, expected, rtol=1e-12, atol=1e-14)
        outputs = torch.func.vmap(call, in_dims=(0, None))(torch.stack([vector, 0 * vector]), x)
        torch.testing.assert_close(outputs[0], model(x), rtol=1e-12, atol=1e-14)
        assert not vector.requires_grad
        assert (outputs[1] == 0).all()

    def test_a_change_of_the_vector_leaves_the_module_alone(self):
        model = of(torch.float64, *HIDDEN)()
        before, (vector, _) = parameters([model]), flatten(model)
        vector.zero_()
        assert torch.equal(parameters([model]), before)

    def test_a_module_without_parameters_is_an_error(self):
        with pytest.raises(ValueError, match="no parameters"):
            flatten(nn.Tanh())


class TestFit:
    @pytest.mark.parametrize("rule", RULES, ids=repr)
    def test_on_the_full_batch_it_is_minimize_on_the_flat_vector(self, rule):
        data, model = regression(), of(torch.float64, *HIDDEN)()
        vector, call = flatten(copy.deepcopy(model))
        surface = minimize(lambda v: mse(call(v, data[0]), data[1]), vector, rule, steps=40)
        run = fit(model, data, mse, rule, steps=40)
        np.testing.assert_allclose(run.loss, surface.loss, rtol=1e-9)
        np.testing.assert_allclose(run.gradient_norm, surface.gradient_norm, rtol=1e-7)
        np.testing.assert_allclose(parameters([model])[0], surface.x[-1], rtol=1e-8)
        assert run.models == [model] and run.rule == rule

    def test_a_linear_model_is_least_squares(self):
        (x, y), model = regression(), nn.Linear(3, 1, bias=False).double()
        surface = LeastSquares(x, y[:, 0])
        start = model.weight.detach().clone()[0]
        expected = minimize(surface, start, sgd(0.2), steps=50)
        run = fit(model, (x, y), mse, sgd(0.2), steps=50)
        np.testing.assert_allclose(run.loss, expected.loss, rtol=1e-11, atol=1e-14)
        np.testing.assert_allclose(run.gradient_norm, expected.gradient_norm, rtol=1e-9, atol=1e-12)

    @pytest.mark.parametrize("batch", [1, 7, 30])
    def test_an_epoch_shows_every_example_once_in_a_new_order(self, batch):
        seen, (x, y) = [], regression()
        rows = torch.arange(30.0, dtype=torch.float64)[:, None]

        class Watch(nn.Linear):
            def forward(self, inputs):
                seen.append(inputs[:, 3].tolist())
                return super().forward(inputs)

        an_epoch = 30 // batch
        data = (torch.cat([x, rows], 1), y)
        fit(Watch(4, 1).double(), data, mse, sgd(1e-6), 3 * an_epoch - 1, batch=batch)
        assert all(len(examples) == batch for examples in seen)
        epochs = np.array(seen).reshape(3, -1).tolist()
        for epoch in epochs:
            assert len(set(epoch)) == len(epoch) == an_epoch * batch
        assert epochs[0] != epochs[1] != epochs[2]

    def test_the_seed_sets_the_order_of_the_examples(self):
        def losses(seed):
            torch.manual_seed(0)
            model = of(torch.float64, *HIDDEN)()
            return fit(model, regression(), mse, sgd(0.1), 10, batch=4, seed=seed).loss

        np.testing.assert_array_equal(losses(5), losses(5))
        np.testing.assert_array_equal(losses(np.int64(5)), losses(5))
        assert not np.array_equal(losses(5), losses(6))

    def test_validation_is_measured_and_not_learned_from(self):
        data, held = regression(), regression(seed=9)
        one = of(torch.float64, *HIDDEN)()
        other, before = copy.deepcopy(one), copy.deepcopy(one)
        run = fit(one, data, mse, sgd(0.1), 10, validation=held)
        plain = fit(other, data, mse, sgd(0.1), 10)
        np.testing.assert_array_equal(run.loss, plain.loss)
        with torch.no_grad():
            assert run.validation[0] == mse(before(held[0]), held[1]).item()
            assert run.validation[-1] == mse(one(held[0]), held[1]).item()
        assert "validation" not in plain.signals and one.training == other.training

    def test_every_thins_the_record_and_not_the_training(self):
        one = of(torch.float64, *HIDDEN)()
        other = copy.deepcopy(one)
        full = fit(one, regression(), mse, sgd(0.1), 10, batch=7)
        thin = fit(other, regression(), mse, sgd(0.1), 10, batch=7, every=4)
        assert thin.step.tolist() == [0, 4, 8]
        np.testing.assert_array_equal(thin.loss, full.loss[::4])
        assert torch.equal(parameters([one]), parameters([other]))

    def test_frozen_parameters_stay_and_the_rest_learns(self):
        model = of(torch.float64, *HIDDEN)()
        model[0].requires_grad_(False)
        frozen, free = copy.deepcopy(model[0]), copy.deepcopy(model[2])
        run = fit(model, regression(), mse, sgd(0.1), 5)
        assert torch.equal(model[0].weight, frozen.weight)
        assert not torch.equal(model[2].weight, free.weight) and run.loss[-1] < run.loss[0]

    def test_a_parameter_that_takes_no_part_is_named(self):
        class Idle(nn.Linear):
            def __init__(self):
                super().__init__(3, 1)
                self.idle = nn.Parameter(torch.ones(2))

        with pytest.raises(RuntimeError, match="idle has no gradient"):
            fit(Idle(), regression(torch.float32), mse, sgd(0.1), 3)

    def test_a_training_that_blows_up_is_recorded_without_a_warning(self):
        run = fit(of(torch.float32, *HIDDEN)(), regression(torch.float32), mse, sgd(1e9), 30)
        assert run.diverged and len(run.loss) == 31


def twice(build, rule=RULES[0], steps=25, dtype=torch.float64, **kwargs):
    arguments = (build, regression(dtype), mse, rule, steps)
    return (replicate(*arguments, seeds=SEEDS, batched=way, **kwargs) for way in (True, False))


class TestReplicate:
    @pytest.mark.parametrize("batch", [None, 7])
    @pytest.mark.parametrize("name", MODELS)
    def test_batched_is_the_loop_is_fit(self, name, batch):
        build, held = of(torch.float64, *MODELS[name]), regression(seed=9)
        one, other = twice(build, RULES[2], batch=batch, validation=held, every=3)
        assert (one.batched, other.batched) == (True, False)
        assert (one.note, other.note) == ("", "the loop was asked for")
        assert_same_run(one, other, rtol=1e-9)
        assert one.loss.shape == one.validation.shape == (9, len(SEEDS))
        for i, seed in enumerate(SEEDS):
            torch.manual_seed(seed)
            run = fit(build(), regression(), mse, RULES[2], 25, batch=batch, validation=held,
                      every=3, seed=seed)  # fmt: skip
            np.testing.assert_allclose(run.loss, one.loss[:, i], rtol=1e-9)
            np.testing.assert_allclose(run.validation, one.validation[:, i], rtol=1e-9)

    @pytest.mark.parametrize("rule", RULES, ids=repr)
    def test_float32_agrees_to_its_precision(self, rule):
        one, other = twice(of(torch.float32, *HIDDEN), rule, dtype=torch.float32, batch=7)
        assert_same_run(one, other, rtol=1e-4)
        assert one.loss.dtype == np.float32

    def test_seeds_differ_and_repeat(self):
        build = of(torch.float64, *HIDDEN)
        run = replicate(build, regression(), mse, sgd(0.1), 5, seeds=[1, 2, 1], batch=4)
        np.testing.assert_array_equal(run.loss[:, 0], run.loss[:, 2])
        assert not np.array_equal(run.loss[:, 0], run.loss[:, 1])

    @pytest.mark.parametrize("batched", [True, False])
    def test_seeds_may_be_a_numpy_array_or_a_generator(self, batched):
        build, data = of(torch.float64, *HIDDEN), regression()
        expected = replicate(build, data, mse, sgd(0.1), 5, seeds=[0, 1], batch=4, batched=batched)
        for seeds in (np.arange(2), (s for s in range(2))):
            run = replicate(build, data, mse, sgd(0.1), 5, seeds=seeds, batch=4, batched=batched)
            np.testing.assert_array_equal(run.loss, expected.loss)

    @pytest.mark.parametrize(
        "layer",
        [lambda: nn.BatchNorm1d(6), lambda: nn.Dropout(0.5)],
        ids=["batch norm", "dropout"],
    )
    def test_a_model_that_vmap_cannot_run_takes_the_loop_and_says_why(self, layer):
        build = of(torch.float64, HIDDEN[0], layer, *HIDDEN[1:])
        arguments = (build, regression(), mse, sgd(0.1), 5)
        run = replicate(*arguments, seeds=SEEDS, batch=6)
        again = replicate(*arguments, seeds=SEEDS, batch=6)
        assert not run.batched and "torch.vmap cannot run this model" in run.note
        np.testing.assert_array_equal(run.loss, again.loss)
        with pytest.raises(RuntimeError, match=r"buffers|random"):
            replicate(*arguments, seeds=SEEDS, batch=6, batched=True)

    @pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
    @pytest.mark.parametrize("cell", [nn.RNN, nn.GRU, nn.LSTM])
    def test_recurrent_models_give_the_same_numbers_and_no_warning(self, cell, dtype):
        arguments = (of(dtype, lambda: Recurrent(cell)), regression(dtype), mse, sgd(0.1), 5)
        run, loop = (replicate(*arguments, seeds=SEEDS, batched=way) for way in (None, False))
        assert_same_run(run, loop, rtol=1e-9 if dtype == torch.float64 else 1e-4)

    def test_frozen_parameters_stay(self):
        pretrained = of(torch.float64, HIDDEN[0])()

        def build(shared):
            model = of(torch.float64, *HIDDEN)()
            if shared:
                model[0].load_state_dict(pretrained[0].state_dict())
            model[0].requires_grad_(False)
            return model

        one, other = twice(lambda: build(shared=True))
        assert_same_run(one, other, rtol=1e-9)
        assert all(torch.equal(m[0].weight, pretrained[0].weight) for m in one.models)

        arguments = (lambda: build(shared=False), regression(), mse, sgd(0.1), 5)
        one, other = (replicate(*arguments, seeds=SEEDS, batched=way) for way in (None, False))
        assert_same_run(one, other, rtol=1e-9)
        assert "differ in more than the parameters they learn" in one.note
        for seed, model in zip(SEEDS, one.models, strict=True):
            torch.manual_seed(seed)
            assert torch.equal(model[0].weight, build(shared=False)[0].weight)

    def test_a_model_is_trained_in_training_mode_and_validated_in_the_other(self):
        class Mode(nn.Linear):
            def forward(self, x):
                return super().forward(x) * (2.0 if self.training else 1.0)

        for start in (True, False):
            build = of(torch.float64, lambda: Mode(3, 1))
            one, other = twice(lambda b=build, s=start: b().train(s), validation=regression(seed=9))
            assert_same_run(one, other, rtol=1e-9)
            assert [m.training for m in one.models] == [m.training for m in other.models]

    def test_what_a_seed_draws_outside_the_parameters_is_its_own(self):
        class Scaled(nn.Linear):
            def __init__(self):
                super().__init__(3, 1)
                self.scale = float(torch.rand(()))

            def forward(self, x):
                return super().forward(x) * self.scale

        arguments = (of(torch.float64, Scaled), regression(), mse, sgd(0.1), 5)
        run, loop = (replicate(*arguments, seeds=SEEDS, batched=way) for way in (None, False))
        assert_same_run(run, loop, rtol=1e-9)

    @pytest.mark.parametrize("batched", [None, True, False])
    def test_torchs_global_random_state_and_the_data_are_untouched(self, batched):
        data = regression()
        before, state = copy.deepcopy(data), torch.get_rng_state()
        layers = HIDDEN if batched else (*HIDDEN[:2], lambda: nn.Dropout(0.5), HIDDEN[2])
        replicate(of(torch.float64, *layers), data, mse, sgd(0.1), 5, batch=4, batched=batched)
        assert torch.equal(torch.get_rng_state(), state)
        assert all(torch.equal(a, b) for a, b in zip(data, before, strict=True))

    @pytest.mark.parametrize("batched", [True, False])
    def test_trainings_that_blow_up_are_recorded_without_a_warning(self, batched):
        with warnings.catch_warnings(record=True) as caught:
            run = replicate(
                of(torch.float32, *HIDDEN), regression(torch.float32), mse, sgd(1e9), 30,
                seeds=SEEDS, batched=batched,
            )  # fmt: skip
            assert run.diverged.all() and run.loss.shape == (31, len(SEEDS))
            assert not np.isnan([run.median(), *run.quartiles("gradient_norm")]).any()
        assert caught == []

    def test_models_that_share_their_parameters_are_refused(self):
        model = of(torch.float64, *HIDDEN)()
        with pytest.raises(ValueError, match="build must return a new"):
            replicate(lambda: model, regression(), mse, sgd(0.1), 3)

    def test_targets_that_are_classes_work(self):
        x, _ = regression()
        classes = torch.arange(30) % 4
        build = of(torch.float64, lambda: nn.Linear(3, 4))
        arguments = (build, (x, classes), nn.functional.cross_entropy, sgd(0.1), 5)
        one, other = (replicate(*arguments, seeds=SEEDS, batched=way) for way in (True, False))
        assert_same_run(one, other, rtol=1e-9)


LOOPS = {
    "fit": lambda data, rule=RULES[0], steps=3, loss=mse, **kw: fit(
        nn.Linear(3, 1), data, loss, rule, steps, **kw
    ),
    "batched": lambda data, rule=RULES[0], steps=3, loss=mse, **kw: replicate(
        lambda: nn.Linear(3, 1), data, loss, rule, steps, batched=True, **kw
    ),
    "loop": lambda data, rule=RULES[0], steps=3, loss=mse, **kw: replicate(
        lambda: nn.Linear(3, 1), data, loss, rule, steps, batched=False, **kw
    ),
}


@pytest.mark.parametrize("train", LOOPS.values(), ids=list(LOOPS))
class TestBadInput:
    data = regression(torch.float32)

    @pytest.mark.parametrize("batch", [0, -1, 31, 2.5, True])
    def test_a_bad_batch_is_named(self, train, batch):
        with pytest.raises((TypeError, ValueError), match=r"batch must .*got"):
            train(self.data, batch=batch)

    @pytest.mark.parametrize("bad", [{"steps": -1}, {"every": 0}, {"steps": 2.5}, {"every": 1.5}])
    def test_bad_counts_are_named(self, train, bad):
        (name,) = bad
        with pytest.raises((TypeError, ValueError), match=rf"{name}.* must .*got"):
            train(self.data, **bad)

    def test_data_that_does_not_fit_is_named(self, train):
        x, y = self.data
        for data in ((x, y[:5]), (x, y, y), (x[:0], y[:0])):
            with pytest.raises(ValueError, match=r"data must .*got"):
                train(data)

    def test_data_that_is_not_a_tensor_is_named(self, train):
        with pytest.raises(TypeError, match=r"data must .*tensors.*got"):
            train(tuple(part.numpy() for part in self.data))

    def test_validation_that_does_not_fit_is_named(self, train):
        x, y = self.data
        with pytest.raises(ValueError, match=r"validation must .*got"):
            train(self.data, validation=(x, y[:5]))

    @pytest.mark.parametrize("rule", [0.1, sgd, None])
    def test_what_is_not_a_rule_is_refused(self, train, rule):
        with pytest.raises(TypeError, match=r"takes a rule such as .*; got"):
            train(self.data, rule)

    def test_a_loss_that_is_not_one_number_is_named(self, train):
        with pytest.raises(ValueError, match=r"loss must return one number a batch; got shape"):
            train(self.data, loss=lambda outputs, targets: (outputs - targets) ** 2)


def test_no_seeds_are_an_error():
    with pytest.raises(ValueError, match="replicate needs at least one seed; got none"):
        replicate(of(torch.float32, *HIDDEN), regression(torch.float32), mse, sgd(0.1), 3, seeds=[])


class TestDevice:
    @pytest.mark.parametrize("name", ["gpu", "", "CPU", "cuda:0"])
    def test_another_word_is_an_error(self, name, monkeypatch):
        monkeypatch.setenv("GDCOURSE_DEVICE", name)
        with pytest.raises(ValueError, match=f"must be cpu, cuda or auto; got {name!r}"):
            device()

    def test_cuda_is_not_replaced_in_silence(self, monkeypatch):
        monkeypatch.setenv("GDCOURSE_DEVICE", "cuda")
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
        with pytest.raises(RuntimeError, match=r"torch sees no GPU: install .* or set"):
            device()

    @pytest.mark.parametrize(("there", "name"), [(True, "cuda"), (False, "cpu")])
    def test_auto_takes_the_gpu_where_there_is_one(self, there, name, monkeypatch):
        monkeypatch.delenv("GDCOURSE_DEVICE")
        monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
        assert device().type == name
        monkeypatch.setenv("GDCOURSE_DEVICE", "cpu")
        assert device().type == "cpu"


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no NVIDIA GPU")
@pytest.mark.parametrize("batched", [True, False])
def test_cuda_trains_as_the_cpu_does(batched, monkeypatch):
    arguments = (of(torch.float64, *HIDDEN), regression(), mse, RULES[2], 25)
    cpu = replicate(*arguments, seeds=SEEDS, batch=7, batched=batched)
    monkeypatch.setenv("GDCOURSE_DEVICE", "cuda")
    gpu = replicate(*arguments, seeds=SEEDS, batch=7, batched=batched)
    assert next(gpu.models[0].parameters()).is_cuda
    np.testing.assert_allclose(gpu.loss, cpu.loss, rtol=1e-8)
