"""Rows of the user's own file that cannot be used: told with their place, or counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stancelab.datasets.own.files import load_file
from stancelab.errors import MAX_LISTED, BadRowsError

GOOD = {"text": "Rome thanked Oslo.", "actor": "Oslo", "label": "cooperative"}


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write rows as JSONL."""
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


BAD: list[tuple[dict[str, Any], str]] = [
    ({"text": ""}, r"column 'text': empty text \(found ''\)"),
    ({"text": " \t"}, r"column 'text': empty text \(found ' \\t'\)"),
    ({"text": None}, r"column 'text': empty text \(found ''\)"),
    ({"text": 7}, r"column 'text': text of wrong type \(found '7'; expected text\)"),
    ({"actor": ""}, r"column 'actor': empty actor \(found ''\)"),
    ({"label": "friendly"}, r"'label': unknown label \(found 'friendly'; expected hostile or neut"),
    ({"label": "Hostile"}, r"column 'label': unknown label \(found 'Hostile'; expected hostile"),
    ({"label": None}, r"column 'label': unknown label \(found 'None'"),
    (
        {"mention_start": 13, "mention_end": 19},
        r"column 'mention_start': span outside the text \(found '13–19'; expected 0 <= .* <= 18\)",
    ),
    ({"mention_start": 3, "mention_end": 3}, r"span outside the text \(found '3–3'"),
    ({"mention_start": "x", "mention_end": 3}, r"span of wrong type \(found 'x–3'; expected num"),
    (
        {"mention": "Осло"},
        r"column 'mention': mention not in the text \(found 'Осло'; expected a part of it\)",
    ),
]


@pytest.mark.parametrize(("fault", "error"), BAD)
def test_a_bad_row_is_told_with_its_place(tmp_path: Path, fault: dict[str, Any], error: str):
    """File, line, column, value and what was expected; the good rows are not listed."""
    path = write(tmp_path / "a.jsonl", [GOOD, GOOD | fault, GOOD])
    with pytest.raises(
        BadRowsError, match=rf"^1 row cannot be used; .*\n  .*a\.jsonl:2: .*{error}"
    ):
        load_file(path)


def test_bad_lines_are_told_together_with_bad_cells(tmp_path: Path) -> None:
    """What cannot be read, and what cannot be used, comes in one list in the file's order."""
    content = "text,actor,label\nx,y,bad\nx\nx,y,hostile,z\nКиїв,y,hostile\nx,y,hostile\n"
    (tmp_path / "a.csv").write_bytes(content.encode("cp1251"))
    with pytest.raises(BadRowsError, match='on_error = "skip"') as caught:
        load_file(tmp_path / "a.csv")
    reasons = "unknown label, fewer cells than columns, more cells than columns, wrong encoding"
    assert [row.reason for row in caught.value.rows] == reasons.split(", ")
    assert [row.line for row in caught.value.rows] == [2, 3, 4, 5]
    (tmp_path / "a.jsonl").write_text(f'{json.dumps(GOOD)}\n{{"text": }}\n')
    with pytest.raises(BadRowsError, match=r"a\.jsonl:2: broken JSON \(found '{\""):
        load_file(tmp_path / "a.jsonl")


def test_twenty_bad_rows_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    """A file that is all wrong does not fill the screen."""
    path = write(tmp_path / "a.jsonl", [GOOD] + [GOOD | {"text": ""}] * 25)
    with pytest.raises(BadRowsError, match=r"^25 rows cannot(.*\n){21}  and 5 more$") as caught:
        load_file(path)
    assert (caught.value.total, len(caught.value.rows)) == (25, MAX_LISTED)
    assert "a.jsonl:21:" in str(caught.value)
    assert "a.jsonl:22:" not in str(caught.value)


def test_bad_rows_can_be_left_out(tmp_path: Path) -> None:
    """The rest is loaded, and what is missing is counted by its reason."""
    rows = [GOOD, GOOD | {"label": "x"}, GOOD | {"text": ""}, GOOD | {"label": "y"}, GOOD]
    path = write(tmp_path / "a.jsonl", rows)
    path.write_text(path.read_text() + "\n{")
    loaded = load_file(path, on_error="skip")
    assert loaded.table.column("id").to_pylist() == ["a/1", "a/5"]
    assert loaded.dropped == {"unknown label": 2, "empty text": 1, "broken JSON": 1}


def test_an_infinite_span_is_told(tmp_path: Path) -> None:
    """JSON as Python writes it knows Infinity."""
    path = write(tmp_path / "a.jsonl", [GOOD | {"mention_start": float("inf"), "mention_end": 3}])
    with pytest.raises(BadRowsError, match="column 'mention_start': span of wrong type"):
        load_file(path)


def test_a_broken_number_is_no_span(tmp_path: Path) -> None:
    """A span is not rounded silently."""
    path = write(tmp_path / "a.jsonl", [GOOD | {"mention_start": 0.9, "mention_end": 3.5}])
    with pytest.raises(BadRowsError, match="column 'mention_start': span of wrong type"):
        load_file(path)
