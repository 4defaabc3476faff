"""What a core scores in a second, here, on Ray and on Spark, and so what ten million rows take.

Run with: python experiments/benchmarks/cluster_cost.py measure BUNDLE [--few 20000] [--many 200000]

BUNDLE is what `stancelab export` wrote. Each way scores few rows and then many, as a command of its
own; the processor time of all its processes is added up, and what the additional rows took gives
the rate. So starting up does not count, and neither does what else the machine has to do, nor do
Ray's own processes, which run once a node whether there are rows or not. The rows are those of the
embedded corpus, each with a number of its own, as equal texts are encoded once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter, sleep
from typing import Annotated, Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import typer

STATEMENTS = 10_000_000
CORES = (8, 32, 128)
WAYS = ("local", "ray", "spark")
LOOK_EVERY = 0.1
ADDED = "predicted string, p_hostile double, p_neutral double, p_cooperative double"

app = typer.Typer(add_completion=False)


@app.command()
def measure(
    bundle: Annotated[Path, typer.Argument(help="The bundle's folder.")],
    few: int = 20_000,
    many: int = 200_000,
    part_rows: int = 10_000,
    way: Annotated[list[str] | None, typer.Option(help="local, ray or spark; all if none.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Measure every way and print what follows for ten million statements."""
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in way or WAYS:
            taken = []
            for rows in (few, many):
                file = write_rows(folder / f"{rows}.parquet", rows)
                target = folder / f"{name}-{rows}.parquet"
                taken.append(watch(command(name, bundle, file, target, part_rows)))
            found[name] = figures(few, many, *taken)
    if as_json:
        print(json.dumps(found, indent=1))
    else:
        show(found)


@app.command()
def spark(bundle: Path, file: Path, target: Path) -> None:
    """Score a file as a function of Spark, on all cores of this machine."""
    import mlflow.pyfunc
    from pyspark.sql import SparkSession
    from pyspark.sql.functions import struct

    builder = SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
    session = builder.config("spark.driver.host", "127.0.0.1").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    tag = mlflow.pyfunc.spark_udf(session, str(bundle), env_manager="local", result_type=ADDED)
    rows = session.read.parquet(str(file)).repartition(psutil.cpu_count() or 1)
    tagged = rows.select("*", tag(struct("text", "actor")).alias("tag"))
    tagged.select("text", "actor", "tag.*").write.parquet(str(target))
    session.stop()


def write_rows(path: Path, rows: int) -> Path:
    """Write as many rows of the corpus as are wanted, again and again, and never the same twice."""
    from stancelab.datasets.registry import load

    table = load("statements").table.select(["text", "actor"]).to_pylist()
    taken = [
        {**row, "text": f"{row['text']} ({number})"}
        for number, row in enumerate(islice(cycle(table), rows))
    ]
    pq.write_table(pa.Table.from_pylist(taken), path)
    return path


def command(way: str, bundle: Path, file: Path, target: Path, part_rows: int) -> list[str]:
    """Give the words of a command that scores a file."""
    if way == "spark":
        return [sys.executable, __file__, "spark", str(bundle), str(file), str(target)]
    words = [sys.executable, "-m", "stancelab", "score", str(bundle), str(file), str(target)]
    return [*words, "--engine", way, "--part-rows", str(part_rows)]


def watch(words: list[str]) -> dict[str, float]:
    """Run a command, and add up the processor time of all its processes."""
    one_thread = {} if "local" in words else {"OMP_NUM_THREADS": "1"}  # as Ray has it by itself
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, **one_thread}
    started = perf_counter()
    seconds: dict[tuple[int, float], float] = {}
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            for each in family(process.pid):
                try:
                    if is_of_ray(each):
                        continue
                    times = each.cpu_times()
                    seconds[each.pid, each.create_time()] = times.user + times.system
                except psutil.Error:
                    continue
            sleep(LOOK_EVERY)
    if process.returncode:
        raise SystemExit(f"failed with {process.returncode}: {' '.join(words)}")
    return {"cpu": sum(seconds.values()), "wall": perf_counter() - started}


def family(pid: int) -> list[Any]:
    """Give a process and all that it started, as far as they live."""
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.Error:
        return []


def is_of_ray(process: Any) -> bool:
    """Say whether a process is one of Ray's own, and no actor of ours."""
    title = " ".join(process.cmdline())
    return ("ray::" in title or "/ray/" in title) and "Scorer" not in title


def figures(
    few: int, many: int, short: dict[str, float], long: dict[str, float]
) -> dict[str, float]:
    """Part what rows take from what starting takes."""
    a_row = (long["cpu"] - short["cpu"]) / (many - few)
    return {
        "rows_per_core_second": 1 / a_row,
        "start_cpu_seconds": max(0.0, short["cpu"] - few * a_row),
        "wall_seconds_of_many": long["wall"],
        "core_hours_of_ten_million": STATEMENTS * a_row / 3600,
    }


def show(found: dict[str, dict[str, float]]) -> None:
    """Print the table."""
    hours = "".join(f"{f'{cores} cores':>12}" for cores in CORES)
    print(f"{'':8}{'rows/s a core':>15}{'start, CPU s':>14}{'core-hours of 10 M':>20}{hours}")
    for name, one in found.items():
        total = one["core_hours_of_ten_million"]
        times = "".join(f"{f'{60 * total / cores:.0f} min':>12}" for cores in CORES)
        rate, start = one["rows_per_core_second"], one["start_cpu_seconds"]
        print(f"{name:8}{rate:15,.0f}{start:14.0f}{total:20.1f}{times}")
    print("The price is that of the core-hours: 10 M statements cost core-hours x price of a core.")


if __name__ == "__main__":
    app()
