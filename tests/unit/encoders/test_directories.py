"""A local directory as an encoder: what it must hold, and its vectors."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from made_encoders import (
    POSITIONS,
    SENTENCES,
    SIZE,
    cut_bundled,
    tiny_bert,
    tiny_modernbert,
    tiny_roberta,
)

from stancelab.encoders import EncoderFiles, find_encoder, open_encoder
from stancelab.encoders.lengths import longest_input
from stancelab.encoders.pooled import PooledEncoder
from stancelab.errors import EncoderError, MissingExtraError

KINDS = {
    "roberta": (tiny_roberta, SIZE, POSITIONS),
    "modernbert": (tiny_modernbert, SIZE, POSITIONS),
    "bert": (tiny_bert, SIZE, POSITIONS),
    "cut_bundled": (cut_bundled, 384, 512),
}
TEXTS = [*SENTENCES, "Oslo", "", "🤷", "word " * 900]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A directory of each kind."""
    place = tmp_path_factory.mktemp("encoders")
    return {kind: make(place / kind) for kind, (make, _, _) in KINDS.items()}


@pytest.fixture
def folder(folders, tmp_path):
    """A RoBERTa that a test may damage."""
    return Path(shutil.copytree(folders["roberta"], tmp_path / "mine"))


@pytest.mark.parametrize("kind", KINDS)
def test_any_directory_embeds(kind, folders):
    encoder = open_encoder(str(folders[kind]))
    _, size, longest = KINDS[kind]
    assert encoder.size == size
    vectors = encoder.embed(TEXTS)
    assert (vectors.shape, vectors.dtype) == ((len(TEXTS), size), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert longest_input(encoder._model, encoder._tokenizer) == longest
    assert encoder.embed([]).shape == (0, size)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_does_not_depend_on_its_company(kind, folders):
    files = find_encoder(str(folders[kind]))
    together = PooledEncoder(files).embed(TEXTS)
    for batch in (1, 3):
        alone = PooledEncoder(files, batch=batch).embed(TEXTS[::-1])[::-1]
        np.testing.assert_allclose(alone, together, atol=1e-5)


def test_what_is_too_long_is_cut_at_its_end(folders):
    encoder = open_encoder(str(folders["roberta"]))
    longer, longest = encoder.embed(["word " * 300, "word " * 900])
    np.testing.assert_allclose(longer, longest, atol=1e-6)


def test_the_mean_is_over_the_tokens_of_the_text(folders):
    import torch

    encoder = open_encoder(str(folders["bert"]))
    tokens = encoder._tokenizer(SENTENCES[0], return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        states = encoder._model(input_ids=tokens).last_hidden_state[0].mean(dim=0).numpy()
    expected = states / np.linalg.norm(states)
    np.testing.assert_allclose(encoder.embed(SENTENCES)[0], expected, atol=1e-6)


def test_a_prefix_stands_before_each_text(folders):
    files = find_encoder(str(folders["bert"]))
    plain = PooledEncoder(files).embed(["query: Oslo"])
    np.testing.assert_allclose(PooledEncoder(files, prefix="query: ").embed(["Oslo"]), plain)


def test_revision_is_that_of_the_content(folders, folder):
    known = find_encoder(str(folders["roberta"]))
    copied = find_encoder(str(folder))
    assert copied == EncoderFiles(str(folder), known.revision, folder)
    assert known.revision.startswith("local-")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"layer_norm_eps": 1e-3}))
    assert find_encoder(str(folder)).revision != known.revision


def test_a_directory_is_found_by_every_way_to_name_it(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    monkeypatch.setenv("HOME", str(folder.parent))
    (folder.parent / "owner").mkdir()
    shutil.copytree(folder, folder.parent / "owner" / "name")
    for name in ("mine", "./mine", "mine/", "../" + folder.parent.name + "/mine", "~/mine"):
        assert find_encoder(name).folder == folder, name
    inside = find_encoder("owner/name")
    assert inside.folder == folder.parent / "owner" / "name", "a directory comes before the hub"


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        (["config.json"], r"lacks config\.json; an encoder is what save_pretrained"),
        (["model.safetensors"], r"lacks model\.safetensors \(.* use encoder = \"bundled\""),
        (["tokenizer.json"], r"lacks tokenizer\.json;"),
        (
            ["config.json", "model.safetensors", "tokenizer.json"],
            r"'.*mine': lacks config\.json, model\.safetensors, tokenizer\.json \(",
        ),
    ],
)
def test_each_missing_file_is_named(gone, expected, folder):
    for name in gone:
        (folder / name).unlink()
    with pytest.raises(EncoderError, match=expected):
        find_encoder(str(folder))


def test_a_pickle_is_not_read(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    expected = r"lacks model\.safetensors \(a pytorch_model\.bin is not read, .* can run code\)"
    with pytest.raises(EncoderError, match=expected):
        find_encoder(str(folder))


def test_weights_in_shards_must_all_be_there(folder):
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    weights = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weights}))
    with pytest.raises(EncoderError, match=r"lacks model-00002-of-00002\.safetensors;"):
        find_encoder(str(folder))


def test_a_vocabulary_that_gives_a_fast_tokenizer_will_do(folder):
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer"}')
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "oslo", "thanked"]
    (folder / "vocab.txt").write_text("\n".join(words))
    files = find_encoder(str(folder))
    assert PooledEncoder(files).embed(["Oslo thanked"]).shape == (1, SIZE)
    (folder / "vocab.txt").write_text("\n".join([*words, "warsaw"]))
    assert find_encoder(str(folder)).revision != files.revision


def test_configs_that_are_none_are_refused(folder):
    for content in ("{", "[]", '{"hidden_size": 3}'):
        (folder / "config.json").write_text(content)
        with pytest.raises(EncoderError, match=r"its config\.json names no model_type"):
            find_encoder(str(folder))
    (folder / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(EncoderError, match=r"its config\.json has none of hidden_size, dim, d_mo"):
        open_encoder(str(folder))


def test_weights_that_do_not_fit_are_refused(folder, folders):
    shutil.copy(folders["modernbert"] / "model.safetensors", folder)
    with pytest.raises(
        EncoderError, match=r"its weights lack \S+ and \d+ more; they would be rand"
    ):
        open_encoder(str(folder)).embed(["Oslo"])
    (folder / "model.safetensors").write_bytes(b"not tensors")
    with pytest.raises(EncoderError, match="cannot be opened"):
        open_encoder(str(folder)).embed(["Oslo"])


def test_another_models_tokenizer_is_refused(folder, folders):
    shutil.copy(folders["cut_bundled"] / "tokenizer.json", folder)
    with pytest.raises(
        EncoderError, match=r"tokenizer has 20000 tokens, its model \d+; they do not belong"
    ):
        open_encoder(str(folder)).embed(["Oslo"])


def test_without_transformers_the_extra_is_named(folder, monkeypatch):
    from stancelab.encoders import pooled

    monkeypatch.setattr(pooled, "find_spec", lambda name: None if name == "torch" else 1)
    with pytest.raises(MissingExtraError, match=r"'torch'.*pip install 'stancelab\[train\]'"):
        PooledEncoder(find_encoder(str(folder)))
