"""The network: the encoder's own answers, its summaries, and how fast each layer learns."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from made_trained import small, toy_table
from torch import nn

from stancelab.encoders import find_encoder
from stancelab.features.actor_tokens import InputSettings, Query
from stancelab.finetuning import fit
from stancelab.finetuning.batches import pad
from stancelab.finetuning.network import StanceNetwork
from stancelab.finetuning.opening import open_parts
from stancelab.finetuning.trainer import StanceTrainer
from stancelab.finetuning.vocabulary import UsedWords
from stancelab.schema import labels_of

KINDS = ("bundled", "words", "roberta", "modernbert")
ASKED = [
    Query("Rome thanked Oslo .", "Oslo", -1, -1, ""),
    Query("Minsk", "Kyiv", -1, -1, ""),
    Query("Oslo and Rome", "", -1, -1, ""),
]
PAIR = InputSettings(format="pair")


@pytest.mark.parametrize("kind", KINDS)
def test_the_used_words_answer_as_the_whole_encoder_does(encoders, kind):
    from transformers import AutoModel

    parts = open_parts(find_encoder(str(encoders[kind])), PAIR)
    rows = parts.tokenizer.encode(ASKED)
    used = UsedWords(np.unique([parts.pad, *(token for row in rows for token in row.ids)]))
    assert len(used.ids) < len(parts.words)
    network = StanceNetwork(parts.encoder, used.take(parts.words), "mean", {"stance": 3}).eval()
    batch = pad([used.renumber(row) for row in rows], int(used.rows_of([parts.pad])[0]))
    whole = AutoModel.from_pretrained(encoders[kind], dtype=torch.float32).eval()
    plain = pad(rows, parts.pad)
    typed = {"token_type_ids": plain["types"]} if kind in ("words", "bundled") else {}
    with torch.inference_mode():
        found = network(**batch)["stance"]
        states = whole(plain["ids"], attention_mask=plain["attention"], **typed).last_hidden_state
        sizes = plain["attention"].sum(dim=1).tolist()
        means = [one[:size].mean(dim=0) for one, size in zip(states, sizes, strict=True)]
        expected = network.heads["stance"](torch.stack(means))
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)
    assert found.std() > 1e-3


@pytest.mark.parametrize("kind", ["words", "modernbert"])
def test_leaving_words_out_changes_nothing_that_is_learnt(encoders, kind, monkeypatch):
    table = toy_table().slice(0, 24)
    labels = labels_of(table)

    def train():
        return small(encoders[kind], epochs=2, weight_decay=0.1).fit(table, labels).predictor_

    some = train()
    monkeypatch.setattr(
        fit, "_used_words", lambda parts, *_: UsedWords(np.arange(len(parts.words)))
    )
    every = train()
    assert len(some.weights["words.ids"]) < len(every.weights["words.ids"])
    rows = every.weights["words.rows"]
    np.testing.assert_allclose(
        some.weights["words.rows"], rows[some.weights["words.ids"]], atol=1e-5
    )
    np.testing.assert_allclose(some.predict_proba(table), every.predict_proba(table), atol=1e-5)
    whole = open_parts(find_encoder(str(encoders[kind])), some.inputs).words.numpy()
    unused = np.setdiff1d(np.arange(len(whole)), some.weights["words.ids"])
    np.testing.assert_array_equal(rows[unused], whole[unused])


@pytest.mark.parametrize("kind", KINDS)
def test_markers_begin_as_brackets(encoders, kind):
    parts = open_parts(find_encoder(str(encoders[kind])), PAIR)
    backend = parts.tokenizer.tokenizer
    for marker, like in zip(parts.tokenizer.marker_ids, "[]:", strict=True):
        token = backend.encode(like, add_special_tokens=False).ids[-1]
        torch.testing.assert_close(parts.words[marker], parts.words[token])
    assert getattr(parts.encoder, "pooler", None) is None
    assert parts.encoder.get_input_embeddings().num_embeddings == 1


class Echo(nn.Module):
    """An encoder that gives back what it is fed."""

    config = SimpleNamespace()

    def forward(self, inputs_embeds, attention_mask):
        return SimpleNamespace(last_hidden_state=inputs_embeds)


@pytest.mark.parametrize(
    ("pooling", "expected"),
    [
        ("cls", [[1, 0], [3, 4]]),
        ("mean", [[4 / 3, 1], [3, 6]]),
        ("span", [[2, 0], [3, 6]]),
        ("mean_span", [[4 / 3, 1, 2, 0], [3, 6, 3, 6]]),
    ],
)
def test_summaries_by_hand(pooling, expected):
    words = torch.tensor([[1.0, 0.0], [3.0, 0.0], [0.0, 3.0], [3.0, 4.0], [3.0, 8.0], [99.0, 99.0]])
    size = len(expected[0])
    network = StanceNetwork(Echo(), words, pooling, {"stance": size}).eval()
    with torch.no_grad():
        network.heads["stance"].weight.copy_(torch.eye(size))
    ids = torch.tensor([[0, 1, 2], [3, 4, 5]])
    actor = torch.tensor([[1, 1, 0], [0, 0, 0]])
    found = network(ids, torch.tensor([[1, 1, 1], [1, 1, 0]]), actor)["stance"]
    torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float32))


@pytest.mark.parametrize("kind", KINDS)
def test_each_layer_learns_slower_than_the_one_above(encoders, kind, monkeypatch):
    made = {}
    original = StanceTrainer.create_optimizer

    def spy(self, *args):
        groups = original(self, *args).param_groups
        names = {id(parameter): name for name, parameter in self.network.named_parameters()}
        for group in groups:
            for parameter in group["params"]:
                made[names[id(parameter)]] = (group["lr"], group["weight_decay"])
        made["layers"] = self.network.layers
        return self.optimizer

    monkeypatch.setattr(StanceTrainer, "create_optimizer", spy)
    table = toy_table().slice(0, 8)
    rates = {"learning_rate": 0.01, "head_learning_rate": 0.5, "layer_decay": 0.3}
    small(encoders[kind], max_steps=1, weight_decay=0.2, **rates).fit(table, labels_of(table))
    assert made.pop("layers") == 2
    assert {name for name in made if "heads" in name} == {
        "heads.stance.weight",
        "heads.stance.bias",
    }
    for name, (rate, decay) in made.items():
        assert rate == pytest.approx(expected_rate(name)), name
        spared = re.search(r"bias|norm|words\.", name, re.IGNORECASE)
        assert decay == (0 if spared else 0.2), name
    assert len({round(rate, 9) for rate, _ in made.values()}) == 4


def expected_rate(name):
    layer = re.search(r"layers?\.(\d)", name)
    if name.startswith("heads"):
        return 0.5
    if layer:
        return 0.01 * 0.3 ** (1 - int(layer[1]))
    return 0.01 if "final_norm" in name else 0.01 * 0.3**2
