"""Connecting to a Ray cluster, or starting one on this machine for as long as the work takes."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stancelab.errors import MissingExtraError, StancelabError

_SECONDS, _SHOWN = 5, 200
_AUTO, _CLIENT = "auto", "ray://"
_SETTINGS = {
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}
"""Ray writes to its log files; a user who wants more of it here sets these."""
_IMPATIENT = {"RAY_py_gcs_connect_timeout_s": "10", "RAY_NUM_REDIS_GET_RETRIES": "1"}
"""Else Ray takes minutes to find that what answers at an address is no cluster."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Which cluster does the work, and what of it each worker takes.

    Attributes
    ----------
    address : str or None
        ``HOST:PORT`` of a cluster that this machine is a node of, or ``auto`` for the one that it
        finds; None starts a Ray of this machine alone.
    cpus : float
        Cores of a worker, above 0.
    gpus : float
        GPUs of a worker; a share below 1, or a whole number.

    Examples
    --------
    >>> Cluster("10.0.0.1:6379", gpus=0.5)
    Cluster(address='10.0.0.1:6379', cpus=1.0, gpus=0.5)
    >>> Cluster(gpus=1.5)
    Traceback (most recent call last):
    stancelab.errors.StancelabError: 1.5 GPUs for a worker: expected a share up to 1, or a whole \
number
    """

    address: str | None = None
    cpus: float = 1.0
    gpus: float = 0.0

    def __post_init__(self) -> None:
        if self.cpus <= 0 or self.gpus < 0:
            raise StancelabError(f"{_taken(self)} for a worker: expected a core or a share of one")
        for what, found in (("cores", self.cpus), ("GPUs", self.gpus)):
            if found > 1 and found != int(found):
                expected = "expected a share up to 1, or a whole number"
                raise StancelabError(f"{found} {what} for a worker: {expected}")

    def fits(self, resources: Mapping[str, float]) -> int:
        """Count the workers that a node has room for.

        Examples
        --------
        >>> Cluster(gpus=0.25).fits({"CPU": 16, "GPU": 2}), Cluster(cpus=4).fits({"CPU": 6})
        (8, 1)
        """
        room = int(resources.get("CPU", 0) / self.cpus)
        return min(room, int(resources.get("GPU", 0) / self.gpus)) if self.gpus else room

    def options(self) -> dict[str, float]:
        """Say what a worker takes, as Ray wants it said."""
        return {"num_cpus": self.cpus, **({"num_gpus": self.gpus} if self.gpus else {})}


@contextmanager
def connected(cluster: Cluster) -> Iterator[int]:
    """Connect to a cluster, and say how many workers it has room for.

    Ray tells of its processes on standard output, which is the user's: it is kept from there. Its
    handler of SIGTERM is taken back, so that ours decides how a run ends.

    Raises
    ------
    StancelabError
        The cluster cannot be reached, or has no room for a worker.
    MissingExtraError
        Ray is not installed.
    """
    _check_address(cluster.address)
    ray = load_ray(cluster.address)
    with ExitStack() as stack:
        stack.enter_context(redirect_stdout(stack.enter_context(Path(os.devnull).open("w"))))
        stack.callback(ray.shutdown)
        _connect(ray, cluster.address)
        nodes = [node for node in ray.nodes() if node["Alive"]]
        room = sum(cluster.fits(node["Resources"]) for node in nodes)
        if not room:
            raise StancelabError(
                f"no node of the cluster has room for a worker with {_taken(cluster)}; "
                "ask for less, or start such a node first"
            )
        yield room


def load_ray(address: str | None = None) -> Any:
    """Import Ray, with little to say.

    Parameters
    ----------
    address : str, optional
        The cluster that it is for.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    for name, value in (_SETTINGS | (_IMPATIENT if address else {})).items():
        os.environ.setdefault(name, value)
    try:
        import ray
    except ImportError:
        raise MissingExtraError("ray", "ray") from None
    return ray


def brief(error: Exception) -> str:
    """Give the line of an error of Ray that says most: the last, as in a trace."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1][:_SHOWN] if lines else 'nothing is said'}"


def _connect(ray: Any, address: str | None) -> None:
    local = {} if address else {"include_dashboard": False}
    quiet = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    try:
        with _sigterm_kept(), _nothing_said():
            ray.init(address or "local", **quiet, **local)
    except (OSError, RuntimeError, ValueError, AssertionError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise _unreachable(address or "of this machine", first) from None


def _check_address(address: str | None) -> None:
    """Fail in seconds where Ray would try for minutes."""
    if address is None or address == _AUTO:
        return
    if address.startswith(_CLIENT):
        raise _unreachable(address, f"{_CLIENT} is Ray's client, from outside of the cluster")
    try:
        place = urlsplit(f"//{address}")
        host, port = place.hostname, place.port
    except ValueError:
        host = port = None
    if not host or not port:
        raise _unreachable(address, "is no HOST:PORT")
    try:
        socket.create_connection((host, port), timeout=_SECONDS).close()
    except OSError as error:
        raise _unreachable(address, error.strerror or str(error)) from None


def _unreachable(address: str, problem: str) -> StancelabError:
    return StancelabError(
        f"the Ray cluster {address} cannot be used: {problem}; run this on one of its nodes with "
        "--address HOST:PORT or --address auto, or leave --address out for this machine alone"
    )


def _taken(cluster: Cluster) -> str:
    gpus = f" and {cluster.gpus:g} GPU" if cluster.gpus else ""
    return f"{cluster.cpus:g} CPU{gpus}"


@contextmanager
def _nothing_said() -> Iterator[None]:
    """Keep from standard error what Ray's own library writes past Python."""
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


@contextmanager
def _sigterm_kept() -> Iterator[None]:
    """Take back the handler of SIGTERM that Ray sets, where it can."""
    first = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if first:
            signal.signal(signal.SIGTERM, before)
