"""A Ray cluster of two small nodes on this machine, and the processes that work on it.

One of them says that it has a GPU, by which Ray then shares it out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

NODE = {"num_cpus": 1, "object_store_memory": 80 * 2**20}
PATIENCE = 120


@contextmanager
def two_nodes() -> Iterator[Any]:
    """Start the cluster, and end it with all its processes."""
    from stancelab.cluster.connecting import load_ray

    load_ray()
    from ray.cluster_utils import Cluster

    cluster = Cluster(True, head_node_args={**NODE, "include_dashboard": False})
    try:
        cluster.add_node(**NODE, num_gpus=1)
        yield cluster
    finally:
        cluster.shutdown()


def workers(word: str) -> list[psutil.Process]:
    """Find the processes at work on something, by the word that Ray puts into their title."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            title = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if title.startswith("ray::") and word in title:
            found.append(process)
    return found


def wait_for(what: Callable[[], Any]) -> Any:
    """Wait until something is there, and give it."""
    until = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.02)
    return found


def finished_parts(folder: Path) -> int:
    """Count the parts that are finished."""
    return len(list(folder.glob("part-*.json")))
