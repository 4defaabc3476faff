"""What a request is refused with: a status, and a reason that a program can read."""

from __future__ import annotations

import json
from http import HTTPStatus

from stancelab.errors import StancelabError

_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    404: "ENDPOINT_NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    413: "RESOURCE_LIMIT_EXCEEDED",
    500: "INTERNAL_ERROR",
    503: "TEMPORARILY_UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
"""The codes of MLflow's scoring server and of its error protocol."""

INVALID = "INVALID_PARAMETER_VALUE"
_SHOWN = 500


class RefusedError(StancelabError):
    """A request that is not answered.

    Parameters
    ----------
    status : int
        Of the answer, 400 or above.
    problem : str
        What was found and what was expected; cut where it is long.
    code : str, optional
        What a program knows it by; by default what goes with the status.
    wait : int, optional
        Seconds after which to try again.
    close : bool
        Whether the connection ends with the answer, as there is more of the request.
    """

    def __init__(
        self,
        status: int,
        problem: str,
        code: str | None = None,
        wait: int | None = None,
        close: bool = False,
    ) -> None:
        super().__init__(problem if len(problem) <= _SHOWN else problem[:_SHOWN] + "…")
        self.status = status
        self.code = code or _CODES.get(status, "BAD_REQUEST")
        self.headers = {} if wait is None else {"Retry-After": str(wait)}
        if close:
            self.headers["Connection"] = "close"

    def body(self) -> bytes:
        """Give the reason as JSON, by the names that MLflow's server has.

        Examples
        --------
        >>> RefusedError(413, "too long").body()
        b'{"error_code": "RESOURCE_LIMIT_EXCEEDED", "message": "too long"}'
        """
        return json.dumps({"error_code": self.code, "message": str(self)}).encode()


def plain_refusal(status: int) -> RefusedError:
    """Give a refusal with the status' own words.

    Examples
    --------
    >>> str(plain_refusal(404))
    'Not Found'
    """
    return RefusedError(status, HTTPStatus(status).phrase)
