"""Slices under names that MLflow takes, each leading back to one slice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from mlflow.utils.validation import _validate_metric_name

from stancelab.evaluation.slices import SliceScore
from stancelab.tracking.slice_names import described, slice_metrics, slice_names

ANYTHING = st.text(max_size=300)


def score(value, dimension="actor"):
    return SliceScore(dimension, value, 40, 25, 0.5, 0.4, 0.6, 0.55, False)


@given(st.lists(st.tuples(st.sampled_from(["actor", "topic"]), ANYTHING), unique=True, max_size=9))
def test_every_name_is_taken_by_mlflow_and_no_two_share_one(pairs):
    named = slice_names(pairs)
    assert list(named) == pairs
    assert len(set(named.values())) == len(pairs)
    for name in named.values():
        _validate_metric_name(f"slice/{name}/macro_f1")


def test_plain_values_keep_their_names():
    assert slice_names([("language", "uk"), ("actor", "Київ")]) == {
        ("language", "uk"): "language:uk",
        ("actor", "Київ"): "actor:Київ",
    }


def test_the_table_leads_back_from_a_metric_to_its_slice():
    scores = [score('a="b"'), score("a=<b>"), score("a='b'")]
    table = described({"": scores})
    metrics = slice_metrics({"": scores})
    assert [row["value"] for row in table] == ['a="b"', "a=<b>", "a='b'"]
    for row in table:
        assert metrics[f"slice/{row['name']}/macro_f1"] == 0.5
        assert metrics[f"slice/{row['name']}/macro_f1_low"] == 0.4
        assert row["rows"] == 40
    assert len({row["name"] for row in table}) == 3


def test_several_test_sets_stand_apart():
    found = slice_metrics({"newsmtsc/devtest_rw": [score("x")], "plv": [score("x")]})
    assert {"slice/newsmtsc/devtest_rw/actor:x/macro_f1", "slice/plv/actor:x/macro_f1"} <= set(
        found
    )
