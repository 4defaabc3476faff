"""Where scored rows go, and those that could not be scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stancelab.datasets.own.records import Kind, kind_of
from stancelab.errors import DataError, StancelabError
from stancelab.scoring.resuming import Leftovers, folder_of
from stancelab.scoring.sources import STANDARD, Source

_SIDE = ".jsonl"


@dataclass(frozen=True, slots=True)
class Target:
    """Where rows go.

    Attributes
    ----------
    path : Path or None
        None for standard output.
    kind : {"csv", "tsv", "jsonl", "parquet"}
        What is written.
    rejected : Path or None
        The side file of the rows that cannot be scored; None where there shall be none.
    """

    path: Path | None
    kind: Kind
    rejected: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is said of the places.

    Attributes
    ----------
    output : str
        A file, or ``-``.
    output_type : {"csv", "tsv", "jsonl", "parquet"}, optional
        What is written; without it, the ending tells.
    side_file : bool
        Whether rows that cannot be scored go to a file of their own.
    rejected : Path, optional
        That file; by default it has the output's name, and ends with ``.refused.jsonl``.
    resume, replace : bool
        Whether an unfinished run is gone on with, and whether files may be replaced.
    """

    output: str
    output_type: Kind | None = None
    side_file: bool = True
    rejected: Path | None = None
    resume: bool = False
    replace: bool = False

    @property
    def leftovers(self) -> Leftovers:
        """Say what is done with what an unfinished run has left."""
        return "resume" if self.resume else "replace" if self.replace else "refuse"


def find_target(wishes: Wishes, sources: Sequence[Source]) -> Target:
    """Find out where rows go, and refuse a place that is taken or cannot be.

    Parameters
    ----------
    wishes : Wishes
        What is said of it.
    sources : sequence of Source
        The inputs, which no output may replace.

    Raises
    ------
    DataError
        A place is taken, is of unknown kind, or is that of an input.
    StancelabError
        Options do not go together.
    """
    if wishes.rejected and not wishes.side_file:
        raise StancelabError(f"--rejected {wishes.rejected} goes with --on-error refuse")
    if wishes.output == STANDARD:
        target = _standard(wishes, sources)
    else:
        path = Path(wishes.output)
        side = wishes.rejected or path.with_suffix(f".refused{_SIDE}")
        kind = wishes.output_type or kind_of(path)
        target = Target(path, kind, side if wishes.side_file else None)
    _check(target, wishes, sources)
    return target


def _standard(wishes: Wishes, sources: Sequence[Source]) -> Target:
    kind = wishes.output_type or (sources[0].kind if sources[0].kind != "parquet" else "jsonl")
    if kind == "parquet":
        raise StancelabError("standard output takes csv, tsv or jsonl; Parquet needs a file")
    if wishes.resume:
        raise StancelabError("--resume needs a file to go on with; standard output is none")
    if wishes.side_file and wishes.rejected is None:
        raise StancelabError(
            "expected --rejected FILE.jsonl beside '-', for the rows that cannot be scored; or "
            "stop at the first of them with --on-error fail"
        )
    return Target(None, kind, wishes.rejected)


def _check(target: Target, wishes: Wishes, sources: Sequence[Source]) -> None:
    side = target.rejected
    if side and side.suffix != _SIDE:
        raise DataError(f"{side}: is written as JSON lines; expected a name ending with {_SIDE}")
    if side and side == target.path:
        raise DataError(f"{side}: both for scored and for refused rows; expected two files")
    going_on = wishes.resume and target.path is not None and folder_of(target.path).exists()
    for path in filter(None, (target.path, side)):
        _check_place(path, sources)
        if path.exists() and not (wishes.replace or going_on):
            raise DataError(f"{path}: exists; choose another place, or replace it with --replace")


def _check_place(path: Path, sources: Sequence[Source]) -> None:
    if not path.parent.is_dir():
        raise DataError(f"{path}: no folder {path.parent}; make it first")
    if path.is_dir():
        raise DataError(f"{path}: is a folder; expected a file")
    if any(source.path and source.path.resolve() == path.resolve() for source in sources):
        raise DataError(f"{path}: is an input too; choose another place")
