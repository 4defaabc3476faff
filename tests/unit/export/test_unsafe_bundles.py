"""What could run code, or lies elsewhere, is refused with the reason before anything is parsed."""

from __future__ import annotations

import io
import json
import os
import pickle
import socket
import zipfile

import numpy as np
import pytest
from made_bundles import make_bundle
from safetensors.numpy import save

from stancelab.errors import DamagedBundleError, UnsafeBundleError
from stancelab.export.bundle import read_bundle
from stancelab.export.digests import write_sums
from stancelab.export.safety import is_plain_name


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, place):
        self.place = place

    def __reduce__(self):
        return os.mkdir, (str(self.place),)


@pytest.fixture
def bundle(tmp_path):
    return make_bundle("constant", tmp_path / "bundle")


def torch_archive(content):
    """What ``torch.save`` writes: an archive with a pickle."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("model/data.pkl", content)
        archive.writestr("model/data/0", b"\0" * 16)
    return target.getvalue()


def numpy_file(_):
    target = io.BytesIO()
    np.save(target, np.array([{}], dtype=object), allow_pickle=True)
    return target.getvalue()


PICKLES = {
    **{f"protocol {n}": (lambda bomb, n=n: pickle.dumps(bomb, protocol=n)) for n in range(6)},
    "torch": lambda bomb: torch_archive(pickle.dumps(bomb)),
    "numpy": numpy_file,
}
SUFFIXES = (".pkl", ".joblib", ".pt", ".bin", ".ckpt", ".npy", ".npz", ".dill", ".PICKLE", ".pth")


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "not listed"])
@pytest.mark.parametrize("kind", PICKLES)
def test_pickles_are_known_by_their_content(bundle, tmp_path, kind, listed):
    (bundle / "notes.txt").write_bytes(PICKLES[kind](Bomb(tmp_path / "ran")))
    if listed:
        write_sums(bundle)
    with pytest.raises(UnsafeBundleError, match=r"notes\.txt .*pickle|pkl, which can run code"):
        read_bundle(bundle)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_pickles_are_known_by_their_ending(bundle, suffix):
    (bundle / "more").mkdir()
    (bundle / "more" / f"model{suffix}").write_bytes(b"anything")
    write_sums(bundle)
    with pytest.raises(UnsafeBundleError, match=rf"model{suffix} is of a kind .* hold a pickle"):
        read_bundle(bundle)


def test_a_pickle_in_the_place_of_a_file_is_told(bundle):
    (bundle / "weights.safetensors").write_bytes(pickle.dumps({"shares": [0.2, 0.3, 0.5]}))
    write_sums(bundle)
    with pytest.raises(UnsafeBundleError, match=r"weights\.safetensors holds a pickle"):
        read_bundle(bundle)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_weights_that_begin_like_a_pickle_are_none(bundle, protocol):
    """The length of the header stands first, and its bytes may be those of a protocol."""
    arrays = {"shares": np.array([0.2, 0.3, 0.5])}
    plain = int.from_bytes(save(arrays, {"": ""})[:8], "little")
    content = save(arrays, {"": " " * (0x80 + 0x100 * protocol - plain)})
    assert content[:2] == bytes([0x80, protocol])
    (bundle / "weights.safetensors").write_bytes(content)
    write_sums(bundle)
    assert read_bundle(bundle).predictor.kind == "constant"


def test_texts_that_look_a_little_like_pickles_are_none(bundle):
    (bundle / "requirements.txt").write_text("certifi\nnumpy\npandas\n", encoding="utf-8")
    (bundle / "notes.md").write_text("(see below)\n", encoding="utf-8")
    (bundle / "code.zip").write_bytes(b"PK\x03\x04 and no archive at all")
    write_sums(bundle)
    read_bundle(bundle)


@pytest.mark.parametrize(
    "name", ["../outside", "/etc/passwd", "a/../../outside", "C:\\outside", "..\\outside", "\\\\x"]
)
def test_paths_out_of_the_folder_are_refused(bundle, name):
    (bundle.parent / "outside").write_text("x")
    with (bundle / "SHA256SUMS").open("a") as file:
        file.write(f"{'0' * 64}  {name}\n")
    with pytest.raises(UnsafeBundleError, match=r"SHA256SUMS names .*, which lies outside it"):
        read_bundle(bundle)


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/b", "..", "", "C:x", "a\nb", "~"])
def test_files_of_the_predictor_lie_in_the_folder_itself(bundle, name):
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    text = json.dumps(manifest | {"files": [name]})
    (bundle / "manifest.json").write_text(text, encoding="utf-8")
    write_sums(bundle)
    assert not is_plain_name(name)
    with pytest.raises(UnsafeBundleError, match=r"manifest\.json names the file .*outside the fol"):
        read_bundle(bundle)


def test_links_out_of_the_folder_are_refused(bundle, tmp_path):
    weights = (bundle / "weights.safetensors").rename(tmp_path / "elsewhere.safetensors")
    (bundle / "weights.safetensors").symlink_to(weights)
    with pytest.raises(UnsafeBundleError, match=r"weights\.safetensors is a link to .*elsewhere"):
        read_bundle(bundle)


def test_links_to_folders_and_to_nothing_are_refused(bundle, tmp_path):
    (tmp_path / "folder").mkdir()
    (bundle / "code").symlink_to(tmp_path / "folder")
    with pytest.raises(UnsafeBundleError, match=r"code is a link to .*, outside the folder"):
        read_bundle(bundle)
    (bundle / "code").unlink()
    for target in ("nothing", "code"):  # the second leads to itself
        (bundle / "code").symlink_to(bundle / target)
        with pytest.raises(DamagedBundleError, match="code is a link to no file"):
            read_bundle(bundle)
        (bundle / "code").unlink()


def test_links_inside_the_folder_are_read(bundle):
    (bundle / "weights.safetensors").rename(bundle / "real.safetensors")
    (bundle / "weights.safetensors").symlink_to("real.safetensors")
    write_sums(bundle)
    assert read_bundle(bundle).predictor.kind == "constant"


def test_a_folder_may_be_reached_by_a_link(bundle, tmp_path):
    (tmp_path / "link").symlink_to(bundle)
    assert read_bundle(tmp_path / "link").predictor.kind == "constant"


def test_pipes_and_sockets_do_not_make_it_wait(bundle, monkeypatch):
    (bundle / "probes.json").unlink()
    os.mkfifo(bundle / "probes.json")
    with pytest.raises(DamagedBundleError, match=r"probes\.json is neither a file nor a folder"):
        read_bundle(bundle)
    (bundle / "probes.json").unlink()
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(bundle)  # the path of a socket is short
        listening.bind("probes.json")
        with pytest.raises(DamagedBundleError, match="neither a file nor a folder"):
            read_bundle(bundle)


def test_a_pipe_for_a_manifest_is_no_bundle(bundle):
    (bundle / "manifest.json").unlink()
    os.mkfifo(bundle / "manifest.json")
    with pytest.raises(Exception, match=r"no bundle \(it has no manifest\.json\)"):
        read_bundle(bundle)


def test_a_file_that_was_not_exported_is_refused(bundle):
    (bundle / "more").mkdir()
    (bundle / "more" / "encoder.onnx").write_bytes(b"\x08\x0a")
    with pytest.raises(UnsafeBundleError, match=r"more/encoder\.onnx is not in SHA256SUMS, so"):
        read_bundle(bundle)


def test_what_others_leave_beside_a_bundle_is_no_part_of_it(bundle):
    for name in ("registered_model_meta", ".DS_Store", ".gitattributes"):
        (bundle / name).write_text("x")
    for folder in (".git/objects", ".cache/huggingface", "code/__pycache__"):
        (bundle / folder).mkdir(parents=True)
        (bundle / folder / "left").write_text("x")
    assert read_bundle(bundle).predictor.kind == "constant"


def test_a_file_that_is_read_and_not_listed_is_refused(bundle):
    lines = (bundle / "SHA256SUMS").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "settings.json" not in line]
    (bundle / "SHA256SUMS").write_text("".join(kept), encoding="utf-8")
    with pytest.raises(DamagedBundleError, match=r"SHA256SUMS does not list settings\.json"):
        read_bundle(bundle)
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    text = json.dumps(manifest | {"files": ["estimator.skops"]})
    (bundle / "manifest.json").write_text(text, encoding="utf-8")
    write_sums(bundle)
    with pytest.raises(DamagedBundleError, match=r"estimator\.skops is named in manifest\.json"):
        read_bundle(bundle)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text[:-1], "breaks off in line 4"),
        (lambda text: text.replace("  ", " ", 1), "line 1 of SHA256SUMS is not 'DIGEST  NAME'"),
        (
            lambda text: text + text.splitlines()[0] + "\n",
            "line 5 .* names a file twice",
        ),
        (lambda text: text.upper(), "line 1 of SHA256SUMS is not"),
        (lambda text: text + "\n", "line 5 of SHA256SUMS is not"),
        (lambda text: "", "does not list manifest.json"),
    ],
)
def test_a_mangled_list_of_digests_is_told(bundle, change, problem):
    path = bundle / "SHA256SUMS"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(DamagedBundleError, match=problem):
        read_bundle(bundle)


def test_names_from_outside_are_printed_on_one_line(bundle):
    (bundle / "a\nb\x1b[31m").write_text("x")
    with pytest.raises(UnsafeBundleError, match=r"'a\\nb\\x1b\[31m' is not in SHA256SUMS"):
        read_bundle(bundle)


def test_names_that_are_no_text_are_told(bundle):
    with open(os.path.join(os.fsencode(bundle), b"\xff\xfe"), "w") as file:
        file.write("x")
    with pytest.raises(UnsafeBundleError, match=r"'\\udcff\\udcfe' is not in SHA256SUMS") as raised:
        read_bundle(bundle)
    str(raised.value).encode("utf-8")
