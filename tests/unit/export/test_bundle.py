"""A bundle is whole or refused, with the reason."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
from made_bundles import ROWS

from stancelab.errors import (
    BundleError,
    DamagedBundleError,
    UnsafeBundleError,
    VerificationError,
)
from stancelab.export.bundle import read_bundle, write_bundle
from stancelab.export.digests import write_sums
from stancelab.export.measuring import processor
from stancelab.export.verify import largest_difference, note_on, verify_in_fresh_process
from stancelab.models.calibrated import Calibrated
from stancelab.models.linear import TfidfLogreg
from stancelab.predictors.abstaining import AbstainingPredictor
from stancelab.predictors.blind import ActorBlindPredictor
from stancelab.predictors.calibrated import CalibratedPredictor
from stancelab.predictors.linear import EmbeddingLinearPredictor
from stancelab.schema import as_table
from stancelab.scoring import load_bundle


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


def test_labels_in_another_order_are_refused_even_with_right_digests(bundle):
    edit(bundle / "manifest.json", labels=["cooperative", "neutral", "hostile"])
    write_sums(bundle)
    with pytest.raises(DamagedBundleError, match=r"labels .* expected"):
        read_bundle(bundle)


def test_a_flipped_byte_in_the_label_order_is_noticed(bundle):
    content = (bundle / "manifest.json").read_bytes()
    assert content.count(b'"neutral"') > 1
    changed = content.replace(b'"neutral"', b'"neutrbl"', 1)
    (bundle / "manifest.json").write_bytes(changed)
    with pytest.raises(DamagedBundleError, match=r"manifest\.json has changed since the export"):
        read_bundle(bundle)
    write_sums(bundle)
    with pytest.raises(DamagedBundleError, match=r"labels .*neutrbl.* expected \['hostile', 'neu"):
        read_bundle(bundle)


def test_unknown_kinds_are_refused_wherever_they_are(bundle):
    edit(bundle / "manifest.json", predictor="tfidf_liner")
    write_sums(bundle)
    with pytest.raises(UnsafeBundleError, match=r"refused: unknown kind.*did you mean 'tfidf_lin"):
        read_bundle(bundle)
    own = json.loads((bundle / "settings.json").read_text(encoding="utf-8"))
    inner = {"kind": "abstaining", "settings": {"kind": "os.system", "settings": own}}
    (bundle / "settings.json").write_text(json.dumps(inner), encoding="utf-8")
    edit(bundle / "manifest.json", predictor="actor_blind")
    write_sums(bundle)
    with pytest.raises(UnsafeBundleError, match=r"unknown kind of predictor 'os\.system'"):
        read_bundle(bundle)


def test_wrappers_without_end_are_refused(bundle):
    endless = {"kind": "actor_blind", "settings": {}}
    for _ in range(100):
        endless = {"kind": "actor_blind", "settings": endless}
    (bundle / "settings.json").write_text(json.dumps(endless), encoding="utf-8")
    edit(bundle / "manifest.json", predictor="actor_blind")
    write_sums(bundle)
    with pytest.raises(DamagedBundleError, match="'actor_blind' holds none that answers"):
        read_bundle(bundle)


def test_weights_that_are_none_are_refused(bundle):
    (bundle / "weights.safetensors").write_bytes(b"not tensors")
    write_sums(bundle)
    with pytest.raises(DamagedBundleError, match="SafetensorError"):
        read_bundle(bundle)


def test_answers_that_are_not_the_predictors_are_refused(bundle):
    edit(bundle / "manifest.json", answers=["hostile", "neutral", "cooperative", "uncertain"])
    write_sums(bundle)
    with pytest.raises(DamagedBundleError, match="but the predictor gives"):
        read_bundle(bundle)


def test_other_folders_are_no_bundles(tmp_path):
    with pytest.raises(BundleError, match="no such folder"):
        read_bundle(tmp_path / "nowhere")
    with pytest.raises(BundleError, match=r"no manifest\.json"):
        read_bundle(tmp_path)


def test_changed_answers_fail_verification(bundle):
    probes = json.loads((bundle / "probes.json").read_text(encoding="utf-8"))
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
    (place / "manifest.json").write_text('{"name": "A page"}')  # as pages on the web have one
    with pytest.raises(BundleError, match="exists and is no bundle"):
        write_bundle(place, model.predictor_, {})
    write_bundle(tmp_path / "new", model.predictor_, {})
    write_bundle(tmp_path / "new", model.predictor_, {"again": True})
    assert read_bundle(tmp_path / "new").manifest["again"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "place"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[]", "no list of statements"),
        ("{}", "no list of statements"),
        ('[{"text": "Rome met Oslo."}]', "no list of statements"),
        ("[NaN]", "NaN is no number of JSON"),
        ("[", r"probes\.json is unreadable"),
    ],
)
def test_mangled_probes_fail_verification(bundle, content, problem):
    (bundle / "probes.json").write_text(content, encoding="utf-8")
    write_sums(bundle)
    load_bundle(bundle)  # which does not ask them
    with pytest.raises(DamagedBundleError, match=problem):
        largest_difference(bundle)


def test_probes_outside_of_their_text_are_told(bundle):
    probes = json.loads((bundle / "probes.json").read_text(encoding="utf-8"))
    probes[3]["mention_end"] = 10_000
    (bundle / "probes.json").write_text(json.dumps(probes), encoding="utf-8")
    write_sums(bundle)
    expected = r"probes\.json: column 'mention_start', row 3"
    with pytest.raises(DamagedBundleError, match=expected):
        largest_difference(bundle)
    with pytest.raises(VerificationError, match=expected):  # and in the line of another process
        verify_in_fresh_process(bundle)


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


def test_on_another_processor_a_network_may_round_otherwise(written, tmp_path):
    about = {"model": {"name": "mine"}, "tolerance": 0.01}
    here = {"processor": processor(), "runtime": ""}
    changed = {"here": here, "there": here | {"processor": "Another 9000"}}
    for name, speed in changed.items():
        folder = tmp_path / name
        write_bundle(folder, written[1].predictor_, about | {"speed": speed})
        probes = json.loads((folder / "probes.json").read_text(encoding="utf-8"))
        low, high = sorted(range(3), key=probes[0]["probabilities"].__getitem__)[::2]
        probes[0]["probabilities"][high] -= 0.05
        probes[0]["probabilities"][low] += 0.05
        (folder / "probes.json").write_text(json.dumps(probes), encoding="utf-8")
        write_sums(folder)
    with pytest.raises(VerificationError, match=r"differ by 0\.05 from those at export, more than"):
        largest_difference(tmp_path / "here")
    found = largest_difference(tmp_path / "there")
    assert found == pytest.approx(0.05)
    assert note_on(tmp_path / "there", found).startswith(
        "the difference is above the tolerance: exported with Another 9000, asked with "
    )
    assert note_on(tmp_path / "there", 0.005) == ""
