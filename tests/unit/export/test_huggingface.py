"""A directory of `transformers` answers as the classifier does, by the code of its card alone."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from made_trained import LETTERS, STATES, small, toy_table, two_corpora
from transformers import AutoModel, AutoTokenizer

from stancelab.errors import (
    BundleError,
    DamagedBundleError,
    UnsafeBundleError,
    VerificationError,
)
from stancelab.export.bundle import write_json
from stancelab.export.digests import write_sums
from stancelab.export.formats import verify_folder
from stancelab.export.huggingface.folder import check_place, write_huggingface
from stancelab.export.huggingface.head import fold_head
from stancelab.export.onnx.wanted import ExportError
from stancelab.features.actor_tokens import queries
from stancelab.predictors.abstaining import AbstainingPredictor
from stancelab.predictors.blind import ActorBlindPredictor
from stancelab.predictors.calibrated import CalibratedPredictor, Curve
from stancelab.predictors.priors import ConstantPredictor
from stancelab.schema import LABELS, as_table, labels_of

ABOUT = {"training_data": [], "model": {"name": "tiny", "config": {}}, "refit": True}
FORMS = {
    "words": {"format": "mark", "pooling": "mean_span", "max_tokens": 24},
    "roberta": {"format": "mark_pair", "pooling": "span", "max_tokens": 36, "source": True},
    "modernbert": {"format": "pair", "pooling": "mean", "max_tokens": 32},
    "bundled": {"format": "mark_pair", "pooling": "cls", "max_tokens": 32},
}


SLOW = pytest.param("bundled", marks=pytest.mark.slow)


@pytest.fixture(scope="module", params=["words", "roberta", "modernbert", SLOW])
def exported(request, encoders, tmp_path_factory):
    """A trained model of each form, and its directory."""
    table = toy_table()
    chosen = {"epochs": 2, **FORMS[request.param]}
    predictor = small(encoders[request.param], **chosen).fit(table, labels_of(table)).predictor_
    folder = tmp_path_factory.mktemp("huggingface") / request.param
    softer = CalibratedPredictor(predictor, "temperature", 1.7)
    write_huggingface(folder, softer, ABOUT)
    return softer, folder


def code_of(folder: Path) -> str:
    card = (folder / "README.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", card, re.DOTALL)
    return found[1].replace("THIS_FOLDER", str(folder))


def odd_rows(count: int = 150):
    """Rows of any length, whose spans cut words, fill the text, or are not there."""
    draw = random.Random(0)
    words = [*STATES, "Rus", "sia", "<actor>", "thanked", "accused", " ", "\u00a0", "[SEP]", "</s>"]
    for _ in range(count):
        text = "".join(
            draw.choice([*words, draw.choice(LETTERS)]) + draw.choice(["", " "])
            for _ in range(draw.randint(1, 30))
        )
        start = draw.randrange(len(text))
        end = draw.randint(start + 1, min(len(text), start + 12))
        named = draw.random() < 0.7 and text[start:end].strip()
        yield {
            "text": text,
            "actor": draw.choice([*STATES, "", "Russia " * 9]),
            "mention_start": start if named else -1,
            "mention_end": end if named else -1,
            "source": draw.choice(["", "Rome", "Rome " * 12]),
        }


def test_the_cards_code_makes_the_inputs_and_answers_of_training(exported, capsys):
    predictor, folder = exported
    made = {}
    exec(code_of(folder), made)
    assert "Warsaw {'hostile': " in capsys.readouterr().out
    found, table = predictor.inner, as_table(list(odd_rows()))
    shares, windowed = predictor.predict_proba(table), 0
    for asked, own, expected in zip(queries(table), found.tokens(table), shares, strict=True):
        given = [asked.text, asked.name, asked.start, asked.end]
        given += [asked.source] if found.inputs.source else []
        ids, actors, *types = made["stancelab_input"](*given)
        assert (ids, actors) == (own.ids, own.actor), asked
        assert types in ([], [own.types])
        windowed += own.windowed
        np.testing.assert_allclose(made["probabilities"](*given), expected, atol=1e-5)
    assert windowed > 20


def test_transformers_alone_opens_it_and_knows_labels_and_markers(exported):
    predictor, folder = exported
    model, about = AutoModel.from_pretrained(folder, output_loading_info=True)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert not about["missing_keys"]
    assert not about["unexpected_keys"]
    assert model.config.id2label == dict(enumerate(LABELS))
    assert model.config.label2id == {label: at for at, label in enumerate(LABELS)}
    assert model.config.num_labels == 3
    own = predictor.inner._opened[0]
    assert tokenizer.convert_tokens_to_ids(["<actor>", "</actor>", "<source>"]) == own.marker_ids
    assert {"<actor>", "</actor>", "<source>"} <= set(tokenizer.all_special_tokens)
    assert model.get_input_embeddings().num_embeddings >= len(tokenizer)
    assert model.config.stancelab["input"] == predictor.inner.inputs.to_dict() | {
        "max_tokens": own.settings.max_tokens
    }


def test_it_says_nothing_of_this_machine(exported):
    _, folder = exported
    for file in folder.glob("*.json"):
        assert str(folder.parent.parent) not in file.read_text(encoding="utf-8"), file.name
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder)
    assert done.returncode == 0


@pytest.mark.slow
def test_a_fresh_process_without_stancelab_gives_the_probabilities(exported):
    predictor, folder = exported
    assert verify_folder(folder) < 1e-6
    table = as_table([{"text": "Rome thanked Oslo and accused Kyiv .", "actor": "Kyiv"}])
    code = (
        "import json, sys\n"
        "sys.modules['stancelab'] = None  # cannot be imported\n"
        f"{code_of(folder)}\n"
        "print(json.dumps(probabilities('Rome thanked Oslo and accused Kyiv .', 'Kyiv', 30, 34)))"
    )
    words = [sys.executable, "-I", "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, cwd=folder)
    shares = json.loads(done.stdout.splitlines()[-1])
    np.testing.assert_allclose(shares, predictor.predict_proba(table)[0], atol=1e-4)


@pytest.fixture(scope="module")
def trained(encoders):
    table = toy_table()
    return small(encoders["words"], epochs=1).fit(table, labels_of(table)).predictor_


@pytest.mark.slow
def test_changed_answers_fail_verification(trained, tmp_path):
    folder = tmp_path / "changed"
    write_huggingface(folder, trained, ABOUT)
    probes = json.loads((folder / "probes.json").read_text(encoding="utf-8"))
    probes[0]["probabilities"] = [1.0, 0.0, 0.0]
    write_json(folder / "probes.json", probes)
    write_sums(folder)
    with pytest.raises(VerificationError, match=r"differ by 0\.\d+ from those at export, more th"):
        verify_folder(folder)
    (folder / "stance_head.safetensors").write_bytes(b"")
    write_sums(folder)
    with pytest.raises(VerificationError, match="does not answer by itself"):
        verify_folder(folder)


def test_changed_missing_and_added_files_are_noticed_before_anything_is_run(trained, tmp_path):
    folder = tmp_path / "damaged"
    write_huggingface(folder, trained, ABOUT)
    card = folder / "README.md"
    card.write_text(card.read_text(encoding="utf-8").replace("import torch", "import os"))
    with pytest.raises(DamagedBundleError, match=r"README\.md has changed since the export"):
        verify_folder(folder)
    card.unlink()
    with pytest.raises(DamagedBundleError, match=r"README\.md is missing"):
        verify_folder(folder)
    (folder / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(UnsafeBundleError, match="can hold a pickle"):
        verify_folder(folder)


def softmax(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def test_temperatures_are_folded_into_the_head_and_lacking_labels_get_nothing(trained):
    assert trained.known == (0, 2)
    twice = CalibratedPredictor(CalibratedPredictor(trained, "temperature", 2.0), "temperature", 3)
    plain, folded = fold_head(trained), fold_head(twice)
    np.testing.assert_allclose(folded.weight, plain.weight / 6, rtol=1e-6)
    np.testing.assert_allclose(folded.bias[[0, 2]], plain.bias[[0, 2]] / 6, rtol=1e-6)
    assert np.isfinite(folded.bias).all()
    scores = folded.weight @ np.ones(folded.weight.shape[1], np.float32) + folded.bias
    assert softmax(scores)[1] == 0


CURVE = Curve(np.array([0.0, 1.0]), np.array([0.1, 0.9]))


@pytest.mark.parametrize(
    ("wrapped", "reason"),
    [
        (lambda one: AbstainingPredictor(one, 0.5), "cannot hold what --abstain chose"),
        (lambda one: CalibratedPredictor(one, "isotonic", curves=[CURVE] * 3), "isotonic curves"),
        (lambda one: ActorBlindPredictor(one), "the actor-blind control hides the actor"),
        (
            lambda one: CalibratedPredictor(ActorBlindPredictor(one), "temperature", 2.0),
            "the actor-blind control hides the actor",
        ),
        (lambda one: ConstantPredictor(np.ones(3) / 3), "fine-tuned encoder .* this model is none"),
    ],
)
def test_what_a_head_cannot_hold_is_refused(trained, tmp_path, wrapped, reason):
    with pytest.raises(ExportError, match=f"--format huggingface: .*{reason}.*use --format bundle"):
        write_huggingface(tmp_path / "out", wrapped(trained), ABOUT)
    assert not (tmp_path / "out").exists()


def test_only_a_directory_of_ours_is_replaced(exported, tmp_path):
    check_place(exported[1])
    check_place(tmp_path)
    check_place(tmp_path / "new")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(BundleError, match="exists and was not written by --format huggingface"):
        check_place(tmp_path)


def test_the_head_of_a_corpus_is_folded_in_unless_it_adds_labels_up(encoders, tmp_path):
    table = two_corpora()
    found = small(encoders["words"], epochs=1, native=True).fit(table, labels_of(table)).predictor_
    write_huggingface(tmp_path / "signs", found.answering_by("signs"), ABOUT)  # + - 0
    made = {}
    exec(code_of(tmp_path / "signs"), made)
    text = "Rome thanked Oslo ."
    asked = as_table([{"text": text, "actor": "Oslo"}])
    shares = found.answering_by("signs").predict_proba(asked)[0]
    np.testing.assert_allclose(made["probabilities"](text, "Oslo", 13, 17), shares, atol=1e-5)
    with pytest.raises(ExportError, match=r"adds no probabilities up, .* are one; use --format"):
        write_huggingface(tmp_path / "verbs", found.answering_by("verbs"), ABOUT)


def test_a_head_for_native_labels_is_left_out(encoders, tmp_path):
    table = toy_table()
    found = small(encoders["words"], epochs=1, native=True).fit(table, labels_of(table)).predictor_
    write_huggingface(tmp_path / "native", found, ABOUT)
    made = {}
    exec(code_of(tmp_path / "native"), made)
    assert set(made["head"]) == {"weight", "bias"}
    text = "Rome thanked Oslo ."
    shares = found.predict_proba(as_table([{"text": text, "actor": "Oslo"}]))[0]
    np.testing.assert_allclose(made["probabilities"](text, "Oslo", 13, 17), shares, atol=1e-5)
