"""What is to be scored, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from stancelab.cluster.connecting import Cluster
from stancelab.datasets.own.columns import Columns
from stancelab.datasets.own.records import Kind
from stancelab.errors import BadRowsError
from stancelab.predictors.runtime import Runtime
from stancelab.scoring.bundle import Opening
from stancelab.scoring.reading import PART_ROWS
from stancelab.scoring.target import Wishes


class RefusedRowsError(BadRowsError):
    """Rows of a part that cannot be scored, where they are to stop the run."""

    advice = "put them aside with --on-error refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be scored, and how.

    Attributes
    ----------
    bundle : Path
        The classifier.
    inputs : tuple of str
        Files, folders, patterns, or ``-`` for standard input.
    wishes : Wishes
        Where the rows go.
    refusal : type of BadRowsError or None
        What is raised for rows that cannot be scored; None where the run goes on without them.
    columns : Columns
        Which columns hold text, actor and span.
    input_type : {"csv", "tsv", "jsonl", "parquet"}, optional
        What the inputs are; without it, their endings tell.
    processes : int, optional
        How many score; by default one for each core, up to eight, and one for an encoder, which
        uses all cores.
    part_rows : int
        Most rows of a part.
    runtime : {"auto", "openvino", "onnxruntime"}
        What computes a network.
    head : str
        The corpus whose head answers; the shared one where it is empty.
    catalogue : Path, optional
        The user's own actors and names, besides those that are known.
    keeps_parts : bool
        Whether a run that is ended leaves its finished parts, so that another can go on with them.
    cluster : Cluster, optional
        Where it is done; without it, on this machine.
    """

    bundle: Path
    inputs: tuple[str, ...]
    wishes: Wishes
    refusal: type[BadRowsError] | None = None
    columns: Columns = field(default_factory=Columns)
    input_type: Kind | None = None
    processes: int | None = None
    part_rows: int = PART_ROWS
    runtime: Runtime = "auto"
    head: str = ""
    catalogue: Path | None = None
    keeps_parts: bool = True
    cluster: Cluster | None = None

    @property
    def opening(self) -> Opening:
        """How the bundle is opened."""
        return Opening(self.bundle, self.runtime, self.head)


@dataclass(frozen=True, slots=True)
class Scored:
    """What became of all rows; those that were scored and those that were refused are all.

    Attributes
    ----------
    rows : int
        How many there were.
    answers : dict
        How many were given each answer, by all that there can be.
    refused : int
        How many could not be scored.
    rejected : Path or None
        The side file in which they are; None where there is none.
    processes : int
        How many scored them.
    runtime : str or None
        What computed the network; None where there is none.
    """

    rows: int
    answers: dict[str, int]
    refused: int
    rejected: Path | None
    processes: int
    runtime: str | None
