"""What goes wrong with a service: for all statements, or for one."""

from __future__ import annotations

from stancelab.errors import StancelabError


class ServiceError(StancelabError):
    """A service that cannot be asked, or that does not answer as it must."""

    @classmethod
    def no_key(cls, variable: str) -> ServiceError:
        """Say that the variable for the key is not set."""
        return cls(
            f"the environment has no {variable}, which api_key_env names; set it to the key, or "
            "leave api_key_env out for a server that needs none"
        )

    @classmethod
    def odd_key(cls, variable: str) -> ServiceError:
        """Say that a key cannot be one, and not what it is."""
        return cls(
            f"{variable} holds something other than printable ASCII characters without spaces "
            "(it is not shown); set it to the key alone"
        )

    @classmethod
    def refused(cls, url: str, status: int, said: str) -> ServiceError:
        """Say that the service refuses every request."""
        shown = f" ({said})" if said else ""
        return cls(
            f"{url} answers HTTP {status}{shown}; look at base_url, at model, and at the key in "
            "the variable that api_key_env names"
        )

    @classmethod
    def silent(cls, url: str, reason: str, tries: int) -> ServiceError:
        """Say that nothing was answered at all."""
        return cls(
            f"{url}: {reason}, tried {tries} times; look at base_url, and that the server runs"
        )

    @classmethod
    def wait_long(cls, seconds: float) -> ServiceError:
        """Say that the service wants to be left alone for longer than a run should wait."""
        return cls(
            f"the service asks to wait {seconds:.0f} s; run it again then, the answers so far are "
            "kept"
        )

    @classmethod
    def not_enough(cls, questions: int, left: int, most: int) -> ServiceError:
        """Say that there are more questions than requests, before any is sent."""
        return cls(
            f"{questions} statements are not in the cache, and {left} of max_requests = {most} are "
            "left; raise it, or take fewer rows"
        )

    @classmethod
    def used_up(cls, most: int, questions: int) -> ServiceError:
        """Say that retries used up the requests."""
        return cls(
            f"max_requests = {most} are sent, and not all of {questions} statements have an "
            "answer; raise it and run it again, the answers so far are kept"
        )

    @classmethod
    def too_many_failed(
        cls, failed: int, questions: int, allowed: float, reason: str
    ) -> ServiceError:
        """Say that more statements have no valid answer than may."""
        return cls(
            f"{failed} of {questions} statements got no valid answer, more than max_failed = "
            f"{allowed:g}; the last: {reason}; try another model, or raise retries or max_failed"
        )


class PassingError(Exception):
    """A request that failed although the next may not.

    Parameters
    ----------
    reason : str
        What was found; nothing secret.
    asked : float
        Seconds that the service asks to wait.
    """

    def __init__(self, reason: str, asked: float = 0.0) -> None:
        super().__init__(reason)
        self.asked = asked


class NonsenseError(Exception):
    """An answer that is none of the labels in JSON."""


class UnansweredError(Exception):
    """A statement that got no valid answer; the others may.

    Parameters
    ----------
    reason : str
        What was found last.
    silent : bool
        Whether the service did not answer at all.
    """

    def __init__(self, reason: str, *, silent: bool = False) -> None:
        super().__init__(reason)
        self.silent = silent
