"""Scores over a corpus' own labels, for tables of published results."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stancelab.evaluation.metrics import f1_scores
from stancelab.evaluation.uncertainty import DocumentBootstrap, Estimate

LABEL, PREDICTED = "native_label", "native_predicted"
"""Columns of the predictions of a model that has a head for them."""


def has_native(predictions: pa.Table) -> bool:
    """Say whether the predictions hold answers of such a head, for labels that it knows."""
    named = LABEL in predictions.column_names
    return named and any(label.as_py() for label in predictions[LABEL])


def native_macro_f1(tested: Sequence[pa.Table], bootstrap: DocumentBootstrap) -> Estimate:
    """Estimate the macro-F1 over the labels that the tested rows have, averaged over seeds.

    Rows without a label, for which the head was not trained, are left out.

    Parameters
    ----------
    tested : sequence of pyarrow.Table
        The predictions for each seed, of one test set.
    bootstrap : DocumentBootstrap
        Of its documents.
    """
    each = [_one(rows, bootstrap) for rows in tested]
    value = float(np.mean([one.value for one in each]))
    return Estimate(value, np.mean([one.resampled for one in each], axis=0))


def _one(rows: pa.Table, bootstrap: DocumentBootstrap) -> Estimate:
    rows = rows.filter(pc.field(LABEL) != "")
    truth, predicted = (rows.column(name).to_pylist() for name in (LABEL, PREDICTED))
    own = sorted(set(truth))
    names = own + sorted(set(predicted) - set(own))
    numbers = {name: at for at, name in enumerate(names)}
    labels, answers = (
        np.array([numbers[name] for name in column]) for column in (truth, predicted)
    )
    documents = rows.column("document").to_pylist()
    matrix, matrices = bootstrap.confusions(documents, labels, answers, len(names))
    kept = slice(0, len(own))
    return Estimate(
        float(f1_scores(matrix)[kept].mean()), f1_scores(matrices)[:, kept].mean(axis=1)
    )
