"""A full disk and a read-only one: one clear line, and nothing half-written."""

# ruff: noqa: F401, F811 - fixtures come by import
from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_bundles import make_bundle
from made_files import write
from test_fetch import CONTENT, place

from stancelab.export.bundle import read_bundle

TEXT = "Oslo thanked Warsaw and condemned Minsk."
EXPERIMENT = """\
seeds = [0, 1, 2]
[data]
path = "mine.jsonl"
[model.tfidf_word_logreg]
min_df = 1
"""


class Disk:
    """A small disk that can be filled, freed, and made read-only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, but: int = 0) -> None:
        """Leave no more than so many bytes."""
        free = os.statvfs(self.folder)
        with (self.folder / "filler").open("wb") as file:
            file.write(bytes(max(0, free.f_bavail * free.f_frsize - but)))

    def free(self) -> None:
        (self.folder / "filler").unlink()

    def set_read_only(self) -> None:
        subprocess.run(["mount", "-o", "remount,ro", self.folder], check=True)

    @property
    def names(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()} - {"filler"}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder]
    if os.geteuid() or subprocess.run(words, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    yield Disk(folder)
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def experiment(tmp_path, monkeypatch):
    """An experiment of twelve cells."""
    monkeypatch.chdir(tmp_path)
    rows = [
        {"text": f"In {when} {who} {verb} {whom}.", "actor": whom, "label": label}
        for verb, label in (("thanked", "cooperative"), ("accused", "hostile"), ("met", "neutral"))
        for when in ("May", "June", "July", "spring", "Bonn", "Lviv", "Turin", "Bern")
        for who, whom in (("Rome", "Oslo"), ("Kyiv", "Warsaw"))
    ]
    write(tmp_path / "mine.jsonl", rows)
    (tmp_path / "mine.toml").write_text(EXPERIMENT, encoding="utf-8")
    return tmp_path / "mine.toml"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return make_bundle("tfidf_linear", tmp_path_factory.mktemp("bundles") / "words")


def complaint(found, *parts):
    """See to it that a command ended with one line that says why."""
    status, _, err = found
    assert (status, err.count("\n")) == (2, 1), err
    assert err.startswith("stancelab: ")
    for part in parts:
        assert part in err
    return err


@pytest.mark.slow
def test_run_on_a_disk_that_gets_full(disk, experiment, call, monkeypatch):
    from stancelab.tracking.reading import find_experiment
    from stancelab.tracking.store import open_store

    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{disk.folder / 'mlflow.db'}")
    disk.fill()
    complaint(call("run", experiment), "the tracking store sqlite:////", "mlflow.db cannot be used")
    assert "mlflow.db" not in disk.names
    disk.free()
    open_store()
    disk.fill(but=600_000)
    complaint(call("run", experiment), "cannot be used", "full")
    disk.free()
    before = [run.info.run_id for run in find_experiment("mine").cells]
    assert 0 < len(before) < 12
    assert call("run", experiment)[0] == 0
    tracked = find_experiment("mine")
    assert [run.info.run_id for run in tracked.cells if run.info.run_id in before] == before
    assert (len(tracked.cells), tracked.parent.info.status) == (12, "FINISHED")


def test_run_into_a_store_that_cannot_be_written(disk, experiment, call, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{disk.folder / 'mlflow.db'}")
    disk.set_read_only()
    complaint(call("run", experiment), "mlflow.db cannot be written")
    assert disk.names == set()


def test_score_on_a_full_disk(disk, bundle, call, tmp_path):
    rows = write(
        tmp_path / "in.parquet", [{"text": TEXT, "actor": "Minsk", "n": n} for n in range(9000)]
    )
    words = ("score", bundle, rows, disk.folder / "out.csv", "--part-rows", 1000, "--processes", 1)
    disk.fill()
    complaint(call(*words), "No space left on device", "go on with --resume")
    disk.free()
    disk.fill(but=500_000)
    complaint(call(*words, "--resume"), "No space left on device", "go on with --resume")
    assert disk.names == {"out.csv.parts"}
    disk.free()
    assert call(*words, "--resume")[0] == 0
    assert disk.names == {"out.csv"}
    assert len((disk.folder / "out.csv").read_text().splitlines()) == 9001
    disk.set_read_only()
    complaint(call(*words, "--replace"), "Read-only file system")


@pytest.mark.slow
def test_export_to_a_full_disk(disk, workplace, call):
    target = ("export", "best:01_baselines", disk.folder / "out")
    disk.fill(but=100_000)
    complaint(call(*target), f"{target[2]}: cannot be written (", "make room")
    assert disk.names == set()
    disk.free()
    assert call(*target)[0] == 0
    disk.fill(but=100_000)
    complaint(call(*target), f"{target[2]}: cannot be written (", "make room")
    read_bundle(target[2])
    disk.free()
    disk.set_read_only()
    complaint(call(*target), "Read-only file system", "choose another place")


def test_tag_onto_a_full_disk(disk, workplace, call, tmp_path):
    article = tmp_path / "article.txt"
    article.write_text(TEXT, encoding="utf-8")
    words = ("tag", article, "--model", workplace.bundle, "--language", "en")
    for option, name in (("--csv", "tags.csv"), ("--html", "page.html")):
        disk.fill()
        full = f"{disk.folder / name}: cannot be written (No space left on device)"
        complaint(call(*words, option, disk.folder / name), full)
        assert disk.names == set()
        disk.free()
    disk.set_read_only()
    complaint(call(*words, "--csv", disk.folder / "tags.csv"), "Read-only file system")


def test_fetch_onto_a_full_disk(disk, place, call, monkeypatch):
    monkeypatch.setenv("STANCELAB_DATA", str(disk.folder))
    disk.fill(but=100_000)
    complaint(call("data", "fetch", "dse"), "No space left on device; make room; what has arrived")
    assert not list(disk.folder.rglob("train.txt"))
    disk.free()
    assert call("data", "fetch", "dse")[0] == 0
    assert (disk.folder / "dse/train.txt").read_bytes() == CONTENT["dse/train.txt"]
    disk.set_read_only()
    complaint(call("data", "fetch", "plv", "--accept-licence"), "Read-only file system")
