"""The tracking store: where it is, making it safely, and saying plainly when it is not there."""

from __future__ import annotations

import logging
import os
import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from filelock import FileLock

from stancelab.errors import MissingExtraError, StoreError

if TYPE_CHECKING:
    from mlflow import MlflowClient

DEFAULT_STORE = "sqlite:///mlflow.db"
_VARIABLE = "MLFLOW_TRACKING_URI"
_PORTS = {"http": 80, "https": 443, "postgresql": 5432, "mysql": 3306, "mssql": 1433}
_SECONDS = 5
_REPEATS = "mlflow.store.db.utils"
"""Logs with a traceback what is also raised, and here told in one line."""
_SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}


def store_uri() -> str:
    """Give ``MLFLOW_TRACKING_URI``, or a SQLite file in the current folder.

    A SQLite file is given by its full path: MLflow keeps one store for each URI in a process, and
    a relative one would go on meaning the folder in which it was first used.
    """
    uri = os.environ.get(_VARIABLE) or DEFAULT_STORE
    path = sqlite_path(uri)
    return uri if path is None else f"sqlite:///{path.absolute()}"


def artifact_location(uri: str, experiment: str) -> str | None:
    """Name the folder for an experiment's artifacts: beside a SQLite file, else the server's."""
    path = sqlite_path(uri)
    return None if path is None else (path.parent / "mlruns" / experiment).as_uri()


def open_store() -> MlflowClient:
    """Open the store, making the SQLite file under a lock where it does not exist.

    Returns
    -------
    mlflow.MlflowClient
        A client of the store, which is also the tracking URI of this process.

    Raises
    ------
    StoreError
        The store cannot be reached.
    MissingExtraError
        MLflow is not installed.
    """
    uri = store_uri()
    _check_reachable(uri)
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    try:
        import mlflow
    except ImportError:
        raise MissingExtraError("mlflow", "train") from None
    from stancelab.tracking.answers import want_whole_answers

    want_whole_answers()
    for noisy in ("mlflow", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger(_REPEATS).setLevel(logging.CRITICAL)
    with _environment_kept():
        mlflow.set_tracking_uri(uri)
    with reporting(uri), _creation_lock(uri):
        client = mlflow.MlflowClient(uri)
        client.search_experiments(max_results=1)
    return client


@contextmanager
def reporting(uri: str) -> Iterator[None]:
    """Turn what MLflow and SQLAlchemy raise into one line about the store."""
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise _unreachable(uri, first) from None


def sqlite_path(uri: str) -> Path | None:
    """Give the file of a SQLite store, or None for another kind."""
    return Path(unquote(uri.removeprefix("sqlite:///"))) if uri.startswith("sqlite:///") else None


@contextmanager
def _environment_kept() -> Iterator[None]:
    """Undo that MLflow writes the URI into the environment, where it would pass for the user's."""
    before = os.environ.get(_VARIABLE)
    yield
    if before is None:
        os.environ.pop(_VARIABLE, None)
    else:
        os.environ[_VARIABLE] = before


@contextmanager
def _creation_lock(uri: str) -> Iterator[None]:
    """Let one process at a time create the tables: two at once crash in the migrations."""
    path = sqlite_path(uri)
    if path is None:
        yield
        return
    with FileLock(f"{path}.lock"):
        if not path.exists() or path.stat().st_size == 0:
            _make_tables(path)
        yield


def _make_tables(path: Path) -> None:
    """Make a SQLite store beside its place: one that a kill leaves half-made opens never again.

    As a crash costs nothing there, the disk is waited for once and not at each of the steps.
    """
    import sqlalchemy
    from mlflow.store.db import utils as untyped

    utils: Any = untyped
    place = path.resolve()
    building = place.with_name(f".{place.name}-building")
    for left in place.parent.glob(f"{building.name}*"):  # with SQLite's own files beside it
        left.unlink()
    engine = utils.create_sqlalchemy_engine(f"sqlite:///{building}")
    quick = "PRAGMA synchronous = OFF"
    sqlalchemy.event.listen(engine, "connect", lambda made, _: made.execute(quick))
    try:
        utils._initialize_tables(engine)
    finally:
        engine.dispose()
    with building.open("rb+") as file:
        os.fsync(file.fileno())
    building.replace(place)


def _check_reachable(uri: str) -> None:
    """Fail in seconds where MLflow would try for minutes."""
    path = sqlite_path(uri)
    if path is not None:
        _check_sqlite(uri, path)
        return
    try:
        parts = urlsplit(uri)
        port = parts.port or _PORTS.get(parts.scheme.split("+")[0])
    except ValueError as error:
        raise _unreachable(uri, str(error)) from None
    if not parts.hostname or port is None:
        return
    try:
        socket.create_connection((parts.hostname, port), timeout=_SECONDS).close()
    except OSError as error:
        raise _unreachable(uri, f"{parts.hostname}:{port}: {error.strerror or error}") from None


def _check_sqlite(uri: str, path: Path) -> None:
    if not path.parent.is_dir():
        raise _unreachable(uri, f"no folder {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise _unreachable(uri, f"{path} cannot be written")
    if path.exists():
        try:
            with closing(sqlite3.connect(path)) as database:
                database.execute("PRAGMA schema_version").fetchone()
        except sqlite3.DatabaseError as error:
            raise _unreachable(uri, f"{path}: {error}") from None


def _unreachable(uri: str, problem: str) -> StoreError:
    shown = re.sub(r"(?<=://)([^/@]*?):[^/@]*@", r"\1:***@", uri)
    return StoreError(
        f"the tracking store {shown} cannot be used: {problem}; "
        "start it, or set MLFLOW_TRACKING_URI to another"
    )
