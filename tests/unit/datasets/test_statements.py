"""The embedded corpus: its size, its labels, its spans, and a digest that only rows change."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from stancelab.datasets.base import digest
from stancelab.datasets.corpora.statements import SPEC, directory
from stancelab.datasets.registry import SPECS, find_spec, load, load_corpus
from stancelab.errors import UnknownNameError
from stancelab.schema import LABELS, SCHEMA, labels_of


@pytest.mark.parametrize(
    ("column", "distinct"),
    [("id", 4259), ("statement", 2615), ("text", 2615), ("document", 1598), ("actor", 315)],
)
def test_the_corpus_is_whole(corpus: pa.Table, column: str, distinct: int) -> None:
    """The numbers that the data card gives; ids and texts are unique."""
    assert len(corpus) == 4259
    assert len(set(corpus.column(column).to_pylist())) == distinct


def test_the_labels_are_as_the_card_says(corpus: pa.Table) -> None:
    """Hostile, neutral and cooperative, in this order, with their own words beside."""
    assert np.bincount(labels_of(corpus)).tolist() == [1386, 1524, 1349]
    native = corpus.column("native_label").to_pylist()
    assert native == [LABELS[code] for code in labels_of(corpus)]


def test_every_span_is_the_mention(corpus: pa.Table) -> None:
    """The file gives the mention, the loader its place; none is missing."""
    mentions = {
        f"statements/{statement['id']}/{pair['actor']}": pair["mention"]
        for file in directory().glob("*.jsonl")
        for statement in map(json.loads, file.read_text(encoding="utf-8").splitlines())
        for pair in statement["pairs"]
    }
    for row in corpus.to_pylist():
        span = row["text"][row["mention_start"] : row["mention_end"]]
        assert span == mentions[row["id"]] != ""


def test_ambiguous_mentions_are_counted_and_no_row_is_dropped() -> None:
    """A name that stands twice is kept with a note."""
    loaded = load("statements")
    assert loaded.notes == {"mention occurs more than once": 28}
    assert loaded.dropped == {}


def test_a_statement_has_one_text_one_document_and_actors_of_its_own(corpus: pa.Table) -> None:
    """What makes the actor swap possible, and keeps copies in one part."""
    seen: dict[str, tuple[str, str]] = {}
    pairs = set()
    for row in corpus.to_pylist():
        own = (row["text"], row["document"])
        assert seen.setdefault(row["statement"], own) == own
        pairs.add((row["statement"], row["actor"]))
    assert len(pairs) == len(corpus)


def test_the_spec_declares_the_languages_of_the_rows(corpus: pa.Table) -> None:
    """Ten languages, one data set, attributes in JSON."""
    assert tuple(sorted(set(corpus.column("language").to_pylist()))) == SPEC.languages
    assert set(corpus.column("dataset").to_pylist()) == {SPEC.name}
    assert {tuple(json.loads(one)) for one in corpus.column("attributes").to_pylist()} == {
        ("genre", "topic")
    }


@pytest.mark.parametrize("size", [1, 7, 1000, 4259])
def test_the_digest_is_of_the_rows_not_of_the_chunks(corpus: pa.Table, size: int) -> None:
    """One table in pieces has one digest."""
    part = corpus.slice(0, 4259 if size > 7 else 50)
    pieces = [part.slice(at, size) for at in range(0, len(part), size)]
    assert digest(pa.concat_tables(pieces)) == digest(part)


def test_the_digest_changes_with_any_cell_row_or_name(corpus: pa.Table) -> None:
    """Another value, order, length or column name is another table."""
    part = corpus.slice(0, 20)
    rows = part.to_pylist()
    rows[7]["mention_end"] += 1
    others = [
        pa.Table.from_pylist(rows, schema=SCHEMA),
        part.take(list(reversed(range(20)))),
        part.slice(0, 19),
        part.rename_columns([*part.column_names[:-1], "other"]),
    ]
    assert len({digest(table) for table in [part, *others]}) == 5


def test_the_loader_is_a_function_of_its_folder(tmp_path: Path, corpus: pa.Table) -> None:
    """A copy of the files in another folder gives the same table."""
    for file in directory().glob("*.jsonl"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert digest(SPEC.load(tmp_path).table) == digest(corpus)


def test_the_corpus_comes_as_a_dataset(corpus: pa.Table) -> None:
    """`load_corpus` gives the same rows with the labels named."""
    dataset = load_corpus("statements")
    assert dataset.features["label"].names == list(LABELS)
    assert dataset.column_names == SCHEMA.names
    assert dataset[:3]["text"] == corpus.column("text").slice(0, 3).to_pylist()


def test_a_corpus_that_does_not_exist_is_told_with_the_closest() -> None:
    """The registry names what there is."""
    assert find_spec("statements") is SPECS["statements"]
    error = "^here: unknown data set 'statement'; did you mean 'statements'\\? Known: .*statements"
    with pytest.raises(UnknownNameError, match=error):
        find_spec("statement", "here")
    with pytest.raises(UnknownNameError, match=r"unknown data set 'xyz'\. Known: "):
        load_corpus("xyz")
