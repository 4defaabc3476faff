"""What is in each part: labels, actors, languages and lengths."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stancelab.schema import LABELS, UNLABELLED, labels_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.checks.records import Records

QUANTILES = {"shortest": 0.0, "p5": 0.05, "median": 0.5, "p95": 0.95, "longest": 1.0}


@dataclass(frozen=True, slots=True)
class Balance:
    """Figures of one part.

    Attributes
    ----------
    part : str
        The part.
    rows, records, texts : int
        Rows of the statement table, of the corpus' own file, and distinct texts.
    labels : dict of str to int
        Rows of each label.
    unlabelled, empty : int
        Rows without a label, and with nothing but spaces for a text.
    majority : str
        The commonest label; ``""`` where no row has one.
    majority_share : float or None
        Its share of the labelled rows: the accuracy of always answering it.
    actors : int
        Actors, case aside.
    languages : dict of str to int
        Rows of each language, the commonest first.
    lengths : dict of str to int
        Quantiles of the length of the distinct texts, in characters.
    """

    part: str
    rows: int
    records: int
    texts: int
    labels: dict[str, int]
    unlabelled: int
    empty: int
    majority: str
    majority_share: float | None
    actors: int
    languages: dict[str, int]
    lengths: dict[str, int]


def balance(records: Records) -> list[Balance]:
    """Describe each part.

    Examples
    --------
    >>> from stancelab.checks.records import records_of
    >>> from stancelab.schema import as_table
    >>> rows = [{"text": "Rome met Oslo.", "actor": name, "label": 1} for name in ("Rome", "Oslo")]
    >>> found = balance(records_of(as_table(rows)))[0]
    >>> found.labels, found.majority_share, found.actors, found.lengths["median"]
    ({'hostile': 0, 'neutral': 2, 'cooperative': 0}, 1.0, 2, 14)
    """
    labels = labels_of(records.table)
    return [_balance(records, labels, part) for part in range(len(records.parts))]


def _balance(records: Records, labels: NDArray[np.int64], part: int) -> Balance:
    rows = np.flatnonzero(records.part_of_row == part)
    columns = {
        name: records.table.column(name).take(rows).to_pylist()
        for name in ("text", "actor", "language")
    }
    found = labels[rows]
    counts = np.bincount(found[found != UNLABELLED], minlength=len(LABELS))
    labelled = int(counts.sum())
    return Balance(
        records.parts[part],
        len(rows),
        int((records.part == part).sum()),
        len(np.unique(records.text_of_row[rows])),
        dict(zip(LABELS, counts.tolist(), strict=True)),
        len(rows) - labelled,
        sum(not text.strip() for text in columns["text"]),
        LABELS[int(counts.argmax())] if labelled else "",
        float(counts.max()) / labelled if labelled else None,
        len({actor.casefold() for actor in columns["actor"]}),
        dict(Counter(columns["language"]).most_common()),
        _lengths(set(columns["text"])),
    )


def _lengths(texts: set[str]) -> dict[str, int]:
    values = np.quantile([len(text) for text in texts], list(QUANTILES.values()))
    return dict(zip(QUANTILES, np.rint(values).astype(int).tolist(), strict=True))
