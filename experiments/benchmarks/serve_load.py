"""What ``stancelab serve`` and ``mlflow models serve`` bear on the same bundle, under a real load.

Run with: python experiments/benchmarks/serve_load.py BUNDLE [--rows 1] [--connections 32]
[--seconds 60] [--json]

The load generator is `hey` (Debian: apt-get install hey): so many connections, each of which sends
its next request as soon as it has its answer. Every request is the same JSON with statements of the
embedded corpus, in MLflow's form ``dataframe_records``. The servers run one after the other, each
as one process with what it is by default, and share the machine with `hey`; both get some seconds
of load first that are not counted. Memory is what all processes of a server hold (RSS), before the
counted load, at its highest, and when it has ended.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import socket
from threading import Event, Thread
from typing import Annotated, Any

import psutil
import typer

WARM_SECONDS, WAIT_SECONDS = 5, 120
MIB = 2**20
COLUMNS = (
    "server",
    "requests/s",
    "rows/s",
    "p50 ms",
    "p99 ms",
    "errors",
    "MiB before",
    "most",
    "after",
)


def main(
    bundle: Annotated[Path, typer.Argument(help="An exported classifier.")],
    rows: Annotated[int, typer.Option(min=1, help="Rows of a request.")] = 1,
    connections: Annotated[int, typer.Option(min=1)] = 32,
    seconds: Annotated[int, typer.Option(min=1)] = 60,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Load both servers in turn and print what they bear."""
    if shutil.which("hey") is None:
        raise SystemExit("missing tool: hey; install it with: apt-get install hey")
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder, body = loadable(bundle, Path(scratch)), Path(scratch) / "body.json"
        body.write_text(json.dumps({"dataframe_records": statements(rows)}), encoding="utf-8")
        for name, words in commands(folder).items():
            port = free_port()
            with running([*words, "--port", str(port)], port) as process:
                found[name] = measured(process, port, body, rows, connections, seconds)
    if as_json:
        print(json.dumps({"rows": rows, "connections": connections, "servers": found}, indent=1))
    else:
        print_table(found)


def loadable(bundle: Path, scratch: Path) -> Path:
    """Give a folder that MLflow serves: the bundle, or a copy with what MLflow needs."""
    if (bundle / "MLmodel").exists():
        return bundle.resolve()
    from stancelab.export.digests import write_sums
    from stancelab.export.mlflow_folder import add_mlflow_files

    folder = Path(shutil.copytree(bundle, scratch / "bundle"))
    add_mlflow_files(folder)
    write_sums(folder)
    return folder


def statements(rows: int) -> list[dict[str, Any]]:
    """Give rows of the embedded corpus."""
    from stancelab.datasets.registry import load

    table = load("statements").table.select(["text", "actor"])
    found: list[dict[str, Any]] = table.slice(0, rows).to_pylist()
    return found


def commands(folder: Path) -> dict[str, list[str]]:
    """Give the command of each server, all but its port."""
    mlflow = ["-m", "mlflow", "models", "serve", "--env-manager", "local", "-m", str(folder)]
    return {
        "stancelab serve": [sys.executable, "-m", "stancelab", "serve", str(folder)],
        "mlflow models serve": [sys.executable, *mlflow],
    }


@contextmanager
def running(words: Sequence[str], port: int) -> Iterator[psutil.Process]:
    """Run a server, and end it with all that it has started."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    process = subprocess.Popen(
        words,
        env=os.environ | {"PATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/ping", process)
        yield psutil.Process(process.pid)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(WAIT_SECONDS)
            time.sleep(1)
            os.killpg(process.pid, signal.SIGKILL)  # what its own end has left behind


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise SystemExit(f"{address} does not answer")


def measured(
    process: psutil.Process, port: int, body: Path, rows: int, connections: int, seconds: int
) -> dict[str, Any]:
    """Load a server, and give what it bore."""
    address = f"http://127.0.0.1:{port}/invocations"
    load(address, body, connections, WARM_SECONDS)
    before = memory(process)
    with watching(lambda: memory(process)) as seen:
        found = read_report(load(address, body, connections, seconds))
    after = memory(process)
    held = {"before": before, "most": max([before, *seen, after]), "after": after}
    return {**found, "rows_per_second": found["requests_per_second"] * rows, "bytes": held}


def load(address: str, body: Path, connections: int, seconds: int) -> str:
    """Run `hey`, and give what it prints."""
    post = ["-m", "POST", "-T", "application/json", "-D", str(body), "-t", "120"]
    words = ["hey", "-z", f"{seconds}s", "-c", str(connections), *post, address]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def read_report(report: str) -> dict[str, Any]:
    r"""Read what `hey` prints; every answer but one of status 200 is an error.

    Examples
    --------
    >>> report = "Requests/sec: 9.5 \n 50% in 0.1 secs\n 99% in 0.2 secs\n [200] 7 responses\n"
    >>> read_report(report + " [503] 2 responses\nError distribution:\n  [1] Post: EOF\n")
    {'requests_per_second': 9.5, 'p50': 0.1, 'p99': 0.2, 'answers': 7, 'errors': 3}
    """
    summary, _, faults = report.partition("Error distribution:")
    statuses = re.findall(r"\[(\d+)\]\s+(\d+) responses", summary)
    counts = {status: int(count) for status, count in statuses}
    good = counts.pop("200", 0)
    return {
        "requests_per_second": number(r"Requests/sec:\s+([\d.]+)", summary) or 0.0,
        "p50": number(r"50%+ in ([\d.]+) secs", summary),
        "p99": number(r"99%+ in ([\d.]+) secs", summary),
        "answers": good,
        "errors": sum(counts.values()) + sum(map(int, re.findall(r"\[(\d+)\]", faults))),
    }


def number(pattern: str, report: str) -> float | None:
    """Find a number; `hey` leaves out what so few answers do not tell."""
    found = re.search(pattern, report)
    return float(found[1]) if found else None


def memory(process: psutil.Process) -> int:
    """Add up what a process and its children hold, in bytes."""
    family = [process, *process.children(recursive=True)]
    return sum(one.memory_info().rss for one in family if one.is_running())


@contextmanager
def watching(ask: Callable[[], int]) -> Iterator[list[int]]:
    """Ask every half second in the background."""
    seen: list[int] = []
    ended = Event()

    def watch() -> None:
        while not ended.wait(0.5):
            seen.append(ask())

    thread = Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def print_table(found: dict[str, dict[str, Any]]) -> None:
    """Print the servers side by side."""
    print("  ".join(f"{name:>{20 if at == 0 else 10}}" for at, name in enumerate(COLUMNS)))
    for name, one in found.items():
        held = [f"{one['bytes'][when] / MIB:,.0f}" for when in ("before", "most", "after")]
        rates = [f"{one[key]:,.1f}" for key in ("requests_per_second", "rows_per_second")]
        times = [f"{1000 * one[key]:,.1f}" if one[key] else "–" for key in ("p50", "p99")]
        cells = [*rates, *times, str(one["errors"]), *held]
        print(f"{name:>20}  " + "  ".join(f"{cell:>10}" for cell in cells))


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    typer.run(main)
