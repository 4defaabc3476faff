"""The tracking store: where it is, and one plain line where it cannot be used."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from stancelab.errors import StoreError
from stancelab.tracking.store import (
    DEFAULT_STORE,
    artifact_location,
    open_store,
    sqlite_path,
    store_uri,
)

VARIABLE = "MLFLOW_TRACKING_URI"


@pytest.fixture
def closed_port() -> int:
    """A port of this machine where nobody listens."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The store that the test is parametrised with, as the environment names it."""
    monkeypatch.setenv(VARIABLE, request.param)
    return str(request.param)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "sqlite:///{here}/mlflow.db"),
        ("", "sqlite:///{here}/mlflow.db"),
        ("sqlite:///runs/my.db", "sqlite:///{here}/runs/my.db"),
        ("sqlite:////tmp/my.db", "sqlite:////tmp/my.db"),
        ("http://host:5000", "http://host:5000"),
    ],
)
def test_the_store_is_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str | None, expected: str
) -> None:
    """Without it, or where it is empty, a file in the current folder; files by their full path."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(VARIABLE, value)
    assert store_uri() == expected.format(here=tmp_path)
    assert DEFAULT_STORE == "sqlite:///mlflow.db"


def test_artifacts_lie_beside_a_sqlite_file() -> None:
    """A server keeps them where it wants."""
    uri = "sqlite:////tmp/my runs/mlflow.db"
    assert artifact_location(uri, "one") == "file:///tmp/my%20runs/mlruns/one"
    assert artifact_location("http://host:5000", "one") is None


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("sqlite:///mlflow.db", Path("mlflow.db")),
        ("sqlite:////tmp/my%20runs/mlflow.db", Path("/tmp/my runs/mlflow.db")),
        ("http://host:5000", None),
        ("postgresql://host/db", None),
        ("mlruns", None),
    ],
)
def test_the_file_of_a_sqlite_store_is_known(uri: str, path: Path | None) -> None:
    """Three slashes are the current folder, four the root; other stores have no file."""
    assert sqlite_path(uri) == path


@pytest.mark.parametrize("scheme", ["http", "https", "postgresql", "postgresql+psycopg2", "mysql"])
def test_a_server_that_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, closed_port: int, scheme: str
) -> None:
    """At once and in one line, with what to do."""
    uri = f"{scheme}://127.0.0.1:{closed_port}"
    monkeypatch.setenv(VARIABLE, uri)
    expected = (
        rf"^the tracking store {scheme.replace('+', '.')}://127\.0\.0\.1:{closed_port} cannot be "
        rf"used: 127\.0\.0\.1:{closed_port}: Connection refused; start it, or set "
        r"MLFLOW_TRACKING_URI to another$"
    )
    with pytest.raises(StoreError, match=expected):
        open_store()


@pytest.mark.parametrize("password", ["s3cret", "s3%40cret", "user"])
def test_a_password_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, closed_port: int, password: str
) -> None:
    """Neither in the URI nor in what follows it."""
    monkeypatch.setenv(VARIABLE, f"postgresql://user:{password}@127.0.0.1:{closed_port}/db")
    with pytest.raises(StoreError, match=r"postgresql://user:\*\*\*@127\.0\.0\.1:") as caught:
        open_store()
    assert f":{password}@" not in str(caught.value)
    assert str(caught.value).count(password) == (1 if password == "user" else 0)


@pytest.mark.parametrize(
    "store", ["http://localhost:port", "http://localhost:99999", "http://[::1"], indirect=True
)
def test_an_address_that_is_none_is_told(store: str) -> None:
    """A slip in the URI is the user's to mend, in one line."""
    with pytest.raises(StoreError, match="cannot be used"):
        open_store()


def test_a_missing_folder_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is not made: the name may be a slip."""
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/nowhere/mlflow.db")
    with pytest.raises(StoreError, match=rf"cannot be used: no folder {tmp_path}/nowhere; start"):
        open_store()
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("name", ["notes.db", "folder.db"])
def test_what_is_no_database_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """A text, or a folder: nothing is written to it."""
    (tmp_path / "notes.db").write_text("This is not a database, but a note. " * 40)
    (tmp_path / "folder.db").mkdir()
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/{name}")
    problem = {"notes.db": "file is not a database", "folder.db": "unable to open database file"}
    with pytest.raises(StoreError, match=rf"cannot be used: .*{name}: {problem[name]}; start it"):
        open_store()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.db", "notes.db"]
    assert (tmp_path / "notes.db").read_text().startswith("This is not a database")


OPEN = """
import sys
from stancelab.tracking.store import open_store
open_store().create_experiment(sys.argv[1])
"""


@pytest.mark.slow
def test_four_processes_may_open_a_fresh_store_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One makes the tables, the others wait for it, and all write."""
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/mlflow.db")
    names = ["one", "two", "three", "four"]
    processes = [
        subprocess.Popen([sys.executable, "-c", OPEN, name], stderr=subprocess.PIPE, text=True)
        for name in names
    ]
    errors = [process.communicate(timeout=180)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, "\n".join(errors)
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database:
        found = {name for (name,) in database.execute("SELECT name FROM experiments")}
    assert found == {"Default", *names}
