"""A PostgreSQL of its own on loopback, from Debian's packages, for a test that needs one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from local_server import free_port

_USER = "postgres"


@dataclass(frozen=True)
class Postgres:
    """A cluster in a folder, and the programs that it is started with."""

    folder: Path
    programs: Path
    port: int

    @property
    def url(self) -> str:
        """The address of its database, as SQLAlchemy takes it."""
        return f"postgresql+psycopg2://{_USER}@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        self._call("initdb", "--auth=trust", f"--username={_USER}", "--encoding=UTF8", "--no-sync")

    def start(self) -> None:
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "fsync": "off",  # the machine is not to crash
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        log = str(self.folder / "log.txt")
        self._call("pg_ctl", "start", "--wait", "--silent", "--log", log, "-o", options)

    def restart(self) -> None:
        """Cut every connection, as a crash does, and recover."""
        self._call("pg_ctl", "restart", "--wait", "--silent", "--mode", "immediate")

    def stop(self) -> None:
        self._call("pg_ctl", "stop", "--wait", "--silent", "--mode", "immediate")

    def _call(self, program: str, *words: str) -> None:
        command = [str(self.programs / program), "--pgdata", str(self.folder / "data"), *words]
        done = subprocess.run(  # no pipe: the server would hold it open
            [*_as_postgres(), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
        )
        assert done.returncode == 0, f"{program} {words[0]}: {_log(self.folder)}"


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Make a cluster, start it, and remove it in the end."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("missing tool: PostgreSQL (Debian's package postgresql)")
    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as name:
        server = Postgres(Path(name), found[-1].parent, free_port())
        if _as_postgres():
            shutil.chown(name, _USER)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _as_postgres() -> Sequence[str]:
    """Become its user, where this is root, whom it refuses to work for."""
    return ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []


def _log(folder: Path) -> str:
    log = folder / "log.txt"
    return log.read_text(encoding="utf-8")[-2000:] if log.exists() else "it has no log"
