"""The forms in which rows are sent, as MLflow's scoring server knows them: into columns."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

from stancelab.export.layout import INPUT_COLUMNS
from stancelab.serving.refusals import RefusedError

FORMS = ("dataframe_split", "dataframe_records", "inputs", "instances")
JSON, CSV = "application/json", "text/csv"
_OF_SPLIT = {"columns", "data", "index"}
_NUMBERS = ("mention_start", "mention_end")

Columns = dict[str, list[Any]]


def media_type(header: str) -> str:
    """Check what a body is said to be.

    Raises
    ------
    RefusedError
        It is neither JSON nor CSV, or not in UTF-8; status 415.

    Examples
    --------
    >>> media_type("application/json; charset=utf-8")
    'application/json'
    """
    kind, *parameters = (part.strip() for part in header.split(";"))
    if kind not in (JSON, CSV):
        raise RefusedError(415, f"content type {header!r}: expected {JSON} or {CSV}")
    for one in parameters:
        name, _, value = one.partition("=")
        if (name.lower(), value.strip('"').lower()) != ("charset", "utf-8"):
            raise RefusedError(415, f"content type {header!r}: expected no more than charset=utf-8")
    return kind


def read_columns(body: bytes, kind: str) -> Columns:
    """Read the rows of a body.

    Parameters
    ----------
    body : bytes
        JSON or CSV.
    kind : str
        What `media_type` gave.

    Returns
    -------
    dict of str to list
        The columns that a classifier looks at; others are dropped.

    Raises
    ------
    RefusedError
        It is malformed, or of no known form; status 400.

    Examples
    --------
    >>> read_columns(b'{"inputs": {"text": ["Kyiv thanked Warsaw."], "actor": "Warsaw"}}', JSON)
    {'text': ['Kyiv thanked Warsaw.'], 'actor': ['Warsaw']}
    """
    if kind == CSV:
        return _read_csv(body)
    content = read_object(body)
    forms = [name for name in FORMS if name in content]
    if len(forms) != 1:
        listed = ", ".join(forms) or "none of them"
        raise RefusedError(400, f"expected exactly one of {', '.join(FORMS)}; found {listed}")
    (form,) = forms
    given = content[form]
    if form == "dataframe_split":
        return _split(given)
    if form == "dataframe_records" or isinstance(given, list):
        return _records(form, given)
    return _columns(form, given)


def read_object(body: bytes) -> dict[str, Any]:
    """Read a body that is a JSON object.

    Raises
    ------
    RefusedError
        It is none; status 400.
    """
    try:
        content = json.loads(body)
    except RecursionError:
        raise RefusedError(400, "the body is nested too deeply") from None
    except ValueError as error:  # of JSON, of its encoding, or of a number that is too long
        raise RefusedError(400, f"the body is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise RefusedError(400, f"expected a JSON object, found a {type(content).__name__}")
    return content


def _split(given: Any) -> Columns:
    if not isinstance(given, Mapping) or "data" not in given or set(given) - _OF_SPLIT:
        raise RefusedError(
            400, "dataframe_split: expected an object with columns, data and maybe index"
        )
    names, rows = given.get("columns"), given["data"]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise RefusedError(400, "dataframe_split: expected columns as a list of names")
    if len(set(names)) < len(names):
        raise RefusedError(400, f"dataframe_split: a column is there twice: {', '.join(names)}")
    if not isinstance(rows, list):
        raise RefusedError(400, "dataframe_split: expected data as a list of rows")
    for at, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(names):
            found = f"{len(row)} values" if isinstance(row, list) else type(row).__name__
            raise RefusedError(
                400, f"dataframe_split, row {at}: expected a list of {len(names)}, found {found}"
            )
    return {
        name: [_number(row[at]) if name in _NUMBERS else row[at] for row in rows]
        for at, name in enumerate(names)
        if name in INPUT_COLUMNS
    }


def _records(form: str, rows: Any) -> Columns:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RefusedError(400, f"{form}: expected a list of objects, one for each row")
    names = [name for name in INPUT_COLUMNS if any(name in row for row in rows)]
    return {
        name: [_number(row.get(name)) if name in _NUMBERS else row.get(name) for row in rows]
        for name in names
    }


def _columns(form: str, given: Any) -> Columns:
    """Read an object of columns; a value that is no list is that of every row."""
    if not isinstance(given, dict):
        raise RefusedError(400, f"{form}: expected a list of objects, or an object of columns")
    known = {name: given[name] for name in INPUT_COLUMNS if name in given}
    lengths = {name: len(one) for name, one in known.items() if isinstance(one, list)}
    if len(set(lengths.values())) > 1:
        raise RefusedError(400, f"{form}: columns of different lengths: {lengths}")
    rows = next(iter(lengths.values()), 1)
    full = {name: one if name in lengths else [one] * rows for name, one in known.items()}
    return {
        name: [_number(cell) for cell in one] if name in _NUMBERS else one
        for name, one in full.items()
    }


def _number(value: Any) -> Any:
    """Make a whole number that was written as 4.0 one; pandas writes them so."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _read_csv(body: bytes) -> Columns:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(400, f"the body is not UTF-8: {error}") from None
    try:
        header, *rows = _lines(text)
    except ValueError:
        raise RefusedError(400, "the CSV is empty; expected a header") from None
    except csv.Error as error:
        raise RefusedError(400, f"the body is not CSV: {error}") from None
    for at, row in enumerate(rows):
        if len(row) != len(header):
            raise RefusedError(
                400, f"CSV, row {at}: expected {len(header)} cells, found {len(row)}"
            )
    names = [name for name in INPUT_COLUMNS if name in header]
    return {name: [_cell(name, row[header.index(name)]) for row in rows] for name in names}


def _lines(text: str) -> Iterator[Sequence[str]]:
    return (row for row in csv.reader(StringIO(text, newline=""), strict=True) if row)


def _cell(name: str, value: str) -> Any:
    if name not in _NUMBERS:
        return value
    try:
        return _number(float(value))
    except ValueError:
        return value
