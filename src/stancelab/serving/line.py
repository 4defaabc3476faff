"""Requests that wait for their turn, and the threads that answer them.

What a bundle computes in Python alone gains nothing from a second thread; there, one thread takes
all requests that wait and answers them as one table. A network that a runtime computes gains from
several threads and not from larger tables, and an int8 one answers a row a little differently
beside others: there, each request is a table of its own.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition, Lock, Thread
from typing import NamedTuple

import pyarrow as pa

from stancelab.errors import StancelabError
from stancelab.scoring.bundle import Bundle
from stancelab.scoring.pool import cores
from stancelab.serving.refusals import INVALID, RefusedError

_TOGETHER = 256
"""Rows after which no further request is added to a table."""

_WAIT = 1
"""Seconds after which who finds the line full may come again."""

_END = 5.0
"""Seconds that the threads have to end in."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """What a request asks for.

    Attributes
    ----------
    prepare : callable
        Gives the statement table that shall be tagged; what it raises of ours is the caller's
        fault.
    finish : callable
        Makes the answer's body of the tags.
    done : Future
        Holds the body, or what went wrong.
    """

    prepare: Callable[[], pa.Table]
    finish: Callable[[pa.Table], bytes]
    done: Future[bytes] = field(default_factory=Future)


class _Ready(NamedTuple):
    job: Job
    table: pa.Table


class Line:
    """A bounded line of jobs before a bundle.

    Parameters
    ----------
    bundle : Bundle
        What answers.
    most : int
        Jobs that may wait.
    """

    def __init__(self, bundle: Bundle, most: int) -> None:
        self._bundle, self._most = bundle, most
        self._together = 1 if bundle.runtime else _TOGETHER
        self._waiting: deque[Job] = deque()
        self._changed = Condition()
        self._preparing = Lock()
        self._ended = False
        self.rows = 0
        threads = 2 * cores() if bundle.runtime else 1
        self._threads = [Thread(target=self._work, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def __len__(self) -> int:
        """Count the jobs that wait."""
        return len(self._waiting)

    def put(self, job: Job) -> None:
        """Let a job wait for its turn.

        Raises
        ------
        RefusedError
            The line is full, or closed; status 503.
        """
        with self._changed:
            if self._ended or len(self._waiting) >= self._most:
                raise RefusedError(503, "too many requests wait; try again", wait=_WAIT)
            self._waiting.append(job)
            self._changed.notify()

    def close(self) -> None:
        """Answer what waits, take nothing more, and end the threads."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(_END)

    def _work(self) -> None:
        while (first := self._next(wait=True)) is not None:
            ready = list(self._gathered(first))
            if ready:
                self._answer(ready)

    def _next(self, *, wait: bool) -> Job | None:
        """Take the next job that somebody still waits for."""
        with self._changed:
            while True:
                while self._waiting:
                    job = self._waiting.popleft()
                    if job.done.set_running_or_notify_cancel():
                        return job
                if self._ended or not wait:
                    return None
                self._changed.wait()

    def _gathered(self, first: Job) -> Iterator[_Ready]:
        rows, job = 0, first
        while True:
            table = self._prepared(job)
            if table is not None:
                rows += len(table)
                yield _Ready(job, table)
            following = self._next(wait=False) if 0 < rows < self._together else None
            if following is None:
                return
            job = following

    def _prepared(self, job: Job) -> pa.Table | None:
        try:
            with self._preparing:  # it is Python alone, and looks names up in shared tables
                return job.prepare()
        except RefusedError as error:
            job.done.set_exception(error)
        except StancelabError as error:
            job.done.set_exception(RefusedError(400, str(error), INVALID))
        except Exception as error:
            _fail(job, error)
        return None

    def _answer(self, ready: Sequence[_Ready]) -> None:
        """Tag tables as one; where that fails, each by itself, so that one harms no other."""
        try:
            tags = self._bundle.tag(pa.concat_tables([one.table for one in ready]).combine_chunks())
        except BaseException as error:  # a panic of Rust is no Exception
            if len(ready) == 1:
                _fail(ready[0].job, error)
            else:
                for one in ready:
                    self._answer([one])
            return
        with self._preparing:
            self.rows += len(tags)
        start = 0
        for job, table in ready:
            _finish(job, tags.slice(start, len(table)))
            start += len(table)


def _finish(job: Job, tags: pa.Table) -> None:
    try:
        body = job.finish(tags)
    except Exception as error:
        _fail(job, error)
    else:
        job.done.set_result(body)


def _fail(job: Job, error: BaseException) -> None:
    logging.getLogger(__name__).error("a request failed", exc_info=error)
    job.done.set_exception(RefusedError(500, "the classifier failed; the server's log says why"))
