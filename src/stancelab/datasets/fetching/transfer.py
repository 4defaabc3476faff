"""One file over HTTP: continued where it was cut, tried again, and taken only if it is right."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from stancelab.datasets.checksums import CorpusFile
from stancelab.datasets.fetching.patience import Patience, seconds_asked
from stancelab.datasets.folder import sha256
from stancelab.errors import DownloadError
from stancelab.stopping import unbroken

if TYPE_CHECKING:
    from requests import Response, Session

_CHUNK = 8_192
"""Bytes at a time; a cut loses at most so many of those that had arrived."""
_WHOLE, _PARTIAL, _NOT_THAT_RANGE, _TOO_MANY = 200, 206, 416, 429
_CONTINUES = "what has arrived is kept, the same command continues"


class _Cut(Exception):
    """A try that failed although the next may not; with the seconds the server asks to wait."""

    def __init__(self, reason: str, asked: float = 0.0) -> None:
        super().__init__(reason)
        self.asked = asked


class _WrongContent(Exception):
    """What arrives is not the file."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """The transfer of one file to its place.

    Attributes
    ----------
    session : requests.Session
        Keeps the connection from file to file.
    url : str
        Where the file is.
    file : CorpusFile
        What it must be.
    place : Path
        Where it goes; its folder exists. While it is incomplete it lies beside that place, under
        a name with the beginning of its SHA-256: a part of another version is never continued.
    patience : Patience
        How often it is tried.
    progress : callable
        Is told how many bytes are there, and what is being done.
    """

    session: Session
    url: str
    file: CorpusFile
    place: Path
    patience: Patience
    progress: Callable[[int, str], None]

    def run(self) -> None:
        """Fetch the file; wrong content is thrown away and fetched once more from the start.

        Raises
        ------
        DownloadError
            The file cannot be had, or what is there is another file.
        """
        for last in (False, True):
            try:
                self._complete()
                break
            except _WrongContent as wrong:
                self._part.unlink(missing_ok=True)
                if last:
                    raise self._error(
                        f"what arrives is not the file that was published, twice: {wrong}",
                        "nothing of it was kept; use another mirror (--mirror URL)",
                    ) from None
        with unbroken():
            with self._part.open("ab") as part:
                os.fsync(part.fileno())
            self._part.replace(self.place)

    @property
    def _part(self) -> Path:
        return self.place.with_name(f"{self.place.name}.{self.file.sha256[:16]}.part")

    @property
    def _name(self) -> str:
        return f"{self.file.dataset}/{self.file.path}"

    def _error(self, problem: str, advice: str) -> DownloadError:
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]  # a mirror's password is nobody's to read
        return DownloadError(self._name, problem, advice, f"{parts.scheme}://{host}{parts.path}")

    def _complete(self) -> None:
        """Try until every byte is there, then check them."""
        self._discard_odd_part()
        tries = failures = 0
        furthest = self._size()
        while self._size() < self.file.size:
            try:
                self._try()
            except _Cut as cut:
                tries, failures = tries + 1, failures + 1
                if self._size() > furthest:
                    furthest, failures = self._size(), 1
                self._wait(cut, tries, failures)
        found = sha256(self._part)
        if found != self.file.sha256:
            raise _WrongContent(f"SHA-256 {found[:12]}…, expected {self.file.sha256[:12]}…")

    def _size(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _discard_odd_part(self) -> None:
        """Never write through a link, and never cut a part that is too long to its length."""
        if self._part.is_symlink() or self._size() > self.file.size:
            self._part.unlink()
        if not self.file.size:
            self._part.touch()

    def _wait(self, cut: _Cut, tries: int, failures: int) -> None:
        if failures >= self.patience.tries or tries >= self.patience.most:
            raise self._error(
                f"{cut}, tried {tries} times", f"{_CONTINUES}; or use another mirror (--mirror URL)"
            ) from cut
        seconds = self.patience.seconds(failures, cut.asked)
        self.progress(self._size(), f"{self._name}: {cut}, again in {seconds:.0f} s")
        self.patience.sleep(seconds)

    def _try(self) -> None:
        """Ask once for what is missing, and write what comes."""
        start = self._size()
        headers = {"Accept-Encoding": "identity"}  # a range of compressed bytes fits nothing
        if start:
            headers["Range"] = f"bytes={start}-"
        with (
            self._reported(),
            self.session.get(
                self.url, headers=headers, stream=True, timeout=self.patience.timeout
            ) as response,
        ):
            self._write(response, self._mode(response, start))

    def _mode(self, response: Response, start: int) -> Literal["ab", "wb"]:
        """Say whether the answer continues the part or is the whole file."""
        status = response.status_code
        if start and status in (_PARTIAL, _NOT_THAT_RANGE):
            if status == _PARTIAL and self._continues(response, start):
                return "ab"
            self._part.unlink()
            raise _Cut("the server cannot continue the transfer")
        if status == _TOO_MANY or status >= 500:
            asked = seconds_asked(response.headers.get("Retry-After"))
            raise _Cut(f"HTTP {status} {response.reason}".rstrip(), asked)
        if status != _WHOLE:
            raise self._error(
                f"HTTP {status} {response.reason}".rstrip() + ", expected the file",
                "use another mirror (--mirror URL)",
            )
        length = response.headers.get("Content-Length", "")
        plain = "Content-Encoding" not in response.headers
        if plain and length.isdecimal() and int(length) != self.file.size:
            raise _WrongContent(f"{int(length):,} bytes, expected {self.file.size:,}")
        return "wb"

    def _continues(self, response: Response, start: int) -> bool:
        found = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
        if found is None or "Content-Encoding" in response.headers:
            return False
        return int(found[1]) == start and found[2] in ("*", str(self.file.size))

    def _write(self, response: Response, mode: Literal["ab", "wb"]) -> None:
        with self._part.open(mode) as part:
            done = part.tell()
            for chunk in response.iter_content(_CHUNK):
                done += len(chunk)
                if done > self.file.size:
                    raise _WrongContent(f"more than the expected {self.file.size:,} bytes")
                part.write(chunk)
                self.progress(done, self._name)
        if done < self.file.size:
            raise _Cut(f"the transfer was cut after {done:,} of {self.file.size:,} bytes")

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Tell the failures of a connection that may pass from those that will not."""
        from requests import exceptions

        passing = (
            exceptions.ConnectionError,
            exceptions.Timeout,
            exceptions.ChunkedEncodingError,
            exceptions.ContentDecodingError,
        )
        try:
            yield
        except exceptions.RequestException as error:
            cause = _cause(error)
            if isinstance(error, passing) and not isinstance(cause, ssl.SSLCertVerificationError):
                raise _Cut(_reason(error, cause, self.patience.timeout)) from error
            raise self._error(
                str(cause).rstrip("."), "use another mirror (--mirror URL)"
            ) from error


def _cause(error: BaseException) -> BaseException:
    """Find the error at the bottom, which is the one that says what happened."""
    from urllib3.exceptions import HTTPError

    # Others in the chain are what the caller was busy with.
    network = (OSError, HTTPError, HTTPException)
    while isinstance(below := error.__cause__ or error.__context__, network):
        error = below
    return error


def _reason(error: BaseException, cause: BaseException, timeout: float) -> str:
    from requests.exceptions import Timeout

    if isinstance(error, Timeout) or isinstance(cause, TimeoutError):
        return f"no answer within {timeout:g} s"
    if isinstance(cause, IncompleteRead):
        return "the transfer was cut"
    spoken = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
    return f"the connection failed ({spoken})"
