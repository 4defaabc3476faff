"""Reading files, folders, tables and standard input."""

from __future__ import annotations

import io
import json
import sys
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stancelab.articles.dates import as_date, date_in
from stancelab.articles.options import Options
from stancelab.articles.problems import ArticleError
from stancelab.articles.reading import read_articles
from stancelab.errors import BadRowsError, DataError, StancelabError, UnknownNameError

TEXT = "Лідер Китаю провів відеодзвінок із президентом Росії."


def test_a_file_is_read_by_its_ending_or_its_beginning(tmp_path: Path) -> None:
    pages = {"a.html": f"<p>{TEXT}", "b.md": f"**{TEXT}**", "c": f"<!DOCTYPE html>\n<p>{TEXT}"}
    for name, content in {**pages, "d.txt": TEXT, "e.log": TEXT}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        (article,) = read_articles(tmp_path / name)
        assert [block.pieces.text for block in article.blocks] == [TEXT]
        assert article.text == content
        assert article.name == str(tmp_path / name)


def test_what_is_named_counts_more_than_an_ending(tmp_path: Path) -> None:
    path = tmp_path / "2026-02-04-call.txt"
    path.write_bytes(f"<p>{TEXT}".encode("cp1251"))
    options = Options(kind="html", encoding="windows-1251", language="uk")
    (article,) = read_articles(path, options)
    assert article.blocks[0].pieces.text == TEXT
    assert article.date == date(2026, 2, 4)
    (plain,) = read_articles(str(path))
    assert plain.blocks[0].pieces.text == f"<p>{TEXT}"


def test_windows_line_ends_and_marks_stay_out_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(f"\ufeff{TEXT}\r\n\r\n{TEXT}".encode())
    (article,) = read_articles(path)
    assert article.text == f"{TEXT}\r\n\r\n{TEXT}"
    assert article.blocks[1].pieces.span(0, 5) == (len(TEXT) + 4, len(TEXT) + 9)


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    for name in ("b/2026-02-05.txt", "a.md", ".hidden.txt", ".git/x.txt", "c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    (tmp_path / "d.jsonl").write_text(json.dumps({"text": TEXT, "id": "n1"}), encoding="utf-8")
    found = list(read_articles(tmp_path))
    assert [article.name for article in found] == ["a.md", "b/2026-02-05.txt", "n1"]
    assert [article.date for article in found] == [None, date(2026, 2, 5), None]


def test_a_folder_goes_on_behind_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\0\1\2")
    (tmp_path / "b.txt").write_text("", encoding="utf-8")
    (tmp_path / "c.txt").write_text(TEXT, encoding="utf-8")
    refused: list[StancelabError] = []
    (article,) = read_articles(tmp_path, Options(refused=refused.append))
    assert article.name == "c.txt"
    assert [str(error).partition(";")[0] for error in refused] == [
        "a.txt: is binary: byte 0 is 0x00",
        "b.txt: is empty",
    ]
    with pytest.raises(ArticleError, match=r"a.txt: is binary"):
        list(read_articles(tmp_path))


def test_a_table_has_an_article_a_row(tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_text(
        f'id,date,source,language,text\n7,2026-02-04,SCMP,uk,"{TEXT}\n\n{TEXT}"\n,,,,Xi said no.\n',
        encoding="utf-8",
    )
    first, second = read_articles(path)
    assert (first.name, first.date, first.source) == ("7", date(2026, 2, 4), "SCMP")
    assert first.text == f"{TEXT}\n\n{TEXT}"
    assert [block.language for block in first.blocks] == ["uk", "uk"]
    assert (second.name, second.date, second.source) == (f"{path}:5", None, "")
    assert second.blocks[0].language == "en"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "koi8_u", "utf-16"])
def test_a_table_may_be_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "news.csv"
    path.write_text(f"text;date\n{TEXT};2026-02-04\n", encoding=encoding)
    (article,) = read_articles(path)
    assert article.text == TEXT


def test_a_table_may_hold_pages_and_long_articles(tmp_path: Path) -> None:
    path = tmp_path / "news.tsv"
    path.write_text(f"text\n<html><p>{TEXT}\n{TEXT * 9000}\n", encoding="utf-8")
    page, long = read_articles(path)
    assert page.blocks[0].pieces.text == TEXT
    assert len(long.text) == 9000 * len(TEXT)


def test_parquet_has_days_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "news.parquet"
    days = [date(2026, 2, 4), None]
    pq.write_table(pa.table({"body": [TEXT, TEXT], "date": days}), path)
    found = list(read_articles(path, Options(text="body")))
    assert [article.date for article in found] == days


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"text": " "}, r"column 'text': empty text \(found '' ?; expected an article\)"),
        ({"text": None}, r"column 'text': empty text"),
        ({"text": 5}, r"column 'text': empty text \(found '5'"),
        ({"text": "1 2 3"}, r"column 'text': no letters"),
        ({"text": "Xi", "date": "soon"}, r"column 'date': no day \(found 'soon'; expected YYYY"),
        ({"text": "Xi", "language": "it"}, r"column 'language': unknown language \(found 'it'"),
        ([1], r"not an object"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(tmp_path: Path, row: object, message: str) -> None:
    path = tmp_path / "news.jsonl"
    path.write_text(f"{json.dumps(row)}\n{json.dumps({'text': TEXT})}\n", encoding="utf-8")
    with pytest.raises(BadRowsError, match=rf"news.jsonl:1: {message}"):
        list(read_articles(path))
    refused: list[StancelabError] = []
    (article,) = read_articles(path, Options(refused=refused.append))
    assert article.text == TEXT
    assert len(refused) == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "title\nXi\n", r"a.csv: has no column 'text'; found title; name the column"),
        ("b.csv", "texts\nXi\n", r"has no column 'text' \(did you mean 'texts'\?\)"),
        ("c.csv", "text\n", r"c.csv: holds no rows"),
        ("d.jsonl", "\n", r"d.jsonl: holds no rows"),
    ],
)
def test_a_table_without_articles_is_none(tmp_path: Path, name, content, message) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ArticleError, match=message):
        list(read_articles(tmp_path / name))


def test_what_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match=r"none.txt: no such file; name a file, a folder, or -"):
        read_articles(tmp_path / "none.txt")
    with pytest.raises(UnknownNameError, match=r"unknown kind of input 'pdf'"):
        read_articles(tmp_path, Options(kind="pdf"))  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match=r"unknown language 'it'"):
        read_articles(tmp_path, Options(language="it"))
    with pytest.raises(ArticleError, match=r"holds no article; expected files that end in .txt"):
        list(read_articles(tmp_path))


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (TEXT.encode("cp1251"), Options()),
        (f"<html><p>{TEXT}".encode(), Options()),
        (json.dumps({"text": TEXT}).encode(), Options(kind="jsonl")),
        (f"text\n{TEXT}\n".encode("cp1251"), Options(kind="csv", encoding="cp1251")),
    ],
)
def test_standard_input_is_read(monkeypatch, data: bytes, options: Options) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    (article,) = read_articles("-", options)
    assert article.blocks[0].pieces.text == TEXT


def test_parquet_does_not_come_through_standard_input() -> None:
    with pytest.raises(DataError, match=r"standard input: cannot be Parquet; name the file"):
        list(read_articles("-", Options(kind="parquet")))


def test_days_are_read_in_iso_form() -> None:
    assert date_in("news-2026-02-30-2026-02-28") == date(2026, 2, 28)
    assert date_in("12026-02-040") is None
    assert as_date(datetime(2026, 2, 4, 10)) == as_date("2026-02-04 10:00") == date(2026, 2, 4)
    assert as_date("on 2026-02-04") is None
