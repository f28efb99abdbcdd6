"""What the doctor says: as text, as a card, as data, as curves."""

import json
import sys

import numpy as np
import pytest
import torch
from bs4 import BeautifulSoup

import gdcourse
from gdcourse import Diagnosis, Doctor, Finding, Run, plots
from gdcourse.doctor.finding import SYMPTOMS
from gdcourse.doctor.picture import picture

ILL = Finding(
    "input-scale", "critical", {"inputs": "mean <b>[bold]900[/bold]</b> (limit 5)"},
    "x = (x - m) / s", "foundations/conditioning", "layers.0", 3, 0.9,
)  # fmt: skip
ALSO = Finding("plateau", "warning", {"loss": "flat"}, "look", "failures/stuck-disease-model")
VITALS = Run(
    np.array([0, 1, 20]),
    {
        "loss": np.array([2.0, 1.0, np.nan]),
        "gradient_norm": np.array([1.0, np.inf, 3.0]),
        "update_ratio": np.array([0.1, 0.2, 0.0]),
    },
)
DIAGNOSIS = Diagnosis((ILL, ALSO), 40, VITALS, ("not <all> was seen",))


@pytest.mark.parametrize("rich", [True, False])
def test_text(rich, monkeypatch):
    if not rich:
        monkeypatch.setitem(sys.modules, "rich.console", None)
    said = str(DIAGNOSIS)
    assert said.startswith("input-scale: the inputs are far")
    for part in ("not <all>", "critical", "cause", "also", "layers.0", "[bold]900[/bold]", "step 3",
                 "x = (x - m) / s", "foundations/conditioning"):  # fmt: skip
        assert part in said, part
    assert ("│" in said) == rich


def test_card_is_readable_by_all():
    card = BeautifulSoup(DIAGNOSIS._repr_html_(), "html.parser")
    assert [t.caption.get_text() for t in card.select("table")] == [
        "cause: input-scale (critical)", "also: plateau (warning)"]  # fmt: skip
    assert all(th["scope"] == "row" for th in card.select("th")) and card.select("th")
    assert "mean <b>[bold]900[/bold]</b> (limit 5)" in card.get_text() and not card.select("b")
    alt = card.img["alt"]
    assert "the loss goes from 2 to 1, and 1 times it is no finite number" in alt
    assert "the gradient norm goes from 1 to 3" in alt
    assert card.img["src"].startswith("data:image/png;base64,iVBOR")


def test_card_without_matplotlib_has_no_picture(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert picture(VITALS) == ""
    assert "<img" not in DIAGNOSIS._repr_html_()


def test_json_there_and_back():
    text = DIAGNOSIS.to_json()
    data = json.loads(text)
    assert (data["healthy"], data["too_early"], data["steps"]) == (False, False, 40)
    assert data["findings"][0]["symptom"] == "input-scale"
    assert data["vitals"]["loss"] == [2.0, 1.0, None]
    again = Diagnosis.from_json(text)
    assert again == DIAGNOSIS and again.to_json() == text
    assert np.array_equal(again.vitals.loss, VITALS.loss, equal_nan=True)
    early = Diagnosis((), 3, early=True)
    assert Diagnosis.from_json(early.to_json()) == early and not early.healthy


def test_a_finding_is_one_of_the_known():
    assert len(SYMPTOMS) == 22
    with pytest.raises(ValueError, match=r"symptom must be one of .*'ascent'"):
        Finding("flu", "warning", {}, "", "")
    with pytest.raises(ValueError, match="severity must be one of"):
        Finding("ascent", "mild", {}, "", "")


def test_vital_signs_are_a_run_that_plots_draw():
    model, x = torch.nn.Linear(3, 1), torch.randn(8, 3)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    doctor = Doctor(model, optimizer)
    assert len(doctor.vital_signs().step) == 0
    for _ in range(25):
        optimizer.zero_grad()
        loss = (model(x) - x[:, :1]).pow(2).mean()
        loss.backward()
        optimizer.step()
        doctor.step(loss)
    run = doctor.diagnose().vitals
    assert isinstance(run, Run) and list(run.step) == [*range(10), 20]
    for signal in run.signals:
        assert plots.loss(run, signal=signal).get_lines()
    assert "Healthy" in doctor.diagnose()._repr_html_()


def test_it_is_exported():
    assert {"Doctor", "Diagnosis", "Finding"} <= set(gdcourse.__all__)
