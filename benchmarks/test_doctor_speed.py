"""What the doctor costs: `pytest benchmarks/test_doctor_speed.py` measures it and writes a table.

Training with and without it takes turns, a few steps each, so that other work on the machine
disturbs both alike; a ratio is the median over the turns. Rivals run beside it where they are
installed (pip install torchmortem). Nothing is asserted about time.
"""

import json
import platform
import time
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
import torch
from torch import nn

from gdcourse import Doctor

RESULTS = Path(__file__).parent / "results"
DEVICES = ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]
TURNS, STEPS = 60, 20  # of each way; one step in twenty is sampled
WAYS = ("plain", "default", "thorough", "torchmortem")
TABLE: dict[str, dict[str, float]] = {}


class LSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.recurrent, self.out = nn.LSTM(16, 64, batch_first=True), nn.Linear(64, 10)

    def forward(self, x):
        return self.out(self.recurrent(x)[0][:, -1])


def mlp():
    sizes = (64, 256, 256, 256)
    hidden = [(nn.Linear(*pair), nn.ReLU()) for pair in pairwise(sizes)]
    return nn.Sequential(*(m for pair in hidden for m in pair), nn.Linear(256, 10)), (64,)


def cnn():
    layers = [nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    layers += [nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(32 * 7 * 7, 10)), (1, 28, 28)


def lstm():
    return LSTM(), (20, 16)


def trainer(build, way, device):
    """Return a function that makes a few steps of a training, in one of the WAYS."""
    torch.manual_seed(0)
    model, shape = build()
    model.to(device)
    x, y = torch.randn(64, *shape, device=device), torch.randint(10, (64,), device=device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    watch = None
    if way in ("default", "thorough"):
        doctor = Doctor(model, optimizer, **({"every": 1} if way == "thorough" else {}))
        watch = lambda loss: doctor.step(loss, targets=y)  # noqa: E731
    elif way != "plain":
        autopsy = pytest.importorskip("torchmortem").Autopsy(model, optimizer=optimizer)
        autopsy.attach() if hasattr(autopsy, "attach") else autopsy.__enter__()
        watch = lambda loss: autopsy.step(loss=loss.item())  # noqa: E731

    def steps(count=STEPS):
        for _ in range(count):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            if watch:
                watch(loss)
        if device == "cuda":
            torch.cuda.synchronize()

    return steps


@pytest.fixture(scope="module", autouse=True)
def table():
    """Write what was measured when all of it is."""
    yield
    RESULTS.mkdir(exist_ok=True)
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else platform.machine()
    machine = {"device": device, "threads": torch.get_num_threads(), "torch": torch.__version__}
    path = RESULTS / f"doctor-{DEVICES[-1]}.json"
    path.write_text(json.dumps({"machine": machine, "ratios": TABLE}, indent=2) + "\n")
    rows = ["| a step of | " + " | ".join(WAYS) + " |", "|---|" + "---:|" * len(WAYS)]
    for name, row in TABLE.items():
        cells = [f"{row['plain']:.2f} ms"]
        cells += [f"{row[way]:.3f} x" if way in row else "" for way in WAYS[1:]]
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    said = "Time of a step against the same step unwatched: " + ", ".join(
        f"{key} {value}" for key, value in machine.items()
    )
    path.with_suffix(".md").write_text("\n".join([said, "", *rows]) + "\n")


@pytest.mark.filterwarnings("ignore:Full backward hook:UserWarning")  # the rival's hooks
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("build", [mlp, cnn, lstm])
def test_overhead(build, device):
    ways = {}
    for way in WAYS:
        try:
            ways[way] = trainer(build, way, device)
        except pytest.skip.Exception:
            continue
        ways[way](12 + STEPS)  # past the first steps, which are all sampled
    # On the processor its own clock: it leaves out what other programs took.
    clock = time.process_time if device == "cpu" else time.perf_counter
    times = {way: [] for way in ways}
    for turn in range(TURNS):
        for way in list(ways)[:: 1 if turn % 2 else -1]:
            begin = clock()
            ways[way]()
            times[way].append((clock() - begin) / STEPS)
    base = times["plain"]
    ratios = {w: median(a / b for a, b in zip(t, base, strict=True)) for w, t in times.items()}
    row = TABLE[f"{build.__name__}, {device}"] = ratios | {"plain": 1e3 * min(base)}
    print({way: round(ratio, 3) for way, ratio in row.items()})
