"""The page: whole, alone, and never running what a text says."""

from __future__ import annotations

import sys
from html.parser import HTMLParser

import pytest
from check_tables import table_of

from stancelab.checks.page import page
from stancelab.checks.report import check
from stancelab.errors import DataError, MissingExtraError
from stancelab.pages import check_place, write_page

EVIL = "<script>alert(1)</script> \"><img src=x onerror='alert(2)'> & {{ 7 * 7 }}"


class Tags(HTMLParser):
    """Collects the tags and attributes of a page, and its text."""

    def __init__(self):
        super().__init__()
        self.tags, self.names, self.text = set(), set(), ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def report():
    rows = [
        {"text": EVIL, "actor": EVIL, "label": label, "split": part, "dataset": EVIL, "id": EVIL}
        for label, part in ((0, "<b>"), (2, "test"))
    ]
    return check(table_of(rows))


def test_texts_come_out_as_text(report):
    found = Tags()
    found.feed(page(report, [EVIL]))
    assert not found.tags & {"script", "img", "b"}
    assert "onerror" not in found.names
    assert EVIL in found.text


def test_the_page_needs_nothing_else(report):
    content = page(report, ["mine"])
    assert "<!doctype html>" in content
    assert "http://" not in content
    assert "https://" not in content
    assert 'dir="auto"' in content
    assert "default-src 'none'" in content


def test_it_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    write_page(path, "first")
    write_page(path, "second \ud800")
    assert path.read_text(encoding="utf-8") == "second ?"
    assert [*tmp_path.iterdir()] == [path]

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_page(path, "third")
    assert path.read_text(encoding="utf-8") == "second ?"
    assert [*tmp_path.iterdir()] == [path]


def test_places_that_cannot_be_written_are_refused(tmp_path):
    with pytest.raises(DataError, match="is a folder; expected the name of a file"):
        check_place(tmp_path)
    with pytest.raises(DataError, match=r"the folder .*no does not exist; make it first"):
        check_place(tmp_path / "no" / "page.html")


def test_a_missing_package_names_the_extra(report, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=r"'jinja2'.*stancelab\[check\]"):
        page(report, ["mine"])
