from __future__ import annotations

import numpy as np

from stancelab.evaluation.naming import MAX_ROWS, naming_scores, renamed
from stancelab.schema import as_table

ROWS = [
    {"text": "Москві дорікнули.", "actor": "Russia", "language": "uk", "label": 0},
    {"text": "Ankara was thanked.", "actor": "Turkey", "language": "en", "label": 2},
    {"text": "NATO met.", "actor": "NATO", "language": "en", "label": 1},
    {"text": "Nobody was named.", "actor": "Oslo", "language": "en", "label": -1},
]
SPANS = [(0, 6), (0, 6), (0, 4), (-1, -1)]
TABLE = as_table(
    [
        row | {"mention_start": start, "mention_end": end}
        for row, (start, end) in zip(ROWS, SPANS, strict=True)
    ]
)


def test_names_replace_the_actor_and_hide_where_it_is():
    asked = {naming: renamed(TABLE, naming) for naming in ("mention", "canonical", "local")}
    assert [table["actor"].to_pylist() for table in asked.values()] == [
        ["Москві", "Ankara", "NATO", "Oslo"],
        ["Russia", "Turkey", "NATO", "Oslo"],
        ["Росія", "Türkiye", "NATO", "Oslo"],
    ]
    for table in asked.values():
        assert set(table["mention_start"].to_pylist()) == {-1}
        assert table.drop_columns(["actor", "mention_start", "mention_end"]).equals(
            TABLE.drop_columns(["actor", "mention_start", "mention_end"])
        )


def test_scores_tell_a_model_that_needs_the_span_from_one_that_does_not():
    def by_span(table):
        right = np.eye(3)[table["label"].to_numpy()]
        named = np.array(table["mention_start"].to_pylist()) >= 0
        return np.where(named[:, None], right, [[1.0, 0.0, 0.0]])

    found = naming_scores(by_span, TABLE, (0, 1, 2))
    assert found["names/span/macro_f1"] == 1.0
    assert found["names/local/macro_f1"] == found["names/canonical/macro_f1"] < 0.2
    assert found["names/mention/same"] == 1 / 3  # of the three labelled rows

    def by_text(table):
        return np.eye(3)[table["label"].to_numpy()]

    kept = naming_scores(by_text, TABLE, (0, 1, 2))
    assert set(kept.values()) == {1.0}


def test_equal_names_are_asked_once():
    asked = []

    def count(table):
        asked.append(table["actor"].to_pylist())
        return np.eye(3)[table["label"].to_numpy()]

    naming_scores(count, TABLE.slice(2, 1), (0, 1, 2))
    assert asked == [["NATO"], ["NATO"]]  # where it is named, and by its only name


def test_of_many_rows_some_are_asked():
    sizes = []

    def count(table):
        sizes.append(len(table))
        return np.eye(3)[table["label"].to_numpy()]

    rows = [ROWS[n % 3] | {"id": str(n)} for n in range(MAX_ROWS + 300)]
    naming_scores(count, as_table(rows), (0, 1, 2))
    assert set(sizes) == {MAX_ROWS}
