"""Scoring files of any size into one file, or onto standard output."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from stancelab.errors import DataError
from stancelab.scoring.bundle import load_bundle
from stancelab.scoring.job import Job, Scored
from stancelab.scoring.joining import join, join_refused
from stancelab.scoring.parts import Places
from stancelab.scoring.progress import Progress, silent
from stancelab.scoring.reading import check_sources
from stancelab.scoring.resuming import describe, parts_folder
from stancelab.scoring.running import Run
from stancelab.scoring.sources import find_sources
from stancelab.scoring.spans import names_depend_on, span_finder
from stancelab.scoring.target import Target, find_target
from stancelab.scoring.text_files import TextJoiner


def score_files(job: Job, progress: Progress = silent) -> Scored:
    """Score the rows of files, and write them with label and probabilities beside their columns.

    The memory that it takes does not grow with the input. An output file takes its name when it is
    whole; until then its finished parts are in a folder beside it, and stay there if the run is
    ended, so that another one goes on with them.

    Parameters
    ----------
    job : Job
        What is to be scored, and how.
    progress : callable
        Is told how far it is.

    Returns
    -------
    Scored
        How many rows there were, and what became of them.

    Raises
    ------
    BadRowsError
        Rows cannot be scored, and are to stop it.
    DataError
        A file or column is missing, a place is taken, or there are no rows.
    StancelabError
        Options do not go together, or a process has failed.
    """
    span_finder(job.catalogue)  # which refuses a file that is wrong before there is work
    bundle = load_bundle(*job.opening)
    sources = find_sources(job.inputs, job.input_type)
    target = find_target(job.wishes, sources)
    if job.cluster:
        from stancelab.cluster.scoring import check_places

        check_places(job, sources)
    columns = check_sources(sources, job.columns)
    run = Run(job, bundle, sources, progress)
    if target.path is None:
        return _into_stream(run, target, columns)
    options = {
        "columns": job.columns.model_dump(),
        "part_rows": job.part_rows,
        "kind": target.kind,
        "runtime": bundle.runtime,
        "head": job.head,
        "actors": names_depend_on(job.catalogue),
        "engine": "ray" if job.cluster else "local",
    }
    state = describe(job.bundle, sources, options)
    keep = job.keeps_parts
    leftovers = job.wishes.leftovers if keep else "refuse"
    with _told(target.path), parts_folder(target.path, state, leftovers, keep=keep) as folder:
        return _into_file(run, target.path, Places(folder, target.kind), target.rejected, progress)


def _into_file(
    run: Run, path: Path, places: Places, side: Path | None, progress: Progress
) -> Scored:
    for _ in run.parts(places):
        pass
    rejected = side if side and join_refused(places, run.number, side) else None
    join(places, run.number, path, lambda done: progress("parts written", done, run.number))
    return run.scored(rejected)


def _into_stream(run: Run, target: Target, columns: Sequence[str]) -> Scored:
    """Write every part when it is done; those that are refused come at the end."""
    stream = sys.stdout.buffer
    joiner: TextJoiner | None = None
    with tempfile.TemporaryDirectory() as folder:
        places = Places(Path(folder), target.kind)
        for part, done in run.parts(places):
            names = list(dict.fromkeys([*columns, *done.columns]))
            joiner = joiner or TextJoiner(stream, target.kind, names)
            joiner.add(places.rows(part.number), done.columns)
            places.rows(part.number).unlink()
            stream.flush()
        side = target.rejected
        return run.scored(side if side and join_refused(places, run.number, side) else None)


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """Say in one line what a disk or a network refused; what is finished stays."""
    try:
        yield
    except OSError as error:
        place = error.filename or target
        problem = f"cannot be read or written ({error.strerror or error})"
        raise DataError(f"{place}: {problem}; mend that, and go on with --resume") from None
