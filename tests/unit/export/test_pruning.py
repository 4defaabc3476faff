"""Tokens that are left out: the others are cut as before, under new numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from made_trained import small, toy_table
from tokenizers import Tokenizer, models

from stancelab.export.onnx.convert import convert
from stancelab.export.onnx.frequent import needed_tokens
from stancelab.export.onnx.pruning import changed_share
from stancelab.export.onnx.vocabulary import plain_tokens, prune, script
from stancelab.export.onnx.wanted import ExportError, Material, OnnxWanted
from stancelab.schema import labels_of

TEXTS = [
    "Oslo thanked Warsaw for its help in 2024, and 35% more.",
    "Варшава подякувала Києву, а Мінськ погрожує Вільнюсу санкціями.",
    "ministers met; neither side changed its position",
]
KINDS = ["words", "bundled", "roberta"]  # WordPiece, Unigram, BPE


@pytest.fixture(params=KINDS)
def tokenizer(request, encoders):
    return Tokenizer.from_file(str(encoders[request.param] / "tokenizer.json"))


def kept_of(tokenizer, texts):
    return {token for text in texts for token in tokenizer.encode(text).ids}


def test_texts_of_kept_tokens_are_cut_as_before(tokenizer):
    smaller, ids = prune(tokenizer, kept_of(tokenizer, TEXTS))
    assert len(ids) < tokenizer.get_vocab_size()
    assert smaller.get_vocab_size() == len(ids)
    assert changed_share(tokenizer, smaller, TEXTS) == 0
    for text in TEXTS:
        one, other = tokenizer.encode(text, "Oslo"), smaller.encode(text, "Oslo")
        assert one.tokens == other.tokens
        assert one.ids == ids[other.ids].tolist()
        assert one.offsets == other.offsets


def test_special_tokens_are_never_left_out(tokenizer):
    smaller, _ = prune(tokenizer, [])
    assert smaller.encode("", "").tokens == tokenizer.encode("", "").tokens
    known = smaller.get_vocab()
    assert all(one.content in known for one in tokenizer.get_added_tokens_decoder().values())


def test_a_word_without_its_token_is_spelled(encoders):
    tokenizer = Tokenizer.from_file(str(encoders["bundled"] / "tokenizer.json"))
    letters = plain_tokens(tokenizer, frozenset({"CYRILLIC", "LATIN"}))
    smaller, _ = prune(tokenizer, letters)
    assert smaller.encode("Варшава 2024", add_special_tokens=False).tokens == [
        *("▁В", "а", "р", "ш", "а", "в", "а"),
        "▁20",
        "24",
    ]
    assert changed_share(tokenizer, smaller, TEXTS) == 1
    assert not {"中", "ا"} & smaller.get_vocab().keys()


@pytest.mark.slow
def test_frequent_words_and_the_letters_of_a_language_are_kept(encoders):
    tokenizer = Tokenizer.from_file(str(encoders["bundled"] / "tokenizer.json"))
    english = needed_tokens(tokenizer, ["en"], ["Київ"])
    known = tokenizer.get_vocab()
    assert {known["▁the"], known["▁The"], known["a"], known["7"]} <= english
    assert set(tokenizer.encode("Київ", add_special_tokens=False).ids) <= english
    long = {
        number
        for token, number in known.items()
        if len(token) > 4 and script(token[-1]) == "CYRILLIC"
    }
    assert len(long & english) < 0.1 * len(long)
    ukrainian = needed_tokens(tokenizer, ["uk"], [])
    assert len(long & ukrainian) > 0.5 * len(long)
    assert known["я"] in ukrainian


def test_files_add_tokens_and_wrong_ones_are_refused(encoders, tmp_path):
    tokenizer = Tokenizer.from_file(str(encoders["bundled"] / "tokenizer.json"))
    mine = tmp_path / "mine.txt"
    mine.write_text("санкціями\n", encoding="utf-8")
    wanted = tokenizer.encode("санкціями", add_special_tokens=False).ids
    assert set(wanted) <= needed_tokens(tokenizer, [], [], [mine])
    with pytest.raises(ExportError, match=r"--keep-tokens-of .*none\.txt: cannot be read"):
        needed_tokens(tokenizer, [], [], [tmp_path / "none.txt"])
    mine.write_bytes("Київ".encode("cp1251"))
    with pytest.raises(ExportError, match=r"mine\.txt: is not UTF-8; save it as UTF-8"):
        needed_tokens(tokenizer, [], [], [mine])
    with pytest.raises(ExportError, match="--languages xx: there is no word list of this language"):
        needed_tokens(tokenizer, ["xx"], [])


def test_a_tokenizer_of_another_model_is_refused():
    words = Tokenizer(models.WordLevel({"a": 0}, unk_token="a"))
    with pytest.raises(ExportError, match="of the model WordLevel, and tokens can be left out of"):
        prune(words, [0])


@pytest.fixture(scope="module")
def learnt(encoders):
    table = toy_table()
    return small(encoders["bundled"], epochs=3).fit(table, labels_of(table)).predictor_


def spoken(table):
    at = table.schema.get_field_index("language")
    return table.set_column(at, "language", pa.array(["en"] * len(table)))


@pytest.mark.slow
def test_a_pruned_network_answers_as_the_whole_one_does(learnt, tmp_path):
    table = spoken(toy_table())
    wanted = OnnxWanted("int8", ("en",))
    found = convert(learnt, tmp_path, wanted, Material(table, table.slice(40)))
    about = found.about["vocabulary"]
    assert about["tokens"] < about["of"]
    assert (about["languages"], about["changed_segmentation"]) == (["en"], 0)
    assert about["macro_f1_change"] == 0
    assert found.about["unlabelled_data"][0]["licence"] == "CC-BY-SA-4.0"
    np.testing.assert_allclose(
        found.predictor.predict_proba(table), learnt.predict_proba(table), atol=0.1
    )


@pytest.mark.slow
def test_a_loss_of_macro_f1_is_refused(encoders, tmp_path):
    table = toy_table()
    predictor = small(encoders["words"]).fit(table, labels_of(table)).predictor_
    mine = tmp_path / "mine.txt"
    mine.write_text("Rome\n", encoding="utf-8")
    nothing = table.set_column(3, "text", pa.array(["Rome"] * len(table)))
    wanted = OnnxWanted(keep_tokens_of=(mine,))
    with pytest.raises(ExportError, match=r"macro-F1 on the validation rows changes by -0\.\d+"):
        convert(predictor, tmp_path, wanted, Material(nothing, table))
