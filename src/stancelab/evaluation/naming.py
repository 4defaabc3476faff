"""Whether a model answers the same however its actor is named: Москві, Russia or Росія."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stancelab.arrow import column
from stancelab.evaluation.few import spread
from stancelab.evaluation.metrics import confusion, decide, scores
from stancelab.features.actor_names import local_name
from stancelab.schema import NO_SPAN, SCHEMA, UNLABELLED, labels_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

Naming = Literal["mention", "canonical", "local"]
"""As the text names it, as the corpus does, or as the statement's language calls the state."""

MAX_ROWS = 1500

NAMINGS: tuple[Naming, ...] = ("mention", "canonical", "local")


def renamed(table: pa.Table, naming: Naming) -> pa.Table:
    """Ask for every actor by a name alone, as one does who does not know where it is mentioned.

    Parameters
    ----------
    table : pyarrow.Table
        A statement table.
    naming : {"mention", "canonical", "local"}
        Which name; the canonical one where there is no mention, or no local name.

    Returns
    -------
    pyarrow.Table
        The same rows with other names and no spans.

    Examples
    --------
    >>> from stancelab.schema import as_table
    >>> row = {"text": "Москві дорікнули.", "actor": "Russia", "language": "uk",
    ...        "mention_start": 0, "mention_end": 6}
    >>> [renamed(as_table([row]), one)["actor"][0].as_py() for one in NAMINGS]
    ['Москві', 'Russia', 'Росія']
    """
    names = ("text", "actor", "mention_start", "mention_end", "language")
    rows = zip(*(table.column(name).to_pylist() for name in names), strict=True)
    actors = []
    for text, actor, start, end, language in rows:
        mention = text[start:end] if start != NO_SPAN else ""
        local = local_name(actor, language) if naming == "local" else None
        actors.append((mention if naming == "mention" else local) or actor)
    hidden = [NO_SPAN] * len(table)
    for name, values in (("actor", actors), ("mention_start", hidden), ("mention_end", hidden)):
        at = SCHEMA.get_field_index(name)
        table = table.set_column(at, SCHEMA.field(at), column(values, SCHEMA.field(at).type))
    return table


def naming_scores(
    predict_proba: Callable[[pa.Table], NDArray[np.float64]],
    table: pa.Table,
    labels: Sequence[int],
) -> dict[str, float]:
    """Score a model on rows asked as they are, and under other names of their actors.

    Up to 1,500 rows are asked about, evenly spread over the sorted ids.

    Parameters
    ----------
    predict_proba : callable
        Answers a statement table with probabilities, shape (n_rows, 3).
    table : pyarrow.Table
        Its labelled rows are scored.
    labels : sequence of int
        The labels of the corpus.

    Returns
    -------
    dict
        ``names/NAMING/macro_f1``, and ``names/NAMING/same``: the share of rows whose label is the
        one that was given when the mention's place was known. All between 0 and 1.
    """
    table = spread(table.filter(pc.field("label") != UNLABELLED), MAX_ROWS)
    truth = labels_of(table)
    as_asked = decide(predict_proba(table), labels)
    found = {"names/span/macro_f1": _macro_f1(truth, as_asked, labels)}
    answers: dict[tuple[str, ...], NDArray[np.int64]] = {}
    for naming in NAMINGS:
        asked = renamed(table, naming)
        names = tuple(asked.column("actor").to_pylist())
        if names not in answers:  # in many corpora the actor is the mention
            answers[names] = decide(predict_proba(asked), labels)
        predicted = answers[names]
        found[f"names/{naming}/macro_f1"] = _macro_f1(truth, predicted, labels)
        found[f"names/{naming}/same"] = float((predicted == as_asked).mean())
    return found


def _macro_f1(
    truth: NDArray[np.int64], predicted: NDArray[np.int64], labels: Sequence[int]
) -> float:
    return float(scores(confusion(truth, predicted), labels)["macro_f1"])
