"""What the README's performance table is made by: `pytest benchmarks` measures and writes it.

Each row is a ratio of two shortest times, which other work on the machine disturbs least, of one
session on one machine; nothing is asserted about time.
"""

import json
import platform
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from gdcourse import TorchOptimizer, adam, momentum, replicate

RESULTS = Path(__file__).parent / "results"
SEEDS, STEPS, BATCH = 32, 30, 64
SIZES = {"tiny": 100, "a million": 1_000_000}
SHORTEST: dict[str, float] = {}


@pytest.fixture
def measure(benchmark):
    """Run a function many times, and keep its shortest time under a name."""

    def measured(name, function, rounds):
        benchmark.pedantic(function, rounds=rounds, warmup_rounds=1)
        if benchmark.stats is not None:  # None under --benchmark-disable
            SHORTEST[name] = benchmark.stats.stats.min

    return measured


@pytest.fixture(scope="module", autouse=True)
def table():
    """Write the table when the last benchmark of this file is done."""
    yield
    rows = [
        (f"replicate: {SEEDS} seeds one by one / at once", "replicate loop", "replicate batched"),
        (
            "1000 steps of Adam on NumPy, 2 parameters: rule / bare arithmetic",
            "Adam NumPy",
            "Adam bare",
        ),
    ]
    for size in SIZES:
        for rule in ("adam", "momentum"):
            name = f"{rule}, {size} parameters"
            rows.append((f"{name}: TorchOptimizer / torch.optim", f"{name} ours", f"{name} torch"))
    done = [row for row in rows if row[1] in SHORTEST and row[2] in SHORTEST]
    if len(done) < len(rows):
        return  # a part of the table is no table
    machine = {
        "processor": platform.machine(),
        "threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "torch": torch.__version__,
    }
    results = [
        {
            "what": what,
            "first_s": SHORTEST[a],
            "second_s": SHORTEST[b],
            "ratio": SHORTEST[a] / SHORTEST[b],
        }
        for what, a, b in done
    ]
    RESULTS.mkdir(exist_ok=True)
    record = {"machine": machine, "results": results}
    (RESULTS / "speed.json").write_text(json.dumps(record, indent=2) + "\n")
    lines = ["| first / second | first | second | ratio |", "|---|---:|---:|---:|"]
    lines += [
        f"| {r['what']} | {1e3 * r['first_s']:.3g} ms | {1e3 * r['second_s']:.3g} ms "
        f"| {r['ratio']:.2f} |"
        for r in results
    ]
    lines += [
        "",
        "Shortest times of one session on "
        + ", ".join(f"{k} {v}" for k, v in machine.items())
        + ".",
    ]
    (RESULTS / "speed.md").write_text("\n".join(lines) + "\n")


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
            build, data, nn.functional.mse_loss, adam(1e-2), STEPS,
            seeds=range(SEEDS), batch=BATCH, batched=way == "batched",
        )  # fmt: skip

    measure(f"replicate {way}", train, rounds=5)


@pytest.mark.parametrize("way", ["NumPy", "bare"])
def test_adam_on_two_numbers(measure, way):
    rule, x, g = adam(1e-3), np.array([1.0, 2.0]), np.array([0.3, -0.7])

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


@pytest.mark.parametrize("way", ["ours", "torch"])
@pytest.mark.parametrize("rule", ["adam", "momentum"])
@pytest.mark.parametrize("size", SIZES)
def test_torch_optimizer(measure, size, rule, way):
    generator = torch.Generator().manual_seed(0)
    shape = (10, SIZES[size] // 10)  # ten parameters, as in a small network
    parameters = [row.clone().requires_grad_() for row in torch.randn(shape, generator=generator)]
    for p in parameters:
        p.grad = torch.randn(p.shape, generator=generator)
    make = {
        ("adam", "ours"): lambda: TorchOptimizer(parameters, adam(1e-3)),
        ("adam", "torch"): lambda: torch.optim.Adam(parameters, lr=1e-3),
        ("momentum", "ours"): lambda: TorchOptimizer(parameters, momentum(1e-3)),
        ("momentum", "torch"): lambda: torch.optim.SGD(parameters, lr=1e-3, momentum=0.9),
    }
    optimizer = make[rule, way]()
    measure(f"{rule}, {size} parameters {way}", optimizer.step, rounds=50)
