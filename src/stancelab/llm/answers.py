"""Reading an answer: a label and perhaps probabilities, or nonsense."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.llm.errors import NonsenseError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SURE = 0.9
"""Probability of a label that comes without one; ``calibration`` corrects it."""
_LEAST = 0.001
"""No label is impossible because a model says so."""
_THOUGHT = "</think>"
"""What ends the thoughts that some models say before their answer."""
_MOST_TEXT, _MOST_OBJECTS = 50_000, 50


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model answered to one statement, and what that took.

    Attributes
    ----------
    label : str
        One of the labels that it was asked to choose from.
    probabilities : mapping of str to float, optional
        Of each of these labels, as the model gave them; `shares` makes them sum to 1.
    input_tokens, output_tokens : int, optional
        As the service counts them.
    seconds : float
        From the request to the end of its answer.
    """

    label: str
    probabilities: Mapping[str, float] | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Give the answer for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, found: Any, labels: Sequence[str]) -> Answer:
        """Make an answer of what `to_dict` gave.

        Raises
        ------
        NonsenseError
            It is none to a question with these labels.
        """
        if not isinstance(found, Mapping):
            raise NonsenseError("is no object")
        label, probabilities = _chosen(found, labels)
        return cls(
            label,
            probabilities,
            _count(found.get("input_tokens")),
            _count(found.get("output_tokens")),
            _number(found.get("seconds")) or 0.0,
        )

    def shares(self, labels: Sequence[str]) -> NDArray[np.float64]:
        """Give the probabilities of labels, of which the answer is one."""
        if self.probabilities is None:
            rest = (1 - SURE) / max(len(labels) - 1, 1)
            found = np.array([SURE if name == self.label else rest for name in labels])
        else:
            given = np.array([self.probabilities[name] for name in labels])
            found = np.maximum(given / given.sum(), _LEAST)
        shares: NDArray[np.float64] = found / found.sum()
        return shares


def read_answer(reply: bytes, labels: Sequence[str], seconds: float) -> Answer:
    """Read the body of a reply of ``/chat/completions``.

    Parameters
    ----------
    reply : bytes
        The body.
    labels : sequence of str
        The labels that are possible.
    seconds : float
        What it took.

    Raises
    ------
    NonsenseError
        It holds no valid answer; the message says what is wrong, in none of its words.
    """
    body = _object(reply)
    found = next((one for one in _objects(_content(body)) if "label" in one), None)
    if found is None:
        raise NonsenseError("the answer holds no JSON object with a label")
    return Answer(*_chosen(found, labels), *tokens_of(body), seconds)


def tokens_of(body: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Give the tokens of prompt and answer, as far as a service counts them."""
    usage = body.get("usage")
    known = usage if isinstance(usage, Mapping) else {}
    return _count(known.get("prompt_tokens")), _count(known.get("completion_tokens"))


def tokens_in(reply: bytes) -> tuple[int | None, int | None]:
    """Give the tokens of a reply that may be nonsense."""
    try:
        return tokens_of(_object(reply))
    except NonsenseError:
        return None, None


def _object(reply: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(reply.decode("utf-8", errors="replace"))
    except (ValueError, RecursionError):
        raise NonsenseError("the reply is no JSON") from None
    if not isinstance(body, Mapping):
        raise NonsenseError("the reply is no JSON object")
    return body


def _content(body: Mapping[str, Any]) -> str:
    """Find the text of the first choice; some servers give it in parts."""
    try:
        content = body["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        raise NonsenseError("the reply holds no message") from None
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, Mapping)]
        content = "".join(text for text in texts if isinstance(text, str))
    if not isinstance(content, str):
        raise NonsenseError("the message holds no text")
    return content.rpartition(_THOUGHT)[2][:_MOST_TEXT]


def _objects(text: str) -> Iterator[Mapping[str, Any]]:
    """Give the JSON objects in a text: a model may say something around its answer."""
    reader, at = json.JSONDecoder(), text.find("{")
    for _ in range(_MOST_OBJECTS):
        if at < 0:
            return
        try:
            found, end = reader.raw_decode(text, at)
        except (ValueError, RecursionError):
            at = text.find("{", at + 1)
            continue
        yield found
        at = text.find("{", end)


def _chosen(
    found: Mapping[str, Any], labels: Sequence[str]
) -> tuple[str, Mapping[str, float] | None]:
    label = found.get("label")
    name = label.strip().casefold() if isinstance(label, str) else ""
    if name not in labels:
        raise NonsenseError(f"the label is none of {', '.join(labels)}")
    return name, _probabilities(found.get("probabilities"), name, labels)


def _probabilities(found: object, label: str, labels: Sequence[str]) -> Mapping[str, float] | None:
    """Check probabilities; those that contradict the label, or are none, are not taken."""
    if not isinstance(found, Mapping):
        return None
    given = [_number(found.get(name)) for name in labels]
    numbers = [one for one in given if one is not None]
    total = sum(numbers)
    if len(numbers) < len(labels) or not 0 < total < math.inf:
        return None
    shares = dict(zip(labels, numbers, strict=True))
    return shares if shares[label] == max(numbers) else None


def _number(found: object) -> float | None:
    """Give a number that is finite and not below 0."""
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    try:
        number = float(found)
    except OverflowError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _count(found: object) -> int | None:
    number = _number(found)
    return None if number is None else int(number)
