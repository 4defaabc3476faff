"""What is sent for a statement: messages, and the form that the answer must have."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stancelab.llm.answers import Answer
from stancelab.llm.instruction import MARKS, REMINDER, answer_format, instruction
from stancelab.schema import NO_SPAN

if TYPE_CHECKING:
    import pyarrow as pa

Example = tuple[str, str]
"""A statement as it is shown, and the label that it has."""

_COLUMNS = ("text", "actor", "mention_start", "mention_end", "language", "source")


def shown(table: pa.Table) -> list[str]:
    """Write each row as the JSON that a model is shown.

    Examples
    --------
    >>> from stancelab.schema import as_table
    >>> shown(as_table([{"text": "Kyiv thanked Warsaw.", "actor": "Warsaw", "language": "en"}]))
    ['{"statement": "Kyiv thanked [[Warsaw]].", "actor": "Warsaw", "language": "en"}']
    """
    columns = (table.column(name).to_pylist() for name in _COLUMNS)
    return [_shown(*row) for row in zip(*columns, strict=True)]


def _shown(text: str, actor: str, start: int, end: int, language: str, source: str) -> str:
    before, after = MARKS
    if start != NO_SPAN:
        text = f"{text[:start]}{before}{text[start:end]}{after}{text[end:]}"
    known = {"actor": actor, "language": language, "source": source}
    row = {"statement": text} | {name: value for name, value in known.items() if value}
    return json.dumps(row, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is told beside the statement.

    Attributes
    ----------
    labels : sequence of str
        The labels that are possible.
    probabilities : bool
        Whether it is asked how probable each label is.
    examples : sequence of (str, str)
        Statements with their label.
    """

    labels: Sequence[str]
    probabilities: bool
    examples: Sequence[Example] = ()

    def messages(self, statement: str, *, reminded: bool = False) -> list[dict[str, str]]:
        """Write the messages for a statement, with a reminder after an answer that was none."""
        told = instruction(self.labels, probabilities=self.probabilities)
        messages = [_message("system", told)]
        for text, label in self.examples:
            messages += [_message("user", text), _message("assistant", self._answer(label))]
        if reminded:
            form = answer_format(self.labels, probabilities=self.probabilities)
            statement += REMINDER + form
        return [*messages, _message("user", statement)]

    def forms(self) -> list[dict[str, Any]]:
        """Give what asks for JSON, from the strictest to nothing: not every server takes each."""
        schema = {"name": "stance", "strict": True, "schema": self._schema()}
        return [
            {"response_format": {"type": "json_schema", "json_schema": schema}},
            {"response_format": {"type": "json_object"}},
            {},
        ]

    def _answer(self, label: str) -> str:
        """Write the answer to an example in the form that is asked for."""
        found: dict[str, Any] = {"label": label}
        if self.probabilities:
            shares = Answer(label).shares(self.labels).round(2).tolist()
            found["probabilities"] = dict(zip(self.labels, shares, strict=True))
        return json.dumps(found)

    def _schema(self) -> dict[str, Any]:
        labels = list(self.labels)
        parts: dict[str, Any] = {"label": {"type": "string", "enum": labels}}
        if self.probabilities:
            parts["probabilities"] = _object({name: {"type": "number"} for name in labels})
        return _object(parts)


def _message(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
