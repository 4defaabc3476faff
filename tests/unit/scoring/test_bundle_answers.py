"""Tagging texts and tables with a bundle."""

from __future__ import annotations

import numpy as np
import pytest
from made_bundles import OF_FILES

from stancelab.errors import InputError, StancelabError
from stancelab.export.bundle import write_bundle
from stancelab.features.lexicon import Lexicon
from stancelab.inference.engines import installed
from stancelab.predictors.abstaining import AbstainingPredictor
from stancelab.predictors.lexicon import LexiconPredictor
from stancelab.scoring import ADDED, Bundle, load_bundle

TEXT = "Oslo thanked Warsaw and condemned Minsk."


@pytest.fixture(scope="module")
def bundle():
    return Bundle({}, LexiconPredictor(Lexicon.packaged(), np.ones(3)))


def test_tags_lists_and_tables_alike(bundle):
    assert bundle.predict([TEXT, TEXT], ["Warsaw", "Minsk"]) == ["cooperative", "hostile"]
    rows = [{"text": TEXT, "actor": actor} for actor in ("Warsaw", "Minsk")]
    table = bundle.tag(rows)
    assert tuple(table.column_names) == ADDED
    assert table["predicted"].to_pylist() == ["cooperative", "hostile"]
    shares = np.column_stack([table[name].to_numpy() for name in ADDED[1:]])
    np.testing.assert_allclose(shares, bundle.predict_proba([TEXT] * 2, ["Warsaw", "Minsk"]))


@pytest.mark.parametrize(
    ("texts", "actors", "message"),
    [
        (TEXT, ["Minsk"], "column 'texts': expected a list"),
        ([TEXT], ["Minsk", "Oslo"], "found 2 for 1 texts"),
        ([TEXT, ""], ["Minsk", "Oslo"], "column 'texts', row 1: expected text, found ''"),
        ([TEXT, 7], ["Minsk", "Oslo"], "column 'texts', row 1: expected text, found 7"),
        ([TEXT], [None], "column 'actors', row 0: expected text, found None"),
    ],
)
def test_wrong_input_names_the_column_and_row(bundle, texts, actors, message):
    with pytest.raises(InputError, match=message):
        bundle.predict(texts, actors)


def test_a_bundle_with_a_threshold_answers_uncertain_below_it(bundle):
    texts, actors = [TEXT, "Oslo met Warsaw."], ["Minsk", "Warsaw"]
    sure, unsure = bundle.predict_proba(texts, actors).max(axis=1)
    assert unsure < sure
    careful = Bundle(
        {}, AbstainingPredictor(LexiconPredictor(Lexicon.packaged(), np.ones(3)), sure)
    )
    assert (bundle.threshold, careful.threshold) == (None, sure)
    assert bundle.answers == ("hostile", "neutral", "cooperative")
    assert (bundle.kind, careful.kind) == ("lexicon", "lexicon")
    assert careful.predict(texts, actors) == ["hostile", "uncertain"]
    np.testing.assert_array_equal(
        careful.predict_proba(texts, actors), bundle.predict_proba(texts, actors)
    )
    rows = [{"text": text, "actor": actor} for text, actor in zip(texts, actors, strict=True)]
    tags, plain = careful.tag(rows).to_pylist(), bundle.tag(rows).to_pylist()
    assert [tag["predicted"] for tag in tags] == ["hostile", "uncertain"]
    assert [tag | {"predicted": ""} for tag in tags] == [tag | {"predicted": ""} for tag in plain]


def test_the_runtime_is_that_of_the_network(lexicon_bundle, tmp_path):
    folder = tmp_path / "encoder"
    write_bundle(folder, OF_FILES["onnx_transformer"](tmp_path), {})
    for name in installed():
        loaded = load_bundle(folder, runtime=name)
        assert loaded.kind == "onnx_transformer"
        assert loaded.predict(["Oslo met Warsaw."], ["Oslo"])[0] in loaded.answers
    assert load_bundle(folder).runtime
    assert load_bundle(lexicon_bundle).runtime is None
    with pytest.raises(StancelabError, match="--runtime onnxruntime: this classifier has no net"):
        load_bundle(lexicon_bundle, runtime="onnxruntime")
