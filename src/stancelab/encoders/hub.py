"""An encoder of the Hugging Face hub: brought into the hub's own cache, and found there again."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from stancelab.encoders.base import EncoderFiles
from stancelab.encoders.directory import LOCAL_WAYS, PARTS, check_directory
from stancelab.errors import EncoderError, MissingExtraError

_PART = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?"
_NAME = re.compile(rf"(?P<id>{_PART}/{_PART})(?:@(?P<revision>[^\s@]+))?")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_MAX_SHOWN = 120


def is_hub(name: str) -> bool:
    """Say whether a name has the form of an encoder of the hub.

    Examples
    --------
    >>> is_hub("owner/name"), is_hub("owner/name@v1"), is_hub("bundled"), is_hub("./a")
    (True, True, False, False)
    """
    return _NAME.fullmatch(name) is not None


def at_commit(name: str, commit: str) -> str | None:
    """Name the very commit of an encoder of the hub; None for what is none.

    Examples
    --------
    >>> at_commit("owner/name@main", "0123456789abcdef0123456789abcdef01234567")
    'owner/name@0123456789abcdef0123456789abcdef01234567'
    """
    named = _NAME.fullmatch(name)
    return f"{named['id']}@{commit}" if named and _COMMIT.fullmatch(commit) else None


def hub_files(name: str) -> EncoderFiles:
    """Bring an encoder from the hub, once in a process; without the network, from the hub's cache.

    Parameters
    ----------
    name : str
        ``OWNER/NAME`` or ``OWNER/NAME@REVISION``: a branch, a tag or, for results that can be had
        again, a commit.

    Raises
    ------
    MissingExtraError
        The package `huggingface_hub` is not installed.
    EncoderError
        It is not there, may not be read or lacks a file, or the hub cannot be reached.
    """
    try:
        from huggingface_hub import constants
    except ImportError:
        raise MissingExtraError("huggingface_hub", "train") from None
    return _files(name, constants.HF_HUB_CACHE)


@cache
def _files(name: str, cached: str) -> EncoderFiles:
    named = _NAME.fullmatch(name)
    if named is None:
        raise ValueError(f"{name!r} is not OWNER/NAME or OWNER/NAME@REVISION")
    with _quiet(), _told(name):
        folder = _snapshot(name, named["id"], named["revision"], cached)
    check_directory(name, folder)
    return EncoderFiles(name, folder.name, folder)


def _snapshot(name: str, repository: str, revision: str | None, cached: str) -> Path:
    """Give the directory of a commit; the hub is not asked for one that the cache holds whole."""
    from huggingface_hub.errors import LocalEntryNotFoundError

    if revision and _COMMIT.fullmatch(revision):
        with suppress(LocalEntryNotFoundError, EncoderError):
            known = _download(repository, revision, cached, local=True)
            check_directory(name, known)
            return known
    return _download(repository, revision, cached, local=False)


def _download(repository: str, revision: str | None, cached: str, *, local: bool) -> Path:
    from huggingface_hub import snapshot_download

    found = snapshot_download(
        repository,
        revision=revision,
        cache_dir=cached,
        allow_patterns=list(PARTS),
        ignore_patterns=["*/*"],
        local_files_only=local,
    )
    return Path(found)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the bars of downloads back while standard error is no terminal."""
    from huggingface_hub.utils.tqdm import (
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    if sys.stderr.isatty() or are_progress_bars_disabled():
        yield
        return
    disable_progress_bars()
    try:
        yield
    finally:
        enable_progress_bars()


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn what the hub's library raises, which is of many kinds, into one line."""
    try:
        yield
    except Exception as error:
        problem, advice = _explained(error)
        raise EncoderError(name, problem, f"{advice}, or {LOCAL_WAYS}") from None


def _explained(error: Exception) -> tuple[str, str]:
    """Give what is wrong and what to do."""
    from huggingface_hub import errors

    if isinstance(error, errors.GatedRepoError):
        return "the model is gated", "ask for access on the hub and log in with: hf auth login"
    if isinstance(error, errors.RepositoryNotFoundError):
        problem = "no directory of that name, and no model on the hub that you may read"
        return problem, "check the name, or log in with: hf auth login"
    if isinstance(error, errors.RevisionNotFoundError):
        problem = "the model on the hub has no such revision"
        return problem, "name a branch, a tag or a commit of it"
    if isinstance(error, errors.LocalEntryNotFoundError):
        problem = (
            "no directory of that name, not whole in the hub's cache on this machine, and the hub "
            f"could not be reached ({_cause(error)})"
        )
        return problem, "check the name and the network"
    return f"the hub could not give it ({_cause(error)})", "try again later"


def _cause(error: BaseException) -> str:
    """Put the first cause of an error on one line."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return "HF_HUB_OFFLINE is set"
    while error.__cause__ is not None:
        error = error.__cause__
    line = " ".join(str(error).split()) or type(error).__name__
    return line if len(line) <= _MAX_SHOWN else line[: _MAX_SHOWN - 3] + "..."
