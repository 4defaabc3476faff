"""An export takes its place whole, and cleans up after those that were killed."""

from __future__ import annotations

import pytest
from filelock import FileLock

from stancelab.errors import BundleError
from stancelab.export.placing import beside, take_place


def make(folder, content="new"):
    with beside(folder) as scratch:
        made = scratch / "made"
        made.mkdir()
        (made / "file").write_text(content)
        take_place(scratch, made, folder)


def left_by(folder, ending="abcd1234"):
    """Make what a killed export leaves beside a place."""
    left = folder.with_name(f".{folder.name}-{ending}")
    left.mkdir()
    (left / "lock").touch()
    return left


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_it_is_made_and_replaced(tmp_path):
    place = tmp_path / "deep" / "out"
    make(place, "old")
    make(place)
    assert (place / "file").read_text() == "new"
    assert names(place.parent) == ["out"]


def test_what_was_there_stays_where_the_new_one_fails(tmp_path):
    place = tmp_path / "out"
    make(place, "old")
    with pytest.raises(BundleError, match="cannot be written"), beside(place) as scratch:
        take_place(scratch, scratch / "nothing", place)
    assert (place / "file").read_text() == "old"
    assert names(tmp_path) == ["out"]


def test_what_killed_exports_left_is_removed(tmp_path):
    place = tmp_path / "out"
    left_by(place)
    other = tmp_path / ".out-of-stock"
    other.mkdir()
    make(place)
    assert names(tmp_path) == [other.name, "out"]


def test_what_was_being_replaced_is_put_back(tmp_path):
    place = tmp_path / "out"
    (left_by(place) / "replaced").mkdir()
    with beside(place):
        assert names(tmp_path)[-1] == "out"
        assert len(names(tmp_path)) == 2


def test_another_export_at_work_is_left_alone(tmp_path):
    place = tmp_path / "out"
    left = left_by(place)
    with FileLock(left / "lock"):
        make(place)
    assert names(tmp_path) == [left.name, "out"]
