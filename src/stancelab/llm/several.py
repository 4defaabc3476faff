"""Asking for several statements at once, after the first one was answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from stancelab.llm.answers import Answer
from stancelab.llm.asking import Asker
from stancelab.llm.budget import UsedUpError
from stancelab.llm.errors import ServiceError, UnansweredError

Found = Answer | UnansweredError | UsedUpError
Ask = Callable[[Asker, str], Answer]


def outcomes(asker: Asker, statements: Sequence[str], ask: Ask) -> Iterator[tuple[str, Found]]:
    """Give the answer to each statement, or why it has none, as they come.

    Statements are asked one after the other until one is answered: a wrong key or address costs
    one request, and what form of JSON the service takes is then known.

    Parameters
    ----------
    asker : Asker
        Asks for one.
    statements : sequence of str
        As they are shown; all different.
    ask : callable
        Asks the asker for a statement, and keeps the answer.

    Raises
    ------
    ServiceError
        No statement would get an answer. None is asked for after that.
    """
    left = list(reversed(statements))
    while left and not asker.answers:
        statement = left.pop()
        yield statement, _alone(asker, statement, ask)
    if not left:
        return
    pool = ThreadPoolExecutor(min(asker.settings.concurrency, len(left)))
    try:
        asked = {pool.submit(_outcome, asker, one, ask): one for one in reversed(left)}
        for future in as_completed(asked):
            yield asked[future], future.result()
    finally:
        asker.stop.set()
        pool.shutdown(cancel_futures=True)


def _outcome(asker: Asker, statement: str, ask: Ask) -> Found:
    try:
        return ask(asker, statement)
    except (UnansweredError, UsedUpError) as error:
        return error


def _alone(asker: Asker, statement: str, ask: Ask) -> Found:
    found = _outcome(asker, statement, ask)
    if isinstance(found, UnansweredError) and found.silent:
        tries = 1 + asker.settings.retries
        raise ServiceError.silent(asker.settings.url, str(found), tries) from None
    return found
