"""Kills commands at random moments, goes on with them, and compares with one that was let run.

Run with: python experiments/benchmarks/faults.py [run] [score] [export] [fetch] [--times 100]
[--seed 0]

Each command is first let run, for its result and its duration. Then it is killed so many times
(SIGKILL to its whole process group) at moments that are drawn evenly from that duration, each time
in a fresh folder, and the same command is given again (``score`` with ``--resume``). The commands
are forked from a process that has imported everything, so that kills strike work and not imports.

What must hold, else it is a fault and the exit status is 1: right after the kill a file that has
its final name is whole; the second command ends with 0; what it leaves is what the first run left,
nothing is missing and nothing is there twice. `fault_jobs.py` says what that means for each
command. A ``score`` that had already finished when the kill came is told that its output exists.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"  # a fork of a process with several threads would hang

from fault_jobs import IMPORTED, JOBS, LOG, Job


def main() -> None:
    """Kill what was asked for, and print what was found for each command."""
    parser = argparse.ArgumentParser(description="Kill commands at random moments.")
    parser.add_argument("commands", nargs="*", metavar="COMMAND", help=", ".join(sorted(JOBS)))
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    if unknown := set(asked.commands) - set(JOBS):
        parser.error(f"unknown command {min(unknown)!r}")
    with tempfile.TemporaryDirectory() as folder:
        faults = 0
        for name in asked.commands or sorted(JOBS):
            found = measure(JOBS[name](Path(folder)), asked.times, asked.seed)
            print(json.dumps(found, ensure_ascii=False), flush=True)
            faults += len(found["faults"])
    sys.exit(faults > 0)


def measure(job: Job, times: int, seed: int) -> dict[str, Any]:
    """Kill one command so many times.

    Returns
    -------
    dict
        How many kills struck the command at work and how many came after its end, the duration of
        the run that they are compared with, and what was wrong.
    """
    with job:
        began, whole = monotonic(), job.folder / "whole"
        run_whole(job, job.folder / "first")
        import_all((job.folder / "first" / IMPORTED).read_text(encoding="utf-8").split())
        seconds = run_whole(job, whole)
        drawn, struck, faults = random.Random(seed), 0, []
        for number in range(times):
            moment = drawn.uniform(0, seconds)
            was_at_work, wrong = try_once(job, whole, number, moment)
            struck += was_at_work
            new = [f"kill {number} after {moment:.3f} s: {one}" for one in wrong]
            print(f"{job.name}: {number + 1} of {times}", *new, sep="\n", file=sys.stderr)
            faults += new
        return {
            "command": job.name,
            "kills": times,
            "at_work": struck,
            "already_over": times - struck,
            "seconds_uninterrupted": round(seconds, 2),
            "seconds": round(monotonic() - began),
            "faults": faults,
        }


def import_all(names: list[str]) -> None:
    """Import what a command had imported in the end, so that the next one need not."""
    for name in names:
        with suppress(Exception):  # some modules are made, or imported by their packages alone
            import_module(name)


def run_whole(job: Job, place: Path) -> float:
    """Let a command run, and give its seconds."""
    job.prepare(place, 0)
    began = monotonic()
    status = os.waitstatus_to_exitcode(os.waitpid(start(job, place), 0)[1])
    if status != 0:
        raise SystemExit(f"{job.name}: ended with {status}:\n{(place / LOG).read_text()}")
    return monotonic() - began


def try_once(job: Job, whole: Path, number: int, moment: float) -> tuple[bool, list[str]]:
    """Kill a command once and go on with it; say whether it was at work, and what was wrong."""
    place = job.folder / f"killed-{number}"  # MLflow keeps a store for each path that it knew
    job.prepare(place, number)
    process = start(job, place)
    struck = kill(process, moment)
    wrong = [f"right after the kill: {one}" for one in job.half_written(whole, place)]
    status = os.waitstatus_to_exitcode(os.waitpid(start(job, place, again=True), 0)[1])
    printed = (place / LOG).read_text(encoding="utf-8")
    if status != 0 and not job.may_end(whole, place, printed):
        wrong.append(f"going on ended with {status}: {printed.strip()[-2000:]}")
    else:
        wrong += job.differences(whole, place)
    shutil.rmtree(place)
    return struck, wrong


def kill(process: int, moment: float) -> bool:
    """Kill a process group after so many seconds; say whether it had not ended by then."""
    sleep(moment)
    os.killpg(process, signal.SIGKILL)  # one that has ended is still there until it is waited for
    return os.WIFSIGNALED(os.waitpid(process, 0)[1])


def start(job: Job, place: Path, *, again: bool = False) -> int:
    """Fork a process that runs the command in a folder, and give its number."""
    process = os.fork()
    if process == 0:
        _become(job, place, again)
    os.setpgid(process, process)
    return process


def _become(job: Job, place: Path, again: bool) -> None:
    """Be the command, and end; never return."""
    status = 70
    try:
        os.setpgid(0, 0)
        os.chdir(place)
        with Path(LOG).open("w", encoding="utf-8") as log:
            for stream in (1, 2):
                os.dup2(log.fileno(), stream)
        sys.argv = ["stancelab", *job.words(place, again)]
        from stancelab.cli import main as command

        command()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        import traceback

        traceback.print_exc()
    finally:
        Path(IMPORTED).write_text("\n".join(sys.modules), encoding="utf-8")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
