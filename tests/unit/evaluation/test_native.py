from __future__ import annotations

import numpy as np
import pyarrow as pa
from sklearn.metrics import f1_score

from stancelab.evaluation.native import has_native, native_macro_f1
from stancelab.evaluation.uncertainty import DocumentBootstrap

NAMES = ("1", "2", "3", "4")


def predictions(seed, n=200):
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, 4, n)
    answer = np.where(draw.random(n) < 0.7, truth, draw.integers(0, 4, n))
    return pa.table(
        {
            "native_label": [NAMES[at] for at in truth],
            "native_predicted": [NAMES[at] for at in answer],
            "document": [str(at // 2) for at in range(n)],
        }
    )


def sklearn_f1(rows):
    truth, answer = rows["native_label"].to_pylist(), rows["native_predicted"].to_pylist()
    return f1_score(truth, answer, labels=sorted(set(truth)), average="macro")


def test_equals_sklearn_and_averages_seeds():
    tables = [predictions(0), predictions(1)]
    bootstrap = DocumentBootstrap(tables[0]["document"].to_pylist(), 100)
    found = native_macro_f1(tables, bootstrap)
    np.testing.assert_allclose(found.value, np.mean([sklearn_f1(rows) for rows in tables]))
    low, high = found.interval
    assert low < found.value < high


def test_a_label_that_is_only_predicted_counts_as_an_error():
    rows = pa.table(
        {
            "native_label": ["1", "1", "2", "2"],
            "native_predicted": ["1", "9", "2", "2"],
            "document": ["a", "b", "c", "d"],
        }
    )
    found = native_macro_f1([rows], DocumentBootstrap(["a", "b", "c", "d"], 4))
    np.testing.assert_allclose(found.value, sklearn_f1(rows))
    assert found.resampled.max() <= 1


def test_only_models_with_a_head_have_it():
    assert has_native(predictions(0))
    assert not has_native(predictions(0).drop_columns(["native_predicted", "native_label"]))
