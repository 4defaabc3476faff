"""Labels that contradict each other."""

from __future__ import annotations

from check_tables import records, tables
from hypothesis import given

from stancelab.checks.conflicts import find_conflicts

TEXT = "Rome met Oslo, and Oslo left."


def test_same_text_and_actor_with_two_labels():
    found = find_conflicts(
        records(
            {"text": TEXT, "actor": "Oslo", "label": 0, "split": "train"},
            {"text": TEXT.upper(), "actor": "OSLO", "label": 2, "split": "test"},
            {"text": TEXT, "actor": "oslo", "label": 2, "split": "test"},
            {"text": TEXT, "actor": "Rome", "label": 1},
        )
    )
    (conflict,) = found.by_actor
    assert conflict.labels == {"hostile": 1, "cooperative": 2}
    assert conflict.parts == ("train", "test")
    assert [row.id for row in conflict.rows] == ["0", "1", "2"]
    assert conflict.same_source
    assert not conflict.same_span
    assert found.by_span == ()


def test_same_span_under_another_name():
    span = {"mention_start": 9, "mention_end": 13}
    found = find_conflicts(
        records(
            {"text": TEXT, "actor": "Oslo", "label": 0, **span},
            {"text": TEXT, "actor": "Norway", "label": 1, **span},
            {"text": TEXT, "actor": "Oslo", "label": 2, "mention_start": 19, "mention_end": 23},
        )
    )
    (by_span,) = found.by_span
    assert by_span.labels == {"hostile": 1, "neutral": 1}
    (by_actor,) = found.by_actor
    assert by_actor.labels == {"hostile": 1, "cooperative": 1}
    assert not by_actor.same_span


def test_two_who_speak_may_differ():
    rows = [{"text": TEXT, "label": label, "source": f"S{label}"} for label in (0, 2)]
    (conflict,) = find_conflicts(records(*rows)).by_actor
    assert (conflict.same_span, conflict.same_source) == (True, False)


def test_no_label_and_no_span_contradict_nothing():
    found = find_conflicts(
        records(
            {"text": TEXT, "label": -1},
            {"text": TEXT, "label": 0},
            {"text": "Nobody", "actor": "Oslo", "label": 0},
            {"text": "Nobody", "actor": "Rome", "label": 1},
        )
    )
    assert (found.by_actor, found.by_span) == ((), ())


@given(tables())
def test_every_conflict_has_two_labels_of_one_actor(rows):
    for conflict in find_conflicts(records(*rows)).by_actor:
        assert len(conflict.labels) > 1
        assert sum(conflict.labels.values()) == len(conflict.rows)
        assert len({row.actor.casefold() for row in conflict.rows}) == 1
