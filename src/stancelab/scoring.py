"""A bundle at work: one statement, a table, a file."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from stancelab.arrow import numbers, strings
from stancelab.datasets.own.files import Columns, OnError, refuse, unlabelled_row
from stancelab.datasets.own.records import Record, read_records
from stancelab.errors import BadRow, DataError, InputError
from stancelab.export.bundle import read_bundle
from stancelab.predictors.abstaining import answer, answers_of, threshold_of
from stancelab.predictors.base import Predictor
from stancelab.schema import as_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ADDED = ("predicted", "p_hostile", "p_neutral", "p_cooperative")
"""The columns that tagging adds."""

_CHUNK = 2048


class Bundle:
    """An exported classifier, ready to answer.

    Attributes
    ----------
    manifest : dict
        What the bundle says of itself: model, metrics, training data.
    threshold : float or None
        The largest probability below which it answers ``"uncertain"``; None where it always says
        a label.
    answers : tuple of str
        What it can answer.
    """

    def __init__(self, manifest: Mapping[str, Any], predictor: Predictor) -> None:
        self.manifest = manifest
        self.threshold = threshold_of(predictor)
        self.answers = answers_of(predictor)
        self._predictor = predictor

    def predict(self, texts: Sequence[str], actors: Sequence[str]) -> list[str]:
        """Tag statements toward actors.

        Parameters
        ----------
        texts, actors : sequence of str
            One actor for each text; it is looked for in the text.

        Returns
        -------
        list of str
            ``"hostile"``, ``"neutral"`` or ``"cooperative"`` for each pair; ``"uncertain"`` where
            the bundle has a threshold that no probability reaches.
        """
        return answer(self.predict_proba(texts, actors), self.threshold)

    def predict_proba(self, texts: Sequence[str], actors: Sequence[str]) -> NDArray[np.float64]:
        """Give the probabilities of hostile, neutral and cooperative, shape (n_texts, 3)."""
        for name, values in (("texts", texts), ("actors", actors)):
            if isinstance(values, str):
                raise InputError(name, "expected a list of text, found one text; put it into [ ]")
        if len(texts) != len(actors):
            raise InputError("actors", f"found {len(actors)} for {len(texts)} texts; give one each")
        table = as_table({"text": _texts("texts", texts), "actor": _texts("actors", actors)})
        return self._predictor.predict_proba(table)

    def tag(self, table: object) -> pa.Table:
        """Add label and probabilities to a table.

        Parameters
        ----------
        table : pyarrow.Table, pandas.DataFrame, list of dict
            Columns ``text`` and ``actor``, and the mention's span where it is known.

        Returns
        -------
        pyarrow.Table
            ``predicted``, ``p_hostile``, ``p_neutral``, ``p_cooperative``, a row each.
        """
        probabilities = self._predictor.predict_proba(as_table(table))
        predicted = strings(answer(probabilities, self.threshold))
        arrays = [predicted, *(numbers(each, pa.float64()) for each in probabilities.T)]
        return pa.Table.from_arrays(arrays, names=list(ADDED))


def load_bundle(folder: str | Path) -> Bundle:
    """Load an exported classifier, after checking its version and every file's digest.

    Raises
    ------
    BundleError
        It is missing, damaged, or of another version.
    """
    contents = read_bundle(Path(folder))
    return Bundle(contents.manifest, contents.predictor)


def tag_file(
    bundle: Bundle,
    source: Path,
    target: Path,
    columns: Columns | None = None,
    on_error: OnError = "fail",
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Tag every row of a file; the input's columns are kept and four are added.

    Parameters
    ----------
    bundle : Bundle
        The classifier.
    source, target : Path
        CSV, TSV, JSONL or Parquet, each by its ending. The target is written whole or not at all.
    columns : Columns, optional
        Which columns hold text, actor and span.
    on_error : {"fail", "skip"}
        Whether rows that cannot be tagged stop it or are left out.
    progress : callable, optional
        Called with the number of rows tagged so far, and of all.

    Returns
    -------
    dict
        Rows tagged, by answer, and ``"skipped"``.

    Raises
    ------
    BadRowsError
        Rows cannot be tagged; nothing is written.
    DataError
        A file or column is missing, or the input already has one of the added columns.
    """
    mapping = columns or Columns()
    checked = [
        (record, record if isinstance(record, BadRow) else unlabelled_row(source, mapping, record))
        for record in read_records(source)
    ]
    bad = [row for _, row in checked if isinstance(row, BadRow)]
    refuse(bad, on_error)
    good = [(r.cells, row) for r, row in checked if isinstance(r, Record) and isinstance(row, dict)]
    if not good:
        raise DataError(f"{source}: no rows to tag; expected at least one with a text and an actor")
    taken = [name for name in ADDED if name in good[0][0]]
    if taken:
        raise DataError(f"{source}: has a column {taken[0]!r} already; rename it first")
    tagged: list[dict[str, Any]] = []
    for at in range(0, len(good), _CHUNK):
        part = good[at : at + _CHUNK]
        tags = bundle.tag([row for _, row in part]).to_pylist()
        tagged += [{**cells, **tag} for (cells, _), tag in zip(part, tags, strict=True)]
        if progress:
            progress(len(tagged), len(good))
    _write(target, tagged)
    counts = {one: sum(row["predicted"] == one for row in tagged) for one in bundle.answers}
    return {**counts, "skipped": len(bad)}


def _texts(name: str, values: Sequence[object]) -> list[str]:
    for row, value in enumerate(values):
        if not isinstance(value, str) or (name == "texts" and not value.strip()):
            raise InputError(name, f"expected text, found {value!r}", row=row)
    return [str(value) for value in values]


def _write(target: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    suffix = target.suffix.lower()
    names = list(dict.fromkeys(name for row in rows for name in row))
    with _whole(target) as file:
        if suffix == ".parquet":
            pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), file)
        elif suffix in (".jsonl", ".ndjson"):
            file.writelines(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
        elif suffix in (".csv", ".tsv"):
            file.writelines(_csv_lines(names, rows, "\t" if suffix == ".tsv" else ","))
        else:
            raise DataError(
                f"{target}: unknown file type {suffix!r}; known: .csv, .tsv, .jsonl, .parquet"
            )


def _csv_lines(
    names: Sequence[str], rows: Sequence[Mapping[str, Any]], delimiter: str
) -> Iterator[bytes]:
    class Line:
        text = ""

        def write(self, text: str) -> None:
            self.text = text

    line = Line()
    writer = csv.DictWriter(line, names, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    yield line.text.encode()
    for row in rows:
        writer.writerow(row)
        yield line.text.encode()


@contextmanager
def _whole(target: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes its name only when all of it is written."""
    if not target.parent.is_dir():
        raise DataError(f"{target}: no folder {target.parent}; make it first")
    handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(name).chmod(0o644)
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
