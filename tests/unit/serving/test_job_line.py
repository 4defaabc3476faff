"""The line of jobs: bounded, merged where that gains, and never stopped by one that fails."""

from __future__ import annotations

import threading

import pyarrow as pa
import pytest

from stancelab.errors import DataError
from stancelab.serving.line import Job, Line
from stancelab.serving.refusals import RefusedError


class Slow:
    """Stands in for a bundle that answers when it is let."""

    def __init__(self, runtime=None):
        self.runtime = runtime
        self.asked, self.let, self.begun = [], threading.Event(), threading.Semaphore(0)

    def tag(self, table):
        rows = table.column("row").to_pylist()
        self.asked.append(rows)
        self.begun.release()
        assert self.let.wait(10)
        if "bad" in rows:
            raise ValueError("the classifier cannot do this")
        if "panic" in rows:
            raise SystemExit
        return table


@pytest.fixture
def lines():
    made = []

    def opened(bundle, most=8):
        made.append((bundle, Line(bundle, most)))
        return made[-1][1]

    yield opened
    for bundle, line in made:
        bundle.let.set()
        line.close()


def job(*rows, prepare=None):
    table = pa.table({"row": pa.array(rows, pa.string())})
    return Job(prepare or (lambda: table), lambda tags: ",".join(tags["row"].to_pylist()).encode())


def put(line, *jobs):
    for one in jobs:
        line.put(one)
    return [one.done for one in jobs]


def refuse(error):
    raise error


def test_jobs_that_wait_are_answered_as_one_table_each_with_its_own_rows(lines):
    bundle = Slow()
    line = lines(bundle)
    first = put(line, job("a"))
    assert bundle.begun.acquire(timeout=10)
    others = put(line, job("b", "c"), job(), job("d"))
    bundle.let.set()
    assert [one.result(10) for one in first + others] == [b"a", b"b,c", b"", b"d"]
    assert bundle.asked == [["a"], ["b", "c", "d"]]
    assert line.rows == 4


def test_a_network_gets_each_request_by_itself_and_several_at_once(lines):
    bundle = Slow("OpenVINO")
    done = put(lines(bundle), job("a"), job("b"))
    assert all(bundle.begun.acquire(timeout=10) for _ in range(2))
    bundle.let.set()
    assert [one.result(10) for one in done] == [b"a", b"b"]
    assert sorted(bundle.asked) == [["a"], ["b"]]


def test_a_full_line_says_when_to_come_again(lines):
    bundle = Slow()
    line = lines(bundle, most=2)
    put(line, job("a"))
    assert bundle.begun.acquire(timeout=10)
    put(line, job("b"), job("c"))
    with pytest.raises(RefusedError, match="too many requests wait") as refused:
        line.put(job("d"))
    assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "1"})
    assert len(line) == 2


def test_a_job_that_nobody_waits_for_is_not_done(lines):
    bundle = Slow()
    line = lines(bundle)
    first = put(line, job("a"))
    assert bundle.begun.acquire(timeout=10)
    left, kept = put(line, job("b"), job("c"))
    assert left.cancel()
    bundle.let.set()
    assert (first[0].result(10), kept.result(10)) == (b"a", b"c")
    assert bundle.asked == [["a"], ["c"]]


@pytest.mark.parametrize("fault", ["bad", "panic"])
def test_what_fails_in_a_table_of_several_fails_alone(lines, fault):
    bundle = Slow()
    line = lines(bundle)
    put(line, job("a"))
    assert bundle.begun.acquire(timeout=10)
    good, bad, last = put(line, job("b"), job(fault), job("c"))
    bundle.let.set()
    assert (good.result(10), last.result(10)) == (b"b", b"c")
    with pytest.raises(RefusedError, match="the classifier failed") as refused:
        bad.result(10)
    assert refused.value.status == 500
    assert put(line, job("d"))[0].result(10) == b"d"


def test_what_cannot_be_prepared_is_the_callers_fault_or_a_bug(lines):
    bundle = Slow()
    bundle.let.set()
    ours, told, bug, good = put(
        lines(bundle),
        job(prepare=lambda: refuse(DataError("column 'text'"))),
        job(prepare=lambda: refuse(RefusedError(413, "too many rows"))),
        job(prepare=lambda: refuse(KeyError("x"))),
        job("a"),
    )
    found = [one.exception(10) for one in (ours, told, bug)]
    assert [(one.status, one.code) for one in found] == [
        (400, "INVALID_PARAMETER_VALUE"),
        (413, "RESOURCE_LIMIT_EXCEEDED"),
        (500, "INTERNAL_ERROR"),
    ]
    assert good.result(10) == b"a"


def test_a_closed_line_answers_what_waits_and_takes_no_more(lines):
    bundle = Slow()
    line = lines(bundle)
    done = put(line, job("a"), job("b"))
    bundle.let.set()
    line.close()
    assert [one.result(0) for one in done] == [b"a", b"b"]
    with pytest.raises(RefusedError, match="try again"):
        line.put(job("c"))
