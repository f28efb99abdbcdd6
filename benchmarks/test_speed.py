"""What the README's performance table is made by: `pytest benchmarks` measures and writes it.

Each row compares shortest times, which other work on the machine disturbs least, of one session on
one machine; nothing is asserted about time. The large sizes take minutes: `-k "not 25M"` leaves
them out, and the table then keeps their last rows.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
import torch
from torch import nn, optim

import gdcourse as gd
from gdcourse import plots, replicate

RESULTS = Path(__file__).parent / "results"
SEEDS, STEPS, BATCH = 32, 200, 64
SIZES = {"1M": 1_000_000, "25M": 25_000_000}
DEVICES = ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]
WAYS = ("torch", "torch fused", "ours", "ours compiled")
RULES = {  # ours, torch's, the options of torch's
    "sgd": (gd.sgd(1e-3), optim.SGD, {}),
    "momentum": (gd.momentum(1e-3), optim.SGD, {"momentum": 0.9}),
    "nesterov": (gd.nesterov(1e-3), optim.SGD, {"momentum": 0.9, "nesterov": True}),
    "adam": (gd.adam(1e-3), optim.Adam, {}),
    "adamw": (gd.adamw(1e-3), optim.AdamW, {}),
    "amsgrad": (gd.amsgrad(1e-3), optim.Adam, {"amsgrad": True}),
    "adagrad": (gd.adagrad(1e-3), optim.Adagrad, {}),
    "rmsprop": (gd.rmsprop(1e-3), optim.RMSprop, {}),
    "adadelta": (gd.adadelta(1e-3), optim.Adadelta, {}),
    "nadam": (gd.nadam(1e-3), optim.NAdam, {}),
    "radam": (gd.radam(1e-3), optim.RAdam, {}),
    "clip + adam": (gd.Chain(gd.ClipNorm(1.0), *gd.adam(1e-3).rules), optim.Adam, {}),
}
FUSED = ("sgd", "momentum", "nesterov", "adam", "adamw", "amsgrad", "adagrad", "clip + adam")
SHORTEST: dict[str, float] = {}
needs_compiler = pytest.mark.skipif(shutil.which("g++") is None, reason="no C++ compiler")


@pytest.fixture
def measure(benchmark):
    """Run a function many times, and keep its shortest time under a name."""

    def measured(name, function, rounds, warmup=3):
        benchmark.pedantic(function, rounds=rounds, warmup_rounds=warmup)
        if benchmark.stats is not None:  # None under --benchmark-disable
            SHORTEST[name] = benchmark.stats.stats.min

    return measured


def ratio(a, b):
    return SHORTEST[a] / SHORTEST[b] if a in SHORTEST and b in SHORTEST else None


@pytest.fixture(scope="module", autouse=True)
def table():
    """Write what was measured when the last benchmark of this file is done."""
    yield
    if not SHORTEST:
        return
    machine = {
        "processor": platform.machine(),
        "threads": torch.get_num_threads(),
        "waiting": os.environ.get("OMP_WAIT_POLICY", "default").lower(),
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "torch": torch.__version__,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"speed-{DEVICES[-1]}.json"
    before = json.loads(path.read_text())["seconds"] if path.exists() else {}
    SHORTEST.update({k: v for k, v in before.items() if k not in SHORTEST})
    path.write_text(json.dumps({"machine": machine, "seconds": SHORTEST}, indent=2) + "\n")
    path.with_suffix(".md").write_text("\n".join(lines(machine)) + "\n")
    draw(path.with_suffix(".png"))


def lines(machine):
    yield "Shortest times of one session: " + ", ".join(f"{k} {v}" for k, v in machine.items())
    yield ""
    yield "| what | ratio |"
    yield "|---|---:|"
    pairs = {
        f"{SEEDS} seeds of a two-layer network, batch {BATCH}: one by one / at once": (
            "replicate loop", "replicate batched"),
        "a step of Adam on 2 NumPy numbers: rule / bare arithmetic": ("Adam NumPy", "Adam bare"),
    }  # fmt: skip
    for what, (a, b) in pairs.items():
        if ratio(a, b):
            yield f"| {what} | {ratio(a, b):.2f} |"
    if "Adam NumPy" in SHORTEST:
        yield f"| the same, microseconds a step | {1e3 * SHORTEST['Adam NumPy']:.1f} |"
    yield ""
    heads = ("torch, ms", "fused / torch", "ours / torch", "compiled / torch", "compiled / fused")
    yield f"| a step of | {' | '.join(heads)} |"
    yield "|---|---:|---:|---:|---:|---:|"
    for device in DEVICES:
        for size in SIZES:
            for rule in RULES:
                torchs, fused, ours, compiled = (f"{rule} {size} {device} {way}" for way in WAYS)
                if torchs in SHORTEST and ours in SHORTEST:
                    pairs = ((fused, torchs), (ours, torchs), (compiled, torchs), (compiled, fused))
                    cells = [f"{ratio(*p):.2f}" if ratio(*p) else "" for p in pairs]
                    first = f"{rule}, {size} numbers, {device}"
                    yield f"| {first} | {1e3 * SHORTEST[torchs]:.2f} | {' | '.join(cells)} |"
    yield ""
    yield "| peak memory of Adam at 25M numbers, beside the compiler, copies of the parameters | |"
    yield "|---|---:|"
    for way in WAYS:
        if f"memory {way}" in SHORTEST:
            yield f"| {way} | {SHORTEST[f'memory {way}']:.1f} |"


def draw(path):
    ax = plots.axes()
    for i, way in enumerate(WAYS[1:]):
        names = [f"{rule} {size} {d}" for d in DEVICES for size in SIZES for rule in RULES]
        found = [(n, ratio(f"{n} {way}", f"{n} torch")) for n in names]
        found = [(n, r) for n, r in found if r]
        if found:
            ax.plot([r for _, r in found], [n for n, _ in found], "os^"[i], label=way)
    ax.axvline(1, color="0.4", lw=1)
    ax.set(xlabel="time of a step / torch's default", xscale="log")
    ax.legend(fontsize=8)
    ax.figure.set_size_inches(7.2, 6)
    ax.figure.savefig(path)


@pytest.mark.parametrize("way", ["batched", "loop"])
def test_replicate(measure, way, monkeypatch):
    monkeypatch.setenv("GDCOURSE_DEVICE", "cpu")
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(512, 20, generator=generator)
    data = (x, x.sum(1, keepdim=True))

    def build():
        return nn.Sequential(nn.Linear(20, 32), nn.Tanh(), nn.Linear(32, 1))

    def train():
        return replicate(
            build, data, nn.functional.mse_loss, gd.adam(1e-2), STEPS,
            seeds=range(SEEDS), batch=BATCH, batched=way == "batched",
        )  # fmt: skip

    measure(f"replicate {way}", train, rounds=3, warmup=1)


@pytest.mark.parametrize("way", ["NumPy", "bare"])
def test_adam_on_two_numbers(measure, way):
    rule, x, g = gd.adam(1e-3), np.array([1.0, 2.0]), np.array([0.3, -0.7])

    def steps():
        state = rule.init(x)
        for _ in range(1000):
            _, state = rule.update(g, state, x)

    def bare():
        m, v = np.zeros(2), np.zeros(2)
        for t in range(1, 1001):
            m = 0.9 * m + (1 - 0.9) * g
            v = 0.999 * v + (1 - 0.999) * g**2
            _ = 1e-3 * (m / (1 - 0.9**t) / ((v / (1 - 0.999**t)) ** 0.5 + 1e-8))

    measure(f"Adam {way}", steps if way == "NumPy" else bare, rounds=20)


def optimizer(rule, way, parameters):
    """Return the step of an optimizer of these parameters."""
    ours, theirs, options = RULES[rule]
    if way.startswith("ours"):
        return gd.TorchOptimizer(parameters, ours, compile="compiled" in way).step
    made = theirs(parameters, lr=1e-3, **options, **({"fused": True} if "fused" in way else {}))
    if not rule.startswith("clip"):
        return made.step

    def step():
        nn.utils.clip_grad_norm_(parameters, 1.0)
        made.step()

    return step


def some_parameters(size, device):
    generator = torch.Generator(device).manual_seed(0)
    parameters = []
    for _ in range(10):  # ten of them, as in a small network
        p = torch.randn(size // 10, generator=generator, device=device).requires_grad_()
        p.grad = torch.randn(p.shape, generator=generator, device=device)
        parameters.append(p)
    return parameters


@needs_compiler
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own, as it compiles
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("device", DEVICES)
def test_torch_optimizer(device, size, rule):
    """All ways take turns, so that what else runs on the machine meets all of them alike."""
    torch.compiler.reset()
    ways = [way for way in WAYS if "fused" not in way or rule in FUSED]
    steps = {way: optimizer(rule, way, some_parameters(SIZES[size], device)) for way in ways}
    rounds, in_a_row = {"1M": (20, 8), "25M": (12, 2)}[size]  # the first of a row finds no cache
    for i in range(3 + rounds):
        for way, step in steps.items():
            for _ in range(in_a_row):
                start = perf_counter()
                step()
                if device == "cuda":
                    torch.cuda.synchronize()
                took, name = perf_counter() - start, f"{rule} {size} {device} {way}"
                if i >= 3:
                    SHORTEST[name] = min(took, SHORTEST.get(name, took))


@needs_compiler
@pytest.mark.parametrize("way", WAYS)
def test_memory_of_25M(way):
    command = [sys.executable, __file__, way]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    SHORTEST[f"memory {way}"] = float(done.stdout.split()[-1])


def peak():
    """Return the most memory this process has held, in bytes (Linux; getrusage counts parents')."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(re.search(r"VmHWM:\s+(\d+)", status)[1])


if __name__ == "__main__":  # a process of its own, whose peak is this optimizer's alone
    small = optimizer("adam", sys.argv[1], some_parameters(1000, "cpu"))
    small()  # the compiler is loaded once in a process: some 100 MB, which are not the step's
    parameters = some_parameters(SIZES["25M"], "cpu")
    step = optimizer("adam", sys.argv[1], parameters)
    start = peak()
    for _ in range(4):
        step()
    print((peak() - start) / (4 * SIZES["25M"]))
