"""The doctor beside other libraries, each the real one, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gdcourse import cli
from gdcourse.doctor import adapters
from gdcourse.doctor.adapters import finished

ROOT = Path(__file__).parents[1]


def python(code, **environment):
    """Run code without the warnings of libraries, and return what it prints last, as JSON."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""} | environment,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


LIGHTNING = """
import json, logging, torch
import lightning as L
from gdcourse.doctor.adapters import LightningDoctor
logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)

class Model(L.LightningModule):
    def __init__(self, rate):
        super().__init__()
        self.net, self.rate = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.ReLU(),
                                                  torch.nn.Linear(16, 4)), rate
    def training_step(self, batch, index):
        return torch.nn.functional.cross_entropy(self.net(batch[0]), batch[1])
    def validation_step(self, batch, index):
        loss = torch.nn.functional.cross_entropy(self.net(batch[0]), batch[1])
        self.log("val_loss", loss)
    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), self.rate)

def fit(rate, watch, accumulate=1):
    L.seed_everything(0, verbose=False)
    x = torch.randn(64, 6)
    data = torch.utils.data.TensorDataset(x, x[:, :4].argmax(1))
    loader = torch.utils.data.DataLoader(data, 16, shuffle=True)
    model, doctor = Model(rate), LightningDoctor(report=False)
    trainer = L.Trainer(max_epochs=15, accelerator="cpu", logger=False, enable_progress_bar=False,
                        enable_checkpointing=False, enable_model_summary=False,
                        accumulate_grad_batches=accumulate, callbacks=[doctor] if watch else [])
    trainer.fit(model, loader, loader)
    return model, doctor

plain, _ = fit(0.1, False)
watched, well = fit(0.1, True)
same = all(map(torch.equal, plain.state_dict().values(), watched.state_dict().values()))
_, summed = fit(0.1, True, 2)
_, ill = fit(1e4, True)
print(json.dumps([same, well.diagnosis.healthy, len(well.doctor.batches),
                  len(well.doctor.vitals.validations), summed.diagnosis.healthy,
                  ill.diagnosis.primary.symptom, well.doctor._probe._lasting]))
"""


def test_lightning():
    same, healthy, batches, validations, summed, symptom, hooks = python(LIGHTNING)
    assert same and healthy and summed
    assert batches >= 4 and validations == 15 and hooks == []
    assert symptom in ("learning-rate-too-high", "dead-relu")


TRANSFORMERS = """
import json, torch, tempfile
from transformers import (BertConfig, BertForSequenceClassification, GPT2Config, GPT2LMHeadModel,
                          Trainer, TrainingArguments)
from gdcourse.doctor.adapters import TrainerDoctor

def fit(kind, rate, watch=True, accumulate=1):
    torch.manual_seed(0)
    small = dict(vocab_size=20)
    if kind == "text":
        config = GPT2Config(**small, n_embd=16, n_layer=1, n_head=2, n_positions=8)
        model = GPT2LMHeadModel(config)
        words = [(torch.arange(8) + i) % 20 for i in range(64)]
        data = [{"input_ids": w, "labels": w} for w in words]
    else:
        config = BertConfig(**small, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
                            intermediate_size=32, max_position_embeddings=8, num_labels=2)
        model = BertForSequenceClassification(config)
        words = torch.randint(20, (64, 6))
        data = [{"input_ids": w, "labels": int(w[0] > 9)} for w in words]
    doctor = TrainerDoctor(report=False)
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder, num_train_epochs=10, per_device_train_batch_size=8, learning_rate=rate,
            report_to=[], use_cpu=True, save_strategy="no", eval_strategy="epoch",
            logging_strategy="no", disable_tqdm=True, seed=0,
            gradient_accumulation_steps=accumulate)
        trainer = Trainer(model, arguments, train_dataset=data, eval_dataset=data,
                          callbacks=[doctor] if watch else [])
        trainer.train()
    return model, doctor

plain, _ = fit("classes", 5e-3, watch=False)
watched, well = fit("classes", 5e-3)
same = all(map(torch.equal, plain.state_dict().values(), watched.state_dict().values()))
_, text = fit("text", 1e-2)
_, summed = fit("text", 1e-2, accumulate=2)
_, ill = fit("classes", 30.0)
near = [abs(torch.nn.functional.cross_entropy(o, t).item() - loss) for _, o, t, loss in
        text.doctor.batches + summed.doctor.batches]
print(json.dumps([same, well.diagnosis.healthy, len(well.doctor.batches),
                  len(well.doctor.vitals.validations), text.diagnosis.healthy, max(near),
                  summed.diagnosis.healthy, ill.diagnosis.healthy,
                  len(plain._forward_hooks) == len(watched._forward_hooks)]))
"""


def test_transformers():
    same, healthy, batches, validations, text, near, summed, ill, hooks = python(TRANSFORMERS)
    assert same and healthy and text and summed and hooks
    assert batches >= 4 and validations == 10
    assert near < 1e-3  # outputs and labels are kept as the loss compared them
    assert not ill


KERAS = """
import json, keras, numpy as np, torch
from gdcourse.doctor.adapters import KerasDoctor

def fit(rate, watch, last="linear"):
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).normal(size=(64, 6)).astype("float32")
    y = x[:, :4].argmax(1)
    model = keras.Sequential([keras.layers.Input((6,)), keras.layers.Dense(16, "relu"),
                              keras.layers.BatchNormalization(), keras.layers.Dense(4, last)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), loss)
    doctor = KerasDoctor(report=False)
    model.fit(x, y, batch_size=16, epochs=15, verbose=0, validation_data=(x, y),
              callbacks=[doctor] if watch else [])
    return model, doctor

plain, _ = fit(0.05, False)
model, well = fit(0.05, True)
same = all(map(np.array_equal, plain.get_weights(), model.get_weights()))
_, ill = fit(1e4, True)
_, zero = fit(0.0, True)
run = well.doctor.vital_signs()
keras.backend.backend = lambda: "jax"
try:
    KerasDoctor()
except RuntimeError as error:
    refused = str(error)
print(json.dumps([same, well.diagnosis.healthy, len(well.doctor.batches), well.doctor._probe.names,
                  bool((run.update_ratio > 0).all()), len(well.doctor.vitals.validations),
                  ill.diagnosis.healthy, zero.diagnosis.primary.symptom,
                  "apply" in vars(model.optimizer), "compute_loss" in vars(model), refused]))
"""


def test_keras():
    answer = python(KERAS, KERAS_BACKEND="torch")
    same, healthy, batches, names, moves, validations, ill, zero, *patched, refused = answer
    assert same and healthy and moves and not ill
    assert batches >= 4 and validations == 15 and patched == [False, False]
    assert any(name.endswith("/kernel") for name in names)
    assert "it runs on jax. Set KERAS_BACKEND=torch before" in refused
    assert zero in ("untrained-parameters", "learning-rate-too-low")


def test_adapters_come_when_they_are_asked_for():
    code = "import sys, json; import gdcourse.doctor.adapters; print(json.dumps([*sys.modules]))"
    assert not {"lightning", "transformers", "keras", "torch"} & set(python(code))
    with pytest.raises(AttributeError, match="no attribute 'FastaiDoctor'"):
        _ = adapters.FastaiDoctor


def test_tensorboard_there_and_back(tmp_path):
    code = f"""
import json, sys, torch
sys.modules["tensorflow"] = None  # tensorboard would import it, for seconds
from gdcourse import Doctor
model = torch.nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), 0.01)
doctor, x = Doctor(model, optimizer, every=1), torch.randn(16, 3)
for step in range(40):
    optimizer.zero_grad(); loss = (model(x) - x[:, :1]).pow(2).mean(); loss.backward()
    optimizer.step(); doctor.step(loss); doctor.validation(1.0 + step)
doctor.write_tensorboard({str(tmp_path)!r})
from gdcourse.doctor.adapters import finished
curves = finished.read(__import__("pathlib").Path({str(tmp_path)!r}))
print(json.dumps([len(curves.loss[0]), len(curves.validation[0]), len(curves.gradient_norm[0]),
                  [s.course for s in finished.look(curves)[0]]]))
"""
    *lengths, courses = python(code)
    assert lengths == [40, 40, 40] and "overfits" in courses


T = np.arange(200)
NOISE = np.random.default_rng(0).normal(size=200)
COURSES = {
    "well": (np.exp(-T / 30) + 0.1 + 0.01 * NOISE, None),
    "diverged": (np.exp(T / 30), "diverged"),
    "nonfinite": (np.where(T > 150, np.nan, 2.0 - T / 100), "nonfinite"),
    "flat": (2.3 + 1e-3 * NOISE, "flat"),
    "still falling": (2.3 - 0.002 * T, "still falling"),
    "oscillates": (1 + 0.9 * (-1.0) ** T, "oscillates"),
}


@pytest.mark.parametrize("name", COURSES)
def test_the_course_of_a_log(name, tmp_path, capsys):
    loss, expected = COURSES[name]
    log = tmp_path / "log.csv"
    log.write_text(
        "epoch,Train Loss\n" + "".join(f"{t},{v}\n" for t, v in zip(T, loss, strict=True))
    )
    assert cli.main(["doctor", str(log)]) == (expected is not None)
    said = capsys.readouterr().out
    assert (expected or "Nothing stands out") in said.splitlines()[0]
    assert "Curves cannot tell" in said and "no validation loss" in said
    assert cli.main(["doctor", str(log), "--json"]) == (expected is not None)
    answer = json.loads(capsys.readouterr().out)
    assert [seen["course"] for seen in answer["seen"]] == [expected] * (expected is not None)


def test_overfitting_and_spikes_in_a_sparse_log(tmp_path):
    log = tmp_path / "metrics.csv"  # as Lightning's CSVLogger writes it: a line has some cells only
    lines = ["step,train/loss,val_loss,lr-Adam,grad_norm"]
    for t in T:
        lines.append(f"{t},{np.exp(-t / 60)},,0.1,{100 if t in (50, 90) else 1}")
        if t % 20 == 19:
            lines.append(f"{t},,{0.5 + 0.01 * abs(t - 59)},,")
    log.write_text("\n".join(lines))
    curves = finished.read(log)
    assert len(curves.loss[0]) == 200 and len(curves.validation[0]) == 10
    assert [seen.course for seen in finished.look(curves)[0]] == ["overfits", "gradient spikes"]


def test_few_points_say_little(tmp_path):
    log = tmp_path / "short.csv"
    log.write_text("loss\n" + "1\n" * 10)
    seen, cannot = finished.look(finished.read(log))
    assert seen == [] and "10 losses, 20 are needed" in cannot[0]


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("a.csv", "time,reward\n1,2\n", "has no loss. Its columns: time, reward"),
        ("b.csv", "step,loss\n", "no lines below the names"),
        ("c.txt", "x", "neither a .csv file nor"),
        ("none.csv", None, "there is no"),
    ],
)
def test_wrong_logs_are_told(name, content, message, tmp_path, capsys):
    if content is not None:
        (tmp_path / name).write_text(content)
    assert cli.main(["doctor", str(tmp_path / name)]) == 2
    captured = capsys.readouterr()
    assert message in captured.err and captured.out == ""


def test_without_tensorboard_a_log_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard.backend.event_processing.event_accumulator", None)
    assert cli.main(["doctor", str(tmp_path)]) == 2
    assert "pip install tensorboard" in capsys.readouterr().err
