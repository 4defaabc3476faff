"""Asking a tracking server again where it ended in the middle of an answer."""

from __future__ import annotations

from typing import Any

from mlflow.utils import request_utils
from requests import PreparedRequest, Response
from requests.exceptions import ChunkedEncodingError, ConnectionError
from requests.utils import rewind_body
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

_PLACE = request_utils.TCPKeepAliveHTTPAdapter.__name__
"""Where MLflow takes the adapter of each session from."""


class WholeAnswers(request_utils.TCPKeepAliveHTTPAdapter):
    """Repeats a request whose answer breaks off, as MLflow repeats one that gets no answer.

    MLflow's own repetitions end with the head of an answer: a server that is restarted between
    head and body ends a run that has nothing to do with it. How often and after which time a
    request is repeated stays MLflow's choice (``MLFLOW_HTTP_REQUEST_MAX_RETRIES`` and the like).
    """

    def send(self, request: PreparedRequest, *given: Any, **named: Any) -> Response:
        """Send a request and read its answer, unless its reader wants it in pieces."""
        policy = self.max_retries
        while True:
            answer = super().send(request, *given, **named)
            try:
                if not named.get("stream"):
                    answer.content  # noqa: B018 -- is read here
            except (ChunkedEncodingError, ConnectionError) as error:
                policy = _next(policy, request, error)
            else:
                return answer


def _next(policy: Retry, request: PreparedRequest, error: Exception) -> Retry:
    """Wait as long as the policy says, and give what it allows after that."""
    try:
        policy = policy.increment(request.method, request.url, error=error.args[0])
    except HTTPError:
        raise error from None
    policy.sleep()
    if not isinstance(request.body, str | bytes | None):
        rewind_body(request)
    return policy


def want_whole_answers() -> None:
    """Let MLflow's client read answers in this way, in this process."""
    setattr(request_utils, _PLACE, WholeAnswers)
