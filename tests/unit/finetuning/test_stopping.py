"""When a training ends: early, by its budgets, or with a reason that says what to do."""

from __future__ import annotations

import re
import shutil

import numpy as np
import pytest
import torch
from made_trained import Recording, small, toy_table
from safetensors.torch import load_file, save_file

from stancelab.errors import EncoderError, TrainingError
from stancelab.finetuning.network import StanceNetwork
from stancelab.finetuning.scoring import macro_f1
from stancelab.monitor import Surroundings
from stancelab.schema import labels_of

TABLE = toy_table()
LABELS = labels_of(TABLE)
ALLOCATION = (
    "[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory: "
    "you tried to allocate 98304000000 bytes. Error code 12 (Cannot allocate memory)"
)


def train(encoders, around=None, **chosen):
    monitor = Recording()
    around = around or {}
    model = small(encoders["words"], **chosen)
    return model.fit(TABLE, LABELS, Surroundings(monitor=monitor, **around)), monitor


def test_early_stopping_keeps_the_best_epoch(encoders):
    """Held against labels that are turned around: the more is learnt, the worse they get."""
    held = TABLE.slice(40)
    turned = 2 - LABELS[40:]
    around = {"validation": held, "validation_labels": turned}
    chosen = {"epochs": 30, "patience": 2, "pooling": "span", "other_names": 0.0}
    model, monitor = train(encoders, around, **chosen)
    scores = monitor.of("training/validation_macro_f1")
    found = [value for _, value in scores]
    assert 3 <= len(scores) < 20
    assert found.index(max(found)) == len(found) - 1 - 2
    assert max(found) > found[-1]
    assert macro_f1(turned, model.predict(held)) == pytest.approx(max(found))
    assert [step for step, _ in scores] == sorted({step for step, _ in scores})
    assert monitor.steps[-1][0] == scores[-1][0] < monitor.steps[-1][1]
    losses = monitor.of("training/validation_loss")
    assert [step for step, _ in losses] == [step for step, _ in scores]


def test_validation_rows_are_not_learnt_from(encoders):
    around = {"validation": TABLE.slice(60), "validation_labels": LABELS[60:]}
    wrong = around | {"validation_labels": 2 - LABELS[60:]}
    chosen = {"epochs": 1, "other_names": 0.3}
    plain, one, other = (train(encoders, a, **chosen)[0] for a in (None, around, wrong))
    for name, array in plain.predictor_.weights.items():
        np.testing.assert_array_equal(array, one.predictor_.weights[name])
        np.testing.assert_array_equal(array, other.predictor_.weights[name])


def test_no_validation_rows_are_as_none(encoders):
    around = {"validation": TABLE.slice(0, 0), "validation_labels": LABELS[:0]}
    _, monitor = train(encoders, around, epochs=1)
    assert monitor.of("training/validation_loss") == []
    _, monitor = train(encoders, {"validation": TABLE}, epochs=1)
    assert monitor.of("training/validation_loss") == []


def test_own_labels_are_scored_too(encoders):
    around = {"validation": TABLE, "validation_labels": LABELS}
    _, monitor = train(encoders, around, epochs=1, native=True)
    [(_, score)] = monitor.of("training/validation_native_macro_f1")
    assert 0 <= score <= 1


@pytest.mark.parametrize("max_steps", [1, 5, 10_000])
def test_steps_are_a_budget_over_which_the_learning_rate_falls(encoders, max_steps):
    _, monitor = train(encoders, epochs=2, warmup=0.0, max_steps=max_steps)
    [(per_run, _)] = {(total, None) for _, total in monitor.steps}
    assert monitor.steps[-1] == (per_run, per_run)
    assert per_run == min(max_steps, 2 * (per_run // 2) if max_steps > 5 else max_steps)
    rates = [rate for _, rate in monitor.of("training/learning_rate")]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(3e-3 / per_run, rel=1e-3)


def test_seconds_are_a_budget(encoders):
    around = {"validation": TABLE, "validation_labels": LABELS}
    model, monitor = train(encoders, around, max_seconds=1e-6)
    assert monitor.steps[-1][0] == 1
    assert len(monitor.of("training/validation_macro_f1")) == 1
    assert np.isfinite(model.predict_proba(TABLE)).all()


def test_a_loss_that_is_no_number_names_the_batch(encoders, tmp_path):
    poisoned = shutil.copytree(encoders["words"], tmp_path / "poisoned")
    weights = load_file(poisoned / "model.safetensors")
    word = (poisoned / "tokenizer.json").read_text(encoding="utf-8")
    number = int(re.search(r'"Kyiv": (\d+)', word)[1])
    weights["embeddings.word_embeddings.weight"][number] = torch.nan
    save_file(weights, poisoned / "model.safetensors", {"format": "pt"})
    with pytest.raises(TrainingError, match=r"the loss is nan at step 0, in the batch") as raised:
        small(poisoned).fit(TABLE, LABELS)
    assert 'lower learning_rate, or set precision = "fp32"' in str(raised.value)
    ids, texts = TABLE["id"].to_pylist(), TABLE["text"].to_pylist()
    named = re.search(r"rows (.*); lower", str(raised.value))[1].split(", ")
    assert set(named) <= set(ids)
    assert any("Kyiv" in texts[ids.index(name)] for name in named)


@pytest.mark.parametrize("validated", [True, False])
def test_a_last_step_that_ruins_the_network_is_said(encoders, validated):
    held = {"validation": TABLE, "validation_labels": LABELS} if validated else {}
    rates = {"learning_rate": 1e30, "head_learning_rate": 1e30, "warmup": 0.0}
    with pytest.raises(TrainingError, match=r"answers are no finite numbers; lower learning_rate"):
        train(encoders, held, max_steps=1, **rates)


def test_a_learning_rate_that_is_far_too_high_is_said(encoders):
    with pytest.raises(TrainingError, match=r"the loss is (nan|inf) at step [1-9]\d*, .*lower"):
        train(encoders, learning_rate=1e30, head_learning_rate=1e30, warmup=0.0)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(ALLOCATION),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: not enough memory"),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB."),
        MemoryError(),
    ],
)
def test_too_little_memory_names_what_to_lower(encoders, monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(StanceNetwork, "forward", fail)
    advice = r"batches of 128 tokens; lower batch_tokens, or max_tokens \(now 48\)"
    with pytest.raises(TrainingError, match=advice):
        train(encoders, max_tokens=48)


@pytest.mark.parametrize(
    "text",
    ["mat1 and mat2 shapes cannot be multiplied", "an illegal memory access was encountered"],
)
def test_other_faults_keep_their_own_words(encoders, monkeypatch, text):
    def fail(*_, **__):
        raise RuntimeError(text)

    monkeypatch.setattr(StanceNetwork, "forward", fail)
    with pytest.raises(RuntimeError, match=text):
        train(encoders)


def test_an_encoder_that_is_not_there_is_said_before_anything(tmp_path):
    with pytest.raises(EncoderError, match=r"nowhere.*no such directory; expected a directory"):
        small(tmp_path / "nowhere").fit(TABLE, LABELS)
