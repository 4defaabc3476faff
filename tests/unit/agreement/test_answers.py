"""Answers from one file or several: joined, and every fault named where it stands."""

from __future__ import annotations

import pytest

from stancelab.agreement.answers import AnswerColumns
from stancelab.agreement.columns import read_columns
from stancelab.agreement.files import read_files
from stancelab.errors import BadRowsError, DataError


@pytest.fixture
def file(tmp_path):
    def write(name, *lines):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def test_the_columns_of_labels_are_found(file):
    path = file("all.csv", "id,actor,a,note,b", "1,Oslo,hostile,x,neutral", "2,Rome,?,hostile,")
    found = read_columns(path)
    assert found.annotators == ("a", "b")
    assert found.keys == ("id", "actor")
    assert found.items == (("1", "Oslo"), ("2", "Rome"))
    assert found.labels.tolist() == [[0, 1], [-1, -1]]


def test_a_file_without_keys_is_known_by_its_lines(file):
    found = read_columns(file("all.csv", "a,b", "hostile,neutral", "neutral,neutral"))
    assert (found.keys, found.items) == (("line",), (("2",), ("3",)))


def test_columns_can_be_named(file):
    path = file("all.csv", "id,a,b,c", "1,hostile,neutral,neutral")
    assert read_columns(path, ["c", "a"]).labels.tolist() == [[1, 0]]


def test_a_mistake_in_a_column_is_told(file):
    path = file("all.tsv", "id\ta\tb", "1\thostile\tneutral", "2\thostile\tneutral", "3\thostil\t")
    place = r"all.tsv:4: column 'a': unknown label \(found 'hostil'; expected hostile or neutral or"
    with pytest.raises(BadRowsError, match=place):
        read_columns(path)
    found = read_columns(path, on_error="skip")
    assert (len(found.items), found.skipped) == (2, 1)


def test_too_few_columns(file):
    path = file("all.csv", "id,a,b", "1,hostile,2")
    with pytest.raises(DataError, match="expected two columns of labels or more, found a; name"):
        read_columns(path)
    with pytest.raises(DataError, match="no column 'bb'; did you mean 'b'"):
        read_columns(path, ["a", "bb"])
    with pytest.raises(DataError, match="no column 'key'"):
        read_columns(file("two.csv", "id,a,b", "1,hostile,neutral"), columns=AnswerColumns("key"))
    with pytest.raises(DataError, match="empty; expected at least one usable row"):
        read_columns(file("none.csv", "id,a,b"))


def test_files_are_joined_on_id_and_actor(file):
    one = file("one.csv", "id,actor,label", "1,Oslo,hostile", "1,Rome,neutral", "2,Oslo,neutral")
    other = file("other.jsonl", '{"label": "neutral", "actor": "Rome", "id": 1}',
                 '{"id": 3, "actor": "Oslo", "label": null}')  # fmt: skip
    found = read_files([one, other])
    assert found.annotators == ("one", "other")
    assert found.keys == ("id", "actor")
    assert found.labels.tolist() == [[0, -1], [1, 1], [1, -1], [-1, -1]]


def test_without_an_id_text_and_actor_join(file):
    lines = ("words,who,tag", "Rome met Oslo.,Oslo,hostile")
    paths = [file("one.csv", *lines), file("two.csv", *lines)]
    columns = AnswerColumns(text="words", actor="who", label="tag")
    found = read_files(paths, columns)
    assert found.items == (("Rome met Oslo.", "Oslo"),)
    assert found.labels.tolist() == [[0, 0]]


def test_files_of_one_name_are_told_apart(file, tmp_path):
    (tmp_path / "x").mkdir()
    lines = ("id,label", "1,hostile")
    paths = [file("a.csv", *lines), file("x/a.csv", *lines)]
    assert read_files(paths).annotators == tuple(map(str, paths))


def test_faults_of_joined_files(file):
    one = file("one.csv", "id,label", "1,hostile", "1,neutral", "2,hostle")
    two = file("two.csv", "id,label", "3,hostile")
    with pytest.raises(BadRowsError) as raised:
        read_files([one, two])
    assert "one.csv:3: column 'id': item answered before (found '1'" in str(raised.value)
    assert "one.csv:4: column 'label': unknown label (found 'hostle'" in str(raised.value)
    with pytest.raises(DataError, match="no item is in two files; they are joined on the columns"):
        read_files([one, two], on_error="skip")
    with pytest.raises(DataError, match=r"one.csv: no column 'lable'; did you mean 'label'"):
        read_files([one, two], AnswerColumns(label="lable"))
    bare = file("bare.csv", "key,label", "1,hostile")
    with pytest.raises(DataError, match=r"bare.csv: no column 'text'"):
        read_files([one, bare])
    texts = file("texts.csv", "text,actor,label", "x,Oslo,hostile")
    with pytest.raises(DataError, match="share neither the column 'id' nor both 'text' and"):
        read_files([one, texts])
