"""Several processes that score parts, each with the bundle loaded once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import NamedTuple

from stancelab.errors import StancelabError
from stancelab.scoring.bundle import Bundle, load_bundle
from stancelab.scoring.parts import Done, Work, score_part
from stancelab.scoring.reading import Part
from stancelab.stopping import held_back, let_through

ENCODERS = ("embedding_linear", "transformer", "onnx_embedding", "onnx_transformer")
"""Kinds of predictors that use all cores by themselves."""

_AHEAD = 2
"""Parts that wait besides those being scored, so that no process has to."""


_GRACE = 1.0
"""Seconds in which the first process can end a process that was told to end."""

_busy = threading.Lock()
"""Is held while a part is scored, in each of the processes."""


class Failed(NamedTuple):
    """An error of a process in words: our exceptions take values that do not travel."""

    message: str


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_process(bundle: Bundle, work: Work, parts: Iterable[Part]) -> Iterator[tuple[Part, Done]]:
    """Score parts one after the other; those that are finished already are not scored again."""
    for part in parts:
        yield part, work.places.done(part.number) or score_part(bundle, work, part)


def in_processes(
    number: int, folder: Path, work: Work, parts: Iterable[Part]
) -> Iterator[tuple[Part, Done]]:
    """Score parts in several processes, and give what became of them in their order.

    No more parts are read than the processes need next, so that the memory that it takes does not
    grow with the input.

    Parameters
    ----------
    number : int
        How many processes.
    folder : Path
        The bundle, which each of them loads once.
    work : Work
        How the parts are scored, and where to.
    parts : iterable of Part
        The rows; parts that are finished already are not scored again.

    Raises
    ------
    StancelabError
        A process has failed, or was ended from outside.
    """
    waiting: deque[tuple[Part, Future[Done | Failed] | Done]] = deque()
    with ProcessPoolExecutor(number, get_context("spawn"), initializer=_prepare) as pool:
        try:
            for part in parts:
                found = work.places.done(part.number)
                with held_back():  # the first of them start processes
                    waiting.append((part, found or pool.submit(_score, folder, work, part)))
                if len(waiting) >= number + _AHEAD:
                    yield _next(waiting)
            while waiting:
                yield _next(waiting)
        finally:
            pool.shutdown(cancel_futures=True)


def _next(waiting: deque[tuple[Part, Future[Done | Failed] | Done]]) -> tuple[Part, Done]:
    part, found = waiting.popleft()
    try:
        done = found if isinstance(found, Done) else found.result()
    except BrokenProcessPool:
        raise StancelabError(
            "a process was ended from outside, perhaps for want of memory; go on with --resume, "
            "and with fewer --processes"
        ) from None
    if isinstance(done, Failed):
        raise StancelabError(done.message)
    return part, done


def _score(folder: Path, work: Work, part: Part) -> Done | Failed:
    with _busy:
        try:
            return score_part(_opened(folder), work, part)
        except StancelabError as error:
            return Failed(str(error))


@cache
def _opened(folder: Path) -> Bundle:
    return load_bundle(folder)


def _prepare() -> None:
    """Leave signals to the first process, and end when that has ended, in whatever way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=_leave, daemon=True).start())
    threading.Thread(target=_follow, daemon=True).start()
    let_through()


def _leave() -> None:
    """End after the part at hand, and after the first process where that was told too."""
    with _busy:
        time.sleep(_GRACE)
        os._exit(128 + signal.SIGTERM)


def _follow() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
