"""Ending in order: a command that is told to stop finishes what it is writing."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import current_thread, main_thread
from types import FrameType

_STOPS = (signal.SIGINT, signal.SIGTERM)

_BLOCKS = hasattr(signal, "pthread_sigmask")
"""Whether signals can be blocked; on Windows they cannot."""

_BY_SIGNAL = 128
"""What shells add to the number of the signal that ended a command."""


class StopError(KeyboardInterrupt):
    """SIGTERM, which ends a command just as Ctrl-C does."""


@dataclass(slots=True)
class _State:
    """What is known between a signal and the end: one signal is for the whole process."""

    writing: int = 0
    waits: bool = False
    told: bool = False


_state = _State()


def exit_status() -> int:
    """Give the exit status of a command that was interrupted: 143 after SIGTERM, else 130."""
    return _BY_SIGNAL + (signal.SIGTERM if _state.told else signal.SIGINT)


@contextmanager
def in_order() -> Iterator[None]:
    """Let SIGTERM raise `StopError` in the block, after what is being written.

    Nothing changes where somebody else handles the signal already, or in another thread than the
    main one.
    """
    mine = current_thread() is main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if not mine:
        yield
        return
    _state.waits = _state.told = False
    owner = os.getpid()

    def stop(number: int, frame: FrameType | None) -> None:
        if os.getpid() != owner:  # a fork, which is to end as it always did
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        again, _state.told = _state.told, True
        if _state.writing and not again:
            _state.waits = True
        else:
            raise StopError

    signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def unbroken() -> Iterator[None]:
    """Finish the block before SIGTERM ends the command; a second one ends it at once.

    Raises
    ------
    StopError
        At the end of the block, where the signal came in it.
    """
    if current_thread() is not main_thread():  # signals are handled in the main one
        yield
        return
    _state.writing += 1
    try:
        yield
    finally:
        _state.writing -= 1
    if _state.waits and not _state.writing:
        _state.waits = False
        raise StopError


@contextmanager
def held_back() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM wait until the block has ended; processes are started in it.

    A process that is started in it does not see them either, until it says `let_through`: they
    would find it at its imports, which end in a traceback. To block them is not enough for this
    process: another thread may take a signal, whose handler then runs in the main one.
    """
    came: list[int] = []
    mine = current_thread() is main_thread()
    handlers = {
        one: signal.signal(one, lambda number, _: came.append(number))
        for one in _STOPS
        if mine and signal.getsignal(one) is not None  # None: not a handler of Python's
    }
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS) if _BLOCKS else None
    try:
        yield
    finally:
        if blocked is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        for one, handler in handlers.items():
            signal.signal(one, handler)
    for number in came:
        signal.raise_signal(number)


def let_through() -> None:
    """See the signals that wait since this process was started; it has its handlers now."""
    if _BLOCKS:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
