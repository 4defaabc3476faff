"""Logistic regression over the embeddings of any encoder, and its way through a bundle."""

from __future__ import annotations

import json

import numpy as np
import pytest
from made_encoders import tiny_roberta

from stancelab.encoders import find_encoder
from stancelab.errors import EncoderError
from stancelab.export.bundle import write_bundle
from stancelab.models.linear import EmbeddingLogreg
from stancelab.predictors.linear import EmbeddingLinearPredictor
from stancelab.schema import as_table
from stancelab.scoring import load_bundle

ROWS = [
    {"text": f"{who} {verb} {whom} {when}.", "actor": whom}
    for verb in ("thanked", "accused", "neighbours")
    for who, whom in (("Rome", "Oslo"), ("Oslo", "Rome"), ("Kyiv", "Warsaw"))
    for when in ("today", "again")
]
LABELS = [label for label in (2, 0, 1) for _ in range(6)]


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    folder = tiny_roberta(tmp_path_factory.mktemp("encoder") / "mine")
    return EmbeddingLogreg(encoder=str(folder), C=1.0).fit(as_table(ROWS), LABELS), folder


def test_learns_on_any_encoder(fitted):
    model, folder = fitted
    assert model.predict(ROWS).tolist() == LABELS
    assert model.predictor_.weights.shape == (64, 3)
    assert model.predictor_.encoder.revision == find_encoder(str(folder)).revision


def test_survives_its_state_and_a_bundle(fitted, tmp_path):
    model, _ = fitted
    expected = model.predict_proba(ROWS)
    again = EmbeddingLinearPredictor.from_state(model.predictor_.state())
    np.testing.assert_allclose(again.predict_proba(as_table(ROWS)), expected, atol=1e-6)
    write_bundle(tmp_path / "bundle", model.predictor_, {"model": {"name": "mine"}})
    texts, actors = [row["text"] for row in ROWS], [row["actor"] for row in ROWS]
    found = load_bundle(tmp_path / "bundle").predict_proba(texts, actors)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_other_files_in_the_directory_are_refused(fitted):
    model, folder = fitted
    state = model.predictor_.state()
    config = folder / "config.json"
    before = config.read_text()
    config.write_text(json.dumps(json.loads(before) | {"layer_norm_eps": 1e-3}))
    expected = (
        r"mine': the weights belong to its revision local-[0-9a-f]{12}, found local-[0-9a-f]{12}; "
        "put back the files that the revision names, or train again"
    )
    try:
        with pytest.raises(EncoderError, match=expected):
            EmbeddingLinearPredictor.from_state(state)
    finally:
        config.write_text(before)
