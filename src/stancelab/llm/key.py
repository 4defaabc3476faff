"""The key of a service: read when it is needed, sent in a header, and shown nowhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

from stancelab.llm.errors import ServiceError

if TYPE_CHECKING:
    from requests import PreparedRequest


class Key:
    """A secret that puts itself into requests, and takes itself out of texts.

    Parameters
    ----------
    variable : str
        The environment variable that holds it; "" for none.

    Raises
    ------
    ServiceError
        The variable is not set, or holds what no header can.
    """

    __slots__ = ("_secret", "_variable")

    def __init__(self, variable: str) -> None:
        self._variable = variable
        self._secret = os.environ.get(variable, "").strip() if variable else ""
        if variable and not self._secret:
            raise ServiceError.no_key(variable)
        if not all("!" <= char <= "~" for char in self._secret):
            raise ServiceError.odd_key(variable)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put the key into a request, as `requests` asks of what authenticates it.

        It is set even where there is none: `requests` would take a password from ``~/.netrc``.
        """
        if self._secret:
            request.headers["Authorization"] = f"Bearer {self._secret}"
        return request

    def scrub(self, text: str) -> str:
        """Replace the key in what a service says."""
        return text.replace(self._secret, "***") if self._secret else text

    def __repr__(self) -> str:
        """Name the variable alone."""
        return f"Key({self._variable!r})"

    def __reduce__(self) -> NoReturn:
        """Refuse to be written anywhere."""
        raise TypeError("a key is never written")
