"""A run that was ended leaves its finished parts, and another goes on with them or says why not."""

from __future__ import annotations

import errno
import json
import os
import shutil

import pytest
from made_files import write

from stancelab.datasets.own.columns import Columns
from stancelab.errors import DataError
from stancelab.scoring import parts as scored_parts
from stancelab.scoring.job import RefusedRowsError
from stancelab.scoring.resuming import parts_folder

TEXT = "Oslo thanked Warsaw and condemned Minsk."
ROWS = [{"text": TEXT if n % 5 else "", "actor": "Minsk", "who": "Oslo"} for n in range(20)]
PARTS = {"part_rows": 3}


class EndedError(Exception):
    """Stands for whatever ends a run."""


def ending(after):
    def progress(what, done, total):
        if done >= after:
            raise EndedError

    return progress


@pytest.fixture
def unfinished(score, tmp_path):
    """A run that ended after six of 20 rows, and the folder that it left."""
    write(tmp_path / "in.parquet", ROWS)
    with pytest.raises(EndedError):
        score("in.parquet", "out.csv", progress=ending(6), **PARTS)
    folder = tmp_path / "out.csv.parts"
    assert sorted(path.name for path in folder.glob("*.json")) == [
        "part-000000.json", "part-000001.json", "state.json"
    ]  # fmt: skip
    assert not (tmp_path / "out.csv").exists()
    return folder


def test_finished_parts_are_not_scored_again_and_the_result_is_the_same(
    score, unfinished, tmp_path, monkeypatch
):
    score("in.parquet", "whole.csv", **PARTS)
    asked = []

    def counting(bundle, work, part):
        asked.append(part.number)
        return scored_parts.score_part(bundle, work, part)

    monkeypatch.setattr("stancelab.scoring.pool.score_part", counting)
    done = score("in.parquet", "out.csv", resume=True, **PARTS)
    assert asked == [2, 3, 4, 5, 6]
    assert (done.rows, done.refused) == (20, 4)
    for name in ("out.csv", "out.refused.jsonl"):
        whole = tmp_path / name.replace("out", "whole")
        assert (tmp_path / name).read_bytes() == whole.read_bytes()
    assert not unfinished.exists()


def test_a_run_that_ended_while_it_put_its_parts_together_goes_on(score, tmp_path):
    write(tmp_path / "in.parquet", ROWS)

    def progress(what, done, total):
        if what == "parts written" and done == 3:
            raise EndedError

    with pytest.raises(EndedError):
        score("in.parquet", "out.csv", progress=progress, **PARTS)
    assert (tmp_path / "out.csv.parts" / "joined").exists()
    score("in.parquet", "out.csv", resume=True, **PARTS)
    score("in.parquet", "whole.csv", **PARTS)
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_without_a_word_nothing_of_it_is_lost_or_taken(score, unfinished, tmp_path):
    before = {path.name: path.read_bytes() for path in unfinished.iterdir()}
    with pytest.raises(DataError, match="go on with it with --resume, or begin anew with --repl"):
        score("in.parquet", "out.csv", **PARTS)
    with pytest.raises(DataError, match="an unfinished 'stancelab score' has left its parts here"):
        score("in.parquet", "out.csv", replace=True, keeps_parts=False, **PARTS)
    assert {path.name: path.read_bytes() for path in unfinished.iterdir()} == before
    assert score("in.parquet", "out.csv", replace=True, part_rows=7).rows == 20
    assert not unfinished.exists()


def test_going_on_with_nothing_begins(score, tmp_path):
    write(tmp_path / "in.parquet", ROWS)
    assert score("in.parquet", "out.csv", resume=True).rows == 20
    with pytest.raises(DataError, match=r"out\.csv: exists; choose another place"):
        score("in.parquet", "out.csv", resume=True)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"part_rows": 4}, "another --part-rows"),
        ({"columns": Columns(actor="who")}, "other columns"),
        ({"output_type": "jsonl"}, "another output type"),
        ({"part_rows": 4, "columns": Columns(actor="who")}, "other columns and another --part-r"),
    ],
)
def test_other_options_are_refused(score, unfinished, options, named):
    with pytest.raises(DataError, match=f"the unfinished run had {named}.*; give it the same"):
        score("in.parquet", "out.csv", resume=True, **{**PARTS, **options})


def test_other_inputs_are_refused(score, unfinished, tmp_path):
    message = "the unfinished run had other inputs, or they have changed since; give it the same"
    shutil.copy(tmp_path / "in.parquet", tmp_path / "other.parquet")
    for names in (["other.parquet"], ["in.parquet", "other.parquet"]):
        with pytest.raises(DataError, match=message):
            score(*names, "out.csv", resume=True, **PARTS)
    about = (tmp_path / "in.parquet").stat()
    os.utime(tmp_path / "in.parquet", ns=(about.st_atime_ns, about.st_mtime_ns + 1))
    with pytest.raises(DataError, match=message):
        score("in.parquet", "out.csv", resume=True, **PARTS)


def test_another_bundle_is_refused(score, unfinished, lexicon_bundle, tmp_path):
    other = shutil.copytree(lexicon_bundle, tmp_path / "other")
    with (other / "SHA256SUMS").open("r+") as sums:
        lines = sums.readlines()
        sums.seek(0)
        sums.writelines(reversed(lines))
    with pytest.raises(DataError, match="the unfinished run had another bundle; give it the same"):
        score("in.parquet", "out.csv", resume=True, bundle=other, **PARTS)


def test_a_part_that_was_cut_off_is_scored_again(score, unfinished, tmp_path):
    """What says that a part is finished comes last; without it, the rest of it does not count."""
    (unfinished / "part-000001.json").unlink()
    (unfinished / "part-000001.csv").write_text("half")
    (unfinished / "part-000002.csv.tmp").write_text("half")
    (unfinished / "part-000003.refused").write_text("half")
    score("in.parquet", "out.csv", resume=True, **PARTS)
    score("in.parquet", "whole.csv", **PARTS)
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    refused = (tmp_path / "out.refused.jsonl").read_text().splitlines()
    assert [json.loads(line)["line"] for line in refused] == [1, 6, 11, 16]


def test_bad_rows_may_stop_it_now_and_be_refused_later(score, tmp_path):
    write(tmp_path / "in.parquet", ROWS[1:])
    with pytest.raises(RefusedRowsError, match=r"in\.parquet:5: column 'text': empty text"):
        score("in.parquet", "out.csv", refusal=RefusedRowsError, side_file=False, **PARTS)
    assert score("in.parquet", "out.csv", resume=True, **PARTS).refused == 3


def test_what_no_run_has_left_stays(score, tmp_path):
    write(tmp_path / "in.parquet", ROWS)
    folder = tmp_path / "out.csv.parts"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    for options in ({}, {"resume": True}, {"replace": True}):
        with pytest.raises(DataError, match=r"holds 'thesis\.txt', which no run has left; choose"):
            score("in.parquet", "out.csv", **options)
    assert (folder / "thesis.txt").read_text() == "mine"


def test_two_runs_are_not_at_work_on_one_output(score, tmp_path):
    write(tmp_path / "in.parquet", ROWS)
    with parts_folder(tmp_path / "out.csv", {}, "refuse") as folder:
        for options in ({"resume": True}, {"replace": True}):
            with pytest.raises(DataError, match="another run is at work here; wait for its end"):
                score("in.parquet", "out.csv", **options)
        assert folder.exists()
    assert not folder.exists()


def test_a_full_disk_is_one_line_and_what_is_finished_stays(score, tmp_path, monkeypatch):
    write(tmp_path / "in.parquet", ROWS)
    write_text = scored_parts.write_text

    def full(path, *rest):
        if "000003" in path.name:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write_text(path, *rest)

    with monkeypatch.context() as patch:
        patch.setattr("stancelab.scoring.parts.write_text", full)
        with pytest.raises(DataError, match=r"No space left on device\); mend that, and go on wi"):
            score("in.parquet", "out.csv", **PARTS)
    assert len(list((tmp_path / "out.csv.parts").glob("part-*.json"))) == 3
    assert score("in.parquet", "out.csv", resume=True, **PARTS).rows == 20
