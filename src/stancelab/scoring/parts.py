"""Scoring one part of the rows: into a file of its own, with what could not be scored beside it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa

from stancelab.datasets.own.columns import Columns
from stancelab.datasets.own.records import Kind
from stancelab.errors import MAX_LISTED, BadRow, BadRowsError
from stancelab.scoring.batches import Batch, unpack
from stancelab.scoring.bundle import Bundle
from stancelab.scoring.checking import Checked, check
from stancelab.scoring.parquet_files import write_parquet
from stancelab.scoring.reading import Part
from stancelab.scoring.spans import span_finder
from stancelab.scoring.text_files import write_text
from stancelab.stopping import unbroken


@dataclass(frozen=True, slots=True)
class Done:
    """What became of the rows of a part.

    Attributes
    ----------
    rows : int
        How many there were.
    answers : dict
        How many were given each answer.
    refused : int
        How many could not be scored.
    columns : list of str
        Their columns.
    """

    rows: int
    answers: dict[str, int]
    refused: int
    columns: list[str]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the files of the parts are.

    Attributes
    ----------
    folder : Path
        Holds them all.
    kind : {"csv", "tsv", "jsonl", "parquet"}
        What they are.
    writer : str
        Marks files that are not whole yet, where several machines could write the same part.
    """

    folder: Path
    kind: Kind
    writer: str = ""

    def rows(self, number: int) -> Path:
        """Give the file of the scored rows."""
        return self.folder / f"part-{number:06d}.{self.kind}"

    def refused(self, number: int) -> Path:
        """Give the file of the refused rows; there is none where all were scored."""
        return self.folder / f"part-{number:06d}.refused"

    def about(self, number: int) -> Path:
        """Give the file that says what became of them, which is written last."""
        return self.folder / f"part-{number:06d}.json"

    def done(self, number: int) -> Done | None:
        """Read what became of a part; None where it is not finished."""
        try:
            return Done(**json.loads(self.about(number).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None


@dataclass(frozen=True, slots=True)
class Work:
    """How parts are scored.

    Attributes
    ----------
    columns : Columns
        Which columns hold text, actor and span.
    places : Places
        Where the files go.
    refusal : type of BadRowsError or None
        What is raised for rows that cannot be scored; None where they are put aside.
    catalogue : Path, optional
        The user's own actors and names.
    """

    columns: Columns
    places: Places
    refusal: type[BadRowsError] | None = None
    catalogue: Path | None = None


def score_part(bundle: Bundle, work: Work, part: Part) -> Done:
    """Score the rows of a part, and write them.

    Parameters
    ----------
    bundle : Bundle
        The classifier.
    work : Work
        How, and where to.
    part : Part
        The rows.

    Raises
    ------
    BadRowsError
        Rows cannot be scored, and are not to be put aside.
    """
    batch, bad = unpack(part)
    checked = check(batch, work.columns, part.source.name, span_finder(work.catalogue))
    bad = sorted([*bad, *checked.bad], key=lambda row: row.line)
    if bad and work.refusal:
        raise work.refusal(bad[:MAX_LISTED], len(bad))
    tags = bundle.tag(checked.table)
    done = Done(part.size, _counted(tags), len(bad), batch.names)
    with unbroken():
        _write_scored(tags, batch, checked, part.number, work.places)
        _write_refused(work.places, part.number, bad)
        with writing(work.places.about(part.number), work.places.writer) as path:
            path.write_text(json.dumps(asdict(done), ensure_ascii=False), encoding="utf-8")
    return done


def _counted(tags: pa.Table) -> dict[str, int]:
    return dict(Counter(tags.column("predicted").to_pylist()))


def _write_scored(
    tags: pa.Table, batch: Batch, checked: Checked, number: int, places: Places
) -> None:
    with writing(places.rows(number), places.writer) as path:
        if places.kind == "parquet":
            write_parquet(path, batch.table(checked.kept), tags)
        else:
            pairs = zip(batch.rows(checked.kept), tags.to_pylist(), strict=True)
            write_text(path, places.kind, ({**row, **tag} for row, tag in pairs), batch.names)


def _write_refused(places: Places, number: int, bad: Sequence[BadRow]) -> None:
    place = places.refused(number)
    if not bad:
        place.unlink(missing_ok=True)
        return
    with (
        writing(place, places.writer) as path,
        path.open("w", encoding="utf-8", newline="") as file,
    ):
        for row in bad:
            file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")


@contextmanager
def writing(place: Path, writer: str = "") -> Iterator[Path]:
    """Give a place to write to that takes its name when it is whole."""
    building = place.with_name(f"{place.name}{writer}.tmp")
    try:
        yield building
        building.replace(place)
    finally:
        building.unlink(missing_ok=True)
