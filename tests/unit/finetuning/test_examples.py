"""Under which names training asks for an actor, and in which precision it computes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from made_trained import small, toy_table
from tokenizers import Tokenizer

from stancelab.errors import TrainingError
from stancelab.features.actor_tokens import ActorTokenizer, InputSettings
from stancelab.finetuning.device import choose_precision
from stancelab.finetuning.examples import Answers, examples
from stancelab.finetuning.vocabulary import UsedWords
from stancelab.schema import as_table, labels_of

ROW = {"text": "Рим дякує Росії .", "actor": "Russia", "language": "uk"}
SPAN = {"mention_start": 10, "mention_end": 15}
ABSENT = {"mention_start": -1, "mention_end": -1}


def shown(encoders, format, row, other_names=True, other_actors=False):
    """The two halves of each way to show a row, as words."""
    backend = Tokenizer.from_file(str(encoders["words"] / "tokenizer.json"))
    tokenizer = ActorTokenizer(backend, InputSettings(format=format))
    none = np.array([-1])
    chosen = {"other_names": other_names, "other_actors": other_actors}
    made = examples(as_table([row]), Answers(none, none, none), tokenizer, **chosen)
    assert len(made) == 1
    assert made.lengths.tolist() == [max(len(one.ids) for one in made.variants[0])]
    assert set(made.used()) == {token for one in made.variants[0] for token in one.ids}
    ways = []
    for one in made.variants[0]:
        tokens = [backend.id_to_token(token) for token in one.ids]
        halves = " ".join(tokens).replace(" ##", "").split(" [SEP]")
        ways.append((halves[0].removeprefix("[CLS] "), halves[1].strip()))
    return ways


@pytest.mark.parametrize(
    ("format", "asked"),
    [
        ("mark", ("Рим дякує <actor> Росії </actor> .", "")),
        ("pair", (ROW["text"], "Росії")),
        ("mark_pair", ("Рим дякує <actor> Росії </actor> .", "Росії")),
    ],
)
def test_a_named_actor_is_also_asked_by_its_canonical_and_its_local_name(encoders, format, asked):
    expected = [asked, (ROW["text"], "Russia"), (ROW["text"], "Росія")]
    assert shown(encoders, format, ROW | SPAN) == expected
    assert shown(encoders, format, ROW | SPAN, other_names=False) == expected[:1]


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({}, ["Russia", "Росія"]),
        ({"actor": "Росія"}, ["Росія"]),
        ({"language": "en"}, ["Russia"]),
        ({"language": ""}, ["Russia"]),
        ({"actor": "Oslo"}, ["Oslo"]),
        ({"actor": ""}, [""]),
    ],
)
def test_an_actor_that_is_not_named_is_asked_by_what_other_names_it_has(encoders, changed, names):
    row = ROW | ABSENT | changed
    assert shown(encoders, "mark_pair", row) == [(ROW["text"], name) for name in names]


def test_other_actors_stand_in_the_place_of_the_one_that_is_named(encoders):
    ways = shown(encoders, "mark", ROW | SPAN, other_names=False, other_actors=True)
    assert ways[0] == ("Рим дякує <actor> Росії </actor> .", "")
    assert len(set(ways)) == 6
    assert all(
        text.startswith("Рим дякує <actor> ") and "Росії" not in text for text, _ in ways[1:]
    )
    renamed = shown(encoders, "mark", ROW | SPAN, other_actors=True)
    assert renamed[1:3] == [(ROW["text"], "Russia"), (ROW["text"], "Росія")]
    assert renamed[3:] == ways[1:]
    assert len(shown(encoders, "mark", ROW | ABSENT, other_actors=True)) == 2


def test_used_words_are_numbered_in_order():
    used = UsedWords(np.array([1, 4, 7]))
    assert used.rows_of([7, 1, 4, 4]).tolist() == [2, 0, 1, 1]
    table = torch.arange(20.0).reshape(10, 2)
    taken = used.take(table)
    assert taken.tolist() == [[2, 3], [8, 9], [14, 15]]
    taken[0] = 0
    assert table[1].tolist() == [2, 3]


def test_precision_is_chosen_by_the_device(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(TrainingError, match=r'"fp16" needs a GPU, and there is none; use "auto"'):
        choose_precision("fp16")
    for amx, avx, expected in (
        (False, False, "fp32"),
        (True, False, "bf16"),
        (False, True, "bf16"),
    ):
        monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda a=amx: a, raising=False)
        monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda a=avx: a, raising=False)
        assert choose_precision("auto") == expected
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    for has_it, expected in ((True, "bf16"), (False, "fp16")):
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda has=has_it, **_: has)
        assert choose_precision("auto") == expected


def test_mixed_precision_learns_the_like(encoders):
    table = toy_table()
    found = [
        small(encoders["words"], max_steps=4, precision=precision)
        .fit(table, labels_of(table))
        .predict_proba(table)
        for precision in ("fp32", "bf16")
    ]
    assert 0 < np.abs(found[0] - found[1]).max() < 0.05
