"""SIGTERM ends a command as Ctrl-C does, but not in the middle of a write."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from stancelab.stopping import StopError, exit_status, in_order, unbroken


def terminate():
    signal.raise_signal(signal.SIGTERM)


def test_a_signal_is_an_interruption_with_its_own_status():
    with pytest.raises(KeyboardInterrupt), in_order():
        terminate()
    assert exit_status() == 143
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    with in_order():
        pass
    assert exit_status() == 130


def test_a_write_is_finished_first():
    done = []

    def work():
        with unbroken():
            with unbroken():
                terminate()
                done.append("the inner write")
            done.append("the outer write")
        done.append("what comes after")

    with pytest.raises(StopError), in_order():
        work()
    assert done == ["the inner write", "the outer write"]


def test_a_second_signal_does_not_wait():
    done = []

    def work():
        terminate()
        done.append("after one")
        terminate()
        done.append("after two")

    with pytest.raises(StopError), in_order(), unbroken():
        work()
    assert done == ["after one"]


def test_what_went_wrong_in_a_write_is_told():
    def fail():
        terminate()
        raise ValueError("no room")

    with pytest.raises(ValueError, match="no room"), in_order(), unbroken():
        fail()


def test_another_handler_is_left_alone():
    found = []
    before = signal.signal(signal.SIGTERM, lambda *_: found.append(1))
    try:
        with in_order():
            terminate()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert found == [1]


def test_a_fork_ends_as_it_always_did():
    with in_order():
        child = os.fork()
        if not child:
            terminate()
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGTERM


def test_other_threads_write_as_they_did():
    def write():
        with in_order(), unbroken():
            found.append(signal.getsignal(signal.SIGTERM))

    found = []
    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    assert found == [signal.SIG_DFL]
