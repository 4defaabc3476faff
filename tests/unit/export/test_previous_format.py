"""A bundle of the format before is read and answers as it did; other formats are refused."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from made_bundles import OLD

from stancelab.errors import BundleVersionError, DamagedBundleError
from stancelab.export.bundle import read_bundle
from stancelab.export.digests import write_sums
from stancelab.export.probes import read_probes
from stancelab.scoring import load_bundle


def test_it_answers_as_at_its_export():
    bundle = load_bundle(OLD)
    assert bundle.manifest["format"] == 1
    assert bundle.answers[-1] == "uncertain"
    probes = read_probes(OLD)
    columns = (probes.table.column(name).to_pylist() for name in ("text", "actor"))
    np.testing.assert_allclose(bundle.predict_proba(*columns), probes.expected, rtol=0, atol=1e-12)


def test_export_verifies_it(call):
    status, printed, errors = call("export", "--verify", OLD)
    assert (status, errors) == (0, "")
    assert "verified in a fresh process (largest difference" in printed


@pytest.mark.parametrize("version", [0, 3, -1, 99])
def test_other_formats_are_refused(tmp_path, version):
    folder = edited(tmp_path, version)
    expected = f"bundle format {version}, this version reads 1 and 2; export the run again, or inst"
    with pytest.raises(BundleVersionError, match=expected):
        read_bundle(folder)


@pytest.mark.parametrize("version", ["2", "1", True, False, None, 1.0, 2.0, [2], 10**30])
def test_formats_that_are_no_whole_numbers_are_refused(tmp_path, version):
    with pytest.raises(DamagedBundleError, match=r"format .*, expected a whole number|too large"):
        read_bundle(edited(tmp_path, version))


def test_a_manifest_without_a_format_is_refused(tmp_path):
    folder = shutil.copytree(OLD, tmp_path / "bundle")
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DamagedBundleError, match="has format none, expected a whole number"):
        read_bundle(folder)


def edited(tmp_path, version):
    """Copy the old bundle and say that it is of another version."""
    folder = shutil.copytree(OLD, tmp_path / "bundle")
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    text = json.dumps(content | {"format": version})
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    write_sums(folder)
    return folder
