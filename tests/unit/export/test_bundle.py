"""A bundle is whole or refused, with the reason."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from stancelab.errors import (
    BundleError,
    BundleVersionError,
    DamagedBundleError,
    StancelabError,
    VerificationError,
)
from stancelab.export.bundle import read_bundle, read_probes, write_bundle, write_sums
from stancelab.export.verify import verify_in_fresh_process
from stancelab.models.calibrated import Calibrated
from stancelab.models.linear import TfidfLogreg
from stancelab.predictors.abstaining import AbstainingPredictor
from stancelab.predictors.blind import ActorBlindPredictor
from stancelab.predictors.calibrated import CalibratedPredictor
from stancelab.predictors.linear import EmbeddingLinearPredictor
from stancelab.schema import as_table
from stancelab.scoring import load_bundle

ROWS = [
    {"text": f"{who} {verb} {whom} {when}.", "actor": whom, "label": label}
    for verb, label in (("thanked", 2), ("accused", 0), ("neighbours", 1))
    for who, whom in (("Rome", "Oslo"), ("Oslo", "Rome"), ("Kyiv", "Warsaw"), ("Minsk", "Kyiv"))
    for when in ("today", "again", "yesterday")
]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    table = as_table(ROWS)
    model = TfidfLogreg(min_df=1, char_max=3).fit(table, [row["label"] for row in ROWS])
    folder = tmp_path_factory.mktemp("bundles") / "bundle"
    write_bundle(folder, model.predictor_, {"model": {"name": "mine"}})
    return folder, model


@pytest.fixture
def bundle(written, tmp_path):
    """A copy that a test may damage."""
    return shutil.copytree(written[0], tmp_path / "bundle")


def edit(path, **changes):
    content = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps(content), encoding="utf-8")


def test_answers_as_the_model_did(written):
    folder, model = written
    table = as_table(ROWS)
    texts, actors = [row["text"] for row in ROWS], [row["actor"] for row in ROWS]
    bundle = load_bundle(folder)
    np.testing.assert_array_equal(bundle.predict_proba(texts, actors), model.predict_proba(table))
    assert bundle.predict(["Rome thanked Oslo."], ["Oslo"]) == ["cooperative"]
    assert bundle.manifest["model"] == {"name": "mine"}
    assert verify_in_fresh_process(folder) == 0


def test_sums_are_those_of_sha256sum(bundle):
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=bundle)
    assert done.returncode == 0
    listed = {line.split("  ")[1] for line in (bundle / "SHA256SUMS").read_text().splitlines()}
    assert listed == {path.name for path in bundle.iterdir()} - {"SHA256SUMS"}


def test_answers_on_a_machine_without_the_training_stack(written):
    code = f"""
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {{"torch", "transformers", "datasets", "mlflow", "sklearn",
                                   "skops", "pandas", "matplotlib", "filelock"}}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
import stancelab
print(stancelab.load_bundle({str(written[0])!r}).predict(["Rome thanked Oslo."], ["Oslo"]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "['cooperative']\n", done.stderr


@pytest.mark.parametrize(
    "name", ["manifest.json", "settings.json", "weights.safetensors", "probes.json"]
)
def test_every_changed_byte_is_noticed(bundle, name):
    content = bytearray((bundle / name).read_bytes())
    at = len(content) // 2
    content[at] ^= 0x01
    (bundle / name).write_bytes(content)
    with pytest.raises(DamagedBundleError, match=f"{name} (has changed|is unreadable)"):
        read_bundle(bundle)


@pytest.mark.parametrize(
    "name", ["settings.json", "weights.safetensors", "probes.json", "SHA256SUMS"]
)
def test_missing_files_are_named(bundle, name):
    (bundle / name).unlink()
    with pytest.raises(DamagedBundleError, match=f"{name} is missing"):
        read_bundle(bundle)


def test_other_versions_are_refused(bundle):
    edit(bundle / "manifest.json", format=2)
    with pytest.raises(BundleVersionError, match="bundle format 2, this version reads 1; export"):
        read_bundle(bundle)


def test_labels_in_another_order_are_refused_even_with_right_digests(bundle):
    edit(bundle / "manifest.json", labels=["cooperative", "neutral", "hostile"])
    write_sums(bundle)
    with pytest.raises(DamagedBundleError, match=r"labels .* expected"):
        read_bundle(bundle)


def test_unknown_kinds_and_mangled_weights_are_refused(bundle):
    edit(bundle / "manifest.json", predictor="tfidf_liner")
    write_sums(bundle)
    with pytest.raises(StancelabError, match="did you mean 'tfidf_linear'"):
        read_bundle(bundle)
    edit(bundle / "manifest.json", predictor="tfidf_linear")
    (bundle / "weights.safetensors").write_bytes(b"not tensors")
    write_sums(bundle)
    with pytest.raises(DamagedBundleError, match="SafetensorError"):
        read_bundle(bundle)


def test_paths_that_leave_the_folder_are_refused(bundle):
    (bundle.parent / "outside").write_text("x")
    with (bundle / "SHA256SUMS").open("a") as file:
        file.write(f"{'0' * 64}  ../outside\n")
    with pytest.raises(DamagedBundleError, match="lies outside the folder"):
        read_bundle(bundle)


def test_other_folders_are_no_bundles(tmp_path):
    with pytest.raises(BundleError, match="no such folder"):
        read_bundle(tmp_path / "nowhere")
    with pytest.raises(BundleError, match=r"no manifest\.json"):
        read_bundle(tmp_path)


def test_changed_answers_fail_verification(bundle):
    probes = read_probes(bundle)
    probes[0]["probabilities"] = [1.0, 0.0, 0.0]
    (bundle / "probes.json").write_text(json.dumps(probes), encoding="utf-8")
    write_sums(bundle)
    with pytest.raises(VerificationError, match="probabilities differ by"):
        verify_in_fresh_process(bundle)


def test_writing_replaces_a_bundle_and_nothing_else(written, tmp_path):
    _, model = written
    place = tmp_path / "place"
    place.mkdir()
    (place / "thesis.txt").write_text("mine")
    with pytest.raises(BundleError, match="exists and is no bundle"):
        write_bundle(place, model.predictor_, {})
    assert (place / "thesis.txt").read_text() == "mine"
    write_bundle(tmp_path / "new", model.predictor_, {})
    write_bundle(tmp_path / "new", model.predictor_, {"again": True})
    assert read_bundle(tmp_path / "new").manifest["again"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "place"]


def test_half_a_bundle_is_never_left(written, tmp_path):
    def fail(_):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_bundle(tmp_path / "new", written[1].predictor_, {}, fail)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("method", ["temperature", "isotonic"])
def test_wrapped_predictors_answer_as_before_and_without_the_training_stack(tmp_path, method):
    table, labels = as_table(ROWS), [row["label"] for row in ROWS]
    model = Calibrated(TfidfLogreg(min_df=1, char_max=3), method).fit(table, labels)
    shares = model.predict_proba(table)
    threshold = float(np.median(shares.max(axis=1)))
    folder = tmp_path / "careful"
    write_bundle(folder, AbstainingPredictor(model.predictor_, threshold), {})
    bundle = load_bundle(folder)
    texts, actors = [row["text"] for row in ROWS], [row["actor"] for row in ROWS]
    np.testing.assert_array_equal(bundle.predict_proba(texts, actors), shares)
    said = np.array(bundle.predict(texts, actors))
    np.testing.assert_array_equal(said == "uncertain", shares.max(axis=1) < threshold)
    manifest = read_bundle(folder).manifest
    assert (manifest["predictor"], manifest["answers"][-1]) == ("abstaining", "uncertain")
    assert verify_in_fresh_process(folder) == 0  # which fails if it imports scikit-learn


def test_a_bundle_of_before_there_were_answers_still_loads(bundle):
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    assert manifest.pop("answers") == ["hostile", "neutral", "cooperative"]
    (bundle / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    write_sums(bundle)
    assert load_bundle(bundle).predict(["Rome thanked Oslo."], ["Oslo"]) == ["cooperative"]


def test_tolerance_and_extras_are_those_of_what_is_wrapped(tmp_path):
    class Encoder:
        name, revision, size = "bundled", "one", 2

        def embed(self, texts):
            return np.ones((len(texts), 2), dtype=np.float32)

    inner = EmbeddingLinearPredictor(Encoder(), 30, np.ones((4, 3), np.float32), np.zeros(3))
    softened = CalibratedPredictor(ActorBlindPredictor(inner), "temperature", 2.0)
    write_bundle(tmp_path / "bundle", AbstainingPredictor(softened, 0.5), {})
    manifest = json.loads((tmp_path / "bundle" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["tolerance"], manifest["requires"]) == (1e-3, ["embed"])
