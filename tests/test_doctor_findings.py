"""What the doctor finds: each finding planted, beside its look-alike and a run that could fool it.

The runs are those of the tuning half of gdcourse.doctor.cases; its other half stays unseen here.
"""

import random
import warnings
from functools import cache

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from gdcourse.doctor import SYMPTOMS, Doctor, Finding
from gdcourse.doctor.cases import FAULTS, HEALTHY, quality, train
from gdcourse.doctor.cases.rivals import RIVALS
from gdcourse.doctor.cases.score import Outcome, halves, run, score
from gdcourse.doctor.chart import Chart
from gdcourse.doctor.course import Course
from gdcourse.doctor.findings import EXPLAINS, RULES, rank
from gdcourse.doctor.graph import leaves
from gdcourse.doctor.neighbours import reach
from gdcourse.doctor.task import read_task, sinks
from gdcourse.doctor.thresholds import THRESHOLDS

CASES = {case.name: case for case in (*FAULTS, *HEALTHY)}

# symptom: a run with it; one with another cause that looks like it; a healthy one that might fool.
TRIPLES = {
    "nonfinite": (
        "NaN in two rows of a hundred",
        "a regression that diverges at one",
        "an LSTM that sums, clipped",
    ),
    "vanishing-gradients": (
        "ten layers of sigmoids, momentum",
        "plain descent at a hundred-thousandth",
        "eighteen layers of tanh, Xavier, Adam",
    ),
    "exploding-gradients": (
        "a recurrent tanh net with loud weights",
        "Adam at one",
        "twenty residual blocks",
    ),
    "dead-relu": (
        "hidden biases at minus ten",
        "pixels 0..255, plain descent",
        "a sparse rectified net",
    ),
    "saturation": (
        "saturated by inputs' products: tanh of a thirtyfold sum",
        "ten layers of sigmoids, momentum",
        "sigmoids in two layers",
    ),
    "learning-rate-too-high": (
        "Adam at one",
        "pixels 0..255, plain descent",
        "a large but sound rate",
    ),
    "learning-rate-too-low": (
        "plain descent at a hundred-thousandth",
        "ten layers of sigmoids, momentum",
        "fine tuning at a small rate",
    ),
    "oscillation": (
        "moons with momentum that overshoots",
        "published: labels of another shuffle, words",
        "noisy batches of four",
    ),
    "plateau": (
        "all weights one half",
        "published: labels of another shuffle, words",
        "two moons, tanh",
    ),
    "poor-initialization": (
        "weights uniform in [0, 1]",
        "ten layers of sigmoids, momentum",
        "a last layer at zero",
    ),
    "input-scale": (
        "pixels 0..255, plain descent",
        "prices in dollars",
        "pixels between zero and one",
    ),
    "target-scale": (
        "prices in dollars",
        "blood values in their own units",
        "targets of spread five around three",
    ),
    "wrong-output-activation": (
        "softmax before cross-entropy, plain descent",
        "negative log-likelihood of plain logits",
        "log-softmax and its likelihood",
    ),
    "wrong-loss": (
        "squared error on class numbers",
        "softmax before cross-entropy, plain descent",
        "squared error on one-hot, and it learns",
    ),
    "shape-mismatch": (
        "outputs [N, 1] against targets [N], squared error",
        "no activation between the layers, a sine",
        "diabetes, linear, little to explain",
    ),
    "label-mismatch": (
        "published: labels of another shuffle, words",
        "plain descent at a hundred-thousandth",
        "clouds that overlap",
    ),
    "ascent": ("the optimizer maximises", "Adam at one", "counts, Poisson"),
    "overfitting": (
        "forty rows by heart",
        "a regression that diverges at one",
        "validated on little data, kept simple",
    ),
    "over-regularized": (
        "AdamW with a decay of fifty",
        "plain descent at a hundred-thousandth",
        "Adagrad",
    ),
    "untrained-parameters": (
        "features detached from the head",
        "twelve layers of sigmoids, Adam",
        "a backbone trained before, frozen on purpose",
    ),
    "stale-gradients": (
        "zero_grad forgotten, Adam on words",
        "momentum of .999",
        "gradients accumulated over four parts",
    ),
    "missing-nonlinearity": (
        "activations defined and never called",
        "published: labels of another shuffle, clouds",
        "a plane all the same",
    ),
}


@cache
def diagnosis(name, seed=0):
    """Return what the doctor says of a case, without trials."""
    training = CASES[name].build(seed)
    with Doctor(training.model, training.optimizer, training.loss_fn) as doctor:
        train(training, seed, doctor)
        return doctor.diagnose()


def named(name):
    return [finding.symptom for finding in diagnosis(name).findings]


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_every_symptom_has_its_three_runs():
    assert set(TRIPLES) == set(SYMPTOMS)
    tuning, _ = halves()
    used = {name for triple in TRIPLES.values() for name in triple} - {"a plane all the same"}
    assert used <= tuning


@pytest.mark.parametrize("symptom", TRIPLES)
def test_it_names_what_was_planted(symptom):
    name = TRIPLES[symptom][0]
    assert CASES[name].symptoms[0] == symptom
    assert named(name)[0] in CASES[name].symptoms
    finding = diagnosis(name).primary
    assert finding.evidence and finding.remedy and finding.chapter
    assert len(named(name)) <= 3


@pytest.mark.parametrize("symptom", TRIPLES)
def test_it_does_not_take_a_look_alike_for_it(symptom):
    name = TRIPLES[symptom][1]
    found = named(name)
    assert found and found[0] != symptom and found[0] in CASES[name].symptoms


@pytest.mark.parametrize("symptom", TRIPLES)
def test_it_is_not_fooled_by_a_healthy_run(symptom):
    name = TRIPLES[symptom][2]
    if name in CASES:
        assert diagnosis(name).healthy
        return
    torch.manual_seed(0)  # linear layers in a row, on data that are a plane
    x = torch.randn(400, 6)
    y = x @ torch.randn(6, 1) + 0.8 * torch.randn(400, 1)
    model = nn.Sequential(nn.Linear(6, 8), nn.Linear(8, 1))
    doctor = watched(model, torch.optim.SGD(model.parameters(), lr=0.05), x, y, F.mse_loss)
    assert doctor.diagnose().healthy


TAUGHT = (  # faults of the blind tuning cases that a rule was made or mended for
    "published: the signal-to-noise ratio is minimised, stripes to be cleaned",
    "published: of two losses one is added by item()",
    "published: hinge loss on labels nought and one",
    "published: the mean error, not squared",
    "published: the overlap itself is minimised, masks",
    "published: a code of whole numbers, whose gradient is zero",
    "published: both matrices of a low-rank adapter start at zero",
    "published: zero_grad of the last layer alone",
    "published: zero_grad inside the branch of the warm-up, words",
    "published: the decay of each epoch, made at each batch",
    "published: images, plain descent at the usual thousandth",
    "published: steps of a tenth by the sign, a sine",
    "published: one unit against two coordinates",
    "published: softmax over six labels of which several hold",
    "published: the logarithm of a sigmoid as logits, moons",
    "published: the state of an LSTM is the forecast, sums up to nine",
    "published: one table for words in and out, far too loud",
    "published: a cell by hand, rectified, recurrent weights of one half",
    "published: a leaky unit whose leak was typed as 1, a ring",
    "published: the logarithms of shares taken over time, not over the letters",
    "published: log_softmax over the batch, clouds",
    "published: columns brought to [0, 1], one wild number in each",
    "published: dropout after the last layer, three sizes to be predicted",
    "published: a norm whose gain starts at zero before a head that does",
    "published: square roots of negative numbers, hidden by torch.where",
    "published: all weights clamped to a hundredth, as a critic's",
    "published: a policy's gradient without its minus",
    "published: a likelihood by hand, its square with the wrong sign",
    "published: the loss of the first output is overwritten by the second's",
    "published: the targets of the batch before, sums",
    "published: visits [N, 1] against [N], Poisson's likelihood broadcasts",
    "published: a hard tanh around the logits, twenty intents",
    "published: lines that look at each other, a decay of sixty, our rule",
    "published: noise within, eight times as loud as the signal, images",
    "published: rates between nought and one read as whole numbers",
    "published: a layer norm over the only output",
    "published: images, Adam's rule of ours, thirty times too slow",
    "published: wines less the mean of the whole table, by its one spread",
    "published: hired bicycles by the hour, five hundred of them, Adam",
    "published: a file of forty lines reshaped to forty columns, metals",
    "published: a linear decay that goes on below nought, letters",
    "published: the loss of each part divided by the parts and by the rows",
    "published: the root of the squared error by hand, outputs squeezed, answers not, bicycles",
    "published: two heads [N, 1] against the columns y[:, 0] and y[:, 1]",
    "published: nn.CrossEntropyLoss for seven tags of which several hold",
    "published: the mean of the errors squared, not of their squares, houses",
    "published: F.softplus ends the forecast of tides, half are below nought",
    "published: F.normalize left at the end, the force of the wind is lost",
    "published: torch.round in forward, so that the answers are nought or one, tumours",
    "published: degrees of tomorrow divided by ten, up to three, F.tanh ends the LSTM",
    "published: nn.Embedding with max_norm of a hundredth, spam",
    "published: module.requires_grad = True does not thaw the parameters, a robot's arm",
    "published: commands, an encoder, Adam at three tenths",
    "published: an autoencoder, plain descent with a decay of two tenths",
    "published: the cosine is minimised, noisy waves",
    "published: bicycles lent in thirty hours, a wide net, a logarithm as link",
)
FOOLED = (  # healthy ones among them that it once warned of
    "patients who are hard to tell, single rows, half of the variance is chance",
    "four experts, one asked",
    "mended: accumulated over four batches, never zeroed, images",
    "mended: the gradient clipped to a thousandth, a recurrent net",
    "is it normal: four yes in a hundred, the loss is small at once",
    "is it normal: who falls ill first, a loss about the logarithm of the batch",
    "six answers in order: the loss stops far above zero",
    "two optimizers, of which one is shown",
    "mended: a policy's gradient without its minus",
    "mended: LBFGS at Adam's thousandth, moons",
    "mended: a deviance of one's own, nought times the logarithm of nought",
    "the log-likelihood climbed by maximize=True, patients",
    "mended: loans, tables and measures, Adam at 3e-5",
    "is it a bug: the loss rises, for the margin does, stripes",
    "is it a bug: maximize=True, calls",
    "a transformer whose branches start at zero",
)


@pytest.mark.parametrize("name", TAUGHT)
def test_it_names_what_blind_authors_planted(name):
    assert name in halves()[0]
    assert named(name)[0] in CASES[name].symptoms


@pytest.mark.parametrize("name", FOOLED)
def test_it_is_quiet_where_blind_authors_fooled_it(name):
    assert name in halves()[0]
    assert diagnosis(name).healthy


@pytest.mark.parametrize(
    ("name", "seed"),
    [
        ("published: a residual net of thirty blocks, too loud", 1),  # a short run, loud at first
        ("published: rectified probabilities", 1),  # raw irises, whose means are mild
        ("published: of two losses one is added by item()", 0),  # a second task is no penalty
        ("published: every parameter of an LSTM set to one, bits", 2),  # bursts at the end
    ],
)
def test_it_is_quiet_on_repaired_twins_that_fooled_it(name, seed):
    training = CASES[name].build(seed, repaired=True)
    with Doctor(training.model, training.optimizer, training.loss_fn) as doctor:
        train(training, seed, doctor)
        assert doctor.diagnose().healthy


def test_no_label_is_doubted_where_targets_do_not_matter():
    training = CASES["triplets: soon most of them cost nothing"].build(0)
    with Doctor(training.model, training.optimizer, training.loss_fn) as doctor:
        train(training, 0, doctor)
        assert doctor.diagnose(probe=True).healthy


def test_late_batches_are_kept_though_the_optimizer_steps_at_every_fourth():
    torch.manual_seed(0)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    doctor = Doctor(model, optimizer)
    for step in range(200):
        x = torch.full((8, 3), float(step))
        loss = F.mse_loss(model(x), x[:, :1]) / 4e4
        loss.backward()
        if step % 4 == 3:
            optimizer.step()
            optimizer.zero_grad()
        doctor.step(loss, targets=x[:, :1])
    assert max(float(y.max()) for _, _, y, _ in doctor.batches) > 150


def test_a_validation_that_rises_with_the_training_is_not_overfitting():
    training = CASES["the optimizer maximises"].build(0)
    training.validate = 15
    doctor = Doctor(training.model, training.optimizer, training.loss_fn)
    train(training, 0, doctor)
    assert "overfitting" not in [f.symptom for f in doctor.diagnose().findings]


def watched(model, optimizer, x, y, loss_fn, steps=120, batch=32, **more):
    doctor = Doctor(model, optimizer, loss_fn, **more)
    generator = torch.Generator().manual_seed(0)
    for _ in range(steps):
        rows = torch.randint(len(x), (batch,), generator=generator)
        optimizer.zero_grad()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loss = loss_fn(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, targets=y[rows])
    return doctor


# The collection.


def test_the_collection_is_large_and_covers_every_symptom_in_both_halves():
    assert len(FAULTS) >= 60 and len(HEALTHY) >= 60
    assert len(CASES) == len(FAULTS) + len(HEALTHY)  # no name twice
    tuning, other = halves()
    assert not tuning & other and tuning | other == set(CASES)
    for half in (tuning, other):
        planted = {c.symptoms[0] for c in FAULTS if c.name in half}
        assert planted == set(SYMPTOMS)
        assert sum(c.name in half for c in HEALTHY) >= 30
    assert all(s in SYMPTOMS for c in FAULTS for s in c.symptoms)
    assert halves() == (tuning, other)


@pytest.mark.parametrize(
    "case",
    random.Random(0).sample([c for c in FAULTS if c.repaired and c.symptoms[0] != "nonfinite"], 8),
    ids=lambda c: c.name,
)
def test_a_fault_is_worse_than_its_repaired_twin(case):
    broken, repaired = case.build(1), case.build(1, repaired=True)
    train(broken, 1)
    train(repaired, 1)
    assert not quality(broken) > quality(repaired) - 0.02  # nan is worse, too


def test_scores_count_what_they_say():
    rows = [
        Outcome("a", "m", 0, ("plateau",), ("plateau",)),
        Outcome("b", "m", 0, ("ascent",), ("plateau", "ascent")),
        Outcome("c", "m", 0, ("ascent",), ()),
        Outcome("d", "m", 0, (), ()),
        Outcome("e", "m", 0, (), ("plateau",), True),
    ]
    s = score(rows)
    assert (s.faults, s.healthy) == (3, 2)
    assert (s.detected, s.first, s.top_two) == pytest.approx((2 / 3, 1 / 3, 2 / 3))
    assert (s.warned, s.critical) == (0.5, 0.5)


def test_a_case_is_run_by_the_doctor_and_by_its_rivals():
    case = CASES["prices in dollars"]
    passive, probed, *rivals = run(case, 0)
    assert passive.named[0] == probed.named[0] == "target-scale"
    assert [o.method for o in rivals] == list(RIVALS)
    _, autotrainer, _ = run(CASES["ten layers of sigmoids, momentum"], 0, ["passive"])
    assert autotrainer.named[0] == "vanishing-gradients"


def test_what_a_run_does_well_in_spite_of_is_not_critical():
    name = "is it a bug: half of the last gradient is kept, which is momentum, a robot's arm"
    assert name in halves()[0]
    assert [(f.symptom, f.severity) for f in diagnosis(name).findings] == [
        ("stale-gradients", "warning")
    ]
    by_heart = diagnosis("published: sixty tumours by heart")  # its training loss is no witness
    assert by_heart.primary.severity == "critical"


def test_a_rule_that_breaks_costs_itself_only(monkeypatch):
    def broken_rule(chart):
        raise KeyError("a layer nobody knows")

    monkeypatch.setattr("gdcourse.doctor.findings.RULES", (broken_rule, *RULES))
    seen = diagnosis.__wrapped__("prices in dollars")  # not the one that is kept
    assert seen.primary.symptom == "target-scale"
    assert any("could not look for broken-rule" in note for note in seen.notes)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("rows", [1, 32])
def test_no_rule_breaks_or_warns_at_a_single_output_or_row(rows):
    model = nn.Sequential(nn.Linear(30, 32), nn.ReLU(), nn.Dropout(), nn.Linear(32, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)
    g = torch.Generator().manual_seed(0)
    with Doctor(model, optimizer, F.binary_cross_entropy_with_logits) as doctor:
        for _ in range(80):
            x = torch.randn(rows, 30, generator=g)
            y = torch.randint(2, (rows, 1), generator=g).float()
            optimizer.zero_grad()
            loss = F.binary_cross_entropy_with_logits(model(x), y)
            loss.backward()
            optimizer.step()
            doctor.step(loss, targets=y)
        assert not doctor.diagnose().notes


def test_all_is_not_lost_where_simple_rules_cannot_be_asked(monkeypatch):
    def singular(*asked):
        raise torch.linalg.LinAlgError("singular")

    monkeypatch.setattr("gdcourse.doctor.seen.reach", singular)
    seen = diagnosis.__wrapped__("Adam at one")
    assert seen.primary.symptom == "learning-rate-too-high"
    assert sum("could not be asked" in note for note in seen.notes) == 1


# Ranking.


def finding(symptom, strength):
    return Finding(symptom, "warning", {"a": "b"}, "do", "page", strength=strength)


def order(*pairs):
    return [f.symptom for f in rank([finding(*pair) for pair in pairs])]


def test_a_cause_stands_before_its_symptoms():
    assert order(("dead-relu", 0.85), ("plateau", 0.35), ("input-scale", 0.9))[0] == "input-scale"
    assert order(("nonfinite", 0.5), ("learning-rate-too-high", 0.75)) == [
        "learning-rate-too-high",
        "nonfinite",
    ]
    assert order(("plateau", 0.9), ("vanishing-gradients", 0.8))[0] == "vanishing-gradients"


def test_a_weak_cause_does_not_explain_a_strong_symptom():
    assert order(("input-scale", 0.3), ("dead-relu", 0.85))[0] == "dead-relu"


def test_of_two_that_explain_each_other_the_stronger_stands():
    assert order(("dead-relu", 0.8), ("label-mismatch", 0.7))[0] == "dead-relu"
    assert order(("dead-relu", 0.6), ("label-mismatch", 0.7))[0] == "label-mismatch"


def test_the_causal_graph_names_symptoms_only_and_explains_none_by_itself():
    for cause, effects in EXPLAINS.items():
        assert {cause, *effects} <= set(SYMPTOMS) and cause not in effects


# Reading the task.

LOGITS = torch.randn(40, 5, generator=torch.Generator().manual_seed(0))
CLASSES = torch.randint(5, (40,), generator=torch.Generator().manual_seed(1))
ONE = torch.randn(40, 1, generator=torch.Generator().manual_seed(2))
NUMBER = torch.randn(40, 1, generator=torch.Generator().manual_seed(3))
YES = (NUMBER > 0).float()
READINGS = {
    "cross-entropy": (LOGITS, CLASSES, F.cross_entropy, "classes"),
    "cross-entropy of softmax": (LOGITS.softmax(1), CLASSES, F.cross_entropy, "classes"),
    "cross-entropy of sigmoid": (LOGITS.sigmoid(), CLASSES, F.cross_entropy, "classes"),
    "NLL of scores": (LOGITS, CLASSES, F.nll_loss, "classes"),
    "NLL of probabilities": (LOGITS.softmax(1), CLASSES, F.nll_loss, "classes"),
    "summed cross-entropy": (
        LOGITS,
        CLASSES,
        lambda o, t: F.cross_entropy(o, t, reduction="sum"),
        "classes",
    ),
    "negative cross-entropy": (LOGITS, CLASSES, lambda o, t: -F.cross_entropy(o, t), "classes"),
    "squared error": (ONE, NUMBER, F.mse_loss, "numbers"),
    "half squared error": (ONE, NUMBER, lambda o, t: F.mse_loss(o, t) / 2, "numbers"),
    "absolute error": (ONE, NUMBER, F.l1_loss, "numbers"),
    "Huber": (ONE, NUMBER, F.huber_loss, "numbers"),
    "broadcast squared error": (ONE, NUMBER[:, 0], F.mse_loss, "numbers"),
    "logistic": (ONE, YES, F.binary_cross_entropy_with_logits, "binary"),
    "binary cross-entropy": (ONE.sigmoid(), YES, F.binary_cross_entropy, "binary"),
    "binary cross-entropy of sigmoid": (
        ONE.sigmoid(),
        YES,
        F.binary_cross_entropy_with_logits,
        "binary",
    ),
    "root of the squared error": (ONE, NUMBER, lambda o, t: F.mse_loss(o, t).sqrt(), "numbers"),
    "square of the signed error": (ONE, NUMBER, lambda o, t: (o - t).mean() ** 2, "numbers"),
    "broadcast absolute error": (ONE, NUMBER, lambda o, t: (o - t.T).abs().mean(), "numbers"),
    "broadcast squared error of columns": (
        LOGITS,
        LOGITS.roll(1, 0),
        lambda o, t: sum(((o[:, i, None] - t[:, i]) ** 2).mean() for i in range(5)),
        "numbers",
    ),
    "cross-entropy without class 0": (
        LOGITS,
        CLASSES,
        lambda o, t: F.cross_entropy(o, t, ignore_index=0),
        "classes",
    ),
    "hinge": (ONE, YES, lambda o, t: (1 - o * t).clamp(min=0).mean(), "binary"),
    "signed error": (ONE, NUMBER, lambda o, t: (o - t).mean(), "numbers"),
    "cross-entropy of one column": (ONE, YES, F.cross_entropy, "binary"),
    "cross-entropy of softmax over the batch": (
        LOGITS,
        CLASSES,
        lambda o, t: F.nll_loss(o.log_softmax(0), t),
        "classes",
    ),
    "row-summed divergence from probabilities": (
        LOGITS.softmax(1),
        LOGITS.roll(1, 0).softmax(1),
        lambda o, t: F.kl_div(o, t, reduction="batchmean"),
        "numbers",
    ),
}


@pytest.mark.parametrize("name", READINGS)
def test_it_reads_the_loss_from_its_numbers(name):
    o, t, loss_fn, kind = READINGS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        batches = [((), a, b, loss_fn(a, b)) for a, b in zip(o.split(20), t.split(20), strict=True)]
    task = read_task(batches)
    assert (task.loss, task.kind) == (name, kind)


def test_the_best_constant_costs_what_theory_says():
    o, t, loss_fn, _ = READINGS["cross-entropy"]
    share = torch.bincount(t, minlength=5) / len(t)
    entropy = float(-(share * share.clamp(min=1e-12).log()).sum())
    assert read_task([((), o, t, loss_fn(o, t))]).baseline == pytest.approx(
        float(entropy), rel=1e-4
    )
    o, t, loss_fn, _ = READINGS["squared error"]
    variance = float(t.var(correction=0))
    assert read_task([((), o, t, loss_fn(o, t))]).baseline == pytest.approx(variance, rel=1e-4)


def test_an_unknown_loss_is_asked_for_its_best_constant():
    def quartic(o, t):
        return ((o - t) ** 4).mean()

    task = read_task([((), ONE, NUMBER, quartic(ONE, NUMBER))], quartic)
    grid = min(float(quartic(torch.full_like(ONE, c), NUMBER)) for c in np.linspace(-2, 2, 401))
    assert task.loss is None and task.baseline == pytest.approx(grid, rel=1e-3)


def test_a_loss_of_other_targets_strays():
    batches = []
    for o, t in zip(ONE.split(8), NUMBER.split(8), strict=True):
        others = NUMBER[torch.randperm(len(NUMBER), generator=torch.Generator().manual_seed(0))]
        batches.append(((), o, t, F.mse_loss(o, others[: len(o)])))
    assert read_task(batches, F.mse_loss).strays
    assert not read_task([((), o, t, F.mse_loss(o, t)) for _, o, t, _ in batches]).strays


@pytest.mark.parametrize(("bend", "affine"), [(nn.Identity(), True), (nn.Tanh(), False)])
def test_a_linear_model_is_told_from_a_bent_one(bend, affine):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 16), bend, nn.Dropout(0.5), nn.Linear(16, 1))
    x = torch.randn(300, 4)
    doctor = watched(model, torch.optim.SGD(model.parameters(), lr=0.01), x, x[:, :1], F.mse_loss)
    before = torch.get_rng_state()
    assert Chart(doctor).affine is affine
    assert model.training and torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize(
    ("name", "seed"),
    [
        ("published: nn.Hardtanh(-100, 100) between the layers, a robot's arm", 2),
        ("published: only the inputs are rectified, never what the layers give, houses", 2),
    ],
)
def test_a_plane_where_a_curve_is_known_is_named_though_the_loss_falls(name, seed):
    assert name in halves()[0]
    assert diagnosis(name, seed).primary.symptom == "missing-nonlinearity"


def test_a_model_that_counts_its_calls_is_not_called():
    class Counting(nn.Linear):
        calls = 0

        def forward(self, x):
            self.calls += 1
            return super().forward(x)

    torch.manual_seed(0)
    model = nn.Sequential(Counting(4, 8), nn.Dropout(0.9), nn.Linear(8, 1))
    x, y = torch.randn(300, 4), torch.randn(300, 1)  # nothing to be learned
    doctor = watched(model, torch.optim.SGD(model.parameters(), lr=0.01), x, y, F.mse_loss)
    assert not doctor.diagnose().healthy
    assert not doctor.diagnose(probe=True).healthy
    assert model[0].calls == 120


def test_noise_within_is_measured():
    torch.manual_seed(0)
    x = torch.randn(300, 4)
    for share, least, most in ((0.0, 0.0, 0.0), (0.9, 1.0, 10.0)):
        model = nn.Sequential(nn.Linear(4, 16), nn.Dropout(share), nn.Linear(16, 1))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        noisy = Chart(watched(model, optimizer, x, x[:, :1], F.mse_loss)).noisy
        assert least <= noisy <= most


@pytest.mark.parametrize(
    ("losses", "runaway"),
    [
        (1 - np.arange(100.0) ** 2, True),  # faster and faster
        (-2 + 3 * np.exp(-np.arange(100.0) / 20), False),  # a likelihood that settles below zero
        (np.exp(-np.arange(100.0) / 20), False),
    ],
)
def test_a_loss_that_runs_away_is_told_from_one_that_settles(losses, runaway):
    assert Course(np.arange(100), losses).runaway is runaway


@pytest.mark.parametrize(
    ("loss", "wrong"),
    [
        (lambda o, t: -((o - t) ** 2).mean(), True),
        (lambda o, t: -10 * ((o - t) ** 2).mean().log10(), True),  # signal to noise, in decibels
        (lambda o, t: ((o - t) ** 2).mean().log(), False),
        (lambda o, t: (o * (1 - 2 * t)).mean(), False),  # a critic's: it falls one way only
        (lambda o, t: -torch.corrcoef(torch.stack([o, t]))[0, 1], False),
        (lambda o, t: F.softplus(-o * t.sign()).mean(), False),
        (lambda o, t: -o.var(), False),  # asks nothing of the targets
    ],
)
def test_a_score_to_be_climbed_is_told_from_an_error(loss, wrong):
    g = torch.Generator().manual_seed(3)
    t = torch.randn(64, generator=g)
    o = t + torch.randn(64, generator=g)
    task = read_task([(((), {}), o, t, loss(o, t))] * 4, loss)
    assert sinks(task, loss) == wrong
    assert not sinks(read_task([(((), {}), o, t, 17.0)] * 4, loss), loss)  # of other numbers


def test_a_penalty_is_told_from_the_loss():
    loss = F.mse_loss(ONE, NUMBER)
    assert read_task([((), ONE, NUMBER, 4 * loss)], F.mse_loss).penalty == pytest.approx(0.75)


# What stands beside the rules.


def parts(x, o, y):
    split = zip(x.split(25), o.split(25), y.split(25), strict=True)
    return [(((a,), {}), b, c, 0.7) for a, b, c in split]


def test_neighbours_tell_labels_that_fit_from_shuffled_ones():
    g = torch.Generator().manual_seed(0)
    x = torch.randn(200, 2, generator=g)
    y = (x[:, :1] * x[:, 1:] > 0).float()  # exclusive or: no plane says it
    o = torch.zeros(200, 1)
    batches = parts(x, o, y)
    assert reach(batches, "binary").simple > 0.6
    mixed = y[torch.randperm(200, generator=g)]
    batches = parts(x, o, mixed)
    assert reach(batches, "binary").simple < 0.15
    assert reach(batches[:1], "binary") is None  # too few rows to say


def test_a_curve_is_simple_too():
    x = torch.linspace(-3, 3, 200)[torch.randperm(200, generator=torch.Generator().manual_seed(0))]
    y = torch.sin(4 * x)[:, None]
    told = reach([(((x[:, None],), {}), torch.zeros(200, 1), y, 0.5)], "numbers")
    assert told.plane < 0.2 and told.simple > 0.9
    assert (told.rows, told.given) == (200, 200)
    assert told.error == pytest.approx(float(y.double().var(correction=0)))


def test_a_coder_is_held_to_its_own_width():
    torch.manual_seed(0)
    x = torch.randn(300, 3) @ torch.randn(3, 12)
    told = [reach([(((x,), {}), torch.zeros_like(x), x, 1.0)], "numbers", rank=k) for k in (1, 3)]
    assert told[0].simple < 0.9 and told[1].simple == pytest.approx(1, abs=1e-6)


def test_a_straight_way_is_told_from_a_walk():
    def straight(signs):
        w = nn.Parameter(torch.zeros(4) + 5.0)
        model = nn.ParameterList([w])
        optimizer = torch.optim.SGD([w], lr=0.1)
        with Doctor(model, optimizer) as doctor:
            for sign in signs:
                optimizer.zero_grad()
                loss = sign * w.sum()
                loss.backward()
                optimizer.step()
                doctor.step(loss)
            return Chart(doctor).straight

    assert straight([1.0] * 40) == pytest.approx(1, abs=1e-3)
    assert straight([1.0, -1.0] * 20) < 0.05


def test_leaves_of_nobody_are_found():
    mine, foreign = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(2))
    output = (mine.sum() * foreign).sum()
    assert leaves(output, {id(mine)}) == [(2,)]
    assert leaves(output, {id(mine), id(foreign)}) == []


def test_trials_leave_the_run_as_it_is():
    training = CASES["one cycle"].build(0)
    doctor = Doctor(training.model, training.optimizer, training.loss_fn)
    train(training, 0, doctor)
    before = {k: v.clone() for k, v in training.model.state_dict().items()}
    moments = [s["momentum_buffer"].clone() for s in training.optimizer.state.values()]
    rates = [g["lr"] for g in training.optimizer.param_groups]
    state = torch.get_rng_state()
    doctor.diagnose(probe=True, seconds=5)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(v, before[k]) for k, v in training.model.state_dict().items())
    after = [s["momentum_buffer"] for s in training.optimizer.state.values()]
    assert all(map(torch.equal, moments, after))
    assert [g["lr"] for g in training.optimizer.param_groups] == rates


def test_trials_speak_for_a_finding():
    training = CASES["plain descent at a hundred-thousandth"].build(0)
    doctor = Doctor(training.model, training.optimizer, training.loss_fn)
    train(training, 0, doctor)
    finding = doctor.diagnose(probe=True).primary
    assert finding.symptom == "learning-rate-too-low" and "ten times" in finding.evidence["trial"]


def test_every_threshold_is_used_and_says_where_it_comes_from():
    from pathlib import Path

    import gdcourse.doctor

    folder = Path(gdcourse.doctor.__file__).parent
    files = [*folder.glob("*.py"), *folder.glob("adapters/*.py")]
    code = "".join(path.read_text() for path in files if path.stem != "thresholds")
    for name, threshold in THRESHOLDS.items():
        assert f'limit("{name}")' in code, name
        assert threshold.means and threshold.source
