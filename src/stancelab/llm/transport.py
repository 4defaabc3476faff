"""One request over HTTP, which ends in time and with an answer of bounded size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import local
from time import perf_counter
from typing import TYPE_CHECKING, Any

from stancelab.datasets.fetching.patience import seconds_asked
from stancelab.errors import MissingExtraError
from stancelab.llm.errors import PassingError, ServiceError

if TYPE_CHECKING:
    from requests import Response, Session

    from stancelab.llm.key import Key

_MOST = 2**20
"""Bytes of an answer; a label takes a thousandth of it."""
_AT_ONCE = 2**16


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service answered.

    Attributes
    ----------
    status : int
        Of HTTP.
    body : bytes
        At most 1 MiB.
    wait : float
        Seconds that it asks to wait.
    seconds : float
        From the request to the end of the answer.
    """

    status: int
    body: bytes
    wait: float
    seconds: float


class Connections:
    """Connections to one service, for each thread its own; to be closed in the end.

    Parameters
    ----------
    url : str
        What is asked.
    key : Key
        Puts itself into each request.
    timeout : float
        Seconds after which a request has failed.
    """

    def __init__(self, url: str, key: Key, timeout: float) -> None:
        self.url, self.key, self.timeout = url, key, timeout
        self._own = local()
        self._open: list[Session] = []

    def send(self, payload: Mapping[str, Any]) -> Reply:
        """Send a request and read its answer.

        Raises
        ------
        PassingError
            There is no whole answer in time, and the next may be.
        ServiceError
            The service cannot be trusted.
        """
        started = perf_counter()
        with (
            self._reported(),
            self._session().post(
                self.url,
                json=payload,
                auth=self.key,
                headers={"Accept-Encoding": "identity"},  # a small answer may not unpack to a huge
                timeout=self.timeout,
                stream=True,
            ) as response,
        ):
            body = _read(response, started + self.timeout)
            wait = seconds_asked(response.headers.get("Retry-After"))
            return Reply(response.status_code, body, wait, perf_counter() - started)

    def close(self) -> None:
        """Close what is open."""
        for session in self._open:
            session.close()

    def _session(self) -> Session:
        if not hasattr(self._own, "session"):
            self._own.session = _open_session()
            self._open.append(self._own.session)
        session: Session = self._own.session
        return session

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Tell failures in words of our own: those of libraries could show a header."""
        from requests.exceptions import RequestException, SSLError, Timeout
        from urllib3.exceptions import HTTPError, TimeoutError

        late = PassingError(f"no answer within {self.timeout:g} s")
        try:
            yield
        except SSLError:
            raise ServiceError(
                f"{self.url}: its certificate is not valid; mend base_url, or the certificate"
            ) from None
        except (Timeout, TimeoutError, _TooLate):
            raise late from None
        except (RequestException, HTTPError, OSError) as error:
            raise PassingError(f"the connection failed ({type(error).__name__})") from None


def _open_session() -> Session:
    try:
        from requests import Session
    except ImportError:
        raise MissingExtraError("requests", "train") from None

    class Straight(Session):
        """Follows no redirect: the key and the statements are for the address that was named."""

        def get_redirect_target(self, resp: Response) -> None:
            return None

    return Straight()


class _TooLate(Exception):
    """The time of a request is over while its answer still comes."""


def _read(response: Response, end: float) -> bytes:
    """Read an answer as it comes, so that one that drips is given up too."""
    body = bytearray()
    while piece := response.raw.read1(_AT_ONCE, decode_content=False):
        body += piece
        if len(body) > _MOST:
            raise PassingError(f"the answer is larger than {_MOST:,} bytes")
        if perf_counter() > end:
            raise _TooLate
    return bytes(body)
