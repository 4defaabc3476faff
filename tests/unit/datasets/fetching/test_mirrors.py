"""Other servers than the usual one, and none at all."""

from __future__ import annotations

import pytest
from file_server import status

from stancelab.datasets.fetching.download import mirror_address
from stancelab.errors import DownloadError, StancelabError


@pytest.mark.parametrize(
    ("mirror", "message"),
    [
        ("http://127.0.0.1:9", r"the connection failed \(Connection refused\), tried 5 times"),
        ("http://me:secret@127.0.0.1:9", r"\(http://127.0.0.1:9/owner/data/1f2e/up/a.csv\)"),
        ("http://nowhere.invalid", "the connection failed .*tried 5 times"),
    ],
)
def test_nobody_there(fetching, mirror, message):
    with pytest.raises(DownloadError, match=message) as caught:
        fetching(mirror=mirror)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)
    assert len(fetching.pauses) == 4


def test_a_redirect_to_nowhere_ends_at_once(fetching):
    with pytest.raises(DownloadError, match="No connection adapters were found for 'ftp://x"):
        fetching(script=[status(302, Location="ftp://x/y")])
    assert fetching.pauses == []


@pytest.mark.parametrize("mirror", ["ftp://x/y", "mirror", "http://", "http://x/?a=b", "file:///x"])
def test_mirrors_that_are_none(fetching, mirror, monkeypatch):
    with pytest.raises(StancelabError, match=r"--mirror: found .*, expected an address such as"):
        fetching(mirror=mirror)
    monkeypatch.setenv("STANCELAB_MIRROR", mirror)
    with pytest.raises(StancelabError, match="STANCELAB_MIRROR: found"):
        fetching(mirror=None)


@pytest.mark.usefixtures("arrived")
def test_the_mirror_of_the_environment(fetching, monkeypatch):
    monkeypatch.setenv("STANCELAB_MIRROR", fetching.server.url + "/")
    fetching(mirror=None)
    monkeypatch.setenv("STANCELAB_MIRROR", "")
    assert mirror_address() == "https://raw.githubusercontent.com"
