"""What stands in the folder already, what leads out of it, and what cannot be written."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest
from file_server import status
from made_downloads import CONTENT, FILE, OTHER, described, part_of, put_part

from stancelab.datasets.fetching.download import place_of
from stancelab.errors import DownloadError


def test_another_file_in_the_place_is_kept(fetching):
    fetching.folder.mkdir()
    place = fetching.folder / "a.csv"
    place.write_bytes(OTHER)
    found = hashlib.sha256(OTHER).hexdigest()[:12]
    with pytest.raises(DownloadError, match=f"SHA-256 {found}…, expected .*with --replace"):
        fetching()
    assert place.read_bytes() == OTHER
    with pytest.raises(DownloadError, match="HTTP 404"):
        fetching(replace=True, script=[status(404)])
    assert place.read_bytes() == OTHER, "kept until the right one is there"
    assert len(fetching.server.requests) == 1
    assert fetching(replace=True).fetched == (FILE,)
    assert place.read_bytes() == CONTENT


def test_a_folder_in_the_place(fetching):
    (fetching.folder / "a.csv").mkdir(parents=True)
    with pytest.raises(DownloadError, match=r"a.csv: found a folder or a broken link; remove it"):
        fetching(replace=True)
    assert fetching.server.requests == []


@pytest.mark.parametrize(
    "path",
    [
        *("../a.csv", "b/../../a.csv", "/a.csv", "", ".", "a//b", "./a", "..\\a.csv", "b\\a.csv"),
        *("C:a.csv", "a\0b", "a\nb", "link/a.csv", "link/deep/a.csv"),
    ],
)
def test_paths_that_leave_the_folder(fetching, tmp_path, path):
    fetching.folder.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (fetching.folder / "link").symlink_to(tmp_path / "elsewhere")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DownloadError, match=r"made: found the path .*, expected one inside"):
        fetching(FILE, described(path))
    assert fetching.server.requests == []
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_that_is_a_link_is_the_users_choice(tmp_path):
    (tmp_path / "disk" / "deep").mkdir(parents=True)
    (tmp_path / "disk" / "inner").symlink_to("deep")
    (tmp_path / "made").symlink_to(tmp_path / "disk")
    for path in ("a.csv", "b/a.csv", "inner/a.csv"):
        assert place_of(tmp_path / "made", described(path)) == tmp_path / "made" / path


def test_a_full_disk(fetching, monkeypatch):
    put_part(fetching, CONTENT[:1000])
    opened = Path.open

    def full(self, mode="r", *words, **named):
        if mode == "ab":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))
        return opened(self, mode, *words, **named)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(DownloadError, match=r"No space left on device; make room.*continues") as e:
        fetching()
    assert "\n" not in str(e.value)
    monkeypatch.undo()
    assert part_of(fetching).read_bytes() == CONTENT[:1000]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_write_that_fails(fetching, monkeypatch):
    monkeypatch.setattr("stancelab.datasets.fetching.transfer.Transfer._part", Path("/dev/full"))
    with pytest.raises(DownloadError, match=r"made: cannot be written .*No space left on device"):
        fetching()


def test_a_folder_that_cannot_be_made(fetching):
    fetching.folder.write_bytes(b"a file")
    with pytest.raises(DownloadError, match=r"made: cannot be written or read: File exists"):
        fetching()
