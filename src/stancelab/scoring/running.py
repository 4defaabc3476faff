"""A run: its parts as they are scored, and what became of their rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from stancelab.cluster.connecting import Cluster
from stancelab.errors import DataError, StancelabError
from stancelab.scoring.bundle import Bundle
from stancelab.scoring.job import Job, Scored
from stancelab.scoring.parts import Done, Places, Work
from stancelab.scoring.pool import ENCODERS, cores, in_process, in_processes
from stancelab.scoring.progress import Meter, Progress
from stancelab.scoring.reading import Part, cut
from stancelab.scoring.sources import Source

_MOST = 8
"""Processes, unless more are asked for: one that reads cannot keep many more of them busy."""


class Run:
    """Scores the parts of a job in as many processes as it may.

    Parameters
    ----------
    job : Job
        What is to be scored.
    bundle : Bundle
        The classifier.
    sources : sequence of Source
        The inputs.
    progress : callable
        Is told how far it is.

    Attributes
    ----------
    number : int
        How many parts are done.

    Raises
    ------
    StancelabError
        More processes are asked for than the classifier can use.
    """

    def __init__(
        self, job: Job, bundle: Bundle, sources: Sequence[Source], progress: Progress
    ) -> None:
        self.number = 0
        self._job, self._bundle, self._sources = job, bundle, sources
        self._meter = Meter(sources, progress)
        self._processes = _processes(job, bundle)
        self._rows = self._refused = 0
        self._answers: Counter[str] = Counter()

    def parts(self, places: Places) -> Iterator[tuple[Part, Done]]:
        """Score part by part, and give them in their order.

        Raises
        ------
        BadRowsError
            Rows cannot be scored, and are to stop the run.
        DataError
            There are no rows, or a source cannot be read.
        """
        for part, done in self._scored(places):
            self.number += 1
            self._rows += done.rows
            self._refused += done.refused
            self._answers.update(done.answers)
            self._meter.add(part, done)
            yield part, done
        if not self._answers and not (self._rows and self._job.wishes.side_file):
            names = ", ".join(source.name for source in self._sources)
            raise DataError(
                f"{names}: no rows to tag; expected at least one with a text and an actor"
            )

    def scored(self, rejected: Path | None) -> Scored:
        """Say what became of all rows."""
        answers = {name: self._answers[name] for name in self._bundle.answers}
        runtime = self._bundle.runtime
        if runtime and self._job.cluster:  # whose actors have threads of their own number
            runtime = f"{runtime.partition(',')[0]}, {self._processes} actors"
        return Scored(self._rows, answers, self._refused, rejected, self._processes, runtime)

    def _scored(self, places: Places) -> Iterator[tuple[Part, Done]]:
        job = self._job
        work = Work(job.columns, places, job.refusal, job.catalogue)
        if job.cluster:
            yield from self._elsewhere(job.cluster, work)
            return
        parts = cut(self._sources, job.columns, job.part_rows)
        first = list(islice(parts, 2))
        if len(first) < 2:  # other processes would start for nothing
            self._processes = 1
        parts = chain(first, parts)
        if self._processes == 1:
            yield from in_process(self._bundle, work, parts)
        else:
            yield from in_processes(self._processes, job.bundle, work, parts)

    def _elsewhere(self, cluster: Cluster, work: Work) -> Iterator[tuple[Part, Done]]:
        from stancelab.cluster.scoring import score_on

        found = score_on(cluster, self._job, self._bundle, work, self._sources)
        for part, done, self._processes in found:
            yield part, done


def _processes(job: Job, bundle: Bundle) -> int:
    wanted = job.processes
    if wanted is not None and wanted < 1:
        raise StancelabError(f"--processes {wanted}: expected at least 1")
    if job.cluster:
        return 0  # as many as the cluster turns out to have room for
    if bundle.kind not in ENCODERS:
        return wanted or min(cores(), _MOST)
    if wanted not in (None, 1):
        raise StancelabError(
            f"--processes {wanted}: the encoder of this classifier uses all cores from one "
            "process; leave it out"
        )
    return 1
