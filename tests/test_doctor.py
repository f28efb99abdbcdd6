"""The doctor's laws: the run stays as it is, every kind of training works, bad use is told."""

import copy
import random

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import gdcourse as gd
from gdcourse import Doctor
from gdcourse.doctor.batches import FIRST, LAST, ROOM, Batches
from gdcourse.doctor.vitals import KEPT, RECENT, Vitals

N, CLASSES = 32, 4


def data(shape=(6,), seed=0, targets=None):
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(N, *shape, generator=g)
    y = x.reshape(N, -1)[:, :CLASSES].argmax(1) if targets is None else targets(x, g)
    return x, y


def mlp():
    return nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, CLASSES))


class Noisy(nn.Module):
    """Dropout, batch norm, and noise of three generators."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, CLASSES)
        )

    def forward(self, x):
        return self.body(x + 0.01 * random.random() + 0.01 * np.random.rand())


OPTIMIZERS = {
    "Adam": lambda p: torch.optim.Adam(p, lr=1e-2),
    "SGD": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "LBFGS": lambda p: torch.optim.LBFGS(p, lr=0.5, max_iter=3),
    "TorchOptimizer": lambda p: gd.TorchOptimizer(p, gd.adam(1e-2)),
    "AdamW amsgrad": lambda p: torch.optim.AdamW(p, lr=1e-2, amsgrad=True),
    "Rprop": lambda p: torch.optim.Rprop(p),
    "NAdam": lambda p: torch.optim.NAdam(p),
    "Adagrad": lambda p: torch.optim.Adagrad(p),
}


def train(model, optimizer, x, y, steps=30, loss_fn=F.cross_entropy, doctor=None, closure=False):
    for _ in range(steps):

        def evaluate():
            optimizer.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
            return loss

        loss = optimizer.step(evaluate) if closure else evaluate()
        if not closure:
            optimizer.step()
        if doctor is not None:
            doctor.step(loss, targets=y)
    return doctor


def state(model, optimizer):
    """Return everything that a watched run must share with one that is not."""
    parts = [*model.state_dict().values(), *(p.grad for p in model.parameters())]
    optimizers = copy.deepcopy(optimizer.state_dict()["state"])
    randoms = (torch.get_rng_state(), random.random(), np.random.rand())
    return [p if p is None else p.clone() for p in parts], optimizers, randoms


def same(a, b):
    if isinstance(a, torch.Tensor):
        return isinstance(b, torch.Tensor) and torch.equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b if not hasattr(a, "__dict__") else same(vars(a), vars(b))


def hooks(model, optimizer):
    """Count every hook on a model, its modules and parameters, and an optimizer."""
    holders = [*model.modules(), *model.parameters(), optimizer]
    return sum(
        len(found)
        for holder in holders
        for name in dir(type(holder)) + list(getattr(holder, "__dict__", ()))
        if name.endswith("hooks") and name.startswith("_") and not name.startswith("__")
        and isinstance(found := getattr(holder, name, None), dict)
    )  # fmt: skip


@pytest.mark.parametrize("every", [1, 20])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_run_is_untouched(name, every):
    results = []
    for watched in (False, True):
        torch.manual_seed(3), random.seed(3), np.random.seed(3)
        model = Noisy()
        optimizer = OPTIMIZERS[name](model.parameters())
        x, y = data()
        doctor = Doctor(model, optimizer, F.cross_entropy, every=every) if watched else None
        train(model, optimizer, x, y, 24, doctor=doctor, closure=name == "LBFGS")
        if watched and every == 20:  # mid-run, and then on
            doctor.diagnose(probe=True, seconds=0.3)
        train(model, optimizer, x, y, 12, doctor=doctor, closure=name == "LBFGS")
        if watched:
            doctor.diagnose()
            doctor.close()
            assert hooks(model, optimizer) == 0
        results.append(state(model, optimizer))
    assert same(*results)


def test_a_loss_with_a_state_of_its_own_is_untouched_too():
    class Loss(nn.Module):
        def __init__(self, model):
            super().__init__()
            self.scale, self.model = nn.Parameter(torch.ones(())), model
            self.register_buffer("calls", torch.zeros(()))

        def forward(self, output, y):
            self.calls += 1
            weights = sum((p**2).sum() for p in self.model.parameters())
            return self.scale * F.cross_entropy(output, y) + 1e-4 * weights

    torch.manual_seed(0)
    model = mlp()
    loss_fn, (x, y) = Loss(model), data()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    doctor = train(
        model, optimizer, x, y, loss_fn=loss_fn, doctor=Doctor(model, optimizer, loss_fn)
    )
    before = [loss_fn.calls.clone(), *(p.grad.clone() for p in loss_fn.parameters())]
    model.eval()
    doctor.diagnose(probe=True, seconds=0.3)
    assert not model.training
    assert same(before, [loss_fn.calls, *(p.grad for p in loss_fn.parameters())])


def test_no_hook_is_left():
    model = mlp()
    optimizer = torch.optim.Adam(model.parameters())
    with pytest.raises(ZeroDivisionError), Doctor(model, optimizer) as doctor:
        assert hooks(model, optimizer) > 0
        train(model, optimizer, *data(), steps=3, doctor=doctor)
        _ = 1 / 0
    assert hooks(model, optimizer) == 0
    doctor = Doctor(model, optimizer, F.cross_entropy)
    train(model, optimizer, *data(), steps=25, doctor=doctor)
    assert 0 < hooks(model, optimizer) <= 2  # between samples the optimizer's two alone
    doctor.close()
    assert not doctor.diagnose(probe=True, seconds=0.1).early
    assert hooks(model, optimizer) == 0


def test_memory_is_bounded_over_a_million_steps():
    vitals = Vitals()
    for step in range(10**6):
        vitals.add_loss(1.0 / (step + 1))
        vitals.add_sample(step)
        if step % 10 == 0:
            vitals.add_validation(1.0)
    assert len(vitals.recent) <= RECENT
    assert max(len(vitals.thinned), len(vitals.samples)) <= KEPT
    assert len(vitals.validations) <= 2 * KEPT
    steps, losses = vitals.losses()
    assert (np.diff(steps) > 0).all() and (steps[0], steps[-1]) == (0, 10**6 - 1)
    assert np.allclose(losses, 1 / (steps + 1))
    kept = np.array([t for t, _ in vitals.samples])
    assert len(np.unique(np.diff(kept))) == 1 and kept[-1] > 0.99 * 10**6


def test_what_is_kept_of_the_batches_is_bounded_and_copied():
    batches = Batches()
    x = torch.zeros(8, 3)
    for step in range(50):
        x.fill_(step)  # a loop may write one batch over the other
        batches.add(((x,), {}), x, {"y": x}, 0.0)
    seen = [inputs[0][0][0, 0].item() for inputs, *_ in batches.all()]
    assert seen == [0, 1, 2, 44, 45, 46, 47, 48, 49] and len(seen) == FIRST + LAST
    large = Batches()
    for _ in range(10):
        large.add(torch.zeros(1).expand(ROOM // 5), None, None, 0.0)
    assert 2 <= len(large.all()) <= 5 and not large.too_large
    large.add(torch.zeros(1).expand(ROOM), None, None, 0.0)
    assert large.too_large and 2 <= len(large.all()) <= 5


class Recurrent(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.recurrent, self.out = kind(3, 12, batch_first=True), nn.Linear(12, CLASSES)

    def forward(self, x):
        return self.out(self.recurrent(x)[0][:, -1])


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.up = nn.Linear(3, 8)
        self.body = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.out = nn.Linear(8, CLASSES)

    def forward(self, x):
        return self.out(self.body(self.up(x)).mean(1))


class Shared(nn.Module):
    """One layer called three times, its weight shared with another one; a frozen layer."""

    def __init__(self):
        super().__init__()
        self.first, self.again = nn.Linear(6, 6), nn.Linear(6, 6)
        self.again.weight = self.first.weight
        self.frozen, self.out = nn.Linear(6, 6).requires_grad_(False), nn.Linear(6, CLASSES)

    def forward(self, x):
        for _ in range(3):
            x = torch.tanh(self.first(x))
        return self.out(self.again(self.frozen(x)))


class Dictionary(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = mlp()

    def forward(self, batch, *, scale=1.0):
        return {"loss": None, "logits": self.body(scale * batch["x"])}


class Step(nn.Module):
    """A class around a network that is trained without being called itself."""

    def __init__(self):
        super().__init__()
        self.network = mlp()


MODELS = {
    "MLP": (mlp, (6,)),
    "CNN": (lambda: nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 4)),
            (1, 8, 8)),
    "RNN": (lambda: Recurrent(nn.RNN), (5, 3)),
    "LSTM": (lambda: Recurrent(nn.LSTM), (5, 3)),
    "transformer": (Encoder, (5, 3)),
    "shared and frozen": (Shared, (6,)),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_models_of_every_kind(name):
    torch.manual_seed(0)
    build, shape = MODELS[name]
    model = build()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    doctor = Doctor(model, optimizer, F.cross_entropy)
    train(model, optimizer, *data(shape), steps=50, doctor=doctor)
    diagnosis = doctor.diagnose()
    assert diagnosis.steps == 50 and not diagnosis.early
    assert diagnosis.healthy, str(diagnosis)
    run = doctor.vital_signs()
    assert list(run.step) == [*range(10), 20, 40]
    assert all(np.isfinite(signal).all() for signal in run.signals.values())
    assert set(doctor._probe.order) <= set(doctor._probe.sites)
    assert len(doctor.batches) > FIRST


def test_inputs_and_outputs_in_dictionaries():
    model = Dictionary()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    doctor, (x, y) = Doctor(model, optimizer), data()
    for _ in range(30):
        optimizer.zero_grad()
        loss = F.cross_entropy(model({"x": x}, scale=2.0)["logits"], y)
        loss.backward()
        optimizer.step()
        doctor.step(loss, targets=y)
    ((given,), options), outputs, targets, _ = doctor.batches[-1]
    assert torch.equal(given["x"], x) and options == {"scale": 2.0}
    assert outputs.shape == (N, CLASSES) and torch.equal(targets, y)
    assert doctor.diagnose().healthy


def test_a_class_around_a_network_that_is_not_called_itself():
    whole = Step()
    optimizer = torch.optim.Adam(whole.parameters(), lr=1e-2)
    doctor = Doctor(whole, optimizer)
    train(whole.network, optimizer, *data(), doctor=doctor)
    assert doctor.batches[0][1].shape == (N, CLASSES)


TASKS = {
    "classes": (lambda: mlp(), F.cross_entropy, None),
    "numbers": (lambda: mlp(), F.mse_loss, lambda x, g: x[:, :CLASSES].sin()),
    "yes or no": (lambda: mlp(), F.binary_cross_entropy_with_logits,
                  lambda x, g: (x[:, :CLASSES] > 0).float()),
    "a sequence of classes": (
        lambda: nn.Sequential(nn.Conv1d(2, 8, 3, padding=1), nn.ReLU(), nn.Conv1d(8, 3, 1)),
        F.cross_entropy, lambda x, g: (x[:, 0] > 0).long() + (x[:, 1] > 1).long()),
    "an embedding": (
        lambda: nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3)),
        lambda o, y: F.cosine_embedding_loss(o, o.roll(1, 0), y),
        lambda x, g: torch.where(x[:, 0] * x[:, 0].roll(1, 0) > 0, 1.0, -1.0)),
}  # fmt: skip


@pytest.mark.parametrize("name", TASKS)
def test_tasks_of_every_kind(name):
    torch.manual_seed(0)
    build, loss_fn, targets = TASKS[name]
    x, y = data((2, 7) if "sequence" in name else (6,), targets=targets)
    model = build()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    doctor = Doctor(model, optimizer, loss_fn)
    train(model, optimizer, x, y, 60, loss_fn, doctor)
    assert doctor.diagnose().healthy, str(doctor.diagnose())


def test_sparse_gradients_of_an_embedding():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(50, 4, sparse=True), nn.Flatten(), nn.Linear(12, CLASSES))
    words = torch.randint(50, (N, 3))
    optimizer = torch.optim.SGD(model.parameters(), 0.5)
    doctor = train(model, optimizer, words, words[:, 0] % CLASSES, 40,
                   doctor=Doctor(model, optimizer))  # fmt: skip
    assert doctor.diagnose().healthy
    assert (doctor.vital_signs().gradient_norm > 0).all()


@pytest.mark.parametrize("per_batch", [True, False])
def test_gradients_accumulated_on_purpose_are_healthy(per_batch):
    torch.manual_seed(0)
    model, (x, y) = mlp(), data()
    optimizer = torch.optim.SGD(model.parameters(), 0.3)
    doctor = Doctor(model, optimizer, every=1)
    for _ in range(30):
        optimizer.zero_grad()
        for half in (slice(0, 16), slice(16, 32)):
            loss = F.cross_entropy(model(x[half]), y[half])
            (loss / 2).backward()
            if half.start == 16:
                optimizer.step()
            if per_batch or half.start == 16:
                doctor.step(loss, targets=y[half])
    assert doctor.diagnose().healthy, str(doctor.diagnose())
    for inputs, outputs, targets, loss in doctor.batches:  # what is kept belongs together
        assert F.cross_entropy(outputs, targets).item() == pytest.approx(loss)
        assert len(inputs[0][0]) == 16


def test_several_groups_a_schedule_validation_and_a_loss_as_a_number():
    torch.manual_seed(0)
    model, (x, y) = mlp(), data()
    groups = [{"params": model[0].parameters(), "lr": 0.1}, {"params": model[2].parameters()}]
    optimizer = torch.optim.SGD(groups, lr=0.2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [0.3, 0.3], total_steps=40)
    doctor = Doctor(model, optimizer)
    for step in range(40):
        train(model, optimizer, x, y, 1)
        schedule.step()
        doctor.step(F.cross_entropy(model(x), y).item(), targets=y)
        model.eval()  # a look at other data, with and without gradients, is not a step
        with torch.set_grad_enabled(step % 2 == 0):
            doctor.validation(F.cross_entropy(model(x + 0.01), y))
        model.train()
    assert doctor.diagnose().healthy
    assert all(torch.equal(inputs[0][0], x) for inputs, *_ in doctor.batches)


def test_mixed_precision_with_skipped_steps():
    torch.manual_seed(0)
    model, (x, y) = mlp(), data()
    optimizer = torch.optim.SGD(model.parameters(), 0.2)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    doctor = Doctor(model, optimizer, every=1)
    for step in range(40):
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            loss = F.cross_entropy(model(x), y)
        scaler.scale(loss).backward()
        if step % 10 == 0:
            model[0].weight.grad[0, 0] = torch.inf
        scaler.step(optimizer)
        scaler.update()
        doctor.step(loss, targets=y)
    run = doctor.vital_signs()
    assert len(run.step) == 36 and np.isfinite(run.gradient_norm).all()
    assert run.gradient_norm.max() < 10  # not those of the scaled loss
    assert doctor.diagnose().healthy


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own, as it compiles
@pytest.mark.parametrize("way", ["torch.compile", "compile in place", "a part"])
def test_compiled_models_say_what_cannot_be_seen(way):
    torch.compiler.reset()
    torch.manual_seed(0)
    model, (x, y) = mlp(), data()
    called = torch.compile(model, backend="eager") if way == "torch.compile" else model
    if way == "compile in place":
        model.compile(backend="eager")
    if way == "a part":
        model[0] = torch.compile(model[0], backend="eager")
    optimizer = torch.optim.SGD(model.parameters(), 0.2)
    doctor = train(called, optimizer, x, y, doctor=Doctor(called, optimizer, F.cross_entropy))
    diagnosis = doctor.diagnose(probe=True, seconds=0.2)
    assert diagnosis.healthy
    assert any("compiled" in note for note in diagnosis.notes)
    assert len(doctor.vital_signs().step) >= 11
    assert bool(doctor.batches) == (way != "compile in place")


MISUSE = {
    "no module": (lambda: Doctor(3, None), TypeError, "model must be a torch.nn.Module; got int"),
    "no optimizer": (lambda: Doctor(mlp(), "adam"), TypeError, "torch.optim.Optimizer; got str"),
    "two optimizers": (
        lambda: Doctor(mlp(), [torch.optim.SGD(mlp().parameters())]), TypeError, "one Doctor for"),
    "not of this model": (
        lambda: Doctor(mlp(), torch.optim.SGD(mlp().parameters())),
        ValueError, "do not belong together.*model.parameters\\(\\)"),
    "every": (lambda: watched(every=0), ValueError, "whole number, 1 or more; got 0"),
    "no function": (lambda: watched(loss_fn="mse"), TypeError, "loss_fn must be callable"),
    "no shape yet": (
        lambda: Doctor(m := nn.LazyLinear(3), torch.optim.SGD(m.parameters())),
        ValueError, "run one batch through the model first"),
    "no backward": (lambda: watched().step(1.0), RuntimeError, "after loss.backward\\(\\) and opt"),
    "several numbers": (
        lambda: watched().step(torch.ones(4)), ValueError, "shape \\(4,\\). Give the mean"),
    "no number": (lambda: watched().step("low"), TypeError, "number or a tensor; got str"),
    "no validation": (lambda: watched().validation(None), TypeError, "Doctor.validation takes"),
    "closed": (lambda: closed().step(1.0), RuntimeError, "after close: make a new Doctor"),
}  # fmt: skip


def watched(**options):
    model = mlp()
    return Doctor(model, torch.optim.SGD(model.parameters()), **options)


def closed():
    with watched() as doctor:
        return doctor


@pytest.mark.filterwarnings("ignore:Lazy modules")
@pytest.mark.parametrize("name", MISUSE)
def test_bad_use_is_told(name):
    use, error, message = MISUSE[name]
    with pytest.raises(error, match=message):
        use()


def test_too_early_to_tell_is_not_healthy():
    model = mlp()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    doctor = train(model, optimizer, *data(), steps=19, doctor=Doctor(model, optimizer))
    diagnosis = doctor.diagnose()
    assert not diagnosis.healthy and diagnosis.early and diagnosis.primary is None
    assert str(diagnosis) == "Too early to tell: 19 steps, 20 are needed."


def test_an_optimizer_that_never_steps_is_not_healthy_in_silence():
    model, (x, y) = mlp(), data()
    doctor = Doctor(model, torch.optim.SGD(model.parameters(), 0.1))
    for _ in range(30):
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        doctor.step(loss, targets=y)
    assert any("no step" in note for note in doctor.diagnose().notes)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no NVIDIA GPU")
def test_on_cuda_nothing_is_read_between_samples_and_the_run_is_untouched():
    results = []
    for watch in (False, True):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 4)).cuda()
        optimizer = torch.optim.Adam(model.parameters(), fused=True)
        x, y = (t.cuda() for t in data())
        doctor = Doctor(model, optimizer, F.cross_entropy, every=1) if watch else None
        train(model, optimizer, x, y, 3, doctor=doctor)
        torch.cuda.set_sync_debug_mode("error")
        try:
            train(model, optimizer, x, y, 30, doctor=doctor)
        finally:
            torch.cuda.set_sync_debug_mode("default")
        if watch:
            doctor.diagnose(probe=True, seconds=0.3)
        results.append((*model.state_dict().values(), torch.cuda.get_rng_state()))
    assert same(*results)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no NVIDIA GPU")
def test_scaled_gradients_of_a_fused_optimizer_are_read_unscaled():
    torch.manual_seed(0)
    model, (x, y) = mlp().cuda(), (t.cuda() for t in data())
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    scaler = torch.amp.GradScaler("cuda", init_scale=65536.0)
    doctor = Doctor(model, optimizer)
    for _ in range(20):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        doctor.step(loss, targets=y)
    assert doctor.vital_signs().gradient_norm.max() < 10


def test_of_several_processes_the_first_speaks(monkeypatch):
    store = torch.distributed.HashStore()
    torch.distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    try:
        torch.manual_seed(0)
        model = nn.parallel.DistributedDataParallel(mlp())
        optimizer = torch.optim.SGD(model.parameters(), 0.2)
        first = Doctor(model, optimizer, F.cross_entropy)
        monkeypatch.setattr(torch.distributed, "get_rank", lambda: 1)
        monkeypatch.setattr(torch.distributed, "get_world_size", lambda: 2)
        second = Doctor(model, optimizer, F.cross_entropy)
        monkeypatch.undo()
        for _ in range(25):
            train(model, optimizer, *data(), steps=1, doctor=first)
            second.step(0.5)
        assert first.diagnose(probe=True, seconds=0.2).healthy
        assert first._probe.names[0] == "0.weight"
        diagnosis = second.diagnose()
        assert not diagnosis.healthy
        assert str(diagnosis) == "No verdict.\nNote: this is process 1 of 2: process 0 speaks"
        second.close(), first.close()
        assert hooks(model, optimizer) == 0
    finally:
        torch.distributed.destroy_process_group()
