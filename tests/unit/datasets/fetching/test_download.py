"""Files arrive whole and right or not at all, from a real server that fails in many ways."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from email.utils import formatdate
from time import time

import pytest
from file_server import cut, instead, stalled, status, unmeasured, whole
from made_downloads import CONTENT, FILE, OTHER, described, part_of, put_part

from stancelab.datasets.fetching.download import fetch_files
from stancelab.datasets.fetching.patience import Patience, seconds_asked
from stancelab.errors import DownloadError, MissingExtraError

CHUNK = 8_192


def left_nothing(fetching):
    return not (fetching.folder / "a.csv").exists() and fetching.parts == []


@pytest.mark.usefixtures("arrived")
def test_a_whole_file(fetching):
    seen = []
    done = fetching(progress=lambda *words: seen.append(words))
    assert (done.folder, done.fetched, done.present) == (fetching.folder, (FILE,), ())
    assert [r.path for r in fetching.server.requests] == ["owner/data/1f2e/up/a.csv"]
    assert seen[-1] == (300_000, 300_000, "made/a.csv")
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert fetching.pauses == []


def test_folders_odd_names_and_empty_files(fetching):
    files = {described("世界 1/b#?%.csv", b"b" * 9): b"b" * 9, described("none.txt", b""): b""}
    for file, content in files.items():
        fetching.serve(file, content)
    fetching(FILE, *files)
    assert {f: (fetching.folder / f.path).read_bytes() for f in files} == files
    assert fetching.parts == []


@pytest.mark.usefixtures("arrived")
def test_what_is_there_is_not_asked_for_and_not_touched(fetching):
    fetching()
    place = fetching.folder / "a.csv"
    os.utime(place, (1, 1))
    done = fetching()
    assert (done.fetched, done.present) == ((), (FILE,))
    assert place.stat().st_mtime == 1
    assert len(fetching.server.requests) == 1


def test_only_what_is_missing_is_fetched(fetching):
    more = described("b.csv", OTHER)
    fetching.serve(more, OTHER)
    fetching()
    seen = []
    done = fetching(FILE, more, progress=lambda *words: seen.append(words[:2]))
    assert (done.fetched, done.present) == ((more,), (FILE,))
    assert seen[-1] == (300_000, 300_000)


@pytest.mark.usefixtures("arrived")
def test_a_cut_transfer_goes_on_where_it_was(fetching):
    fetching(script=[cut(12 * CHUNK), cut(6 * CHUNK + 5)])
    assert fetching.ranges == [None, f"bytes={12 * CHUNK}-", f"bytes={18 * CHUNK}-"]
    assert [0.5 <= pause <= 1 for pause in fetching.pauses] == [True, True], "progress resets it"


@pytest.mark.usefixtures("arrived")
def test_a_part_of_an_earlier_process_is_continued(fetching):
    with pytest.raises(DownloadError, match=r"made/a.csv: the transfer was cut, tried 5 times"):
        fetching(script=[cut(12 * CHUNK), *[cut(0)] * 5])
    (part,) = fetching.parts
    assert part.name == f"a.csv.{FILE.sha256[:16]}.part"
    assert part.read_bytes() == CONTENT[: 12 * CHUNK]
    fetching()
    assert fetching.ranges[-1] == f"bytes={12 * CHUNK}-"


@pytest.mark.usefixtures("arrived")
def test_a_complete_part_needs_no_request(fetching):
    put_part(fetching, CONTENT)
    fetching()
    assert fetching.server.requests == []


def test_a_part_of_another_version_is_not_continued(fetching):
    fetching.folder.mkdir()
    other = fetching.folder / f"a.csv.{hashlib.sha256(OTHER).hexdigest()[:16]}.part"
    other.write_bytes(OTHER[:1000])
    fetching()
    assert fetching.ranges == [None]
    assert (fetching.folder / "a.csv").read_bytes() == CONTENT


@pytest.mark.usefixtures("arrived")
@pytest.mark.parametrize(
    ("answer", "ranges"),
    [
        (whole, ["bytes=1000-"]),
        (status(416), ["bytes=1000-", None]),
        (instead(CONTENT[5:], 206, Content_Range="bytes 5-299999/300000"), ["bytes=1000-", None]),
        (instead(CONTENT[1000:], 206), ["bytes=1000-", None]),
        (instead(b"x", 206, Content_Range="bytes 1000-1000/1001"), ["bytes=1000-", None]),
    ],
    ids=["ignores the range", "416", "another range", "no range named", "of another length"],
)
def test_servers_that_cannot_continue(fetching, answer, ranges):
    put_part(fetching, CONTENT[:1000])
    fetching(script=[answer])
    assert fetching.ranges == ranges


@pytest.mark.usefixtures("arrived")
def test_a_spoilt_part_is_thrown_away(fetching):
    put_part(fetching, OTHER[:1000])
    fetching()
    assert fetching.ranges == ["bytes=1000-", None]


@pytest.mark.usefixtures("arrived")
def test_a_part_that_is_too_long_or_a_link_is_thrown_away(fetching, tmp_path):
    put_part(fetching, CONTENT + b"more")
    fetching()
    (fetching.folder / "a.csv").unlink()
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    part_of(fetching).symlink_to(outside)
    fetching()
    assert outside.read_bytes() == b"mine"
    assert fetching.ranges == [None, None]


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410, 204])
def test_refusals_end_at_once(fetching, code):
    expected = rf"made/a.csv: HTTP {code} .*, expected the file \(http://127.*/up/a.csv\); use an"
    with pytest.raises(DownloadError, match=expected):
        fetching(script=[status(code)])
    assert len(fetching.server.requests) == 1
    assert left_nothing(fetching)


@pytest.mark.usefixtures("arrived")
def test_a_server_that_fails_once(fetching):
    fetching(script=[status(500)])
    assert len(fetching.server.requests) == 2
    assert len(fetching.pauses) == 1


def test_a_server_that_fails_for_ever(fetching):
    with pytest.raises(DownloadError, match="HTTP 503 Service Unavailable, tried 5 times"):
        fetching(script=[status(503)] * 9)
    assert len(fetching.server.requests) == 5
    pauses = zip(fetching.pauses, (1, 2, 4, 8), strict=True)
    assert all(full / 2 <= pause <= full for pause, full in pauses)
    assert left_nothing(fetching)


def test_a_server_that_trickles_ends_too(fetching):
    with pytest.raises(DownloadError, match=r"tried 20 times .*what has arrived is kept"):
        fetching(script=[cut(CHUNK)] * 30)
    assert len(fetching.server.requests) == 20
    assert part_of(fetching).read_bytes() == CONTENT[: 20 * CHUNK]


def test_a_server_that_always_starts_over_and_cuts_ends_too(fetching):
    def half(handler, content):
        handler.reply(200, content[:150_000], Content_Length=str(len(content)))
        handler.close_connection = True

    with pytest.raises(DownloadError, match="tried 5 times"):
        fetching(script=[half] * 9)


@pytest.mark.usefixtures("arrived")
@pytest.mark.parametrize(
    ("header", "pause"),
    [("7", 7), ("3600", 60), (formatdate(time() + 3600, usegmt=True), 60), ("soon", None)],
    ids=["seconds", "an hour", "date", "no time"],
)
def test_the_server_says_how_long_to_wait(fetching, header, pause):
    fetching(script=[status(429, Retry_After=header)])
    assert fetching.pauses == [pause] if pause else 0.5 <= fetching.pauses[0] <= 1


def test_dates_to_wait_for():
    assert 25 < seconds_asked(formatdate(time() + 30, usegmt=True)) <= 30
    assert seconds_asked(formatdate(time() - 30, usegmt=True)) == 0
    assert seconds_asked(None) == 0


def test_pauses_differ_by_chance():
    assert len({Patience().seconds(3) for _ in range(20)}) > 1


def test_wrong_content_is_fetched_twice_and_refused(fetching):
    found = hashlib.sha256(OTHER).hexdigest()[:12]
    expected = f"not the file .* twice: SHA-256 {found}…, expected {FILE.sha256[:12]}… .* mirror"
    with pytest.raises(DownloadError, match=expected):
        fetching(script=[instead(OTHER)] * 9)
    assert fetching.ranges == [None, None]
    assert left_nothing(fetching)


@pytest.mark.usefixtures("arrived")
@pytest.mark.parametrize("wrong", [OTHER, OTHER[:9], OTHER + b"more"])
def test_wrong_content_once(fetching, wrong):
    fetching(script=[instead(wrong)])
    assert fetching.ranges == [None, None]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (instead(CONTENT[:-1]), "299,999 bytes, expected 300,000"),
        (instead(CONTENT * 2), "600,000 bytes, expected 300,000"),
        (unmeasured(CONTENT * 9), "more than the expected 300,000 bytes"),
    ],
)
def test_files_of_another_length(fetching, answer, message):
    with pytest.raises(DownloadError, match=message):
        fetching(script=[answer] * 9)
    assert len(fetching.server.requests) == 2
    assert left_nothing(fetching)


@pytest.mark.usefixtures("arrived")
def test_an_end_that_nothing_announced_is_a_cut(fetching):
    fetching(script=[unmeasured(CONTENT[:1000])])
    assert fetching.ranges == [None, "bytes=1000-"]


@pytest.mark.usefixtures("arrived")
def test_a_stalled_transfer_is_continued(fetching):
    fetching(script=[stalled(200_000)], timeout=0.3)
    assert fetching.ranges[0] is None
    # What had not filled a chunk when it stalled is asked for again.
    assert fetching.ranges[1] == f"bytes={200_000 // CHUNK * CHUNK}-"


def test_no_answer(fetching):
    def silent(handler, content):
        handler.server.released.wait(30)

    with pytest.raises(DownloadError, match=r"made/a.csv: no answer within 0.1 s, tried 5 times"):
        fetching(script=[silent] * 5, timeout=0.1)


@pytest.mark.usefixtures("arrived")
def test_two_at_once(fetching):
    at_work, waited = threading.Event(), threading.Event()

    def slow(handler, content):
        at_work.set()
        waited.wait(10)
        whole(handler, content)

    done = []
    first = threading.Thread(target=lambda: done.append(fetching(script=[slow])))
    first.start()
    assert at_work.wait(10)

    def told(*words):
        assert words[2].startswith("waiting for another fetch into")
        waited.set()

    second = fetch_files([FILE], fetching.folder, mirror=fetching.server.url, progress=told)
    first.join()
    assert (done[0].fetched, second.fetched, second.present) == ((FILE,), (), (FILE,))
    assert len(fetching.server.requests) == 1


def test_the_extra_is_named(fetching, monkeypatch):
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(MissingExtraError, match=r"'requests'.*pip install 'stancelab\[train\]'"):
        fetching()
