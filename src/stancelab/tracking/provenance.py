"""Where a run comes from: the process, and the commit of the code."""

from __future__ import annotations

import json
import os
import platform
import socket
import subprocess
import sys
from contextlib import suppress
from getpass import getuser
from pathlib import Path

_DIFF_LENGTH = 1_000_000


def process() -> str:
    """Name this machine and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def source(file: Path | None) -> dict[str, str]:
    """Say by whom and from what file a run was started, in the tags that MLflow shows."""
    user = {}
    with suppress(OSError, KeyError):  # a container may run as a user without a name
        user = {"mlflow.user": getuser()}
    named = {"mlflow.source.name": str(file), "mlflow.source.type": "LOCAL"} if file else {}
    return user | named


def is_dead(name: str) -> bool:
    """Say whether a process so named ran on this machine and is gone."""
    host, _, pid = name.rpartition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def device() -> str:
    """Name what computes: the GPU that torch uses, or the processor and its cores."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        return str(torch.cuda.get_device_name())
    return f"{_processor()}, {os.cpu_count()} cores"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def git() -> dict[str, str]:
    """Give the commit of the current folder and whether it has changes."""
    commit, changes = _ask_git("rev-parse", "HEAD"), _ask_git("status", "--porcelain")
    if commit is None:
        return {}
    return {
        "mlflow.source.git.commit": commit.strip(),
        "git.dirty": json.dumps(bool(changes and changes.strip())),
    }


def git_diff() -> str:
    """Give what the tracked files of the current folder have beyond their commit."""
    return (_ask_git("diff", "HEAD") or "")[:_DIFF_LENGTH]


def _ask_git(*words: str) -> str | None:
    """Give what git answers; None outside a repository or without git."""
    try:
        done = subprocess.run(
            ["git", *words], capture_output=True, text=True, errors="replace", check=False
        )
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None
