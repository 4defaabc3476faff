from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import accuracy_score, f1_score

from stancelab.evaluation.predictions import PROBABILITIES
from stancelab.evaluation.slices import FEW_DOCUMENTS, MAX_ACTORS, slice_scores
from stancelab.evaluation.test_sets import TestSet
from stancelab.evaluation.uncertainty import DocumentBootstrap
from stancelab.schema import LABELS, as_table

ALL = TestSet("made", (0, 1, 2), 60)


def answered(rows, predicted):
    """Add probabilities that lead to the predicted labels."""
    table = as_table(rows)
    for name, values in zip(PROBABILITIES, np.eye(3)[predicted].T, strict=True):
        table = table.append_column(name, pa.array(values))
    return table


def made(seed, n_documents=40, first=0):
    """Two statements a document, in three languages and of two genres."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, size=2 * n_documents)
    rows = [
        {
            "text": f"text {first}/{row}",
            "actor": ("Oslo", "Rome", "Kyiv")[row % 3],
            "document": f"d{first + row // 2}",
            "language": ("uk", "en", "pl")[rng.choice(3, p=(0.6, 0.3, 0.1))],
            "attributes": json.dumps({"genre": "wire"} if row % 4 else {}),
            "label": int(label),
        }
        for row, label in enumerate(labels)
    ]
    return answered(rows, np.where(rng.random(len(labels)) < 0.6, labels, rng.integers(0, 3)))


def bootstrap_of(tables, resamples=200):
    documents = {name for table in tables for name in table["document"].to_pylist()}
    return DocumentBootstrap(documents, ALL.documents, resamples)


def slow_macro_f1(rows, weights, value):
    """Score a language with scikit-learn, over the labels that its drawn rows have."""
    each = [weights[row["document"]] for row in rows]
    own = [(row, times) for row, times in zip(rows, each, strict=True) if times]
    own = [(row, times) for row, times in own if row["language"] == value]
    if not own:
        return np.nan
    labels = [row["label"] for row, _ in own]
    predicted = [int(np.argmax([row[name] for name in PROBABILITIES])) for row, _ in own]
    return f1_score(labels, predicted, labels=sorted(set(labels)), average="macro",
                    sample_weight=[times for _, times in own], zero_division=0)  # fmt: skip


def test_scores_and_intervals_are_those_of_a_slow_loop():
    """Over two seeds with other test documents, of which pl is not in every resample."""
    tested = [made(0), made(1, 12, first=30)]
    bootstrap = bootstrap_of(tested, resamples=40)
    found = {one.value: one for one in slice_scores(tested, ALL, bootstrap)}
    rows = [table.to_pylist() for table in tested]
    for value in ("uk", "en", "pl"):
        one = found[value]
        plain = [slow_macro_f1(own, dict.fromkeys(bootstrap._index, 1.0), value) for own in rows]
        assert one.macro_f1 == pytest.approx(np.nanmean(plain))
        drawn = []
        for times in bootstrap.weights:
            weights = dict(zip(bootstrap._index, times.tolist(), strict=True))
            each = [slow_macro_f1(own, weights, value) for own in rows]
            drawn.append(np.nanmean(each) if not np.isnan(each).all() else np.nan)
        expected = np.nanquantile(drawn, [0.025, 0.975])
        assert (one.low, one.high) == pytest.approx(tuple(expected), abs=1e-5)
        own = [[row for row in seed if row["language"] == value] for seed in rows]
        accuracy = [
            accuracy_score(
                [row["label"] for row in seed],
                [int(np.argmax([row[name] for name in PROBABILITIES])) for row in seed],
            )
            for seed in own
            if seed
        ]
        assert one.accuracy == pytest.approx(np.mean(accuracy))
        assert one.documents == len({row["document"] for seed in own for row in seed})
        assert one.is_small == (one.documents < FEW_DOCUMENTS)


def test_rows_are_counted_on_average_over_seeds():
    tested = [made(0), made(1)]
    found = {one.value: one for one in slice_scores(tested, ALL, bootstrap_of(tested))}
    rows = [row for table in tested for row in table.to_pylist() if row["language"] == "uk"]
    assert found["uk"].rows == round(len(rows) / 2)
    expected = [round(sum(row["label"] == code for row in rows) / 2) for code in range(len(LABELS))]
    assert list(found["uk"].label_rows) == expected
    assert len({one.is_small for one in found.values()}) == 2


def test_what_is_reported():
    """No whole, no unknown value, nothing of one document, and of actors those with most rows."""
    names = [f"a{number:02d}" for number in range(50)]
    rows = [
        {
            "text": f"{name} {n}",
            "actor": name,
            "label": n % 3,
            "language": "en",
            "document": f"d{n}",
        }
        for at, name in enumerate(names)
        for n in range(2 + (at >= 40))
    ]
    rows.append({"text": "x", "actor": "once", "label": 0, "language": "pl", "document": "d0"})
    rows.append({"text": "y", "actor": "a00", "label": 0, "language": "", "document": "d1"})
    table = answered(rows, [row["label"] for row in rows])
    found = slice_scores([table], ALL, bootstrap_of([table]))
    actors = [one.value for one in found if one.dimension == "actor"]
    assert len(actors) == MAX_ACTORS
    assert actors[:11] == ["a00", *names[40:]]
    assert [one.value for one in found if one.dimension == "language"] == ["en"]
    assert "corpus" not in {one.dimension for one in found}  # all rows are alike in it


def test_a_label_that_the_slice_lacks_does_not_pull_it_down():
    rows = [
        {"text": f"{n}", "actor": "a", "language": "uk" if n % 2 else "en", "label": 2 * (n % 2)}
        for n in range(12)
    ]
    table = answered(rows, [row["label"] for row in rows])
    found = slice_scores([table], ALL, bootstrap_of([table]))
    assert [(one.macro_f1, one.low, one.high) for one in found] == [(1.0, 1.0, 1.0)] * 2
    assert [one.label_rows for one in found] == [(6, 0, 0), (0, 0, 6)]


def test_nothing_to_tell_apart_gives_no_slices():
    rows = [{"text": f"{n}", "actor": "a", "label": 0} for n in range(4)]
    table = answered(rows, [0] * 4)
    assert slice_scores([table], ALL, bootstrap_of([table])) == []


def test_a_corpus_of_hostile_or_not_is_scored_as_that():
    rows = [
        {"text": f"{n}", "actor": "a", "language": "uk" if n % 2 else "en", "label": -(n % 3 == 0)}
        for n in range(12)
    ]
    predicted = [2 if row["label"] == -1 else 0 for row in rows]
    table = answered(rows, predicted)
    test_set = TestSet.of("made", [-1, 0], 12, trainable=False)
    found = slice_scores([table], test_set, bootstrap_of([table]))
    assert [one.macro_f1 for one in found] == [1.0, 1.0]
