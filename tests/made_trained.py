"""What the tests of fine-tuning share: statements that can be learnt, and a small training."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations
from pathlib import Path

from stancelab.models.transformer import Transformer
from stancelab.monitor import Monitor, Surroundings
from stancelab.schema import LABELS, as_table, labels_of

STATES = ("Oslo", "Warsaw", "Minsk", "Vilnius", "Kyiv")
VERBS = {"thanked": 2, "praised": 2, "accused": 0, "threatened": 0}
SIZE = 64
LETTERS = "".join(map(chr, [*range(33, 127), *range(0x401, 0x460)])) + "中俄美國关系良好عراقم"
"""What the tokenizer of words knows, each letter alone too."""


def toy_rows():
    """Two actors a sentence with opposite labels: the verb before an actor decides its label."""
    rows = []
    for number, (one, other) in enumerate(permutations(STATES, 2)):
        for good, bad in (("thanked", "accused"), ("praised", "threatened")):
            first, second = ((good, one), (bad, other))[:: 1 if number % 2 else -1]
            text = f"Rome {first[0]} {first[1]} and {second[0]} {second[1]} ."
            for verb, actor in (first, second):
                start = text.index(actor)
                rows.append(
                    {
                        "statement": text,
                        "text": text,
                        "actor": actor,
                        "mention_start": start,
                        "mention_end": start + len(actor),
                        "label": VERBS[verb],
                        "native_label": verb,
                        "source": "Rome",
                    }
                )
    return rows


def toy_table():
    return as_table(toy_rows())


SIGNS = {"thanked": "+", "praised": "0", "accused": "-", "threatened": "-"}


def two_corpora():
    """The toy set twice: with its verbs as own labels, and coded as plus, minus and zero.

    In the second corpus praise is neutral, so that the two disagree about it.
    """
    rows = []
    for row in toy_rows():
        sign = SIGNS[row["native_label"]]
        label = 1 if sign == "0" else row["label"]
        rows.append({**row, "dataset": "verbs"})
        rows.append({**row, "native_label": sign, "label": label, "dataset": "signs"})
    return as_table(rows)


TINY = """\
question = "Does a tiny encoder run?"
seeds = [0]

[data]
path = "toy.jsonl"

[model.tiny]
kind = "transformer"
encoder = "{encoder}"
max_tokens = 24
batch_tokens = 128
"""
"""An experiment over the toy set, to which keys of the model can be added."""


def write_toy(folder: Path) -> None:
    """Write the toy set as ``toy.jsonl``, each text a document of its own."""
    rows = [row | {"label": LABELS[row["label"]], "document": row["text"]} for row in toy_rows()]
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    (folder / "toy.jsonl").write_text(lines, encoding="utf-8")


def tiny_words(folder: Path) -> Path:
    """Write a random BERT of two layers and two token types, with a WordPiece tokenizer."""
    import torch
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    names = ("cls", "pad", "sep", "unk", "mask")
    plain = dict(zip(names, ("[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"), strict=True))
    words = ["Rome", "and", "Rus", "##sia", "中俄", *STATES, *VERBS]
    singles = [f"{start}{letter}" for letter in LETTERS for start in ("", "##")]
    known = dict.fromkeys([*plain.values(), *words, *singles])
    made = Tokenizer(models.WordPiece({w: at for at, w in enumerate(known)}, unk_token="[UNK]"))
    made.normalizer = normalizers.NFC()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 0), ("[SEP]", 2)],
    )
    folder.mkdir(parents=True, exist_ok=True)
    roles = {f"{name}_token": token for name, token in plain.items()}
    PreTrainedTokenizerFast(tokenizer_object=made, **roles).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=made.get_vocab_size(),
        max_position_embeddings=64,
        pad_token_id=1,
        hidden_size=SIZE,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=SIZE,
    )
    BertModel(config).save_pretrained(folder)
    return folder


def small(encoder: Path, **chosen) -> Transformer:
    """Make a classifier that trains in a second."""
    usual = {
        "format": "mark",
        "epochs": 12,
        "learning_rate": 3e-3,
        "head_learning_rate": 3e-3,
        "layer_decay": 1.0,
        "dropout": 0.0,
        "batch_tokens": 128,
        "precision": "fp32",
        "random_state": 0,
    }
    return Transformer(str(encoder), **{**usual, **chosen})


class Recording:
    """A monitor that keeps what it is told."""

    def __init__(self) -> None:
        self.values: list[tuple[str, int, float]] = []
        self.steps: list[tuple[int, int]] = []

    def measure(self, values: Mapping[str, float], step: int) -> None:
        self.values += [(name, step, value) for name, value in values.items()]

    def advance(self, done: int, total: int) -> None:
        self.steps.append((done, total))

    def of(self, name: str) -> list[tuple[int, float]]:
        """Give the steps and values of one figure."""
        return [(step, value) for known, step, value in self.values if known == name]


def resumable(encoder: Path, folder: Path | None, monitor: Monitor, validated: bool):
    """Train with all that is random, so that a resumed training has much to get wrong."""
    table = toy_table()
    learnt, held = table.slice(0, 56), table.slice(56)
    around = Surroundings(monitor=monitor, checkpoints=folder)
    if validated:
        around = replace(around, validation=held, validation_labels=labels_of(held))
    chosen = {"epochs": 4, "patience": 4, "batch_tokens": 192, "dropout": 0.2, "other_names": 0.5}
    return small(encoder, **chosen).fit(learnt, labels_of(learnt), around)
