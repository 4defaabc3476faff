"""What is asked, where, how often, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from stancelab.llm.errors import ServiceError

Temperature = float | Literal["default"]
RESERVED = ("messages", "model", "n", "response_format", "stream", "temperature")
"""Keys of a request that are not the user's to set as options."""
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """A language model behind an endpoint, and how it is asked.

    Attributes
    ----------
    base_url : str
        Where ``/chat/completions`` is found, such as ``"http://127.0.0.1:8000/v1"``.
    model : str
        The model by the endpoint's name for it.
    api_key_env : str
        Name of the environment variable that holds the key; "" where none is needed.
    max_requests : int
        The most requests that are ever sent, retries included.
    concurrency : int
        How many requests are under way at once.
    timeout : float
        Seconds after which a request has failed.
    retries : int
        How often a statement is asked again.
    temperature : float or "default"
        Of the sampling; ``"default"`` sends none, for models that refuse it.
    probabilities : bool
        Whether the model is asked how probable each label is.
    max_failed : float
        The share of statements that may get no valid answer, 0 to 1.
    prices : mapping of str to float
        What a million tokens cost, as ``input`` and ``output``; empty where that is not known.
    options : mapping of str to value
        Further keys of each request, such as ``seed`` or ``max_tokens``.

    Raises
    ------
    ServiceError
        The address or the variable cannot be one; neither is shown, as it may be a secret.
    """

    base_url: str
    model: str
    api_key_env: str = ""
    max_requests: int = 1000
    concurrency: int = 4
    timeout: float = 60.0
    retries: int = 4
    temperature: Temperature = 0.0
    probabilities: bool = True
    max_failed: float = 0.05
    prices: Mapping[str, float] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if problem := wrong_address(self.base_url):
            raise ServiceError(f"base_url: {problem}")
        if not is_variable(self.api_key_env):
            raise ServiceError(
                "api_key_env: is no name of a variable in capitals, such as OPENAI_API_KEY (it is "
                "not shown); the key itself stands in the environment alone"
            )

    @property
    def url(self) -> str:
        """Give the address that is asked."""
        return f"{self.base_url.rstrip('/')}/chat/completions"

    @property
    def decides(self) -> dict[str, Any]:
        """Give what decides an answer, besides the prompt."""
        return {
            "base_url": self.base_url.rstrip("/"),
            "model": self.model,
            "temperature": self.temperature,
            "options": dict(self.options),
        }

    def to_dict(self) -> dict[str, Any]:
        """Give the settings for JSON; the key is not among them."""
        return asdict(self)


def wrong_address(base_url: str) -> str:
    """Say why an address cannot be asked, without showing it; "" where it can.

    Examples
    --------
    >>> wrong_address("http://127.0.0.1:8000/v1")
    ''
    >>> wrong_address("https://me:secret@example.org/v1")
    'has a user or a password, which would be kept with the run; use api_key_env'
    """
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address"
    if parts.scheme not in ("http", "https") or not host:
        return "is no address that begins with http:// or https://"
    if "@" in parts.netloc:
        return "has a user or a password, which would be kept with the run; use api_key_env"
    if parts.query or parts.fragment:
        return "has a query or a fragment; give the address up to /chat/completions alone"
    return ""


def is_variable(name: str) -> bool:
    """Say whether something can be the name of a variable, and is not a key put there by mistake.

    Examples
    --------
    >>> is_variable("OPENAI_API_KEY"), is_variable("sk-4f9a0c")
    (True, False)
    """
    return name == "" or _VARIABLE.fullmatch(name) is not None
