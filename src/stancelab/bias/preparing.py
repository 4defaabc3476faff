"""What a model can be asked about the bias of its answers, made once for all models of a test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from stancelab.actors.catalogue import read_catalogue
from stancelab.arrow import column
from stancelab.bias.alone import TEMPLATES, Alone, texts_alone
from stancelab.bias.swapping import MISSING_EXTRA, Asked, Swap, Swapper, Swaps, rows_of
from stancelab.errors import MissingExtraError
from stancelab.schema import NO_SPAN, SCHEMA, as_table

_LANGUAGES = 3
"""In how many languages an actor is named alone: those that the rows have most."""


class Prepared(NamedTuple):
    """Texts with other names, and texts with nothing but a name.

    Attributes
    ----------
    swaps : Swaps
        The rows with other names.
    alone : sequence of Alone
        The texts with a name alone, of the actors that the rows ask about most first.
    asked_as : mapping of str to str
        By canonical name, what the rows call an actor most often.
    by_mention : bool
        Whether the rows ask for an actor as the text names it.
    """

    swaps: Swaps
    alone: Sequence[Alone]
    asked_as: Mapping[str, str]
    by_mention: bool


@lru_cache(maxsize=2)
def prepare(rows: tuple[Asked, ...]) -> Prepared:
    """Put other names into rows, and name the actors that they ask about alone.

    Where the package is missing that holds the names of states, no row can be tested.
    """
    try:
        catalogue = read_catalogue()
        swapper = Swapper(catalogue)
        swaps = swapper.swaps(rows)
        called: dict[str, Counter[str]] = {}
        for row in rows:
            if actor := swapper.actor_of(row):
                called.setdefault(actor, Counter())[row.actor] += 1
    except MissingExtraError:
        return Prepared(Swaps((), {MISSING_EXTRA: len(rows)}), (), {}, False)
    common = sorted(called, key=lambda one: (-called[one].total(), one))
    spoken = Counter(row.language.partition("-")[0] for row in rows)
    languages = [one for one, _ in spoken.most_common() if one in TEMPLATES][:_LANGUAGES]
    named = [row for row in rows if row.start != NO_SPAN]
    return Prepared(
        swaps,
        texts_alone(catalogue, common, languages),
        {actor: names.most_common(1)[0][0] for actor, names in called.items()},
        sum(row.actor == row.text[row.start : row.end] for row in named) > len(named) / 2,
    )


def chosen_swaps(swaps: Sequence[Swap], most: int) -> list[Swap]:
    """Take the swaps of some rows, evenly: each of these rows is asked as it is, too.

    Parameters
    ----------
    swaps : sequence of Swap
        In the order of the rows.
    most : int
        How many answers there may be.
    """
    by_row: dict[int, list[Swap]] = {}
    for one in swaps:
        by_row.setdefault(one.row, []).append(one)
    each = list(by_row.values())
    if not each:
        return []
    few = min(len(each), max(1, int(most / (1 + len(swaps) / len(each)))))
    even = np.linspace(0, len(each) - 1, few).round().astype(np.int64)
    return [one for at in even for one in each[at]]


def chosen_alone(alone: Sequence[Alone], most: int) -> list[Alone]:
    """Take the texts of as many actors as there may be answers for, the first ones."""
    actors = list(dict.fromkeys(one.actor for one in alone))
    kept = set(actors[: int(most * len(actors) / max(len(alone), 1))])
    return [one for one in alone if one.actor in kept]


def swapped_table(table: pa.Table, prepared: Prepared, swaps: Sequence[Swap]) -> pa.Table:
    """Give the rows with other names, each asked for as the rows ask for that actor."""
    taken = table.take([one.row for one in swaps])
    asked = [
        one.name
        if row.actor == row.text[row.start : row.end]
        else prepared.asked_as.get(one.other, one.other)
        for one, row in zip(swaps, rows_of(taken), strict=True)
    ]
    columns: dict[str, list[Any]] = {
        "text": [one.text for one in swaps],
        "actor": asked,
        "mention_start": [one.start for one in swaps],
        "mention_end": [one.end for one in swaps],
    }
    for name, values in columns.items():
        field = SCHEMA.field(name)
        at = taken.column_names.index(name)
        taken = taken.set_column(at, field, column(values, field.type))
    return taken


def alone_table(prepared: Prepared, texts: Sequence[Alone]) -> pa.Table:
    """Give the texts with nothing but a name as a statement table."""
    rows = [
        {
            "text": one.text,
            "actor": one.text[one.start : one.end]
            if prepared.by_mention
            else prepared.asked_as.get(one.actor, one.actor),
            "mention_start": one.start,
            "mention_end": one.end,
            "language": one.language,
        }
        for one in texts
    ]
    return as_table(rows)
