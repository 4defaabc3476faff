"""What each part holds."""

from __future__ import annotations

from check_tables import records, tables
from hypothesis import given

from stancelab.checks.balance import balance


def test_figures_of_a_part():
    rows = [
        {"text": "Rome met Oslo.", "actor": "Oslo", "label": 0, "language": "en", "record": 1},
        {"text": "Rome met Oslo.", "actor": "Rome", "label": 0, "language": "en", "record": 1},
        {"text": "rome met oslo", "actor": "oslo", "label": 2, "language": "en"},
        {"text": "Рим", "actor": "Рим", "label": -1, "language": "uk"},
        {"text": " ", "actor": "Рим", "label": -1, "language": "uk"},
    ]
    (found,) = balance(records(*rows))
    assert (found.part, found.rows, found.records, found.texts) == ("all", 5, 4, 3)
    assert found.labels == {"hostile": 2, "neutral": 0, "cooperative": 1}
    assert (found.unlabelled, found.empty, found.actors) == (2, 1, 3)
    assert (found.majority, found.majority_share) == ("hostile", 2 / 3)
    assert found.languages == {"en": 3, "uk": 2}
    assert (found.lengths["shortest"], found.lengths["longest"]) == (1, 14)


def test_a_part_without_labels_has_no_majority():
    (found,) = balance(records({"text": "x", "label": -1}))
    assert (found.majority, found.majority_share) == ("", None)


@given(tables())
def test_rows_add_up(rows):
    found = balance(records(*rows))
    assert sum(part.rows for part in found) == len(rows)
    for part in found:
        assert sum(part.labels.values()) + part.unlabelled == part.rows
        assert part.texts <= part.records <= part.rows
