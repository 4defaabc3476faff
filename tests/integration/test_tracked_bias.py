"""Bias from a run to its metrics, its artifact, the page of its experiment and an exported card."""

from __future__ import annotations

import json
from pathlib import Path

import mlflow
import pytest

from stancelab.bias.records import restored
from stancelab.tracking import names
from stancelab.tracking.gathering import compare
from stancelab.tracking.reading import find_experiment


def read(run, name, client):
    uri = f"{run.info.artifact_uri}/{name}"
    place = mlflow.artifacts.download_artifacts(artifact_uri=uri, tracking_uri=client.tracking_uri)
    return Path(place).read_text(encoding="utf-8")


def test_every_trained_model_is_measured_and_controls_are_not(workplace):
    tracked = find_experiment("01_baselines")
    for run in tracked.cells:
        measured = {key for key in run.data.metrics if key.startswith("bias/")}
        assert bool(measured) == ("majority" not in run.data.tags["model.name"])
        if not measured:
            continue
        report = restored(json.loads(read(run, names.BIAS, tracked.client)))
        assert report.metrics() == pytest.approx({key: run.data.metrics[key] for key in measured})
        assert report.tested + sum(report.not_tested.values()) == report.rows
        assert report.tested > 400
        actors = {one.actor for one in report.actors if one.put_in}
        assert {"Russia", "Ukraine", "China"} <= actors


def test_names_move_a_model_that_sees_them_more_than_one_that_does_not(workplace):
    report = compare("01_baselines").bias
    assert report["lexicon"].changed.value == 0
    assert report["tfidf_logreg"].moved.low > report["tfidf_logreg/blind"].moved.high


def test_the_page_and_the_card_show_it(workplace):
    tracked = find_experiment("01_baselines")
    assert 'id="bias"' in read(tracked.parent, names.PAGE, tracked.client)
    card = (workplace.bundle / "README.md").read_text(encoding="utf-8")
    assert "\n## Bias\n" in card
    assert "| Russia | " in card
