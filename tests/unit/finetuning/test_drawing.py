"""Which rows are drawn when a model learns from a few."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from stancelab.finetuning.drawing import TooFewExamplesError, draw_examples
from stancelab.predictors.blind import hide_actor
from stancelab.schema import as_table, labels_of


def contrasting(table, drawn):
    """How many of the drawn rows have the text of another that was drawn, and another label."""
    texts, labels = table.take(drawn)["text"].to_pylist(), labels_of(table)[drawn]
    of_text = {text: set() for text in texts}
    for text, label in zip(texts, labels, strict=True):
        of_text[text].add(label)
    return sum(len(of_text[text]) > 1 for text in texts)


@pytest.mark.parametrize("each", [2, 4, 16, 32])
def test_every_label_has_as_many_rows_and_documents_differ(corpus, each):
    labels = labels_of(corpus)
    drawn = draw_examples(corpus, labels, each, seed=0, contrasts=0.0)
    assert np.bincount(labels[drawn]).tolist() == [each] * 3
    assert drawn.tolist() == sorted(set(drawn.tolist()))
    documents = corpus.take(drawn)["document"].to_pylist()
    assert len(set(documents)) == len(drawn)
    if each <= 16:
        assert len(set(corpus.take(drawn)["actor"].to_pylist())) == len(drawn)


def test_so_many_rows_as_asked_are_of_texts_with_several_labels(corpus):
    labels = labels_of(corpus)
    few, half, most = (
        contrasting(corpus, draw_examples(corpus, labels, 16, seed=0, contrasts=share))
        for share in (0.0, 0.5, 1.0)
    )
    assert few == 0
    assert 20 <= half <= 24
    assert most >= 40


def test_the_seed_decides(corpus):
    labels = labels_of(corpus)
    one, same, other = (draw_examples(corpus, labels, 8, seed).tolist() for seed in (0, 0, 1))
    assert one == same
    assert one != other


def test_one_without_actors_has_no_contrasts(corpus):
    hidden, labels = hide_actor(corpus), labels_of(corpus)
    drawn = draw_examples(hidden, labels, 16, seed=0, contrasts=1.0)
    assert len(set(hidden.take(drawn)["text"].to_pylist())) == len(drawn) == 48


def test_a_label_with_fewer_rows_gives_them_all():
    rows = [
        {"text": f"text {at}", "actor": "Oslo", "label": 0 if at < 3 else 2} for at in range(20)
    ]
    table = as_table(rows)
    drawn = draw_examples(table, labels_of(table), 8, seed=0)
    assert np.bincount(labels_of(table)[drawn]).tolist() == [3, 0, 8]
    assert {0, 1, 2} <= set(drawn.tolist())


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ([2, 2, 2], "3 cooperative"),
        ([0, 0, 2], "2 hostile, 1 cooperative"),
        ([0, 1, 2], "1 hostile, 1 neutral, 1 cooperative"),
        ([], "none"),
    ],
)
def test_labels_that_cannot_be_compared_are_refused(labels, found):
    table = as_table([{"text": "a text", "actor": "Oslo"}] * 3).slice(0, len(labels))
    with pytest.raises(
        TooFewExamplesError, match=f"found the training rows {found}; .* at least 2"
    ):
        draw_examples(table, np.array(labels, dtype=np.int64), 4, seed=0)


def test_what_was_drawn_does_not_depend_on_what_else_is_known_of_the_rows(corpus):
    labels = labels_of(corpus)
    bare = corpus.set_column(
        corpus.column_names.index("language"), "language", pa.array([""] * len(corpus))
    )
    drawn = (draw_examples(table, labels, 8, seed=3).tolist() for table in (corpus, bare))
    assert next(drawn) == next(drawn)
