"""Likely label errors: rows whose label a model that never saw them finds improbable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stancelab.checks.examples import RowExample, label_name, row_examples
from stancelab.checks.records import shown
from stancelab.errors import MissingExtraError
from stancelab.schema import LABELS, UNLABELLED, labels_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.checks.records import Records
    from stancelab.checks.similar import Progress

FOLDS = 5
_SEED = 0


@dataclass(frozen=True, slots=True)
class Suspect:
    """One row whose label is likely wrong.

    Attributes
    ----------
    row : RowExample
        The row and the label it has.
    suggested : str
        The label that the model finds most probable.
    quality : float
        Probability the model gives to the label it has, 0 to 1.
    text : str
        The text, shortened.
    """

    row: RowExample
    suggested: str
    quality: float
    text: str


@dataclass(frozen=True, slots=True)
class LabelErrors:
    """Likely label errors of a table.

    Attributes
    ----------
    checked : int
        Labelled rows.
    suspects : tuple of Suspect
        The likely errors, the worst first.
    skipped : str
        Why nothing could be checked; ``""`` where it was.
    """

    checked: int
    suspects: tuple[Suspect, ...]
    skipped: str = ""


def find_label_errors(
    records: Records, random_state: int = _SEED, progress: Progress | None = None
) -> LabelErrors:
    """Find rows whose label is likely wrong.

    Confident learning (Northcutt, Jiang & Chuang 2021), as `cleanlab` has it, over the
    out-of-fold probabilities of `tfidf_word_logreg`. It points at rows to read again: a simple
    model is also surprised by a label that is right, where the sentence is hard.

    Parameters
    ----------
    records : Records
        The records of a table; rows without a label are left out.
    random_state : int
        Seed of the folds and the model.
    progress : callable, optional
        Is told how many folds are done.

    Raises
    ------
    MissingExtraError
        `cleanlab` is not installed.
    """
    try:
        from cleanlab.filter import find_label_issues
    except ImportError:
        raise MissingExtraError("cleanlab", "check") from None
    everything = labels_of(records.table)
    rows = np.flatnonzero(everything != UNLABELLED)
    present, labels = np.unique(everything[rows], return_inverse=True)
    too_few = _too_few(records, rows, labels)
    if too_few:
        return LabelErrors(len(rows), (), too_few)
    probabilities = _out_of_fold(records, rows, random_state, progress)[:, present]
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    worst = find_label_issues(
        labels, probabilities, return_indices_ranked_by="self_confidence", n_jobs=1
    )
    suggested = present[probabilities.argmax(axis=1)]
    quality = probabilities[np.arange(len(rows)), labels]
    found = [
        _suspect(records, int(rows[one]), int(suggested[one]), float(quality[one])) for one in worst
    ]
    return LabelErrors(len(rows), tuple(found))


def _too_few(records: Records, rows: NDArray[np.int64], labels: NDArray[np.int64]) -> str:
    counts = np.bincount(labels)
    texts = len(np.unique(records.text_of_row[rows]))
    if len(counts) > 1 and min(int(counts.min()), texts) >= FOLDS:
        return ""
    return (
        f"needs two labels, and {FOLDS} texts and rows of each; found {len(counts)} labels, "
        f"{texts} texts and {int(counts.min(initial=len(rows)))} rows of the rarest"
    )


def _out_of_fold(
    records: Records, rows: NDArray[np.int64], random_state: int, progress: Progress | None
) -> NDArray[np.float64]:
    """Give each row's probabilities by a model that was trained without its text.

    scikit-learn's `cross_val_predict` numbers the labels anew where one is missing, which a
    model that always answers all three cannot follow; so the folds are gone through here.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    from stancelab.models.linear import TfidfWordLogregConfig

    table, labels = records.table.take(rows), labels_of(records.table)[rows]
    # One group a text: the same as one a statement, but for copies, which would give it away.
    groups = records.text_of_row[rows]
    dealer = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=random_state)
    found = np.zeros((len(rows), len(LABELS)))
    for fold, (train, test) in enumerate(dealer.split(labels, labels, groups), 1):
        model = TfidfWordLogregConfig().build(random_state)
        found[test] = model.fit(table.take(train), labels[train]).predict_proba(table.take(test))
        if progress:
            progress("label errors", fold, FOLDS)
    return found


def _suspect(records: Records, row: int, suggested: int, quality: float) -> Suspect:
    text = records.table.column("text")[row].as_py()
    example = row_examples(records, [row])[0]
    return Suspect(example, label_name(suggested), round(quality, 4), shown(text))
