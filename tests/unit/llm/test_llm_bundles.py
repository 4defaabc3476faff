"""A bundle never calls out: it cannot be written with a service, nor read with one."""

from __future__ import annotations

import json

import numpy as np
import pytest
from llm_rows import statements
from made_bundles import make_bundle

from stancelab.errors import BundleError, UnsafeBundleError
from stancelab.export.bundle import read_bundle, write_bundle
from stancelab.export.digests import write_sums
from stancelab.export.layout import MANIFEST, SETTINGS
from stancelab.models.blind import ActorBlind
from stancelab.predictors.calibrated import CalibratedPredictor
from stancelab.predictors.ensemble import EnsemblePredictor
from stancelab.predictors.holding import services_in
from stancelab.predictors.priors import ConstantPredictor


def wrapped(predictor):
    other = ConstantPredictor(np.full(3, 1 / 3))
    inner = CalibratedPredictor(predictor, "temperature", 2.0)
    return [predictor, inner, EnsemblePredictor([other, inner])]


def test_none_is_written(llm, fitted, tmp_path):
    for predictor in wrapped(fitted().predictor_):
        assert [one.kind for one in services_in(predictor)] == ["llm"]
        with pytest.raises(BundleError, match=r"bundle: the classifier asks a service \(llm\), an"):
            write_bundle(tmp_path / "bundle", predictor, {})
    assert not (tmp_path / "bundle").exists()
    assert services_in(ConstantPredictor(np.full(3, 1 / 3))) == []
    assert llm.requests == []


@pytest.mark.parametrize("place", [0, 1, 2])
def test_none_is_read(llm, fitted, tmp_path, place):
    folder = make_bundle("constant", tmp_path / "bundle")
    predictor = wrapped(fitted().predictor_)[place]
    manifest = json.loads((folder / MANIFEST).read_text()) | {"predictor": predictor.kind}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    (folder / SETTINGS).write_text(json.dumps(predictor.state().settings))
    write_sums(folder)
    with pytest.raises(UnsafeBundleError, match=r"refused: its predictor asks a service \(llm\)"):
        read_bundle(folder)
    assert llm.requests == []


def test_the_control_sees_no_actor(llm, fitted):
    model = fitted(shots=1)
    control = ActorBlind(model).fit(statements(3), [0, 1, 2])
    control.predict_proba(statements(1))
    sent = json.dumps([request.payload["messages"][1:] for request in llm.requests])
    assert "actor" not in sent
    assert "[[Oslo" not in sent
    assert "Riga thanked Oslo" in sent
