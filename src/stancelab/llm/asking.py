"""Asking for one statement: what is tried again, what is given up, and what ends it all."""

from __future__ import annotations

import json
from threading import Event
from typing import TYPE_CHECKING, Any

from stancelab.datasets.fetching.patience import Patience
from stancelab.llm.answers import Answer, read_answer, tokens_in
from stancelab.llm.errors import NonsenseError, PassingError, ServiceError, UnansweredError

if TYPE_CHECKING:
    from stancelab.llm.budget import Budget
    from stancelab.llm.prompt import Prompt
    from stancelab.llm.settings import LlmSettings
    from stancelab.llm.transport import Connections, Reply
    from stancelab.llm.usage import Usage

PATIENCE = Patience(pause=1.0, longest=60.0)
"""How long to wait before a statement is asked again."""

_OK = 200
_SAID = 200
_FOR_ALL = (401, 402, 403, 404, 405)
"""What is refused for every statement alike: the key, the account, the address."""
_PASSING = (408, 409, 425, 429)
_REFUSED = (400, 422)


class _OtherForm(Exception):
    """The service does not take the form of answer that was asked for."""


class Asker:
    """Asks one service; threads may ask at once when it has answered once.

    Parameters
    ----------
    settings : LlmSettings
        What is asked, and how often.
    prompt : Prompt
        What is said beside a statement.
    connections : Connections
        To the service.
    budget : Budget
        Is asked before each request.
    usage : Usage
        Counts.

    Attributes
    ----------
    answers : bool
        Whether the service has given a valid answer. Until then it is found out how it is asked
        for JSON, so that one statement is asked after the other.
    stop : Event
        Set to give up what waits.
    """

    def __init__(
        self,
        settings: LlmSettings,
        prompt: Prompt,
        connections: Connections,
        budget: Budget,
        usage: Usage,
    ) -> None:
        self.settings, self.prompt, self.connections = settings, prompt, connections
        self.budget, self.usage = budget, usage
        self.answers = False
        self.stop = Event()
        self._forms = prompt.forms()
        self._form = 0

    def ask(self, statement: str) -> Answer:
        """Ask for one statement, again and again if need be.

        Parameters
        ----------
        statement : str
            As it is shown.

        Raises
        ------
        UnansweredError
            It got no valid answer.
        ServiceError
            No statement would get one.
        UsedUpError
            No request is left.
        """
        failures, reminded = 0, False
        while True:
            try:
                return self._try(statement, reminded)
            except _OtherForm:
                self._form += 1
                continue
            except NonsenseError as error:
                failures, reminded = failures + 1, True
                self._give_up_after(failures, UnansweredError(str(error)))
            except PassingError as error:
                failures += 1
                self._give_up_after(failures, UnansweredError(str(error), silent=True))
                self._wait(failures, error.asked)
            self.usage.retry()

    def _try(self, statement: str, reminded: bool) -> Answer:
        payload: dict[str, Any] = {
            **self.settings.options,
            "model": self.settings.model,
            "messages": self.prompt.messages(statement, reminded=reminded),
            **self._forms[self._form],
        }
        if self.settings.temperature != "default":
            payload["temperature"] = self.settings.temperature
        if self.stop.is_set():
            raise UnansweredError("given up")
        self.budget.take()
        reply = self.connections.send(payload)
        self._check_status(reply)
        self.usage.arrive(tokens_in(reply.body))
        answer = read_answer(reply.body, self.prompt.labels, reply.seconds)
        self.answers = True
        return answer

    def _check_status(self, reply: Reply) -> None:
        status = reply.status
        if status == _OK:
            return
        said = self._said(reply.body)
        if status in _PASSING or status >= 500:
            raise PassingError(f"HTTP {status}{f' ({said})' if said else ''}", reply.wait)
        if status in _FOR_ALL or status < 400:
            raise ServiceError.refused(self.settings.url, status, said)
        if status in _REFUSED and not self.answers:
            if self._form + 1 < len(self._forms):
                raise _OtherForm
            self._form = 0
        raise UnansweredError(f"HTTP {status}{f' ({said})' if said else ''}")

    def _give_up_after(self, failures: int, error: UnansweredError) -> None:
        if failures > self.settings.retries:
            raise error from None

    def _wait(self, failures: int, asked: float) -> None:
        if asked > PATIENCE.longest:
            raise ServiceError.wait_long(asked)
        self.stop.wait(PATIENCE.seconds(failures, asked))

    def _said(self, body: bytes) -> str:
        """Give what a service says of an error, in one short line without the key."""
        text = body.decode("utf-8", errors="replace")
        try:
            found = json.loads(text)
            error = found.get("error", found)
            text = str(error.get("message", error) if isinstance(error, dict) else error)
        except (AttributeError, ValueError, RecursionError):
            pass
        line = " ".join(self.connections.key.scrub(text).split())
        return "".join(filter(str.isprintable, line))[:_SAID]
