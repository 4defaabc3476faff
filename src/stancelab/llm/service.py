"""Asking for many statements: each once, from the cache if it is there, several at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from stancelab.llm.answers import Answer
from stancelab.llm.asking import Asker
from stancelab.llm.budget import Budget, UsedUpError
from stancelab.llm.cache import AnswerCache
from stancelab.llm.errors import ServiceError
from stancelab.llm.key import Key
from stancelab.llm.prompt import Prompt
from stancelab.llm.settings import LlmSettings
from stancelab.llm.several import outcomes
from stancelab.llm.transport import Connections
from stancelab.llm.usage import Usage

Progress = Callable[[int, int], None]


class Service:
    """A language model that is asked for the labels of statements.

    Parameters
    ----------
    settings : LlmSettings
        What is asked, and how often.
    prompt : Prompt
        What is said beside a statement.
    progress : callable, optional
        Takes how many statements are answered, and of how many.

    Attributes
    ----------
    budget : Budget
        The requests of all its life.
    usage : Usage
        What they were, and what came of them.
    """

    def __init__(
        self, settings: LlmSettings, prompt: Prompt, progress: Progress | None = None
    ) -> None:
        self.settings, self.prompt, self.progress = settings, prompt, progress
        self.budget, self.usage = Budget(settings.max_requests), Usage()
        self._cache = AnswerCache()
        self._known: dict[str, Answer] = {}

    def ask(self, statements: Sequence[str]) -> list[Answer | None]:
        """Ask for statements, as they are shown.

        Parameters
        ----------
        statements : sequence of str
            What `prompt.shown` gave; equal ones are asked once.

        Returns
        -------
        list of Answer or None
            None where there is no valid answer, of at most a share of ``max_failed``.

        Raises
        ------
        ServiceError
            The service cannot be asked, more statements than that have no valid answer, or there
            are more of them than requests are left; nothing is sent then.
        """
        distinct = list(dict.fromkeys(statements))
        missing = [one for one in distinct if not self._look_up(one)]
        if len(missing) > self.budget.left:
            raise ServiceError.not_enough(len(missing), self.budget.left, self.budget.most)
        if missing:
            self._ask(missing, len(distinct))
        return [self._known.get(one) for one in statements]

    def _look_up(self, statement: str) -> bool:
        """Say whether the answer to a statement is known, from now on without the disk."""
        if statement not in self._known:
            found = self._cache.read(self._key(statement), self.prompt.labels)
            if found is not None:
                self.usage.cached += 1
                self._keep(statement, found)
        return statement in self._known

    def _key(self, statement: str) -> str:
        return self._cache.key(self.settings.decides, self.prompt.messages(statement))

    def _keep(self, statement: str, answer: Answer) -> None:
        self._known[statement] = answer
        self.usage.answers.append(answer)

    def _ask(self, missing: Sequence[str], questions: int) -> None:
        failed = 0
        with self._opened() as asker:
            for done, (statement, found) in enumerate(outcomes(asker, missing, self._answer), 1):
                if isinstance(found, Answer):
                    self._keep(statement, found)
                else:
                    failed += 1
                    self.usage.failed += 1
                    self._check_failed(failed, questions, found)
                if self.progress:
                    self.progress(done, len(missing))

    def _check_failed(self, failed: int, questions: int, found: Exception) -> None:
        if isinstance(found, UsedUpError):
            raise ServiceError.used_up(self.budget.most, questions)
        if failed > self.settings.max_failed * questions:
            raise ServiceError.too_many_failed(
                failed, questions, self.settings.max_failed, str(found)
            )

    def _answer(self, asker: Asker, statement: str) -> Answer:
        """Ask for one statement and keep the answer at once: a later failure loses none."""
        answer = asker.ask(statement)
        self._cache.write(self._key(statement), answer)
        return answer

    @contextmanager
    def _opened(self) -> Iterator[Asker]:
        key = Key(self.settings.api_key_env)
        connections = Connections(self.settings.url, key, self.settings.timeout)
        try:
            yield Asker(self.settings, self.prompt, connections, self.budget, self.usage)
        finally:
            connections.close()
