"""Label conflicts: the same text and the same actor, or span, with different labels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stancelab.checks.examples import RowExample, label_name, row_examples
from stancelab.checks.records import shown
from stancelab.schema import LABELS, NO_SPAN, UNLABELLED

if TYPE_CHECKING:
    from stancelab.checks.records import Records


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rows that ask the same and answer differently.

    Attributes
    ----------
    text : str
        The text, shortened.
    labels : dict of str to int
        How many rows have each label.
    same_span, same_source : bool
        Whether rows of different labels have the same span, and the same source. Where not, the
        text may name the actor twice, or tell of two who speak.
    parts : tuple of str
        The parts that the rows are in.
    rows : tuple of RowExample
        All the rows.
    """

    text: str
    labels: dict[str, int]
    same_span: bool
    same_source: bool
    parts: tuple[str, ...]
    rows: tuple[RowExample, ...]


@dataclass(frozen=True, slots=True)
class Conflicts:
    """All conflicts of a table.

    Attributes
    ----------
    by_actor : tuple of Conflict
        Same folded text, and same actor but for case.
    by_span : tuple of Conflict
        Same text to the letter, and same span, whatever the actor is called.
    """

    by_actor: tuple[Conflict, ...]
    by_span: tuple[Conflict, ...]


def find_conflicts(records: Records) -> Conflicts:
    """Find the labels that contradict each other, in a part and across parts.

    Examples
    --------
    >>> from stancelab.checks.records import records_of
    >>> from stancelab.schema import as_table
    >>> rows = [{"text": "Rome met Oslo.", "actor": "Oslo", "label": 0},
    ...         {"text": "Rome met Oslo!", "actor": "OSLO", "label": 2}]
    >>> [one.labels for one in find_conflicts(records_of(as_table(rows))).by_actor]
    [{'hostile': 1, 'cooperative': 1}]
    """
    names = ("text", "actor", "source", "label", "mention_start", "mention_end")
    columns = {name: records.table.column(name).to_pylist() for name in names}
    spans = list(zip(columns["mention_start"], columns["mention_end"], strict=True))
    columns["span"] = [(text, *span) for text, span in zip(columns["text"], spans, strict=True)]
    actors = zip(
        records.text_of_row.tolist(), [a.casefold() for a in columns["actor"]], strict=True
    )
    named = [span if span[1] != NO_SPAN else None for span in columns["span"]]
    return Conflicts(
        _conflicts(records, columns, list(actors)), _conflicts(records, columns, named)
    )


def _conflicts(
    records: Records, columns: dict[str, list[Any]], keys: Sequence[Hashable]
) -> tuple[Conflict, ...]:
    """Find the labelled rows of one key with different labels; None is no key."""
    labels = columns["label"]
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for row, key in enumerate(keys):
        if key is not None and labels[row] != UNLABELLED:
            groups[key].append(row)
    return tuple(
        _conflict(records, columns, rows)
        for rows in groups.values()
        if len({labels[row] for row in rows}) > 1
    )


def _conflict(records: Records, columns: dict[str, list[Any]], rows: Sequence[int]) -> Conflict:
    counts = Counter(columns["label"][row] for row in rows)
    listed = tuple(row_examples(records, rows))
    return Conflict(
        shown(columns["text"][rows[0]]),
        {label_name(code): counts[code] for code in range(len(LABELS)) if counts[code]},
        _shared(columns["span"], columns["label"], rows),
        _shared(columns["source"], columns["label"], rows),
        tuple(dict.fromkeys(row.part for row in listed)),
        listed,
    )


def _shared(values: Sequence[Any], labels: Sequence[int], rows: Sequence[int]) -> bool:
    """Say whether one value has different labels among some rows."""
    found: dict[Hashable, set[int]] = defaultdict(set)
    for row in rows:
        found[values[row]].add(labels[row])
    return any(len(codes) > 1 for codes in found.values())
